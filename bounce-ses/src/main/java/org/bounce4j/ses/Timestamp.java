package org.bounce4j.ses;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** Reads a time in the one form that AWS writes in practice, {@code 2026-01-31T12:00:00.000Z}, without a formatter. */
final class Timestamp {
    private static final String FORM = "0000-00-00T00:00:00.000Z";

    private Timestamp() {}

    /**
     * Reads a time in that form, or in any other that {@link Instant#parse} reads.
     *
     * @throws DateTimeException if it is neither
     */
    static Instant parse(String text) {
        int hour = isUsual(text) ? number(text, 11, 13) : 24;
        if (hour >= 24 || number(text, 17, 19) >= 60) {
            // another form, the end of a day as 24:00, a leap second
            return Instant.parse(text);
        }
        return LocalDateTime.of(
                        number(text, 0, 4),
                        number(text, 5, 7),
                        number(text, 8, 10),
                        hour,
                        number(text, 14, 16),
                        number(text, 17, 19),
                        number(text, 20, 23) * 1_000_000)
                .toInstant(ZoneOffset.UTC);
    }

    private static boolean isUsual(String text) {
        if (text.length() != FORM.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            char form = FORM.charAt(i);
            if (form == '0' ? c < '0' || c > '9' : c != form) {
                return false;
            }
        }
        return true;
    }

    private static int number(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            number = 10 * number + text.charAt(i) - '0';
        }
        return number;
    }
}
