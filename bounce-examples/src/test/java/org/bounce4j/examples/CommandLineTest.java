package org.bounce4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceEventJson;
import org.bounce4j.testkit.BounceMails;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CommandLineTest {
    private final InputStream in = System.in;
    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final ByteArrayOutputStream complained = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    @BeforeEach
    void capture() {
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void restore() {
        System.setIn(in);
        System.setOut(out);
        System.setErr(err);
    }

    private int run(String... arguments) {
        printed.reset();
        return new CommandLine(new Bounce()).execute(arguments);
    }

    private List<String> lines() {
        return printed.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private Path write(String name, byte[] mail) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, mail);
    }

    @Test
    void inspectsFilesDirectoriesAndStandardInputInTheirOrder() throws IOException {
        String hard = write("z.eml", BounceMails.to("jane@example.com").bytes()).toString();
        write("box/b.eml", BounceMails.to("joe@example.com").autoReply());
        write(
                "box/a/c.eml",
                BounceMails.to("ann@example.com")
                        .action("delayed")
                        .status("4.4.1")
                        .bytes());
        System.setIn(new ByteArrayInputStream(BounceMails.to("mia@example.com").complaint()));
        assertThat(run("inspect", "--json", hard, folder.resolve("box").toString(), "-"))
                .isZero();
        ObjectMapper mapper = new ObjectMapper();
        List<JsonNode> rows = lines().stream().map(line -> read(mapper, line)).toList();
        assertThat(rows)
                .extracting(row -> row.get("file").asText())
                .containsExactly(
                        hard,
                        folder.resolve("box/a/c.eml").toString(),
                        folder.resolve("box/b.eml").toString(),
                        "-");
        assertThat(rows)
                .extracting(row -> row.get("kind").asText())
                .containsExactly("BOUNCE", "DELAY_NOTICE", "AUTO_REPLY", "COMPLAINT");
        assertThat(rows.get(0).get("detector").asText()).isEqualTo("rfc3464");
        assertThat(rows.get(0).get("events").get(0).get("email").asText()).isEqualTo("jane@example.com");
        assertThat(rows.get(1).get("delayed").get(0).get("email").asText()).isEqualTo("ann@example.com");
        assertThat(rows.get(2).get("events")).isEmpty();
    }

    private static JsonNode read(ObjectMapper mapper, String line) {
        try {
            return mapper.readTree(line);
        } catch (IOException e) {
            throw new AssertionError(line, e);
        }
    }

    @Test
    void printsEventsReadyToBePosted() throws IOException {
        String file = write(
                        "a.eml",
                        BounceMails.to("jane@example.com")
                                .and("joe@example.com")
                                .bytes())
                .toString();
        assertThat(run("inspect", "--events", file)).isZero();
        assertThat(lines()).hasSize(2);
        BounceEvent event = BounceEventJson.read(lines().get(1));
        assertThat(event.recipient().orElseThrow().key()).isEqualTo("joe@example.com");
    }

    @Test
    void tellsAPersonWhoFailedAndWhy() throws IOException {
        String file = write("a.eml", BounceMails.to("jane@example.com").bytes()).toString();
        assertThat(run("inspect", file)).isZero();
        assertThat(lines())
                .containsExactly(
                        file + ": bounce (rfc3464)",
                        "  failed  jane@example.com  HARD USER_UNKNOWN 5.1.1  [user.unknown]",
                        "          550 5.1.1 User unknown");
    }

    @Test
    void saysWhatItCannotReadAndGoesOn() throws IOException {
        String file = write("a.eml", BounceMails.to("jane@example.com").bytes()).toString();
        assertThat(run("inspect", folder.resolve("missing").toString(), file)).isEqualTo(1);
        assertThat(complained.toString(StandardCharsets.UTF_8))
                .contains("cannot read")
                .contains("missing");
        assertThat(lines()).hasSize(3);
    }

    @Test
    void explainsItself() {
        assertThat(run()).isEqualTo(2);
        assertThat(complained.toString(StandardCharsets.UTF_8))
                .contains("inspect")
                .contains("demo");
        assertThat(run("--help")).isZero();
        assertThat(run("inspect")).isEqualTo(2);
    }

    @Test
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    void demonstratesEveryPath() {
        assertThat(run("demo")).as(printed.toString(StandardCharsets.UTF_8)).isZero();
        assertThat(lines()).contains("All as expected.").noneMatch(line -> line.startsWith("!!"));
    }
}
