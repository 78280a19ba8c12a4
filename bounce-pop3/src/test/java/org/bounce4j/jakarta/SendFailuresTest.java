package org.bounce4j.jakarta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.bounce4j.Blame;
import org.bounce4j.BounceBatch;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceType;
import org.bounce4j.EmailAddress;
import org.bounce4j.Trust;
import org.bounce4j.pop3.ScriptedServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Really sends to an SMTP server that refuses. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SendFailuresTest {
    private final Map<String, String> answers = new HashMap<>();

    private String answer(String command) {
        for (Map.Entry<String, String> answer : answers.entrySet()) {
            if (command.toUpperCase(java.util.Locale.ROOT)
                    .startsWith(answer.getKey().toUpperCase(java.util.Locale.ROOT))) {
                return answer.getValue().equals("(hang up)") ? null : answer.getValue() + "\r\n";
            }
        }
        if (command.startsWith("EHLO")) {
            return "250-mx.example.com\r\n250 ENHANCEDSTATUSCODES\r\n";
        }
        if (command.startsWith("DATA")) {
            return "354 go ahead\r\n";
        }
        boolean smtp = command.matches("(?i)(MAIL|RCPT|RSET|NOOP|QUIT|HELO).*");
        return smtp || command.equals(".")
                ? (command.equals(".") ? answers.getOrDefault("(end)", "250 2.0.0 queued") : "250 2.0.0 fine") + "\r\n"
                : "";
    }

    private MimeMessage message(boolean partial, int port, String... recipients) throws MessagingException {
        Properties properties = new Properties();
        properties.put("mail.smtp.host", "127.0.0.1");
        properties.put("mail.smtp.port", "" + port);
        properties.put("mail.smtp.sendpartial", "" + partial);
        properties.put("mail.smtp.timeout", "5000");
        MimeMessage message = new MimeMessage(Session.getInstance(properties));
        message.setFrom("news@example.org");
        for (String recipient : recipients) {
            message.addRecipient(Message.RecipientType.TO, new InternetAddress(recipient));
        }
        message.setSubject("Your monthly letter");
        message.setText("Hello");
        message.addHeader("X-Listmonk-Subscriber", "s-1");
        message.addHeader("X-Listmonk-Campaign", "c-1");
        message.saveChanges();
        return message;
    }

    private BounceBatch send(boolean partial, String... recipients) throws IOException, MessagingException {
        try (ScriptedServer server = new ScriptedServer("220 mx.example.com ESMTP\r\n", this::answer)) {
            MimeMessage message = message(partial, server.port(), recipients);
            MessagingException failure = catchThrowableOfType(MessagingException.class, () -> Transport.send(message));
            assertThat(failure).as("the exception of a refused send").isNotNull();
            return SendFailures.toBatch(failure, message);
        }
    }

    @Test
    void readsARefusedRecipient() throws Exception {
        answers.put(
                "RCPT TO:<jane@example.com>", "550 5.1.1 <jane@example.com>: Recipient address rejected: User unknown");
        List<BounceEvent> events = send(false, "jane@example.com").events();
        assertThat(events).singleElement().satisfies(event -> {
            assertThat(event.recipient()).contains(EmailAddress.of("jane@example.com"));
            assertThat(event.type()).isEqualTo(BounceType.HARD);
            assertThat(event.reason()).isEqualTo(BounceReason.USER_UNKNOWN);
            assertThat(event.replyCode()).hasValue(550);
            assertThat(event.status()).map(Object::toString).hasValue("5.1.1");
            assertThat(event.diagnostic())
                    .hasValueSatisfying(text -> assertThat(text).contains("User unknown"));
            assertThat(event.source()).isEqualTo("smtp");
            assertThat(event.trust()).isEqualTo(Trust.AUTHENTICATED);
            assertThat(event.subscriber()).hasValue("s-1");
            assertThat(event.campaign()).hasValue("c-1");
            assertThat(event.messageId()).isPresent();
            assertThat(event.attempt()).isPresent();
        });
    }

    @Test
    void blamesNobodyWhoWasOnlyLeftOutBesideARefusedOne() throws Exception {
        answers.put("RCPT TO:<jane@example.com>", "550 5.1.1 User unknown");
        assertThat(send(false, "ann@example.com", "jane@example.com", "joe@example.com")
                        .events())
                .extracting(event -> event.recipient().orElseThrow().key())
                .containsExactly("jane@example.com");
    }

    @Test
    void readsEachRefusedRecipientOfAPartialSend() throws Exception {
        answers.put("RCPT TO:<jane@example.com>", "550 5.1.1 User unknown");
        answers.put("RCPT TO:<joe@example.com>", "452 4.2.2 Mailbox full");
        assertThat(send(true, "ann@example.com", "jane@example.com", "joe@example.com")
                        .events())
                .extracting(event -> event.recipient().orElseThrow().key() + " " + event.type() + " " + event.reason())
                .containsExactlyInAnyOrder("jane@example.com HARD USER_UNKNOWN", "joe@example.com SOFT MAILBOX_FULL");
    }

    @Test
    void blamesUsWhereTheSenderIsRefused() throws Exception {
        answers.put("MAIL", "553 5.1.8 Sender address rejected: Domain not found");
        List<BounceEvent> events =
                send(false, "ann@example.com", "joe@example.com").events();
        assertThat(events).hasSize(2).allSatisfy(event -> {
            assertThat(event.type()).isEqualTo(BounceType.SOFT);
            assertThat(event.reason()).isEqualTo(BounceReason.SENDER_REJECTED);
            assertThat(event.reason().blame()).isEqualTo(Blame.SENDER);
        });
    }

    @Test
    void blamesTheMessageWhereItIsRefused() throws Exception {
        answers.put("(end)", "554 5.7.1 Message rejected as spam");
        List<BounceEvent> events =
                send(false, "ann@example.com", "joe@example.com").events();
        assertThat(events).hasSize(2).allSatisfy(event -> {
            assertThat(event.type()).isEqualTo(BounceType.SOFT);
            assertThat(event.reason()).isEqualTo(BounceReason.SPAM_CONTENT);
            assertThat(event.replyCode()).hasValue(554);
        });
    }

    @Test
    void takesNoUnreachableServerForABounce() throws Exception {
        ScriptedServer gone = new ScriptedServer("", command -> null);
        int port = gone.port();
        gone.close();
        MimeMessage message = message(false, port, "ann@example.com");
        MessagingException failure = catchThrowableOfType(MessagingException.class, () -> Transport.send(message));
        assertThat(SendFailures.toBatch(failure, message)).isEqualTo(BounceBatch.empty());
        answers.put("EHLO", "421 4.3.2 too busy");
        answers.put("HELO", "421 4.3.2 too busy");
        assertThat(send(false, "ann@example.com")).isEqualTo(BounceBatch.empty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"(hang up)", "what?", "354 go ahead"})
    void takesNoAnswerThatRefusesNobodyForABounce(String answer) throws Exception {
        answers.put("RCPT TO:<joe@example.com>", answer);
        answers.put("RSET", answer);
        assertThat(send(true, "jane@example.com", "joe@example.com")).isEqualTo(BounceBatch.empty());
    }

    @Test
    void isOneEventForTheSameRefusalOfTheSameMail() throws Exception {
        answers.put("RCPT TO:<jane@example.com>", "450 4.2.0 Greylisted, try again in 300 seconds");
        try (ScriptedServer server = new ScriptedServer("220 mx.example.com ESMTP\r\n", this::answer)) {
            MimeMessage message = message(false, server.port(), "jane@example.com");
            String first = id(message);
            answers.put("RCPT TO:<jane@example.com>", "450 4.2.0 Greylisted, try again in 200 seconds");
            assertThat(id(message)).isEqualTo(first);
            answers.put("RCPT TO:<jane@example.com>", "550 5.1.1 User unknown");
            assertThat(id(message)).isNotEqualTo(first);
        }
    }

    private static String id(MimeMessage message) {
        // send without saveChanges, which would make a new Message-ID
        MessagingException failure = catchThrowableOfType(MessagingException.class, () -> {
            try (Transport transport =
                    Session.getInstance(propertiesOf(message)).getTransport("smtp")) {
                transport.connect();
                transport.sendMessage(message, message.getAllRecipients());
            }
        });
        return SendFailures.toBatch(failure, message).events().get(0).id();
    }

    private static Properties propertiesOf(MimeMessage message) {
        return message.getSession().getProperties();
    }

    @Test
    void takesTheDayWhereTheMessageHasNoId() throws Exception {
        answers.put("RCPT TO:<jane@example.com>", "550 5.1.1 User unknown");
        try (ScriptedServer server = new ScriptedServer("220 mx.example.com ESMTP\r\n", this::answer)) {
            MimeMessage message = message(false, server.port(), "jane@example.com");
            MessagingException failure = catchThrowableOfType(MessagingException.class, () -> Transport.send(message));
            message.removeHeader("Message-ID");
            String today = at("2026-03-01T01:00:00Z")
                    .batch(failure, message)
                    .events()
                    .get(0)
                    .id();
            assertThat(at("2026-03-01T23:00:00Z")
                            .batch(failure, message)
                            .events()
                            .get(0)
                            .id())
                    .isEqualTo(today);
            assertThat(at("2026-03-02T01:00:00Z")
                            .batch(failure, message)
                            .events()
                            .get(0)
                            .id())
                    .isNotEqualTo(today);
        }
    }

    private static SendFailures at(String instant) {
        return SendFailures.builder()
                .clock(Clock.fixed(Instant.parse(instant), ZoneOffset.UTC))
                .build();
    }
}
