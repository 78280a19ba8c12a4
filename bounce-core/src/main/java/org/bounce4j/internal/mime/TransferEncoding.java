package org.bounce4j.internal.mime;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Undoes {@code Content-Transfer-Encoding} (RFC 2045, section 6). Never fails: what is not of the encoding's alphabet is
 * skipped in base64 and kept in quoted-printable; an unknown encoding is none.
 */
enum TransferEncoding {
    NONE,
    BASE64,
    QUOTED_PRINTABLE,
    /** QUIRK: gateways older than MIME; fixture dsn-uuencoded.eml. */
    UUENCODE;

    /** How many lines are looked at in a body that may be base64. */
    private static final int PROBED_LINES = 20;
    /** How many lines that are no base64 show that short ones behind them are words. */
    private static final int PLAIN_LINES = 2;
    /** Words of a text are shorter than these, in characters: what a line of base64 begins with, and its parts. */
    private static final int LONG_WORD = 40;

    private static final int MIN_PART = 16;

    /** Each {@code 0} is an octal digit. */
    private static final String BEGIN = "begin 000 ";

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

    static TransferEncoding of(@Nullable Slice header) {
        if (header == null) {
            return NONE;
        }
        if (header.startsWith("base64", 0)) {
            return BASE64;
        }
        if (header.startsWith("x-uu", 0) || header.startsWith("uuencode", 0)) {
            return UUENCODE;
        }
        return header.startsWith("quoted-printable", 0) ? QUOTED_PRINTABLE : NONE;
    }

    /**
     * Returns the encoding that a body of this encoding has. QUIRK: programs declare base64 and write the text as it is; fixture
     * dsn-base64-in-name-only.eml
     */
    TransferEncoding of(byte[] bytes, int start, int end) {
        int plain = 0;
        int line = hasMark(bytes, start, end) ? start + 3 : start;
        while (this == BASE64 && line < end && plain < PROBED_LINES) {
            int lineEnd = Lines.end(bytes, line, end);
            int from = line;
            int to = lineEnd;
            while (from < to && isSkipped(bytes[from])) {
                from++;
            }
            while (to > from && isSkipped(bytes[to - 1])) {
                to--;
            }
            if (from < to
                    && isBase64(bytes, from, to, plain >= PLAIN_LINES)
                    && (plain == 0
                            || plain < PLAIN_LINES && digitsEnd(bytes, from, to) == to
                            || holdsText(bytes, from, to))) {
                return this;
            }
            plain += from < to ? 1 : 0;
            line = Lines.next(bytes, lineEnd, end);
        }
        return plain > 0 ? NONE : this;
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
        ByteBuffer decoded = ByteBuffer.wrap(BASE64.decode(bytes, start, start + (digits - start) / 4 * 4));
        CharBuffer text = CharBuffer.allocate(decoded.remaining());
        boolean malformed =
                StandardCharsets.UTF_8.newDecoder().decode(decoded, text, false).isError();
        if (malformed) {
            // of another charset: fixture base64-of-charset-below-banner.eml
            return hasBothCases(bytes, start, digits)
                    && new String(decoded.array(), StandardCharsets.ISO_8859_1)
                            .chars()
                            .noneMatch(TransferEncoding::isControl);
        }
        return text.flip().chars().noneMatch(TransferEncoding::isControl);
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

    /** Returns the decoded bytes, a copy. */
    byte[] decode(byte[] bytes, int start, int end) {
        return switch (this) {
            case NONE -> Arrays.copyOfRange(bytes, start, end);
            case BASE64 -> base64(bytes, start, end);
            case QUOTED_PRINTABLE -> quotedPrintable(bytes, start, end);
            case UUENCODE -> uuencode(bytes, start, end);
        };
    }

    private static byte[] base64(byte[] bytes, int start, int end) {
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

    private static byte[] quotedPrintable(byte[] bytes, int start, int end) {
        byte[] out = new byte[end - start];
        int length = 0;
        int i = start;
        while (i < end) {
            byte b = bytes[i];
            if (b != '=') {
                out[length++] = b;
                i++;
                continue;
            }
            int high = i + 1 < end ? Character.digit(bytes[i + 1], 16) : -1;
            int low = i + 2 < end ? Character.digit(bytes[i + 2], 16) : -1;
            if (high >= 0 && low >= 0) {
                out[length++] = (byte) (high << 4 | low);
                i += 3;
                continue;
            }
            int next = i + 1;
            while (next < end && Text.isBlank(bytes[next])) {
                next++;
            }
            if (next >= end || Text.isLineEnd(bytes[next])) {
                i = Lines.next(bytes, next, end);
            } else {
                out[length++] = b;
                i++;
            }
        }
        return Arrays.copyOf(out, length);
    }

    /**
     * Decodes what stands between {@code begin 644 name} and {@code end}, where each line begins with its length; the words around
     * it are kept: fixture uuencoded-below-words.eml
     */
    private static byte[] uuencode(byte[] bytes, int start, int end) {
        byte[] out = new byte[end - start];
        int length = 0;
        boolean begun = false;
        for (int line = start; line < end; ) {
            int lineEnd = Lines.end(bytes, line, end);
            int next = Lines.next(bytes, lineEnd, end);
            if (!begun && isBegin(bytes, line, lineEnd)) {
                begun = true;
            } else if (!begun) {
                System.arraycopy(bytes, line, out, length, next - line);
                length += next - line;
            } else if (lineEnd - line == 3 && bytes[line] == 'e' && bytes[line + 1] == 'n' && bytes[line + 2] == 'd') {
                begun = false;
            } else {
                int left = lineEnd > line ? sixBits(bytes, line, lineEnd) : 0;
                for (int i = line + 1; i < lineEnd && left > 0; i += 4) {
                    int bits = sixBits(bytes, i, lineEnd) << 18
                            | sixBits(bytes, i + 1, lineEnd) << 12
                            | sixBits(bytes, i + 2, lineEnd) << 6
                            | sixBits(bytes, i + 3, lineEnd);
                    for (int shift = 16; shift >= 0 && left > 0; shift -= 8) {
                        out[length++] = (byte) (bits >> shift);
                        left--;
                    }
                }
            }
            line = next;
        }
        return Arrays.copyOf(out, length);
    }

    private static boolean isBegin(byte[] bytes, int line, int end) {
        boolean begins = end - line > BEGIN.length() && bytes[line + BEGIN.length() - 1] == ' ';
        for (int i = 0; begins && i < BEGIN.length() - 1; i++) {
            byte b = bytes[line + i];
            begins = BEGIN.charAt(i) == '0' ? b >= '0' && b <= '7' : b == BEGIN.charAt(i);
        }
        return begins;
    }

    /** What a gateway cut off at the end of a line were spaces. */
    private static int sixBits(byte[] bytes, int at, int end) {
        return at < end ? bytes[at] - ' ' & 0x3f : 0;
    }
}
