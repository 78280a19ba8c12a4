package org.bounce4j.examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
import org.bounce4j.webhook.BounceWebhook;
import org.bounce4j.webhook.WebhookResponse;

/** A host on the JDK's own HTTP server: no dependency at all. */
public final class JdkHost {
    private JdkHost() {}

    /** Starts a server that answers one webhook. */
    public static HttpServer start(InetSocketAddress address, String path, BounceWebhook webhook) throws IOException {
        HttpServer server = HttpServer.create(address, 0);
        server.createContext(path, exchange -> answer(exchange, webhook));
        server.setExecutor(Executors.newFixedThreadPool(16, JdkHost::daemon));
        server.start();
        return server;
    }

    /** Ends with the process, which the host stops. */
    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "webhook");
        thread.setDaemon(true);
        return thread;
    }

    private static void answer(HttpExchange exchange, BounceWebhook webhook) throws IOException {
        try (exchange) {
            // the server asks for the beginning of a path only
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
}
