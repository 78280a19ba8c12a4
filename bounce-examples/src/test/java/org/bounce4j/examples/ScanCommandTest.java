package org.bounce4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.bounce4j.BounceEventJson;
import org.bounce4j.testkit.BounceMails;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Scans a real server from the command line. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ScanCommandTest {
    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final ByteArrayOutputStream complained = new ByteArrayOutputStream();
    private final GreenMail server = new GreenMail(ServerSetup.POP3.dynamicPort());
    private GreenMailUser user;
    private String port;

    @TempDir
    private Path folder;

    private Path config;

    @BeforeEach
    void start() throws IOException, MessagingException {
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
        server.start();
        port = String.valueOf(server.getPop3().getPort());
        user = server.setUser("bounces@example.org", "bounces", "secret");
        deliver(BounceMails.to("jane@example.com").bytes());
        deliver(BounceMails.to("joe@example.com").autoReply());
        config = configure("host=127.0.0.1", "user=bounces", "password=secret", "security=insecure");
    }

    private Path configure(String... lines) throws IOException {
        return Files.write(folder.resolve("pop3.properties"), List.of(lines));
    }

    @AfterEach
    void stop() {
        System.setOut(out);
        System.setErr(err);
        server.stop();
    }

    private void deliver(byte[] mail) throws MessagingException {
        user.deliver(new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(mail)));
    }

    private int scan(String... arguments) {
        printed.reset();
        complained.reset();
        CommandLine line = Bounce.commandLine();
        String[] all = new String[arguments.length + 5];
        System.arraycopy(new String[] {"scan", "--config", config.toString(), "--port", port}, 0, all, 0, 5);
        System.arraycopy(arguments, 0, all, 5, arguments.length);
        return line.execute(all);
    }

    private String printed() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    private String complained() {
        return complained.toString(StandardCharsets.UTF_8);
    }

    @Test
    void printsAndLeavesEverythingInADryRun() {
        assertThat(scan("--dry-run")).as(complained()).isZero();
        assertThat(printed())
                .contains(
                        "1: bounce (rfc3464)",
                        "failed      jane@example.com  HARD",
                        "2: auto reply",
                        "Nothing was stored");
        assertThat(server.getReceivedMessages()).hasSize(2);
        assertThat(scan("--dry-run", "--limit", "1")).isZero();
        assertThat(printed()).doesNotContain("2: ");
    }

    @Test
    void storesAndThenDeletes() throws IOException {
        Path events = folder.resolve("events.json");
        assertThat(scan("--out", events.toString())).as(complained()).isZero();
        assertThat(printed())
                .containsPattern("events accepted +1")
                .containsPattern("deleted +1")
                .containsPattern("left +1");
        assertThat(server.getReceivedMessages()).hasSize(1);
        assertThat(Files.readAllLines(events))
                .singleElement()
                .satisfies(line -> assertThat(BounceEventJson.read(line)
                                .recipient()
                                .orElseThrow()
                                .key())
                        .isEqualTo("jane@example.com"));
    }

    @Test
    void endsALineThatWasCutBeforeItWritesTheNextOne() throws IOException {
        Path events = Files.writeString(folder.resolve("events.json"), "{\"type\":\"ha");
        assertThat(scan("--out", events.toString())).as(complained()).isZero();
        assertThat(Files.readAllLines(events))
                .hasSize(2)
                .startsWith("{\"type\":\"ha")
                .element(1)
                .satisfies(line ->
                        assertThat(BounceEventJson.read(line).recipient()).isPresent());
    }

    @Test
    void storesInADatabase() throws MessagingException {
        String url = "jdbc:h2:" + folder.resolve("bounces") + ";WRITE_DELAY=0";
        assertThat(scan("--store", url, "--leave-everything")).as(complained()).isZero();
        assertThat(server.getReceivedMessages()).hasSize(2);
        assertThat(scan("--store", url)).as(complained()).isZero();
        assertThat(printed()).containsPattern("deleted +1");
        assertThat(server.getReceivedMessages()).hasSize(1);
    }

    @Test
    void saysByItsStatusWhoMustDoWhat() throws IOException {
        assertThat(scan()).isEqualTo(78);
        assertThat(complained()).contains("--store or --out");
        assertThat(scan("--out", folder.resolve("a").toString(), "--store", "jdbc:h2:mem:x"))
                .isEqualTo(2);
        assertThat(scan("--store", "jdbc:h2:mem:bounces")).isEqualTo(2);
        assertThat(complained()).contains("on disk");
        assertThat(server.getReceivedMessages()).hasSize(2);
        assertThat(scan("--nonsense")).isEqualTo(2);
        assertThat(scan("--dry-run", "--security", "tls")).isEqualTo(78);
        Path wrong = Files.write(folder.resolve("password"), List.of("hunter2"));
        assertThat(scan("--out", folder.resolve("b").toString(), "--password-file", wrong.toString()))
                .isEqualTo(78);
        assertThat(complained() + printed()).doesNotContain("hunter2");
        config = wrong;
        assertThat(scan("--dry-run")).isEqualTo(78);
        assertThat(complained()).contains("none of them").doesNotContain("hunter2");
        config = configure("user=bounces", "hots=pop.example.com");
        assertThat(scan("--dry-run")).isEqualTo(78);
        assertThat(complained()).contains("got hots");
        config = configure("user=bounces");
        assertThat(scan("--dry-run")).isEqualTo(78);
        assertThat(complained()).contains("--host, BOUNCE_POP3_HOST or host=");
        config = configure("host=127.0.0.1", "user=bounces");
        assertThat(scan("--dry-run")).isEqualTo(78);
        assertThat(complained()).contains("BOUNCE_POP3_PASSWORD");
    }

    @Test
    void tellsAWrongCommandLineFromAWrongSetting() throws IOException {
        for (String[] wrong : new String[][] {
            {"--security", "none"},
            {"--login", "maybe"},
            {"--port", "many"},
            {"--port", "0"},
            {"--timeout", "0"},
            {"--store", "jdbc:postgresql:bounces"},
            {"--out", "x", "--limit", "2"}
        }) {
            complained.reset();
            List<String> arguments = new ArrayList<>(List.of("scan", "--config", config.toString()));
            arguments.addAll(List.of(wrong));
            assertThat(Bounce.commandLine().execute(arguments.toArray(String[]::new)))
                    .as(String.join(" ", wrong))
                    .isEqualTo(2);
            assertThat(complained())
                    .startsWith("bounce: Expected ")
                    .contains(wrong[wrong.length - 2].substring(2))
                    .endsWith("Help: bounce scan --help\n");
        }
        assertThat(Bounce.commandLine().execute("scan", "--security", "none")).isEqualTo(2);
        assertThat(complained()).contains("got none");
        assertThat(Bounce.commandLine().execute("scan", "--dry-run")).isEqualTo(2);
        assertThat(complained()).contains("--host, BOUNCE_POP3_HOST or host=");
        for (String wrong :
                List.of("security=none", "login=maybe", "timeout=0", "store=jdbc:h2:mem:x", "dry-run=maybe")) {
            config = configure("host=127.0.0.1", "user=bounces", "password=secret", wrong);
            assertThat(scan()).as(wrong).isEqualTo(78);
        }
        assertThat(server.getReceivedMessages()).hasSize(2);
    }

    @Test
    void asksToBeCalledAgainWhereTheServerIsNotThere() {
        server.stop();
        assertThat(scan("--out", folder.resolve("events").toString())).isEqualTo(75);
        assertThat(scan("--dry-run")).isEqualTo(75);
    }
}
