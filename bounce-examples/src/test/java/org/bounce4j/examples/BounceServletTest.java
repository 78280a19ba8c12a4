package org.bounce4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bounce4j.BounceEvent;
import org.bounce4j.webhook.JsonWebhook;
import org.bounce4j.webhook.WebhookAuth;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BounceServletTest {
    private static final String BODY = "{\"email\":\"jane@example.com\",\"type\":\"hard\",\"source\":\"api\"}";
    private static final String BASIC = "dXNlcm5hbWU6cGFzc3dvcmQ="; // username:password

    private final List<BounceEvent> seen = new CopyOnWriteArrayList<>();
    private final Server server = new Server(0);

    @BeforeEach
    void start() throws Exception {
        ServletContextHandler context = new ServletContextHandler("/");
        context.addServlet(
                new ServletHolder(
                        new BounceServlet(JsonWebhook.of(WebhookAuth.basic("username", "password"), seen::addAll))),
                "/webhooks/bounce");
        server.setHandler(context);
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    private String answer(String method, String protocol) throws IOException {
        int port = ((ServerConnector) server.getConnectors()[0]).getLocalPort();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream()
                    .write((method + " /webhooks/bounce " + protocol + "\r\nHost: x\r\nConnection: close\r\n"
                                    + "Authorization: Basic " + BASIC + "\r\nContent-Length: " + BODY.length()
                                    + "\r\n\r\n" + BODY)
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void passesOnWhatIsPosted() throws IOException {
        assertThat(answer("POST", "HTTP/1.1")).startsWith("HTTP/1.1 200 ").endsWith("{\"data\":true}");
        assertThat(seen).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, HTTP/1.1",
        "GET, HTTP/1.0",
        "HEAD, HTTP/1.1",
        "PUT, HTTP/1.0",
        "OPTIONS, HTTP/1.1",
        "TRACE, HTTP/1.1"
    })
    void namesTheOneMethodThatItTakes(String method, String protocol) throws IOException {
        assertThat(answer(method, protocol))
                .matches("(?s)HTTP/1\\.[01] 405 .*")
                .contains("\r\nAllow: POST\r\n")
                .doesNotContain(BASIC);
        assertThat(seen).isEmpty();
    }
}
