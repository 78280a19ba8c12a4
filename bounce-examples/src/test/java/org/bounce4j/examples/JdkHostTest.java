package org.bounce4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bounce4j.BounceEvent;
import org.bounce4j.webhook.JsonWebhook;
import org.bounce4j.webhook.WebhookAuth;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JdkHostTest {
    private static final String BODY = "{\"email\":\"jane@example.com\",\"type\":\"hard\",\"source\":\"api\"}";

    private final List<BounceEvent> seen = new CopyOnWriteArrayList<>();
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        server = JdkHost.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                "/webhooks/bounce",
                JsonWebhook.of(WebhookAuth.basic("username", "password"), seen::addAll));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private HttpResponse<String> send(String method, String credentials) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/webhooks/bounce");
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(uri)
                                .header(
                                        "Authorization",
                                        "Basic "
                                                + Base64.getEncoder()
                                                        .encodeToString(credentials.getBytes(StandardCharsets.UTF_8)))
                                .method(method, HttpRequest.BodyPublishers.ofString(BODY))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void answersAsAServletDoes() throws Exception {
        assertThat(send("POST", "username:password").body()).isEqualTo("{\"data\":true}");
        assertThat(seen).hasSize(1);
        HttpResponse<String> refused = send("POST", "username:wrong");
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().firstValue("WWW-Authenticate")).isPresent();
        assertThat(send("PUT", "username:password").statusCode()).isEqualTo(405);
        assertThat(seen).hasSize(1);
    }
}
