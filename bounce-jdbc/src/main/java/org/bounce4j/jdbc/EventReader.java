package org.bounce4j.jdbc;

import java.sql.ResultSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceEventJson;
import org.bounce4j.suppression.EventQuery;
import org.jspecify.annotations.Nullable;

/** Looks events up; {@link JdbcBounceStore} says what each method promises. Thread-safe. */
final class EventReader {
    private static final int PAGE = 500;

    private final Database database;

    EventReader(Database database) {
        this.database = database;
    }

    Optional<BounceEvent> find(String id) {
        if (!EventTable.canBe(id)) {
            return Optional.empty();
        }
        return database.query(session -> {
            try (Call call = session.call(Sql.FIND);
                    ResultSet row = call.text(id).query()) {
                return row.next() ? Optional.of(BounceEventJson.read(row.getString(1))) : Optional.empty();
            }
        });
    }

    EventPage page(EventQuery query, int limit, @Nullable String next, boolean oldestFirst) {
        Pages.requireFromOne(limit);
        EventCursor behind = next == null ? null : EventCursor.of(next);
        int oneMore = (int) Math.min(limit + 1L, Integer.MAX_VALUE);
        List<EventTable.Row> rows =
                database.query(session -> EventTable.page(session, query, oneMore, behind, oldestFirst));
        boolean more = rows.size() > limit;
        List<BounceEvent> page =
                rows.stream().limit(limit).map(EventTable.Row::event).toList();
        return new EventPage(
                page,
                more ? Optional.of(EventCursor.at(page.get(page.size() - 1)).text()) : Optional.empty());
    }

    Stream<BounceEvent> stream(EventQuery query) {
        return Pages.stream((@Nullable BounceEvent last) -> database.query(session -> {
            EventCursor before = last == null ? null : EventCursor.at(last);
            return EventTable.page(session, query, PAGE, before).stream()
                    .map(EventTable.Row::event)
                    .toList();
        }));
    }

    long count() {
        return database.query(session -> {
            try (Call call = session.call(Sql.COUNT);
                    ResultSet row = call.query()) {
                row.next();
                return row.getLong(1);
            }
        });
    }

    Map<String, Long> counts(EventQuery query, CountBy by, int limit) {
        Pages.requireFromOne(limit);
        StringBuilder conditions = new StringBuilder();
        List<Object> values = EventTable.conditions(query, conditions);
        return database.query(session -> {
            Map<String, Long> counts = new LinkedHashMap<>();
            try (Call call = session.call(by.sql(conditions.toString()))) {
                EventTable.set(call, values);
                try (ResultSet row = call.number(limit).query()) {
                    while (row.next()) {
                        counts.put(row.getString(1), row.getLong(2));
                    }
                }
            }
            return counts;
        });
    }
}
