package org.bounce4j.suppression;

import java.time.Duration;
import java.util.Objects;

/**
 * Says how many failed attempts within what time lead to what. Immutable and thread-safe.
 *
 * @param attempts how many distinct attempts it takes, from 1
 * @param window within what time they must lie, more than nothing
 * @param distinctDays whether attempts count once per UTC day, so that one bad afternoon is one attempt
 * @param action what follows
 */
public record Threshold(int attempts, Duration window, boolean distinctDays, SuppressionAction action) {
    /**
     * Creates a threshold.
     *
     * @param attempts from 1
     * @param window more than nothing
     * @param distinctDays whether attempts count once per UTC day
     * @param action what follows
     * @throws IllegalArgumentException if one of them is out of its range, or there are more distinct days than the window
     *     touches, one more than it has days
     */
    public Threshold {
        Objects.requireNonNull(action, "action");
        if (attempts < 1) {
            throw new IllegalArgumentException("Expected at least 1 attempt, got " + attempts);
        }
        if (window.isZero() || window.isNegative()) {
            throw new IllegalArgumentException("Expected a window of more than nothing, got " + window);
        }
        if (distinctDays) {
            // a window begins and ends within days: one of 24 hours touches two of them
            long whole = window.toDays();
            long days = whole + (window.minusDays(whole).isZero() ? 1 : 2);
            if (attempts > days) {
                throw new IllegalArgumentException(
                        "Expected at most " + days + " distinct days, which is what a window of "
                                + window + " touches, got " + attempts + ", which it can never reach; take a window of "
                                + (attempts - 1) + " days or more");
            }
        }
    }

    /**
     * Returns a threshold that the first attempt reaches.
     *
     * @param action what follows
     * @return the threshold
     */
    public static Threshold first(SuppressionAction action) {
        return new Threshold(1, Duration.ofDays(1), false, action);
    }

    /**
     * Returns a threshold of attempts on distinct UTC days.
     *
     * @param attempts how many days with an attempt it takes, from 1
     * @param window within what time they must lie
     * @param action what follows
     * @return the threshold
     * @throws IllegalArgumentException if one of them is out of its range, or the window touches fewer days than that: it
     *     takes a window of {@code attempts - 1} days or more
     */
    public static Threshold onDistinctDays(int attempts, Duration window, SuppressionAction action) {
        return new Threshold(attempts, window, true, action);
    }

    /** Returns how many of what it takes: {@code 5 on distinct days within 14 days}. */
    String inWords() {
        return attempts + (distinctDays ? " on distinct days" : "") + " within " + inWords(window);
    }

    private static String inWords(Duration window) {
        if (window.equals(Duration.ofDays(window.toDays()))) {
            return window.toDays() + (window.toDays() == 1 ? " day" : " days");
        }
        return window.equals(Duration.ofHours(window.toHours()))
                ? window.toHours() + (window.toHours() == 1 ? " hour" : " hours")
                : window.toString();
    }
}
