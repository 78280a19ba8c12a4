package org.bounce4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BounceEventJsonTest {
    private static final String FULL =
            "{\"id\":\"mail.1.a\",\"attempt\":\"attempt.1.b\",\"type\":\"hard\",\"reason\":\"USER_UNKNOWN\","
                    + "\"rule\":\"user.unknown\",\"trust\":\"CORRELATED\",\"source\":\"pop3\",\"email\":\"Jane@Example.com\","
                    + "\"reported_email\":\"j@forward.example\",\"subscriber_uuid\":\"s-1\",\"campaign_uuid\":\"c-1\",\"status\":\"5.1.1\","
                    + "\"reply_code\":550,\"diagnostic\":\"550 5.1.1 \\\"no\\\"\",\"remote_mta\":\"mx.example.com\",\"message_id\":\"1@example.org\","
                    + "\"provider_message_id\":\"p-1\",\"created_at\":\"2026-01-31T12:00:00Z\",\"received_at\":\"2026-01-31T12:05:00.000001Z\","
                    + "\"tags\":{\"X-B\":\"2\",\"X-A\":\"1\"},\"meta\":{\"n\": 1.10, \"t\":\"\\u00e4\"}}";

    private static BounceEvent full() {
        Map<String, String> tags = new LinkedHashMap<>();
        tags.put("X-B", "2");
        tags.put("X-A", "1");
        return BounceEvent.builder(
                        "mail.1.a",
                        BounceType.HARD,
                        "pop3",
                        EmailAddress.of("Jane@Example.com"),
                        Instant.parse("2026-01-31T12:05:00.000001Z"))
                .attempt("attempt.1.b")
                .reason(BounceReason.USER_UNKNOWN)
                .rule("user.unknown")
                .trust(Trust.CORRELATED)
                .reportedRecipient(EmailAddress.of("j@forward.example"))
                .subscriber("s-1")
                .campaign("c-1")
                .status(new EnhancedStatus(5, 1, 1))
                .replyCode(550)
                .diagnostic("550 5.1.1 \"no\"")
                .remoteMta("mx.example.com")
                .messageId("1@example.org")
                .providerMessageId("p-1")
                .occurredAt(Instant.parse("2026-01-31T12:00:00Z"))
                .tags(tags)
                .meta("{\"n\": 1.10, \"t\":\"\\u00e4\"}")
                .build();
    }

    @Test
    void writesEveryFieldUnderItsDocumentedName() {
        assertThat(BounceEventJson.writeString(full())).isEqualTo(FULL);
    }

    @Test
    void readsBackWhatItWrote() {
        assertThat(BounceEventJson.read(FULL)).isEqualTo(full());
        assertThat(BounceEventJson.writeString(BounceEventJson.read(FULL))).isEqualTo(FULL);
    }

    @Test
    void leavesOutWhatIsAbsent() {
        BounceEvent event = BounceEvent.builderForSubscriber(
                        "a", BounceType.COMPLAINT, "api", "s-1", Instant.parse("2026-01-31T12:05:00Z"))
                .build();
        String json =
                "{\"id\":\"a\",\"type\":\"complaint\",\"reason\":\"UNKNOWN\",\"trust\":\"UNVERIFIED\",\"source\":\"api\","
                        + "\"subscriber_uuid\":\"s-1\",\"created_at\":\"2026-01-31T12:05:00Z\",\"received_at\":\"2026-01-31T12:05:00Z\",\"meta\":{}}";
        assertThat(BounceEventJson.writeString(event)).isEqualTo(json);
        assertThat(BounceEventJson.read(json)).isEqualTo(event);
    }

    @Test
    void isOneLineOfUtf8WhateverAServerSaid() {
        BounceEvent event = full().toBuilder()
                .diagnostic("Postfach voll \u00fc \ud83d\udcec \u2028 end")
                .meta("{\n\"a\":\r\n1}")
                .build();
        byte[] json = BounceEventJson.write(event);
        assertThat(new String(json, StandardCharsets.UTF_8))
                .doesNotContain("\n", "\r")
                .contains("\ud83d\udcec");
        assertThat(BounceEventJson.read(json)).isEqualTo(event);
    }

    @Test
    void readsUnknownNamesAndFields() {
        BounceEvent event = BounceEventJson.read(FULL.replace("USER_UNKNOWN", "A_REASON_OF_NEXT_YEAR")
                .replace("CORRELATED", "BLESSED")
                .replace("\"tags\"", "\"labels\""));
        assertThat(event.reason()).isEqualTo(BounceReason.UNKNOWN);
        assertThat(event.trust()).isEqualTo(Trust.UNVERIFIED);
        assertThat(event.tags()).isEmpty();
    }

    @Test
    void readsMetaAsAnEscapedTextAndNullsAsAbsent() {
        BounceEvent event = BounceEventJson.read(
                "{\"id\":\"a\",\"type\":\"SOFT\",\"source\":\"x\",\"email\":\"a@b.c\",\"status\":null,\"meta\":\"{\\\"additional\\\": \\\"info\\\"}\","
                        + "\"created_at\":\"2026-01-31T13:05:00+01:00\"}");
        assertThat(event.meta()).isEqualTo("{\"additional\": \"info\"}");
        assertThat(event.type()).isEqualTo(BounceType.SOFT);
        assertThat(event.receivedAt()).isEqualTo("2026-01-31T12:05:00Z");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"id\":\"mail.1.a\" | \"id\":\"no spaces\" | id",
                "\"id\":\"mail.1.a\" | \"idea\":\"x\" | id",
                "\"type\":\"hard\" | \"type\":\"firm\" | type",
                "\"source\":\"pop3\" | \"source\":\" \" | source",
                "Jane@Example.com | nobody | email",
                "5.1.1\",\"reply | fatal\",\"reply | status",
                "550,\"diag | 55,\"diag | reply_code",
                "2026-01-31T12:00:00Z | yesterday | created_at",
                "{\"X-B\":\"2\",\"X-A\":\"1\"} | [1] | tags",
                "{\"n\": 1.10, \"t\":\"\\u00e4\"} | \"{\" | meta",
                "attempt.1.b | a b | attempt",
            })
    void namesTheFieldThatIsWrong(String good, String bad, String field) {
        assertThat(FULL).contains(good);
        assertThatExceptionOfType(MalformedPayloadException.class)
                .isThrownBy(() -> BounceEventJson.read(FULL.replace(good, bad)))
                .withMessageStartingWith(field + ":");
    }

    @Test
    void readsBehindAByteOrderMark() {
        BounceEvent read = BounceEventJson.read(("\ufeff" + FULL).getBytes(StandardCharsets.UTF_8));
        assertThat(read).isEqualTo(full());
        assertThat(read.meta()).isEqualTo("{\"n\": 1.10, \"t\":\"\\u00e4\"}");
    }

    @Test
    void refusesWhatIsNoJsonObject() {
        for (String json : new String[] {"", " ", "[]", "{", "{}{}", "{\"id\":1,\"id\":2}", "[".repeat(200_000)}) {
            assertThatExceptionOfType(MalformedPayloadException.class).isThrownBy(() -> BounceEventJson.read(json));
        }
        assertThatExceptionOfType(MalformedPayloadException.class)
                .isThrownBy(() -> BounceEventJson.read(new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'}));
    }
}
