package org.bounce4j.internal.mime;

/**
 * A piece of the bytes of a mail, for what is only looked at: nothing is copied, and what is beyond ASCII is not decoded.
 */
final class Slice {
    private final byte[] bytes;
    private final int start;
    private final int end;

    private Slice(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.start = start;
        this.end = end;
    }

    /** Returns a header's value without the white space around it. */
    static Slice unfolded(byte[] bytes, int start, int end) {
        int from = start;
        int to = end;
        while (from < to && isSpace(bytes[from])) {
            from++;
        }
        while (to > from && isSpace(bytes[to - 1])) {
            to--;
        }
        return new Slice(bytes, from, to);
    }

    private static boolean isSpace(byte b) {
        return Text.isBlank(b) || Text.isLineEnd(b);
    }

    int length() {
        return end - start;
    }

    byte at(int index) {
        return bytes[start + index];
    }

    /** Returns where the first of these two bytes stands, from an index on; the length if neither does. */
    int indexOf(char either, char or, int from) {
        int at = start + from;
        while (at < end && bytes[at] != either && bytes[at] != or) {
            at++;
        }
        return at - start;
    }

    /** Returns whether an ASCII text in lower case stands at this index, whatever the case here. */
    boolean startsWith(String lower, int at) {
        if (at + lower.length() > end - start) {
            return false;
        }
        for (int i = 0; i < lower.length(); i++) {
            if (Text.lower(bytes[start + at + i]) != lower.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Returns a piece of this as text, unfolded. */
    String text(int from, int to) {
        return Text.unfolded(bytes, start + from, start + to);
    }
}
