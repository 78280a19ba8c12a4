package org.bounce4j.mail;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.bounce4j.BounceEvent;
import org.bounce4j.EmailAddress;
import org.bounce4j.EnhancedStatus;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Reads a folder of real mails with the truth beside them, and holds the shares that were reached. The folder is the system
 * property {@code bounce4j.corpus}; it holds {@code mails}, {@code truth.jsonl} and {@code reason-map.json}. Without the
 * property these tests are skipped.
 */
@EnabledIfSystemProperty(
        named = "bounce4j.corpus",
        matches = ".+",
        disabledReason = "set -Dbounce4j.corpus to a folder of mails with truth.jsonl to run this")
class CorpusTest {
    private enum Column {
        DETECTED,
        RECIPIENTS,
        TYPE,
        PERMANENT,
        REASON,
        CLASS,
        STATUS,
        KIND
    }

    /** Origins whose mails another parser was made with; its policy on hard and soft is ours. */
    private static final Predicate<String> SISIMAI = origin -> origin.startsWith("sisimai");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<JsonNode> TRUTHS = new ArrayList<>();
    private static JsonNode reasons = JSON.createObjectNode();
    private static Path corpus = Path.of("");

    private final Map<Column, int[]> tally = new EnumMap<>(Column.class);
    private final List<String> falsePositives = new ArrayList<>();

    @BeforeAll
    static void readTruth() throws IOException {
        corpus = Path.of(System.getProperty("bounce4j.corpus"));
        reasons = JSON.readTree(corpus.resolve("reason-map.json").toFile());
        for (String line : Files.readAllLines(corpus.resolve("truth.jsonl"))) {
            TRUTHS.add(JSON.readTree(line));
        }
    }

    @Test
    void readsAllOfThem() throws IOException {
        judge(origin -> true, false);
        assertThat(falsePositives).isEmpty();
        assertShares(Map.of(
                Column.DETECTED, 99.0,
                Column.RECIPIENTS, 98.5,
                Column.TYPE, 94.0,
                Column.PERMANENT, 94.0,
                Column.REASON, 91.0,
                Column.CLASS, 99.0,
                Column.STATUS, 98.0,
                Column.KIND, 99.0));
    }

    @Test
    void readsThoseThatNoOtherParserWasMadeWith() throws IOException {
        judge(SISIMAI.negate(), false);
        assertThat(falsePositives).isEmpty();
        assertShares(Map.of(
                Column.DETECTED, 99.5,
                Column.RECIPIENTS, 99.0,
                Column.TYPE, 99.0,
                Column.PERMANENT, 86.0,
                Column.REASON, 90.0,
                Column.CLASS, 99.5,
                Column.STATUS, 99.5,
                Column.KIND, 99.5));
    }

    @Test
    void readsThemWithOtherLineEnds() throws IOException {
        judge(origin -> true, true);
        assertThat(falsePositives).isEmpty();
        assertShares(Map.of(Column.DETECTED, 100.0, Column.RECIPIENTS, 99.0, Column.STATUS, 99.0, Column.KIND, 100.0));
    }

    private void assertShares(Map<Column, Double> floors) {
        StringBuilder line = new StringBuilder();
        tally.forEach((column, counts) -> line.append(String.format(
                Locale.ROOT, "%s %.1f%%  ", column.name().toLowerCase(Locale.ROOT), 100.0 * counts[0] / counts[1])));
        System.out.println("corpus: " + line);
        floors.forEach((Column column, Double floor) -> {
            int[] counts = tally.get(column);
            assertThat(100.0 * counts[0] / counts[1]).as(column.name()).isGreaterThanOrEqualTo(floor);
        });
    }

    private void count(Column column, boolean right) {
        int[] counts = tally.computeIfAbsent(column, key -> new int[2]);
        counts[0] += right ? 1 : 0;
        counts[1]++;
    }

    private void judge(Predicate<String> origins, boolean variants) throws IOException {
        for (JsonNode truth : TRUTHS) {
            boolean wanted = isVariant(truth) == variants;
            if (wanted
                    && origins.test(truth.path("origin").asText())
                    && !truth.path("bounce").isNull()) {
                judge(truth);
            }
        }
    }

    /** A copy of another mail with other line ends. */
    private static boolean isVariant(JsonNode truth) {
        JsonNode variant = truth.path("variant");
        return variant.isTextual() ? !variant.asText().isEmpty() : variant.asBoolean();
    }

