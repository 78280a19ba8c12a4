package org.bounce4j.jdbc;

/** Every statement that the store runs. */
final class Sql {
    static final String ADD_SUBJECT = """
            INSERT INTO bounce_subject (subject)
            SELECT ? WHERE NOT EXISTS (SELECT 1 FROM bounce_subject WHERE subject = ?)""";

    static final String LOCK_SUBJECT = "SELECT subject FROM bounce_subject WHERE subject = ? FOR UPDATE";

    static final String ADD_EVENT = """
            INSERT INTO bounce_event (id, subject, received_at, event)
            SELECT ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM bounce_event WHERE id = ?)""";

    static final String HISTORY =
            "SELECT event FROM bounce_event WHERE subject = ? ORDER BY received_at DESC, id FETCH FIRST 1000 ROWS ONLY";

    static final String DECIDE = """
            UPDATE bounce_subject SET action = ?, type = ?, reason = ?, rule_name = ?, since = ?, evidence = ?
            WHERE subject = ?""";

    static final String FIND = "SELECT event FROM bounce_event WHERE id = ?";

    static final String LATEST = "SELECT event FROM bounce_event ORDER BY received_at DESC, id FETCH FIRST ? ROWS ONLY";

    static final String COUNT = "SELECT COUNT(*) FROM bounce_event";

    static final String IS_SUPPRESSED = "SELECT 1 FROM bounce_subject WHERE subject = ? AND action IS NOT NULL";

    static final String SUPPRESSIONS = """
            SELECT subject, action, type, reason, rule_name, since, evidence FROM bounce_subject
            WHERE action IS NOT NULL ORDER BY since DESC, subject FETCH FIRST ? ROWS ONLY""";

    private Sql() {}
}
