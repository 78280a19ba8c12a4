package org.bounce4j.examples.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.bounce4j.ConfigurationException;
import org.bounce4j.testkit.SendGridSigner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What {@code ./bounce serve} says when it starts, or cannot. */
class ServeCommandTest {
    private static final String TOPIC = "arn:aws:sns:eu-west-1:123456789012:bounces";

    @TempDir
    private Path folder;

    private static String list(String... namesAndValues) {
        Properties file = new Properties();
        file.setProperty("api.users", "username:hunter2");
        for (int i = 0; i < namesAndValues.length; i += 2) {
            file.setProperty(namesAndValues[i], namesAndValues[i + 1]);
        }
        return OnAndOff.of(ServeSettings.of(file, Map.of()));
    }

    @Test
    void listsWhatIsOnAndOffAsThePageShowsIt() throws IOException {
        String page = Files.readString(Path.of("").toAbsolutePath().getParent().resolve("docs/serve.md"));
        assertThat(list()).startsWith("  json      on, /webhooks/bounce\n");
        assertThat(page).contains("bounce: serving at http://127.0.0.1:9000\n" + list() + "```");
    }

    @Test
    void listsWhatIsOnAndNoSecret() {
        assertThat(list(
                        "ses.enabled", "true",
                        "ses.topics", TOPIC,
                        "sendgrid.enabled", "true",
                        "sendgrid.keys", SendGridSigner.create().publicKey(),
                        "pop3.enabled", "true",
                        "pop3.host", "pop.example.com",
                        "pop3.user", "bounces",
                        "pop3.password", "hunter2",
                        "store.url", "jdbc:postgresql://db.example.com/bounces?user=jane&password=hunter2",
                        "store.password", "hunter2"))
                .isEqualTo("""
                          json      on, /webhooks/bounce
                          ses       on, /webhooks/service/ses
                          sendgrid  on, /webhooks/service/sendgrid
                          pop3      on, scans pop3s://pop.example.com:995 every 300 seconds
                          store     jdbc:postgresql://db.example.com/bounces
                        """);
    }

    @Test
    void namesTheSwitchThatIsAboveTheOthers() {
        assertThat(list("webhooks.enabled", "false").lines())
                .startsWith(
                        "  json      off, webhooks.enabled is false",
                        "  ses       off, webhooks.enabled is false",
                        "  sendgrid  off, webhooks.enabled is false",
                        "  pop3      off, no mailbox is scanned; set pop3.enabled");
        assertThat(list("bounce.enabled", "false", "webhooks.enabled", "false").lines())
                .filteredOn(line -> line.endsWith("off, bounce.enabled is false"))
                .hasSize(4);
        assertThat(list("json.enabled", "false")).startsWith("  json      off, json.enabled is false\n");
    }

    @Test
    void leavesCredentialsOutOfTheAddressOfADatabase() {
        assertThat(OnAndOff.withoutCredentials("jdbc:h2:./bounces;USER=sa;PASSWORD=hunter2"))
                .isEqualTo("jdbc:h2:./bounces");
        assertThat(OnAndOff.withoutCredentials("jdbc:mariadb://jane:hunter2@db.example.com/bounces?password=a@b"))
                .isEqualTo("jdbc:mariadb://db.example.com/bounces");
    }

    @Test
    void saysThatAnotherProcessListensThere() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(taken.getLocalPort());
            assertThatThrownBy(() -> new RunningServer("port", port))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessage(
                            "address, port: cannot listen on 127.0.0.1:" + port + ": another process listens there");
        }
    }

    @Test
    void saysWhatElseIsWrongWithAnAddress() {
        assertThatThrownBy(() -> new RunningServer("address", "nowhere.invalid"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("address, port: cannot listen on nowhere.invalid:0: there is no such host");
        assertThatThrownBy(() -> new RunningServer("address", "192.0.2.1"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("address, port: cannot listen on 192.0.2.1:0: ")
                .hasMessageNotContainingAny("another process", "Failed to bind");
    }

    @Test
    void saysWhyTheSettingsCannotBeRead() throws IOException {
        Path missing = folder.resolve("missing.properties");
        assertThat(complaint(missing))
                .isEqualTo("bounce: Cannot read " + missing + ": there is no such file or directory\n");
        Path cut = Files.writeString(folder.resolve("cut.properties"), "store.password=hunter2\\u12");
        assertThat(complaint(cut))
                .startsWith("bounce: Cannot read " + cut + ": ")
                .doesNotContain("hunter2", "Exception");
    }

    private static String complaint(Path config) {
        PrintStream err = System.err;
        ByteArrayOutputStream complained = new ByteArrayOutputStream();
        System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
        try {
            assertThat(new CommandLine(new ServeCommand()).execute("--config", config.toString()))
                    .isEqualTo(78);
        } finally {
            System.setErr(err);
        }
        return complained.toString(StandardCharsets.UTF_8);
    }
}
