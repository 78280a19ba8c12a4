package org.bounce4j.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bounce4j.BounceEvent;
import org.bounce4j.UnavailableException;
import org.bounce4j.suppression.EventQuery;
import org.bounce4j.suppression.SuppressionDecision;
import org.bounce4j.suppression.SuppressionList;
import org.bounce4j.suppression.SuppressionPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several processes on one PostgreSQL: they write the same, they are killed, and the database goes away under them. */
class NodesTest {
    /** How often the writer is killed; more for a long look: -Dbounce4j.kills=100. */
    private static final int KILLS = Integer.getInteger("bounce4j.kills", 10);

    private static JdbcBounceStore empty(TestDatabase database, HikariDataSource pool) throws SQLException {
        database.empty();
        JdbcBounceStore store = JdbcBounceStore.builder(pool).build();
        store.createSchema();
        return store;
    }

    @Test
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    void recordsEachEventOnceFromSixteenThreadsOfEachOfTwoProcesses() throws Exception {
        TestDatabase database = TestDatabase.postgres();
        try (HikariDataSource pool = database.pool(2)) {
            JdbcBounceStore store = empty(database, pool);
            long deadlocks = deadlocks(pool);
            List<Process> processes = new ArrayList<>();
            for (String seed : List.of("1", "2")) {
                processes.add(WriterProcess.start("overlapping", database.url(), database.user(), seed, "16"));
            }
            for (Process process : processes) {
                assertThat(process.waitFor()).isZero();
            }
            List<BounceEvent> expected = WriterProcess.shared();
            assertThat(store.stream(EventQuery.all())).hasSize(expected.size()).containsAll(expected);
            Map<String, List<BounceEvent>> people = expected.stream()
                    .collect(Collectors.groupingBy(
                            event -> event.recipient().orElseThrow().key()));
            int suppressed = 0;
            for (Map.Entry<String, List<BounceEvent>> person : people.entrySet()) {
                var decision = SuppressionPolicy.defaults().decide(person.getValue());
                assertThat(store.suppressionList()
                                .find(person.getValue().get(0).recipient().orElseThrow())
                                .map(SuppressionList.Entry::suppression))
                        .as(person.getKey())
                        .isEqualTo(decision);
                suppressed += decision.isPresent() ? 1 : 0;
            }
            assertThat(suppressed).isEqualTo(80);
            assertThat(deadlocks(pool)).as("deadlocks").isEqualTo(deadlocks);
            // each decided once, though many tried
            assertThat(store.pendingActions(1_000))
                    .extracting(SuppressionDecision::address)
                    .hasSize(80)
                    .doesNotHaveDuplicates();
        }
    }

