package org.bounce4j.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.bounce4j.BounceEvent;
import org.bounce4j.EmailAddress;
import org.bounce4j.suppression.Clearance;
import org.bounce4j.suppression.EventQuery;
import org.bounce4j.suppression.Explanation;
import org.bounce4j.suppression.Progress;
import org.bounce4j.suppression.Suppression;
import org.bounce4j.suppression.SuppressionDecision;
import org.bounce4j.suppression.SuppressionList;
import org.bounce4j.suppression.Weight;

/** The decisions as the database has them. Thread-safe. */
final class JdbcSuppressionList implements SuppressionList {
    /** How many addresses are asked for at once: enough that the round trip does not matter. */
    private static final int CHUNK = 2_000;

    private static final int PAGE = 500;
    private static final int EXPLAINED_EVENTS = 200;
    private static final Comparator<LedgerRow> LATEST_RELEASE = Comparator.comparing(
                    (LedgerRow row) -> row.releaseCause().isPresent())
            .thenComparing(LedgerRow::releasedAt, Comparator.nullsFirst(Comparator.naturalOrder()));

    private final Database database;
    private final EventTable events;
    private final Rules rules;
    private final Scope scope;
    private final Consumer<List<SuppressionDecision>> teller;

    JdbcSuppressionList(
            Database database,
            EventTable events,
            Rules rules,
            Scope scope,
            Consumer<List<SuppressionDecision>> teller) {
        this.database = database;
        this.events = events;
        this.rules = rules;
        this.scope = scope;
        this.teller = teller;
    }

    private List<String> keys(String key) {
        ErasureKey erasureKey = rules.erasureKey();
        return erasureKey == null ? List.of(key) : List.of(key, erasureKey.erased(key));
    }

    @Override
    public boolean contains(EmailAddress address) {
        return isSuppressed(Subject.of(address));
    }

    @Override
    public boolean containsSubscriber(String subscriber) {
        return isSuppressed(Subject.ofSubscriber(Subject.clean(subscriber)));
    }

    private boolean isSuppressed(String key) {
        return database.query(session -> {
            boolean suppressed = false;
            try (Call call = session.call(scope.name() == null ? Sql.IS_SUPPRESSED : Sql.IS_SUPPRESSED_IN, keys(key))) {
                seen(call).text(rules.check());
                try (ResultSet row = call.query()) {
                    while (row.next()) {
                        if (row.getString(1).startsWith("WRONG")) {
                            throw Rules.wrongKey();
                        }
                        suppressed = true;
                    }
                }
            }
            return suppressed;
        });
    }

    private Call seen(Call call) throws SQLException {
        return scope.name() == null ? call : call.text(scope.name());
    }

    @Override
    public List<EmailAddress> filter(Collection<EmailAddress> addresses) {
        return database.query(session -> {
            checkKey(session);
            List<EmailAddress> kept = new ArrayList<>();
            List<EmailAddress> chunk = new ArrayList<>(CHUNK);
            for (EmailAddress address : addresses) {
                chunk.add(address);
                if (chunk.size() == CHUNK) {
                    keep(session, chunk, kept);
                    chunk.clear();
                }
            }
            keep(session, chunk, kept);
            return kept;
        });
    }

    private void keep(Session session, List<EmailAddress> chunk, List<EmailAddress> kept) throws SQLException {
        if (chunk.isEmpty()) {
            return;
        }
        Map<String, String> asked = new LinkedHashMap<>();
        for (EmailAddress address : chunk) {
            for (String key : keys(Subject.of(address))) {
                asked.put(key, address.key());
            }
        }
        Set<String> suppressed = new HashSet<>();
        try (Call call = session.call(scope.name() == null ? Sql.SUPPRESSED : Sql.SUPPRESSED_IN, asked.keySet())) {
            for (String key : seen(call).texts()) {
                suppressed.add(Objects.requireNonNull(asked.get(key)));
            }
        }
        for (EmailAddress address : chunk) {
            if (!suppressed.contains(address.key())) {
                kept.add(address);
            }
        }
    }

    private void checkKey(Session session) throws SQLException {
        try (Call call = session.call(Sql.WRONG_KEY)) {
            if (call.text(rules.check()).any()) {
                throw Rules.wrongKey();
            }
        }
    }

    @Override
    public Optional<Entry> find(EmailAddress address) {
        return standing(rowsOf(Subject.of(address))).stream()
                .max(Comparator.comparing(entry -> entry.suppression().action()));
    }

