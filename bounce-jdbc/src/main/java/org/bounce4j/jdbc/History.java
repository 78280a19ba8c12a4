package org.bounce4j.jdbc;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.bounce4j.BounceEvent;

/**
 * Collects what counts against one recipient, so that a million forged bounces fill no memory: of the events of one kind and
 * one UTC day of receipt so many of the first and of the last ones stay. Which ones depends on the events alone and not on their order. Not
 * thread-safe.
 */
final class History {
    private static final Comparator<Entry> IN_ORDER =
            Comparator.comparing(Entry::receivedAt).thenComparing(entry -> entry.event.id());

    private final int kept;
    private final Map<Day, Ends> days = new HashMap<>();

    /** Creates an empty history that keeps that many of the first and of the last events of a kind and day. */
    History(int kept) {
        this.kept = kept;
    }

    private record Day(int kind, Instant start) {}

    private record Entry(String scope, BounceEvent event) {
        Instant receivedAt() {
            return event.receivedAt();
        }
    }

    /** The first and the last events of a kind and day. */
    private final class Ends {
        private final TreeSet<Entry> first = new TreeSet<>(IN_ORDER);
        private final TreeSet<Entry> last = new TreeSet<>(IN_ORDER);

        void add(Entry entry) {
            if (last.contains(entry) || !first.add(entry)) {
                return;
            }
            if (first.size() > kept) {
                last.add(first.pollLast());
            }
            if (last.size() > kept) {
                last.pollFirst();
            }
        }
    }

    boolean isEmpty() {
        return days.isEmpty();
    }

    static Instant dayOf(Instant time) {
        return time.truncatedTo(ChronoUnit.DAYS);
    }

    /** Adds an event, unless it is there. */
    void add(String scope, int kind, BounceEvent event) {
        days.computeIfAbsent(new Day(kind, dayOf(event.receivedAt())), (Day key) -> new Ends())
                .add(new Entry(scope, event));
    }

    /** Returns what was collected in a scope, in no particular order. */
    List<BounceEvent> in(String scope) {
        List<BounceEvent> events = new ArrayList<>();
        for (Ends ends : days.values()) {
            for (TreeSet<Entry> part : List.of(ends.first, ends.last)) {
                for (Entry entry : part) {
                    if (entry.scope.equals(scope)) {
                        events.add(entry.event);
                    }
                }
            }
        }
        return events;
    }
}
