package org.bounce4j.pop3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceException;
import org.bounce4j.ConfigurationException;
import org.bounce4j.UnavailableException;
import org.bounce4j.mailbox.FetchedMail;
import org.bounce4j.mailbox.MailboxEntry;
import org.bounce4j.mailbox.MailboxScanner;
import org.bounce4j.mailbox.MailboxSession;
import org.bounce4j.mailbox.ScanReport;
import org.bounce4j.testkit.BounceMails;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the session against a server that says what it likes. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class Pop3MailboxTest {
    private static Pop3Mailbox mailbox(ScriptedServer server) {
        return Pop3Mailbox.builder("127.0.0.1", Credentials.password("user", "hunter2"))
                .port(server.port())
                .insecurePlaintext()
                .readTimeout(Duration.ofMillis(400))
                .build();
    }

    /** A server with one mail, whose answers a test may replace. */
    private static Function<String, String> oneMail(String mail, Function<String, String> instead) {
        return command -> {
            String answer = instead.apply(command);
            if (answer != null) {
                return answer.equals("(hang up)") ? null : answer;
            }
            return switch (command.split(" ", 2)[0]) {
                case "CAPA", "TOP" -> "-ERR unknown command\r\n";
                case "UIDL" -> "+OK\r\n1 abc\r\n.\r\n";
                case "LIST" -> "+OK\r\n1 " + mail.length() + "\r\n.\r\n";
                case "RETR" -> "+OK\r\n" + mail + "\r\n.\r\n";
                default -> "+OK fine\r\n";
            };
        };
    }

    private static ScriptedServer server(String mail, Function<String, String> instead) throws IOException {
        return new ScriptedServer("+OK ready\r\n", oneMail(mail, instead));
    }

    private static String bounce() {
        return new String(BounceMails.to("jane@example.com").bytes(), StandardCharsets.ISO_8859_1);
    }

    private static ScanReport scan(ScriptedServer server, List<BounceEvent> accepted) {
        return MailboxScanner.builder(mailbox(server), accepted::addAll).build().scan();
    }

    @Test
    void namesMailsSoThatNoServerCanForgeALineOfALog() throws IOException {
        try (ScriptedServer server =
                server(bounce(), command -> command.equals("UIDL") ? "+OK\r\n1 a\nb\u001b[2J\u00fc\r\n.\r\n" : null)) {
            try (MailboxSession session = mailbox(server).open()) {
                assertThat(session.list()).extracting(MailboxEntry::id).containsExactly("a%0ab%1b[2J%fc");
            }
        }
    }

    @Test
    void takesNoTimeoutThatIsNone() {
        Pop3Mailbox.Builder builder = Pop3Mailbox.builder("127.0.0.1", Credentials.password("user", "hunter2"));
        for (Duration timeout : List.of(
                Duration.ZERO, Duration.ofSeconds(-1), Duration.ofDays(2), Duration.ofSeconds(Long.MAX_VALUE))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder.connectTimeout(timeout))
                    .withMessageContaining("at most a day");
            assertThatIllegalArgumentException().isThrownBy(() -> builder.readTimeout(timeout));
            assertThatIllegalArgumentException().isThrownBy(() -> builder.writeTimeout(timeout));
            assertThatIllegalArgumentException().isThrownBy(() -> builder.sessionTimeout(timeout));
        }
        assertThat(builder.sessionTimeout(Duration.ofDays(1)).build().name()).isEqualTo("pop3s://127.0.0.1:995");
    }

    @Test
    void speaksTheProtocol() throws IOException {
        String stuffed = "Subject: x\r\n\r\n..stuffed\r\n.. \r\nend";
        try (ScriptedServer server = server(stuffed, command -> null)) {
            try (MailboxSession session = mailbox(server).open()) {
                List<MailboxEntry> entries = session.list();
                assertThat(entries).containsExactly(new MailboxEntry(1, "abc", stuffed.length()));
                FetchedMail mail = session.fetch(entries.get(0), 1_000).orElseThrow();
                assertThat(new String(mail.bytes(), StandardCharsets.ISO_8859_1))
                        .isEqualTo("Subject: x\r\n\r\n.stuffed\r\n. \r\nend\r\n");
                assertThat(mail.whole()).isTrue();
                session.delete(entries);
                session.commit();
            }
            assertThat(server.commands())
                    .containsExactly("USER user", "PASS hunter2", "CAPA", "UIDL", "LIST", "RETR 1", "DELE 1", "QUIT");
        }
    }

    @Test
    void saysNoQuitWhereItAbandons() throws IOException {
        try (ScriptedServer server = server("x", command -> null)) {
            try (MailboxSession session = mailbox(server).open()) {
                session.fetch(session.list().get(0), 10);
            }
            assertThat(server.commands()).doesNotContain("QUIT").contains("RETR 1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "PIPELINING\r\n"})
    void takesNoTextOfTopForAWholeMail(String offered) throws IOException {
        // the server counts lines that end in a lone LF, and sends them as they are
        String beginning = bounce() + "bare\n".repeat(8_100);
        List<BounceEvent> accepted = new ArrayList<>();
        try (ScriptedServer server = new ScriptedServer("+OK ready\r\n", command -> switch (command.split(" ", 2)[0]) {
            case "CAPA" -> "+OK\r\nTOP\r\nUIDL\r\n" + offered + ".\r\n";
            case "UIDL" -> "+OK\r\n1 large\r\n.\r\n";
            case "LIST" -> "+OK\r\n1 90000000\r\n.\r\n";
            case "TOP" -> "+OK\r\n" + beginning + "\r\n.\r\n";
            case "RETR" -> "+OK\r\n" + beginning + "bare\n".repeat(2_000_000) + "\r\n.\r\n";
            default -> "+OK\r\n";
        })) {
            ScanReport report = scan(server, accepted);
            assertThat(report.outcome()).as(report.toString()).isEqualTo(ScanReport.Outcome.COMPLETED);
            assertThat(report.deleted()).isZero();
            assertThat(accepted).hasSize(1);
            assertThat(server.commands()).contains("TOP 1 8192").doesNotContain("DELE 1");
        }
    }

    @Test
    void keepsTheBeginningOfAMailThatIsTooLarge() throws IOException {
        try (ScriptedServer server = server("0123456789".repeat(1_000), command -> null);
                MailboxSession session = mailbox(server).open()) {
            MailboxEntry entry = session.list().get(0);
            FetchedMail mail = session.fetch(entry, 25).orElseThrow();
            assertThat(mail.bytes()).hasSize(25);
            assertThat(mail.whole()).isFalse();
            // the rest was read, so the session is still in step
            session.delete(List.of(entry));
        }
    }

    @Test
    void scansWithoutUidl() throws IOException {
        List<BounceEvent> accepted = new ArrayList<>();
        try (ScriptedServer server =
                server(bounce(), command -> command.equals("UIDL") ? "-ERR unknown command\r\n" : null)) {
            assertThat(scan(server, accepted).deleted()).isEqualTo(1);
            assertThat(accepted).hasSize(1);
        }
    }

    @Test
    void takesLinesThatEndWithLfAndAnyWordsBehindOk() throws IOException {
        List<BounceEvent> accepted = new ArrayList<>();
        try (ScriptedServer server = new ScriptedServer(
                "+OK\n",
                command -> oneMail(bounce(), other -> null)
                        .apply(command)
                        .replace("\r\n", "\n")
                        .replace("+OK fine", "+OKay then"))) {
            assertThat(scan(server, accepted).outcome()).isEqualTo(ScanReport.Outcome.COMPLETED);
            assertThat(accepted).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "-ERR [AUTH] wrong password,MISCONFIGURED",
        "-ERR no,MISCONFIGURED",
        "-ERR [IN-USE] another session has the mailbox,IN_USE",
        "-ERR maildrop already locked,IN_USE",
        "-ERR Unable to lock maildrop,IN_USE",
        "-ERR Mailbox in use. Try later,IN_USE",
        "-ERR account locked,MISCONFIGURED",
        "-ERR mailbox blocked,MISCONFIGURED",
        "-ERR [LOGIN-DELAY] wait,UNAVAILABLE",
        "-ERR [SYS/TEMP] try later,UNAVAILABLE",
        "-ERR [SYS/PERM] ask the postmaster,MISCONFIGURED",
        "what?,UNAVAILABLE"
    })
    void tellsARefusedLoginFromATemporaryOne(String answer, ScanReport.Outcome outcome) throws IOException {
        try (ScriptedServer server = server(bounce(), command -> command.startsWith("PASS") ? answer + "\r\n" : null)) {
            ScanReport report = scan(server, new ArrayList<>());
            assertThat(report.outcome()).isEqualTo(outcome);
            assertThat(report.failure().orElseThrow())
                    .hasMessageContaining(answer.startsWith("-ERR") ? answer : "+OK or -ERR")
                    .hasMessageNotContaining("hunter2");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"UIDL", "LIST", "RETR", "DELE", "QUIT", "USER", "PASS"})
    void losesNothingWhereTheServerHangsUp(String when) throws IOException {
        List<BounceEvent> accepted = new ArrayList<>();
        try (ScriptedServer server = server(bounce(), command -> command.startsWith(when) ? "(hang up)" : null)) {
            ScanReport report = scan(server, accepted);
            assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.UNAVAILABLE);
            assertThat(report.deleted()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "+OK\r\n1 5", "+OK\r\nSubject: half a mail\r\n", "+O"})
    void waitsForNobodyForEver(String answer) throws IOException {
        try (ScriptedServer server = server(bounce(), command -> command.startsWith("RETR") ? answer : null)) {
            ScanReport report = scan(server, new ArrayList<>());
            assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.UNAVAILABLE);
            assertThat(server.commands()).doesNotContain("QUIT");
        }
    }

    @Test
    void endsASessionWhoseTimeIsUp() throws IOException {
        // a byte now and then keeps every single read from timing out
        try (ScriptedServer server = new ScriptedServer("+OK\r\n", command -> {
            sleep();
            return "+OK\r\n";
        })) {
            Pop3Mailbox mailbox = Pop3Mailbox.builder("127.0.0.1", Credentials.password("u", "p"))
                    .port(server.port())
                    .insecurePlaintext()
                    .sessionTimeout(Duration.ofMillis(300))
                    .build();
            assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> {
                try (MailboxSession session = mailbox.open()) {
                    session.list();
                }
            });
        }
    }

    private static void sleep() {
        try {
            TimeUnit.MILLISECONDS.sleep(200);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void endsAHandshakeThatIsDripped() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread drip = new Thread(() -> drip(listener));
            drip.start();
            Pop3Mailbox mailbox = Pop3Mailbox.builder("127.0.0.1", Credentials.password("u", "p"))
                    .port(listener.getLocalPort())
                    .sessionTimeout(Duration.ofMillis(600))
                    .build();
            long start = System.nanoTime();
            assertThatExceptionOfType(BounceException.class).isThrownBy(mailbox::open);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
            drip.join();
        }
    }

    /** The head of a TLS record, and then a byte of it now and then. */
    private static void drip(ServerSocket listener) {
        try (Socket socket = listener.accept()) {
            socket.getOutputStream().write(new byte[] {22, 3, 3, 16, 0});
            for (int i = 0; i < 100; i++) {
                TimeUnit.MILLISECONDS.sleep(100);
                socket.getOutputStream().write(1);
            }
        } catch (IOException e) {
            // the client has had enough, as it should
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"at once", "after the hello", "in its answer", "with a reset"})
    void isUnavailableWhereTheServerHangsUpInTheHandshake(String when) throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread server = new Thread(() -> hangUp(listener, when));
            server.start();
            Pop3Mailbox mailbox = Pop3Mailbox.builder("127.0.0.1", Credentials.password("u", "p"))
                    .port(listener.getLocalPort())
                    .build();
            assertThatExceptionOfType(UnavailableException.class).isThrownBy(mailbox::open);
            server.join();
        }
    }

    private static void hangUp(ServerSocket listener, String when) {
        try (Socket socket = listener.accept()) {
            switch (when) {
                case "after the hello" -> socket.getInputStream().read(new byte[1_000]);
                case "in its answer" -> {
                    socket.getOutputStream().write(new byte[] {22, 3, 3, 16, 0, 2});
                    socket.getInputStream().read(new byte[1_000]);
                }
                case "with a reset" -> socket.setSoLinger(true, 0);
                default -> {}
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void takesNoMailForTheEndOfAMailAndTheNextReply() throws IOException {
        String forged = "Subject: x\r\n\r\nhello\n.\n+OK\n" + bounce().replace("\r\n", "\n") + "\n.\n+OK\n+OK\n+OK";
        List<BounceEvent> accepted = new ArrayList<>();
        try (ScriptedServer server = new ScriptedServer("+OK ready\r\n", command -> switch (command) {
            case "CAPA" -> "-ERR unknown command\r\n";
            case "UIDL" -> "+OK\r\n1 forged\r\n2 genuine\r\n.\r\n";
            case "LIST" -> "+OK\r\n1 5\r\n2 5\r\n.\r\n";
            case "RETR 1" -> "+OK\r\n" + forged + "\r\n.\r\n";
            case "RETR 2" -> "+OK\r\n" + bounce().replace("jane@", "genuine@") + "\r\n.\r\n";
            default -> "+OK\r\n";
        })) {
            ScanReport report = scan(server, accepted);
            assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.COMPLETED);
            assertThat(accepted)
                    .extracting(event -> event.recipient().orElseThrow().key())
                    .containsExactly("genuine@example.com");
            assertThat(server.commands()).contains("DELE 2").doesNotContain("DELE 1");
        }
    }

    @Test
    void hangsUpOnAServerThatSpeaksOutOfTurn() throws IOException {
        try (ScriptedServer server =
                server(bounce(), command -> command.startsWith("UIDL") ? "-ERR no\r\n+OK\r\n" : null)) {
            ScanReport report = scan(server, new ArrayList<>());
            assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.UNAVAILABLE);
            assertThat(server.commands()).doesNotContain("QUIT");
        }
    }

    @Test
    void leavesAMailThatTheServerWillNotGiveAndReadsTheOthers() throws IOException {
        List<BounceEvent> accepted = new ArrayList<>();
        try (ScriptedServer server = new ScriptedServer("+OK ready\r\n", command -> switch (command) {
            case "CAPA" -> "-ERR unknown command\r\n";
            case "UIDL" -> "+OK\r\n1 a\r\n2 b\r\n.\r\n";
            case "LIST" -> "+OK\r\n1 5\r\n2 5\r\n.\r\n";
            case "RETR 1" -> "-ERR cannot read it\r\n";
            case "RETR 2" -> "+OK\r\n" + bounce() + "\r\n.\r\n";
            default -> "+OK\r\n";
        })) {
            ScanReport report = scan(server, accepted);
            assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.COMPLETED);
            assertThat(report.failed()).extracting(each -> each.entry().id()).containsExactly("a");
            assertThat(report.deleted()).isEqualTo(1);
            assertThat(accepted).hasSize(1);
        }
    }

    @Test
    void logsNoPasswordThatAServerRepeats() throws IOException {
        try (ScriptedServer server = server(
                bounce(), command -> command.startsWith("PASS") ? "-ERR unknown command: " + command + "\r\n" : null)) {
            assertThat(scan(server, new ArrayList<>()).failure().orElseThrow()).hasMessageNotContaining("hunter2");
        }
    }

    @Test
    void countsNothingAsDeletedThatQuitRefused() throws IOException {
        List<BounceEvent> accepted = new ArrayList<>();
        try (ScriptedServer server = server(
                bounce(), command -> command.equals("QUIT") ? "-ERR some deleted messages not removed\r\n" : null)) {
            ScanReport report = scan(server, accepted);
            assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.UNAVAILABLE);
            assertThat(report.deleted()).isZero();
            assertThat(accepted).hasSize(1);
        }
    }

    @Test
    void saysWhatIsNoPop3Server() throws IOException {
        try (ScriptedServer server = new ScriptedServer("220 smtp.example.com ESMTP\r\n", command -> "500 what?\r\n")) {
            ScanReport report = scan(server, new ArrayList<>());
            assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.UNAVAILABLE);
            assertThat(report.failure().orElseThrow()).hasMessageContaining("is it a POP3 server?");
        }
    }

    @Test
    void isUnavailableWhereNobodyListens() throws IOException {
        ScriptedServer server = server("x", command -> null);
        Pop3Mailbox mailbox = mailbox(server);
        server.close();
        assertThatExceptionOfType(UnavailableException.class).isThrownBy(mailbox::open);
    }

    @Test
    void insistsOnTls() throws IOException {
        try (ScriptedServer server = server("x", command -> null)) {
            Pop3Mailbox mailbox = Pop3Mailbox.builder("127.0.0.1", Credentials.password("u", "hunter2"))
                    .port(server.port())
                    .readTimeout(Duration.ofSeconds(2))
                    .build();
            assertThatExceptionOfType(ConfigurationException.class).isThrownBy(mailbox::open);
            assertThat(server.commands()).noneMatch(line -> line.contains("hunter2"));
        }
    }

    @Test
    void saysThatAServerAcceptsStlsAndGoesOnInTheClear() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ByteArrayOutputStream heard = new ByteArrayOutputStream();
            Thread server = new Thread(() -> goOnInTheClear(listener, heard));
            server.start();
            Pop3Mailbox mailbox = Pop3Mailbox.builder("127.0.0.1", Credentials.password("u", "hunter2"))
                    .port(listener.getLocalPort())
                    .startTls()
                    .build();
            assertThatExceptionOfType(ConfigurationException.class)
                    .isThrownBy(mailbox::open)
                    .withMessageContaining("it said that it would, and went on without")
                    .withMessageNotContaining("startTls()");
            server.join();
            assertThat(heard.toString(StandardCharsets.ISO_8859_1))
                    .contains("STLS\r\n")
                    .doesNotContain("hunter2");
        }
    }

    private static void goOnInTheClear(ServerSocket listener, ByteArrayOutputStream heard) {
        String answer = "+OK ready\r\n";
        byte[] said = new byte[4_096];
        try (Socket socket = listener.accept()) {
            for (int length = 0; length >= 0; length = socket.getInputStream().read(said)) {
                heard.write(said, 0, length);
                if (length > 0) {
                    boolean capa = new String(said, 0, length, StandardCharsets.ISO_8859_1).startsWith("CAPA");
                    answer = capa ? "+OK\r\nSTLS\r\n.\r\n" : "+OK fine\r\n";
                }
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
            }
        } catch (IOException e) {
            // the client hung up, as it should
        }
    }

    @Test
    void neverPrintsACredential() {
        Credentials credentials = Credentials.password("user", "hunter2");
        assertThat(credentials.toString()).doesNotContain("hunter2");
        assertThat(Pop3Mailbox.builder("pop.example.com", credentials).build().toString())
                .isEqualTo("Pop3Mailbox[pop3s://pop.example.com:995]");
        assertThat(Pop3Mailbox.builder("pop.example.com", credentials)
                        .insecurePlaintext()
                        .build()
                        .name())
                .isEqualTo("pop3://pop.example.com:110");
    }

    @Test
    void refusesSettingsThatMakeNoSense() {
        Credentials credentials = Credentials.password("user", "p");
        assertThatIllegalArgumentException().isThrownBy(() -> Credentials.password("user\r\nDELE 1", "p"));
        assertThatIllegalArgumentException().isThrownBy(() -> Credentials.password("user", ""));
        assertThatIllegalArgumentException().isThrownBy(() -> Pop3Mailbox.builder(" ", credentials));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Pop3Mailbox.builder("h", credentials).port(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Pop3Mailbox.builder("h", credentials).readTimeout(Duration.ZERO));
    }
}
