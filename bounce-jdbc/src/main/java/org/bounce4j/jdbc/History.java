package org.bounce4j.jdbc;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceType;
import org.bounce4j.Trust;
import org.bounce4j.suppression.SuppressionPolicy;

/**
 * Collects what counts against recipients in bounded memory, whoever sends them a million forged bounces: of the events of
 * one recipient, type, trust and UTC day the first and the last {@value #KEPT} stay. Which ones depends on the events alone
 * and not on their order. Not thread-safe.
 */
final class History {
    static final int KEPT = 500;

    private static final Comparator<BounceEvent> IN_ORDER =
            Comparator.comparing(SuppressionPolicy::timeOf).thenComparing(BounceEvent::id);

    private record Kind(BounceType type, Trust trust, boolean isEcho, LocalDate day) {}

    /** The first and the last events of a kind. */
    private static final class Ends {
        private final TreeSet<BounceEvent> first = new TreeSet<>(IN_ORDER);
        private final TreeSet<BounceEvent> last = new TreeSet<>(IN_ORDER);

        void add(BounceEvent event) {
            first.add(event);
            if (first.size() > KEPT) {
                last.add(first.pollLast());
            }
            if (last.size() > KEPT) {
                last.pollFirst();
            }
        }
    }

    private final Map<Subject, Map<Kind, Ends>> subjects = new HashMap<>();

    void add(Subject subject, BounceEvent event) {
        Kind kind = new Kind(
                event.type(),
                event.trust(),
                event.reason().isEcho(),
                LocalDate.ofInstant(SuppressionPolicy.timeOf(event), ZoneOffset.UTC));
        subjects.computeIfAbsent(subject, (Subject key) -> new HashMap<>())
                .computeIfAbsent(kind, (Kind key) -> new Ends())
                .add(event);
    }

    /** Returns what was collected of a recipient, in no particular order. */
    List<BounceEvent> of(Subject subject) {
        List<BounceEvent> events = new ArrayList<>();
        for (Ends ends : subjects.getOrDefault(subject, Map.of()).values()) {
            events.addAll(ends.first);
            events.addAll(ends.last);
        }
        return events;
    }
}
