package org.bounce4j.ses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bounce4j.BounceBatch;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceType;
import org.bounce4j.EmailAddress;
import org.bounce4j.EventId;
import org.bounce4j.MalformedPayloadException;
import org.bounce4j.Trust;
import org.bounce4j.testkit.SesPayloads;
import org.bounce4j.testkit.SnsSigner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SesEventParserTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final String TOPIC = "arn:aws:sns:eu-west-1:123456789012:bounces";
    private final SesEventParser parser =
            SesEventParser.builder().clock(Clock.fixed(NOW, ZoneOffset.UTC)).build();

    private static final String MAIL =
            "\"mail\":{\"timestamp\":\"2026-03-01T11:00:00.000Z\",\"messageId\":\"0102018e-ses-id\","
                    + "\"source\":\"news@example.org\",\"sourceArn\":\"arn:aws:ses:eu-west-1:123456789012:identity/example.org\","
                    + "\"destination\":[\"jane@example.com\",\"mary@example.com\"]%s}";
    private static final String DESTINATION = "[\"jane@example.com\",\"mary@example.com\"]";
    private static final String HEADERS =
            ",\"headersTruncated\":false,\"headers\":[{\"name\":\"Message-ID\",\"value\":\"<mine@example.org>\"},"
                    + "{\"name\":\"x-listmonk-SUBSCRIBER\",\"value\":\"s-1\"},{\"name\":\"X-Listmonk-Campaign\",\"value\":\"c-1\"}],"
                    + "\"commonHeaders\":{\"messageId\":\"<mine@example.org>\"}";
    private static final String TAGS =
            ",\"tags\":{\"ses:configuration-set\":[\"main\"],\"campaign_uuid\":[\"c-2\"],\"many\":[\"a\",\"b\"]}";

    private static String bounce(String dialect, String type, String subType, String recipients, String mail) {
        return "{\"" + dialect + "\":\"Bounce\",\"bounce\":{\"bounceType\":\"" + type + "\",\"bounceSubType\":\""
                + subType
                + "\",\"bouncedRecipients\":[" + recipients
                + "],\"timestamp\":\"2026-03-01T11:00:05.000Z\",\"feedbackId\":\"f-1\","
                + "\"remoteMtaIp\":\"192.0.2.80\",\"reportingMTA\":\"dns; a8-60.smtp-out.amazonses.com\"},"
                + MAIL.formatted(mail)
                + "}";
    }

    private static String recipient(String status, String diagnostic) {
        return "{\"emailAddress\":\"jane@example.com\",\"action\":\"failed\",\"status\":\"" + status
                + "\",\"diagnosticCode\":\"smtp; " + diagnostic + "\"}";
    }

    private BounceEvent only(String json) {
        List<BounceEvent> events = parser.parseTrusted(json).events();
        assertThat(events).hasSize(1);
        return events.get(0);
    }

    @Test
    void readsABounceWithAReport() {
        BounceEvent event = only(bounce(
                "notificationType", "Permanent", "General", recipient("5.1.1", "550 5.1.1 user unknown"), HEADERS));
        assertThat(event.type()).isEqualTo(BounceType.HARD);
        assertThat(event.reason()).isEqualTo(BounceReason.USER_UNKNOWN);
        assertThat(event.rule()).hasValue("ses:Permanent/General user.unknown");
        assertThat(event.recipient()).contains(EmailAddress.of("jane@example.com"));
        assertThat(event.source()).isEqualTo("ses");
        assertThat(event.trust()).isEqualTo(Trust.AUTHENTICATED);
        assertThat(event.status()).map(Object::toString).hasValue("5.1.1");
        assertThat(event.replyCode()).hasValue(550);
        assertThat(event.diagnostic()).hasValue("550 5.1.1 user unknown");
        assertThat(event.remoteMta()).hasValue("192.0.2.80");
        assertThat(event.subscriber()).hasValue("s-1");
        assertThat(event.campaign()).hasValue("c-1");
        assertThat(event.messageId()).hasValue("0102018e-ses-id@eu-west-1.amazonses.com");
        assertThat(event.providerMessageId()).hasValue("0102018e-ses-id");
        assertThat(event.occurredAt()).isEqualTo("2026-03-01T11:00:05Z");
        assertThat(event.receivedAt()).isEqualTo(NOW);
        assertThat(event.meta()).contains("\"feedbackId\":\"f-1\"", "\"bounceSubType\":\"General\"");
    }

    @Test
    void attributesWhatTheTestkitBuilds() {
        String complaint = SesPayloads.complaint("jane@example.com");
        BounceEvent byHeaders = only(SesPayloads.withHeader(
                SesPayloads.withHeader(complaint, "X-Listmonk-Subscriber", "s-1"), "X-Listmonk-Campaign", "c-1"));
        assertThat(byHeaders.subscriber()).hasValue("s-1");
        assertThat(byHeaders.campaign()).hasValue("c-1");
        BounceEvent byTags = only(
                SesPayloads.withTag(SesPayloads.withTag(complaint, "subscriber_uuid", "s-2"), "campaign_uuid", "c-2"));
        assertThat(byTags.subscriber()).hasValue("s-2");
        assertThat(byTags.campaign()).hasValue("c-2");
        for (String wrong : List.of("", "[]", "{", "{\"mail\":1}")) {
            assertThatIllegalArgumentException().isThrownBy(() -> SesPayloads.withTag(wrong, "a", "b"));
        }
    }

    @Test
    void isAboutTheAddressThatWasMailedWhateverTheRemoteServerCallsIt() {
        String forwarded =
                recipient("5.1.1", "550 5.1.1 user unknown").replace("jane@example.com", "jane.doe@far.example");
        String json = bounce("notificationType", "Permanent", "General", forwarded, HEADERS);
        BounceEvent one = only(json.replace(",\"mary@example.com\"", ""));
        assertThat(one.recipient()).contains(EmailAddress.of("jane@example.com"));
        assertThat(one.reportedRecipient()).contains(EmailAddress.of("jane.doe@far.example"));
        assertThat(one.trust()).isEqualTo(Trust.AUTHENTICATED);
        BounceEvent twice = only(json.replace("mary@example.com", "Jane@example.com"));
        assertThat(twice.recipient()).contains(EmailAddress.of("jane@example.com"));
        for (String noAddress : List.of("jane.doe", "|/usr/bin/procmail", "rfc822; jane@far.example", "")) {
            assertThat(only(json.replace("jane.doe@far.example", noAddress).replace(",\"mary@example.com\"", ""))
                            .recipient())
                    .as(noAddress)
                    .contains(EmailAddress.of("jane@example.com"));
        }
    }

    /** Their servers write the report that Amazon signs: whoever runs one could have anybody suppressed. */
    @Test
    void keepsAReportThatNamesNoneOfSeveralDestinationsAndBlamesNobody() {
        String stranger = recipient("5.1.1", "550").replace("jane@example.com", "victim@far.example");
        BounceBatch batch = parser.parseTrusted(
                bounce("eventType", "Permanent", "General", stranger + "," + recipient("5.1.1", "550"), ""));
        assertThat(batch.events())
                .extracting(event -> event.recipient().orElseThrow().key())
                .containsExactly("jane@example.com");
        assertThat(batch.undigested())
                .singleElement()
                .satisfies(item -> assertThat(item.cause()).contains("destination"));
        assertThatExceptionOfType(MalformedPayloadException.class)
                .isThrownBy(() -> parser.parseTrusted(bounce("eventType", "Permanent", "General", stranger, "")));
    }

    @Test
    void takesAnEarlySemicolonForWhatWasSaid() {
        BounceEvent event = only(bounce(
                "notificationType",
                "Permanent",
                "General",
                recipient("5.7.1", "x").replace("smtp; x", "550 5.7.1; refused"),
                HEADERS));
        assertThat(event.type()).isEqualTo(BounceType.SOFT);
        assertThat(event.diagnostic()).hasValue("550 5.7.1; refused");
        assertThat(event.replyCode()).hasValue(550);
    }

    @Test
    void believesEventBridgeOfAmazonsOwnEventsAlone() {
        String event = "{\"source\":\"%s\",\"detail-type\":\"Email Bounced\",\"region\":\"eu-west-1\",\"detail\":"
                + bounce("eventType", "Permanent", "General", recipient("5.1.1", "550 no"), TAGS) + "}";
        assertThat(parser.parseTrustedEventBridge(event.formatted("aws.ses")).events())
                .hasSize(1);
        assertThatExceptionOfType(MalformedPayloadException.class)
                .isThrownBy(() -> parser.parseTrustedEventBridge(event.formatted("my.app")))
                .withMessageContaining("aws.ses");
    }

    @Test
    void takesTheGreetingByWhateverItComes() {
        String greeting = "Successfully validated SNS topic for Amazon SES event publishing.";
        for (BounceBatch batch : List.of(
                parser.parseTrustedSqs(greeting),
                parser.parseTrustedLambda("{\"Records\":[{\"body\":" + quoted(greeting) + "}]}"),
                parser.parseTrustedFirehose("{\"records\":[{\"data\":" + quoted(base64(greeting)) + "}]}"))) {
            assertThat(batch.events()).isEmpty();
            assertThat(batch.undigested()).isEmpty();
        }
    }

    @Test
    void givesTheSameEventInBothDialects() {
        String recipient = recipient("5.1.1", "550 5.1.1 user unknown");
        BounceEvent notification = only(bounce("notificationType", "Permanent", "General", recipient, HEADERS));
        BounceEvent published = only(bounce("eventType", "Permanent", "General", recipient, TAGS));
        assertThat(published.id())
                .isEqualTo(notification.id())
                .isEqualTo(EventId.of("ses", 1, "feedback", "f-1", "jane@example.com"));
        assertThat(published.attempt()).isPresent().isEqualTo(notification.attempt());
        assertThat(published.campaign()).hasValue("c-2");
        assertThat(published.tags()).containsEntry("many", "a, b");
    }

    @Test
    void namesTheBouncedRecipientsAndNobodyElse() {
        String two = recipient("5.1.1", "550 5.1.1 user unknown")
                + ",{\"emailAddress\":\"Mary <mary@example.com>\",\"action\":\"delayed\",\"status\":\"4.0.0\"}";
        BounceBatch batch = parser.parseTrusted(bounce("eventType", "Permanent", "General", two, ""));
        assertThat(batch.events())
                .extracting(event -> event.recipient().orElseThrow().key())
                .containsExactly("jane@example.com");
        assertThat(batch.delays())
                .extracting(event -> event.recipient().orElseThrow().key())
                .containsExactly("mary@example.com");
    }

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

    /** Whoever subscribes with such an address has it bounce at their own server, and means somebody else. */
    @Test
    void blamesNobodyWhoseAddressIsQuotedInAnothers() {
        for (String attacker : List.of(
                "\"<victim@example.com>\"@attacker.example",
                "\"x <victim@example.com>\"@attacker.example",
                "<\"<victim@example.com>\"@attacker.example>",
                "Name <\"<victim@example.com>\"@attacker.example>")) {
            String json = bounce(
                            "eventType",
                            "Permanent",
                            "General",
                            "{\"emailAddress\":" + quoted(attacker) + "},{\"emailAddress\":\"Joe <joe@example.com> \"}",
                            "")
                    .replace(DESTINATION, "[]");
            assertThat(parser.parseTrusted(json).events())
                    .as(attacker)
                    .extracting(event -> event.recipient().orElseThrow().key())
                    .contains("joe@example.com")
                    .doesNotContain("victim@example.com");
        }
    }

    @Test
    void keepsTheTimesOfAllReadersAndDatabases() {
        for (String timestamp :
                List.of("+99999-01-01T00:00:00Z", "-0001-01-01T00:00:00Z", "1969-12-31T23:59:59.000Z")) {
            assertThat(only(bounce("eventType", "Permanent", "General", recipient("5.1.1", "550"), "")
                                    .replace("2026-03-01T11:00:05.000Z", timestamp))
                            .occurredAt())
                    .as(timestamp)
                    .isEqualTo("2026-03-01T11:00:00Z");
        }
    }

    @Test
    void refusesADocumentWithANameTwice() {
        String twice = recipient("5.1.1", "550").replace("{", "{\"emailAddress\":\"victim@example.com\",");
        assertThatExceptionOfType(MalformedPayloadException.class)
                .isThrownBy(() -> parser.parseTrusted(bounce("eventType", "Permanent", "General", twice, "")));
        assertThatExceptionOfType(MalformedPayloadException.class)
                .isThrownBy(() -> parser.parseTrusted("{\"eventType\":\"Delivery\",\"eventType\":\"Bounce\"}"));
    }

    @Test
    @Timeout(30)
    void isNotMadeSlowByRecipientsHeadersAndTags() {
        String recipients = IntStream.range(0, 100_000)
                .mapToObj(i -> "{\"emailAddress\":\"jane" + i + "@example.com\"}")
                .collect(Collectors.joining(","));
        String tags = IntStream.range(0, 20_000)
                .mapToObj(i -> "\"tag" + i + "\":[\"v\"]")
                .collect(Collectors.joining(",", ",\"tags\":{", ",\"subscriber_uuid\":[\"s-9\"]}"));
        String headers = IntStream.range(0, 20_000)
                .mapToObj(i -> "{\"name\":\"X-" + i + "\",\"value\":\"v\"}")
                .collect(Collectors.joining(",", ",\"headers\":[", "]"));
        List<BounceEvent> events = parser.parseTrusted(
                        bounce("eventType", "Permanent", "General", recipients, headers + tags)
                                .replace(DESTINATION, "[]"))
                .events();
        assertThat(events).hasSize(100_000);
        assertThat(events.get(99_999).subscriber()).hasValue("s-9");
    }

    @Test
    @Timeout(20)
    void isNotMadeSlowByDestinationsThatAreSlowToParse() {
        String slow = "x@" + "\u00e4\u4e2d\u6587.".repeat(25) + "de";
        String destinations = IntStream.range(0, 50).mapToObj(i -> quoted(slow)).collect(Collectors.joining(","));
        String recipients = IntStream.range(0, 20_000)
                .mapToObj(i -> "{\"emailAddress\":\"" + i + "@b\"}")
                .collect(Collectors.joining(","));
        List<BounceEvent> events = parser.parseTrusted(bounce("eventType", "Permanent", "General", recipients, "")
                        .replace(DESTINATION, "[" + destinations + "]"))
                .events();
        assertThat(events)
                .hasSize(20_000)
                .allSatisfy(event -> assertThat(event.recipient()).contains(EmailAddress.of(slow)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "feedbackId",
                "complaintFeedbackType",
                "complaintSubType",
                "userAgent",
                "bounceType",
                "bounceSubType",
                "remoteMtaIp",
                "timestamp",
                "delayType",
                "messageId"
            })
    @Timeout(20)
    void isNotMadeSlowByOneLongTextAboutManyRecipients(String field) {
        String recipients = IntStream.range(0, 20_000)
                .mapToObj(i -> "{\"emailAddress\":\"" + i + "@b\"}")
                .collect(Collectors.joining(","));
        String text = "\"" + field + "\":\"" + "long ".repeat(200_000) + "\"";
        for (String kind : List.of("bounce", "complaint", "deliveryDelay")) {
            String type = Character.toUpperCase(kind.charAt(0)) + kind.substring(1);
            String list = Map.of("bounce", "bounced", "complaint", "complained", "deliveryDelay", "delayed")
                    .get(kind);
            BounceBatch batch = parser.parseTrusted("{\"eventType\":\"" + type + "\",\"mail\":{"
                    + (field.equals("messageId") ? text : "") + "},\"" + kind + "\":{" + text + ",\"" + list
                    + "Recipients\":[" + recipients + "]}}");
            assertThat(batch.events().size() + batch.delays().size()).as(kind).isEqualTo(20_000);
        }
    }

    @Test
    void sharesAmongItsEventsWhatTheyHaveInCommon() {
        List<BounceEvent> events = parser.parseTrusted(
                        complaint(JANE + ",{\"emailAddress\":\"mary@example.com\"}", ",\"userAgent\":\"a browser\"")
                                .replace(DESTINATION, DESTINATION + TAGS))
                .events();
        assertThat(events).hasSize(2);
        assertThat(events.get(1).tags()).isNotEmpty().isSameAs(events.get(0).tags());
        assertThat(events.get(1).meta())
                .contains("a browser")
                .isSameAs(events.get(0).meta());
        assertThat(events.get(1).messageId())
                .isPresent()
                .isEqualTo(events.get(0).messageId());
        assertThat(events.get(1).attempt())
                .isPresent()
                .isNotEqualTo(events.get(0).attempt());
    }

    @Test
    void takesALongTextForNoFeedbackId() {
        String bounce = bounce("eventType", "Permanent", "General", recipient("5.1.1", "550"), "");
        assertThat(only(bounce.replace("f-1", "f".repeat(255))).id())
                .isEqualTo(EventId.of("ses", 1, "feedback", "f".repeat(255), "jane@example.com"));
        assertThat(only(bounce.replace("f-1", "f".repeat(256))).id())
                .isEqualTo(only(bounce.replace(",\"feedbackId\":\"f-1\"", "")).id());
    }

    @Test
    @Timeout(20)
    void isNotMadeSlowByAddressesThatCollide() {
        List<String> names = List.of("");
        for (int i = 0; i < 15; i++) {
            names = names.stream()
                    .flatMap(name -> Stream.of(name + "a}", name + "b^"))
                    .toList();
        }
        assertThat(names.stream().map(String::hashCode).distinct()).hasSize(1);
        String recipients = names.stream()
                .map(name -> "{\"emailAddress\":\"" + name + "@b\"}")
                .collect(Collectors.joining(","));
        assertThat(parser.parseTrusted(complaint(recipients, "").replace(DESTINATION, "[]"))
                        .events())
                .hasSize(names.size());
    }

    private static String complaint(String recipients, String more) {
        return "{\"eventType\":\"Complaint\",\"complaint\":{\"complainedRecipients\":[" + recipients
                + "],\"timestamp\":\"2009-12-03T04:24:21.000-05:00\",\"feedbackId\":\"f-2\"" + more + "},"
                + MAIL.formatted("") + "}";
    }

    private static final String JANE = "{\"emailAddress\":\"jane@example.com\"}";

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
    void keepsDelaysApart() {
        BounceBatch batch = parser.parseTrusted(
                "{\"eventType\":\"DeliveryDelay\",\"deliveryDelay\":{\"timestamp\":\"2026-03-01T11:00:05.000Z\","
                        + "\"delayType\":\"MailboxFull\",\"delayedRecipients\":[{\"emailAddress\":\"jane@example.com\",\"status\":\"4.2.2\","
                        + "\"diagnosticCode\":\"smtp; 452 4.2.2 hm\"}]}," + MAIL.formatted("") + "}");
        assertThat(batch.events()).isEmpty();
        assertThat(batch.delays()).singleElement().satisfies(delay -> {
            assertThat(delay.type()).isEqualTo(BounceType.SOFT);
            assertThat(delay.reason()).isEqualTo(BounceReason.MAILBOX_FULL);
        });
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
    @ValueSource(strings = {"\"destination\":[]", "\"x\":1", "\"destination\":[\"nobody\"]"})
    void keepsARefusalOfWhichNobodyCanTellWhomItWasAbout(String destination) {
        String reject =
                "{\"eventType\":\"Reject\",\"reject\":{\"reason\":\"Bad content\"},\"mail\":{\"messageId\":\"m\","
                        + destination + "}}";
        assertThatExceptionOfType(MalformedPayloadException.class)
                .isThrownBy(() -> parser.parseTrusted(reject))
                .withMessageContaining("destination");
        assertThat(parse(reject).undigested()).hasSize(1);
    }

    @Test
    void losesNoDestinationOfARefusalBesideOneThatCannotBeRead() {
        String reject = "{\"eventType\":\"Reject\",\"reject\":{\"reason\":\"Bad content\"},"
                + "\"mail\":{\"messageId\":\"m\",\"destination\":[\"jane@example.com\",\"nobody\"]}}";
        BounceBatch batch = parser.parseTrusted(reject);
        assertThat(batch.events()).hasSize(1);
        assertThat(batch.undigested()).singleElement().satisfies(item -> {
            assertThat(new String(item.bytes(), StandardCharsets.UTF_8)).isEqualTo(reject);
            assertThat(item.cause()).contains("destination[1]");
        });
    }

    /** A recipient alone says neither which mail it was nor to whom that went. */
    @Test
    void keepsTheWholeDocumentForRecipientsThatCannotBeRead() {
        String recipients = IntStream.range(0, 30)
                .mapToObj(i -> ",{\"emailAddress\":\"" + (i % 2 == 0 ? "nobody" : "mary@far.example") + "\"}")
                .collect(Collectors.joining());
        String bounce = bounce("eventType", "Permanent", "General", recipient("5.1.1", "550") + recipients, "");
        BounceBatch batch = parser.parseTrusted(bounce);
        assertThat(batch.events()).hasSize(1);
        assertThat(batch.undigested()).singleElement().satisfies(item -> {
            assertThat(new String(item.bytes(), StandardCharsets.UTF_8)).isEqualTo(bounce);
            assertThat(item.cause())
                    .contains("got something else (bouncedRecipients[1], bouncedRecipients[3], ")
                    .contains("bouncedRecipients[20] and 5 more)")
                    .doesNotContain("bouncedRecipients[21]", "@");
        });
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

    @Test
    void readsEveryFormOfTimestampAndNoneForTheRest() {
        for (String timestamp :
                List.of("2026-03-01T11:00:05.000Z", "2026-03-01T12:00:05+01:00", "2026-03-01T11:00:05 +0000")) {
            assertThat(only(bounce("eventType", "Permanent", "General", recipient("5.1.1", "550"), "")
                                    .replace("2026-03-01T11:00:05.000Z", timestamp))
                            .occurredAt())
                    .isEqualTo("2026-03-01T11:00:05Z");
        }
        assertThat(only(bounce("eventType", "Permanent", "General", recipient("5.1.1", "550"), "")
                                .replace("2026-03-01T11:00:05.000Z", "soon"))
                        .occurredAt())
                .as("when the mail was sent")
                .isEqualTo("2026-03-01T11:00:00Z");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "{\"eventType\":5}x",
                "{\"eventType\":\"Bounce\"}",
                "{\"eventType\":\"Bounce\",\"bounce\":{}}",
                "{\"eventType\":\"Bounce\",\"bounce\":{\"bouncedRecipients\":[]}}",
                "{\"eventType\":\"Bounce\",\"bounce\":{\"bouncedRecipients\":[{\"emailAddress\":\"nobody\"}]}}",
                "{\"eventType\":\"Complaint\",\"complaint\":[]}"
            })
    void refusesATrustedPayloadThatIsNoEvent(String json) {
        assertThatExceptionOfType(MalformedPayloadException.class).isThrownBy(() -> parser.parseTrusted(json));
    }

    @Test
    void losesNoRecipientBesideOneThatCannotBeRead() {
        BounceBatch batch = parser.parseTrusted(
                "{\"eventType\":\"Bounce\",\"mail\":{\"messageId\":\"m\"},\"bounce\":{\"feedbackId\":\"f\","
                        + "\"bounceType\":\"Permanent\",\"bounceSubType\":\"General\",\"bouncedRecipients\":["
                        + "{\"emailAddress\":\"nobody\"},{\"emailAddress\":\"jane@example.com\"}]}}");
        assertThat(batch.events()).hasSize(1);
        assertThat(batch.undigested()).hasSize(1);
    }

    private BounceBatch parse(String message) {
        SnsMessage sns = SnsMessage.insecureUnverified(
                SnsSigner.create().notification(TOPIC, message).sign().body());
        return parser.parse((SnsMessage.Notification) sns);
    }

    @Test
    void keepsAVerifiedMessageThatCannotBeReadAsEvidence() {
        for (String message : List.of("{\"eventType\":\"Bounce\"}", "{broken", "{\"a\":1}", "[]")) {
            assertThat(parse(message).undigested()).singleElement().satisfies(item -> {
                assertThat(new String(item.bytes(), StandardCharsets.UTF_8)).isEqualTo(message);
                assertThat(item.source()).isEqualTo("ses");
            });
        }
    }

    @Test
    void acknowledgesGreetings() {
        assertThat(parse("Successfully validated SNS topic for Amazon SES event publishing."))
                .isEqualTo(BounceBatch.empty());
        assertThat(parse("hello")).isEqualTo(BounceBatch.empty());
    }

    @Test
    void takesTheTopicsRegionWhereThePayloadNamesNone() {
        String bounce =
                SesPayloads.bounce("jane@example.com", "Permanent", "General", "5.1.1", "smtp; 550 5.1.1 user unknown");
        BounceEvent event = parse(bounce).events().get(0);
        assertThat(event.messageId()).hasValueSatisfying(id -> assertThat(id).endsWith("@eu-west-1.amazonses.com"));
        assertThat(parser.parseTrusted(bounce).events().get(0).messageId()).isEmpty();
        assertThat(parse(SesPayloads.complaint("jane@example.com"))
                        .events()
                        .get(0)
                        .type())
                .isEqualTo(BounceType.COMPLAINT);
    }

    // --- what other services wrap around it
    // -------------------------------------------------------------------------------

    private static String envelope(String message) {
        return SnsSigner.create().notification(TOPIC, message).sign().text();
    }

    private static String quoted(String text) {
        return "\"" + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + "\"";
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void givesTheSameEventByEveryTransport() {
        String event = bounce("eventType", "Permanent", "General", recipient("5.1.1", "550 5.1.1 user unknown"), TAGS);
        List<BounceEvent> direct = parser.parseTrusted(event).events();
        assertThat(direct).hasSize(1);
        String signed = envelope(event + "\n");
        String lambda = signed.replace("SigningCertURL", "SigningCertUrl")
                .replace("UnsubscribeURL", "UnsubscribeUrl")
                .replaceFirst("\\{", "{\"Subject\":null,\"MessageAttributes\":{},");
        String bridge = "{\"version\":\"0\",\"id\":\"1\",\"detail-type\":\"Email Bounced\",\"source\":\"aws.ses\","
                + "\"region\":\"eu-west-1\",\"resources\":[],\"detail\":" + event + "}";
        String unsigned =
                "{\"Type\":\"Notification\",\"TopicArn\":\"" + TOPIC + "\",\"Message\":" + quoted(event) + "}";
        assertThat(List.of(
                        parser.parseTrustedSqs(signed),
                        parser.parseTrustedSqs(event),
                        parser.parseTrustedSqs(bridge),
                        parser.parseTrustedLambda(
                                "{\"Records\":[{\"EventSource\":\"aws:sns\",\"EventVersion\":\"1.0\",\"Sns\":" + lambda
                                        + "}]}"),
                        parser.parseTrustedLambda(
                                "{\"Records\":[{\"messageId\":\"m\",\"eventSource\":\"aws:sqs\",\"body\":"
                                        + quoted(signed) + "}]}"),
                        parser.parseTrustedLambda(
                                "{\"Records\":[{\"messageId\":\"m\",\"eventSource\":\"aws:sqs\",\"body\":"
                                        + quoted(event) + "}]}"),
                        parser.parseTrustedLambda(bridge),
                        parser.parseTrustedEventBridge(bridge),
                        parser.parseTrustedSqs(envelope(bridge)),
                        parse(bridge),
                        parser.parseTrustedFirehose(event + "\n"),
                        parser.parseTrustedFirehose("{\"requestId\":\"r\",\"timestamp\":1,\"records\":[{\"data\":\""
                                + base64(event + "\n") + "\"}]}"),
                        parser.parseTrustedFirehose("{\"requestId\":\"r\",\"timestamp\":1,\"records\":[{\"data\":\""
                                + base64(unsigned) + "\"}]}")))
                .allSatisfy(batch -> {
                    assertThat(batch.events()).isEqualTo(direct);
                    assertThat(batch.delays()).isEmpty();
                    assertThat(batch.undigested()).isEmpty();
                });
    }

    @Test
    void takesTheRegionFromWhatIsWrappedAround() {
        String event = SesPayloads.complaint("jane@example.com");
        String bridge =
                "{\"detail-type\":\"Email Complaint Received\",\"region\":\"eu-north-1\",\"detail\":" + event + "}";
        assertThat(parser.parseTrustedEventBridge(bridge).events().get(0).messageId())
                .hasValueSatisfying(id -> assertThat(id).endsWith("@eu-north-1.amazonses.com"));
        assertThat(parser.parseTrustedSqs(envelope(event)).events().get(0).messageId())
                .hasValueSatisfying(id -> assertThat(id).endsWith("@eu-west-1.amazonses.com"));
    }

    @Test
    void losesNoRecordBesideOneThatCannotBeRead() {
        String good = bounce("eventType", "Permanent", "General", recipient("5.1.1", "550 5.1.1 user unknown"), "");
        BounceBatch lambda = parser.parseTrustedLambda("{\"Records\":[{\"body\":\"no json\"},7,{\"Sns\":{}},{\"body\":"
                + quoted("{\"eventType\":\"Bounce\"}") + "},{\"body\":" + quoted(good) + "}]}");
        assertThat(lambda.events()).hasSize(1);
        assertThat(lambda.undigested()).hasSize(4);
        BounceBatch request = parser.parseTrustedFirehose(
                "{\"records\":[{\"data\":\"!\"},{},{\"data\":\"" + base64("oh\n" + good + "\n" + good) + "\"}]}");
        assertThat(request.events()).hasSize(2);
        assertThat(request.undigested()).hasSize(2);
        BounceBatch file = parser.parseTrustedFirehose(good + "\n{\"eventType\":\n" + good + "\n");
        assertThat(file.events()).hasSize(2);
        assertThat(file.undigested()).hasSize(1);
    }

    @Test
    void tellsRecordsOfFirehoseApartThatNothingStandsBetween() {
        String jane = bounce("eventType", "Permanent", "General", recipient("5.1.1", "550 5.1.1 }{ \\\" {"), "");
        String mary = jane.replace("jane@example.com", "mary@example.com");
        String open = "{\"eventType\":\"Open\"}";
        for (String delivery : List.of(
                jane + mary,
                jane + open + " " + mary + "\n",
                "{\"records\":[{\"data\":\"" + base64(jane + mary) + "\"},{\"data\":\"" + base64(open) + "\"}]}")) {
            BounceBatch batch = parser.parseTrustedFirehose(delivery);
            assertThat(batch.events()).as(delivery).hasSize(2);
            assertThat(batch.undigested()).isEmpty();
        }
        BounceBatch junk = parser.parseTrustedFirehose("oh \" no" + jane + "}" + mary + "{\"eventType\":");
        assertThat(junk.events()).hasSize(1);
        assertThat(junk.undigested())
                .extracting(item -> new String(item.bytes(), StandardCharsets.UTF_8))
                .containsExactly("oh \" no" + jane, "}", "{\"eventType\":");
    }

    @Test
    @Timeout(30)
    void keepsVeryManyPartsThatCannotBeReadInFew() {
        String good = bounce("eventType", "Permanent", "General", recipient("5.1.1", "550"), "");
        String junk = "}".repeat(1_000_000);
        BounceBatch batch = parser.parseTrustedFirehose(junk + "\noh\n" + good + "\n" + junk);
        assertThat(batch.events()).hasSize(1);
        assertThat(batch.undigested()).hasSize(102);
        assertThat(batch.undigested().get(100).bytes())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo(junk.substring(100) + "\noh");
        assertThat(batch.undigested().get(101).bytes())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo(junk);
        BounceBatch lambda = parser.parseTrustedLambda("{\"Records\":[" + "0,".repeat(100_000) + "1]}");
        assertThat(lambda.undigested()).hasSize(101);
        assertThat(lambda.undigested().get(100).bytes())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("0\n".repeat(99_900) + "1");
    }

    @Test
    void makesTheSameIdOfHalfACharacterByEveryTransport() {
        String event = bounce("eventType", "Permanent", "General", recipient("5.1.1", "550 \\ud83d x"), "")
                .replace("f-1", "f-\\ud83d")
                .replace("jane@example.com\",\"mary", "jane@example.com\",\"jane");
        BounceEvent direct = only(event);
        String bridge =
                "{\"detail-type\":\"x\",\"source\":\"aws.ses\",\"region\":\"eu-west-1\",\"detail\":" + event + "}";
        String literal = event.replace("\\ud83d", "\ud83d");
        for (BounceBatch batch : List.of(
                parser.parseTrusted(literal),
                parser.parseTrustedSqs(event),
                parser.parseTrustedSqs(literal),
                parser.parseTrustedSqs(envelope(event)),
                parser.parseTrustedEventBridge(bridge),
                parser.parseTrustedFirehose(event),
                parser.parseTrustedLambda("{\"Records\":[{\"body\":" + quoted(event) + "}]}"))) {
            assertThat(batch.events())
                    .extracting(BounceEvent::id, it -> it.diagnostic().orElse(""))
                    .containsExactly(tuple(direct.id(), direct.diagnostic().orElse("")));
        }
    }

    @Test
    void readsBesideJunkWhatIsNoConcernOfOurs() {
        assertThat(parser.parseTrustedFirehose("{\"eventType\":\"Open\"}\noh\n").readable())
                .isTrue();
        assertThat(parser.parseTrustedFirehose("oh\n").readable()).isFalse();
    }

    @Test
    void unwrapsAnEventOfEventBridgeOnce() {
        String bridge = "{\"detail-type\":\"x\",\"source\":\"aws.ses\",\"detail\":%s}";
        String event = bounce("eventType", "Permanent", "General", recipient("5.1.1", "550 no"), "");
        assertThat(parse(bridge.formatted(event)).events()).hasSize(1);
        BounceBatch twice = parse(bridge.formatted(bridge.formatted(event)));
        assertThat(twice.events()).isEmpty();
        assertThat(parse(bridge.formatted(event).replace("aws.ses", "my.app")).undigested())
                .hasSize(1);
    }

    @Test
    void ignoresWhatTransportsCarryBesides() {
        assertThat(parser.parseTrustedSqs(
                        envelope("Successfully validated SNS topic for Amazon SES event publishing.")))
                .isEqualTo(BounceBatch.empty());
        assertThat(parser.parseTrustedSqs(SnsSigner.create()
                        .subscriptionConfirmation(TOPIC, "t")
                        .sign()
                        .text()))
                .isEqualTo(BounceBatch.empty());
        assertThat(parser.parseTrustedEventBridge(
                        "{\"detail-type\":\"Sending Status Changed\",\"source\":\"aws.ses\",\"detail\":{\"a\":1}}"))
                .isEqualTo(BounceBatch.empty());
        assertThat(parser.parseTrustedLambda("{\"Records\":[]}")).isEqualTo(BounceBatch.empty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "{}", "7", "{\"Records\":7}", "{\"detail\":{}}", "{\"Message\":\"{\"}"})
    void refusesAWrappingThatIsNone(String json) {
        assertThatExceptionOfType(MalformedPayloadException.class).isThrownBy(() -> parser.parseTrustedSqs(json));
        assertThatExceptionOfType(MalformedPayloadException.class).isThrownBy(() -> parser.parseTrustedLambda(json));
        assertThatExceptionOfType(MalformedPayloadException.class)
                .isThrownBy(() -> parser.parseTrustedEventBridge(json));
        assertThatExceptionOfType(MalformedPayloadException.class).isThrownBy(() -> parser.parseTrustedFirehose(json));
    }
}
