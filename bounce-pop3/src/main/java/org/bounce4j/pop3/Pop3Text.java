package org.bounce4j.pop3;

import java.util.Arrays;

/** Collects a text up to a limit. */
final class Pop3Text {
    private final int max;
    private byte[] bytes;
    private int length;
    private long seen;
    private int lines;

    /** Expects so many bytes, and takes fewer and more. */
    Pop3Text(int max, long expected) {
        this.max = max;
        this.bytes = new byte[(int) Math.max(64, Math.min(max, Math.min(expected + 2, 1 << 20)))];
    }

    void add(byte[] buffer, int offset, int count) {
        seen += count;
        int kept = Math.min(count, max - length);
        if (kept > bytes.length - length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(max, Math.max(length + (long) kept, bytes.length * 2L)));
        }
        System.arraycopy(buffer, offset, bytes, length, kept);
        length += kept;
    }

    void add(byte b) {
        seen++;
        if (length == max) {
            return;
        }
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(max, bytes.length * 2L));
        }
        bytes[length++] = b;
    }

    void endLine() {
        lines++;
    }

    /** Returns how many bytes there were, kept or not. */
    long seen() {
        return seen;
    }

    int lines() {
        return lines;
    }

    byte[] bytes() {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    boolean whole() {
        return seen == length;
    }
}
