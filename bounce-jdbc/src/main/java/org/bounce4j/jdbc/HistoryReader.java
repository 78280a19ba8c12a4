package org.bounce4j.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceType;
import org.bounce4j.Trust;
import org.bounce4j.suppression.SuppressionPolicy;

/**
 * Reads what counts against recipients: not the whole events, but all that a policy looks at; where there are too many, of
 * those of one kind and day only the ends. So both memory and time are bounded, whoever sends us a million forged bounces
 * about somebody: what is between the ends is not even read.
 */
final class HistoryReader {
    /** How many events of a kind and day are looked at from its beginning and from its end; more if the policy counts to more. */
    static final int KEPT = 100;

    /** How many events of a recipient are all looked at, in all scopes together. */
    static final int WHOLE = 2_000;

    /** How many events are read at once of a recipient; few have more. */
    private static final int USUAL = 64;

    private final Session session;
    private final List<Integer> kinds;
    private final int lowest;
    private final int kept;

    HistoryReader(Session session, SuppressionPolicy policy) {
        this.session = session;
        kinds = Kind.of(policy);
        lowest = Kind.lowest(policy);
        kept = kept(policy);
    }

    static int kept(SuppressionPolicy policy) {
        return Stream.of(BounceType.values())
                .mapToInt(type -> policy.threshold(type).attempts())
                .reduce(KEPT, Math::max);
    }

    /** Takes the history of a recipient. */
    @FunctionalInterface
    interface Taker {
        void take(String key, History history) throws SQLException;
    }

    private record Row(String key, String scope, int kind, BounceEvent event) {}

    /** Reads the whole history of one recipient. */
    History of(String key) throws SQLException {
        return of(key, HistorySpan.ALL);
    }

    private History of(String key, HistorySpan span) throws SQLException {
        List<Row> rows = new ArrayList<>();
        for (int kind : kinds) {
            rows.addAll(some(key, kind, span, WHOLE + 1 - rows.size()));
            if (rows.size() > WHOLE) {
                return ends(key, span);
            }
        }
        History history = new History(WHOLE);
        rows.forEach(row -> add(history, row));
        return history;
    }

    /** Hands out the histories of some recipients, one after the other; of those with a long one the span that is asked for. */
    void each(Collection<String> keys, Function<String, HistorySpan> spans, Taker taker) throws SQLException {
        if (keys.isEmpty()) {
            return;
        }
        List<Row> rows = start(keys);
        Map<String, Integer> sizes = new HashMap<>();
        Map<String, History> histories = new HashMap<>();
        for (Row row : rows) {
            sizes.merge(row.key, 1, Integer::sum);
            add(histories.computeIfAbsent(row.key, (String key) -> new History(WHOLE)), row);
        }
        for (String key : keys) {
            int size = session.dialect().boundsEach() ? sizes.getOrDefault(key, 0) : rows.size() / keys.size();
            taker.take(
                    key, size <= USUAL ? histories.getOrDefault(key, new History(WHOLE)) : of(key, spans.apply(key)));
        }
    }

    private static void add(History history, Row row) {
        history.add(row.scope, row.kind, row.event);
    }

    /** Returns more than the usual number of each where one has more; or of all together, where a database bounds no part. */
    private List<Row> start(Collection<String> keys) throws SQLException {
        boolean each = session.dialect().boundsEach();
        try (Call call = session.call(locking(each ? Sql.HISTORIES_BOUNDED : Sql.HISTORIES), keys)) {
            return rows(call.number(lowest).number((USUAL + 1) * (each ? 1 : keys.size())));
        }
    }

    /** Goes from day to day over the index. */
    private History ends(String key, HistorySpan span) throws SQLException {
        History history = new History(kept);
        for (int kind : kinds) {
            Instant from = History.dayOf(span.from());
            List<Row> rows;
            do {
                rows = some(key, kind, new HistorySpan(from, span.to()), kept);
                rows.forEach(row -> add(history, row));
                if (rows.size() == kept) {
                    Instant first = History.dayOf(rows.get(0).event.receivedAt());
                    Instant last = History.dayOf(rows.get(kept - 1).event.receivedAt());
                    if (first.equals(last)) {
                        // more than a day's beginning: go on with its end
                        endOf(key, kind, last).forEach(row -> add(history, row));
                        last = last.plus(1, ChronoUnit.DAYS);
                    }
                    from = last;
                }
                // the last day there is has none behind it
            } while (rows.size() == kept && !from.isAfter(span.to()) && from.isBefore(Call.LATEST));
        }
        return history;
    }

    private List<Row> some(String key, int kind, HistorySpan span, int limit) throws SQLException {
        try (Call call = session.call(locking(Sql.HISTORY_FROM))) {
            return rows(call.text(key)
                    .number(kind)
                    .time(span.from())
                    .time(span.to())
                    .number(limit));
        }
    }

    private List<Row> endOf(String key, int kind, Instant day) throws SQLException {
        try (Call call = session.call(locking(Sql.HISTORY_OF_DAY_BACKWARDS))) {
            return rows(call.text(key)
                    .number(kind)
                    .time(day)
                    .time(day.plus(1, ChronoUnit.DAYS))
                    .number(kept));
        }
    }

    private String locking(String sql) {
        return sql + session.dialect().latest();
    }

    private static List<Row> rows(Call call) throws SQLException {
        List<Row> rows = new ArrayList<>();
        try (ResultSet row = call.query()) {
            while (row.next()) {
                rows.add(new Row(row.getString("subject"), row.getString("scope"), row.getInt("counts"), outline(row)));
            }
        }
        return rows;
    }

    private static BounceEvent outline(ResultSet row) throws SQLException {
        // nobody looks at the address: a stand-in spares parsing it again
        String subscriber = row.getString("subscriber");
        return BounceEvent.builderForSubscriber(
                        row.getString("id"),
                        BounceType.valueOf(row.getString("type")),
                        row.getString("source"),
                        subscriber == null ? LedgerRow.NOBODY : subscriber,
                        Objects.requireNonNull(Call.instant(row, "received_at")))
                .reason(BounceReason.of(row.getString("reason")))
                .rule(row.getString("rule_name"))
                .trust(Trust.of(row.getString("trust")))
                .attempt(row.getString("attempt"))
                .occurredAt(Call.instant(row, "occurred_at"))
                .build();
    }
}
