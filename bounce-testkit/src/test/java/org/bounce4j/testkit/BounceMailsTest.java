package org.bounce4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceReason;
import org.bounce4j.Trust;
import org.bounce4j.mail.BounceMail;
import org.bounce4j.mail.BounceMessageParser;
import org.bounce4j.mail.MailKind;
import org.bounce4j.mail.SignedReturnPath;
import org.junit.jupiter.api.Test;

class BounceMailsTest {
    private static BounceMail parse(byte[] mail) {
        return BounceMessageParser.standard().parse(mail);
    }

    @Test
    void buildsReportsThatTheParserReads() {
        BounceMail mail = parse(BounceMails.to("jane@example.com")
                .status("5.2.2")
                .diagnostic("smtp; 552 5.2.2 Mailbox full")
                .and("late@example.com")
                .action("delayed")
                .status("4.4.1")
                .diagnostic(null)
                .originalHeader("X-Listmonk-Campaign", "c-1")
                .messageId("n1@mx")
                .date(Instant.parse("2026-03-01T12:00:00Z"))
                .bytes());
        assertThat(mail.kind()).isEqualTo(MailKind.BOUNCE);
        BounceEvent event = mail.batch().events().get(0);
        assertThat(event.reason()).isEqualTo(BounceReason.MAILBOX_FULL);
        assertThat(event.campaign()).hasValue("c-1");
        assertThat(event.occurredAt()).isEqualTo("2026-03-01T12:00:00Z");
        assertThat(mail.batch().delays()).hasSize(1);
    }

    @Test
    void mailsReportsToTheReturnPathThatIsSigned() {
        SignedReturnPath returnPath =
                SignedReturnPath.builder("bounces@example.org", new byte[32]).build();
        UUID subscriber = UUID.randomUUID();
        BounceMails mails =
                BounceMails.to("jane@example.com").returnPath(returnPath.address("jane@example.com", subscriber));
        BounceMessageParser parser = BounceMessageParser.builder()
                .signedReturnPath(returnPath)
                .minimumTrust(Trust.AUTHENTICATED)
                .build();
        for (byte[] mail : List.of(mails.bytes(), mails.complaint())) {
            assertThat(parser.parse(mail).events()).singleElement().satisfies(event -> {
                assertThat(event.subscriber()).hasValue(subscriber.toString());
                assertThat(event.recipient()).isPresent();
            });
        }
        assertThat(parser.parse(BounceMails.to("jane@example.com").bytes()).untrusted())
                .hasSize(1);
    }

    @Test
    void buildsWhatElseArrivesInABounceMailbox() {
        BounceMails mails = BounceMails.to("jane@example.com");
        assertThat(parse(mails.complaint()).kind()).isEqualTo(MailKind.COMPLAINT);
        assertThat(parse(mails.autoReply()).kind()).isEqualTo(MailKind.AUTO_REPLY);
        assertThat(parse(mails.personal()).kind()).isEqualTo(MailKind.OTHER);
        assertThat(parse(mails.action("delivered").status("2.1.5").bytes()).kind())
                .isEqualTo(MailKind.DELIVERY_RECEIPT);
    }
}
