package org.bounce4j.internal.mime;

import java.util.Arrays;

/** Decodes uuencode (POSIX), which gateways older than MIME wrote. */
final class Uuencode {
    /** Each {@code 0} is an octal digit. */
    private static final String BEGIN = "begin 000 ";

    private Uuencode() {}

    /**
     * Decodes what stands between {@code begin 644 name} and {@code end}, where each line begins with its length; the words around
     * it are kept: fixture uuencoded-below-words.eml
     */
    static byte[] decode(byte[] bytes, int start, int end) {
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
