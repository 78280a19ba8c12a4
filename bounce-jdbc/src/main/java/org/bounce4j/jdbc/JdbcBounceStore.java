package org.bounce4j.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceEventJson;
import org.bounce4j.BounceSink;
import org.bounce4j.ConfigurationException;
import org.bounce4j.UnavailableException;
import org.bounce4j.suppression.Suppression;
import org.bounce4j.suppression.SuppressionList;
import org.bounce4j.suppression.SuppressionPolicy;

/**
 * Stores bounces on a host's {@link DataSource}: each event once by its id, one transaction a batch, and in the same
 * transaction the decision whether its recipient is mailed again.
 *
 * <p>Thread-safe; any number of threads and processes may share the database. Opens no thread and keeps no connection. A
 * statement runs for 30 seconds at most.
 *
 * <p>Speaks H2.
 */
public final class JdbcBounceStore implements BounceSink {
    private final Database database;
    private final SuppressionPolicy policy;
    private final SuppressionList suppressionList;

    private JdbcBounceStore(Builder builder) {
        database = new Database(builder.dataSource);
        policy = builder.policy;
        suppressionList = new JdbcSuppressionList(database);
    }

    /**
     * Starts a store.
     *
     * @param dataSource where the connections come from
     * @return a builder
     */
    public static Builder builder(DataSource dataSource) {
        return new Builder(dataSource);
    }

    /**
     * Creates the tables that are missing. The script is {@code org/bounce4j/jdbc/h2.sql} in this library's jar.
     *
     * @throws UnavailableException if the database cannot be reached
     * @throws ConfigurationException if it refuses, or is not a database this store speaks to
     */
    public void createSchema() {
        database.query(connection -> {
            String product = connection.getMetaData().getDatabaseProductName();
            if (!product.equals("H2")) {
                throw new ConfigurationException("Expected an H2 database, got " + product);
            }
            try (Statement statement = connection.createStatement()) {
                return statement.execute(script());
            }
        });
    }

    private static String script() {
        try (InputStream file = JdbcBounceStore.class.getResourceAsStream("h2.sql")) {
            if (file == null) {
                throw new IllegalStateException("h2.sql is missing from the jar");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Stores the events that are not stored yet, and decides about their recipients.
     *
     * @param events 1 to {@value BounceSink#MAX_BATCH} events
     * @throws UnavailableException if the database does not answer; nothing of the batch is stored
     * @throws ConfigurationException if the tables are missing or the login is refused
     * @throws IllegalArgumentException if the database refuses something in the events themselves; nothing of the batch is
     *     stored
     */
    @Override
    public void accept(List<BounceEvent> events) {
        // ordered, so that two transactions never wait for each other in a circle
        Map<String, BounceEvent> byId = new TreeMap<>();
        events.forEach(event -> byId.putIfAbsent(event.id(), event));
        TreeSet<String> subjects = new TreeSet<>();
        byId.values().forEach(event -> subjects.add(subject(event)));
        database.inTransaction(connection -> {
            lock(connection, subjects);
            add(connection, byId.values());
            for (String subject : subjects) {
                decide(connection, subject);
            }
            return true;
        });
    }

    static String subject(BounceEvent event) {
        return event.recipient()
                .map(recipient -> recipient.key())
                .orElseGet(() -> "subscriber " + event.subscriber().orElseThrow());
    }

    private static void lock(Connection connection, Collection<String> subjects) throws SQLException {
        try (PreparedStatement add = Database.prepare(connection, Sql.ADD_SUBJECT);
                PreparedStatement lock = Database.prepare(connection, Sql.LOCK_SUBJECT)) {
            for (String subject : subjects) {
                add.setString(1, subject);
                add.setString(2, subject);
                add.executeUpdate();
                lock.setString(1, subject);
                lock.executeQuery().close();
            }
        }
    }

    private static void add(Connection connection, Collection<BounceEvent> events) throws SQLException {
        try (PreparedStatement add = Database.prepare(connection, Sql.ADD_EVENT)) {
            for (BounceEvent event : events) {
                add.setString(1, event.id());
                add.setString(2, subject(event));
                add.setObject(3, utc(event.receivedAt()));
                add.setString(4, BounceEventJson.writeString(event));
                add.setString(5, event.id());
                add.addBatch();
            }
            add.executeBatch();
        }
    }

    private void decide(Connection connection, String subject) throws SQLException {
        List<BounceEvent> history;
        try (PreparedStatement select = Database.prepare(connection, Sql.HISTORY)) {
            select.setString(1, subject);
            history = events(select);
        }
        Optional<Suppression> decision = policy.decide(history);
        if (decision.isEmpty()) {
            return;
        }
        Suppression suppression = decision.get();
        try (PreparedStatement update = Database.prepare(connection, Sql.DECIDE)) {
            update.setString(1, suppression.action().name());
            update.setString(2, suppression.type().name());
            update.setString(3, suppression.reason().name());
            update.setString(4, suppression.rule());
            update.setObject(5, utc(suppression.since()));
            update.setString(6, String.join(" ", suppression.evidence()));
            update.setString(7, subject);
            update.executeUpdate();
        }
    }

    static LocalDateTime utc(Instant instant) {
        return LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
    }

    private static List<BounceEvent> events(PreparedStatement select) throws SQLException {
        List<BounceEvent> events = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                events.add(BounceEventJson.read(rows.getString(1)));
            }
        }
        return events;
    }

    /**
     * Returns the event with that id.
     *
     * @param id the id
     * @return the event, or empty
     * @throws UnavailableException if the database does not answer
     */
    public Optional<BounceEvent> find(String id) {
        return database.query(connection -> {
            try (PreparedStatement select = Database.prepare(connection, Sql.FIND)) {
                select.setString(1, id);
                return events(select).stream().findFirst();
            }
        });
    }

    /**
     * Returns the events that were received last.
     *
     * @param limit the most events to return, from 1
     * @return the events, newest first
     * @throws UnavailableException if the database does not answer
     */
    public List<BounceEvent> latest(int limit) {
        return database.query(connection -> {
            try (PreparedStatement select = Database.prepare(connection, Sql.LATEST)) {
                select.setInt(1, limit);
                return events(select);
            }
        });
    }

    /**
     * Returns how many events are stored.
     *
     * @return the count
     * @throws UnavailableException if the database does not answer
     */
    public long count() {
        return database.query(connection -> {
            try (PreparedStatement select = Database.prepare(connection, Sql.COUNT);
                    ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        });
    }

    /**
     * Returns the list of recipients who are not mailed again.
     *
     * @return the list, always as the database has it
     */
    public SuppressionList suppressionList() {
        return suppressionList;
    }

    /** Builds a {@link JdbcBounceStore}. Not thread-safe. */
    public static final class Builder {
        private final DataSource dataSource;
        private SuppressionPolicy policy = SuppressionPolicy.defaults();

        private Builder(DataSource dataSource) {
            this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
        }

        /**
         * Sets the policy that decides who is not mailed again.
         *
         * @param policy the policy; {@link SuppressionPolicy#defaults()} if not set
         * @return this builder
         */
        public Builder policy(SuppressionPolicy policy) {
            this.policy = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /**
         * Builds the store. Connects to nothing.
         *
         * @return the store
         */
        public JdbcBounceStore build() {
            return new JdbcBounceStore(this);
        }
    }
}
