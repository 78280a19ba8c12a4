package org.bounce4j.ses;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bounce4j.BounceBatch;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceType;
import org.bounce4j.Trust;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is a bounce, of which type, and whom it is about. */
class SesJudgeTest extends SesEventFixture {
    @ParameterizedTest
    @CsvSource({
        "Transient, MailboxFull, SOFT, MAILBOX_FULL",
        "Transient, CustomTimeoutExceeded, SOFT, EXPIRED",
        "Permanent, Suppressed, HARD, SUPPRESSED",
        "Permanent, OnAccountSuppressionList, HARD, SUPPRESSED",
        "Permanent, NoEmail, HARD, USER_UNKNOWN"
    })
    void takesNoBounceForADelayWhereTheSubTypeSaysItAll(
            String type, String subType, BounceType expected, BounceReason reason) {
        String delayed = recipient("4.0.0", "452 4.0.0 hm").replace("failed", "delayed");
        BounceBatch batch = parser.parseTrusted(bounce("eventType", type, subType, delayed, ""));
        assertThat(batch.delays()).isEmpty();
        assertThat(batch.events()).singleElement().satisfies(event -> {
            assertThat(event.type()).isEqualTo(expected);
            assertThat(event.reason()).isEqualTo(reason);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Permanent | General | 5.0.0 | 550 no | HARD | UNKNOWN",
                "Permanent | NoEmail | 5.0.0 | 550 no | HARD | USER_UNKNOWN",
                "Permanent | General | 5.0.0 | 550 odd attachment list | HARD | UNKNOWN",
                "Permanent | NoEmail | 5.0.0 | 550 that login has been frozen | HARD | USER_UNKNOWN",
                "Transient | General | 4.4.7 | 550 4.4.7 Message expired: unable to deliver in 840 minutes.<421 odd attachment list> | SOFT | EXPIRED",
                "Permanent | NoEmail | 5.7.1 | 550 5.7.1 blocked using Spamhaus | HARD | USER_UNKNOWN",
                "Permanent | NoEmail | 5.2.1 | 550 5.2.1 mailbox disabled | HARD | MAILBOX_DISABLED",
                "Permanent | NoEmail | 5.1.2 | 550 5.1.2 host not found | HARD | HOST_UNKNOWN",
                "Permanent | General | 5.7.1 | 550 5.7.1 blocked using Spamhaus | SOFT | BLOCKED",
                "Permanent | General | 5.2.2 | 552 5.2.2 mailbox full | SOFT | MAILBOX_FULL",
                "Permanent | Suppressed | 5.1.1 | Amazon SES has suppressed sending to this address | HARD | SUPPRESSED",
                "Permanent | OnAccountSuppressionList | 5.1.1 | on the suppression list | HARD | SUPPRESSED",
                "Permanent | OnTenantSuppressionList | 5.1.1 | on the suppression list | HARD | SUPPRESSED",
                "Permanent | EmailValidationSuppressed | 5.1.1 | judged bad | HARD | SUPPRESSED",
                "Permanent | UnsubscribedRecipient | 5.1.1 | opted out | COMPLAINT | UNSUBSCRIBED",
                "Permanent | SubTypeOfNextYear | 5.1.1 | 550 5.1.1 user unknown | HARD | USER_UNKNOWN",
                "Transient | General | 5.4.4 | Invalid domain: host not found | HARD | HOST_UNKNOWN",
                "Transient | General | 4.4.7 | 451 4.4.7 message expired | SOFT | EXPIRED",
                "Transient | General | 4.4.7 | 550 4.4.7 Message expired: unable to deliver in 840 minutes.<421 4.4.0 Unable to lookup DNS for gmial.example> | SOFT | HOST_UNKNOWN",
                "Transient | General | 4.4.7 | 550 4.4.7 Message expired: unable to deliver in 840 minutes.<452 4.2.2 The email account that you tried to reach is over quota.> | SOFT | MAILBOX_FULL",
                "Transient | General | 4.4.7 | 550 4.4.7 Message expired: unable to deliver in 840 minutes.<421 what> | SOFT | EXPIRED",
                "Transient | General | 4.4.7 | 550 4.4.7 Message expired: unable to deliver in 840 minutes.<452 4.2.2 The email account that you tried to reach is over quota.> (given up) | SOFT | EXPIRED",
                "Transient | General | 4.4.7 | 550 4.4.7 Message expired: unable to deliver in 840 minutes.<The email account that you tried to reach is over quota.> | SOFT | EXPIRED",
                "Transient | General | 4.4.7 | 550 4.4.7 Message expired: unable to deliver in 840 minutes.<> | SOFT | EXPIRED",
                "Transient | General | 5.2.2 | 552 5.2.2 mailbox full <421 4.4.0 Unable to lookup DNS for gmial.example> | SOFT | MAILBOX_FULL",
                "Transient | MailboxFull | 5.2.2 | 552 mailbox full | SOFT | MAILBOX_FULL",
                "Transient | MessageTooLarge | 5.3.4 | 552 too big | SOFT | MESSAGE_TOO_LARGE",
                "Transient | ContentRejected | 5.6.0 | 550 no | SOFT | CONTENT_REJECTED",
                "Transient | AttachmentRejected | 5.6.0 | 550 no | SOFT | CONTENT_REJECTED",
                "Transient | CustomTimeoutExceeded | 4.4.7 | timeout | SOFT | EXPIRED",
                "Undetermined | Undetermined | 5.0.0 | 550 ? | SOFT | UNKNOWN",
                "TypeOfNextYear | General | 5.0.0 | 550 ? | SOFT | UNKNOWN",
            })
    void correctsTheTypeByWhatTheServerSaid(
            String type, String subType, String status, String diagnostic, BounceType expected, BounceReason reason) {
        BounceEvent event = only(bounce("eventType", type, subType, recipient(status, diagnostic), ""));
        assertThat(event.type()).isEqualTo(expected);
        assertThat(event.reason()).isEqualTo(reason);
        assertThat(event.rule()).hasValueSatisfying(rule -> assertThat(rule).startsWith("ses:" + type + "/" + subType));
    }

    @Test
    void takesNoOutOfOfficeAnswerForABounce() {
        String bare = "{\"emailAddress\":\"jane@example.com\"}";
        assertThat(parser.parseTrusted(bounce("eventType", "Transient", "General", bare, ""))
                        .events())
                .isEmpty();
        assertThat(only(bounce("eventType", "Permanent", "General", bare, "")).type())
                .isEqualTo(BounceType.HARD);
    }

    @Test
    void takesOnlyABareGeneralTransientForAnAutoReply() {
        String bare = "{\"emailAddress\":\"jane@example.com\"}";
        assertThat(only(bounce("eventType", "Transient", "SubTypeOfNextYear", bare, ""))
                        .type())
                .isEqualTo(BounceType.SOFT);
        assertThat(only(bounce("eventType", "Undetermined", "Undetermined", bare, ""))
                        .type())
                .isEqualTo(BounceType.SOFT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\"action\":\"failed\"", "\"status\":\"5.4.4\"", "\"diagnosticCode\":\"smtp; 550 5.4.4 no\""})
    void takesAnyPartOfAReportForAReport(String part) {
        String recipient = "{\"emailAddress\":\"jane@example.com\"," + part + "}";
        assertThat(only(bounce("eventType", "Transient", "General", recipient, ""))
                        .recipient())
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "550; 5.1.1 user unknown",
                "-x; user unknown",
                "aWordThatIsLongerThanTheTypeOfAnyDiagnostic; user unknown"
            })
    void takesNoBeginningForATypeThatIsNone(String said) {
        String recipient = "{\"emailAddress\":\"jane@example.com\",\"diagnosticCode\":\"" + said + "\"}";
        assertThat(only(bounce("eventType", "Permanent", "General", recipient, ""))
                        .diagnostic())
                .hasValue(said);
    }

