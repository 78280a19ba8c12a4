package org.bounce4j.examples.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Set;
import org.bounce4j.BounceSink;
import org.bounce4j.examples.BounceServlet;
import org.bounce4j.sendgrid.SendGridWebhook;
import org.bounce4j.ses.SesWebhook;
import org.bounce4j.ses.SnsVerifier;
import org.bounce4j.ses.Topics;
import org.bounce4j.webhook.BounceWebhook;
import org.bounce4j.webhook.JsonWebhook;
import org.bounce4j.webhook.WebhookAuth;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** An application as it might be yours: Jetty with three servlets. */
final class DemoHost implements AutoCloseable {
    static final String JSON = "/webhooks/bounce";
    static final String SES = "/webhooks/service/ses";
    static final String SENDGRID = "/webhooks/service/sendgrid";
    static final String USER = "username";
    static final String PASSWORD = "password";

    private static final Set<String> SET_BY_CLIENT = Set.of("connection", "content-length", "host");

    private final Server server = new Server();
    private final HttpClient client = HttpClient.newHttpClient();
    private final int port;

    DemoHost(BounceSink sink, FakeSns sns, String sendGridKey) throws Exception {
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/");
        add(context, JSON, JsonWebhook.of(WebhookAuth.basic(USER, PASSWORD), sink));
        SnsVerifier verifier = SnsVerifier.builder(Topics.of(FakeSns.TOPIC))
                // SNS is played by a server of our own; in earnest leave this line out
                .insecureEndpoint(sns.uri())
                .build();
        add(context, SES, SesWebhook.builder(verifier, sink).build());
        add(context, SENDGRID, SendGridWebhook.of(sendGridKey, sink));
        server.setHandler(context);
        server.start();
        port = connector.getLocalPort();
    }

    private static void add(ServletContextHandler context, String path, BounceWebhook webhook) {
        context.addServlet(new ServletHolder(new BounceServlet(webhook)), path);
    }

    String address() {
        return "http://127.0.0.1:" + port;
    }

    /** Posts a request as the provider would, and returns the status of the answer. */
    int post(String path, byte[] body, Map<String, String> headers) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(address() + path)).POST(HttpRequest.BodyPublishers.ofByteArray(body));
        headers.forEach((name, value) -> {
            if (!SET_BY_CLIENT.contains(name)) {
                request.header(name, value);
            }
        });
        return client.send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @Override
    public void close() throws IOException {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IOException("Cannot stop the server", e);
        }
    }
}
