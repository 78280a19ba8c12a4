package org.bounce4j.jdbc;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.bounce4j.ConfigurationException;
import org.jspecify.annotations.Nullable;

/**
 * Forgets people: their events, their rows in the ledger, and what the host was not told of them yet. Thread-safe.
 *
 * <p>However many events there are, some hundred are in memory at a time.
 */
final class Erasure {
    private static final int PAGE = 500;

    private final Database database;
    private final Rules rules;
    private final ErasureKey erasureKey;

    /**
     * Creates an erasure by a host's rules.
     *
     * @throws ConfigurationException if they have no key
     */
    Erasure(Database database, Rules rules) {
        ErasureKey key = rules.erasureKey();
        if (key == null) {
            throw new ConfigurationException("Expected a key for the hashes of the erased, got none;"
                    + " set one with JdbcBounceStore.Builder.erasureKey");
        }
        this.database = database;
        this.rules = rules;
        this.erasureKey = key;
    }

    /** Erases somebody by what they are known by, in one transaction, and returns how many events were deleted. */
    int erase(String key) {
        return erase(Set.of(key), null);
    }

    /** Erases a subscriber with every address that events named together with them. */
    int eraseSubscriber(String subscriber) {
        if (subscriber.isEmpty()) {
            return 0;
        }
        String own = Subject.ofSubscriber(subscriber);
        int deleted = 0;
        Set<String> named = Set.of();
        while (true) {
            // some at a time: nobody knows how many addresses forged bounces give a subscriber
            Set<String> before = named;
            named = database.query(session -> namedWith(session, subscriber));
            TreeSet<String> all = new TreeSet<>(named);
            all.add(own);
            int some = erase(all, subscriber);
            deleted += some;
            if (named.isEmpty() || some == 0 && named.equals(before)) {
                return deleted;
            }
        }
    }

    private static Set<String> namedWith(Session session, String subscriber) throws SQLException {
        TreeSet<String> keys = new TreeSet<>();
        EventTable.places(session, Sql.EVENTS_NAMING, List.of(subscriber), null)
                .forEach(place -> keys.add(place.key()));
        try (Call call = session.call(Sql.KEYS_OF_SUBSCRIBER)) {
            keys.addAll(call.text(subscriber).number(PAGE).texts());
        }
        return keys;
    }

    private int erase(Set<String> keys, @Nullable String subscriber) {
        return database.inTransaction(session -> {
            try (Call call = session.call(Sql.SET_KEY)) {
                call.text(erasureKey.check()).update();
            }
            Ledger ledger = new Ledger(session, rules);
            ledger.lock(keys.stream().map(key -> new Subject(key, "")).toList());
            int deleted = 0;
            for (String key : keys) {
                for (Run run : Run.about(key)) {
                    deleted += delete(session, run);
                }
            }
            ledger.erase(keys);
            if (subscriber != null) {
                try (Call call = session.call(Sql.FORGET_ACTIONS_NAMING)) {
                    call.text(subscriber).update();
                }
            }
            ledger.write();
            return deleted;
        });
    }

    /** Some events that an index has side by side, in the order of their receipt. */
    private record Run(String sql, List<Object> values) {
        static List<Run> about(String key) {
            List<Run> runs = new ArrayList<>();
            for (int kind : Kind.ALL) {
                runs.add(new Run(Sql.EVENTS_ABOUT + Sql.OF_KIND, List.of(key, kind)));
            }
            runs.add(new Run(Sql.EVENTS_REPORTING, List.of(key)));
            return runs;
        }
    }

    private static int delete(Session session, Run run) throws SQLException {
        int deleted = 0;
        // behind what was deleted, which the index still holds
        EventCursor behind = null;
        while (true) {
            List<EventTable.Place> page = EventTable.places(session, run.sql, run.values, behind);
            if (page.isEmpty()) {
                return deleted;
            }
            deleted += EventTable.delete(session, page);
            behind = page.get(page.size() - 1).cursor();
        }
    }
}