    private List<LedgerRow> rowsOf(String key) {
        return database.query(session -> {
            checkKey(session);
            try (Call call = session.call(Sql.ROWS, keys(key))) {
                return rows(call).stream()
                        .filter(row -> scope.sees(row.subject.scope()))
                        .toList();
            }
        });
    }

    private static List<LedgerRow> rows(Call call) throws SQLException {
        List<LedgerRow> found = new ArrayList<>();
        try (ResultSet row = call.query()) {
            while (row.next()) {
                found.add(new LedgerRow(row));
            }
        }
        return found;
    }

    private static List<Entry> standing(List<LedgerRow> rows) {
        return rows.stream()
                .filter(row -> row.suppression() != null)
                .map(LedgerRow::entry)
                .toList();
    }

    @Override
    public List<Entry> ofSubscriber(String subscriber) {
        String named = Subject.clean(subscriber);
        return database.query(session -> {
            checkKey(session);
            Map<Subject, LedgerRow> found = new LinkedHashMap<>();
            try (Call call = session.call(Sql.OF_SUBSCRIBER)) {
                rows(call.text(named)).forEach(row -> found.put(row.subject, row));
            }
            // an erased row names nobody: it is found by the hash alone
            try (Call call = session.call(Sql.ROWS, keys(Subject.ofSubscriber(named)))) {
                rows(call).forEach(row -> found.putIfAbsent(row.subject, row));
            }
            return standing(found.values().stream()
                    .filter(row -> scope.sees(row.subject.scope()))
                    .toList());
        });
    }

    @Override
    public List<Entry> entries(int limit) {
        Pages.requireFromOne(limit);
        return database.query(session -> {
            checkKey(session);
            try (Call call = session.call(scope.name() == null ? Sql.NEWEST : Sql.NEWEST_IN)) {
                return standing(rows(seen(call).number(limit)));
            }
        });
    }

    @Override
    public void forEach(Consumer<? super Entry> taker) {
        forEachRow(row -> {
            if (scope.sees(row.subject.scope())) {
                taker.accept(row.entry());
            }
        });
    }

    @Override
    public Explanation explain(EmailAddress address) {
        List<LedgerRow> rows = rowsOf(Subject.of(address));
        Clearance all = Clearance.NONE;
        for (LedgerRow row : rows) {
            all = all.and(new Clearance(row.releasedAt(), row.deliveredAt()));
        }
        EventQuery query = EventQuery.builder().recipient(address).build();
        List<EventTable.Row> found =
                database.query(session -> EventTable.page(session, query, scope, EXPLAINED_EVENTS));
        List<Explanation.WeighedEvent> weighed = new ArrayList<>();
        Map<String, List<BounceEvent>> counted = new HashMap<>();
        for (EventTable.Row row : found) {
            Weight weight = row.kind() == Kind.TAKEN_OUT
                    ? Weight.RELEASED
                    : rules.policy()
                            .weigh(
                                    row.event(),
                                    Ledger.clearance(rows, row.subject().scope()));
            weighed.add(new Explanation.WeighedEvent(row.event(), weight));
            if (weight == Weight.COUNTS) {
                counted.computeIfAbsent(row.subject().scope(), (String name) -> new ArrayList<>())
                        .add(row.event());
            }
        }
        SortedMap<String, List<Progress>> progress = new TreeMap<>();
        Instant now = rules.clock().instant();
        counted.forEach((name, of) -> {
            List<Progress> made = rules.policy().progress(of, Clearance.NONE, now);
            if (!made.isEmpty()) {
                progress.put(name, made);
            }
        });
        Optional<String> cause = rows.stream().max(LATEST_RELEASE).flatMap(LedgerRow::releaseCause);
        Optional<Instant> erased = rows.stream()
                .flatMap(row -> Optional.ofNullable(row.erasedAt()).stream())
                .max(Comparator.naturalOrder());
        return new Explanation(address, standing(rows), all, cause, erased, weighed, progress);
    }

    @Override
    public boolean release(EmailAddress address, String cause) {
        return release(Subject.of(address), cause);
    }

    @Override
    public boolean releaseSubscriber(String subscriber, String cause) {
        String named = Subject.clean(subscriber);
        return !named.isEmpty() && release(Subject.ofSubscriber(named), cause);
    }

