package org.bounce4j.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.bounce4j.ConfigurationException;
import org.bounce4j.UnavailableException;
import org.jspecify.annotations.Nullable;

/** Runs work in transactions, bounded in time, and says what a failure means. Thread-safe. */
final class Database {
    static final int VERSION = 1;

    private static final int MAX_TRIES = 10;
    private static final long MAX_PAUSE_MILLIS = 20;
    private static final int DDL_TRIES = 3;
    /** Serialisation failure, deadlock, lock not available or timed out, a row that somebody else inserted first. */
    private static final Set<String> TRY_AGAIN = Set.of("40001", "40P01", "55P03", "HYT00", "23505");
    /** MariaDB gives a double and a lock timeout states that say too little: duplicate entry, lock wait, deadlock, changed row. */
    private static final Set<Integer> TRY_AGAIN_ON_MARIADB = Set.of(1062, 1205, 1213, 1020);
    /** Login refused: SQLSTATE class. */
    private static final String LOGIN = "28";
    /** No such database, no such schema: SQLSTATE classes; unknown database: MariaDB's code. */
    private static final Set<String> PLACE = Set.of("3D", "3F");

    private static final int MARIADB_UNKNOWN_DATABASE = 1049;
    /**
     * What H2 says of a URL with which it will never open a database: relative path, no such database, wrong format, file of
     * another version, no such schema, unknown setting, doubled setting, name that cannot be one, database that must exist.
     */
    private static final Set<String> H2_URL =
            Set.of("90011", "90013", "90046", "90048", "90079", "90088", "90113", "90066", "90138", "90146");
    /** No permission: PostgreSQL; H2 without the right, without that of an administrator, and with a file that is read-only. */
    private static final Set<String> PERMISSION = Set.of("42501", "90096", "90040", "90097");
    /** MariaDB's access denied to a database, a table, a column. */
    private static final Set<Integer> PERMISSION_ON_MARIADB = Set.of(1044, 1142, 1143);
    /** Undefined table or column: SQLSTATE class. */
    private static final String TABLES = "42";
    /** What the JDK says of a URL that is no driver's, with a state that says nothing. */
    private static final String NO_DRIVER = "No suitable driver";
    /** Of H2, behind a table that is not there. */
    private static final String H2_IS_EMPTY = "(this database is empty)";
    /** Something in the data itself was refused: SQLSTATE classes. */
    private static final Set<String> DATA = Set.of("22", "23", "21", "54");

    private final DataSource dataSource;
    private final Names names;
    private final Duration timeout;
    private final ReentrantLock oneWriter = new ReentrantLock();
    private volatile @Nullable Dialect dialect;
    private volatile boolean checked;

    Database(DataSource dataSource, Names names, Duration timeout) {
        this.dataSource = dataSource;
        this.names = names;
        this.timeout = timeout;
    }

    Names names() {
        return names;
    }

    /** Does something with a session. */
    @FunctionalInterface
    interface Work<T extends @Nullable Object> {
        T run(Session session) throws SQLException;
    }

    /**
     * Runs work in one transaction, again where another transaction stood in the way.
     *
     * @throws IllegalArgumentException if the data was refused
     */
    <T extends @Nullable Object> T inTransaction(Work<T> work) {
        if (dialect == null) {
            query(Session::dialect);
        }
        if (dialect != Dialect.H2) {
            return attempt(work);
        }
        // QUIRK: H2 puts a file on disk as it is at any moment of another connection's commit. A process that is killed
        // then leaves a transaction half done: an event without its decision, rows that no transaction can lock again,
        // for which the next start waits without end. KillTest of the examples shows it. One writer at a time does not.
        await(oneWriter);
        try {
            return attempt(work);
        } finally {
            oneWriter.unlock();
        }
    }

