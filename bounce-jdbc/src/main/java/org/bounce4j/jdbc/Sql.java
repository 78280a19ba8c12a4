package org.bounce4j.jdbc;

import java.util.List;
import org.bounce4j.jdbc.Dialect.Column;

/**
 * Every statement that the store runs. {@code :in} stands for "is one of these" and takes the first parameters; the names of
 * the tables get the host's schema and prefix. Inserts of many rows are made of the column lists, stubs of ledger rows are
 * the {@link Dialect}'s.
 */
final class Sql {
    // the tables themselves

    static final String VERSION = "SELECT version FROM bounce_schema WHERE id = 1";

    static final String WRONG_KEY =
            "SELECT 1 FROM bounce_schema WHERE erasure_check IS NOT NULL AND erasure_check <> ?";

    static final String SET_KEY = "UPDATE bounce_schema SET erasure_check = ? WHERE id = 1 AND erasure_check IS NULL";

    // events

    static final List<Column> EVENT_COLUMNS = List.of(
            Column.text("id"),
            Column.text("subject"),
            Column.text("scope"),
            Column.text("reported"),
            Column.text("domain"),
            Column.text("remote_mta"),
            Column.text("subscriber"),
            Column.text("campaign"),
            Column.text("source"),
            Column.text("type"),
            Column.text("reason"),
            Column.text("rule_name"),
            Column.text("trust"),
            Column.text("attempt"),
            Column.number("counts"),
            Column.time("occurred_at"),
            Column.time("received_at"),
            Column.text("event"));

    static final String ON_CONFLICT_NAME_NEW = " ON CONFLICT (id) DO NOTHING RETURNING id";

    static final String KNOWN_IDS = "SELECT id FROM bounce_event WHERE id :in";

    private static final String OUTLINE = """
            SELECT id, e.subject, scope, subscriber, source, type, reason, rule_name, trust, attempt, counts, occurred_at,
                received_at FROM bounce_event e""";

    static final String HISTORIES = OUTLINE + " WHERE e.subject :in AND counts >= ? LIMIT ?";

    /** What only PostgreSQL can do: the same, with a limit for each of them. */
    static final String HISTORIES_BOUNDED =
            """
            SELECT h.* FROM unnest(?::text[]) AS asked(subject) CROSS JOIN LATERAL (
            """ + OUTLINE + " WHERE e.subject = asked.subject AND counts >= ? ORDER BY counts, received_at LIMIT ?) h";

    static final String HISTORY_FROM = OUTLINE
            + " WHERE e.subject = ? AND counts = ? AND received_at >= ? AND received_at <= ? ORDER BY received_at, id LIMIT ?";

    static final String HISTORY_OF_DAY_BACKWARDS = OUTLINE
            + " WHERE e.subject = ? AND counts = ? AND received_at >= ? AND received_at < ?"
            + " ORDER BY received_at DESC, id DESC LIMIT ?";

    static final String FIND = "SELECT event FROM bounce_event WHERE id = ?";

    static final String COUNT = "SELECT COUNT(*) FROM bounce_event";

    /** Conditions follow, then {@link #OF_KIND} and {@link #PAGE} or {@link #PAGE_OLDEST_FIRST}. */
    static final String EVENTS = "SELECT id, subject, scope, counts, received_at, event FROM bounce_event WHERE 1 = 1";

    static final String OF_KIND = " AND counts = ?";

    static final String BEFORE = " AND received_at <= ? AND (received_at < ? OR id < ?)";

    static final String PAGE = " ORDER BY received_at DESC, id DESC LIMIT ?";

    static final String AFTER = " AND received_at >= ? AND (received_at > ? OR id > ?)";

    static final String PAGE_OLDEST_FIRST = " ORDER BY received_at, id LIMIT ?";

    static final String DELETE_EVENTS = "DELETE FROM bounce_event WHERE id :in";

    /** A place and {@link #PAGE_OLDEST_FIRST} follow. */
    static final String OLDER = "SELECT id, received_at, subject FROM bounce_event WHERE received_at < ?";

    static final String TAKE_OUT = "UPDATE bounce_event SET counts = -1 WHERE id :in AND counts >= 0";

    /** What a release took out of the count meanwhile stays out. */
    static final String REJUDGE = """
            UPDATE bounce_event SET scope = ?, type = ?, reason = ?, rule_name = ?,
                counts = CASE WHEN counts = -1 THEN -1 ELSE ? END, event = ?
            WHERE id = ?""";

    // the ledger

