package org.bounce4j.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.bounce4j.suppression.SuppressionDecision;
import org.bounce4j.suppression.SuppressionListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings decisions to the host, each at least once: they stand in a table until they are acknowledged. Thread-safe. */
final class Outbox {
    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
    private static final int PAGE = 500;

    private final Database database;
    private final @Nullable SuppressionListener listener;

    Outbox(Database database, @Nullable SuppressionListener listener) {
        this.database = database;
        this.listener = listener;
    }

    boolean hasListener() {
        return listener != null;
    }

    /** Puts decisions in, in the transaction in which they were made. */
    static void add(Session session, List<SuppressionDecision> decisions) throws SQLException {
        List<@Nullable Object[]> rows = new ArrayList<>();
        decisions.forEach(decision -> rows.add(LedgerRow.values(decision)));
        session.insert("bounce_action", Sql.ACTION_COLUMNS, rows);
    }

    /** Tells the listener of decisions that are durable now. */
    void tell(List<SuppressionDecision> decisions) {
        SuppressionListener hears = listener;
        if (hears == null) {
            return;
        }
        try {
            // whatever happens here, the events are durable: their source must not hear of it
            acknowledge(taken(hears, decisions));
        } catch (RuntimeException e) {
            LOG.warn("Decisions were told and could not be ticked off: they will be told again", e);
        }
    }

    private static List<SuppressionDecision> taken(SuppressionListener hears, List<SuppressionDecision> decisions) {
        List<SuppressionDecision> taken = new ArrayList<>();
        for (SuppressionDecision decision : decisions) {
            try {
                hears.decided(decision);
                taken.add(decision);
            } catch (Exception | LinkageError | AssertionError e) {
                LOG.warn("A listener did not take {}; it stays pending", decision, e);
            }
        }
        return taken;
    }

    /** Tells the listener of everything that is pending, and returns how many decisions it took. */
    int retry() {
        SuppressionListener hears = listener;
        if (hears == null) {
            throw new IllegalStateException("Expected a listener, got none; set one with Builder.listener");
        }
        int taken = 0;
        SuppressionDecision last = null;
        List<SuppressionDecision> page;
        do {
            // behind those that were refused: one that always is must not block the rest
            page = pending(last, PAGE);
            List<SuppressionDecision> done = taken(hears, page);
            acknowledge(done);
            taken += done.size();
            last = page.isEmpty() ? last : page.get(page.size() - 1);
        } while (page.size() == PAGE);
        return taken;
    }

    Stream<SuppressionDecision> pending() {
        return Pages.stream((@Nullable SuppressionDecision last) -> pending(last, PAGE));
    }

    /** Returns the decisions behind that one, oldest first. */
    List<SuppressionDecision> pending(@Nullable SuppressionDecision last, int limit) {
        return database.query(session -> {
            List<SuppressionDecision> pending = new ArrayList<>();
            try (Call call = session.call(last == null ? Sql.PENDING : Sql.PENDING_AFTER)) {
                if (last != null) {
                    call.time(last.decidedAt()).time(last.decidedAt()).text(last.id());
                }
                try (ResultSet row = call.number(limit).query()) {
                    while (row.next()) {
                        pending.add(decision(row));
                    }
                }
            }
            return pending;
        });
    }

    private static SuppressionDecision decision(ResultSet row) throws SQLException {
        String key = row.getString("subject");
        String named = row.getString("subscriber");
        return new SuppressionDecision(
                row.getString("id"),
                Subject.address(key),
                Subject.subscriber(key).or(() -> Optional.ofNullable(named)),
                row.getString("scope"),
                Optional.ofNullable(LedgerRow.suppression(row)),
                Objects.requireNonNull(Call.instant(row, "decided_at")));
    }

    void acknowledge(Collection<SuppressionDecision> decisions) {
        List<String> ids =
                decisions.stream().map(SuppressionDecision::id).sorted().toList();
        for (int from = 0; from < ids.size(); from += PAGE) {
            List<String> some = ids.subList(from, Math.min(ids.size(), from + PAGE));
            database.<Integer>inTransaction(session -> {
                try (Call call = session.call(Sql.DONE, some)) {
                    return call.update();
                }
            });
        }
    }
}
