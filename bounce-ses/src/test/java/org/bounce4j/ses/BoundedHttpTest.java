package org.bounce4j.ses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.bounce4j.UnavailableException;
import org.bounce4j.VerificationException;
import org.bounce4j.testkit.SnsSigner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes from a server, or a folder, and what each answer means for a certificate and for a confirmation. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class BoundedHttpTest {
    private static final String TOPIC = "arn:aws:sns:eu-west-1:123456789012:bounces";
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final SnsMessage.SubscriptionConfirmation CONFIRMATION =
            (SnsMessage.SubscriptionConfirmation) SnsMessage.insecureUnverified(SnsSigner.create()
                    .subscriptionConfirmation(TOPIC, "t")
                    .sign()
                    .body());

    /** What the server does with a request. */
    private interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<InetSocketAddress> connections = Collections.synchronizedSet(new HashSet<>());
    private Answer answer = exchange -> send(exchange, 200, "certificate");
    private HttpServer server;
    private URI url;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            connections.add(exchange.getRemoteAddress());
            answer.to(exchange);
        });
        server.start();
        url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/x.pem");
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.US_ASCII);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Test
    void readsOneByteMoreThanTheLimitAtMost() {
        BoundedHttp http = new BoundedHttp(null, LONG);
        for (int length : new int[] {0, 1, 9, 10, 11, 12, 100_000}) {
            answer = exchange -> send(exchange, 200, "x".repeat(length));
            assertThat(http.get(url, 10).body).as("%s bytes", length).hasSize(Math.min(length, 11));
        }
        answer = exchange -> {
            exchange.sendResponseHeaders(200, 0);
            for (String part : List.of("certi", "fica", "tes and more", "more")) {
                exchange.getResponseBody().write(part.getBytes(StandardCharsets.US_ASCII));
                exchange.getResponseBody().flush();
            }
            exchange.close();
        };
        assertThat(http.get(url, 10).body).asString().isEqualTo("certificate");
    }

    @Test
    void asksAgainOnTheConnectionItHas() {
        BoundedHttp http = new BoundedHttp(null, LONG);
        for (int i = 0; i < 3; i++) {
            assertThat(http.get(url, 100).body).hasSize(11);
        }
        assertThat(connections).hasSize(1);
    }

    @Test
    void takesNoPartOfAnAnswerForTheWhole() {
        answer = exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write(new byte[10]);
            exchange.getResponseBody().flush();
            exchange.close();
        };
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> new BoundedHttp(null, LONG).get(url, 1_000))
                .withMessageStartingWith("Expected an answer of 127.0.0.1, got: ")
                .withMessageEndingWith("; this host must reach it by HTTPS");
    }

    @Test
    void saysWhereNobodyListens() {
        server.stop(0);
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> new BoundedHttp(null, LONG).get(url, 1_000))
                .withMessageContaining("127.0.0.1, got: ")
                .withMessageNotContaining("null");
    }

    /** Writes a byte now and then until somebody hangs up. */
    private static Answer drip(CountDownLatch begun, CountDownLatch hungUp) {
        return exchange -> {
            exchange.sendResponseHeaders(200, 0);
            begun.countDown();
            try (OutputStream out = exchange.getResponseBody()) {
                for (int i = 0; i < 2_000; i++) {
                    out.write('-');
                    out.flush();
                    Thread.sleep(10);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (IOException e) {
                hungUp.countDown();
            }
        };
    }

    @Test
    void hangsUpOnAServerThatDripsItsAnswer() throws Exception {
        CountDownLatch hungUp = new CountDownLatch(1);
        answer = drip(new CountDownLatch(1), hungUp);
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> new BoundedHttp(null, Duration.ofMillis(500)).get(url, 16_000))
                .withMessage("Expected 127.0.0.1 to answer within 0 s, it did not");
        assertThat(hungUp.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void hangsUpOnAServerThatSendsMoreThanTheLimit() throws Exception {
        CountDownLatch hungUp = new CountDownLatch(1);
        answer = drip(new CountDownLatch(1), hungUp);
        assertThat(new BoundedHttp(null, LONG).get(url, 10).body).hasSize(11);
        assertThat(hungUp.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void waitsNoLongerOnceItIsInterruptedAndPassesThatOn() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch hungUp = new CountDownLatch(1);
        answer = drip(begun, hungUp);
        FutureTask<Boolean> asking = new FutureTask<>(() -> {
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> new BoundedHttp(null, LONG).get(url, 16_000))
                    .withMessage("Interrupted while waiting for 127.0.0.1");
            return Thread.currentThread().isInterrupted();
        });
        Thread thread = new Thread(asking);
        thread.start();
        begun.await();
        thread.interrupt();
        assertThat(asking.get()).isTrue();
        assertThat(hungUp.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void asksByTheClientOfTheHost() {
        // it goes by a proxy, which is our server; nobody else knows the name
        HttpClient client = HttpClient.newBuilder()
                .proxy(ProxySelector.of(server.getAddress()))
                .build();
        URI elsewhere = URI.create("http://sns.eu-west-1.invalid/x.pem");
        assertThat(CertificateSource.http(client).fetch(elsewhere)).asString().isEqualTo("certificate");
        assertThatCode(() -> SubscriptionConfirmer.http(client).confirm(CONFIRMATION, elsewhere))
                .doesNotThrowAnyException();
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> CertificateSource.http().fetch(elsewhere))
                .withMessageContaining("sns.eu-west-1.invalid");
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 404, 410})
    void takesAMessageForForgedWhoseCertificateNeverWas(int status) {
        answer = exchange -> send(exchange, status, "");
        assertThatExceptionOfType(VerificationException.class)
                .isThrownBy(() -> CertificateSource.http().fetch(url))
                .withMessageContaining("127.0.0.1")
                .withMessageEndingWith("answered " + status);
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 204, 302, 400, 401, 402, 405, 407, 409, 411, 429, 500, 503})
    void asksForARetryWhereAServerAnswersAnythingElse(int status) {
        answer = exchange -> send(exchange, status, "");
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> CertificateSource.http().fetch(url))
                .withMessageContaining("answered " + status + ";");
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 204, 299})
    void hasConfirmedWhereTheServerSaysSo(int status) {
        answer = exchange -> send(exchange, status, "");
        assertThatCode(() -> SubscriptionConfirmer.http().confirm(CONFIRMATION, url))
                .doesNotThrowAnyException();
        assertThat(connections).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 302, 400, 403, 404, 500, 503})
    void hasNotConfirmedWhereTheServerAnswersAnythingElse(int status) {
        answer = exchange -> send(exchange, status, "");
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> SubscriptionConfirmer.http().confirm(CONFIRMATION, url))
                .withMessage("Expected 127.0.0.1 to confirm the subscription, it answered " + status);
    }

    @Test
    void readsTheCertificatesOfAFolderByTheirNames(@TempDir Path folder) throws IOException {
        CertificateSource source = CertificateSource.directory(folder);
        Files.writeString(folder.resolve("a.pem"), "one");
        Files.writeString(folder.resolve("b.pem"), "x".repeat(100_000));
        Files.createDirectory(folder.resolve("c.pem"));
        String base = "https://sns.eu-west-1.amazonaws.com/";
        assertThat(source.fetch(URI.create(base + "a.pem"))).asString().isEqualTo("one");
        assertThat(source.fetch(URI.create(base + "b.pem"))).hasSize(CertificateSource.MAX_BYTES + 1);
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> source.fetch(URI.create(base + "c.pem")))
                .withMessageContaining("cannot read c.pem");
        assertThatExceptionOfType(VerificationException.class)
                .isThrownBy(() -> source.fetch(URI.create(base + "d.pem")))
                .withMessageContaining("d.pem");
    }
}
