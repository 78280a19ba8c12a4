package org.bounce4j.ses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.bounce4j.BounceEvent;
import org.bounce4j.UnavailableException;
import org.bounce4j.VerificationException;
import org.bounce4j.testkit.SesPayloads;
import org.bounce4j.testkit.SignedRequest;
import org.bounce4j.testkit.SnsSigner;
import org.bounce4j.webhook.BounceWebhook;
import org.bounce4j.webhook.WebhookAuth;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two real servers: one plays SNS, with its certificate and its confirmations, the other is the host with our webhook. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SnsOverHttpTest {
    private static final String TOPIC = "arn:aws:sns:eu-west-1:123456789012:bounces";
    private static final SnsSigner SIGNER = SnsSigner.create();

    /** How the server that plays SNS answers a request for its certificate. */
    private interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    private final HttpClient client = HttpClient.newHttpClient();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, BounceEvent> stored = Collections.synchronizedMap(new LinkedHashMap<>());
    private final AtomicBoolean databaseIsDown = new AtomicBoolean();
    private Answer certificate = exchange -> answer(exchange, 200, SIGNER.certificate());
    private HttpServer sns;
    private HttpServer host;
    private String endpoint;

    @BeforeEach
    void start() throws IOException {
        sns = server(exchange -> {
            asked.add(exchange.getRequestURI().toString());
            if (exchange.getRequestURI().getPath().endsWith(".pem")) {
                certificate.to(exchange);
            } else {
                answer(exchange, 200, "<ConfirmSubscriptionResponse/>".getBytes(StandardCharsets.UTF_8));
            }
        });
        endpoint = "http://127.0.0.1:" + sns.getAddress().getPort();
        SnsVerifier verifier = SnsVerifier.builder(Topics.of(TOPIC))
                .insecureEndpoint(URI.create(endpoint))
                .build();
        BounceWebhook webhook = SesWebhook.builder(verifier, this::store)
                .credentials(WebhookAuth.basic("sns", "secret"))
                .build();
        host = server(exchange -> {
            webhook.handle(exchange.getRequestBody(), exchange.getRequestHeaders()::getFirst)
                    .send(
                            status -> asked.add("answered " + status),
                            exchange.getResponseHeaders()::set,
                            OutputStream.nullOutputStream());
            int status = Integer.parseInt(asked.get(asked.size() - 1).substring(9));
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
    }

    private void store(List<BounceEvent> events) {
        if (databaseIsDown.get()) {
            throw new UnavailableException("database is down");
        }
        events.forEach(event -> stored.putIfAbsent(event.id(), event));
    }

    private HttpServer server(Answer answer) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", answer::to);
        server.start();
        return server;
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @AfterEach
    void stop() {
        sns.stop(0);
        host.stop(0);
        threads.shutdownNow();
    }

    /** Posts as SNS does: without credentials first, with those of the endpoint's URL after a 401, and three times at most. */
    private List<Integer> deliver(SignedRequest request) throws IOException, InterruptedException {
        List<Integer> statuses = new ArrayList<>();
        String authorization = null;
        while (statuses.size() < 4) {
            HttpRequest.Builder post = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + host.getAddress().getPort() + "/webhooks/service/ses"))
                    .POST(HttpRequest.BodyPublishers.ofByteArray(request.body()));
            request.headers().forEach(post::setHeader);
            if (authorization != null) {
                post.setHeader("Authorization", authorization);
            }
            HttpResponse<Void> response = client.send(post.build(), HttpResponse.BodyHandlers.discarding());
            statuses.add(response.statusCode());
            if (response.statusCode() == 401
                    && response.headers().firstValue("WWW-Authenticate").isPresent()) {
                authorization = "Basic c25zOnNlY3JldA==";
            } else if (response.statusCode() < 500) {
                return statuses;
            } else {
                databaseIsDown.set(false);
            }
        }
        return statuses;
    }

    private SignedRequest bounce() {
        return SIGNER.notification(
                        TOPIC,
                        SesPayloads.bounce(
                                "jane@example.com", "Permanent", "General", "5.1.1", "smtp; 550 5.1.1 user unknown"))
                .endpoint(endpoint)
                .sign();
    }

    @Test
    void subscribesConfirmsStoresAndStoresAgainAfterARetryWhatTheDatabaseMissed() throws Exception {
        assertThat(deliver(SIGNER.subscriptionConfirmation(TOPIC, "t-1")
                        .endpoint(endpoint)
                        .sign()))
                .containsExactly(401, 200);
        assertThat(asked).contains("/?Action=ConfirmSubscription&TopicArn=" + TOPIC + "&Token=t-1");
        SignedRequest first = bounce();
        assertThat(deliver(first)).containsExactly(401, 200);
        assertThat(stored).hasSize(1);
        assertThat(deliver(first)).as("SNS did not see our answer").containsExactly(401, 200);
        assertThat(stored).hasSize(1);
        databaseIsDown.set(true);
        assertThat(deliver(bounce())).containsExactly(401, 503, 200);
        assertThat(stored).hasSize(2);
        assertThat(deliver(bounce().withBody(new byte[] {'{', '}'}))).containsExactly(401, 400);
        assertThat(deliver(SIGNER.unsubscribeConfirmation(TOPIC, "t-2")
                        .endpoint(endpoint)
                        .sign()))
                .containsExactly(401, 200);
        assertThat(asked.stream().filter(line -> line.contains("Confirm"))).hasSize(1);
        assertThat(asked.stream().filter(line -> line.endsWith(".pem"))).hasSize(1);
        assertThat(stored).hasSize(2);
    }

    private SnsVerifier verifier(Duration timeout) {
        BoundedHttp http = new BoundedHttp(null, timeout);
        return SnsVerifier.builder(Topics.of(TOPIC))
                .insecureEndpoint(URI.create(endpoint))
                .certificates(new HttpCertificateSource(http))
                .build();
    }

    private void unavailable(SnsVerifier verifier, String says) {
        byte[] body = bounce().body();
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> verifier.verify(body))
                .withMessageContaining(says);
    }

    @Test
    void waitsForNoServerThatIsSlowOrDripsItsCertificate() {
        CountDownLatch over = new CountDownLatch(1);
        certificate = exchange -> {
            try {
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        unavailable(verifier(Duration.ofMillis(300)), "within");
        certificate = exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                while (!over.await(20, TimeUnit.MILLISECONDS)) {
                    out.write('-');
                    out.flush();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        unavailable(verifier(Duration.ofMillis(500)), "within");
        over.countDown();
    }

    @Test
    void readsNoMoreOfACertificateThanOneCanBe() {
        AtomicInteger written = new AtomicInteger();
        certificate = exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                byte[] block = new byte[64 * 1024];
                while (written.addAndGet(block.length) < 1_000_000_000) {
                    out.write(block);
                }
            }
        };
        unavailable(verifier(Duration.ofSeconds(10)), "at most 16384 bytes");
        assertThat(written).hasValueLessThan(100_000_000);
    }

    @Test
    void followsNoRedirectAndBelievesNoServerThatHasNoSuchCertificate() {
        certificate = exchange -> {
            exchange.getResponseHeaders().set("Location", endpoint + "/elsewhere");
            answer(exchange, 302, new byte[0]);
        };
        unavailable(verifier(Duration.ofSeconds(10)), "302");
        assertThat(asked).noneMatch(line -> line.contains("elsewhere"));
        certificate = exchange -> answer(exchange, 404, new byte[0]);
        byte[] body = bounce().body();
        SnsVerifier verifier = verifier(Duration.ofSeconds(10));
        assertThatExceptionOfType(VerificationException.class).isThrownBy(() -> verifier.verify(body));
        HttpClient following = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        assertThatIllegalArgumentException().isThrownBy(() -> CertificateSource.http(following));
        assertThatIllegalArgumentException().isThrownBy(() -> SubscriptionConfirmer.http(following));
    }

    @Test
    void asksOnceHoweverManyWaitForTheSameCertificate() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        certificate = exchange -> {
            try {
                waiting.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            answer(exchange, 200, SIGNER.certificate());
        };
        SnsVerifier verifier = verifier(Duration.ofSeconds(10));
        byte[] body = bounce().body();
        List<Future<SnsMessage>> results = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            results.add(threads.submit(() -> verifier.verify(body)));
        }
        waiting.countDown();
        for (Future<SnsMessage> result : results) {
            assertThat(result.get().topicArn()).isEqualTo(TOPIC);
        }
        assertThat(asked).hasSize(1);
    }
}
