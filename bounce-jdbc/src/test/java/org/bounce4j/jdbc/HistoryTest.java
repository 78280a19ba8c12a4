package org.bounce4j.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceType;
import org.bounce4j.EmailAddress;
import org.bounce4j.Trust;
import org.bounce4j.suppression.SuppressionPolicy;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private static final Instant DAY = Instant.parse("2026-03-01T00:00:00Z");
    private static final EmailAddress JANE = EmailAddress.of("jane@example.com");
    private static final int KEPT = 100;

    private static BounceEvent soft(String id, Instant at, Trust trust) {
        return BounceEvent.builder(id, BounceType.SOFT, "test", JANE, at)
                .occurredAt(at)
                .reason(BounceReason.MAILBOX_FULL)
                .trust(trust)
                .build();
    }

    private static History collect(List<BounceEvent> events) {
        History history = new History(KEPT);
        events.forEach(event -> history.add("", Kind.of(event), event));
        return history;
    }

    @Test
    void keepsTheEndsOfAFloodWhateverItsOrderAndHoweverOftenEachComes() {
        List<BounceEvent> flood = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            flood.add(soft("f" + i, DAY.plusMillis(i * 4_000L), Trust.UNVERIFIED));
        }
        BounceEvent genuine = soft("genuine", DAY.plus(Duration.ofHours(11)), Trust.AUTHENTICATED);
        List<BounceEvent> expected = new ArrayList<>(flood.subList(0, KEPT));
        expected.addAll(flood.subList(20_000 - KEPT, 20_000));
        expected.add(genuine);
        flood.add(genuine);
        flood.addAll(List.copyOf(flood));
        for (int seed = 0; seed < 3; seed++) {
            Collections.shuffle(flood, new Random(seed));
            assertThat(collect(flood).in("")).containsExactlyInAnyOrderElementsOf(expected);
        }
        assertThat(collect(flood).in("news")).isEmpty();
    }

    @Test
    void decidesAsWithAllEvents() {
        List<BounceEvent> flood = new ArrayList<>();
        for (int day = 0; day < 7; day++) {
            for (int i = 0; i < 2_000; i++) {
                flood.add(soft(day + "." + i, DAY.plus(Duration.ofDays(day)).plusSeconds(30L * i), Trust.CORRELATED));
            }
        }
        assertThat(SuppressionPolicy.defaults().decide(collect(flood).in("")))
                .isPresent()
                .isEqualTo(SuppressionPolicy.defaults().decide(flood));
    }
}
