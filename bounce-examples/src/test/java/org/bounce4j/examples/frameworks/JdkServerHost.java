package org.bounce4j.examples.frameworks;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.bounce4j.webhook.BounceWebhook;
import org.bounce4j.webhook.WebhookResponse;

/** What docs/first-project.md shows, with another path. */
final class JdkServerHost implements Host {
    private final ExecutorService threads = Executors.newFixedThreadPool(16);
    private final HttpServer server;

    private JdkServerHost(BounceWebhook webhook) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/webhooks/service/sendgrid", exchange -> answer(exchange, webhook));
        server.setExecutor(threads);
        server.start();
    }

    static Host start(BounceWebhook webhook) throws IOException {
        return new JdkServerHost(webhook);
    }

    private static void answer(HttpExchange exchange, BounceWebhook webhook) throws IOException {
        try (exchange) {
            // the JDK's server also takes /webhooks/bounce/other and /webhooks/bouncer to be of this context
            if (!exchange.getHttpContext()
                    .getPath()
                    .equals(exchange.getRequestURI().getPath())) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            if (!exchange.getRequestMethod().equals("POST")) {
                exchange.getResponseHeaders().set("Allow", "POST");
                exchange.sendResponseHeaders(405, -1);
                return;
            }
            WebhookResponse response =
                    webhook.handle(exchange.getRequestBody(), exchange.getRequestHeaders()::getFirst);
            response.headers().forEach(exchange.getResponseHeaders()::set);
            byte[] body = response.body();
            exchange.sendResponseHeaders(response.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
