package org.bounce4j.examples.serve;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;
import java.util.Set;

/** Has the pool drop connections to an H2 database that was closed under them: a new one opens the database again. */
final class ClosedDatabase implements SQLExceptionOverride {
    /**
     * Connection is broken, database is closed, database is shutting down.
     *
     * <p>QUIRK: H2 closes a database that it cannot write, for a full disk for instance. The pool takes these states for errors
     * of one statement, and would hand the same connections out for ever, long after there is room again.
     */
    private static final Set<String> CLOSED = Set.of("90067", "90098", "90121");

    @java.lang.Override
    public Override adjudicate(SQLException e) {
        return CLOSED.contains(e.getSQLState()) ? Override.MUST_EVICT : Override.CONTINUE_EVICT;
    }
}