    private static void requireCause(String cause) {
        if (cause.isBlank()) {
            throw new IllegalArgumentException("Expected a cause that tells a person why, got a blank text");
        }
    }

    private boolean release(String key, String cause) {
        requireCause(cause);
        int released = decided((session, decisions) -> {
            Ledger ledger = new Ledger(session, rules);
            String name = scope.name() == null ? "" : scope.name();
            ledger.lock(List.of(new Subject(key, ""), new Subject(key, name)));
            String remembered =
                    ledger.erased(key) == null ? key : ledger.erasedKey(key).orElseThrow();
            ledger.row(new Subject(remembered, name));
            ledger.row(new Subject(remembered, "")).keep();
            boolean any = ledger.release(key, scope, cause);
            decisions.addAll(ledger.write());
            return any ? 1 : 0;
        });
        return released > 0;
    }

    @Override
    public int release(EventQuery query, String cause) {
        requireCause(cause);
        int[] lifted = {0};
        forEachPage(
                query, page -> lifted[0] += decided((session, decisions) -> release(session, page, cause, decisions)));
        lifted[0] += releasePruned(query, cause);
        return lifted[0];
    }

    private int release(Session session, List<EventTable.Row> page, String cause, List<SuppressionDecision> decisions)
            throws SQLException {
        List<String> ids = page.stream()
                .filter(row -> row.kind() != Kind.TAKEN_OUT)
                .map(row -> row.event().id())
                .toList();
        if (ids.isEmpty()) {
            return 0;
        }
        Ledger ledger = locked(session, page);
        Set<LedgerRow> touched = touched(ledger, page);
        EventTable.takeOut(session, ids);
        List<LedgerRow> standing =
                touched.stream().filter(row -> row.suppression() != null).toList();
        ledger.judgeAgain(touched);
        int lifted = 0;
        for (LedgerRow row : standing) {
            if (row.suppression() == null) {
                row.releaseEvents(cause);
                lifted++;
            }
        }
        decisions.addAll(ledger.write());
        return lifted;
    }

    /** Lifts suppressions that the query means and whose events are not stored any more. */
    private int releasePruned(EventQuery query, String cause) {
        if (query.remoteMta().isPresent()
                || query.campaign().isPresent()
                || query.source().isPresent()
                || query.receivedFrom().isPresent()
                || query.receivedTo().isPresent()) {
            return 0; // the ledger does not know these
        }
        int lifted = 0;
        Set<String> candidates = new TreeSet<>();
        if (query.recipient().isPresent()) {
            candidates.add(Subject.of(query.recipient().orElseThrow()));
        } else {
            forEachRow(row -> {
                if (row.grounds().stream().anyMatch(ground -> means(query, row, ground))) {
                    candidates.add(row.subject.key());
                }
            });
        }
        List<String> keys = List.copyOf(candidates);
        for (int from = 0; from < keys.size(); from += PAGE) {
            List<String> some = keys.subList(from, Math.min(keys.size(), from + PAGE));
            lifted += decided((session, decisions) -> {
                Ledger ledger = new Ledger(session, rules);
                ledger.lock(some.stream().map(key -> new Subject(key, "")).toList());
                int count = 0;
                for (String key : some) {
                    for (LedgerRow row : ledger.rowsOf(key)) {
                        List<Suppression> kept = new ArrayList<>();
                        for (Ground ground : row.grounds()) {
                            if (!means(query, row, ground)
                                    || EventTable.hasAll(
                                            session, ground.suppression().evidence())) {
                                kept.add(ground.suppression());
                            }
                        }
                        if (kept.size() < row.grounds().size()) {
                            ledger.judgeAgain(row, kept);
                            if (row.suppression() == null) {
                                row.releaseEvents(cause);
                                count++;
                            }
                        }
                    }
                }
                decisions.addAll(ledger.write());
                return count;
            });
        }
        return lifted;
    }

    private void forEachRow(Consumer<LedgerRow> taker) {
        Subject last = new Subject("", "");
        while (true) {
            Subject from = last;
            List<LedgerRow> page = database.query(session -> {
                checkKey(session);
                try (Call call = session.call(Sql.EACH)) {
                    return rows(call.text(from.key())
                            .text(from.key())
                            .text(from.scope())
                            .number(CHUNK));
                }
            });
            if (page.isEmpty()) {
                return;
            }
            last = page.get(page.size() - 1).subject;
            page.forEach(taker);
        }
    }