    private void await(ReentrantLock lock) {
        try {
            if (lock.tryLock(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("Expected to write to the database, was interrupted", e);
        }
        throw new UnavailableException("Expected to write to the database, others were still writing after "
                + timeout.toSeconds() + " seconds");
    }

    private <T extends @Nullable Object> T attempt(Work<T> work) {
        for (int attempt = 1; ; attempt++) {
            try (Connection connection = connect()) {
                return commit(connection, work, attempt > 1);
            } catch (SQLException e) {
                if (attempt == MAX_TRIES || !isWorthATry(e)) {
                    throw translated(e);
                }
                // whoever stood in the way is about to finish; not in step with others that wait for the same
                long millis = ThreadLocalRandom.current().nextLong(1, MAX_PAUSE_MILLIS * attempt);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
            }
        }
    }

    private <T extends @Nullable Object> T commit(Connection connection, Work<T> work, boolean careful)
            throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        int isolation = connection.getTransactionIsolation();
        if (isolation != Connection.TRANSACTION_READ_COMMITTED) {
            if (!autoCommit) {
                connection.rollback();
            }
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        }
        if (autoCommit) {
            connection.setAutoCommit(false);
        }
        boolean done = false;
        try {
            T result = run(connection, careful, true, work);
            connection.commit();
            done = true;
            return result;
        } finally {
            // either of the others would commit half a transaction that could not be rolled back
            if (done || quietly(connection::rollback)) {
                if (autoCommit) {
                    quietly(() -> connection.setAutoCommit(true));
                }
                if (isolation != Connection.TRANSACTION_READ_COMMITTED) {
                    quietly(() -> connection.setTransactionIsolation(isolation));
                }
            }
        }
    }

    /** Gives a connection back as it was. */
    @FunctionalInterface
    private interface Repair {
        void run() throws SQLException;
    }

    /** Returns whether it could be done. */
    private static boolean quietly(Repair repair) {
        try {
            repair.run();
            return true;
        } catch (SQLException e) {
            // a connection that broke has nothing to restore; the failure that broke it is on its way
            return false;
        }
    }

    /** Runs a query. */
    <T extends @Nullable Object> T query(Work<T> work) {
        try (Connection connection = connect()) {
            try {
                return run(connection, false, true, work);
            } finally {
                if (!connection.getAutoCommit()) {
                    // not every pool does, and the next query would see the database as it was now
                    quietly(connection::rollback);
                }
            }
        } catch (SQLException e) {
            throw translated(e);
        }
    }

    /** Runs work in a transaction that the host began and ends. */
    <T extends @Nullable Object> T within(Connection connection, Work<T> work) {
        try {
            if (connection.getAutoCommit()) {
                throw new IllegalArgumentException(
                        "Expected a connection in a transaction, got one with autocommit; switch it off first");
            }
            if (dialect(connection).latest().isEmpty()
                    && connection.getTransactionIsolation() > Connection.TRANSACTION_READ_COMMITTED) {
                // its snapshot would hide events that others stored since, and so change the decision
                throw new IllegalArgumentException(
                        "Expected a connection with the isolation READ COMMITTED, got one with a higher one");
            }
            return run(connection, true, false, work);
        } catch (SQLException e) {
            throw translated(e);
        }
    }

    private <T extends @Nullable Object> T run(Connection connection, boolean careful, boolean own, Work<T> work)
            throws SQLException {
        Session session = new Session(connection, dialect(connection), names, timeout, careful, own);
        try {
            if (!checked) {
                check(session);
                checked = true;
            }
            return work.run(session);
        } finally {
            quietly(session::restoreTimeout);
        }
    }

    private Dialect dialect(Connection connection) throws SQLException {
        Dialect known = dialect;
        if (known == null) {
            known = Dialect.of(connection);
            dialect = known;
        }
        return known;
    }

    private static void check(Session session) throws SQLException {
        try (Call call = session.call(Sql.VERSION);
                ResultSet row = call.query()) {
            int version = row.next() ? row.getInt(1) : 0;
            if (version != VERSION) {
                throw new ConfigurationException("Expected version " + VERSION + " of the bounce store's tables, got "
                        + version + "; use the bounce-jdbc that made them, or migrate them as its changelog says");
            }
        }
    }

    /** Creates what is missing. Any number of processes may do that at once. */
    void createSchema() {
        try (Connection connection = connect()) {
            boolean autoCommit = connection.getAutoCommit();
            if (!autoCommit) {
                connection.setAutoCommit(true);
            }
            Session session = new Session(connection, dialect(connection), names, timeout, false, true);
            try {
                for (String statement : statements(script(connection))) {
                    create(session, statement);
                }
                check(session);
            } finally {
                quietly(session::restoreTimeout);
                if (!autoCommit) {
                    quietly(() -> connection.setAutoCommit(false));
                }
            }
        } catch (SQLException e) {
            throw translated(e);
        }
    }

    /** "If not exists" races on every database: the loser gets an error, and finds at the next try that it is there. */
    private static void create(Session session, String sql) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            try (Statement statement = session.connection().createStatement()) {
                session.bound(statement);
                statement.execute(sql);
                return;
            } catch (SQLException e) {
                if (attempt == DDL_TRIES) {
                    throw e;
                }
            }
        }
    }

    /** Returns the script of the tables with the host's names. */
    String script() {
        try (Connection connection = connect()) {
            return script(connection);
        } catch (SQLException e) {
            throw translated(e);
        }
    }

    private String script(Connection connection) throws SQLException {
        Dialect spoken = dialect(connection);
        try (InputStream file = Database.class.getResourceAsStream(spoken.script())) {
            if (file == null) {
                throw new IllegalStateException(spoken.script() + " is missing from the jar");
            }
            return names.inScript(new String(file.readAllBytes(), StandardCharsets.UTF_8), spoken);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Splits one of our scripts: a statement ends with a semicolon at the end of a line, and comments have lines of their own. */
    private static List<String> statements(String script) {
        List<String> statements = new ArrayList<>();
        StringBuilder statement = new StringBuilder();
        for (String line : script.lines().toList()) {
            if (line.isBlank() || line.startsWith("--")) {
                continue;
            }
            statement.append(line).append('\n');
            if (line.endsWith(";")) {
                statements.add(statement.substring(0, statement.length() - 2));
                statement.setLength(0);
            }
        }
        return statements;
    }

    private boolean isWorthATry(SQLException e) {
        return TRY_AGAIN.contains(state(e))
                || dialect == Dialect.MARIADB && TRY_AGAIN_ON_MARIADB.contains(e.getErrorCode());
    }

    private Connection connect() throws SQLException {
        try {
            return dataSource.getConnection();
        } catch (RuntimeException e) {
            // QUIRK: a HikariDataSource that opens its pool at the first call throws one of these around the reason
            for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
                if (cause instanceof SQLException reason) {
                    throw reason;
                }
            }
            throw e;
        }
    }

    private static String state(SQLException e) {
        return e.getSQLState() == null ? "" : e.getSQLState();
    }

    /** Returns the failure that says most: pools wrap what the driver said, some without its state. */
    private static SQLException reason(SQLException e) {
        SQLException reason = e;
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException inner
                    && (state(reason).isEmpty() || state(inner).equals(state(reason)))) {
                reason = inner;
            }
        }
        return reason;
    }

    private RuntimeException translated(SQLException failure) {
        SQLException e = reason(failure);
        String state = state(e);
        String stateClass = state.length() < 2 ? "" : state.substring(0, 2);
        boolean ofData = DATA.contains(stateClass);
        if (ofData && !isWorthATry(e)) {
            // its text quotes the value, which is somebody's address
            return new IllegalArgumentException(
                    "Expected data that fits the tables, the database refused with SQL state " + state);
        }
        // drivers put the whole statement into the message, with its line breaks
        String said = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        String refused = "the database refused with SQL state " + state;
        if (stateClass.equals(LOGIN)) {
            return new ConfigurationException(
                    "Expected the database to let us in, " + refused + ": " + said
                            + "; check user name, password and permissions",
                    failure);
        }
        if (H2_URL.contains(state) || said.startsWith(NO_DRIVER)) {
            // its text quotes the URL, and a password may stand in there
            return new ConfigurationException("Expected a URL at which there is a database, got one that "
                    + (state.startsWith("90") ? "H2" : "no driver") + " cannot open (SQL state " + state
                    + "); correct the URL of the data source");
        }
        if (PLACE.contains(stateClass) || e.getErrorCode() == MARIADB_UNKNOWN_DATABASE) {
            return new ConfigurationException(
                    "Expected the database and the schema that were named, " + refused + ": " + said
                            + "; correct the URL of the data source or the schema, or create them",
                    failure);
        }
        if (PERMISSION.contains(state) || PERMISSION_ON_MARIADB.contains(e.getErrorCode())) {
            return new ConfigurationException(
                    "Expected a user who may read and write the tables of the bounce store, " + refused + ": " + said
                            + "; grant the permission",
                    failure);
        }
        if (stateClass.equals(TABLES)) {
            return new ConfigurationException(
                    "Expected the tables of the bounce store, " + refused + ": " + said
                            + "; call createSchema() or run its script"
                            + (said.contains(H2_IS_EMPTY)
                                    ? "; if that was done, the database is in memory and was forgotten with its last"
                                            + " connection: add ;DB_CLOSE_DELAY=-1 to its URL"
                                    : ""),
                    failure);
        }
        return new UnavailableException(
                "Expected the database to answer, " + refused + (ofData ? "" : ": " + said), ofData ? null : failure);
    }
}
