package org.bounce4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BounceEventTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.123456789Z");
    private static final EmailAddress JANE = EmailAddress.of("jane@example.com");

    private static BounceEvent.Builder event() {
        return BounceEvent.builder("mail.1.a", BounceType.HARD, "pop3", JANE, NOW);
    }

    @Test
    void hasDefaultsForEverythingThatIsNotRequired() {
        BounceEvent event = event().build();
        assertThat(event.reason()).isEqualTo(BounceReason.UNKNOWN);
        assertThat(event.trust()).isEqualTo(Trust.UNVERIFIED);
        assertThat(event.occurredAt()).isEqualTo(event.receivedAt()).isEqualTo("2026-03-01T12:00:00.123456Z");
        assertThat(event.tags()).isEmpty();
        assertThat(event.meta()).isEqualTo("{}");
        assertThat(event.replyCode()).isEmpty();
        assertThat(event.attempt()).isEmpty();
        assertThat(event.recipient()).contains(JANE);
    }

    @Test
    void makesTheAttemptOfMessageIdAndRecipient() {
        BounceEvent event = event().messageId("<1@example.org>").build();
        assertThat(event.messageId()).hasValue("1@example.org");
        assertThat(event.attempt()).hasValue(EventId.attempt("1@example.org", JANE));
        assertThat(event().messageId("1@example.org").attempt("mine").build().attempt())
                .hasValue("mine");
    }

    @Test
    void putsWhatAServerSaidOnOneLineAndCutsIt() {
        BounceEvent event = event().diagnostic(" 550\r\n  no\u0000 such\u202e user\t" + "x".repeat(5_000))
                .remoteMta("\n")
                .build();
        assertThat(event.diagnostic())
                .hasValueSatisfying(text ->
                        assertThat(text).startsWith("550 no such user xxx").hasSize(BounceEvent.MAX_DIAGNOSTIC));
        assertThat(event.remoteMta()).isEmpty();
    }

    @Test
    void cutsBetweenCharactersAndReplacesUnpairedSurrogates() {
        String emoji = "\ud83c\udf4c";
        BounceEvent event = event().remoteMta("\ud83c" + emoji.repeat(200)).build();
        assertThat(event.remoteMta()).hasValue("\ufffd" + emoji.repeat(127));
    }

    @Test
    void takesOurClockWhereTheSourcesIsAbsurd() {
        assertThat(event().occurredAt(Instant.MAX.minusSeconds(1)).build().occurredAt())
                .isEqualTo("2026-03-01T12:00:00.123456Z");
        assertThat(event().occurredAt(Instant.parse("1969-12-31T23:59:59Z"))
                        .build()
                        .occurredAt())
                .isEqualTo("2026-03-01T12:00:00.123456Z");
        assertThat(event().occurredAt(Instant.parse("2026-02-01T00:00:00Z"))
                        .build()
                        .occurredAt())
                .isEqualTo("2026-02-01T00:00:00Z");
    }

    @Test
    void boundsTagsAndMeta() {
        Map<String, String> tags = new LinkedHashMap<>();
        for (int i = 0; i < 1000; i++) {
            tags.put("tag" + i, "v".repeat(5_000));
        }
        tags.put(" ", "blank names are dropped");
        BounceEvent event = event().tags(tags)
                .meta("{\"a\":\"" + "b".repeat(BounceEvent.MAX_META) + "\"}")
                .build();
        assertThat(event.tags()).hasSize(BounceEvent.MAX_TAGS);
        assertThat(event.tags().get("tag0")).hasSize(BounceEvent.MAX_TAG_VALUE);
        assertThat(event.meta()).isEqualTo("{\"omitted_characters\":" + (BounceEvent.MAX_META + 8) + "}");
    }

    @Test
    void refusesMetaThatIsNoObject() {
        for (String meta :
                new String[] {"[]", "1", "{", "{}{}", "{\"a\":1,\"a\":2}", "null", "{a:1}", "{\"a\":".repeat(1_000)}) {
            assertThatIllegalArgumentException()
                    .as(meta.substring(0, Math.min(20, meta.length())))
                    .isThrownBy(() -> event().meta(meta));
        }
        assertThat(event().meta(" {\"a\":\n1} ").build().meta()).isEqualTo("{\"a\": 1}");
    }

    @Test
    void refusesIdsThatAreNotUrlSafe() {
        for (String id : new String[] {"", "a b", "a/b", "\u00e4", "a".repeat(129)}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> BounceEvent.builder(id, BounceType.SOFT, "pop3", JANE, NOW));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> event().source(" "));
        assertThatIllegalArgumentException().isThrownBy(() -> event().replyCode(600));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BounceEvent.builderForSubscriber("a", BounceType.SOFT, "pop3", " ", NOW));
    }

    @Test
    void rebuildsAsAnEqualEvent() {
        BounceEvent event = event().messageId("1@example.org")
                .reason(BounceReason.USER_UNKNOWN)
                .tags(Map.of("a", "b"))
                .status(new EnhancedStatus(5, 1, 1))
                .build();
        assertThat(event.toBuilder().build()).isEqualTo(event).hasSameHashCodeAs(event);
        assertThat(event.toBuilder().type(BounceType.SOFT).build()).isNotEqualTo(event);
    }

    @Test
    void namesNoAddressInItsLogLine() {
        BounceEvent event = event().diagnostic("550 jane@example.com unknown").build();
        assertThat(event.toString()).doesNotContain("jane").contains("mail.1.a").contains("HARD");
    }
}
