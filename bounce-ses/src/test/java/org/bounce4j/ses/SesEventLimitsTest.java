package org.bounce4j.ses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bounce4j.BounceBatch;
import org.bounce4j.BounceEvent;
import org.bounce4j.EmailAddress;
import org.bounce4j.EventId;
import org.bounce4j.MalformedPayloadException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents that are made to be slow, large or ambiguous. */
class SesEventLimitsTest extends SesEventFixture {
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
}
