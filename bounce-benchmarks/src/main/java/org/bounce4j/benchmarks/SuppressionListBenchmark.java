package org.bounce4j.benchmarks;

import ch.vorburger.exec.ManagedProcessException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bounce4j.EmailAddress;
import org.bounce4j.jdbc.JdbcBounceStore;
import org.bounce4j.suppression.SuppressionList;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Asks a list of 1,000,000 suppressed addresses on a real PostgreSQL over loopback: for one address, and for a campaign of
 * 1,000,000 of which every second is suppressed, in a heap of 512 MB.
 */
@State(Scope.Benchmark)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx512m")
public class SuppressionListBenchmark {
    private static final int SIZE = 1_000_000;

    private Databases server;
    private SuppressionList list;
    private List<EmailAddress> campaign = List.of();
    private int next;

    /** JMH fills the fields in {@link #start}. */
    @SuppressWarnings("NullAway.Init")
    public SuppressionListBenchmark() {}

    /** Fills the list. */
    @Setup
    public void start() throws IOException, SQLException, ManagedProcessException {
        server = Databases.start("postgresql");
        JdbcBounceStore store = JdbcBounceStore.builder(server.pool()).build();
        store.createSchema();
        list = store.suppressionList();
        try (Connection connection = server.pool().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "INSERT INTO bounce_ledger (subject, scope, domain, action, type, reason, rule_name, since,"
                            + " evidence) SELECT 'user' || 2 * n || '@d' || n % 1000 || '.example', '', 'd', 'BLOCKLIST', 'HARD',"
                            + " 'USER_UNKNOWN', 'hard: the first one', timestamp '2026-01-01', 'e' || n"
                            + " FROM generate_series(0, " + (SIZE - 1) + ") AS s(n)");
            statement.execute("ANALYZE");
        }
        List<EmailAddress> addresses = new ArrayList<>(SIZE);
        for (int i = 0; i < SIZE; i++) {
            int number = (int) (i * 7_919L % SIZE);
            addresses.add(EmailAddress.of("user" + number + "@d" + number / 2 % 1_000 + ".example"));
        }
        campaign = addresses;
    }

    /** Stops the server. */
    @TearDown
    public void stop() throws IOException {
        server.close();
    }

    /** One address. */
    @Benchmark
    @BenchmarkMode(Mode.SampleTime)
    @Warmup(iterations = 3, time = 3)
    @Measurement(iterations = 3, time = 3)
    public boolean contains() {
        next = next + 1 < SIZE ? next + 1 : 0;
        return list.contains(campaign.get(next));
    }

    /** A campaign. */
    @Benchmark
    @BenchmarkMode(Mode.SingleShotTime)
    @Warmup(iterations = 2)
    @Measurement(iterations = 5)
    public int filter() {
        int left = list.filter(campaign).size();
        if (left != SIZE / 2) {
            throw new IllegalStateException("Expected " + SIZE / 2 + " addresses left, got " + left);
        }
        return left;
    }
}
