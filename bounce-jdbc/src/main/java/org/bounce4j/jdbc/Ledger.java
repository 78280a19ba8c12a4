package org.bounce4j.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceType;
import org.bounce4j.suppression.Clearance;
import org.bounce4j.suppression.Suppression;
import org.bounce4j.suppression.SuppressionDecision;
import org.bounce4j.suppression.SuppressionPolicy;
import org.bounce4j.suppression.Weight;
import org.jspecify.annotations.Nullable;

/**
 * The ledger as one transaction sees it: rows are locked in one order, worked on in memory and written at the end. Not
 * thread-safe.
 *
 * <p>A row that is missing is usually inserted at the end; where two transactions do that for one recipient, the second fails
 * and is run again. A {@linkplain Session#isCareful careful} session inserts and locks first.
 */
final class Ledger {
    private final Session session;
    private final HistoryReader histories;
    private final SuppressionPolicy policy;
    private final @Nullable ErasureKey erasureKey;
    private final Instant now;
    private final boolean records;
    private final TreeMap<Subject, LedgerRow> rows = new TreeMap<>();

    Ledger(Session session, Rules rules) {
        this.session = session;
        this.policy = rules.policy();
        this.histories = new HistoryReader(session, policy);
        this.erasureKey = rules.erasureKey();
        this.now = rules.clock().instant().truncatedTo(ChronoUnit.MICROS);
        this.records = rules.records();
    }

    /** Locks the rows of these recipients, in all scopes, and of those of them who were erased. */
    void lock(Collection<Subject> subjects) throws SQLException {
        lock(subjects, List.of());
    }

    /**
     * Locks the rows of these recipients, in all scopes, and of those of them who were erased.
     *
     * @param others keys of others who may have been erased
     */
    void lock(Collection<Subject> subjects, Collection<String> others) throws SQLException {
        TreeSet<String> keys = new TreeSet<>();
        subjects.forEach(subject -> keys.add(subject.key()));
        checkKey();
        Set<String> erased = erased(keys);
        erased.addAll(erased(others));
        keys.addAll(erased);
        if (session.isCareful() && session.isOwn()) {
            // what was created is let go before anything is locked: then everyone locks in one order, creates in one
            // order behind that, and waits for nobody who waits for them
            load(Sql.ROWS, keys);
            create(subjects);
            session.commit();
            rows.clear();
            load(Sql.LOCK, keys);
            return;
        }
        load(Sql.LOCK, keys);
        if (session.isCareful()) {
            load(Sql.LOCK, create(subjects));
        }
    }

    /** Creates the rows that are missing, empty as they are, and returns whose they are. */
    private Set<String> create(Collection<Subject> subjects) throws SQLException {
        TreeSet<String> missing = new TreeSet<>();
        try (Call stub = session.call(session.dialect().stub())) {
            for (Subject subject : withRoots(subjects)) {
                if (!rows.containsKey(subject) && erased(subject.key()) == null) {
                    stub.text(subject.key()).text(subject.scope()).batch();
                    missing.add(subject.key());
                }
            }
            if (!missing.isEmpty()) {
                stub.runBatch();
            }
        }
        return missing;
    }

    /** Returns them with those without a scope: their rows are what every transaction about a recipient meets at. */
    private static Set<Subject> withRoots(Collection<Subject> subjects) {
        TreeSet<Subject> all = new TreeSet<>(subjects);
        subjects.forEach(subject -> all.add(subject.root()));
        return all;
    }

    /** Returns what these would be known by if they were erased. */
    private Set<String> erased(Collection<String> keys) {
        TreeSet<String> erased = new TreeSet<>();
        ErasureKey hashing = erasureKey;
        if (hashing != null) {
            keys.forEach(key -> erased.add(hashing.erased(key)));
        }
        return erased;
    }

    /**
     * Checks that the erased can be known.
     *
     * @throws org.bounce4j.ConfigurationException if they were hashed with another key than ours
     */
    void checkKey() throws SQLException {
        try (Call call = session.call(Sql.WRONG_KEY)) {
            if (call.text(erasureKey == null ? "" : erasureKey.check()).any()) {
                throw Rules.wrongKey();
            }
        }
    }

    private void load(String sql, Set<String> keys) throws SQLException {
        if (keys.isEmpty()) {
            return;
        }
        try (Call call = session.call(sql, keys);
                ResultSet row = call.query()) {
            while (row.next()) {
                LedgerRow each = new LedgerRow(row);
                rows.put(each.subject, each);
            }
        }
    }