    private boolean means(EventQuery query, LedgerRow row, Ground ground) {
        Suppression standing = ground.suppression();
        return scope.owns(row.subject.scope())
                && query.domain().map(domain -> domain.equals(row.domain())).orElse(true)
                && query.subscriber()
                        .map(subscriber -> Objects.equals(Ground.mark(subscriber), ground.subscriber()))
                        .orElse(true)
                && query.type().map(type -> type == standing.type()).orElse(true)
                && query.reason().map(reason -> reason == standing.reason()).orElse(true)
                && query.rule().map(rule -> rule.equals(ground.eventRule())).orElse(true)
                && query.occurredFrom()
                        .map(from -> !standing.since().isBefore(from))
                        .orElse(true)
                && query.occurredTo().map(to -> standing.since().isBefore(to)).orElse(true);
    }

    @Override
    public int reclassify(EventQuery query, UnaryOperator<BounceEvent> judge) {
        int[] changed = {0};
        forEachPage(query, page -> {
            // the host's judge is asked before anything is locked: it may ask this store in turn
            List<EventTable.Row> judged = new ArrayList<>();
            page.forEach(row -> judged.add(judged(row, judge.apply(row.event()))));
            changed[0] += decided((session, decisions) -> {
                List<EventTable.Row> both = new ArrayList<>(page);
                both.addAll(judged);
                Ledger ledger = locked(session, both);
                int count = EventTable.rejudge(session, page, forgiven(ledger, page, judged));
                ledger.judgeAgain(touched(ledger, both));
                decisions.addAll(ledger.write());
                return count;
            });
        });
        return changed[0];
    }

    private EventTable.Row judged(EventTable.Row row, BounceEvent said) {
        BounceEvent event = row.event().toBuilder()
                .type(said.type())
                .reason(said.reason())
                .rule(said.rule().orElse(null))
                .build();
        boolean same = event.equals(row.event());
        return new EventTable.Row(event, same ? row.subject() : events.subject(event), Kind.of(event));
    }

    /** What a release forgave stays forgiven where it moves to another scope. */
    private static List<EventTable.Row> forgiven(
            Ledger ledger, List<EventTable.Row> before, List<EventTable.Row> judged) {
        List<EventTable.Row> forgiven = new ArrayList<>();
        for (int i = 0; i < judged.size(); i++) {
            EventTable.Row old = before.get(i);
            EventTable.Row row = judged.get(i);
            boolean moved = !row.subject().equals(old.subject());
            forgiven.add(
                    moved && ledger.isReleased(old.event(), old.subject())
                            ? new EventTable.Row(row.event(), row.subject(), Kind.TAKEN_OUT)
                            : row);
        }
        return forgiven;
    }

    /** Does something in one transaction, and says how much it did. */
    @FunctionalInterface
    private interface Work {
        int run(Session session, List<SuppressionDecision> decisions) throws SQLException;
    }

    private int decided(Work work) {
        List<SuppressionDecision> decisions = new ArrayList<>();
        int done = database.inTransaction(session -> {
            decisions.clear();
            return work.run(session, decisions);
        });
        teller.accept(decisions);
        return done;
    }

    /** Hands out the events of this list's own scope that a query means, page by page. */
    private void forEachPage(EventQuery query, Consumer<List<EventTable.Row>> taker) {
        EventCursor cursor = null;
        while (true) {
            EventCursor before = cursor;
            List<EventTable.Row> page = database.query(session -> {
                checkKey(session);
                return EventTable.page(session, query, PAGE, before);
            });
            if (page.isEmpty()) {
                return;
            }
            cursor = EventCursor.at(page.get(page.size() - 1).event());
            List<EventTable.Row> own = page.stream()
                    .filter(row -> scope.owns(row.subject().scope()))
                    .toList();
            if (!own.isEmpty()) {
                taker.accept(own);
            }
        }
    }

    private Ledger locked(Session session, List<EventTable.Row> page) throws SQLException {
        Ledger ledger = new Ledger(session, rules);
        ledger.lock(page.stream().map(EventTable.Row::subject).toList());
        return ledger;
    }

    private static Set<LedgerRow> touched(Ledger ledger, List<EventTable.Row> page) {
        Set<LedgerRow> rows = new HashSet<>();
        page.forEach(row -> rows.add(ledger.row(row.subject())));
        return rows;
    }
}