    @ParameterizedTest
    @ValueSource(strings = {"smtp", "X-Postfix", "x-2"})
    void takesTheTypeOffADiagnostic(String type) {
        String recipient =
                "{\"emailAddress\":\"jane@example.com\",\"diagnosticCode\":\"" + type + "; 550 5.1.1 user unknown\"}";
        BounceEvent event = only(bounce("eventType", "Permanent", "General", recipient, ""));
        assertThat(event.diagnostic()).hasValue("550 5.1.1 user unknown");
        assertThat(event.status()).map(Object::toString).hasValue("5.1.1");
    }

    @Test
    void takesABareTransientWithoutASubTypeForAnAutoReply() {
        String blank = bounce("eventType", "Transient", " ", JANE, "");
        assertThat(parser.parseTrusted(blank)).isEqualTo(BounceBatch.empty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"delivered", "relayed", "Expanded"})
    void namesNobodyWhomTheReportSaysTheMailReached(String action) {
        String two = recipient("5.1.1", "550 5.1.1 user unknown")
                + ",{\"emailAddress\":\"mary@example.com\",\"action\":\"" + action + "\",\"status\":\"2.0.0\"}";
        assertThat(only(bounce("eventType", "Permanent", "General", two, ""))
                        .recipient()
                        .orElseThrow()
                        .key())
                .isEqualTo("jane@example.com");
    }