    /** Returns the row of a recipient, one of those that were locked. */
    LedgerRow row(Subject subject) {
        return rows.computeIfAbsent(subject, LedgerRow::new);
    }

    /** Returns the rows of a recipient in all scopes. */
    List<LedgerRow> rowsOf(String key) {
        List<LedgerRow> found = new ArrayList<>();
        for (LedgerRow row : rows.tailMap(new Subject(key, "")).values()) {
            if (!row.subject.key().equals(key)) {
                break;
            }
            found.add(row);
        }
        return found;
    }

    /** Returns the row that an erased person left, the one without a scope, or null. */
    @Nullable
    LedgerRow erased(String key) {
        return erasureKey == null ? null : rows.get(new Subject(erasureKey.erased(key), ""));
    }

    Optional<String> erasedKey(String key) {
        return Optional.ofNullable(erasureKey).map(each -> each.erased(key));
    }

    /** Returns whether an event is a late notice about somebody who was erased since: it counts, and is not kept. */
    boolean isLate(BounceEvent event, Subject subject) {
        return isLate(event, erased(subject.key()))
                || event.subscriber()
                        .map(subscriber -> isLate(event, erased(Subject.ofSubscriber(subscriber))))
                        .orElse(false);
    }

    private static boolean isLate(BounceEvent event, @Nullable LedgerRow erased) {
        Instant at = erased == null ? null : erased.erasedAt();
        // by the source's clock also where the policy does not believe it: a mail that is read again months later still
        // is
        // about who was erased, and to take a new one for such a mail costs nothing, for it counts all the same
        return at != null
                && (Clearance.releasedAt(at).releases(event)
                        || !event.occurredAt().isAfter(at));
    }

    /** Decides about recipients of whom new events were stored. */
    void add(Map<Subject, List<BounceEvent>> events) throws SQLException {
        TreeMap<String, List<LedgerRow>> waiting = new TreeMap<>();
        events.forEach((subject, added) -> {
            LedgerRow row = row(subject);
            row.keep();
            // a delivery or release at this moment knows nothing of the scope: it meets us here
            row(subject.root()).keep();
            row.nameFrom(added);
            // nobody has a row of whom anything counts, so without one this is the whole history
            if (rowsOf(subject.key()).stream().noneMatch(each -> each.isStored)) {
                judge(row, added, row.decisions());
            } else if (canChange(row, added)) {
                waiting.computeIfAbsent(subject.key(), (String key) -> new ArrayList<>())
                        .add(row);
            }
        });
        histories.each(waiting.keySet(), key -> span(waiting.getOrDefault(key, List.of()), events), (key, history) -> {
            for (LedgerRow row : waiting.getOrDefault(key, List.of())) {
                // a flood may hide these from the history, but not from us
                List<BounceEvent> all = new ArrayList<>(history.in(row.subject.scope()));
                all.addAll(events.getOrDefault(row.subject, List.of()));
                judge(row, all, row.decisions());
            }
        });
    }

    /** Returns the time of receipt of everything that can make a difference beside what was added. */
    private HistorySpan span(List<LedgerRow> rows, Map<Subject, List<BounceEvent>> events) {
        HistorySpan span = HistorySpan.around(
                rows.stream()
                        .flatMap(row -> events.getOrDefault(row.subject, List.of()).stream())
                        .toList(),
                policy);
        Instant released = rows.stream()
                .map(row -> Objects.requireNonNullElse(clearance(row).releasedAt(), Instant.MIN))
                .min(Comparator.naturalOrder())
                .orElse(Instant.MIN);
        return span.from(released);
    }

    /** Returns whether these events could change what stands: a history that cannot is not read, however long it is. */
    private boolean canChange(LedgerRow row, List<BounceEvent> added) {
        Clearance clearance = clearance(row);
        List<BounceEvent> mattering = added.stream()
                .filter(event -> matters(policy.weigh(event, clearance)))
                .toList();
        return policy.canChange(row.decisions(), mattering);
    }

    private static boolean matters(Weight weight) {
        return weight == Weight.COUNTS || weight == Weight.ECHO;
    }

    /**
     * Decides about an erased person of whom something came late. Each notice for itself: none is kept, so that what several
     * of them say together would depend on how they came.
     */
    void addLate(Map<Subject, List<BounceEvent>> events) {
        events.forEach((subject, late) -> {
            String key = erasedKey(subject.key()).orElseThrow();
            LedgerRow row = row(new Subject(key, subject.scope()));
            row.erase(now(row));
            for (BounceEvent event : late) {
                Clearance clearance = clearance(subject.key(), subject.scope());
                List<Suppression> fresh = policy.grounds(List.of(event), clearance).stream()
                        .map(Ground::withoutEvents)
                        .toList();
                row.decide(Ground.together(row.decisions(), fresh), List.of(), nextTo(row));
            }
        });
    }

