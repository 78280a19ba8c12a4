package org.bounce4j.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceEventJson;
import org.bounce4j.EmailAddress;
import org.bounce4j.EventId;
import org.bounce4j.internal.CleanText;
import org.bounce4j.suppression.EventQuery;
import org.jspecify.annotations.Nullable;

/** Puts events into rows and gets them out again. */
final class EventTable {
    static final int MAX_SCOPE = 64;

    private static final int MAX_NAME = 255;
    /** How many are deleted at once. */
    private static final int SOME = 500;

    private final Function<BounceEvent, @Nullable String> scope;

    EventTable(Function<BounceEvent, @Nullable String> scope) {
        this.scope = scope;
    }

    /** An event and what the row says of it beyond. */
    record Row(BounceEvent event, Subject subject, int kind) {}

    Subject subject(BounceEvent event) {
        String name = CleanText.line(scope.apply(event), MAX_SCOPE);
        return new Subject(Subject.of(event), name == null ? "" : name);
    }

    /**
     * Adds those events that are not there yet, in the order of their ids.
     *
     * @return the ids of those that were not
     */
    Set<String> insert(Session session, Map<BounceEvent, Subject> events) throws SQLException {
        TreeMap<String, @Nullable Object[]> rows = new TreeMap<>();
        events.forEach((event, subject) -> rows.put(event.id(), values(event, subject)));
        return session.insertNew(List.copyOf(rows.values()));
    }

    private static @Nullable Object[] values(BounceEvent event, Subject subject) {
        return new @Nullable Object[] {
            event.id(),
            subject.key(),
            subject.scope(),
            event.reportedRecipient().map(EmailAddress::key).orElse(null),
            event.recipient().map(EmailAddress::domain).map(EventTable::name).orElse(null),
            event.remoteMta().map(host -> name(host.toLowerCase(Locale.ROOT))).orElse(null),
            event.subscriber().orElse(null),
            event.campaign().orElse(null),
            event.source(),
            event.type().name(),
            event.reason().name(),
            event.rule().orElse(null),
            event.trust().name(),
            event.attempt().orElse(null),
            Kind.of(event),
            Call.utc(event.occurredAt()),
            Call.utc(event.receivedAt()),
            BounceEventJson.writeString(event)
        };
    }

    /**
     * Checks that an event can be read again: the JSON form has no other years.
     *
     * @throws IllegalArgumentException if it was received before 1970 or after 9999
     */
    static void checkTime(BounceEvent event) {
        if (event.receivedAt().isBefore(Instant.EPOCH) || event.receivedAt().isAfter(Call.LATEST)) {
            throw new IllegalArgumentException("Expected events received from 1970 to 9999, got one of another time;"
                    + " look at the clock of this machine");
        }
    }

