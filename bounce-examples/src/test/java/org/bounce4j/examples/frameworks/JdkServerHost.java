package org.bounce4j.examples.frameworks;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.bounce4j.webhook.BounceWebhook;
import org.bounce4j.webhook.WebhookResponse;

final class JdkServerHost implements Host {
    private final HttpServer server;

    private JdkServerHost(HttpServer server) {
        this.server = server;
    }

    static Host start(BounceWebhook webhook) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/webhooks/service/sendgrid", exchange -> {
            try (exchange) {
                WebhookResponse response =
                        webhook.handle(exchange.getRequestBody(), exchange.getRequestHeaders()::getFirst);
                response.headers().forEach(exchange.getResponseHeaders()::set);
                byte[] body = response.body();
                exchange.sendResponseHeaders(response.status(), body.length == 0 ? -1 : body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
        return new JdkServerHost(server);
    }

    @Override
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
