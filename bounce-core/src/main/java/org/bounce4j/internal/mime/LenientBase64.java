package org.bounce4j.internal.mime;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Decodes base64 (RFC 2045, section 6.8) as mailers write it, and knows a text that only says it is base64. */
final class LenientBase64 {
    /** How many lines are looked at in a body that may be base64. */
    private static final int PROBED_LINES = 20;

    /** How many lines that are no base64 show that short ones behind them are words. */
    private static final int PLAIN_LINES = 2;

    /** Words of a text are shorter, in characters: what a line of base64 begins with. */
    private static final int LONG_WORD = 40;

    /** And what each part of a line of several is, in characters. */
    private static final int MIN_PART = 16;

    private static final byte[] DIGITS = new byte[128];

    static {
        Arrays.fill(DIGITS, (byte) -1);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (int i = 0; i < alphabet.length(); i++) {
            DIGITS[alphabet.charAt(i)] = (byte) i;
        }
        DIGITS['-'] = 62;
        DIGITS['_'] = 63;
    }

    private LenientBase64() {}

    /** Returns the decoded bytes; what is not of the alphabet is skipped. */
    static byte[] decode(byte[] bytes, int start, int end) {
        byte[] out = new byte[(end - start) / 4 * 3 + 3];
        int length = 0;
        int bits = 0;
        int collected = 0;
        for (int i = start; i < end; i++) {
            byte b = bytes[i];
            if (b == '=') {
                // padding ends a quantum; some gateways glue several encoded texts together
                bits = 0;
                collected = 0;
                continue;
            }
            int digit = b < 0 ? -1 : DIGITS[b];
            if (digit < 0) {
                continue;
            }
            bits = bits << 6 | digit;
            collected += 6;
            if (collected >= 8) {
                collected -= 8;
                out[length++] = (byte) (bits >> collected);
            }
        }
        return Arrays.copyOf(out, length);
    }

    /** Returns whether a body that is said to be base64 is a text as it stands. */
    static boolean isText(byte[] bytes, int start, int end) {
        int textLines = 0;
        int line = hasMark(bytes, start, end) ? start + 3 : start;
        while (line < end && textLines < PROBED_LINES) {
            int lineEnd = Lines.end(bytes, line, end);
            int from = line;
            int to = lineEnd;
            while (from < to && isSkipped(bytes[from])) {
                from++;
            }
            while (to > from && isSkipped(bytes[to - 1])) {
                to--;
            }
            if (from < to) {
                if (begins(bytes, from, to, textLines)) {
                    return false;
                }
                textLines++;
            }
            line = Lines.next(bytes, lineEnd, end);
        }
        return textLines > 0;
    }

    /** Returns whether base64 begins in a line below so many lines of text, which may be a banner's or all there is. */
    private static boolean begins(byte[] bytes, int start, int end, int textLines) {
        boolean longOnly = textLines >= PLAIN_LINES;
        if (!isBase64(bytes, start, end, longOnly)) {
            return false;
        }
        boolean oneWord = digitsEnd(bytes, start, end) == end;
        return textLines == 0 || oneWord && !longOnly || holdsText(bytes, start, end);
    }

    private static boolean hasMark(byte[] bytes, int start, int end) {
        return end - start > 3
                && bytes[start] == (byte) 0xEF
                && bytes[start + 1] == (byte) 0xBB
                && bytes[start + 2] == (byte) 0xBF;
    }

    private static boolean isSkipped(byte b) {
        return b == 0 || Text.isBlank(b);
    }

    /**
     * Returns whether a line is base64: in one word, in long ones, or with something glued on behind a very long one. Fixtures
     * base64-in-parts.eml, base64-below-banner.eml
     */
    private static boolean isBase64(byte[] bytes, int start, int end, boolean longOnly) {
        int digits = digitsEnd(bytes, start, end);
        if (bytes[start] == '=') {
            return false;
        }
        if (digits == end) {
            return !longOnly || end - start >= LONG_WORD;
        }
        if (digits - start >= LONG_WORD) {
            return true;
        }
        int part = start;
        while (digits < end && Text.isBlank(bytes[digits]) && digits - part >= MIN_PART) {
            part = digits + 1;
            digits = digitsEnd(bytes, part, end);
        }
        return digits == end;
    }

    /** Returns whether a line of digits is no number, rule or long word among those of a text: fixture text-as-base64.eml. */
    private static boolean holdsText(byte[] bytes, int start, int end) {
        int digits = digitsEnd(bytes, start, end);
        ByteBuffer decoded = ByteBuffer.wrap(decode(bytes, start, start + (digits - start) / 4 * 4));
        CharBuffer text = CharBuffer.allocate(decoded.remaining());
        boolean malformed =
                StandardCharsets.UTF_8.newDecoder().decode(decoded, text, false).isError();
        if (malformed) {
            // of another charset: fixture base64-of-charset-below-banner.eml
            return hasBothCases(bytes, start, digits)
                    && new String(decoded.array(), StandardCharsets.ISO_8859_1)
                            .chars()
                            .noneMatch(LenientBase64::isControl);
        }
        return text.flip().chars().noneMatch(LenientBase64::isControl);
    }

    private static boolean isControl(int c) {
        return c < ' ' && "\t\r\n\u001B".indexOf(c) < 0;
    }

    private static boolean hasBothCases(byte[] bytes, int start, int end) {
        boolean upper = false;
        boolean lower = false;
        for (int i = start; i < end; i++) {
            upper |= bytes[i] >= 'A' && bytes[i] <= 'Z';
            lower |= bytes[i] >= 'a' && bytes[i] <= 'z';
        }
        return upper && lower;
    }

    private static int digitsEnd(byte[] bytes, int start, int end) {
        int at = start;
        while (at < end && bytes[at] >= 0 && (DIGITS[bytes[at]] >= 0 || bytes[at] == '=')) {
            at++;
        }
        return at;
    }
}
