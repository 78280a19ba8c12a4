package org.bounce4j.sendgrid;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bounce4j.BounceBatch;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceEventJson;
import org.junit.jupiter.api.Test;

/** Reads every documented event and compares with what a human reads in it. */
class SendGridFixturesTest {
    private static final Path FOLDER = Path.of("src/test/resources/events");

    private static String lines(String name, List<BounceEvent> events) {
        return Stream.concat(Stream.of("# " + name), events.stream().map(BounceEventJson::writeString))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    @Test
    void readsWhatAHumanReads() throws IOException {
        byte[] json = Files.readAllBytes(FOLDER.resolve("documented.json"));
        BounceBatch batch = SendGridEventParser.builder()
                .clock(Clock.fixed(Instant.parse("2026-03-01T14:00:00Z"), ZoneOffset.UTC))
                .deferrals()
                .build()
                .parseTrusted(json);
        assertThat(batch.undigested()).isEmpty();
        String read = lines("events", batch.events()) + lines("delays", batch.delays());
        Path expected = FOLDER.resolve("documented.expected.txt");
        if ("write".equals(System.getProperty("bounce4j.fixtures"))) {
            Files.writeString(expected, read);
        }
        assertThat(read).isEqualTo(Files.readString(expected));
    }

    @Test
    void keepsEachElementsOwnJsonAndNotTheBatch() throws IOException {
        String json = Files.readString(FOLDER.resolve("documented.json"));
        List<String> elements = json.substring(1, json.lastIndexOf(']'))
                .lines()
                .map(line -> line.endsWith(",") ? line.substring(0, line.length() - 1) : line)
                .toList();
        assertThat(new SendGridEventParser()
                        .parseTrusted(Files.readAllBytes(FOLDER.resolve("documented.json")))
                        .events())
                .isNotEmpty()
                .allSatisfy(event -> assertThat(elements).contains(event.meta()));
    }
}
