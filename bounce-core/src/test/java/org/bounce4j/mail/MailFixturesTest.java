package org.bounce4j.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceEventJson;
import org.bounce4j.EventId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Parses each mail of the test resources and compares with the JSON beside it: kind, detector, events, delays. With
 * {@code -Dbounce4j.fixtures=write} the JSON is written instead; read the difference before you commit it.
 */
class MailFixturesTest {
    private static final Path MAILS = Path.of("src/test/resources/mails");
    private static final BounceMessageParser PARSER = BounceMessageParser.builder()
            .clock(Clock.fixed(Instant.parse("2026-03-03T00:00:00Z"), ZoneOffset.UTC))
            .build();

    static List<String> mails() throws IOException {
        try (Stream<Path> files = Files.walk(MAILS)) {
            return files.map(file -> MAILS.relativize(file).toString())
                    .filter(name -> name.endsWith(".eml"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void thereAreMails() throws IOException {
        assertThat(mails()).hasSizeGreaterThan(20);
    }

    @ParameterizedTest
    @MethodSource("mails")
    void readsWhatThePersonReads(String name) throws IOException {
        String actual = json(PARSER.parse(Files.readAllBytes(MAILS.resolve(name))));
        Path expectation = MAILS.resolve(name.replace(".eml", ".json"));
        if ("write".equals(System.getProperty("bounce4j.fixtures"))) {
            Files.writeString(expectation, actual);
        }
        assertThat(actual).isEqualTo(Files.readString(expectation));
    }

    @ParameterizedTest
    @MethodSource("mails")
    void readsTheSameWhateverTheLineEnds(String name) throws IOException {
        String expected = Files.readString(MAILS.resolve(name.replace(".eml", ".json")));
        String mail = Files.readString(MAILS.resolve(name), StandardCharsets.ISO_8859_1);
        for (String lineEnd : List.of("\r\n", "\r", "\r\r\n")) {
            byte[] copy = mail.replace("\n", lineEnd).getBytes(StandardCharsets.ISO_8859_1);
            assertThat(json(PARSER.parse(copy)))
                    .as("line ends %s", List.of(lineEnd.length()))
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("mails")
    void answersWhereverTheMailBreaksOff(String name) throws IOException {
        byte[] mail = Files.readAllBytes(MAILS.resolve(name));
        List<String> ids = ids(PARSER.parse(mail));
        ids.addAll(idsOfReported(mail));
        for (int length = 0; length < mail.length; length++) {
            BounceMail part = PARSER.parse(Arrays.copyOf(mail, length));
            boolean wholeLines = length == 0 || mail[length - 1] == '\n';
            // whom an alias leads from is known by the returned message alone
            if (wholeLines && !name.contains("no-message-id") && !name.contains("generated-from-another")) {
                assertThat(ids).as("identity after %s bytes", length).containsAll(ids(part));
            }
        }
    }

    private static List<String> ids(BounceMail mail) {
        return Stream.concat(mail.batch().events().stream(), mail.batch().delays().stream())
                .map(BounceEvent::id)
                .collect(Collectors.toList());
    }

    /** Broken off before it names the address that we mailed, a notice is about the one that it leads to. */
    private static List<String> idsOfReported(byte[] mail) {
        Matcher noticeId =
                Pattern.compile("(?m)^Message-ID: *<(.*)>").matcher(new String(mail, StandardCharsets.ISO_8859_1));
        return noticeId.find()
                ? PARSER.parse(mail).events().stream()
                        .flatMap(event -> event.reportedRecipient().stream())
                        .map(reported -> EventId.of("mail", 1, "notice", noticeId.group(1), reported.key()))
                        .toList()
                : List.of();
    }

    private static String json(BounceMail mail) {
        return "{\"kind\":\"" + mail.kind() + "\",\"detector\":\"" + mail.detector() + "\",\"events\":"
                + json(mail.batch().events()) + ",\"delayed\":"
                + json(mail.batch().delays()) + "}\n";
    }

    private static String json(List<BounceEvent> events) {
        if (events.isEmpty()) {
            return "[]";
        }
        StringBuilder json = new StringBuilder("[");
        for (BounceEvent event : events) {
            json.append(json.length() > 1 ? "," : "").append("\n  ").append(BounceEventJson.writeString(event));
        }
        return json.append("\n]").toString();
    }
}
