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
    /** Undefined table or column, no permission: SQLSTATE class. */
    private static final String ASK_A_PERSON = "42";
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
        // QUIRK: H2 puts a file on disk as it is at any moment of another connection's commit. A process killed then
        // leaves a
        // transaction half done: an event without its decision, rows that no transaction can lock again, which the next
        // start
        // waits for without end. KillTest of the examples shows it. Not with one writer at a time.
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
            try (Connection connection = dataSource.getConnection()) {
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
            T result = work.run(session(connection, careful));
            connection.commit();
            done = true;
            return result;
        } finally {
            if (!done) {
                quietly(connection::rollback);
            }
            if (autoCommit) {
                quietly(() -> connection.setAutoCommit(true));
            }
            if (isolation != Connection.TRANSACTION_READ_COMMITTED) {
                quietly(() -> connection.setTransactionIsolation(isolation));
            }
        }
    }

    /** Gives a connection back as it was. */
    @FunctionalInterface
    private interface Repair {
        void run() throws SQLException;
    }

    private static void quietly(Repair repair) {
        try {
            repair.run();
        } catch (SQLException e) {
            // a connection that broke has nothing to restore; the failure that broke it is on its way
            return;
        }
    }

    /** Runs a query. */
    <T extends @Nullable Object> T query(Work<T> work) {
        try (Connection connection = dataSource.getConnection()) {
            return work.run(session(connection, false));
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
            return work.run(session(connection, true));
        } catch (SQLException e) {
            throw translated(e);
        }
    }

    private Session session(Connection connection, boolean careful) throws SQLException {
        Session session = new Session(connection, dialect(connection), names, timeout, careful);
        if (!checked) {
            check(session);
            checked = true;
        }
        return session;
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
        try (Connection connection = dataSource.getConnection()) {
            boolean autoCommit = connection.getAutoCommit();
            if (!autoCommit) {
                connection.setAutoCommit(true);
            }
            try {
                for (String statement : statements(script(connection))) {
                    create(connection, statement);
                }
                check(new Session(connection, dialect(connection), names, timeout, false));
            } finally {
                if (!autoCommit) {
                    quietly(() -> connection.setAutoCommit(false));
                }
            }
        } catch (SQLException e) {
            throw translated(e);
        }
    }

    /** "If not exists" races on every database: the loser gets an error, and finds at the next try that it is there. */
    private void create(Connection connection, String sql) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            try (Statement statement = connection.createStatement()) {
                statement.setQueryTimeout((int) Math.max(1, timeout.toSeconds()));
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
        try (Connection connection = dataSource.getConnection()) {
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

    private static String state(SQLException e) {
        return e.getSQLState() == null ? "" : e.getSQLState();
    }

    private RuntimeException translated(SQLException e) {
        String state = state(e);
        String stateClass = state.length() < 2 ? "" : state.substring(0, 2);
        if (DATA.contains(stateClass) && !isWorthATry(e)) {
            // its text quotes the value, which is somebody's address
            return new IllegalArgumentException(
                    "Expected data that fits the tables, the database refused with SQL state " + state);
        }
        // drivers put the whole statement into the message, with its line breaks
        String said = DATA.contains(stateClass)
                ? ""
                : ": " + String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        String what = "the database refused with SQL state " + state + said;
        if (stateClass.equals("28")) {
            return new ConfigurationException(
                    "Expected the database to let us in, " + what + "; check user name, password and permissions", e);
        }
        if (stateClass.equals(ASK_A_PERSON)) {
            return new ConfigurationException(
                    "Expected the tables of the bounce store, " + what + "; call createSchema() or run its script", e);
        }
        return new UnavailableException(
                "Expected the database to answer, " + what, DATA.contains(stateClass) ? null : e);
    }
}