    /** Returns whether a text can be the id of an event at all: databases refuse to compare some that cannot. */
    static boolean canBe(String id) {
        return id.length() <= EventId.MAX_LENGTH && id.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    /** Cuts a name to what its column holds; only names longer than DNS allows are. */
    static @Nullable String name(String text) {
        return CleanText.line(text, MAX_NAME);
    }

    /** Returns whether all of these are still stored. */
    static boolean hasAll(Session session, Collection<String> ids) throws SQLException {
        return !ids.isEmpty() && stored(session, ids).containsAll(ids);
    }

    /** Returns those of some ids that are stored. */
    static Set<String> stored(Session session, Collection<String> ids) throws SQLException {
        List<String> sorted = ids.stream().distinct().sorted().toList();
        Set<String> stored = new HashSet<>();
        for (int from = 0; from < sorted.size(); from += SOME) {
            List<String> some = sorted.subList(from, Math.min(sorted.size(), from + SOME));
            try (Call call = session.call(Sql.KNOWN_IDS, some)) {
                stored.addAll(call.texts());
            }
        }
        return stored;
    }

    /** Returns a page of events, newest first. */
    static List<Row> page(Session session, EventQuery query, int limit, @Nullable EventCursor before)
            throws SQLException {
        return page(session, query, limit, before, false);
    }

    /** Returns the newest events that a list of a scope sees. */
    static List<Row> page(Session session, EventQuery query, Scope scope, int limit) throws SQLException {
        return page(session, query, scope, limit, null, false);
    }

    /** Returns a page of events behind a place in the order. */
    static List<Row> page(
            Session session, EventQuery query, int limit, @Nullable EventCursor behind, boolean oldestFirst)
            throws SQLException {
        return page(session, query, Scope.ALL, limit, behind, oldestFirst);
    }

    private static List<Row> page(
            Session session,
            EventQuery query,
            Scope scope,
            int limit,
            @Nullable EventCursor behind,
            boolean oldestFirst)
            throws SQLException {
        StringBuilder sql = new StringBuilder(Sql.EVENTS);
        List<Object> values = conditions(query, sql);
        if (scope.name() != null) {
            add(sql, values, "scope IN ('', ?)", scope.name());
        }
        if (behind != null) {
            sql.append(oldestFirst ? Sql.AFTER : Sql.BEFORE);
            values.add(behind.receivedAt());
            values.add(behind.receivedAt());
            values.add(behind.id());
        }
        String order = oldestFirst ? Sql.PAGE_OLDEST_FIRST : Sql.PAGE;
        if (query.recipient().isEmpty()) {
            values.add(limit);
            return rows(session, sql + order, values);
        }
        // the index has a recipient's events ordered by kind before time: take a page of each, and the first of those
        String ofKind = "(" + sql + Sql.OF_KIND + order + ")";
        List<Object> all = new ArrayList<>();
        for (int kind : Kind.ALL) {
            all.addAll(values);
            all.add(kind);
            all.add(limit);
        }
        all.add(limit);
        String union = String.join(" UNION ALL ", Collections.nCopies(Kind.ALL.size(), ofKind));
        return rows(session, "SELECT * FROM (" + union + ") e" + order, all);
    }

    private static List<Row> rows(Session session, String sql, List<Object> values) throws SQLException {
        try (Call call = session.call(sql)) {
            set(call, values);
            List<Row> rows = new ArrayList<>();
            try (ResultSet row = call.query()) {
                while (row.next()) {
                    rows.add(new Row(
                            BounceEventJson.read(row.getString("event")),
                            new Subject(row.getString("subject"), row.getString("scope")),
                            row.getInt("counts")));
                }
            }
            return rows;
        }
    }

    static void set(Call call, List<Object> values) throws SQLException {
        for (Object value : values) {
            if (value instanceof Instant time) {
                call.time(time);
            } else if (value instanceof Integer number) {
                call.number(number);
            } else {
                call.text(value.toString());
            }
        }
    }

    /** Appends the conditions of a query, the selective ones first, and returns their values. */
    static List<Object> conditions(EventQuery query, StringBuilder sql) {
        List<Object> values = new ArrayList<>();
        query.recipient().ifPresent(address -> add(sql, values, "subject = ?", Subject.of(address)));
        query.domain().map(EventTable::name).ifPresent(domain -> add(sql, values, "domain = ?", domain));
        query.subscriber().ifPresent(subscriber -> add(sql, values, "subscriber = ?", subscriber));
        query.campaign().ifPresent(campaign -> add(sql, values, "campaign = ?", campaign));
        query.source().ifPresent(source -> add(sql, values, "source = ?", source));
        query.type().ifPresent(type -> add(sql, values, "type = ?", type.name()));
        query.reason().ifPresent(reason -> add(sql, values, "reason = ?", reason.name()));
        query.rule().ifPresent(rule -> add(sql, values, "rule_name = ?", rule));
        query.remoteMta().ifPresent(host -> {
            add(sql, values, "(remote_mta = ? OR remote_mta LIKE ? ESCAPE '!')", host);
            values.add("%." + host.replace("!", "!!").replace("%", "!%").replace("_", "!_"));
        });
        query.receivedFrom().ifPresent(from -> add(sql, values, "received_at >= ?", from));
        query.receivedTo().ifPresent(to -> add(sql, values, "received_at < ?", to));
        query.occurredFrom().ifPresent(from -> add(sql, values, "occurred_at >= ?", from));
        query.occurredTo().ifPresent(to -> add(sql, values, "occurred_at < ?", to));
        return values;
    }

    private static void add(StringBuilder sql, List<Object> values, String condition, Object value) {
        sql.append(" AND ").append(condition);
        values.add(value);
    }

    /** Where an event stands in the order of receipt, and whom it is about. */
    record Place(EventCursor cursor, String key) {}

    /** Returns some places behind one, oldest first, by one of the statements that select them. */
    static List<Place> places(Session session, String sql, List<Object> values, @Nullable EventCursor behind)
            throws SQLException {
        try (Call call = session.call(sql + (behind == null ? "" : Sql.AFTER) + Sql.PAGE_OLDEST_FIRST)) {
            set(call, values);
            if (behind != null) {
                call.time(behind.receivedAt()).time(behind.receivedAt()).text(behind.id());
            }
            List<Place> places = new ArrayList<>();
            try (ResultSet row = call.number(SOME).query()) {
                while (row.next()) {
                    Instant receivedAt = Objects.requireNonNull(Call.instant(row, "received_at"));
                    places.add(new Place(new EventCursor(receivedAt, row.getString("id")), row.getString("subject")));
                }
            }
            return places;
        }
    }

    /** Writes over events what they are judged to be now, and returns how many changed. */
    static int rejudge(Session session, List<Row> before, List<Row> judged) throws SQLException {
        int changed = 0;
        try (Call call = session.call(Sql.REJUDGE)) {
            for (int i = 0; i < judged.size(); i++) {
                Row row = judged.get(i);
                BounceEvent event = row.event();
                if (event.equals(before.get(i).event())) {
                    continue;
                }
                changed++;
                call.text(row.subject().scope())
                        .text(event.type().name())
                        .text(event.reason().name())
                        .text(event.rule().orElse(null))
                        .number(row.kind())
                        .text(BounceEventJson.writeString(event))
                        .text(event.id())
                        .batch();
            }
            if (changed > 0) {
                call.runBatch();
            }
        }
        return changed;
    }

    /** Takes events out of the count. */
    static void takeOut(Session session, Collection<String> ids) throws SQLException {
        try (Call call = session.call(Sql.TAKE_OUT, ids)) {
            call.update();
        }
    }

    /** Removes events, in the order of their ids. */
    static int delete(Session session, Collection<Place> places) throws SQLException {
        return deleteIds(
                session,
                places.stream().map(place -> place.cursor.id()).sorted().toList());
    }

    static int deleteIds(Session session, Collection<String> ids) throws SQLException {
        if (ids.isEmpty()) {
            return 0;
        }
        try (Call call = session.call(Sql.DELETE_EVENTS, ids)) {
            return call.update();
        }
    }
}
