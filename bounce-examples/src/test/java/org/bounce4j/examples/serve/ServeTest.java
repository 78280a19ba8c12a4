package org.bounce4j.examples.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceType;
import org.bounce4j.ConfigurationException;
import org.bounce4j.EmailAddress;
import org.bounce4j.examples.HttpBounceSink;
import org.bounce4j.jdbc.JdbcBounceStore;
import org.bounce4j.testkit.SendGridSigner;
import org.bounce4j.testkit.SesPayloads;
import org.bounce4j.testkit.SignedRequest;
import org.bounce4j.testkit.SnsSigner;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Asks a real server over real HTTP. */
@Timeout(60)
class ServeTest {
    private static final String TOPIC = "arn:aws:sns:eu-west-1:123456789012:bounces";
    private static final String CAMPAIGN = "9f86b50d-5711-41c8-ab03-bc91c43d711b";
    private static final String DOCUMENTED = "{\"email\": \"user1@mail.com\", \"campaign_uuid\": \"" + CAMPAIGN
            + "\", \"source\": \"api\", \"type\": \"hard\", \"meta\": \"{\\\"additional\\\": \\\"info\\\"}\"}";
    private static final String BASIC =
            "Basic " + Base64.getEncoder().encodeToString("username:password".getBytes(StandardCharsets.UTF_8));
    private static final Set<String> SET_BY_CLIENT = Set.of("connection", "content-length", "host");

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient client = HttpClient.newHttpClient();
    private final String database = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
    private BounceServer server;
    private URI address;

