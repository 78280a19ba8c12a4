package org.bounce4j.jdbc;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceSink;
import org.bounce4j.BounceType;
import org.bounce4j.EmailAddress;
import org.bounce4j.Trust;
import org.bounce4j.suppression.SuppressionAction;
import org.bounce4j.suppression.SuppressionPolicy;
import org.bounce4j.suppression.Threshold;

/** Events, people and times for the tests of the store. */
final class TestEvents {
    static final Instant NOW = Instant.parse("2026-03-01T12:00:00.123456Z");
    static final Clock CLOCK = Clock.fixed(NOW.plusSeconds(3600), ZoneOffset.UTC);
    static final byte[] KEY = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    static final EmailAddress JANE = EmailAddress.of("jane@example.com");
    static final EmailAddress JOE = EmailAddress.of("joe@example.com");

    static final SuppressionPolicy SOFT_THRICE = SuppressionPolicy.builder()
            .on(BounceType.SOFT, Threshold.onDistinctDays(3, Duration.ofDays(14), SuppressionAction.BLOCKLIST))
            .build();

    private TestEvents() {}

    static BounceEvent event(String id, BounceType type, BounceReason reason, String address, Instant at) {
        return BounceEvent.builder(id, type, "test", EmailAddress.of(address), at)
                .reason(reason)
                .occurredAt(at)
                .build();
    }

    static BounceEvent hard(String id, String address) {
        return event(id, BounceType.HARD, BounceReason.USER_UNKNOWN, address, NOW);
    }

    static BounceEvent soft(String address, int day) {
        return event(
                "s" + day + address.substring(0, 3),
                BounceType.SOFT,
                BounceReason.MAILBOX_FULL,
                address,
                NOW.plus(Duration.ofDays(day)));
    }

    static BounceEvent unknownAt(String id, String address, Instant at) {
        return event(id, BounceType.HARD, BounceReason.USER_UNKNOWN, address, at).toBuilder()
                .rule("user.unknown")
                .remoteMta("mx1.big.example")
                .build();
    }

    /** Softs of which each has happened a second after the last one, on that many days of receipt. */
    static List<BounceEvent> flood(String address, int days, int perDay, Trust trust) {
        List<BounceEvent> flood = new ArrayList<>();
        for (int day = 0; day < days; day++) {
            for (int i = 0; i < perDay; i++) {
                flood.add(event(
                                "f" + day + "." + i + address.charAt(0),
                                BounceType.SOFT,
                                BounceReason.MAILBOX_FULL,
                                address,
                                NOW.truncatedTo(ChronoUnit.DAYS)
                                        .plus(Duration.ofDays(day))
                                        .plusSeconds(i))
                        .toBuilder()
                        .trust(trust)
                        .build());
            }
        }
        return flood;
    }

    static void acceptAll(JdbcBounceStore store, List<BounceEvent> events) {
        for (int from = 0; from < events.size(); from += BounceSink.MAX_BATCH) {
            store.accept(events.subList(from, Math.min(events.size(), from + BounceSink.MAX_BATCH)));
        }
    }

    static BounceEvent complaint(String id, Instant at) {
        return event(id, BounceType.COMPLAINT, BounceReason.COMPLAINT, "jane@example.com", at);
    }

    /** Makes it one of a campaign, which is the scope of {@link DatabaseTests#byCampaign}. */
    static BounceEvent in(String campaign, BounceEvent event) {
        return event.toBuilder().campaign(campaign).build();
    }
}
