package org.bounce4j.pop3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.bounce4j.BounceEvent;
import org.bounce4j.jdbc.JdbcBounceStore;
import org.bounce4j.mail.BounceMessageParser;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Kills the process that scans (SIGKILL), at random moments, over a mailbox of 500 mails and a real database that fails too.
 * In the end every bounce is stored exactly once. How often on each
 * kind of server is the system property {@code bounce4j.kills}.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class CrashTest {
    private static final int MAILS = 500;

    @TempDir
    private Path folder;

    private int bounces;
    private int letters;

    @ParameterizedTest
    @ValueSource(strings = {"pipelining", "gmail"})
    void storesEveryBounceExactlyOnceWhereverTheProcessIsKilled(String kind, TestReporter reporter) throws Exception {
        assumeFalse(CrashTest.class.getModule().isNamed(), "Runs on the class path, in an execution of its own");
        int kills = Integer.getInteger("bounce4j.kills", 5);
        long seed = Long.getLong("bounce4j.seed", 20_261_122L);
        Random random = new Random(seed);
        // QUIRK: where H2 2.5 reuses space in its file, a process that is killed may take committed transactions with
        // it
        String url = "jdbc:h2:" + folder.resolve("bounces")
                + ";WRITE_DELAY=0;REUSE_SPACE=FALSE;FILE_LOCK=FS;DB_CLOSE_DELAY=-1";
        int killed = 0;
        try (PlayedServer server = kind.equals("gmail") ? PlayedServer.gmail() : new PlayedServer()) {
            if (kind.equals("pipelining")) {
                server.capabilities.add("PIPELINING");
            }
            for (int i = 0; i < kills; i++) {
                fill(server);
                killed += scanAndKill(server, url, random);
            }
            fill(server);
            server.onCommand = command -> {};
            Process last = start(server, url, 0);
            assertThat(last.waitFor()).isZero();
            assertThat(server.mails.keySet())
                    .as("seed %s", seed)
                    .hasSize(letters)
                    .allMatch(id -> id.startsWith("letter"));
        }
        // some end before their moment comes
        assertThat(killed).isGreaterThan(kills / 2);
        assertStoredOnce(url);
        reporter.publishEntry(
                kind, killed + " of " + kills + " were killed, " + bounces + " bounces are stored exactly once");
    }

    private void fill(PlayedServer server) {
        while (server.mails.size() - server.hidden.size() < MAILS) {
            if (bounces % 25 == 24) {
                server.add("letter" + letters++, Mails.LETTER);
            }
            server.add("bounce" + bounces, Mails.bounce(bounces));
            bounces++;
        }
    }

    /** Returns 1 if the process was killed, 0 if it had ended before. */
    private static int scanAndKill(PlayedServer server, String url, Random random) throws Exception {
        AtomicInteger commands = new AtomicInteger(1 + random.nextInt(1_100));
        int laterMillis = random.nextBoolean() ? 0 : random.nextInt(30);
        CountDownLatch now = new CountDownLatch(1);
        server.onCommand = command -> {
            if (commands.decrementAndGet() == 0) {
                now.countDown();
            }
        };
        Process process = start(server, url, 1 + random.nextInt(1_000_000));
        while (process.isAlive() && !now.await(5, TimeUnit.MILLISECONDS)) {
            // either it comes to that command, or it ends
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(laterMillis));
        process.destroyForcibly();
        int status = process.waitFor();
        assertThat(status).isIn(0, 128 + 9);
        return status == 0 ? 0 : 1;
    }

    private static Process start(PlayedServer server, String url, int seed) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashingScan.class.getName(),
                        String.valueOf(server.port()),
                        url,
                        String.valueOf(seed))
                .inheritIO()
                .start();
    }

    private void assertStoredOnce(String url) {
        JdbcDataSource source = new JdbcDataSource();
        source.setUrl(url);
        JdbcBounceStore store = JdbcBounceStore.builder(source).build();
        // an id is unique in the store, so as many as there are, and each of them there, is each of them once
        assertThat(store.count()).isEqualTo(bounces);
        for (int i = 0; i < bounces; i++) {
            BounceEvent event = BounceMessageParser.standard()
                    .parse(Mails.bounce(i))
                    .events()
                    .get(0);
            assertThat(store.find(event.id())).as("bounce %s", i).isPresent();
        }
    }
}