    /** Returns how often the server had to end somebody, as far as those who have left have told it. */
    private static long deadlocks(HikariDataSource pool) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")) {
            row.next();
            return row.getLong(1);
        }
    }

    @Test
    @Timeout(value = 600, unit = TimeUnit.SECONDS)
    void storesWholeBatchesOrNothingWhereTheWriterIsKilled() throws Exception {
        TestDatabase database = TestDatabase.postgres();
        try (HikariDataSource pool = database.pool(2)) {
            int torn = 0;
            for (int kill = 0; kill < KILLS; kill++) {
                JdbcBounceStore store = empty(database, pool);
                Process writer = WriterProcess.start("endless", database.url(), database.user(), String.valueOf(kill));
                int acknowledged = -1;
                try (BufferedReader out =
                        new BufferedReader(new InputStreamReader(writer.getInputStream(), StandardCharsets.UTF_8))) {
                    // it goes on writing while we read, so it dies somewhere within a batch
                    while (acknowledged < 3 + kill % 7) {
                        acknowledged = Integer.parseInt(out.readLine());
                    }
                    writer.toHandle().destroyForcibly(); // which leaves us its last words, unlike the method of Process
                    String line = out.readLine();
                    while (line != null) {
                        acknowledged = Integer.parseInt(line);
                        line = out.readLine();
                    }
                }
                assertThat(writer.waitFor()).isNotZero();
                awaitTheEndOfTransactions(pool);
                Map<String, Integer> perBatch = new HashMap<>();
                Set<String> people = new TreeSet<>();
                String mine = "n" + kill + ".";
                store.stream(EventQuery.all())
                        .filter(event -> event.id().startsWith(mine))
                        .forEach(event -> {
                            perBatch.merge(event.id().split("\\.", -1)[1], 1, Integer::sum);
                            people.add(event.recipient().orElseThrow().key());
                        });
                assertThat(perBatch.values()).allMatch(size -> size == WriterProcess.BATCH);
                for (int batch = 0; batch <= acknowledged; batch++) {
                    assertThat(perBatch).as("acknowledged").containsKey(String.valueOf(batch));
                }
                torn += perBatch.size() - 1 - acknowledged;
                Set<String> suppressed = new TreeSet<>();
                store.suppressionList()
                        .forEach(entry -> entry.address()
                                .filter(address -> address.domain().endsWith("." + mine + "example"))
                                .ifPresent(address -> suppressed.add(address.key())));
                assertThat(suppressed).as("decided with the events").isEqualTo(people);
            }
            assertThat(torn).as("batches stored whose acknowledgement was lost").isBetween(0, KILLS);
        }
    }

    /** What the server was still doing for a client that died is over when nothing holds the ledger any more. */
    private static void awaitTheEndOfTransactions(HikariDataSource pool) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("LOCK TABLE bounce_ledger IN ACCESS EXCLUSIVE MODE");
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    @Test
    @Timeout(value = 180, unit = TimeUnit.SECONDS)
    void losesNothingAcknowledgedWhereTheDatabaseGoesAwayUnderLoad() throws Exception {
        Path data = Files.createTempDirectory("bounce4j-postgres");
        EmbeddedPostgres server = start(data, 0);
        int port = server.getPort();
        TestDatabase database = TestDatabase.onPostgres(port);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (HikariDataSource pool = database.pool(8)) {
            JdbcBounceStore store = empty(database, pool);
            Set<String> acknowledged = ConcurrentHashMap.newKeySet();
            AtomicInteger refused = new AtomicInteger();
            AtomicBoolean stop = new AtomicBoolean();
            CountDownLatch warm = new CountDownLatch(40);
            CountDownLatch down = new CountDownLatch(4);
            AtomicBoolean back = new AtomicBoolean();
            CountDownLatch recovered = new CountDownLatch(40);
            List<Future<?>> writers = new ArrayList<>();
            for (int seed = 0; seed < 4; seed++) {
                int number = seed;
                writers.add(threads.submit(() -> {
                    for (int batch = 0; !stop.get(); batch++) {
                        List<BounceEvent> events = WriterProcess.numbered(number, batch);
                        boolean stored = false;
                        while (!stored && !stop.get()) {
                            try {
                                store.accept(events);
                                stored = true;
                                events.forEach(event -> acknowledged.add(event.id()));
                                warm.countDown();
                                if (back.get()) {
                                    recovered.countDown();
                                }
                            } catch (UnavailableException e) {
                                refused.incrementAndGet();
                                down.countDown();
                            }
                        }
                    }
                }));
            }
            warm.await();
            server.close();
            down.await();
            server = start(data, port);
            back.set(true);
            recovered.await();
            stop.set(true);
            for (Future<?> writer : writers) {
                writer.get();
            }
            assertThat(refused).hasPositiveValue();
            Map<String, Long> perId = store.stream(EventQuery.all())
                    .collect(Collectors.groupingBy(BounceEvent::id, Collectors.counting()));
            assertThat(perId.keySet()).containsAll(acknowledged);
            assertThat(perId.values()).allMatch(count -> count == 1);
            assertThat(perId.size() % WriterProcess.BATCH).isZero();
        } finally {
            threads.shutdownNow();
            server.close();
            delete(data);
        }
    }

    private static EmbeddedPostgres start(Path data, int port) throws Exception {
        EmbeddedPostgres.Builder builder = TestDatabase.server()
                // as servers come: what was committed is on the disk, even where the server does not shut down in peace
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setDataDirectory(data.resolve("data"))
                .setCleanDataDirectory(false);
        if (port != 0) {
            builder.setPort(port);
        }
        return builder.start();
    }

    private static void delete(Path folder) throws Exception {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
