package org.bounce4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
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

    private static String text(BounceMails mails) {
        return new String(mails.bytes(), StandardCharsets.UTF_8);
    }

    @Test
    void saysOfAnAddressThatItDoesNotExistUnlessSomethingElseIsSaid() {
        assertThat(parse(BounceMails.to("jane@example.com").bytes()).events())
                .singleElement()
                .satisfies(event -> assertThat(event.reason()).isEqualTo(BounceReason.USER_UNKNOWN));
        assertThat(text(BounceMails.to("jane@example.com")))
                .contains("Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\r\n");
        assertThat(text(BounceMails.to("jane@example.com").action("delayed")))
                .contains(
                        "Action: delayed\r\nStatus: 4.4.1\r\nDiagnostic-Code: smtp; 451 4.4.1 Connection timed out\r\n");
        for (String action : List.of("delivered", "relayed", "expanded")) {
            assertThat(text(BounceMails.to("jane@example.com").action(action)))
                    .contains("Action: " + action + "\r\nStatus: 2.0.0\r\n")
                    .doesNotContain("Diagnostic-Code");
        }
    }

    @Test
    void saysOnlyWhatWasSetOnceAnythingWas() {
        assertThat(text(BounceMails.to("jane@example.com").status("5.7.1")))
                .contains("Status: 5.7.1\r\n")
                .doesNotContain("Diagnostic-Code", "5.1.1");
        assertThat(text(BounceMails.to("jane@example.com").diagnostic("smtp; 550 no")))
                .contains("Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 no\r\n");
        assertThat(text(BounceMails.to("jane@example.com").diagnostic(null))).doesNotContain("Diagnostic-Code");
        assertThat(text(BounceMails.to("jane@example.com")
                        .status("5.7.1")
                        .and("joe@example.com")
                        .diagnostic("smtp; 552 full")))
                .contains("rfc822; jane@example.com\r\nAction: failed\r\nStatus: 5.7.1\r\n\r\n")
                .contains(
                        "rfc822; joe@example.com\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 552 full");
    }

    @Test
    void laysAReportOutWithTheHeadOfTheMessageThatFailed() {
        BounceMails mails = BounceMails.to("jane@example.com")
                .originalHeader("Message-ID", "<m1@example.org>")
                .originalHeader("X-Campaign", "c-1")
                .messageId("n1@mx")
                .date(Instant.EPOCH);
        String head = "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=%s; boundary=\"bounce4j\"\n\n"
                + "--bounce4j\nContent-Type: text/plain\n\n%s\n\n--bounce4j\nContent-Type: message/%s\n\n";
        String original = "\n--bounce4j\nContent-Type: text/rfc822-headers\n\nReturn-Path: <bounces@example.org>\n"
                + "From: Example News <news@example.org>\nSubject: Your monthly letter\nMessage-ID: <m1@example.org>\n"
                + "X-Campaign: c-1\n\n--bounce4j--\n";
        assertThat(text(mails).replace("\r\n", "\n"))
                .startsWith("Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net\nTo: bounces@example.org\n"
                        + "Subject: Undelivered Mail Returned to Sender\n")
                .endsWith(head.formatted("delivery-status", "I could not deliver your message.", "delivery-status")
                        + "Reporting-MTA: dns; mx.example.net\nArrival-Date: Thu, 01 Jan 1970 00:00:00 +0000\n\n"
                        + "Final-Recipient: rfc822; jane@example.com\nAction: failed\nStatus: 5.1.1\n"
                        + "Diagnostic-Code: smtp; 550 5.1.1 User unknown\n" + original);
        assertThat(new String(mails.complaint(), StandardCharsets.UTF_8).replace("\r\n", "\n"))
                .startsWith("Return-Path: <>\nFrom: feedback@mx.example.net\nTo: bounces@example.org\n"
                        + "Subject: FW: Your monthly letter\n")
                .endsWith(head.formatted("feedback-report", "This is an email abuse report.", "feedback-report")
                        + "Feedback-Type: abuse\nUser-Agent: ExampleFBL/1.0\nVersion: 1\n"
                        + "Original-Rcpt-To: jane@example.com\nArrival-Date: Thu, 01 Jan 1970 00:00:00 +0000\n"
                        + original);
        assertThat(parse(BounceMails.to("jane@example.com").bytes()).events())
                .singleElement()
                .satisfies(event -> assertThat(event.messageId())
                        .hasValueSatisfying(id -> assertThat(id).endsWith("@example.org")));
    }

    @Test
    void buildsMailsWhoseLinesEndAsThoseOfMails() {
        BounceMails mails =
                BounceMails.to("jane@example.com").messageId("n1@mx").date(Instant.EPOCH);
        for (byte[] mail : List.of(mails.bytes(), mails.complaint(), mails.autoReply(), mails.personal())) {
            String text = new String(mail, StandardCharsets.UTF_8);
            assertThat(text)
                    .startsWith("Return-Path: <>\r\nFrom: ")
                    .contains("\r\nTo: bounces@example.org\r\n")
                    .contains("\r\nDate: Thu, 01 Jan 1970 00:00:00 +0000\r\nMessage-ID: <n1@mx>\r\n")
                    .endsWith("\r\n");
            assertThat(text.replace("\r\n", "")).doesNotContain("\n", "\r");
        }
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