    private Instant now(LedgerRow row) {
        Instant at = row.erasedAt();
        return at == null ? now : at;
    }

    private Clearance clearance(LedgerRow row) {
        return clearance(row.subject.key(), row.subject.scope());
    }

    private Clearance clearance(String key, String scope) {
        List<LedgerRow> all = new ArrayList<>();
        // somebody who was erased and came back may have been released by the hash alone
        keys(key).forEach(each -> all.addAll(rowsOf(each)));
        return clearance(all, scope);
    }

    /** Returns what speaks for a recipient in a scope: releases of it or of all, and deliveries, which know no scope. */
    static Clearance clearance(Collection<LedgerRow> rows, String scope) {
        Clearance clearance = Clearance.NONE;
        for (LedgerRow row : rows) {
            boolean own = row.subject.scope().equals(scope);
            clearance = clearance.and(new Clearance(own ? row.releasedAt() : row.releasedAllAt(), row.deliveredAt()));
        }
        return clearance;
    }

    /** Returns whether a release forgives an event already. */
    boolean isReleased(BounceEvent event, Subject subject) {
        return clearance(subject.key(), subject.scope()).releases(event);
    }

    /**
     * Returns when a decision falls: now, or behind the last one about this recipient where a clock went backwards, so that
     * they are told in the order of their times.
     */
    private Instant nextTo(LedgerRow row) {
        Instant next = now;
        for (LedgerRow other : rowsOf(row.subject.key())) {
            Instant last = other.isStored ? other.lastDecidedAt() : null;
            if (last != null && !next.isAfter(last)) {
                next = last.plus(1, ChronoUnit.MICROS);
            }
        }
        return next;
    }

    /** Decides by what the events say and by what is kept of what stood: events on which that rests may be gone. */
    private void judge(LedgerRow row, List<BounceEvent> history, List<Suppression> kept) {
        row.decide(Ground.together(kept, policy.grounds(history, clearance(row))), history, nextTo(row));
    }

    /** Decides again about a recipient of whom only this is kept of what stood. */
    void judgeAgain(LedgerRow row, List<Suppression> kept) throws SQLException {
        judge(row, histories.of(row.subject.key()).in(row.subject.scope()), kept);
    }

    /**
     * Decides again about recipients whose events changed. What stands is kept where its evidence is not all there any more:
     * nobody could say then what it would be.
     */
    void judgeAgain(Collection<LedgerRow> changed) throws SQLException {
        TreeMap<String, List<LedgerRow>> byKey = new TreeMap<>();
        changed.forEach(row -> byKey.computeIfAbsent(row.subject.key(), (String key) -> new ArrayList<>())
                .add(row));
        Set<String> stored = EventTable.stored(session, evidence(changed));
        histories.each(byKey.keySet(), key -> HistorySpan.ALL, (key, history) -> {
            for (LedgerRow row : byKey.getOrDefault(key, List.of())) {
                row.keep();
                row(row.subject.root()).keep();
                List<Suppression> kept = row.decisions().stream()
                        .filter(standing -> standing.evidence().isEmpty() || !stored.containsAll(standing.evidence()))
                        .toList();
                judge(row, history.in(row.subject.scope()), kept);
            }
        });
    }

    private static List<String> evidence(Collection<LedgerRow> rows) {
        return rows.stream()
                .flatMap(row -> row.decisions().stream())
                .flatMap(decision -> decision.evidence().stream())
                .toList();
    }

    /** Lifts every suppression of a recipient that is a list's own, and forgives what led to it. */
    boolean release(String key, Scope scope, String cause) throws SQLException {
        boolean any = false;
        for (String each : keys(key)) {
            for (LedgerRow row : rowsOf(each)) {
                if (scope.owns(row.subject.scope())) {
                    boolean stood = row.suppression() != null;
                    row.release(now, cause, scope.isAll());
                    forgiveWhatIsAhead(row);
                    judgeAgain(row, List.of());
                    any |= stood && row.suppression() == null;
                }
            }
        }
        return any;
    }

