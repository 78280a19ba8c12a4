package org.bounce4j.ses;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.bounce4j.BounceBatch;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceEventJson;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads every documented payload and compares with what a human reads in it. */
class SesFixturesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path FOLDER = Path.of("src/test/resources/ses");
    private static final String OTHERS = System.getProperty("bounce4j.vectors.ses", FOLDER.toString());
    private static final boolean WRITE = "write".equals(System.getProperty("bounce4j.fixtures"));
    private static final SesEventParser PARSER = SesEventParser.builder()
            .clock(Clock.fixed(Instant.parse("2026-03-01T14:00:00Z"), ZoneOffset.UTC))
            .build();

    private static List<Path> payloads(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .filter(file -> !file.toString().endsWith(".expected.json"))
                    .sorted()
                    .toList();
        }
    }

    static List<Path> fixtures() throws IOException {
        return payloads(FOLDER);
    }

    static List<Path> others() throws IOException {
        return payloads(Path.of(OTHERS));
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void readsWhatAHumanReads(Path file) throws IOException {
        BounceBatch batch = PARSER.parseTrusted(Files.readString(file));
        assertThat(batch.undigested()).isEmpty();
        ObjectNode read = JSON.createObjectNode();
        add(read.putArray("events"), batch.events());
        add(read.putArray("delays"), batch.delays());
        Path expected = file.resolveSibling(file.getFileName().toString().replace(".json", ".expected.json"));
        if (WRITE) {
            Files.writeString(expected, read.toPrettyString() + "\n");
        }
        assertThat(read).isEqualTo(JSON.readTree(expected.toFile()));
    }

    private static void add(ArrayNode array, List<BounceEvent> events) throws IOException {
        for (BounceEvent event : events) {
            array.add(JSON.readTree(BounceEventJson.writeString(event)));
        }
    }

    @ParameterizedTest
    @MethodSource("others")
    void readsEveryPayloadByEveryTransport(Path file) throws IOException {
        JsonNode document = JSON.readTree(file.toFile());
        JsonNode event = document.has("payload") ? document.get("payload") : document;
        BounceBatch batch = PARSER.parseTrusted(event.toString());
        assertThat(batch.undigested()).isEmpty();
        ObjectNode envelope =
                JSON.createObjectNode().put("Type", "Notification").put("Message", event + "\n");
        ObjectNode bridge = JSON.createObjectNode().put("detail-type", "Email Event");
        bridge.set("detail", event);
        assertThat(PARSER.parseTrustedSqs(envelope.toString())).isEqualTo(batch);
        assertThat(PARSER.parseTrustedEventBridge(bridge.toString())).isEqualTo(batch);
        assertThat(PARSER.parseTrustedFirehose(event + "\n")).isEqualTo(batch);
    }
}
