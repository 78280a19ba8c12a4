package org.bounce4j.examples.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bounce4j.testkit.SendGridSigner;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sends a real server what no honest client sends, byte by byte. */
@Timeout(60)
class HostileClientsTest {
    private static final String EVENT = "{\"email\":\"jane@example.com\",\"type\":\"hard\",\"source\":\"api\"}";
    private static final String HEAD =
            " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: " + RunningServer.BASIC + "\r\n";

    private static RunningServer server;

    @BeforeAll
    static void start() throws IOException {
        server = new RunningServer(
                "timeout",
                "1",
                "sendgrid.enabled",
                "true",
                "sendgrid.keys",
                SendGridSigner.create().publicKey(),
                "ses.enabled",
                "true",
                "ses.topics",
                "arn:aws:sns:eu-west-1:123456789012:bounces");
    }

    @AfterEach
    void nothingWasStored() throws Exception {
        assertThat(server.stored()).isZero();
    }

    @AfterAll
    static void stillServes() throws Exception {
        server.post(EVENT);
        assertThat(server.stored()).isEqualTo(1);
        server.close();
    }

    private static String answer(byte[]... parts) throws IOException {
        try (Socket socket = server.socket()) {
            OutputStream out = socket.getOutputStream();
            try {
                for (byte[] part : parts) {
                    out.write(part);
                }
                out.flush();
            } catch (SocketException e) {
                // it has answered already, and closed
            }
            try {
                return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            } catch (SocketException e) {
                return "reset";
            }
        }
    }