    private void judge(JsonNode truth) throws IOException {
        Path file = corpus.resolve("mails").resolve(truth.path("file").asText());
        BounceMail mail = BounceMessageParser.standard().parse(Files.readAllBytes(file));
        String kind = truth.path("kind").asText("");
        boolean delay = kind.equals("delay");
        if (!kind.isEmpty()) {
            String wanted = delay ? "DELAY_NOTICE" : kind.toUpperCase(Locale.ROOT);
            count(Column.KIND, mail.kind().name().equals(wanted));
        }
        if ((delay || !truth.path("bounce").asBoolean()) && !mail.events().isEmpty()) {
            falsePositives.add(file.toString());
        }
        if (!truth.path("bounce").asBoolean()) {
            return;
        }
        List<BounceEvent> events = delay ? mail.delays() : mail.events();
        boolean named = mail.kind().hasEvents() || mail.kind() == MailKind.DELAY_NOTICE;
        count(Column.DETECTED, named || !events.isEmpty());
        judgeRecipients(truth, events, delay);
    }

    private void judgeRecipients(JsonNode truth, List<BounceEvent> events, boolean delay) {
        List<JsonNode> failed = new ArrayList<>();
        truth.path("recipients").forEach(recipient -> {
            if (!recipient.path("type").asText("").equals("none")) {
                failed.add(recipient);
            }
        });
        boolean known = truth.path("recipients_known").asBoolean(true);
        if (known && !failed.isEmpty()) {
            boolean all = failed.stream()
                    .allMatch(recipient ->
                            events.stream().anyMatch(event -> names(recipient).contains(address(event))));
            boolean onlyThose = events.stream()
                    .allMatch(event ->
                            failed.stream().anyMatch(each -> names(each).contains(address(event))));
            count(Column.RECIPIENTS, all && onlyThose);
        }
        Set<String> seen = new HashSet<>();
        for (JsonNode recipient : failed) {
            if (seen.add(recipient.path("address").asText("").toLowerCase(Locale.ROOT)
                    + recipient.path("type")
                    + recipient.path("reason")
                    + recipient.path("status"))) {
                List<BounceEvent> mine = events.stream()
                        .filter(event -> !known || names(recipient).contains(address(event)))
                        .toList();
                judge(truth, recipient, mine, delay);
            }
        }
    }

    private void judge(JsonNode truth, JsonNode recipient, List<BounceEvent> mine, boolean delay) {
        String type = recipient.path("type").asText("");
        String origin = truth.path("origin").asText();
        boolean ourPolicy = origin.startsWith("sisimai") || origin.startsWith("synth");
        if (ourPolicy && !delay && List.of("hard", "soft", "complaint").contains(type)) {
            count(
                    Column.TYPE,
                    mine.stream().anyMatch(event -> event.type().json().equals(type)));
        }
        if (!delay && recipient.hasNonNull("permanent")) {
            boolean permanent = recipient.path("permanent").asBoolean();
            count(Column.PERMANENT, mine.stream().anyMatch(event -> isPermanent(event) == permanent));
        }
        String reason = recipient.path("reason").asText("");
        if (!reason.isEmpty() && recipient.hasNonNull("reason")) {
            count(Column.REASON, mine.stream().anyMatch(event -> means(event, reason)));
        }
        String status = recipient.path("status").asText("");
        if (!status.isEmpty()
                && recipient.hasNonNull("status")
                && !recipient.path("status_pseudo").asBoolean()) {
            count(Column.CLASS, mine.stream().anyMatch(event -> status(event).startsWith(status.substring(0, 1))));
            if (!status.endsWith(".0.0")) {
                count(
                        Column.STATUS,
                        mine.stream().anyMatch(event -> status(event).equals(status)));
            }
        }
    }

    private static boolean means(BounceEvent event, String reason) {
        for (JsonNode name : reasons.path(event.reason().name())) {
            if (name.asText().equals(reason)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isPermanent(BounceEvent event) {
        String status = status(event);
        if (!status.isEmpty()) {
            return status.startsWith("5");
        }
        return event.replyCode().isPresent()
                ? event.replyCode().getAsInt() >= 500
                : event.type().json().equals("hard");
    }

    private static String status(BounceEvent event) {
        return event.status().map(EnhancedStatus::toString).orElse("");
    }

    private static String address(BounceEvent event) {
        return event.recipient().map(EmailAddress::address).orElse("").toLowerCase(Locale.ROOT);
    }

    private static Set<String> names(JsonNode recipient) {
        Set<String> names = new HashSet<>();
        names.add(recipient.path("address").asText("").toLowerCase(Locale.ROOT));
        recipient.path("alt").forEach(alt -> names.add(alt.asText().toLowerCase(Locale.ROOT)));
        return names;
    }
}
