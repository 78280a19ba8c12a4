package org.bounce4j.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceType;
import org.bounce4j.EmailAddress;

/** A process of its own that writes to the store: another node, or one that is about to be killed. */
final class WriterProcess {
    static final int BATCH = 100;

    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    private WriterProcess() {}

    /** Starts a JVM that runs {@link #main}. */
    static Process start(String... arguments) throws java.io.IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath(),
                WriterProcess.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** The class path and, where tests run as a module, the module path. */
    private static String classPath() {
        String modules = System.getProperty("jdk.module.path");
        String classes = System.getProperty("java.class.path");
        String tests = Path.of("target", "test-classes").toAbsolutePath().toString();
        return String.join(
                java.io.File.pathSeparator, tests, modules == null ? "" : modules, classes == null ? "" : classes);
    }

    /**
     * Writes until it is done or killed: {@code endless URL USER SEED} numbers its batches and prints each number when it is
     * stored; {@code overlapping URL USER SEED THREADS} records the {@link #shared} events, shuffled and in overlapping
     * batches, on many threads.
     */
    public static void main(String[] arguments) throws Exception {
        int seed = Integer.parseInt(arguments[3]);
        int threads = arguments.length > 4 ? Integer.parseInt(arguments[4]) : 1;
        try (HikariDataSource pool = TestDatabase.pool(arguments[1], arguments[2], threads)) {
            // thirty-two threads wait for each other here, on a machine that may be busy with other tests
            JdbcBounceStore store = JdbcBounceStore.builder(pool)
                    .recordActions()
                    .statementTimeout(Duration.ofSeconds(100))
                    .build();
            if (arguments[0].equals("endless")) {
                writeForEver(store, seed);
            } else {
                writeOverlapping(store, seed, threads);
            }
        }
    }

    private static void writeForEver(JdbcBounceStore store, int seed) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (int batch = 0; ; batch++) {
            store.accept(numbered(seed, batch));
            out.println(batch);
        }
    }

    /** The events of one numbered batch: their ids name it. */
    static List<BounceEvent> numbered(int seed, int batch) {
        List<BounceEvent> events = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
            events.add(BounceEvent.builder(
                            "n" + seed + "." + batch + "." + i,
                            BounceType.HARD,
                            "test",
                            EmailAddress.of("u" + i + "@b" + batch + ".n" + seed + ".example"),
                            START)
                    .reason(BounceReason.USER_UNKNOWN)
                    .build());
        }
        return events;
    }

    static void writeOverlapping(JdbcBounceStore store, int seed, int threads) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Void>> calls = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                Random random = new Random(seed * 1_000L + thread);
                Callable<Void> call = () -> {
                    List<BounceEvent> mine = shared();
                    // each thread leaves out another eighth, so that no thread alone writes everything
                    int left = random.nextInt(8);
                    mine.removeIf(event -> Math.floorMod(event.id().hashCode(), 8) == left);
                    Collections.shuffle(mine, random);
                    for (int from = 0; from < mine.size(); from += 100) {
                        store.accept(mine.subList(from, Math.min(mine.size(), from + 60)));
                    }
                    return null;
                };
                calls.add(pool.submit(call));
            }
            for (Future<Void> call : calls) {
                call.get();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    /**
     * Events of 120 people: a third have soft failures on five days and are to be suppressed, a third on four and are not, and
     * a third are dead.
     */
    static List<BounceEvent> shared() {
        List<BounceEvent> events = new ArrayList<>();
        for (int person = 0; person < 120; person++) {
            int days = person % 3 == 0 ? 5 : 4;
            for (int day = 0; day < days; day++) {
                boolean dead = person % 3 == 2 && day == 2;
                events.add(BounceEvent.builder(
                                "p" + person + "." + day,
                                dead ? BounceType.HARD : BounceType.SOFT,
                                "test",
                                EmailAddress.of("p" + person + "@example.com"),
                                START.plus(Duration.ofDays(day)))
                        .reason(dead ? BounceReason.USER_UNKNOWN : BounceReason.MAILBOX_FULL)
                        .build());
            }
        }
        return events;
    }
}
