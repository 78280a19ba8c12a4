package org.bounce4j.internal;

import org.bounce4j.EnhancedStatus;
import org.jspecify.annotations.Nullable;

/** Chooses who is believed: the codes that the remote server said go before those of a report, a guess from a word goes last. */
public final class Witness {
    /** What the names of rules begin with that only guess from a word. */
    private static final String GUESS = "hint.";

    private Witness() {}

    /** Returns whether the rule of that name guesses from a word: whoever else says why is believed before it. */
    public static boolean isGuess(String rule) {
        return rule.startsWith(GUESS);
    }

    /**
     * Returns the enhanced status that counts.
     *
     * @param reported the one of the report, or null
     * @param said what the remote server said, or null
     * @return the one in what was said, unless it is as vague as {@code 5.0.0} and the report has one; null if there is none
     */
    public static @Nullable EnhancedStatus status(@Nullable EnhancedStatus reported, @Nullable String said) {
        return status(reported, EnhancedStatus.find(said).orElse(null));
    }

    /**
     * Returns the enhanced status that counts.
     *
     * @param reported the one of the report, or null
     * @param said the one in what the remote server said, or null
     * @return that one, unless it is as vague as {@code 5.0.0} and the report has one; null if there is none
     */
    public static @Nullable EnhancedStatus status(@Nullable EnhancedStatus reported, @Nullable EnhancedStatus said) {
        return said == null || said.isVague() && reported != null ? reported : said;
    }

    /**
     * Returns the reply code that a text begins with, as in {@code 550 5.1.1 User unknown} or {@code 550-5.1.1}.
     *
     * @param said what the remote server said, or null
     * @return 400 to 579, or 0 where it begins with anything else, such as {@code 5.1.1}, {@code 5501} or {@code 550.1}
     */
    public static int replyCode(@Nullable String said) {
        if (said == null || said.length() < 3) {
            return 0;
        }
        boolean code = isBetween('4', said.charAt(0), '5')
                && isBetween('0', said.charAt(1), '7')
                && isBetween('0', said.charAt(2), '9');
        boolean ends = said.length() == 3 || !Character.isLetterOrDigit(said.charAt(3)) && said.charAt(3) != '.';
        return code && ends ? Integer.parseInt(said, 0, 3, 10) : 0;
    }

    private static boolean isBetween(char least, char c, char most) {
        return least <= c && c <= most;
    }
}