    private void start(String... namesAndValues) throws IOException {
        Properties file = new Properties();
        file.setProperty("api.users", "username:password, other:secret");
        file.setProperty("port", "0");
        file.setProperty("store.url", database);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            file.setProperty(namesAndValues[i], namesAndValues[i + 1]);
        }
        server = new BounceServer(ServeSettings.of(file, Map.of()));
        address = URI.create(server.address());
    }

    @AfterEach
    void stop() throws IOException {
        if (server != null) {
            server.close();
        }
    }

    private HttpResponse<String> send(String method, String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.address() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> ask(String method, String path, String body) throws Exception {
        return send(method, path, body, "Authorization", BASIC);
    }

    private JsonNode get(String path) throws Exception {
        HttpResponse<String> response = ask("GET", path, "");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return json.readTree(response.body()).path("data");
    }

    private void post(String body) throws Exception {
        HttpResponse<String> response = ask("POST", "/webhooks/bounce", body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"data\":true}");
    }

    private static String bounce(int number, String type, String source) {
        return "{\"id\":\"" + number + "\",\"email\":\"user" + number + "@example.com\",\"type\":\"" + type
                + "\",\"source\":\"" + source + "\"}";
    }

    @Test
    void listsWhatAnotherProcessHasErasedWithItsKey() throws Exception {
        byte[] key = "0123456789abcdef".getBytes(StandardCharsets.UTF_8);
        start("store.erasure-key", Base64.getEncoder().encodeToString(key));
        post(DOCUMENTED);
        JdbcBounceStore other = JdbcBounceStore.builder(JdbcConnectionPool.create(database, "", ""))
                .erasureKey(key)
                .build();
        other.erase(EmailAddress.of("user1@mail.com"));
        assertThat(get("/api/suppressions").path("results")).hasSize(1);
        assertThat(get("/api/suppressions?email=user1@mail.com").path("results"))
                .hasSize(1);
    }

    @Test
    void documentedRequestIsStoredListedShownAndDeleted() throws Exception {
        start();
        post(DOCUMENTED);
        post(DOCUMENTED); // a retry is the same bounce
        JsonNode list = get("/api/bounces");
        assertThat(list.path("total").intValue()).isEqualTo(1);
        assertThat(list.path("per_page").intValue()).isEqualTo(20);
        assertThat(list.path("page").intValue()).isEqualTo(1);
        JsonNode event = list.path("results").path(0);
        assertThat(event.path("email").textValue()).isEqualTo("user1@mail.com");
        assertThat(event.path("campaign_uuid").textValue()).isEqualTo(CAMPAIGN);
        assertThat(event.path("meta").path("additional").textValue()).isEqualTo("info");
        String path = "/api/bounces/" + event.path("id").textValue();
        assertThat(get(path)).isEqualTo(event);
        assertThat(ask("DELETE", path, "").body()).isEqualTo("{\"data\":true}");
        assertThat(ask("DELETE", path, "").statusCode()).isEqualTo(404);
        assertThat(ask("GET", path, "").statusCode()).isEqualTo(404);
    }

    @Test
    void fieldErrorsNameFieldAndRule() throws Exception {
        start();
        HttpResponse<String> response =
                ask("POST", "/webhooks/bounce", "{\"email\":\"a@example.com\",\"source\":\"api\"}");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json.readTree(response.body()).path("message").textValue()).startsWith("type: ");
    }

    @Test
    void listsByFilterOrderPageAndCursor() throws Exception {
        start();
        for (int i = 0; i < 7; i++) {
            post(bounce(i, i % 2 == 0 ? "hard" : "soft", i < 3 ? "postfix" : "exim"));
        }
        assertThat(get("/api/bounces?type=hard").path("total").intValue()).isEqualTo(4);
        assertThat(get("/api/bounces?source=postfix").path("total").intValue()).isEqualTo(3);
        assertThat(get("/api/bounces?type=hard&source=postfix").path("total").intValue())
                .isEqualTo(2);
        assertThat(get("/api/bounces?email=USER3@example.com").path("total").intValue())
                .isEqualTo(1);
        assertThat(get("/api/bounces?campaign_uuid=none").path("total").intValue())
                .isZero();
        assertThat(emails(get("/api/bounces?order=asc&per_page=2&page=2"))).containsExactly(2, 3);
        assertThat(emails(get("/api/bounces?order=desc&per_page=2&page=2"))).containsExactly(4, 3);
        JsonNode first = get("/api/bounces?order=asc&per_page=5");
        assertThat(emails(first)).containsExactly(0, 1, 2, 3, 4);
        JsonNode second = get(
                "/api/bounces?order=asc&per_page=5&next=" + first.path("next").textValue());
        assertThat(emails(second)).containsExactly(5, 6);
        assertThat(second.path("next").isNull()).isTrue();
        assertThat(get("/api/bounces?page=400").path("results")).isEmpty();
    }

    private static List<Integer> emails(JsonNode list) {
        return list.path("results").findValuesAsText("email").stream()
                .map(email -> Integer.parseInt(email.replaceAll("\\D", "")))
                .toList();
    }

    @Test
    void questionsThatMakeNoSenseAreRefused() throws Exception {
        start();
        for (String query : List.of(
                "?typo=1",
                "?type=medium",
                "?page=0",
                "?page=x",
                "?per_page=1001",
                "?page=10001",
                "?next=junk",
                "?from=yesterday",
                "?order=sideways",
                "?order_by=email",
                "?email=nobody",
                "?type=hard&type=soft",
                "?domain=%00",
                "?reason=BAD")) {
            HttpResponse<String> response = ask("GET", "/api/bounces" + query, "");
            assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
            assertThat(json.readTree(response.body()).path("message").textValue())
                    .isNotEmpty();
        }
    }

    @Test
    void deletesSomeOrAllButNeverByMistake() throws Exception {
        start();
        for (int i = 0; i < 4; i++) {
            post(bounce(i, "soft", "api"));
        }
        assertThat(ask("DELETE", "/api/bounces", "").statusCode()).isEqualTo(400);
        assertThat(ask("DELETE", "/api/bounces?all=false", "").statusCode()).isEqualTo(400);
        assertThat(ask("DELETE", "/api/bounces?all=true&type=hard", "").statusCode())
                .isEqualTo(400);
        List<String> ids = get("/api/bounces").path("results").findValuesAsText("id");
        assertThat(ask("DELETE", "/api/bounces?id=" + ids.get(0) + "&id=" + ids.get(1), "")
                        .body())
                .isEqualTo("{\"data\":true}");
        assertThat(get("/api/bounces").path("results").findValuesAsText("id")).containsExactly(ids.get(2), ids.get(3));
        assertThat(ask("DELETE", "/api/bounces?all=true", "").statusCode()).isEqualTo(200);
        assertThat(get("/api/bounces").path("total").intValue()).isZero();
    }

    @Test
    void exportsWhatSpreadsheetsCannotBeTrickedBy() throws Exception {
        start();
        post(
                "{\"email\":\"a@example.com\",\"type\":\"soft\",\"source\":\"=cmd|' /C calc'!A0\",\"diagnostic\":\"a \\\"b\\\", c\"}");
        String csv = ask("GET", "/api/bounces/export.csv", "").body();
        assertThat(csv).startsWith("id,type,").contains(",'=cmd|", "\"a \"\"b\"\", c\"");
        HttpResponse<String> lines = ask("GET", "/api/bounces/export.jsonl?type=soft", "");
        assertThat(lines.headers().firstValue("Content-Disposition"))
                .hasValueSatisfying(value -> assertThat(value).contains("bounces.jsonl"));
        String line = lines.body().strip();
        assertThat(json.readTree(line).path("email").textValue()).isEqualTo("a@example.com");
        post(line); // what is exported can be posted back
        assertThat(ask("GET", "/api/bounces/export.jsonl?type=hard", "").body()).isEmpty();
    }

    @Test
    void suppressionsAreListedExplainedAndReleased() throws Exception {
        start("policy.soft.attempts", "1", "policy.soft.action", "unsubscribe", "policy.hard.action", "none");
        post(bounce(1, "soft", "api"));
        post(bounce(2, "hard", "api"));
        assertThat(get("/api/suppressions").path("results").findValuesAsText("email"))
                .containsExactly("user1@example.com");
        assertThat(get("/api/suppressions?email=user1@example.com")
                        .path("results")
                        .path(0)
                        .path("action")
                        .textValue())
                .isEqualTo("UNSUBSCRIBE");
        assertThat(ask("GET", "/api/suppressions/export.csv", "").body()).contains("user1@example.com");
        assertThat(ask("GET", "/api/suppressions/export.jsonl", "").body()).contains("user1@example.com");
        JsonNode why = get("/api/suppressions/explain?email=user1@example.com");
        assertThat(why.path("suppressed").booleanValue()).isTrue();
        assertThat(why.path("words").textValue()).contains("user1@example.com is suppressed");
        String release = "{\"email\":\"user1@example.com\",\"cause\":\"called support\"}";
        assertThat(send(
                                "POST",
                                "/api/suppressions/release",
                                release,
                                "Authorization",
                                BASIC,
                                "Sec-Fetch-Site",
                                "cross-site")
                        .statusCode())
                .isEqualTo(403);
        assertThat(ask("POST", "/api/suppressions/release", "{\"email\":\"user1@example.com\"}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(ask("POST", "/api/suppressions/release", release).body()).isEqualTo("{\"data\":true}");
        assertThat(ask("POST", "/api/suppressions/release", release).body()).isEqualTo("{\"data\":false}");
        assertThat(get("/api/suppressions").path("results")).isEmpty();
        assertThat(get("/api/suppressions/explain?email=user1@example.com")
                        .path("words")
                        .textValue())
                .contains("called support");
    }

    @Test
    void nothingIsShownWithoutCredentials() throws Exception {
        start();
        for (String path : List.of(
                "/",
                "/page.js",
                "/page.css",
                "/page.svg",
                "/uplot.js",
                "/uplot.css",
                "/api/bounces",
                "/api/bounces/x",
                "/api/bounces/export.csv",
                "/api/suppressions",
                "/api/suppressions/explain",
                "/api/stats",
                "/metrics")) {
            assertThat(send("GET", path, "").statusCode()).isEqualTo(401);
            assertThat(send("DELETE", path, "", "Authorization", "Basic " + "dXNlcm5hbWU6d3Jvbmc=")
                            .statusCode())
                    .isEqualTo(401);
            assertThat(send("GET", path, "").headers().firstValue("WWW-Authenticate"))
                    .isPresent();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Sec-Fetch-Site, cross-site",
        "Sec-Fetch-Site, same-site",
        "Origin, http://evil.example",
        "Origin, null",
        "Origin, http://127.0.0.1:1"
    })
    void anotherSiteCannotUseTheCredentialsOfABrowser(String header, String value) throws Exception {
        start();
        post(bounce(1, "hard", "api"));
        for (String request :
                List.of("POST /webhooks/bounce", "DELETE /api/bounces?all=true", "POST /api/suppressions/release")) {
            String[] parts = request.split(" ", -1);
            HttpResponse<String> response =
                    send(parts[0], parts[1], bounce(2, "hard", "api"), "Authorization", BASIC, header, value);
            assertThat(response.statusCode()).as(request).isEqualTo(403);
        }
        assertThat(get("/api/bounces").path("total").intValue()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"Sec-Fetch-Site, same-origin", "Sec-Fetch-Site, none", "Origin, "})
    void ownPageMayUseTheCredentialsOfABrowser(String header, String value) throws Exception {
        start();
        String given = value == null ? server.address() : value;
        assertThat(send("DELETE", "/api/bounces?all=true", "", "Authorization", BASIC, header, given)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void pageRunsNothingButItsOwnFiles() throws Exception {
        start();
        HttpResponse<String> page = ask("GET", "/", "");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "script-src 'self'")
                .doesNotContain("unsafe");
        assertThat(page.body()).doesNotContain("http:", "https:", " style=", " on");
        assertThat(ask("GET", "/page.js", "").body()).doesNotContain("innerHTML", "insertAdjacent", "eval(");
    }

    @Test
    void statisticsHealthAndMetricsTellWhatCameIn() throws Exception {
        start();
        post(bounce(1, "hard", "api"));
        ask("POST", "/webhooks/bounce", "{");
        JsonNode stats = get("/api/stats?days=3");
        assertThat(stats.path("days")).hasSize(3);
        assertThat(stats.path("days").path(2).path("hard").intValue()).isEqualTo(1);
        assertThat(stats.path("domains").path(0).path("name").textValue()).isEqualTo("example.com");
        assertThat(send("GET", "/health", "").body()).isEqualTo("{\"data\":true}");
        assertThat(ask("GET", "/metrics", "").body())
                .contains(
                        "bounce_webhook_requests_total{endpoint=\"json\",status=\"200\"} 1\n",
                        "bounce_webhook_requests_total{endpoint=\"json\",status=\"400\"} 1\n",
                        "bounce_events_total{channel=\"json\",type=\"hard\"} 1\n",
                        "# TYPE bounce_store_up gauge\nbounce_store_up 1\n");
    }

    @Test
    void providersPostBesideTheGenericWebhook() throws Exception {
        SnsSigner sns = SnsSigner.create();
        SendGridSigner sendGrid = SendGridSigner.create();
        HttpServer certificates = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        certificates.createContext("/", exchange -> {
            byte[] pem = sns.certificatePem().getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, pem.length);
            exchange.getResponseBody().write(pem);
            exchange.close();
        });
        certificates.start();
        try {
            String endpoint = "http://127.0.0.1:" + certificates.getAddress().getPort();
            start(
                    "ses.enabled",
                    "true",
                    "ses.topics",
                    TOPIC,
                    "ses.insecure-endpoint",
                    endpoint,
                    "sendgrid.enabled",
                    "true",
                    "sendgrid.keys",
                    sendGrid.publicKey());
            SignedRequest complaint = sns.notification(TOPIC, SesPayloads.complaint("jane@example.com"))
                    .endpoint(endpoint)
                    .sign();
            assertThat(status("/webhooks/service/ses", complaint)).isEqualTo(200);
            SignedRequest batch = sendGrid.sign(
                    "[{\"event\":\"bounce\",\"type\":\"bounce\",\"email\":\"joe@example.com\",\"sg_event_id\":\"e1\"}]");
            assertThat(status("/webhooks/service/sendgrid", batch)).isEqualTo(200);
            assertThat(send("POST", "/webhooks/service/ses", "{}").statusCode()).isEqualTo(400);
            assertThat(send("POST", "/webhooks/service/sendgrid", "[]").statusCode())
                    .isEqualTo(403);
            assertThat(get("/api/bounces").path("results").findValuesAsText("source"))
                    .containsExactlyInAnyOrder("ses", "sendgrid");
        } finally {
            certificates.stop(0);
        }
    }

    private int status(String path, SignedRequest signed) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.address() + path))
                .POST(HttpRequest.BodyPublishers.ofByteArray(signed.body()));
        signed.headers().forEach((name, value) -> {
            if (!SET_BY_CLIENT.contains(name.toLowerCase(Locale.ROOT))) {
                request.header(name, value);
            }
        });
        return client.send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @ParameterizedTest
    @CsvSource({"bounce.enabled", "webhooks.enabled"})
    void whatIsSwitchedOffIsNotThere(String setting) throws Exception {
        start(setting, "false");
        for (String path : List.of("/webhooks/bounce", "/webhooks/service/ses", "/webhooks/service/sendgrid")) {
            assertThat(ask("POST", path, DOCUMENTED).statusCode()).as(path).isEqualTo(404);
        }
        assertThat(get("/api/bounces").path("total").intValue()).isZero();
    }

    @Test
    void forwardsToAnotherEndpoint() throws Exception {
        start();
        BounceEvent event = BounceEvent.builder(
                        "mail.1.x",
                        BounceType.HARD,
                        "pop3",
                        EmailAddress.of("jane@example.com"),
                        Instant.parse("2026-03-01T12:00:00Z"))
                .diagnostic("550 5.1.1 no such user")
                .build();
        URI endpoint = URI.create(server.address() + "/webhooks/bounce");
        HttpBounceSink sink = HttpBounceSink.of(client, endpoint, "username", "password");
        sink.accept(List.of(event));
        sink.accept(List.of(event));
        sink.documentedFieldsOnly().accept(List.of(event.toBuilder().build()));
        List<String> diagnostics = get("/api/bounces").path("results").findValuesAsText("diagnostic");
        assertThat(diagnostics).containsExactly("550 5.1.1 no such user");
        HttpBounceSink stranger = HttpBounceSink.of(client, endpoint, "username", "wrong");
        assertThatThrownBy(() -> stranger.accept(List.of(event))).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void wrongMethodsAndPathsAreRefused() throws Exception {
        start();
        HttpResponse<String> get = ask("GET", "/webhooks/bounce", "");
        assertThat(get.statusCode()).isEqualTo(405);
        assertThat(get.headers().firstValue("Allow")).contains("POST");
        assertThat(ask("PUT", "/api/bounces", "").statusCode()).isEqualTo(405);
        assertThat(ask("DELETE", "/api/suppressions", "").statusCode()).isEqualTo(405);
        assertThat(ask("POST", "/health", "").statusCode()).isEqualTo(405);
        for (String path : List.of("/nope", "/webhooks", "/webhooks/bounce/more", "/page.html", "/api", "/<script>")) {
            HttpResponse<String> response =
                    send("POST", path.replace("<", "%3C").replace(">", "%3E"), "");
            assertThat(response.statusCode()).as(path).isEqualTo(404);
            assertThat(response.body()).isEqualTo("{\"message\":\"Not Found\"}");
        }
    }

    @Test
    void hugeBodiesAreRefused() throws Exception {
        start();
        assertThat(ask("POST", "/webhooks/bounce", "x".repeat(1024 * 1024 + 1)).statusCode())
                .isEqualTo(413);
        assertThat(get("/api/bounces").path("total").intValue()).isZero();
    }

    @Test
    void brokenRequestsAreRefusedAndStoreNothing() throws Exception {
        start();
        for (String request : List.of(
                "POST /webhooks/bounce HTTP/1.1\r\nHost: x\r\nAUTH\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n",
                "POST /webhooks/bounce HTTP/1.1\r\nHost: x\r\nAUTH\r\nContent-Length: -5\r\n\r\n{}",
                "POST /webhooks/bounce HTTP/1.1\r\nHost: x\r\nAUTH\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}}",
                "POST /webhooks/bounce HTTP/1.1\r\nHost: x\r\nAUTH\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
                "GET /api/bounces/..;/bounces HTTP/1.1\r\nHost: x\r\nAUTH\r\n\r\n",
                "GET /%00 HTTP/1.1\r\nHost: x\r\nAUTH\r\n\r\n",
                "\0\0\0\0\r\n\r\n",
                "GET / HTTP/9.9\r\n\r\n")) {
            try (Socket socket = socket()) {
                write(socket, request.replace("AUTH", "Authorization: " + BASIC));
                socket.shutdownOutput();
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(answer).matches("(?s)HTTP/1\\.1 (400|501|505|503) .*");
            }
            assertThat(get("/api/bounces").path("total").intValue()).isZero();
        }
    }

    @Test
    void slowClientsAreSentAway() throws Exception {
        start("timeout", "1");
        Map<String, String> beginnings = new HashMap<>();
        beginnings.put("head", "POST /webhooks/bounce HTTP/1.1\r\nHost: x\r\nX-Slow: ");
        beginnings.put(
                "body",
                "POST /webhooks/bounce HTTP/1.1\r\nHost: x\r\nAuthorization: " + BASIC
                        + "\r\nContent-Length: 500\r\n\r\n{");
        for (Map.Entry<String, String> beginning : beginnings.entrySet()) {
            try (Socket socket = socket()) {
                write(socket, beginning.getValue());
                CompletableFuture<byte[]> answer = CompletableFuture.supplyAsync(() -> {
                    try {
                        return socket.getInputStream().readAllBytes();
                    } catch (IOException e) {
                        return new byte[0];
                    }
                });
                long start = System.nanoTime();
                while (!answer.isDone() && System.nanoTime() - start < TimeUnit.SECONDS.toNanos(20)) {
                    try {
                        write(socket, " ");
                    } catch (SocketException e) {
                        break;
                    }
                    TimeUnit.MILLISECONDS.sleep(200); // the client is slow
                }
                assertThat(answer.get(5, TimeUnit.SECONDS))
                        .asString()
                        .as(beginning.getKey())
                        .doesNotContain(" 200 ");
                assertThat(System.nanoTime() - start).as(beginning.getKey()).isLessThan(TimeUnit.SECONDS.toNanos(15));
            }
        }
        post(DOCUMENTED);
    }

    @Test
    void requestsUnderWayFinishWhenTheServerIsStopped() throws Exception {
        start();
        try (Socket socket = socket()) {
            byte[] body = DOCUMENTED.getBytes(StandardCharsets.UTF_8);
            write(
                    socket,
                    "POST /webhooks/bounce HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\nAuthorization: "
                            + BASIC + "\r\nContent-Length: " + body.length + "\r\n\r\n");
            InputStream in = socket.getInputStream();
            assertThat(new String(in.readNBytes(25), StandardCharsets.US_ASCII)).startsWith("HTTP/1.1 100");
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> {
                try {
                    server.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            while (takesConnections()) {
                Thread.onSpinWait();
            }
            assertThat(stopped).isNotDone();
            write(socket, DOCUMENTED);
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).contains(" 200 ", "{\"data\":true}");
            stopped.get(20, TimeUnit.SECONDS);
        }
        JdbcConnectionPool pool = JdbcConnectionPool.create(database, "", "");
        assertThat(JdbcBounceStore.builder(pool).build().count()).isEqualTo(1);
        pool.dispose();
    }

    /** As H2 does by itself when it cannot write: the disk is full. */
    @Test
    void databaseThatWasClosedIsOpenedAgain(@TempDir Path folder) throws Exception {
        String url = "jdbc:h2:" + folder.resolve("bounces") + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE";
        start("store.url", url, "store.connections", "2");
        post(bounce(1, "hard", "api"));
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("SHUTDOWN IMMEDIATELY");
        }
        int failed = 0;
        while (ask("POST", "/webhooks/bounce", bounce(2, "hard", "api")).statusCode() == 503) {
            assertThat(++failed).as("a failure for each connection").isLessThanOrEqualTo(2);
        }
        assertThat(get("/api/bounces").path("total").longValue()).isEqualTo(2);
    }

    private boolean takesConnections() {
        try (Socket probe = socket()) {
            return probe.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private Socket socket() throws IOException {
        return new Socket(address.getHost(), address.getPort());
    }

    private static void write(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
