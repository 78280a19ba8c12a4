package org.bounce4j.jdbc;

import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceSink;
import org.bounce4j.suppression.SuppressionDecision;

/** Stores batches of events and decides about their recipients. Thread-safe. */
final class EventWriter {
    private final EventTable events;
    private final Rules rules;

    EventWriter(EventTable events, Rules rules) {
        this.events = events;
        this.rules = rules;
    }

    /**
     * Returns the events of a batch, each once and in the order of their ids, with those whom they are about.
     *
     * @throws IllegalArgumentException if there are too many, or one of them could not be read again
     */
    Map<BounceEvent, Subject> subjects(List<BounceEvent> batch) {
        if (batch.size() > BounceSink.MAX_BATCH) {
            throw new IllegalArgumentException(
                    "Expected at most " + BounceSink.MAX_BATCH + " events in a batch, got " + batch.size());
        }
        // ordered, so that two transactions never wait for each other in a circle
        Map<String, BounceEvent> byId = new TreeMap<>();
        batch.forEach(event -> byId.putIfAbsent(event.id(), event));
        Map<BounceEvent, Subject> subjects = new LinkedHashMap<>();
        byId.values().forEach(event -> {
            EventTable.checkTime(event);
            subjects.put(event, events.subject(event));
        });
        return subjects;
    }

    /** Stores those that are not stored yet, in one transaction, and returns the decisions that follow from them. */
    List<SuppressionDecision> write(Session session, Map<BounceEvent, Subject> subjects) throws SQLException {
        Ledger ledger = new Ledger(session, rules);
        ledger.lock(
                subjects.values(),
                subjects.keySet().stream()
                        .flatMap(event -> event.subscriber().stream())
                        .map(Subject::ofSubscriber)
                        .toList());
        Map<BounceEvent, Subject> kept = new LinkedHashMap<>();
        Map<BounceEvent, Subject> late = new LinkedHashMap<>();
        Set<String> lateIds = new TreeSet<>();
        subjects.forEach((event, subject) -> {
            if (ledger.isLate(event, subject)) {
                late.put(event, subject);
                lateIds.add(event.id());
            } else {
                kept.put(event, subject);
            }
        });
        Set<String> added = events.insert(session, kept);
        ledger.add(Ledger.counting(kept, added));
        ledger.addLate(Ledger.counting(late, lateIds));
        return ledger.write();
    }
}