    private static String answer(String request) throws IOException {
        return answer(request.getBytes(StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/webhooks/bounce", "/webhooks/service/ses", "/webhooks/service/sendgrid"})
    void hugeBodiesAreRefusedBeforeTheyHaveCome(String path) throws IOException {
        byte[] head = ("POST " + path + HEAD + "X-Twilio-Email-Event-Webhook-Signature: x\r\n"
                        + "X-Twilio-Email-Event-Webhook-Timestamp: 1\r\nContent-Length: 99999999999\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] some = new byte[16 * 1024 * 1024];
        Arrays.fill(some, (byte) 'x');
        assertThat(answer(head, some)).matches("(?s)(HTTP/1\\.1 413 .*|reset)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/webhooks/bounce", "/webhooks/service/ses", "/webhooks/service/sendgrid"})
    void chunksWithoutAnEndAreRefused(String path) throws IOException {
        byte[] head =
                ("POST " + path + HEAD + "Transfer-Encoding: chunked\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
        byte[] chunk = ("10000\r\n" + "x".repeat(0x10000) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        byte[][] parts = new byte[257][];
        Arrays.fill(parts, chunk);
        parts[0] = head;
        assertThat(answer(parts)).matches("(?s)(HTTP/1\\.1 413 .*|reset)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5\r\nabc\r\n0\r\n\r\n", // longer than it is
                "-1\r\n{}\r\n0\r\n\r\n",
                "FFFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n",
                "2 2\r\n{}\r\n0\r\n\r\n",
                "\r\n\r\n\r\n",
                "2\n{}\n0\n\n",
                "0x2\r\n{}\r\n0\r\n\r\n"
            })
    void badChunksAreRefused(String chunks) throws IOException {
        assertThat(answer("POST /webhooks/bounce" + HEAD + "Transfer-Encoding: chunked\r\n\r\n" + chunks))
                .doesNotContain("HTTP/1.1 2");
    }

    @Test
    void chunkedBodyThatBreaksOffIsNotStored() throws IOException {
        try (Socket socket = server.socket()) {
            socket.getOutputStream()
                    .write(("POST /webhooks/bounce" + HEAD + "Transfer-Encoding: chunked\r\n\r\n"
                                    + Integer.toHexString(EVENT.length()) + "\r\n" + EVENT + "\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .doesNotContain("HTTP/1.1 2");
        }
    }

    @Test
    void bodyShorterThanItsLengthIsNotStored() throws IOException {
        try (Socket socket = server.socket()) {
            socket.getOutputStream()
                    .write(("POST /webhooks/bounce" + HEAD + "Content-Length: " + (EVENT.length() + 1) + "\r\n\r\n"
                                    + EVENT)
                            .getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .doesNotContain("HTTP/1.1 2");
        }
    }

    @Test
    void hugeHeadsAreRefused() throws IOException {
        assertThat(answer("GET /health HTTP/1.1\r\nHost: x\r\nX-Big: " + "x".repeat(100_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431 ");
        assertThat(answer("GET /" + "x".repeat(100_000) + " HTTP/1.1\r\nHost: x\r\n\r\n"))
                .startsWith("HTTP/1.1 414 ");
        assertThat(answer("GET /health HTTP/1.1\r\nHost: x\r\n" + "X-Many: 1\r\n".repeat(10_000) + "\r\n"))
                .startsWith("HTTP/1.1 431 ");
    }

    @Test
    void secondRequestInTheBodyOfTheFirstIsNotARequest() throws IOException {
        String smuggled = "POST /webhooks/bounce" + HEAD + "Content-Length: " + EVENT.length() + "\r\n\r\n" + EVENT;
        assertThat(answer("POST /webhooks/bounce" + HEAD + "Content-Length: " + smuggled.length() + "\r\n\r\n"
                        + smuggled))
                .startsWith("HTTP/1.1 400 ");
        assertThat(answer("POST /webhooks/bounce" + HEAD
                        + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled))
                .startsWith("HTTP/1.1 400 ");
    }

    @Test
    void packedBodiesAreNotUnpacked() throws IOException {
        assertThat(answer("POST /webhooks/bounce" + HEAD
                        + "Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\u001f\u008b\b\0"))
                .startsWith("HTTP/1.1 400 ");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /webhooks/bounce, POST",
        "PUT, /webhooks/bounce, POST",
        "DELETE, /webhooks/service/ses, POST",
        "GET, /webhooks/service/ses, POST",
        "PATCH, /webhooks/service/sendgrid, POST",
        "HEAD, /webhooks/service/sendgrid, POST",
        "POST, /api/bounces, 'GET, HEAD, DELETE'",
        "PUT, /api/bounces/x, 'GET, HEAD, DELETE'",
        "DELETE, /api/suppressions, 'GET, HEAD'",
        "GET, /api/suppressions/release, POST",
        "POST, /api/suppressions/explain, 'GET, HEAD'",
        "POST, /api/stats, 'GET, HEAD'",
        "POST, /metrics, 'GET, HEAD'",
        "POST, /health, 'GET, HEAD'",
        "POST, /, 'GET, HEAD'",
        "DELETE, /page.js, 'GET, HEAD'",
        "TRACE, /health, 'GET, HEAD'",
        "TRACE, /api/bounces, 'GET, HEAD, DELETE'",
        "OPTIONS, /webhooks/bounce, POST",
        "get, /health, 'GET, HEAD'",
        "BREW, /webhooks/bounce, POST"
    })
    void wrongMethodsAreRefusedAndRightOnesNamed(String method, String path, String allowed) throws IOException {
        String request = method + " " + path + HEAD + "Content-Length: 0\r\n\r\n";
        for (String spoken : List.of(request, request.replace("HTTP/1.1", "HTTP/1.0"))) {
            assertThat(answer(spoken))
                    .matches("(?s)HTTP/1\\.[01] 405 .*")
                    .contains("\r\nAllow: " + allowed + "\r\n")
                    .doesNotContain(RunningServer.BASIC);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/nope",
                "/webhooks",
                "/webhooks/",
                "/webhooks/bounce/",
                "/webhooks/bounce/more",
                "/webhooks/service",
                "/webhooks/service/",
                "/webhooks/service/other",
                "/webhooks/service/ses/x",
                "/WEBHOOKS/BOUNCE",
                "/api",
                "/api/",
                "/api/stats/x",
                "/api/suppressions/x",
                "/metrics/x",
                "/health/x",
                "/page.html",
                "/page.js.map",
                "/favicon.ico",
                "/META-INF/MANIFEST.MF",
                "/WEB-INF/web.xml",
                "/.git/config",
                "/bounce.properties",
                "//webhooks/bounce"
            })
    void wrongPathsAreNotThere(String path) throws IOException {
        for (String method : List.of("GET", "POST", "DELETE", "PATCH", "TRACE")) {
            assertThat(answer(method + " " + path + HEAD + "Content-Length: 0\r\n\r\n"))
                    .as(method)
                    .matches("(?s)HTTP/1\\.1 (404|400) .*");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/page.css/../../api/bounces",
                "/api/bounces;x=y",
                "/api/bounces%2f",
                "/%61pi/bounces",
                "/api/./bounces",
                "/health/../api/bounces",
                "/health;/../api/bounces",
                "//api/bounces",
                "/api//bounces",
                "/api/bounces/%2e%2e/bounces",
                "/api\\bounces",
                "http://x/api/bounces"
            })
    void noSpellingOfAPathShowsEventsToStrangers(String path) throws IOException {
        assertThat(answer("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .matches("(?s)HTTP/1\\.1 (400|401|404) .*");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Basic",
                "Basic ",
                "Basic !!!!",
                "Basic dXNlcm5hbWU=", // no colon
                "Basic dXNlcm5hbWU6", // no password
                "Basic OnBhc3N3b3Jk", // no name
                "Basic dXNlcm5hbWU6cGFzc3dvcmQx",
                "Basic VVNFUk5BTUU6cGFzc3dvcmQ=", // USERNAME
                "Bearer dXNlcm5hbWU6cGFzc3dvcmQ=",
                "Digest username=\"username\"",
                "basic\tdXNlcm5hbWU6cGFzc3dvcmQ"
            })
    void credentialsAreTheRightOnesOrNone(String authorization) throws IOException {
        for (String request :
                List.of("GET /api/bounces", "GET /metrics", "POST /webhooks/bounce", "DELETE /api/bounces?all=true")) {
            assertThat(answer(request + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: " + authorization
                            + "\r\nContent-Length: 0\r\n\r\n"))
                    .startsWith("HTTP/1.1 401 ")
                    .contains("\r\nWWW-Authenticate: Basic");
        }
    }

    @Test
    void manySilentConnectionsKeepNobodyOut() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 600; i++) {
                Socket socket = server.socket();
                silent.add(socket);
                socket.getOutputStream()
                        .write(("POST /webhooks/bounce" + HEAD + "Content-Length: 500\r\n\r\n{")
                                .getBytes(StandardCharsets.ISO_8859_1));
            }
            assertThat(server.ask("GET", "/health", "").statusCode()).isEqualTo(200);
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }
}
