package org.bounce4j.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import org.bounce4j.BounceClassifier;
import org.bounce4j.BounceEvent;
import org.bounce4j.EventId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Holds the recipe of a mail's event ids: what makes two notices the same, and what makes them two. */
class MailEventIdTest {
    private static final String HEAD = "From: MAILER-DAEMON@mx.example.net\nSubject: Undelivered Mail\n"
            + "Date: Mon, 02 Mar 2026 08:00:04 +0000\n";
    private static final String TYPE = "MIME-Version: 1.0\nContent-Type: multipart/report; boundary=b\n\n";
    private static final String FIELDS =
            "Reporting-MTA: dns; mx.example.net\nArrival-Date: Mon, 2 Mar 2026 08:00:01 +0000\n\n"
                    + "Final-Recipient: rfc822; jane@example.com\nAction: failed\nStatus: 5.1.1\n"
                    + "Diagnostic-Code: smtp; 550 5.1.1 User unknown in virtual mailbox table\n";
    private static final String ORIGINAL = "From: a@example.org\nMessage-ID: <m1@example.org>\n";

    private static String mail(String messageId, String fields, String original) {
        return HEAD + messageId + TYPE + "--b\nContent-Type: message/delivery-status\n\n" + fields
                + "\n--b\nContent-Type: text/rfc822-headers\n\n" + original + "\n--b--\n";
    }

    private static BounceEvent event(String mail) {
        return event(mail, BounceMessageParser.standard());
    }

    private static BounceEvent event(String mail, BounceMessageParser parser) {
        List<BounceEvent> events =
                parser.parse(mail.getBytes(StandardCharsets.UTF_8)).batch().events();
        assertThat(events).hasSize(1);
        return events.get(0);
    }

    private static final String NOTICE = "Message-ID: <n1@mx.example.net>\n";

    @Test
    void isMadeOfTheNoticesMessageIdAndTheRecipient() {
        assertThat(event(mail(NOTICE, FIELDS, ORIGINAL)).id())
                .isEqualTo(EventId.of("mail", 1, "notice", "n1@mx.example.net", "jane@example.com"));
    }

    @Test
    void isMadeOfCanonicalReportFieldsWhereTheNoticeHasNoMessageId() {
        assertThat(event(mail("", FIELDS, ORIGINAL)).id())
                .isEqualTo(EventId.of(
                        "mail",
                        1,
                        "report",
                        "mx.example.net",
                        "2026-03-02T08:00:01Z",
                        "m1@example.org",
                        "jane@example.com",
                        "550 5.1.1 user unknown in virtual mailbox table"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"with a Message-ID,true", "without,false"})
    void isTheSameByEveryTransportAndEncoding(String how, boolean withMessageId) {
        String messageId = withMessageId ? NOTICE : "";
        String id = event(mail(messageId, FIELDS, ORIGINAL)).id();

        String folded =
                FIELDS.replace("User unknown in", "User unknown\n    in").replace("rfc822; ", "RFC822;");
        String base64 = mail(messageId, FIELDS, ORIGINAL)
                .replace(
                        "delivery-status\n\n" + FIELDS,
                        "delivery-status\nContent-Transfer-Encoding: base64\n\n"
                                + Base64.getMimeEncoder().encodeToString(FIELDS.getBytes(StandardCharsets.UTF_8))
                                + "\n");
        assertThat(base64).doesNotContain("Final-Recipient");
        List<String> copies = List.of(
                mail(messageId, FIELDS, ORIGINAL).replace("\n", "\r\n"),
                mail(messageId, FIELDS, ORIGINAL).replace("\n", "\r"),
                // delivered to another place, by other relays, with a mailbox's own marks
                "Return-Path: <>\nReceived: from a by b; Tue, 3 Mar 2026 01:02:03 +0000\nX-Spam-Score: 0.1\nStatus: RO\n"
                        + mail(messageId, FIELDS, ORIGINAL),
                "From MAILER-DAEMON Mon Mar  2 08:00:05 2026\n" + mail(messageId, FIELDS, ORIGINAL),
                mail(messageId, folded, ORIGINAL),
                base64,
                mail(messageId, FIELDS.replace("jane@example.com", "<Jane@EXAMPLE.com>"), ORIGINAL),
                // the end of the mail is missing
                mail(messageId, FIELDS, ORIGINAL).replace("\n--b--\n", ""),
                mail(
                        messageId,
                        FIELDS,
                        ORIGINAL + "Subject: more of the original came back\nX-Listmonk-Subscriber: s\n"));
        for (String copy : copies) {
            assertThat(event(copy).id()).as(copy).isEqualTo(id);
        }
    }

    @Test
    void doesNotDependOnWhenWhereOrHowItIsJudged() {
        BounceMessageParser other = BounceMessageParser.builder()
                .clock(Clock.fixed(Instant.parse("2030-01-01T00:00:00Z"), ZoneOffset.UTC))
                .source("archive")
                .classifier(BounceClassifier.withRules("own SPAM_CONTENT \"user unknown\""))
                .build();
        BounceEvent judgedOtherwise = event(mail("", FIELDS, ORIGINAL), other);
        assertThat(judgedOtherwise.rule()).hasValue("own");
        assertThat(judgedOtherwise.id())
                .isEqualTo(event(mail("", FIELDS, ORIGINAL)).id());
    }

    @Test
    void isAnotherForAnotherNoticeOrRecipient() {
        String id = event(mail(NOTICE, FIELDS, ORIGINAL)).id();
        assertThat(event(mail(NOTICE.replace("n1", "n2"), FIELDS, ORIGINAL)).id())
                .isNotEqualTo(id);
        assertThat(event(mail(NOTICE, FIELDS.replace("jane", "joe"), ORIGINAL)).id())
                .isNotEqualTo(id);
    }

    @ParameterizedTest
    @CsvSource({
        "mx.example.net,mx2.example.net",
        "08:00:01,08:00:02",
        "jane,joe",
        "User unknown in virtual,User unknown in local"
    })
    void isAnotherForAnotherReportWithoutMessageId(String old, String other) {
        assertThat(event(mail("", FIELDS.replace(old, other), ORIGINAL)).id())
                .isNotEqualTo(event(mail("", FIELDS, ORIGINAL)).id());
    }

    @Test
    void twoNoticesOfOneFailureShareTheAttempt() {
        BounceEvent first = event(mail(NOTICE, FIELDS, ORIGINAL));
        BounceEvent second = event(mail(NOTICE.replace("n1", "n2"), FIELDS.replace("mx.", "relay."), ORIGINAL));
        assertThat(second.id()).isNotEqualTo(first.id());
        assertThat(second.attempt()).isPresent().isEqualTo(first.attempt());
        assertThat(event(mail(NOTICE, FIELDS, "From: a@example.org\n")).attempt())
                .isEmpty();
    }

    @Test
    void keepsOneEventARecipient() {
        String twice = FIELDS + "\n" + FIELDS.substring(FIELDS.indexOf("Final-Recipient"));
        assertThat(event(mail(NOTICE, twice, ORIGINAL)).id())
                .isEqualTo(event(mail(NOTICE, FIELDS, ORIGINAL)).id());
    }
}
