package org.bounce4j.internal.classify;

import java.util.List;
import java.util.Optional;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceType;
import org.bounce4j.internal.Witness;
import org.jspecify.annotations.Nullable;

/**
 * Says what one reply means. All conditions that are not empty must hold.
 *
 * @param name the rule's name
 * @param reason what it means
 * @param type the type, where it is not the reason's usual one
 * @param receivers receivers, one of which must have answered
 * @param statuses enhanced status patterns, one of which must match
 * @param replies reply code patterns, one of which must match
 * @param commands SMTP commands, one of which must have been refused
 * @param weak whether any other rule's phrases go before this one's
 * @param alternatives lists of phrases; all phrases of one of the lists must stand in the text
 */
record Rule(
        String name,
        BounceReason reason,
        @Nullable BounceType type,
        List<Receiver> receivers,
        List<CodePattern> statuses,
        List<CodePattern> replies,
        List<String> commands,
        boolean weak,
        List<List<String>> alternatives) {
    /** Returns whether it guesses from a word, where neither phrases nor codes say anything. */
    boolean isHint() {
        return Witness.isGuess(name);
    }

    /**
     * Says by what the replies of a receiver are known; or lists, by its phrases alone, words that bar rules.
     *
     * @param name its short name
     * @param suffixes domains of its servers
     * @param tags phrases that only its replies hold
     */
    record Receiver(String name, List<String> suffixes, List<String> tags) {}

    /** Matches numbers separated by dots; {@code x} stands for any number and {@code 500-699} for a range. */
    static final class CodePattern {
        private final int[] low;
        private final int[] high;

        private CodePattern(int[] low, int[] high) {
            this.low = low;
            this.high = high;
        }

        /** Reads a pattern of so many numbers, or returns nothing where it is something else. */
        static Optional<CodePattern> parse(String text, int numbers) {
            String[] fields = text.split("\\.", -1);
            if (fields.length != numbers) {
                return Optional.empty();
            }
            int[] low = new int[fields.length];
            int[] high = new int[fields.length];
            for (int i = 0; i < fields.length; i++) {
                int dash = fields[i].indexOf('-');
                if (fields[i].equals("x")) {
                    high[i] = Integer.MAX_VALUE;
                } else {
                    low[i] = number(dash < 0 ? fields[i] : fields[i].substring(0, dash));
                    high[i] = dash < 0 ? low[i] : number(fields[i].substring(dash + 1));
                    if (low[i] < 0 || high[i] < low[i]) {
                        return Optional.empty();
                    }
                }
            }
            return Optional.of(new CodePattern(low, high));
        }

        /** Returns a number of one to three digits, which is what codes are made of, or -1. */
        private static int number(String text) {
            boolean digits =
                    !text.isEmpty() && text.length() <= 3 && text.chars().allMatch(c -> c >= '0' && c <= '9');
            return digits ? Integer.parseInt(text) : -1;
        }

        boolean matches(int... numbers) {
            if (numbers.length != low.length) {
                return false;
            }
            for (int i = 0; i < numbers.length; i++) {
                if (numbers[i] < low[i] || numbers[i] > high[i]) {
                    return false;
                }
            }
            return true;
        }
    }
}
