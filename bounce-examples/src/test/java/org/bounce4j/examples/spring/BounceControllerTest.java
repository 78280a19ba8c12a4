package org.bounce4j.examples.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bounce4j.BounceEvent;
import org.bounce4j.sendgrid.SendGridWebhook;
import org.bounce4j.testkit.SendGridSigner;
import org.bounce4j.testkit.SignedRequest;
import org.bounce4j.webhook.BounceWebhook;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.config.annotation.EnableWebMvc;

/** Asks Spring MVC over real HTTP. A signature tells whether every byte of the body arrives as it was sent. */
@Timeout(60)
class BounceControllerTest {
    private static final String BODY =
            "[ {\"event\":\"bounce\",\"type\":\"bounce\",\"email\":\"jane@example.com\",\"sg_event_id\":\"e1\","
                    + " \"reason\":\"550 5.1.1 a=b&c=%2B+ü\"} ]\r\n";
    private static final Set<String> SET_BY_CLIENT = Set.of("connection", "content-length", "content-type", "host");

    private final SendGridSigner signer = SendGridSigner.create();
    private final List<BounceEvent> seen = new CopyOnWriteArrayList<>();
    private final BounceWebhook webhook = SendGridWebhook.of(signer.publicKey(), seen::addAll);
    private Server server;
    private URI uri;

    @EnableWebMvc
    static class Mvc {}

    @BeforeEach
    void start() throws Exception {
        AnnotationConfigWebApplicationContext application = new AnnotationConfigWebApplicationContext();
        application.register(Mvc.class, BounceController.class);
        application.addBeanFactoryPostProcessor(beans -> beans.registerSingleton("webhook", webhook));
        ServletContextHandler context = new ServletContextHandler("/");
        context.addServlet(new ServletHolder(new DispatcherServlet(application)), "/");
        server = new Server(0);
        server.setHandler(context);
        server.start();
        uri = URI.create("http://127.0.0.1:" + ((ServerConnector) server.getConnectors()[0]).getLocalPort()
                + "/webhooks/bounce");
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    private HttpResponse<String> send(SignedRequest signed, byte[] body, String type) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        signed.headers().forEach((name, value) -> {
            if (!SET_BY_CLIENT.contains(name.toLowerCase(Locale.ROOT))) {
                request.header(name, value);
            }
        });
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/plain; charset=UTF-8", "application/x-www-form-urlencoded"})
    void handsOverTheBytesThatWereSigned(String type) throws Exception {
        SignedRequest signed = signer.sign(BODY);
        assertThat(send(signed, signed.body(), type).statusCode()).isEqualTo(200);
        assertThat(seen)
                .extracting(BounceEvent::diagnostic)
                .singleElement()
                .asString()
                .contains("a=b&c=%2B+ü");
    }

    @Test
    void answersWhatTheWebhookAnswers() throws Exception {
        SignedRequest signed = signer.sign(BODY);
        byte[] forged = BODY.replace("jane", "joan").getBytes(StandardCharsets.UTF_8);
        assertThat(send(signed, forged, "application/json").statusCode()).isEqualTo(403);
        // one byte, which is read: of more, a client may still be writing when the server answers and hangs up
        byte[] huge = new byte[webhook.maxBodyBytes() + 1];
        assertThat(send(signed, huge, "application/json").statusCode()).isEqualTo(413);
        HttpResponse<String> get = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(get.statusCode()).isEqualTo(405);
        assertThat(seen).isEmpty();
    }
}
