package org.bounce4j.examples.frameworks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.bounce4j.BounceEvent;
import org.bounce4j.UnavailableException;
import org.bounce4j.sendgrid.SendGridWebhook;
import org.bounce4j.testkit.SendGridSigner;
import org.bounce4j.testkit.SignedRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Posts signed batches over HTTP to what the pages show for each framework: a signature tells whether every byte arrives. */
@Timeout(60)
class FrameworksTest {
    private static final String BODY =
            "[{\"event\":\"bounce\",\"type\":\"bounce\",\"email\":\"jane@example.com\",\"sg_event_id\":\"e1\","
                    + " \"reason\":\"550 5.1.1 a=b&c=%2B+ü €\ud83c\udf4c\"},\r\n{\"event\":\"open\"}]\r\n";
    private static final Set<String> SET_BY_CLIENT = Set.of("connection", "content-length", "content-type", "host");
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    private final SendGridSigner signer = SendGridSigner.create();
    private final List<BounceEvent> seen = new CopyOnWriteArrayList<>();

    static Stream<Arguments> hosts() {
        return Stream.of(
                Arguments.of("servlet", (Host.Start) ServletHost::start),
                Arguments.of("Spring MVC", (Host.Start) SpringHost::start),
                Arguments.of("JAX-RS", (Host.Start) JaxRsHost::start),
                Arguments.of("Javalin", (Host.Start) JavalinHost::start),
                Arguments.of("JDK", (Host.Start) JdkServerHost::start))
                .toList()
                .stream();
    }

    private static HttpResponse<String> send(Host host, SignedRequest signed, byte[] body, String type)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + host.port() + "/webhooks/service/sendgrid"))
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        signed.headers().forEach((name, value) -> {
            if (!SET_BY_CLIENT.contains(name.toLowerCase(Locale.ROOT))) {
                request.header(name, value);
            }
        });
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hosts")
    void handsOverTheBytesThatWereSigned(String name, Host.Start start) throws Exception {
        try (Host host = start.start(SendGridWebhook.of(signer.publicKey(), seen::addAll))) {
            for (String type : List.of(
                    "application/json",
                    "application/json; charset=ISO-8859-1",
                    "text/plain; charset=UTF-8",
                    "application/x-www-form-urlencoded")) {
                SignedRequest signed = signer.sign(BODY);
                assertThat(send(host, signed, signed.body(), type).statusCode())
                        .as(type)
                        .isEqualTo(200);
            }
        }
        assertThat(seen)
                .hasSize(4)
                .extracting(event -> event.diagnostic().orElse(""))
                .allMatch(text -> text.contains("a=b&c=%2B+ü €\ud83c\udf4c"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hosts")
    void refusesAForgery(String name, Host.Start start) throws Exception {
        SignedRequest signed = signer.sign(BODY);
        byte[] forged = BODY.replace("jane", "joan").getBytes(StandardCharsets.UTF_8);
        try (Host host = start.start(SendGridWebhook.of(signer.publicKey(), seen::addAll))) {
            assertThat(send(host, signed, forged, "application/json").statusCode())
                    .isEqualTo(403);
            // as proxies and eager code change it
            assertThat(send(host, signed, BODY.strip().getBytes(StandardCharsets.UTF_8), "application/json")
                            .statusCode())
                    .isEqualTo(403);
        }
        assertThat(seen).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hosts")
    void passesOnHeadersAndStatusOfTheAnswer(String name, Host.Start start) throws Exception {
        SignedRequest signed = signer.sign(BODY);
        try (Host host = start.start(SendGridWebhook.of(signer.publicKey(), events -> {
            throw new UnavailableException("the database is gone");
        }))) {
            HttpResponse<String> answer = send(host, signed, signed.body(), "application/json");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hosts")
    void answersOthersWhileAClientIsSlow(String name, Host.Start start) throws Exception {
        SignedRequest signed = signer.sign(BODY);
        try (Host host = start.start(SendGridWebhook.of(signer.publicKey(), seen::addAll));
                Socket slow = new Socket(InetAddress.getLoopbackAddress(), host.port())) {
            slow.getOutputStream()
                    .write("POST /webhooks/service/sendgrid HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n[{\""
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(send(host, signed, signed.body(), "application/json").statusCode())
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hosts")
    void routesNothingButPosts(String name, Host.Start start) throws Exception {
        try (Host host = start.start(SendGridWebhook.of(signer.publicKey(), seen::addAll))) {
            HttpRequest get = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + host.port() + "/webhooks/service/sendgrid"))
                    .build();
            assertThat(HttpClient.newHttpClient()
                            .send(get, HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .isIn(404, 405);
        }
    }

    /** Each example of the page is code of the hosts that run here. */
    @Test
    void runsWhatThePageShows() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/sendgrid.md"));
        String section = page.substring(page.indexOf("## The raw body"), page.indexOf("## When a signature fails"));
        StringBuilder sources = new StringBuilder();
        try (Stream<Path> files = Files.list(
                Path.of("src/test/java/org/bounce4j/examples/frameworks").toAbsolutePath())) {
            for (Path file : files.toList()) {
                sources.append(squeezed(Files.readString(file)));
            }
        }
        List<String> examples = Stream.of(section.split("```", -1))
                .filter(part -> part.startsWith("java\n"))
                .map(part -> part.substring(5).replaceAll("(?m)^import .*$", ""))
                .toList();
        assertThat(examples).hasSize(4);
        assertThat(section.split("```", -1)).hasSize(9);
        for (String example : examples) {
            assertThat(sources).contains(squeezed(example));
        }
        assertThat(section).contains("`answer` of [the whole project](first-project.md)");
        String project = Files.readString(ROOT.resolve("docs/first-project.md"));
        assertThat(sources)
                .contains(squeezed(project.substring(
                        project.indexOf("    private static void answer("), project.indexOf("\n}\n```"))));
    }

    /** Without white space, and without the modifiers that a class needs only where it stands inside of another. */
    private static String squeezed(String code) {
        return code.replace(" static class ", " class ")
                .replace("static class ", "class ")
                .replaceAll("\\s", "");
    }
}
