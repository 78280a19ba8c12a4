package org.bounce4j.benchmarks;

import ch.vorburger.exec.ManagedProcessException;
import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceEventJson;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceType;
import org.bounce4j.EmailAddress;
import org.bounce4j.Trust;
import org.bounce4j.jdbc.JdbcBounceStore;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.postgresql.PGConnection;

/**
 * Stores batches of 500 events on a real server over loopback: ours with deduplication and a decision about each recipient,
 * beside one insert for each event with autocommit, and PostgreSQL's COPY of the same rows into the same table without either.
 * A score is events a second.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@OperationsPerInvocation(StoreBenchmark.BATCH)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(1)
public class StoreBenchmark {
    static final int BATCH = 500;

    private static final String COLUMNS =
            "id, subject, scope, reported, domain, remote_mta, subscriber, campaign, source,"
                    + " type, reason, rule_name, trust, attempt, counts, occurred_at, received_at, event";
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    /** The database. */
    @Param({"postgresql", "mariadb"})
    public String database = "";

    /** How much longer a commit takes than this machine's disk needs for it, in microseconds: most disks are slower. */
    @Param("0")
    public int microsPerCommit;

    private Databases server;
    private Connection connection;
    private JdbcBounceStore store;
    private List<BounceEvent> batch = List.of();
    private int number;

    /** JMH fills the fields in {@link #start}. */
    @SuppressWarnings("NullAway.Init")
    public StoreBenchmark() {}

    /** Starts a server with empty tables. */
    @Setup
    public void start() throws IOException, SQLException, ManagedProcessException {
        server = Databases.start(database, microsPerCommit);
        store = JdbcBounceStore.builder(server.pool()).build();
        store.createSchema();
        connection = server.pool().getConnection();
    }

    /** Stops the server. */
    @TearDown
    public void stop() throws IOException, SQLException {
        connection.close();
        server.close();
    }

    /** Makes a batch that nobody has seen, of as many people. */
    @Setup(Level.Invocation)
    public void makeBatch() {
        List<BounceEvent> events = new ArrayList<>(BATCH);
        for (int i = 0; i < BATCH; i++) {
            number++;
            // ids and people in no order, as hashes are
            String id = Long.toHexString(number * 0x9E3779B97F4A7C15L);
            events.add(BounceEvent.builder(
                            "mail.1." + id,
                            BounceType.HARD,
                            "pop3",
                            EmailAddress.of(id + "@d" + number % 1_000 + ".example"),
                            START.plusMillis(number))
                    .reason(BounceReason.USER_UNKNOWN)
                    .rule("user.unknown")
                    .trust(Trust.CORRELATED)
                    .subscriber("9f86b50d-5711-41c8-ab03-" + id)
                    .campaign("campaign-" + number / 50_000)
                    .messageId(id + "@example.org")
                    .remoteMta("mx1.d" + number % 1_000 + ".example")
                    .diagnostic("smtp; 550 5.1.1 <" + id + "@d.example>: Recipient address rejected: User unknown")
                    .build());
        }
        batch = events;
    }

    /** One call of the store. */
    @Benchmark
    public void bounce4j() {
        store.accept(batch);
    }

    /** One insert for each event, each its own transaction, nothing checked and nothing decided. */
    @Benchmark
    public void insertEach() throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO bounce_event (" + COLUMNS
                + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            for (BounceEvent event : batch) {
                Object[] row = row(event);
                for (int i = 0; i < row.length; i++) {
                    insert.setObject(i + 1, row[i].equals("\\N") ? null : row[i]);
                }
                insert.executeUpdate();
            }
        }
    }

    /** Half a batch in a statement and all of it in a transaction, nothing checked and nothing decided. */
    @Benchmark
    public void insertTogether() throws SQLException {
        String row = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        connection.setAutoCommit(false);
        for (int from = 0; from < BATCH; from += BATCH / 2) {
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO bounce_event (" + COLUMNS
                    + ") VALUES " + String.join(", ", Collections.nCopies(BATCH / 2, row)))) {
                int next = 1;
                for (BounceEvent event : batch.subList(from, from + BATCH / 2)) {
                    for (Object value : row(event)) {
                        insert.setObject(next++, value.equals("\\N") ? null : value);
                    }
                }
                insert.executeUpdate();
            }
        }
        connection.commit();
        connection.setAutoCommit(true);
    }

    /** PostgreSQL's fastest way in. */
    @Benchmark
    public long copy() throws SQLException, IOException {
        StringBuilder rows = new StringBuilder();
        for (BounceEvent event : batch) {
            Object[] row = row(event);
            for (int i = 0; i < row.length; i++) {
                String value = row[i].toString();
                rows.append(i == 0 ? "" : "\t").append(value.equals("\\N") ? value : value.replace("\\", "\\\\"));
            }
            rows.append('\n');
        }
        return connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("COPY bounce_event (" + COLUMNS + ") FROM STDIN", new StringReader(rows.toString()));
    }

    private static Object[] row(BounceEvent event) {
        EmailAddress recipient = event.recipient().orElseThrow();
        return new Object[] {
            event.id(),
            recipient.key(),
            "",
            "\\N",
            recipient.domain(),
            event.remoteMta().orElse("\\N"),
            event.subscriber().orElse("\\N"),
            event.campaign().orElse("\\N"),
            event.source(),
            event.type().name(),
            event.reason().name(),
            event.rule().orElse("\\N"),
            event.trust().name(),
            event.attempt().orElse("\\N"),
            21, // what counts: correlated and hard
            LocalDateTime.ofInstant(event.occurredAt(), ZoneOffset.UTC),
            LocalDateTime.ofInstant(event.receivedAt(), ZoneOffset.UTC),
            BounceEventJson.writeString(event)
        };
    }
}
