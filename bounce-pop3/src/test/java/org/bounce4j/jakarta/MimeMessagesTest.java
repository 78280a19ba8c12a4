package org.bounce4j.jakarta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Folder;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Session;
import jakarta.mail.Store;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.bounce4j.mail.BounceMail;
import org.bounce4j.mail.BounceMessageParser;
import org.bounce4j.mail.MailKind;
import org.bounce4j.testkit.BounceMails;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads messages as Jakarta Mail has them: from a stream, and from folders of real servers. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class MimeMessagesTest {
    private static MimeMessage message(byte[] mail) throws MessagingException {
        return new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(mail));
    }

    private static String recipient(BounceMail mail) {
        assertThat(mail.events()).hasSize(1);
        return mail.events().get(0).recipient().orElseThrow().key();
    }

    @Test
    void readsAMessageAsItsBytes() throws MessagingException, IOException {
        byte[] bytes = BounceMails.to("jane@example.com").bytes();
        BounceMail mail = MimeMessages.parse(message(bytes));
        assertThat(mail.kind()).isEqualTo(MailKind.BOUNCE);
        assertThat(recipient(mail)).isEqualTo("jane@example.com");
        assertThat(mail.truncated()).isFalse();
        assertThat(mail.events().get(0).id())
                .isEqualTo(BounceMessageParser.standard()
                        .parse(bytes)
                        .events()
                        .get(0)
                        .id());
        assertThat(MimeMessages.parse(message(BounceMails.to("jane@example.com").personal()))
                        .kind())
                .isEqualTo(MailKind.OTHER);
    }

    @Test
    void readsWhatJakartaMailCannot() throws MessagingException, IOException {
        String mail = new String(BounceMails.to("jane@example.com").bytes(), StandardCharsets.UTF_8);
        String broken = mail.replace("--bounce4j--", "")
                .replace("Content-Type: text/plain", "Content-Type: text/plain; charset=nobody-has-it");
        MimeMessage message = message(broken.getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(
                        () -> ((Multipart) message.getContent()).getBodyPart(0).getContent())
                .isInstanceOfAny(MessagingException.class, IOException.class);
        assertThat(recipient(MimeMessages.parse(message))).isEqualTo("jane@example.com");
    }

    @Test
    void readsNoMoreThanTheParserWasTold() throws MessagingException, IOException {
        byte[] bytes = BounceMails.to("jane@example.com").bytes();
        BounceMessageParser exact =
                BounceMessageParser.builder().maxBytes(bytes.length).build();
        assertThat(MimeMessages.parse(message(bytes), exact).truncated()).isFalse();
        BounceMessageParser less =
                BounceMessageParser.builder().maxBytes(bytes.length - 1).build();
        BounceMail beginning = MimeMessages.parse(message(bytes), less);
        assertThat(beginning.truncated()).isTrue();
        assertThat(recipient(beginning)).isEqualTo("jane@example.com");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pop3", "imap"})
    void readsTheMessagesOfAFolder(String protocol) throws MessagingException, IOException {
        ServerSetup setup = (protocol.equals("pop3") ? ServerSetup.POP3 : ServerSetup.IMAP).dynamicPort();
        GreenMail server = new GreenMail(setup);
        server.start();
        try {
            GreenMailUser user = server.setUser("bounces@example.org", "bounces", "secret");
            user.deliver(message(BounceMails.to("jane@example.com").bytes()));
            int port = protocol.equals("pop3")
                    ? server.getPop3().getPort()
                    : server.getImap().getPort();
            try (Store store = Session.getInstance(new Properties()).getStore(protocol)) {
                store.connect("127.0.0.1", port, "bounces", "secret");
                Folder folder = store.getFolder("INBOX");
                folder.open(Folder.READ_ONLY);
                Message message = folder.getMessage(1);
                assertThat(recipient(MimeMessages.parse(message))).isEqualTo("jane@example.com");
                BounceMessageParser little =
                        BounceMessageParser.builder().maxBytes(100).build();
                assertThat(MimeMessages.parse(message, little).truncated()).isTrue();
                folder.close(false);
                assertThatThrownBy(() -> MimeMessages.parse(message))
                        .isInstanceOfAny(MessagingException.class, IllegalStateException.class);
            }
        } finally {
            server.stop();
        }
    }
}
