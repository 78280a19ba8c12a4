package org.bounce4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.bounce4j.BounceEvent;
import org.bounce4j.EmailAddress;
import org.bounce4j.Trust;
import org.bounce4j.webhook.BounceWebhook;
import org.bounce4j.webhook.JsonWebhook;
import org.bounce4j.webhook.WebhookAuth;
import org.bounce4j.webhook.WebhookResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Makes a secret and signs a post as docs/json.md says, with a shell. */
class DocumentedSignatureTest {
    private static final Path PAGE = Path.of("").toAbsolutePath().resolveSibling("docs/json.md");

    private final List<BounceEvent> seen = new CopyOnWriteArrayList<>();

    private static String between(String text, String start, String end) {
        assertThat(text.split(Pattern.quote(start), -1)).as(start).hasSize(2);
        String rest = text.substring(text.indexOf(start) + start.length());
        return rest.substring(0, rest.indexOf(end));
    }

    private static String run(String script, Map<String, String> environment) throws Exception {
        ProcessBuilder shell = new ProcessBuilder("sh", "-euc", script).redirectErrorStream(true);
        shell.environment().putAll(environment);
        Process process = shell.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(script + output).isZero();
        return output;
    }

    private static boolean isThere(String program, String version) throws InterruptedException {
        try {
            return new ProcessBuilder(program, version)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private HttpServer serve(String secret) throws IOException {
        BounceWebhook webhook = JsonWebhook.of(WebhookAuth.hmac(secret), seen::addAll);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/webhooks/bounce", exchange -> {
            try (exchange) {
                WebhookResponse response =
                        webhook.handle(exchange.getRequestBody(), exchange.getRequestHeaders()::getFirst);
                byte[] answer = response.body();
                exchange.sendResponseHeaders(response.status(), answer.length == 0 ? -1 : answer.length);
                exchange.getResponseBody().write(answer);
            }
        });
        server.start();
        return server;
    }

    @Test
    @Timeout(60)
    void aWebhookTakesWhatThePageSignsAndNothingElse() throws Exception {
        assumeTrue(
                isThere("openssl", "version") && isThere("curl", "--version"),
                "openssl or curl is not installed: the signed post of the page is not run");
        String page = Files.readString(PAGE);
        String secret =
                run(between(page, "for both sides:\n\n```\n", "```"), Map.of()).strip();
        assertThat(secret).startsWith("whsec_");
        HttpServer server = serve(secret);
        try {
            String script = between(page, "```sh\n", "```")
                    .replace(
                            "localhost:9000", "127.0.0.1:" + server.getAddress().getPort())
                    .replace("curl ", "curl -sS --noproxy '*' ");
            assertThat(run(script, Map.of("BOUNCE_SECRET", secret))).isEqualTo("{\"data\":true}");
            assertThat(seen)
                    .extracting(event -> event.recipient().orElseThrow())
                    .containsExactly(EmailAddress.of("user1@mail.com"));
            assertThat(seen).extracting(BounceEvent::trust).containsExactly(Trust.AUTHENTICATED);
            String changed = script.replace("--data-binary \"$body\"", "--data-binary '{}'");
            assertThat(changed).isNotEqualTo(script);
            assertThat(run(changed, Map.of("BOUNCE_SECRET", secret))).contains("not signed as expected");
            assertThat(run(script, Map.of("BOUNCE_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")))
                    .contains("not signed as expected");
            assertThat(seen).hasSize(1);
        } finally {
            server.stop(0);
        }
    }
}
