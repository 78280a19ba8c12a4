package org.bounce4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.bounce4j.BounceEvent;
import org.bounce4j.sendgrid.SendGridVerifier;
import org.bounce4j.sendgrid.SendGridWebhook;
import org.bounce4j.ses.SesWebhook;
import org.bounce4j.ses.SnsVerifier;
import org.bounce4j.ses.Topics;
import org.bounce4j.testkit.SendGridPayloads;
import org.bounce4j.testkit.SendGridSigner;
import org.bounce4j.testkit.SesPayloads;
import org.bounce4j.testkit.SignedRequest;
import org.bounce4j.testkit.SnsSigner;
import org.bounce4j.webhook.BounceWebhook;
import org.bounce4j.webhook.WebhookResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Captures requests with the lines that the pages show, and gives the files to {@code ./bounce verify}. */
@Timeout(60)
class CaptureTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final String TOPIC = "arn:aws:sns:eu-west-1:123456789012:bounces";

    private final List<BounceEvent> seen = new CopyOnWriteArrayList<>();

    @TempDir
    private Path folder;

    @FunctionalInterface
    private interface Handler {
        WebhookResponse handle(HttpExchange exchange) throws IOException;
    }

    private WebhookResponse sendGrid(HttpExchange exchange, BounceWebhook webhook) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(webhook.maxBodyBytes() + 1);
        Path file = Files.write(Files.createTempFile(folder, "sendgrid-", ".json"), body);
        for (String name : List.of(SendGridVerifier.SIGNATURE_HEADER, SendGridVerifier.TIMESTAMP_HEADER)) {
            Files.writeString(
                    Path.of(file + "." + name),
                    String.valueOf(exchange.getRequestHeaders().getFirst(name)));
        }
        WebhookResponse response = webhook.handle(body, exchange.getRequestHeaders()::getFirst);
        return response;
    }

    private WebhookResponse ses(HttpExchange exchange, BounceWebhook webhook) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(webhook.maxBodyBytes() + 1);
        Files.write(Files.createTempFile(folder, "sns-", ".json"), body);
        WebhookResponse response = webhook.handle(body, exchange.getRequestHeaders()::getFirst);
        return response;
    }

    private static int post(SignedRequest signed, Handler handler) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(handler.handle(exchange).status(), -1);
            }
        });
        server.start();
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + server.getAddress().getPort()))
                    .POST(HttpRequest.BodyPublishers.ofByteArray(signed.body()));
            signed.headers().forEach(request::header);
            return HttpClient.newHttpClient()
                    .send(request.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } finally {
            server.stop(0);
        }
    }

    private Path captured(String end) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> found =
                    files.filter(file -> file.toString().endsWith(end)).toList();
            assertThat(found).hasSize(1);
            return found.get(0);
        }
    }

    private static int verify(String... arguments) {
        return Bounce.commandLine().execute(arguments);
    }

    @Test
    void verifiesWhatWasCapturedOfSendGrid() throws Exception {
        SendGridSigner signer = SendGridSigner.create();
        BounceWebhook webhook = SendGridWebhook.of(signer.publicKey(), seen::addAll);
        SignedRequest signed = signer.sign(SendGridPayloads.bounce("jane@example.com", null, "550 5.1.1 ü €"));
        assertThat(post(signed, exchange -> sendGrid(exchange, webhook))).isEqualTo(200);
        assertThat(seen).hasSize(1);

        String body = captured(".json").toString();
        String signature = Files.readString(Path.of(body + "." + SendGridVerifier.SIGNATURE_HEADER));
        String timestamp = Files.readString(Path.of(body + "." + SendGridVerifier.TIMESTAMP_HEADER));
        assertThat(verify(
                        "verify",
                        "sendgrid",
                        "--key",
                        signer.publicKey(),
                        "--signature",
                        signature,
                        "--timestamp",
                        timestamp,
                        body))
                .isZero();
        Files.writeString(Path.of(body), Files.readString(Path.of(body)).strip());
        assertThat(verify(
                        "verify",
                        "sendgrid",
                        "--key",
                        signer.publicKey(),
                        "--signature",
                        signature,
                        "--timestamp",
                        timestamp,
                        body))
                .isEqualTo(1);
    }

    @Test
    void verifiesWhatWasCapturedOfSns() throws Exception {
        SnsSigner signer = SnsSigner.create();
        BounceWebhook webhook = SesWebhook.builder(
                        SnsVerifier.builder(Topics.of(TOPIC))
                                .certificates(url -> signer.certificate())
                                .build(),
                        seen::addAll)
                .build();
        SignedRequest signed = signer.notification(TOPIC, SesPayloads.complaint("jane@example.com"))
                .sign();
        assertThat(post(signed, exchange -> ses(exchange, webhook))).isEqualTo(200);
        assertThat(seen).hasSize(1);

        Path certificates = Files.createDirectory(folder.resolve("certs"));
        Files.write(certificates.resolve(signer.certificateName()), signer.certificate());
        assertThat(verify(
                        "verify",
                        "ses",
                        "--topic",
                        TOPIC,
                        "--certs",
                        certificates.toString(),
                        "--at",
                        "message",
                        captured(".json").toString()))
                .isZero();
    }

    @Test
    void runsWhatThePagesShow() throws IOException {
        String source = Files.readString(Path.of("src/test/java/org/bounce4j/examples/CaptureTest.java"))
                .replaceAll("\\s", "");
        for (String name : List.of("ses", "sendgrid")) {
            String page = Files.readString(ROOT.resolve("docs/" + name + ".md"));
            String section = page.substring(page.indexOf("### Capture what arrived"), page.indexOf("## Steps, if"));
            String[] parts = section.split("```java\n", -1);
            assertThat(parts).as(name).hasSize(2);
            assertThat(source)
                    .contains(parts[1].substring(0, parts[1].indexOf("```")).replaceAll("\\s", ""));
        }
    }
}
