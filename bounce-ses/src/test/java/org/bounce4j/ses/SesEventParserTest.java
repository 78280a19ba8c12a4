package org.bounce4j.ses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bounce4j.BounceBatch;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceType;
import org.bounce4j.EmailAddress;
import org.bounce4j.EventId;
import org.bounce4j.MalformedPayloadException;
import org.bounce4j.Trust;
import org.bounce4j.testkit.SesPayloads;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SesEventParserTest extends SesEventFixture {
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
    void takesAnAddressForTheOnlyOneOnlyWhereNoOtherDestinationStandsBeside() {
        String stranger = recipient("5.1.1", "550").replace("jane@example.com", "victim@far.example");
        String bounce = bounce("eventType", "Permanent", "General", stranger, "");
        for (String destination : List.of(
                "[\"nobody\",\"jane@example.com\"]",
                "[\"jane@example.com\",\"nobody\"]",
                "[\"jane@example.com\",\"jane@example.com\",\"mary@example.com\"]",
                "[\"mary@example.com\",\"jane@example.com\",\"jane@example.com\"]")) {
            assertThatExceptionOfType(MalformedPayloadException.class)
                    .as(destination)
                    .isThrownBy(() -> parser.parseTrusted(bounce.replace(DESTINATION, destination)))
                    .withMessageContaining("destination");
        }
    }

    @Test
    void readsAnAddressInBracketsAndOneWithABracketInItsQuotes() {
        for (String address : List.of(
                "<joe@example.com>", " Joe <joe@example.com> ", "\"joe\" <joe@example.com>", "joe@example.com")) {
            assertThat(only(bounceOf(address)).recipient()).as(address).contains(EmailAddress.of("joe@example.com"));
        }
        String quoted = "\"joe<x\"@example.com";
        assertThat(only(bounceOf(quoted)).recipient()).contains(EmailAddress.of(quoted));
        for (String broken : List.of("Joe <joe@example.comx", "joe@example.com>", "<joe@example.com")) {
            assertThatExceptionOfType(MalformedPayloadException.class)
                    .as(broken)
                    .isThrownBy(() -> parser.parseTrusted(bounceOf(broken)));
        }
    }

    private static String bounceOf(String address) {
        return bounce("eventType", "Permanent", "General", "{\"emailAddress\":" + quoted(address) + "}", "")
                .replace(DESTINATION, "[]");
    }

    @Test
    void writesMetaAsJsonWhateverTheTextsHold() throws IOException {
        for (String text : List.of(
                "plain",
                "x\",\"event\":\"Reject",
                "back\\slash\\",
                "a\nb\u0001c\u001f",
                "\u007f \u00e4 \ud83d\udcec ~ /")) {
            BounceEvent event = only(complaint(
                    JANE,
                    ",\"userAgent\":" + quoted(text) + ",\"complaintSubType\":" + quoted(text)
                            + ",\"complaintFeedbackType\":\"fraud\""));
            assertThat(new ObjectMapper().readTree(event.meta()))
                    .isEqualTo(new ObjectMapper()
                            .createObjectNode()
                            .put("event", "Complaint")
                            .put("feedbackId", "f-2")
                            .put("complaintFeedbackType", "fraud")
                            .put("complaintSubType", text)
                            .put("userAgent", text));
        }
    }

    @Test
    void losesNoDelayBesideARecipientThatCannotBeRead() {
        BounceBatch batch = parser.parseTrusted("{\"eventType\":\"DeliveryDelay\",\"deliveryDelay\":{"
                + "\"delayType\":\"General\",\"delayedRecipients\":[" + JANE + ",{\"emailAddress\":\"nobody\"}]},"
                + MAIL.formatted("") + "}");
        assertThat(batch.delays()).hasSize(1);
        assertThat(batch.undigested())
                .singleElement()
                .satisfies(item -> assertThat(item.cause()).contains("delayedRecipients[1]"));
    }

    @Test
    void readsNoMoreThanTheFiftyDestinationsThatAMailHas() {
        String others = IntStream.range(1, 50)
                .mapToObj(i -> "\"mary" + i + "@example.com\",")
                .collect(Collectors.joining());
        String bounce = bounce("eventType", "Permanent", "General", recipient("5.1.1", "550"), "");
        assertThat(parser.parseTrusted(bounce.replace(DESTINATION, "[" + others + "\"jane@example.com\"]"))
                        .events())
                .hasSize(1);
        assertThatExceptionOfType(MalformedPayloadException.class)
                .isThrownBy(() -> parser.parseTrusted(
                        bounce.replace(DESTINATION, "[\"mary@example.com\"," + others + "\"jane@example.com\"]")));
    }

    /** SES never wrote such a document; what else it says is no less true. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"headers\":7",
                "\"headers\":{\"name\":\"X-Listmonk-Subscriber\",\"value\":\"no\"}",
                "\"headers\":[7,\"x\",[{\"name\":\"X-Listmonk-Subscriber\",\"value\":\"no\"}],null]",
                "\"headers\":[{\"name\":7,\"value\":\"no\"},{\"name\":{\"a\":[]},\"value\":\"no\"},{\"value\":\"no\"},{}]",
                "\"headers\":[{\"name\":\"X-Listmonk-Subscriber\",\"value\":7}]",
                "\"headers\":[{\"name\":\"X-Listmonk-Subscriber\",\"value\":{\"a\":\"no\"}}]",
                "\"headers\":[{\"name\":\"X-Listmonk-Subscriber\",\"value\":\" \",\"other\":\"no\"}]",
                "\"headers\":[{\"name\":\"X-Listmonk-Subscriber2\",\"value\":\"no\"}]",
                "\"tags\":7",
                "\"tags\":[\"subscriber_uuid\"]",
                "\"tags\":{\"subscriber_uuid\":[],\"a\":{\"subscriber_uuid\":[\"no\"]}}",
                "\"timestamp\":{\"a\":[]},\"sourceArn\":[\"arn:aws:ses:no:1\"],\"commonHeaders\":{\"subject\":[]}"
            })
    void readsARecipientBesidePartsOfAMailThatAreOfNoKnownForm(String part) {
        BounceEvent event = only("{\"eventType\":\"Bounce\",\"mail\":{" + part
                + ",\"messageId\":\"m\",\"destination\":[\"jane@example.com\"]},\"bounce\":{\"bouncedRecipients\":["
                + JANE
                + "]}}");
        assertThat(event.recipient()).contains(EmailAddress.of("jane@example.com"));
        assertThat(event.providerMessageId()).hasValue("m");
        assertThat(event.subscriber()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"complaint\":null",
                "\"complaint\":{\"complainedRecipients\":null,\"userAgent\":{\"a\":[]}},\"deliveryDelay\":7",
                "\"reject\":\"no\",\"failure\":[{}]",
                "\"detail\":[{\"eventType\":\"Open\"}],\"detail-type\":{\"a\":7},\"open\":{}",
                "\"notificationType\":\"Complaint\""
            })
    void readsABounceBesidePartsOfOtherEvents(String part) {
        String bounce = bounce("eventType", "Permanent", "General", recipient("5.1.1", "550"), "");
        for (String json :
                List.of("{" + part + "," + bounce.substring(1), bounce.replaceFirst(".$", "," + part + "}"))) {
            assertThat(only(json).type()).as(json).isEqualTo(BounceType.HARD);
        }
    }

    @Test
    void readsARefusalWhoseReasonIsOfNoKnownForm() {
        for (String reject : List.of("\"Bad content\"", "7", "null", "[]", "{\"reason\":{\"a\":[]}}")) {
            assertThat(only("{\"eventType\":\"Reject\",\"reject\":" + reject
                                    + ",\"mail\":{\"messageId\":\"m\",\"destination\":[\"jane@example.com\"]}}")
                            .reason())
                    .as(reject)
                    .isEqualTo(BounceReason.VIRUS);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 | (bouncedRecipients[1])",
                "2 | (bouncedRecipients[1], bouncedRecipients[2])",
                "10 | bouncedRecipients[9], bouncedRecipients[10])",
                "11 | bouncedRecipients[9], bouncedRecipients[10] and 1 more)"
            })
    void losesNoRecipientBesideSomeThatAreNoObjects(int count, String named) {
        List<String> strange =
                List.of("7", "\"mary@example.com\"", "null", "[{\"emailAddress\":\"mary@example.com\"}]");
        String others = IntStream.range(0, count)
                .mapToObj(i -> "," + strange.get(i % strange.size()))
                .collect(Collectors.joining());
        BounceBatch batch = parser.parseTrusted(
                bounce("eventType", "Permanent", "General", recipient("5.1.1", "550") + others, ""));
        assertThat(batch.events()).hasSize(1);
        assertThat(batch.undigested())
                .singleElement()
                .satisfies(item -> assertThat(item.cause()).endsWith(named));
    }

    @Test
    void readsAHeaderFieldWhoseValueStandsBeforeItsName() {
        BounceEvent event = only(bounce(
                "eventType",
                "Permanent",
                "General",
                recipient("5.1.1", "550"),
                ",\"headers\":[{\"value\":\"s-4\",\"name\":\"X-Listmonk-Subscriber\"},"
                        + "{\"name\":\"X-Listmonk-Subscriber\",\"value\":\"s-5\"}]"));
        assertThat(event.subscriber()).as("of several, the first").hasValue("s-4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":[\"jane@example.com\"]}", "\"jane@example.com\"", "7", "null"})
    void readsARecipientOfAMailWhoseDestinationIsOfNoKnownForm(String destination) {
        assertThat(only(bounce("eventType", "Permanent", "General", recipient("5.1.1", "550"), "")
                                .replace(DESTINATION, destination))
                        .recipient())
                .contains(EmailAddress.of("jane@example.com"));
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
    void asksTheNextTagWhereOneIsBlank() {
        SesEventParser tags = SesEventParser.builder()
                .subscriberTags("empty", "none", "my_id")
                .build();
        String event = bounce(
                "eventType",
                "Permanent",
                "General",
                recipient("5.1.1", "550"),
                ",\"tags\":{\"empty\":[\"\"],\"none\":[],\"my_id\":[\"s-3\"]}");
        assertThat(tags.parseTrusted(event).events().get(0).subscriber()).hasValue("s-3");
    }

    @ParameterizedTest
    @CsvSource({
        "us-east-1, m-1, m-1@email.amazonses.com",
        "us-east-2, m-1, m-1@us-east-2.amazonses.com",
        "us-east-1, m-1@us-west-2.amazonses.com, m-1@us-west-2.amazonses.com",
        "us-east-1, ' ', "
    })
    void makesTheMessageIdOnTheWireOfThatOfSesAndTheRegion(String region, String id, String wire) {
        BounceEvent event = only(bounce("eventType", "Permanent", "General", recipient("5.1.1", "550"), "")
                .replace("arn:aws:ses:eu-west-1:", "arn:aws:ses:" + region + ":")
                .replace("0102018e-ses-id", id));
        assertThat(event.messageId()).isEqualTo(Optional.ofNullable(wire));
        assertThat(event.providerMessageId()).isEqualTo(Optional.of(id).filter(it -> !it.isBlank()));
    }

    @Test
    void readsATagWhoseValueIsNoList() {
        BounceEvent event = only(
                bounce(
                        "eventType",
                        "Permanent",
                        "General",
                        recipient("5.1.1", "550"),
                        ",\"tags\":{\"subscriber_uuid\":\"s-6\",\"campaign_uuid\":[null,\"c-6\"],\" \":[\"x\"],\"empty\":null}"));
        assertThat(event.subscriber()).hasValue("s-6");
        assertThat(event.tags()).isEqualTo(Map.of("subscriber_uuid", "s-6", "campaign_uuid", ", c-6", "empty", ""));
    }

    @Test
    void keepsAsManyTagsAsAnEventHasAndThoseThatSayWhoseItWas() {
        String tags = IntStream.range(0, 70)
                .mapToObj(i -> "\"tag" + i + "\":[\"v\"],")
                .collect(Collectors.joining("", ",\"tags\":{", "\"campaign_uuid\":[\"c-7\"]}"));
        BounceEvent event = only(bounce("eventType", "Permanent", "General", recipient("5.1.1", "550"), tags));
        assertThat(event.campaign()).hasValue("c-7");
        assertThat(event.tags()).hasSize(BounceEvent.MAX_TAGS).containsKeys("tag0", "tag63");
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
    void takesTheTypeOfADelayBeforeAGuess() {
        BounceBatch batch = parser.parseTrusted("{\"eventType\":\"DeliveryDelay\",\"deliveryDelay\":{"
                + "\"delayType\":\"IPFailure\",\"delayedRecipients\":[{\"emailAddress\":\"jane@example.com\","
                + "\"status\":\"4.0.0\",\"diagnosticCode\":\"smtp; 400 odd attachment list\"}]},"
                + MAIL.formatted("") + "}");
        assertThat(batch.delays())
                .singleElement()
                .satisfies(delay -> assertThat(delay.reason()).isEqualTo(BounceReason.BLOCKED));
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
}
