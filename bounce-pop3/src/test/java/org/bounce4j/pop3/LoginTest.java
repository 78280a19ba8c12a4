package org.bounce4j.pop3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.bounce4j.ConfigurationException;
import org.bounce4j.UnavailableException;
import org.bounce4j.mailbox.FetchedMail;
import org.bounce4j.mailbox.MailboxSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logs in, by every way there is, or does not. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class LoginTest {
    private static TestCertificates localhost;
    private static TestCertificates elsewhere;

    private PlayedServer server;

    @BeforeAll
    static void certificates(@TempDir Path folder) throws Exception {
        localhost = TestCertificates.of(folder, "ip:127.0.0.1");
        elsewhere = TestCertificates.of(folder, "dns:pop.example.net");
    }

    @BeforeEach
    void start() throws IOException {
        server = new PlayedServer();
        server.add("uid", Mails.bounce(1));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private Pop3Mailbox.Builder mailbox(Credentials credentials) {
        return Pop3Mailbox.builder("127.0.0.1", credentials).port(server.port()).readTimeout(Duration.ofSeconds(5));
    }

    private void logIn(Credentials credentials) {
        logIn(mailbox(credentials).insecurePlaintext().build());
    }

    private void logIn(Pop3Mailbox mailbox) {
        try (MailboxSession session = mailbox.open()) {
            assertThat(session.list()).hasSize(1);
            session.commit();
        }
    }

    private void assertRefused(Credentials credentials, String... said) {
        Throwable thrown = catchThrowable(() -> logIn(credentials));
        assertThat(thrown).isInstanceOf(ConfigurationException.class).hasMessageContainingAll(said);
        assertThat(thrown.getMessage()).doesNotContain("wrong-secret");
    }

    @Test
    void logsInWithApopAndDoesNotShowThePassword() {
        logIn(Credentials.apop("user", "secret"));
        assertThat(server.commands)
                .anyMatch(line -> line.startsWith("APOP user "))
                .noneMatch(line -> line.contains("secret"));
        assertRefused(Credentials.apop("user", "wrong-secret"), "-ERR [AUTH] no", "check user name and password");
    }

    @Test
    void showsNoApopServerWhatMd5WouldGiveAway() throws IOException {
        for (String greeting : List.of("+OK ready", "+OK <\u0080\u0081@x>", "+OK <a b@x>", "+OK <@x>", "+OK <a@x@y>")) {
            try (ScriptedServer other = new ScriptedServer(greeting + "\r\n", command -> "+OK\r\n")) {
                Pop3Mailbox mailbox = Pop3Mailbox.builder("127.0.0.1", Credentials.apop("user", "secret"))
                        .port(other.port())
                        .insecurePlaintext()
                        .build();
                assertThatExceptionOfType(ConfigurationException.class).isThrownBy(mailbox::open);
                assertThat(other.commands()).isEmpty();
            }
        }
    }

    @Test
    void logsInWithSaslPlain() {
        logIn(Credentials.saslPlain("user", "secret"));
        assertThat(server.commands).contains("AUTH PLAIN AHVzZXIAc2VjcmV0");
        assertRefused(Credentials.saslPlain("user", "wrong-secret"), "[AUTH]");
    }

    @Test
    void splitsALongSaslLine() {
        assertRefused(Credentials.saslPlain("user", "wrong-secret".repeat(30)), "[AUTH]");
        assertThat(server.commands).contains("AUTH PLAIN");
    }

    @Test
    void logsInWithSaslPlainWhereThereIsNoUserCommand() {
        server.knowsUser = false;
        server.capabilities.remove("USER");
        server.capabilities.add("SASL PLAIN XOAUTH2");
        logIn(Credentials.password("user", "secret"));
        assertThat(server.commands).contains("AUTH PLAIN AHVzZXIAc2VjcmV0");
    }

    @Test
    void logsInWithXoauth2AndAFreshTokenEachTime() {
        Deque<String> tokens = new ArrayDeque<>(List.of("token", "wrong-secret", "token"));
        Credentials credentials = Credentials.xoauth2("user", tokens::remove);
        logIn(credentials);
        assertThat(server.commands).anyMatch(line -> line.startsWith("AUTH XOAUTH2 "));
        // the refusal is a challenge, which is answered by an empty line
        assertRefused(
                credentials, "-ERR [AUTH] no", "\"status\":\"401\"", "https://mail.example.com/", "check the token");
        assertThat(server.commands).contains("()");
        logIn(credentials);
        assertThat(tokens).isEmpty();
    }

    @Test
    void logsInWithXoauth2InTwoLinesAsExchangeOnlineWantsIt() {
        server.xoauth2InTwoLines = true;
        logIn(Credentials.xoauth2TwoLines("user", () -> "token"));
        assertThat(server.commands).contains("AUTH XOAUTH2");
        assertRefused(Credentials.xoauth2TwoLines("user", () -> "wrong-secret"), "\"status\":\"401\"");
        assertRefused(Credentials.xoauth2("user", () -> "token"), "Protocol error");
    }

    @Test
    void takesNoTokenThatIsNone() {
        for (String token : new String[] {"", "a\r\nDELE 1", "x".repeat(20_000), null}) {
            assertRefused(Credentials.xoauth2("user", () -> token), "token supplier");
        }
        assertThat(server.commands).noneMatch(line -> line.startsWith("AUTH"));
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> logIn(Credentials.xoauth2("user", () -> {
                    throw new IllegalStateException("wrong-secret");
                })))
                .withMessageContaining("IllegalStateException")
                .withMessageNotContaining("wrong-secret");
    }

    @Test
    void printsNoSecret() {
        for (Credentials credentials : List.of(
                Credentials.password("user", "hunter2"),
                Credentials.apop("user", "hunter2"),
                Credentials.saslPlain("user", "hunter2"),
                Credentials.xoauth2("user", () -> "hunter2"),
                Credentials.xoauth2TwoLines("user", () -> "hunter2"))) {
            assertThat(credentials.toString()).startsWith("Credentials[").doesNotContain("hunter2");
        }
        assertThatIllegalArgumentException().isThrownBy(() -> Credentials.xoauth2("user\r\n", () -> "token"));
    }

    @Test
    void letsNobodyInTheMiddleSayWhereMailsEndUnderTls() throws Exception {
        server.stls = localhost.server();
        // as somebody may have changed it before TLS was there
        server.greetingEnd = "\n";
        byte[] mail = (new String(Mails.bounce(1), StandardCharsets.US_ASCII) + "\n.\n+OK\nthe next\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        server.add("uid", mail);
        Pop3Mailbox mailbox = mailbox(Credentials.password("user", "secret"))
                .startTls()
                .sslContext(localhost.client())
                .build();
        try (MailboxSession session = mailbox.open()) {
            FetchedMail fetched = session.fetch(session.list().get(0), 100_000).orElseThrow();
            assertThat(new String(fetched.bytes(), StandardCharsets.US_ASCII)).contains("the next");
            session.commit();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PLAIN", "XOAUTH2"})
    void logsNoSecretThatAServerRepeats(String mechanism) throws IOException {
        try (ScriptedServer other =
                new ScriptedServer("+OK\r\n", command -> "-ERR unknown command: " + command + "\r\n")) {
            Credentials credentials = mechanism.equals("PLAIN")
                    ? Credentials.saslPlain("user", "secret")
                    : Credentials.xoauth2("user", () -> "secret");
            Pop3Mailbox mailbox = Pop3Mailbox.builder("127.0.0.1", credentials)
                    .port(other.port())
                    .insecurePlaintext()
                    .build();
            Throwable thrown = catchThrowable(mailbox::open);
            assertThat(thrown).isInstanceOf(ConfigurationException.class).hasMessageContaining("repeats a secret");
            String message = other.commands().get(0).substring(("AUTH " + mechanism + " ").length());
            assertThat(thrown.getMessage()).doesNotContain(message);
        }
    }

    @Test
    void logsNoDigestOfApopThatAServerRepeats() throws IOException {
        try (ScriptedServer other =
                new ScriptedServer("+OK <1@localhost>\r\n", command -> "-ERR what? " + command + "\r\n")) {
            Pop3Mailbox mailbox = Pop3Mailbox.builder("127.0.0.1", Credentials.apop("user", "secret"))
                    .port(other.port())
                    .insecurePlaintext()
                    .build();
            Throwable thrown = catchThrowable(mailbox::open);
            assertThat(thrown).isInstanceOf(ConfigurationException.class).hasMessageContaining("repeats a secret");
            String digest = other.commands().get(0).substring("APOP user ".length());
            assertThat(thrown.getMessage()).doesNotContain(digest);
        }
    }

    private static void assertHides(Credentials credentials, UnaryOperator<String> echo, String piece)
            throws IOException {
        try (ScriptedServer other = new ScriptedServer(
                "+OK\r\n",
                command -> command.startsWith("USER") ? "+OK\r\n" : "-ERR [AUTH] " + echo.apply(command) + "\r\n")) {
            Pop3Mailbox mailbox = Pop3Mailbox.builder("127.0.0.1", credentials)
                    .port(other.port())
                    .insecurePlaintext()
                    .build();
            Throwable thrown = catchThrowable(mailbox::open);
            assertThat(thrown)
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("-ERR [AUTH] and something that repeats a secret");
            assertThat(thrown.getMessage()).doesNotContainIgnoringCase(piece);
        }
    }

    @Test
    void logsNoPieceOfASecretHoweverAServerRepeatsIt() throws IOException {
        assertHides(Credentials.password("u", "hunter2"), command -> "what? " + command, "hunter2");
        assertHides(
                Credentials.password("u", "Hunter2secret"),
                command -> "what? " + command.toUpperCase(Locale.ROOT),
                "hunter2");
        assertHides(Credentials.password("u", "\u00fc\u00fc-\u00fc"), command -> "what? " + command, "-\u00c3");
        assertHides(Credentials.password("u", "hunter2-\u00fc-secret"), command -> "what? " + command, "hunter2");
        assertHides(
                Credentials.password("u", "hunter2-correct-horse-battery"),
                command -> "what? " + command.substring(0, 24),
                "hunter2");
        String token = "abcd".repeat(800);
        String said = Base64.getEncoder().encodeToString(token.getBytes(StandardCharsets.US_ASCII));
        assertHides(Credentials.xoauth2("u", () -> token), command -> "what? " + command.substring(0, 120), "YWJjZ");
        assertHides(Credentials.xoauth2("u", () -> token), command -> "what? " + said.substring(0, 40), "YWJjZ");
    }

    @Test
    void startsTlsBeforeAnythingIsSaid() throws Exception {
        server.stls = localhost.server();
        logIn(mailbox(Credentials.password("user", "secret"))
                .startTls()
                .sslContext(localhost.client())
                .build());
        assertThat(server.commands).startsWith("STLS", "USER user", "PASS secret");
        assertThat(mailbox(Credentials.password("user", "secret"))
                        .startTls()
                        .build()
                        .name())
                .startsWith("pop3+stls://127.0.0.1:");
    }

    @Test
    void saysNothingWhereTlsCannotBeStarted() {
        Pop3Mailbox mailbox =
                mailbox(Credentials.password("user", "secret")).startTls().build();
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(mailbox::open)
                .withMessageContaining("nothing was sent in the clear");
        assertThat(server.commands).containsExactly("STLS");
    }

    @Test
    void takesNothingSaidBeforeTlsForSaidUnderIt() throws Exception {
        server.stls = localhost.server();
        server.afterStls = "+OK injected\r\n";
        Pop3Mailbox mailbox = mailbox(Credentials.password("user", "secret"))
                .startTls()
                .sslContext(localhost.client())
                .build();
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(mailbox::open)
                .withMessageContaining("out of turn");
        assertThat(server.commands).containsExactly("STLS");
    }

    @Test
    void startsTlsWhereItIsOfferedAndElseOnlyWhereThatWasWanted() throws Exception {
        Pop3Mailbox mailbox = mailbox(Credentials.password("user", "secret"))
                .insecureStartTlsIfOffered()
                .sslContext(localhost.client())
                .build();
        logIn(mailbox);
        assertThat(server.commands).doesNotContain("STLS");
        server.commands.clear();
        server.capabilities.add("STLS");
        server.stls = localhost.server();
        logIn(mailbox);
        assertThat(server.commands).startsWith("CAPA", "STLS", "USER user");
    }

    @Test
    void trustsNoCertificateOfAnotherHostOrOfNobody() throws Exception {
        server.stls = elsewhere.server();
        Pop3Mailbox.Builder mailbox =
                mailbox(Credentials.password("user", "secret")).startTls();
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> mailbox.sslContext(elsewhere.client()).build().open())
                .withMessageContaining("certificate");
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> mailbox.sslContext(localhost.client()).build().open())
                .withMessageContaining("certificate");
        assertThat(server.commands).containsOnly("STLS");
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 300, 999_999_999})
    void saysWhenToComeBack(int seconds) throws IOException {
        try (ScriptedServer other = new ScriptedServer("+OK\r\n", command -> switch (command.split(" ", 2)[0]) {
            case "USER" -> "-ERR unknown command\r\n";
            case "CAPA" -> "+OK\r\nSASL PLAIN\r\nLOGIN-DELAY " + seconds + " USER\r\n.\r\n";
            default -> "-ERR [LOGIN-DELAY] too often\r\n";
        })) {
            Pop3Mailbox mailbox = Pop3Mailbox.builder("127.0.0.1", Credentials.password("user", "secret"))
                    .port(other.port())
                    .insecurePlaintext()
                    .build();
            UnavailableException thrown = (UnavailableException) catchThrowable(mailbox::open);
            assertThat(thrown.retryAfter()).contains(Duration.ofSeconds(Math.min(seconds, 86_400)));
        }
    }

    @Test
    void givesUpOnAServerThatTakesNothing() throws Exception {
        // a name larger than what the kernels keep between the two; the server never reads
        List<Socket> held = new ArrayList<>();
        try (ServerSocket listener = new ServerSocket()) {
            listener.setReceiveBufferSize(1_024);
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Thread thread = new Thread(() -> {
                try {
                    Socket socket = listener.accept();
                    held.add(socket);
                    socket.getOutputStream().write("+OK\r\n".getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    // the test is over
                }
            });
            thread.start();
            Pop3Mailbox mailbox = Pop3Mailbox.builder(
                            "127.0.0.1", Credentials.password("x".repeat(20_000_000), "secret"))
                    .port(listener.getLocalPort())
                    .insecurePlaintext()
                    .writeTimeout(Duration.ofMillis(300))
                    .readTimeout(Duration.ofMillis(300))
                    .build();
            assertThatExceptionOfType(UnavailableException.class).isThrownBy(mailbox::open);
            thread.join();
        } finally {
            for (Socket socket : held) {
                socket.close();
            }
        }
    }
}
