package org.bounce4j.ses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.bounce4j.BounceException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Verifies messages that Amazon signed, and fails with any byte of a signed field changed. */
class RealSnsMessagesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path FOLDER = Path.of(System.getProperty("bounce4j.vectors.sns", "src/test/resources/sns"));
    private static final List<String> SIGNED =
            List.of("Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type");

    private static final List<String> STRANGE =
            List.of("a", "\n", "\r", " ", "\u0000", "\u00e4", "\ud83c\udf4c", "\ud83c", "Message\n", "\\", "\"");

    static List<Path> messages() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }

    private static SnsVerifier verifier(JsonNode message) {
        return SnsVerifier.builder(Topics.of(message.get("TopicArn").asText()))
                .clock(Clock.fixed(Instant.parse(message.get("Timestamp").asText()), ZoneOffset.UTC))
                .certificates(CertificateSource.directory(FOLDER.resolve("certs")))
                .build();
    }

    @ParameterizedTest
    @MethodSource("messages")
    void verifiesAtItsTime(Path file) throws IOException {
        byte[] body = Files.readAllBytes(file);
        JsonNode message = JSON.readTree(body);
        assertThat(verifier(message).verify(body).messageId())
                .isEqualTo(message.get("MessageId").asText());
    }

    @ParameterizedTest
    @MethodSource("messages")
    void failsWithAnyCharacterOfASignedFieldChanged(Path file) throws IOException {
        ObjectNode message = (ObjectNode) JSON.readTree(file.toFile());
        SnsVerifier verifier = verifier(message);
        for (String field : SIGNED) {
            String value = message.path(field).isTextual() ? message.get(field).asText() : "";
            for (int i = 0; i < value.length(); i += 1 + value.length() / 60) {
                char other = (char) (value.charAt(i) ^ 1);
                ObjectNode changed = message.deepCopy();
                changed.put(field, value.substring(0, i) + other + value.substring(i + 1));
                assertThatExceptionOfType(BounceException.class)
                        .as("%s at %s", field, i)
                        .isThrownBy(() -> verifier.verify(JSON.writeValueAsBytes(changed)));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("messages")
    void failsHoweverASignedFieldIsChanged(Path file) throws IOException {
        ObjectNode message = (ObjectNode) JSON.readTree(file.toFile());
        SnsVerifier verifier = verifier(message);
        Random random = new Random(4);
        for (int i = 0; i < 400; i++) {
            String field = SIGNED.get(random.nextInt(SIGNED.size()));
            String value = message.path(field).isTextual() ? message.get(field).asText() : "";
            int at = random.nextInt(value.length() + 1);
            String inserted = random.nextBoolean() ? "" : STRANGE.get(random.nextInt(STRANGE.size()));
            int dropped = Math.min(value.length() - at, random.nextInt(3));
            String other = value.substring(0, at) + inserted + value.substring(at + dropped);
            boolean signed = !other.equals(value)
                    // fields of the other kinds of message are not signed, and not read
                    && (message.has(field) || field.equals("Subject") && !message.has("Token"));
            if (signed) {
                ObjectNode changed = message.deepCopy();
                changed.put(field, other);
                assertThatExceptionOfType(BounceException.class)
                        .as("%s: %s", field, other)
                        .isThrownBy(() -> verifier.verify(JSON.writeValueAsBytes(changed)));
            }
        }
    }
}
