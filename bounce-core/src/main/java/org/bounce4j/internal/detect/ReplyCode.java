package org.bounce4j.internal.detect;

import org.jspecify.annotations.Nullable;

/** Finds SMTP reply codes (RFC 5321, section 4.2) in text. */
public final class ReplyCode {
    private ReplyCode() {}

    /**
     * Returns the first failure code that stands by itself: the one of {@code 550 5.1.1 No}, {@code said: 550-No} and
     * {@code (550)}, not the numbers in {@code 192.0.2.550}, {@code id 550a} or {@code 5500}.
     *
     * @return 400 to 599, or 0
     */
    public static int find(@Nullable String text) {
        int at = text == null ? -1 : position(text);
        return at < 0 || text == null ? 0 : Integer.parseInt(text, at, at + 3, 10);
    }

    /** Returns where that code stands, or -1. */
    static int position(String text) {
        for (int i = 0; i + 2 < text.length(); i++) {
            char c = text.charAt(i);
            if ((c == '4' || c == '5')
                    && text.charAt(i + 1) >= '0'
                    && text.charAt(i + 1) <= '7'
                    && isDigit(text.charAt(i + 2))
                    && (i == 0 || " (<[\"':;=#\t".indexOf(text.charAt(i - 1)) >= 0)
                    && (i + 3 == text.length() || " -)>]\"':;,\t#".indexOf(text.charAt(i + 3)) >= 0)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