    @Test
    void readsComplaints() {
        BounceEvent event = only(complaint(JANE, ",\"complaintFeedbackType\":\"abuse\",\"userAgent\":\"x\""));
        assertThat(event.type()).isEqualTo(BounceType.COMPLAINT);
        assertThat(event.reason()).isEqualTo(BounceReason.COMPLAINT);
        assertThat(event.trust()).isEqualTo(Trust.AUTHENTICATED);
        assertThat(event.occurredAt()).isEqualTo("2009-12-03T09:24:21Z");
        assertThat(only(complaint(JANE, "")).type()).isEqualTo(BounceType.COMPLAINT);
    }

    @Test
    void saysThatSeveralComplainersAreCandidates() {
        List<BounceEvent> events = parser.parseTrusted(complaint(JANE + ",{\"emailAddress\":\"mary@example.com\"}", ""))
                .events();
        assertThat(events).hasSize(2).allSatisfy(event -> {
            assertThat(event.trust()).isEqualTo(Trust.CORRELATED);
            assertThat(event.rule()).hasValueSatisfying(rule -> assertThat(rule).contains("one of 2 candidates"));
        });
    }

    @Test
    void countsACandidateOnceHoweverOftenNamed() {
        BounceEvent event = only(complaint(JANE + ",{\"emailAddress\":\"<JANE@example.com>\"}", ""));
        assertThat(event.trust()).isEqualTo(Trust.AUTHENTICATED);
        BounceBatch unreadable = parser.parseTrusted(complaint(JANE + ",{\"emailAddress\":\"redacted\"}", ""));
        assertThat(unreadable.undigested()).hasSize(1);
        assertThat(unreadable.events())
                .singleElement()
                .satisfies(it -> assertThat(it.trust()).isEqualTo(Trust.CORRELATED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"not-spam", "auth-failure", "not-spam ", " Auth-Failure"})
    void takesNoOtherFeedbackForAComplaint(String type) {
        assertThat(parser.parseTrusted(complaint(JANE, ",\"complaintFeedbackType\":\"" + type + "\"")))
                .isEqualTo(BounceBatch.empty());
        assertThat(parser.parseTrusted(complaint("", ",\"complaintFeedbackType\":\"" + type + "\"")))
                .isEqualTo(BounceBatch.empty());
    }

    @Test
    void takesASuppressedComplaintForAnEcho() {
        BounceEvent event = only(complaint(JANE, ",\"complaintSubType\":\"OnAccountSuppressionList\""));
        assertThat(event.reason()).isEqualTo(BounceReason.SUPPRESSED);
        assertThat(event.type()).isEqualTo(BounceType.HARD);
    }

    @Test
    void takesAComplaintOfAnyOtherSubTypeForOne() {
        for (String subType : List.of("UnsubscribedRecipient", "MailboxFull", "SubTypeOfNextYear")) {
            BounceEvent event = only(complaint(JANE, ",\"complaintSubType\":\"" + subType + "\""));
            assertThat(event.reason()).as(subType).isEqualTo(BounceReason.COMPLAINT);
        }
    }

    @Test
    void blamesNoAddressForWhatSesRefusedToSend() {
        List<BounceEvent> rejected = parser.parseTrusted(
                        "{\"eventType\":\"Reject\",\"reject\":{\"reason\":\"Bad content\"}," + MAIL.formatted("") + "}")
                .events();
        assertThat(rejected).hasSize(2).allSatisfy(event -> {
            assertThat(event.type()).isEqualTo(BounceType.SOFT);
            assertThat(event.reason()).isEqualTo(BounceReason.VIRUS);
            assertThat(event.diagnostic()).hasValue("Bad content");
        });
        assertThat(parser.parseTrusted(
                                "{\"eventType\":\"Rendering Failure\",\"failure\":{\"errorMessage\":\"Attribute 'name' is missing\","
                                        + "\"templateName\":\"t\"}," + MAIL.formatted("") + "}")
                        .events())
                .hasSize(2)
                .allSatisfy(event -> assertThat(event.reason()).isEqualTo(BounceReason.CONTENT_REJECTED));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Delivery",
                "Send",
                "Open",
                "Click",
                "Subscription",
                "Received",
                "AmazonSnsSubscriptionSucceeded",
                "TypeOfNextYear"
            })
    void ignoresWhatIsNoFailure(String type) {
        assertThat(parser.parseTrusted("{\"eventType\":\"" + type + "\"," + MAIL.formatted("") + "}"))
                .isEqualTo(BounceBatch.empty());
        assertThat(parser.parseTrusted("{\"notificationType\":\"" + type + "\"}"))
                .isEqualTo(BounceBatch.empty());
    }
}
