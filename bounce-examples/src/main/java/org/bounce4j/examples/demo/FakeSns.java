package org.bounce4j.examples.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.bounce4j.testkit.SnsSigner;

/** Plays Amazon SNS: serves the signing certificate and takes confirmations. */
final class FakeSns implements AutoCloseable {
    static final String TOPIC = "arn:aws:sns:eu-west-1:123456789012:bounces";

    private final SnsSigner signer = SnsSigner.create();
    private final AtomicInteger confirmations = new AtomicInteger();
    private final HttpServer server;

    FakeSns() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        boolean certificate = exchange.getRequestURI().getPath().endsWith(".pem");
        if (!certificate) {
            confirmations.incrementAndGet();
        }
        byte[] body = (certificate ? signer.certificatePem() : "<ConfirmSubscriptionResponse/>")
                .getBytes(StandardCharsets.US_ASCII);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    SnsSigner signer() {
        return signer;
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    URI uri() {
        return URI.create(endpoint());
    }

    int confirmations() {
        return confirmations.get();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
