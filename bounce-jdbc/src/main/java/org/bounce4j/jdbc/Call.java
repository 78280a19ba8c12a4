package org.bounce4j.jdbc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A statement whose parameters are set one after the other. */
final class Call implements AutoCloseable {
    /** What every database has a time for; earlier and later ones are taken for these. */
    static final Instant EARLIEST = Instant.parse("1000-01-01T00:00:00Z");

    static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999Z");

    private final PreparedStatement statement;
    private int next = 1;

    Call(PreparedStatement statement) {
        this.statement = statement;
    }

    /** Returns the instant as it is stored: UTC, without a zone, to the microsecond. */
    static LocalDateTime utc(Instant instant) {
        Instant within = instant.isBefore(EARLIEST) ? EARLIEST : instant.isAfter(LATEST) ? LATEST : instant;
        return LocalDateTime.ofInstant(within.truncatedTo(ChronoUnit.MICROS), ZoneOffset.UTC);
    }

    static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        LocalDateTime time = row.getObject(column, LocalDateTime.class);
        return time == null ? null : time.toInstant(ZoneOffset.UTC);
    }

    Call text(@Nullable String value) throws SQLException {
        statement.setString(next++, value);
        return this;
    }

    Call time(@Nullable Instant value) throws SQLException {
        if (value == null) {
            statement.setNull(next++, Types.TIMESTAMP);
        } else {
            statement.setObject(next++, utc(value));
        }
        return this;
    }

    Call number(int value) throws SQLException {
        statement.setInt(next++, value);
        return this;
    }

    Call array(java.sql.Array value) throws SQLException {
        statement.setArray(next++, value);
        return this;
    }

    /** Keeps the parameters for {@link #runBatch} and starts over. */
    void batch() throws SQLException {
        statement.addBatch();
        next = 1;
    }

    void runBatch() throws SQLException {
        statement.executeBatch();
    }

    int update() throws SQLException {
        return statement.executeUpdate();
    }

    ResultSet query() throws SQLException {
        return statement.executeQuery();
    }

    boolean any() throws SQLException {
        try (ResultSet rows = query()) {
            return rows.next();
        }
    }

    Set<String> texts() throws SQLException {
        Set<String> texts = new HashSet<>();
        try (ResultSet rows = query()) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }

    @Override
    public void close() throws SQLException {
        statement.close();
    }
}
