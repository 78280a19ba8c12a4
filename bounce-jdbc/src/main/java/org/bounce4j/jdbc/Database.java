package org.bounce4j.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Set;
import javax.sql.DataSource;
import org.bounce4j.ConfigurationException;
import org.bounce4j.UnavailableException;

/** Runs work in transactions, bounded in time, and says what a failure means. */
final class Database {
    private static final int STATEMENT_SECONDS = 30;
    private static final int MAX_TRIES = 5;
    /** Serialisation failure, lock timeout, and a row that somebody else inserted first. */
    private static final Set<String> TRY_AGAIN = Set.of("40001", "40P01", "HYT00", "23505", "23000");
    /** Undefined table or column, no permission: SQLSTATE classes. */
    private static final Set<String> ASK_A_PERSON = Set.of("42");
    /** Something in the data itself was refused: SQLSTATE classes. */
    private static final Set<String> DATA = Set.of("22", "23");

    private final DataSource dataSource;

    Database(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Does something with a connection. */
    @FunctionalInterface
    interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    /**
     * Runs work in one transaction, again where another transaction stood in the way.
     *
     * @throws IllegalArgumentException if the data was refused
     */
    <T> T inTransaction(Work<T> work) {
        for (int attempt = 1; ; attempt++) {
            try (Connection connection = dataSource.getConnection()) {
                return commit(connection, work);
            } catch (SQLException e) {
                if (attempt == MAX_TRIES || !TRY_AGAIN.contains(state(e))) {
                    throw translated(e);
                }
            }
        }
    }

    private static <T> T commit(Connection connection, Work<T> work) throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        connection.setAutoCommit(false);
        try {
            T result = work.run(connection);
            connection.commit();
            return result;
        } catch (SQLException | RuntimeException e) {
            rollBack(connection, e);
            throw e;
        } finally {
            restore(connection, autoCommit);
        }
    }

    private static void rollBack(Connection connection, Exception cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    private static void restore(Connection connection, boolean autoCommit) {
        try {
            connection.setAutoCommit(autoCommit);
        } catch (SQLException e) {
            // a connection that broke has nothing to restore; the failure that broke it is on its way
            return;
        }
    }

    /** Runs a query. */
    <T> T query(Work<T> work) {
        try (Connection connection = dataSource.getConnection()) {
            return work.run(connection);
        } catch (SQLException e) {
            throw translated(e);
        }
    }

    static PreparedStatement prepare(Connection connection, String sql) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.setQueryTimeout(STATEMENT_SECONDS);
        return statement;
    }

    private static String state(SQLException e) {
        return e.getSQLState() == null ? "" : e.getSQLState();
    }

    private static String stateClass(SQLException e) {
        String state = state(e);
        return state.length() < 2 ? "" : state.substring(0, 2);
    }

    private static RuntimeException translated(SQLException e) {
        // drivers put the whole statement into the message, with its line breaks
        String said = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        String what = "the database refused with SQL state " + state(e) + ": " + said;
        if (stateClass(e).equals("28")) {
            return new ConfigurationException(
                    "Expected the database to let us in, " + what + "; check user name, password and permissions", e);
        }
        if (ASK_A_PERSON.contains(stateClass(e))) {
            return new ConfigurationException(
                    "Expected the tables of the bounce store, " + what + "; call createSchema() or run its script", e);
        }
        if (DATA.contains(stateClass(e))) {
            // its text quotes the value, which is somebody's address
            what = "the database refused with SQL state " + state(e);
        }
        if (DATA.contains(stateClass(e)) && !TRY_AGAIN.contains(state(e))) {
            return new IllegalArgumentException("Expected data that fits the tables, " + what);
        }
        return new UnavailableException("Expected the database to answer, " + what, e);
    }
}