    /** Takes events out of the count that are stored already and yet later than now: another clock is ahead of ours. */
    private void forgiveWhatIsAhead(LedgerRow row) throws SQLException {
        Clearance clearance = clearance(row);
        Instant latest = now.plus(SuppressionPolicy.MAX_LEAD);
        while (true) {
            List<String> ahead = histories.of(row.subject.key()).in(row.subject.scope()).stream()
                    .filter(event -> matters(policy.weigh(event, clearance)))
                    .filter(event -> !SuppressionPolicy.timeOf(event).isAfter(latest)
                            && !event.receivedAt().isAfter(latest))
                    .map(BounceEvent::id)
                    .sorted()
                    .toList();
            if (ahead.isEmpty()) {
                return;
            }
            EventTable.takeOut(session, ahead);
        }
    }

    private List<String> keys(String key) {
        return Subject.isErased(key)
                ? List.of(key)
                : erasedKey(key).map(erased -> List.of(key, erased)).orElseGet(() -> List.of(key));
    }

    /** Notes that a mail arrived, and lifts a suppression for soft failures that are older. */
    void deliver(String key, Instant at) throws SQLException {
        LedgerRow erased = erased(key);
        LedgerRow row = erased == null || rows.containsKey(new Subject(key, "")) ? row(new Subject(key, "")) : erased;
        row.deliver(at);
        for (String each : keys(key)) {
            for (LedgerRow other : rowsOf(each)) {
                List<Suppression> kept = new ArrayList<>();
                for (Suppression standing : other.decisions()) {
                    boolean rests = standing.type() == BounceType.SOFT
                            && (!standing.since().isAfter(at) || EventTable.hasAll(session, standing.evidence()));
                    if (!rests) {
                        kept.add(standing);
                    }
                }
                if (kept.size() < other.decisions().size()) {
                    judgeAgain(other, kept);
                }
            }
        }
    }

    /** Turns the rows of these recipients into rows of erased ones. */
    void erase(Collection<String> keys) throws SQLException {
        for (String key : keys) {
            String hash = erasedKey(key).orElseThrow();
            row(new Subject(hash, "")).erase(now);
            for (LedgerRow person : rowsOf(key)) {
                row(new Subject(hash, person.subject.scope())).erase(person, now);
            }
            rows.keySet().removeIf(subject -> subject.key().equals(key));
        }
        for (String sql : List.of(Sql.DELETE_ROWS, Sql.FORGET_ACTIONS)) {
            try (Call call = session.call(sql, new TreeSet<>(keys))) {
                call.update();
            }
        }
    }

    /** Writes everything and returns the decisions of which the host is to be told. */
    List<SuppressionDecision> write() throws SQLException {
        List<@Nullable Object[]> added = new ArrayList<>();
        List<SuppressionDecision> decisions = new ArrayList<>();
        boolean updates = false;
        try (Call update = session.call(Sql.UPDATE_ROW)) {
            for (LedgerRow row : rows.values()) {
                if (!row.isChanged()) {
                    continue;
                }
                if (row.isStored) {
                    row.update(update);
                    updates = true;
                } else {
                    added.add(row.values());
                }
                if (records && tells(row)) {
                    decisions.add(decision(row));
                }
            }
            session.insert("bounce_ledger", Sql.LEDGER_COLUMNS, added);
            if (updates) {
                update.runBatch();
            }
        }
        Outbox.add(session, decisions);
        return decisions;
    }

    private static boolean tells(LedgerRow row) {
        Suppression before = row.before();
        Suppression after = row.suppression();
        if (before == null || after == null) {
            return !Objects.equals(before, after) && !Subject.isErased(row.subject.key());
        }
        return before.action() != after.action() && !Subject.isErased(row.subject.key());
    }

    private SuppressionDecision decision(LedgerRow row) {
        String key = row.subject.key();
        return new SuppressionDecision(
                UUID.randomUUID().toString(),
                Subject.address(key),
                Subject.subscriber(key).or(() -> Optional.ofNullable(row.subscriber())),
                row.subject.scope(),
                Optional.ofNullable(row.suppression()),
                row.decidedAt());
    }

    /** Groups what counts by recipient. */
    static Map<Subject, List<BounceEvent>> counting(Map<BounceEvent, Subject> events, Set<String> ids) {
        Map<Subject, List<BounceEvent>> grouped = new HashMap<>();
        events.forEach((event, subject) -> {
            if (ids.contains(event.id()) && SuppressionPolicy.isToBlame(event)) {
                grouped.computeIfAbsent(subject, (Subject key) -> new ArrayList<>())
                        .add(event);
            }
        });
        return grouped;
    }
}
