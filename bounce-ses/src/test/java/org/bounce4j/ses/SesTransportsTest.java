package org.bounce4j.ses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.bounce4j.BounceBatch;
import org.bounce4j.BounceEvent;
import org.bounce4j.MalformedPayloadException;
import org.bounce4j.testkit.SesPayloads;
import org.bounce4j.testkit.SnsSigner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What other services wrap around an SES event. */
class SesTransportsTest extends SesEventFixture {
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
    void losesNoEventOfFirehoseBesideTheGreeting() {
        String greeting = "Successfully validated SNS topic for Amazon SES event publishing.";
        String event = bounce("eventType", "Permanent", "General", recipient("5.1.1", "550 5.1.1 user unknown"), "");
        for (String text : List.of(
                greeting + event, event + greeting, event + " " + greeting + "}", greeting + " " + event + greeting)) {
            for (String delivery : List.of(text, "{\"records\":[{\"data\":" + quoted(base64(text)) + "}]}")) {
                BounceBatch batch = parser.parseTrustedFirehose(delivery);
                assertThat(batch.events()).as(delivery).hasSize(1);
                assertThat(batch.undigested()).as(delivery).isEmpty();
            }
        }
        assertThat(parser.parseTrustedFirehose(greeting + "oh\noh").readable()).isTrue();
    }

    @Test
    void keepsARecordOfFirehoseWithoutData() {
        String event = base64(bounce("eventType", "Permanent", "General", recipient("5.1.1", "550"), ""));
        for (String record :
                List.of("{\"Data\":\"" + event + "\"}", "{\"data\":null}", "{\"data\":7}", "\"" + event + "\"")) {
            BounceBatch batch = parser.parseTrustedFirehose("{\"records\":[" + record + "]}");
            assertThat(batch.undigested())
                    .extracting(item -> new String(item.bytes(), StandardCharsets.UTF_8))
                    .containsExactly(record);
            assertThat(batch.readable()).isFalse();
        }
        assertThat(parser.parseTrustedFirehose("{\"records\":[{\"data\":\" " + event + "\\r\\n\"}]}")
                        .events())
                .hasSize(1);
        assertThat(parser.parseTrustedFirehose("{\"records\":[{\"data\":\"\"}]}")
                        .undigested())
                .isEmpty();
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
    void takesTheRegionOfAQueueWhereNothingElseNamesOne() {
        String record =
                "{\"Records\":[{\"awsRegion\":%s,\"body\":" + quoted(SesPayloads.complaint("jane@example.com")) + "}]}";
        assertThat(parser.parseTrustedLambda(record.formatted("\"eu-south-1\""))
                        .events()
                        .get(0)
                        .messageId())
                .hasValueSatisfying(id -> assertThat(id).endsWith("@eu-south-1.amazonses.com"));
        assertThat(parser.parseTrustedLambda(record.formatted("null"))
                        .events()
                        .get(0)
                        .messageId())
                .isEmpty();
    }

    @Test
    void takesTheTopicsRegionWhereTheIdentityHasNone() {
        String event = bounce("eventType", "Permanent", "General", recipient("5.1.1", "550"), "")
                .replace("arn:aws:ses:eu-west-1:", "arn:aws:ses::");
        assertThat(parser.parseTrustedSqs(envelope(event)).events().get(0).messageId())
                .hasValueSatisfying(id -> assertThat(id).endsWith("@eu-west-1.amazonses.com"));
    }

    @Test
    void takesAnEnvelopeWithoutATypeForANotification() {
        String event = quoted(bounce("eventType", "Permanent", "General", recipient("5.1.1", "550"), ""));
        for (String type : List.of("", "\"Type\":null,", "\"Type\":\" \",", "\"Type\":\"Notification\",")) {
            assertThat(parser.parseTrustedSqs("{" + type + "\"Message\":" + event + "}")
                            .events())
                    .as(type)
                    .hasSize(1);
        }
    }

    @Test
    void keepsAnEnvelopeOfATypeThatSnsDoesNotHave() {
        String event = quoted(bounce("eventType", "Permanent", "General", recipient("5.1.1", "550"), ""));
        for (String type : List.of("\"notification\"", "\"Bounce\"", "7")) {
            String envelope = "{\"Type\":" + type + ",\"Message\":" + event + "}";
            assertThatExceptionOfType(MalformedPayloadException.class)
                    .isThrownBy(() -> parser.parseTrustedSqs(envelope))
                    .withMessageContaining("Type");
            assertThat(parser.parseTrustedLambda("{\"Records\":[{\"Sns\":" + envelope + "}]}")
                            .undigested())
                    .hasSize(1);
            assertThat(parser.parseTrustedFirehose(envelope + "\n" + envelope).undigested())
                    .hasSize(2);
        }
    }

    @Test
    void keepsARecordWhoseDataIsNoEvent() {
        for (String data : List.of("{}", "{\"a\":1}", "[]", "7", "null")) {
            for (String record : List.of("{\"data\":" + data + "}", "{\"data\":\"" + base64(data) + "\"}")) {
                BounceBatch batch = parser.parseTrustedFirehose("{\"records\":[" + record + "]}");
                assertThat(batch.undigested()).as(record).hasSize(1);
                assertThat(batch.readable()).as(record).isFalse();
            }
        }
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
        String greeting = "Successfully validated SNS topic for Amazon SES event publishing.";
        for (String between : List.of(greeting, "{\"eventType\":\"Open\"}", good)) {
            BounceBatch apart = parser.parseTrustedFirehose("oh\n".repeat(150) + between + "\n" + "oh\n".repeat(2));
            assertThat(apart.undigested()).as(between).hasSize(102);
        }
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
        assertThat(parser.parseTrustedSqs(
                        "{\"Type\":\"SubscriptionConfirmation\",\"Message\":" + quoted(complaint(JANE, "")) + "}"))
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
