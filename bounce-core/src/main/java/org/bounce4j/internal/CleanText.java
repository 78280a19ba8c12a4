package org.bounce4j.internal;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Makes text from outside fit to be stored, logged and shown on one line. */
public final class CleanText {
    private CleanText() {}

    /**
     * Returns the text on one line: runs of white space and control characters become one space, unpaired surrogates become
     * U+FFFD, and what is longer than the limit is cut between two characters.
     *
     * @param text any text or null
     * @param max the limit in UTF-16 units
     * @return the line, or null if nothing is left of it
     */
    public static @Nullable String line(@Nullable String text, int max) {
        if (text == null) {
            return null;
        }
        int length = text.length();
        if (length <= max && isClean(text)) {
            return length == 0 ? null : text;
        }
        StringBuilder line = new StringBuilder(Math.min(length, max));
        boolean space = false;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (isBlank(c)) {
                space = line.length() > 0;
                continue;
            }
            boolean pair =
                    Character.isHighSurrogate(c) && i + 1 < length && Character.isLowSurrogate(text.charAt(i + 1));
            if (line.length() + (space ? 1 : 0) + (pair ? 2 : 1) > max) {
                break;
            }
            if (space) {
                line.append(' ');
                space = false;
            }
            if (pair) {
                line.append(c).append(text.charAt(++i));
            } else {
                line.append(Character.isSurrogate(c) ? '\ufffd' : c);
            }
        }
        return line.length() == 0 ? null : line.toString();
    }

    /** Returns whether {@link #line} would leave nothing of the text. */
    public static boolean isBlank(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isBlank(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Returns the text with every unpaired surrogate replaced by U+FFFD: as it is, it has no form in UTF-8. */
    public static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (isUnpaired(text, i)) {
                return replaced(text);
            }
        }
        return text;
    }

    /** Returns the text in UTF-8, with U+FFFD for every unpaired surrogate. */
    public static byte[] utf8(String text) {
        return wellFormed(text).getBytes(StandardCharsets.UTF_8);
    }

    private static String replaced(String text) {
        StringBuilder line = new StringBuilder(text);
        for (int i = 0; i < line.length(); i++) {
            if (isUnpaired(line, i)) {
                line.setCharAt(i, '\ufffd');
            }
        }
        return line.toString();
    }

    /** Returns whether all surrogates of the text stand in pairs. */
    public static boolean isWellFormed(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            if (isUnpaired(text, i)) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether a character is half a surrogate pair. */
    public static boolean isUnpaired(CharSequence text, int i) {
        char c = text.charAt(i);
        if (!Character.isSurrogate(c)) {
            return false;
        }
        return Character.isHighSurrogate(c)
                ? i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1))
                : i == 0 || !Character.isHighSurrogate(text.charAt(i - 1));
    }

    /** White space of every script, controls, and the invisible characters that turn the direction of what follows them. */
    private static boolean isBlank(char c) {
        if (c < 0x7f) {
            return c <= ' ';
        }
        return c <= 0xa0
                || c >= '\u2028' && c <= '\u202e'
                || c >= '\u2066' && c <= '\u2069'
                || c == '\u061c'
                || c == '\u200b'
                || c == '\u200e'
                || c == '\u200f'
                || c == '\ufeff'
                || Character.isSpaceChar(c);
    }

    private static boolean isClean(String text) {
        int last = text.length() - 1;
        for (int i = 0; i <= last; i++) {
            char c = text.charAt(i);
            boolean visible = c > ' ' && c < 0x7f || c > 0x7f && !isBlank(c) && !Character.isSurrogate(c);
            if (!visible && (c != ' ' || i == 0 || i == last || text.charAt(i - 1) == ' ')) {
                return false;
            }
        }
        return true;
    }
}