    static final List<Column> LEDGER_COLUMNS = List.of(
            Column.text("subject"),
            Column.text("scope"),
            Column.text("domain"),
            Column.text("subscriber"),
            Column.text("action"),
            Column.text("type"),
            Column.text("reason"),
            Column.text("rule_name"),
            Column.text("event_rule"),
            Column.time("since"),
            Column.text("evidence"),
            Column.text("grounds"),
            Column.time("decided_at"),
            Column.time("released_at"),
            Column.time("released_all_at"),
            Column.text("release_cause"),
            Column.text("released_rule"),
            Column.time("delivered_at"),
            Column.time("erased_at"));

    private static final String LEDGER = """
            SELECT subject, scope, domain, subscriber, action, type, reason, rule_name, event_rule, since, evidence,
                grounds, decided_at, released_at, released_all_at, release_cause, released_rule, delivered_at, erased_at FROM bounce_ledger""";

    static final String ROWS = LEDGER + " WHERE subject :in ORDER BY subject, scope";

    static final String LOCK = ROWS + " FOR UPDATE";

    static final String UPDATE_ROW = """
            UPDATE bounce_ledger SET domain = ?, subscriber = ?, action = ?, type = ?, reason = ?, rule_name = ?,
                event_rule = ?, since = ?, evidence = ?, grounds = ?, decided_at = ?, released_at = ?,
                released_all_at = ?, release_cause = ?, released_rule = ?, delivered_at = ?, erased_at = ?
            WHERE subject = ? AND scope = ?""";

    static final String DELETE_ROWS = "DELETE FROM bounce_ledger WHERE subject :in";

    /** The second part is heard where this store's key cannot know the erased. */
    static final String IS_SUPPRESSED = """
            SELECT 'SUPPRESSED' FROM bounce_ledger WHERE subject :in AND action IS NOT NULL
            UNION ALL
            SELECT 'WRONG KEY' FROM bounce_schema WHERE erasure_check IS NOT NULL AND erasure_check <> ?""";

    static final String IS_SUPPRESSED_IN = """
            SELECT 'SUPPRESSED' FROM bounce_ledger WHERE subject :in AND action IS NOT NULL AND scope IN ('', ?)
            UNION ALL
            SELECT 'WRONG KEY' FROM bounce_schema WHERE erasure_check IS NOT NULL AND erasure_check <> ?""";

    static final String SUPPRESSED = "SELECT subject FROM bounce_ledger WHERE subject :in AND action IS NOT NULL";

    static final String SUPPRESSED_IN = SUPPRESSED + " AND scope IN ('', ?)";

    static final String NEWEST = LEDGER + " WHERE action IS NOT NULL ORDER BY since DESC, subject DESC LIMIT ?";

    static final String NEWEST_IN =
            LEDGER + " WHERE action IS NOT NULL AND scope IN ('', ?) ORDER BY since DESC, subject DESC LIMIT ?";

    static final String EACH = LEDGER
            + " WHERE subject >= ? AND (subject > ? OR scope > ?) AND action IS NOT NULL ORDER BY subject, scope LIMIT ?";

    static final String OF_SUBSCRIBER = LEDGER + " WHERE subscriber = ? ORDER BY subject, scope";

    // decisions on their way to the host

    static final List<Column> ACTION_COLUMNS = List.of(
            Column.text("id"),
            Column.text("subject"),
            Column.text("scope"),
            Column.text("subscriber"),
            Column.text("action"),
            Column.text("type"),
            Column.text("reason"),
            Column.text("rule_name"),
            Column.time("since"),
            Column.text("evidence"),
            Column.time("decided_at"));

    static final String PENDING = """
            SELECT id, subject, scope, subscriber, action, type, reason, rule_name, since, evidence, decided_at
            FROM bounce_action ORDER BY decided_at, id LIMIT ?""";

    static final String PENDING_AFTER = """
            SELECT id, subject, scope, subscriber, action, type, reason, rule_name, since, evidence, decided_at
            FROM bounce_action WHERE decided_at >= ? AND (decided_at > ? OR id > ?) ORDER BY decided_at, id LIMIT ?""";

    static final String DONE = "DELETE FROM bounce_action WHERE id :in";

    static final String FORGET_ACTIONS = "DELETE FROM bounce_action WHERE subject :in";

    static final String FORGET_ACTIONS_NAMING = "DELETE FROM bounce_action WHERE subscriber = ?";

    // a person's request

    /** A place and {@link #PAGE_OLDEST_FIRST} follow each of these. */
    static final String EVENTS_ABOUT = "SELECT id, received_at, subject FROM bounce_event WHERE subject = ?";

    static final String EVENTS_REPORTING = "SELECT id, received_at, subject FROM bounce_event WHERE reported = ?";

    static final String EVENTS_NAMING = "SELECT id, received_at, subject FROM bounce_event WHERE subscriber = ?";

    static final String KEYS_OF_SUBSCRIBER = "SELECT subject FROM bounce_ledger WHERE subscriber = ? LIMIT ?";

    private Sql() {}
}
