package org.bounce4j.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceType;
import org.bounce4j.EmailAddress;
import org.bounce4j.Trust;
import org.bounce4j.suppression.Explanation;
import org.bounce4j.suppression.Suppression;
import org.bounce4j.suppression.SuppressionAction;
import org.bounce4j.suppression.SuppressionPolicy;
import org.bounce4j.suppression.Threshold;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Six months of events leave the same ledger, in whatever order, however often and through however many nodes they come. */
class ReplayTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant RELEASE = START.plus(Duration.ofDays(90));
    private static final EmailAddress RELEASED = EmailAddress.of("p0@example.com");
    private static final EmailAddress REACHED = EmailAddress.of("p1@example.com");

    private static final SuppressionPolicy POLICY = SuppressionPolicy.builder()
            .on(BounceType.SOFT, Threshold.onDistinctDays(4, Duration.ofDays(20), SuppressionAction.UNSUBSCRIBE))
            .on(BounceType.HARD, new Threshold(2, Duration.ofDays(30), false, SuppressionAction.DELETE))
            .minimumTrust(Trust.CORRELATED)
            .build();

    private static List<BounceEvent> sixMonths(Random random) {
        BounceReason[] reasons = {
            BounceReason.MAILBOX_FULL,
            BounceReason.USER_UNKNOWN,
            BounceReason.BLOCKED,
            BounceReason.UNKNOWN,
            BounceReason.SUPPRESSED
        };
        List<BounceEvent> events = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            int kind = random.nextInt(40);
            Instant at = START.plus(Duration.ofMinutes(random.nextInt(180 * 24 * 60)));
            EmailAddress person = EmailAddress.of("p" + random.nextInt(30) + "@example.com");
            BounceEvent.Builder event = BounceEvent.builder(
                            "e" + i,
                            kind == 0 ? BounceType.COMPLAINT : kind < 6 ? BounceType.HARD : BounceType.SOFT,
                            "test",
                            person,
                            at.plusSeconds(random.nextInt(100_000)))
                    .reason(kind == 0 ? BounceReason.COMPLAINT : reasons[random.nextInt(kind == 1 ? 5 : 4)])
                    .occurredAt(at)
                    .trust(random.nextInt(10) == 0 ? Trust.UNVERIFIED : Trust.CORRELATED)
                    .rule("rule." + random.nextInt(5));
            if (random.nextInt(3) == 0) {
                event.messageId("m" + random.nextInt(40) + "@example.org"); // some failures are told twice
            }
            events.add(event.build());
        }
        return events;
    }

    private JdbcBounceStore node(HikariDataSource pool) {
        return JdbcBounceStore.builder(pool)
                .policy(POLICY)
                .clock(Clock.fixed(RELEASE, ZoneOffset.UTC))
                .build();
    }

    private Map<String, Explanation> ledger(
            TestDatabase database, List<BounceEvent> events, int nodes, int releaseAfter, Random random)
            throws Exception {
        database.empty();
        try (HikariDataSource pool = database.pool(4)) {
            List<JdbcBounceStore> stores = new ArrayList<>();
            for (int i = 0; i < nodes; i++) {
                stores.add(node(pool));
            }
            stores.get(0).createSchema();
            int from = 0;
            boolean released = false;
            while (from < events.size()) {
                if (!released && from >= releaseAfter) {
                    stores.get(0).suppressionList().release(RELEASED, "asked for it");
                    stores.get(0).delivered(REACHED, RELEASE);
                    released = true;
                }
                int to = Math.min(events.size(), from + 1 + random.nextInt(40));
                stores.get(random.nextInt(nodes)).accept(events.subList(from, to));
                from = to;
            }
            Map<String, Explanation> ledger = new TreeMap<>();
            for (int person = 0; person < 30; person++) {
                EmailAddress address = EmailAddress.of("p" + person + "@example.com");
                ledger.put(address.key(), stores.get(0).suppressionList().explain(address));
            }
            return ledger;
        }
    }

    @ParameterizedTest
    @CsvSource({"h2,1", "h2,2", "h2,3", "postgresql,4", "postgresql,5"})
    void leavesTheSameLedger(String name, int seed) throws Exception {
        TestDatabase database = "h2".equals(name) ? TestDatabase.h2() : TestDatabase.postgres();
        Random random = new Random(seed);
        List<BounceEvent> events = sixMonths(random);
        events.sort(java.util.Comparator.comparing(BounceEvent::receivedAt));
        int inTime = (int) events.stream()
                .filter(event -> event.receivedAt().isBefore(RELEASE))
                .count();
        Map<String, Explanation> inOrder = ledger(database, events, 1, inTime, random);
        assertThat(inOrder.values().stream().filter(Explanation::isSuppressed).count())
                .as("some are suppressed, some are not")
                .isBetween(5L, 27L);
        for (int round = 0; round < 3; round++) {
            List<BounceEvent> shuffled = new ArrayList<>(events);
            shuffled.addAll(events.subList(0, random.nextInt(events.size())));
            Collections.shuffle(shuffled, random);
            assertThat(ledger(database, shuffled, 3, random.nextInt(events.size()), random))
                    .isEqualTo(inOrder);
        }
        // and it is what the policy says of everything at once
        Explanation explanation = inOrder.get("p7@example.com");
        Suppression decided = POLICY.decide(events.stream()
                        .filter(event -> event.recipient().orElseThrow().key().equals("p7@example.com"))
                        .toList())
                .orElse(null);
        assertThat(explanation.entries().stream()
                        .map(entry -> entry.suppression())
                        .findFirst()
                        .orElse(null))
                .isEqualTo(decided);
    }
}
