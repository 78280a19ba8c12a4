package org.bounce4j.internal.mime;

import java.util.Set;

/**
 * UTF-7 (RFC 2152), which Java does not know.
 *
 * <p>QUIRK: the SMTP service of Windows, and with it Exchange 2000 and 2003, writes its notices in it; fixture
 * iis-german.eml.
 */
final class Utf7 {
    private static final Set<String> NAMES =
            Set.of("utf-7", "unicode-1-1-utf-7", "unicode-2-0-utf-7", "x-unicode-1-1-utf-7", "x-unicode-2-0-utf-7");

    private Utf7() {}

    static boolean isCalled(String charset) {
        return NAMES.contains(charset);
    }

    /** Decodes bytes; what follows a plus and is no UTF-7 stays as it is, such as that of {@code jane+news@example.com}. */
    static String decode(byte[] bytes, int start, int end) {
        StringBuilder text = new StringBuilder(end - start);
        int at = start;
        while (at < end) {
            if (bytes[at] != '+') {
                text.append((char) (bytes[at++] & 0xff));
                continue;
            }
            int close = endOfShifted(bytes, at + 1, end);
            boolean ended = close < end && bytes[close] == '-';
            if (close == at + 1 && ended) {
                text.append('+');
                at = close + 1;
            } else if (!isTagged(bytes, close, end) && appendShifted(bytes, at + 1, close, text)) {
                at = ended ? close + 1 : close;
            } else {
                text.append(Text.latin1(bytes, at, close));
                at = close;
            }
        }
        return text.toString();
    }

    /** Returns whether what follows a plus ends as the local part of an address: nobody had other characters there then. */
    private static boolean isTagged(byte[] bytes, int close, int end) {
        return close < end && bytes[close] == '@';
    }

    private static int endOfShifted(byte[] bytes, int start, int end) {
        int at = start;
        while (at < end && sextet(bytes[at]) >= 0) {
            at++;
        }
        return at;
    }

    /** Appends the characters of a shifted run; or returns false if it holds none, or does not end with one. */
    private static boolean appendShifted(byte[] bytes, int start, int end, StringBuilder text) {
        int length = text.length();
        int bits = 0;
        int count = 0;
        for (int i = start; i < end; i++) {
            bits = bits << 6 | sextet(bytes[i]);
            count += 6;
            if (count >= 16) {
                count -= 16;
                text.append((char) (bits >>> count));
                bits &= (1 << count) - 1;
            }
        }
        if (count >= 6 || bits != 0) {
            text.setLength(length);
        }
        return text.length() > length;
    }

    private static int sextet(byte b) {
        if (b >= 'A' && b <= 'Z') {
            return b - 'A';
        }
        if (b >= 'a' && b <= 'z') {
            return b - 'a' + 26;
        }
        if (b >= '0' && b <= '9') {
            return b - '0' + 52;
        }
        return b == '+' ? 62 : b == '/' ? 63 : -1;
    }
}
