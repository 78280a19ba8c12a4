package org.bounce4j.examples.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.bounce4j.EmailAddress;
import org.bounce4j.examples.Bounce;
import org.bounce4j.jdbc.JdbcBounceStore;
import org.bounce4j.suppression.EventQuery;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kills the process in full load: what was answered with 200 is stored. {@code -Dbounce4j.kills=50} kills more often. */
class KillTest {
    private static final int KILLS = Integer.getInteger("bounce4j.kills", 5);
    private static final int CALLERS = 4;
    private static final int ANSWERS = 60;
    private static final String BASIC =
            "Basic " + Base64.getEncoder().encodeToString("username:password".getBytes(StandardCharsets.UTF_8));

    private final Set<String> stored = ConcurrentHashMap.newKeySet();
    private final Set<String> wrong = ConcurrentHashMap.newKeySet();

    @Test
    @Timeout(600)
    void everyAnswerIsARow(@TempDir Path folder) throws Exception {
        String url = "jdbc:h2:" + folder.resolve("bounces") + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE";
        for (int kill = 0; kill < KILLS; kill++) {
            killInFullLoad(url, kill);
        }
        assertThat(stored).hasSizeGreaterThanOrEqualTo(KILLS * ANSWERS);
        assertThat(wrong).isEmpty();
        JdbcConnectionPool pool = JdbcConnectionPool.create(url, "", "");
        Set<String> rows = JdbcBounceStore.builder(pool).build().stream(EventQuery.all())
                .flatMap(event -> event.recipient().stream())
                .map(EmailAddress::address)
                .collect(Collectors.toSet());
        pool.dispose();
        assertThat(rows).containsAll(stored);
    }

    private void killInFullLoad(String url, int kill) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Bounce.class.getName(),
                "serve");
        builder.environment().put("BOUNCE_API_USERS", "username:password");
        builder.environment().put("BOUNCE_PORT", "0");
        builder.environment().put("BOUNCE_STORE_URL", url);
        Path log = Path.of("target", "kill-test.log");
        builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        Process process = builder.start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            String line = out.readLine();
            assertThat(line).as("start %d, see target/kill-test.log", kill).startsWith("bounce: serving at ");
            URI endpoint = URI.create(line.substring(line.lastIndexOf(' ') + 1) + "/webhooks/bounce");
            CountDownLatch enough = new CountDownLatch(ANSWERS);
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                String name = "k" + kill + "c" + i + "n";
                callers.add(new Thread(() -> post(endpoint, name, enough)));
            }
            callers.forEach(Thread::start);
            assertThat(enough.await(60, TimeUnit.SECONDS))
                    .as("kill %d: %d answers missing, refused %s", kill, enough.getCount(), wrong)
                    .isTrue();
            process.destroyForcibly();
            for (Thread caller : callers) {
                caller.join();
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** Posts until the server is gone. */
    private void post(URI endpoint, String name, CountDownLatch enough) {
        HttpClient client = HttpClient.newHttpClient();
        for (int i = 0; ; i++) {
            String email = name + i + "@example.com";
            HttpRequest request = HttpRequest.newBuilder(endpoint)
                    .header("Authorization", BASIC)
                    .POST(HttpRequest.BodyPublishers.ofString(
                            "{\"email\":\"" + email + "\",\"type\":\"hard\",\"source\":\"api\"}"))
                    .build();
            try {
                int status = client.send(request, HttpResponse.BodyHandlers.discarding())
                        .statusCode();
                if (status == 200) {
                    stored.add(email);
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
