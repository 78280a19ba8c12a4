package org.bounce4j.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.bounce4j.jdbc.Dialect.Column;
import org.jspecify.annotations.Nullable;

/** A connection at work: knows its dialect and the names of the tables. */
final class Session {
    /** Where a statement of many rows is split; the smallest usual limit of a packet is 16 MB. */
    private static final int MAX_CHARACTERS = 1 << 20;

    private static final int MAX_ROWS = 250;

    private final Connection connection;
    private final Dialect dialect;
    private final Names names;
    private final int seconds;
    private final boolean careful;
    private final boolean own;
    /** The timeout that the host's own statements have on this connection; -1 where that is none of our doing. */
    private int hostsSeconds = -1;

    Session(Connection connection, Dialect dialect, Names names, Duration timeout, boolean careful, boolean own) {
        this.connection = connection;
        this.dialect = dialect;
        this.names = names;
        this.seconds = (int) Math.max(1, timeout.toSeconds());
        this.careful = careful;
        this.own = own;
    }

    Connection connection() {
        return connection;
    }

    Dialect dialect() {
        return dialect;
    }

    /** Returns whether rows are to be created and locked before anything else, so that no race is lost any more. */
    boolean isCareful() {
        return careful;
    }

    /** Returns whether the transaction is the store's own, and not a host's. */
    boolean isOwn() {
        return own;
    }

    /** Makes durable what was done so far, of which each part stands for itself. */
    void commit() throws SQLException {
        connection.commit();
    }

    private PreparedStatement prepare(String sql) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(names.in(sql, dialect));
        bound(statement);
        return statement;
    }

    /** Bounds the time of a statement. */
    void bound(Statement statement) throws SQLException {
        if (dialect == Dialect.H2 && hostsSeconds < 0) {
            hostsSeconds = statement.getQueryTimeout();
        }
        statement.setQueryTimeout(seconds);
    }

    /** QUIRK: in H2 the timeout is the connection's, and would end the statements of whoever gets it next. */
    void restoreTimeout() throws SQLException {
        if (hostsSeconds >= 0) {
            try (Statement statement = connection.createStatement()) {
                statement.setQueryTimeout(hostsSeconds);
            }
        }
    }

    Call call(String sql) throws SQLException {
        return new Call(prepare(sql));
    }

    /** Starts a statement whose first parameters are the texts of {@code :in}. */
    Call call(String sql, Collection<String> in) throws SQLException {
        Call call = new Call(prepare(sql.replace(":in", dialect.in(in.size()).strip())));
        if (dialect == Dialect.MARIADB) {
            for (String text : in) {
                call.text(text);
            }
            return call;
        }
        return call.array(array(in.toArray(String[]::new)));
    }

    private java.sql.Array array(@Nullable String[] texts) throws SQLException {
        return connection.createArrayOf(dialect == Dialect.POSTGRESQL ? "text" : "VARCHAR", texts);
    }

    /** Inserts rows; one that is there already is an error. */
    void insert(String table, List<Column> columns, List<@Nullable Object[]> rows) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        switch (dialect) {
            case POSTGRESQL -> {
                try (Call call = arrays(dialect.insert(table, columns, rows.size()), columns, rows)) {
                    call.update();
                }
            }
            case MARIADB -> insertChunks(table, columns, rows);
            case H2 -> {
                try (PreparedStatement statement = prepare(dialect.insert(table, columns, 1))) {
                    for (@Nullable Object[] row : rows) {
                        set(statement, 0, row);
                        statement.addBatch();
                    }
                    statement.executeBatch();
                }
            }
        }
    }

    /**
     * Inserts events whose ids are not there yet.
     *
     * @return the ids of those that were not
     */
    Set<String> insertNew(List<@Nullable Object[]> rows) throws SQLException {
        List<Column> columns = Sql.EVENT_COLUMNS;
        if (rows.isEmpty()) {
            return Set.of();
        }
        if (dialect == Dialect.POSTGRESQL) {
            String sql = dialect.insert("bounce_event", columns, rows.size()) + Sql.ON_CONFLICT_NAME_NEW;
            try (Call call = arrays(sql, columns, rows)) {
                return call.texts();
            }
        }
        List<String> ids = rows.stream().map(row -> String.valueOf(row[0])).toList();
        Set<String> known;
        try (Call call = call(Sql.KNOWN_IDS, ids)) {
            known = call.texts();
        }
        // not "insert or ignore", which on MariaDB ignores much more than a double; after a double of this moment the
        // whole transaction is tried again
        List<@Nullable Object[]> missing = new ArrayList<>(rows);
        missing.removeIf(row -> known.contains(String.valueOf(row[0])));
        insert("bounce_event", columns, missing);
        Set<String> added = new java.util.HashSet<>(ids);
        added.removeAll(known);
        return added;
    }

    private Call arrays(String sql, List<Column> columns, List<@Nullable Object[]> rows) throws SQLException {
        Call call = call(sql);
        for (int i = 0; i < columns.size(); i++) {
            // an array of this very type goes over the wire as it is, one of objects as a text full of escapes
            @Nullable String[] values = new @Nullable String[rows.size()];
            for (int j = 0; j < values.length; j++) {
                Object value = rows.get(j)[i];
                values[j] = value == null ? null : value.toString();
            }
            call.array(array(values));
        }
        return call;
    }

    private void insertChunks(String table, List<Column> columns, List<@Nullable Object[]> rows) throws SQLException {
        for (int from = 0; from < rows.size(); ) {
            int to = from;
            long characters = 0;
            while (to < rows.size() && to - from < MAX_ROWS && characters < MAX_CHARACTERS) {
                for (Object value : rows.get(to)) {
                    characters += value instanceof String text ? text.length() : 0;
                }
                to++;
            }
            try (PreparedStatement statement = prepare(dialect.insert(table, columns, to - from))) {
                for (int i = from; i < to; i++) {
                    set(statement, (i - from) * columns.size(), rows.get(i));
                }
                statement.executeUpdate();
            }
            from = to;
        }
    }

    private static void set(PreparedStatement statement, int offset, @Nullable Object[] row) throws SQLException {
        for (int i = 0; i < row.length; i++) {
            Object value = row[i];
            if (value == null) {
                statement.setNull(offset + i + 1, java.sql.Types.VARCHAR);
            } else {
                statement.setObject(offset + i + 1, value);
            }
        }
    }
}
