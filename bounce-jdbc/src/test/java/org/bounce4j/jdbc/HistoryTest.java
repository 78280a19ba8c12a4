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
    private static final Subject SUBJECT = new Subject(JANE.key(), "");

    private static BounceEvent soft(String id, Instant at, Trust trust) {
        return BounceEvent.builder(id, BounceType.SOFT, "test", JANE, at)
                .occurredAt(at)
                .reason(BounceReason.MAILBOX_FULL)
                .trust(trust)
                .build();
    }

    private static History collect(List<BounceEvent> events) {
        History history = new History();
        events.forEach(event -> history.add(SUBJECT, event));
        return history;
    }

    @Test
    void keepsTheEndsOfAFloodWhateverItsOrder() {
        List<BounceEvent> flood = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            flood.add(soft("f" + i, DAY.plusMillis(i * 4_000L), Trust.UNVERIFIED));
        }
        BounceEvent genuine = soft("genuine", DAY.plus(Duration.ofHours(11)), Trust.AUTHENTICATED);
        List<BounceEvent> expected = new ArrayList<>(flood.subList(0, History.KEPT));
        expected.addAll(flood.subList(20_000 - History.KEPT, 20_000));
        expected.add(genuine);
        flood.add(genuine);
        for (int seed = 0; seed < 3; seed++) {
            Collections.shuffle(flood, new Random(seed));
            assertThat(collect(flood).of(SUBJECT)).containsExactlyInAnyOrderElementsOf(expected);
        }
        assertThat(collect(flood).of(new Subject(JANE.key(), "news"))).isEmpty();
    }

    @Test
    void decidesAsWithAllEvents() {
        List<BounceEvent> flood = new ArrayList<>();
        for (int day = 0; day < 7; day++) {
            for (int i = 0; i < 2_000; i++) {
                flood.add(soft(day + "." + i, DAY.plus(Duration.ofDays(day)).plusSeconds(30L * i), Trust.CORRELATED));
            }
        }
        assertThat(SuppressionPolicy.defaults().decide(collect(flood).of(SUBJECT)))
                .isPresent()
                .isEqualTo(SuppressionPolicy.defaults().decide(flood));
    }
}
