package org.bounce4j.examples.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.bounce4j.EmailAddress;
import org.bounce4j.examples.Bounce;
import org.bounce4j.jdbc.JdbcBounceStore;
import org.bounce4j.suppression.EventQuery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the process in full load: what was answered with 200 is stored, what is stored is decided, and the next start comes
 * up. {@code -Dbounce4j.kills=50} kills more often.
 */
class KillTest {
    private static final int KILLS = Integer.getInteger("bounce4j.kills", 5);
    private static final int CALLERS = 4;
    private static final int ANSWERS = 60;
    private static final long START_SECONDS = 60;
    private static final Path LOG = Path.of("target", "kill-test.log");

    private final Set<String> answered = ConcurrentHashMap.newKeySet();
    private final Set<String> wrong = ConcurrentHashMap.newKeySet();

    @Test
    @Timeout(900)
    void everyAnswerIsARowInAFile(@TempDir Path folder) throws Exception {
        kill(
                "h2",
                "jdbc:h2:" + folder.resolve("bounces") + ";WRITE_DELAY=0;REUSE_SPACE=FALSE;DB_CLOSE_ON_EXIT=FALSE",
                "");
    }

    @Test
    @Timeout(900)
    void everyAnswerIsARowInPostgres() throws Exception {
        try (EmbeddedPostgres postgres = durablePostgres()) {
            kill("postgresql", "jdbc:postgresql://localhost:" + postgres.getPort() + "/postgres", "postgres");
        }
    }

    /** Starts a server that writes to the disk before it says that it did, as a server in earnest is set up. */
    static EmbeddedPostgres durablePostgres() throws IOException {
        return EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setPGStartupWait(Duration.ofSeconds(60))
                .start();
    }

    private void kill(String database, String url, String user) throws Exception {
        for (int kill = 0; kill < KILLS; kill++) {
            killInFullLoad(database + " " + kill, url, user);
        }
        killAtOnce(url, user);
        assertThat(answered).hasSizeGreaterThanOrEqualTo(KILLS * ANSWERS);
        assertThat(wrong).isEmpty();
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(user);
        try (HikariDataSource pool = new HikariDataSource(config)) {
            JdbcBounceStore store = JdbcBounceStore.builder(pool).build();
            List<EmailAddress> rows = store.stream(EventQuery.all())
                    .flatMap(event -> event.recipient().stream())
                    .toList();
            System.out.printf(
                    "%s: %d kills, %d answers of 200, %d events stored%n",
                    database, KILLS, answered.size(), rows.size());
            assertThat(rows).doesNotHaveDuplicates();
            assertThat(rows.stream().map(EmailAddress::address).collect(Collectors.toSet()))
                    .containsAll(answered);
            // an event and the decision that follows from it are stored together or not at all
            assertThat(store.suppressionList().filter(rows)).isEmpty();
        }
    }

    private static Process start(String url, String user) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                java("java"),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Bounce.class.getName(),
                "serve");
        builder.environment()
                .putAll(Map.of(
                        "BOUNCE_API_USERS",
                        "username:password",
                        "BOUNCE_PORT",
                        "0",
                        "BOUNCE_STORE_URL",
                        url,
                        "BOUNCE_STORE_USER",
                        user));
        return builder.redirectError(ProcessBuilder.Redirect.appendTo(LOG.toFile()))
                .start();
    }

    private static String java(String program) {
        return Path.of(System.getProperty("java.home"), "bin", program).toString();
    }

    private void killInFullLoad(String name, String url, String user) throws Exception {
        Process process = start(url, user);
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            URI endpoint = URI.create(address(process, out) + "/webhooks/bounce");
            CountDownLatch enough = new CountDownLatch(ANSWERS);
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                String prefix = name.replace(' ', '.') + "." + i + ".";
                callers.add(new Thread(() -> post(endpoint, prefix, enough)));
            }
            callers.forEach(Thread::start);
            assertThat(enough.await(60, TimeUnit.SECONDS))
                    .as("%s: %d answers missing, refused %s", name, enough.getCount(), wrong)
                    .isTrue();
            process.destroyForcibly();
            for (Thread caller : callers) {
                caller.join();
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** Starts once more: also what the last kill left behind must come up. */
    private static void killAtOnce(String url, String user) throws Exception {
        Process process = start(url, user);
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(address(process, out)).startsWith("http://");
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static String address(Process process, BufferedReader out) throws Exception {
        CompletableFuture<String> line = CompletableFuture.supplyAsync(() -> {
            try {
                return out.readLine();
            } catch (IOException e) {
                return e.toString();
            }
        });
        String said;
        try {
            said = line.get(START_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            new ProcessBuilder(java("jstack"), String.valueOf(process.pid()))
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(LOG.toFile()))
                    .start()
                    .waitFor();
            throw new AssertionError("It does not come up; its threads are at the end of " + LOG, e);
        }
        assertThat(said).as("what it says, see %s", LOG).startsWith("bounce: serving at ");
        return said.substring(said.lastIndexOf(' ') + 1);
    }

    /** Posts until the server is gone. */
    private void post(URI endpoint, String prefix, CountDownLatch enough) {
        HttpClient client = HttpClient.newHttpClient();
        for (int i = 0; ; i++) {
            String email = prefix + i + "@example.com";
            HttpRequest request = HttpRequest.newBuilder(endpoint)
                    .timeout(Duration.ofSeconds(60))
                    .header("Authorization", RunningServer.BASIC)
                    .POST(HttpRequest.BodyPublishers.ofString(
                            "{\"email\":\"" + email + "\",\"type\":\"hard\",\"source\":\"api\"}"))
                    .build();
            try {
                int status = client.send(request, HttpResponse.BodyHandlers.discarding())
                        .statusCode();
                if (status == 200) {
                    answered.add(email);
                    enough.countDown();
                } else {
                    wrong.add(email + " " + status);
                }
            } catch (IOException e) {
                if (enough.getCount() > 0) {
                    wrong.add(email + " " + e);
                }
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
