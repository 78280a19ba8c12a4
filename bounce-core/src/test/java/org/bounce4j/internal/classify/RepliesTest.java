package org.bounce4j.internal.classify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.bounce4j.BounceClassifier;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceType;
import org.bounce4j.Classification;
import org.bounce4j.EnhancedStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Asks the standard rules about replies of real servers; each rule has at least one that only it knows. */
class RepliesTest {
    /** Reasons that may end an address, if the failure is permanent. */
    private static final Set<BounceReason> DEAD = Set.of(
            BounceReason.USER_UNKNOWN,
            BounceReason.USER_MOVED,
            BounceReason.HOST_UNKNOWN,
            BounceReason.HOST_REFUSES_MAIL,
            BounceReason.MAILBOX_DISABLED,
            BounceReason.SUPPRESSED);

    static List<String> replies() throws IOException {
        return read("/org/bounce4j/internal/classify/replies.txt").stream()
                .filter(line -> !line.startsWith("#"))
                .toList();
    }

    private static List<String> read(String resource) throws IOException {
        try (InputStream file = RepliesTest.class.getResourceAsStream(resource)) {
            assertThat(file).as(resource).isNotNull();
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }

    private static String rule(String line) {
        return line.substring(0, line.indexOf(" | "));
    }

    private static Classification classify(String line) {
        List<@Nullable String> fields = Arrays.stream(line.split(" \\| ", 6))
                .map(field -> field.equals("-") ? null : field)
                .collect(Collectors.toList());
        String code = fields.get(3);
        return BounceClassifier.standard()
                .classify(
                        EnhancedStatus.parse(fields.get(2)).orElse(null),
                        code == null ? 0 : Integer.parseInt(code),
                        fields.get(5),
                        fields.get(1),
                        fields.get(4));
    }

    @ParameterizedTest
    @MethodSource("replies")
    void isDecidedByItsRule(String line) {
        assertThat(classify(line).rule()).isEqualTo(rule(line));
    }

    @ParameterizedTest
    @MethodSource("replies")
    void isHardOnlyWhereTheAddressIsDead(String line) {
        Classification found = classify(line);
        if (found.type() == BounceType.HARD) {
            assertThat(DEAD).contains(found.reason());
        }
    }

    @Test
    void everyRuleHasAReply() throws IOException {
        Set<String> withReply = replies().stream()
                .map(RepliesTest::rule)
                .filter(rule -> !rule.equals("none"))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> rules = read("/org/bounce4j/internal/classify/classification-rules.txt").stream()
                .filter(line -> !line.isEmpty() && "#@ ".indexOf(line.charAt(0)) < 0)
                .map(line -> line.substring(0, line.indexOf(' ')))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(rules).hasSizeGreaterThan(200).isEqualTo(withReply);
    }

    @Test
    void everyRuleSaysWhereItIsKnownFrom() throws IOException {
        List<String> lines = read("/org/bounce4j/internal/classify/classification-rules.txt");
        boolean explained = false;
        for (String line : lines) {
            if (line.startsWith("#")) {
                explained = true;
            } else if (line.isEmpty()) {
                explained = false;
            } else if (!line.startsWith("@")) {
                // rules below each other share the comment above the first of them
                assertThat(explained).as(line).isTrue();
            }
        }
    }
}
