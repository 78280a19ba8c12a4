package org.bounce4j.pop3;

import java.util.Arrays;

/** Collects a text up to a limit. */
final class Pop3Text {
    private final int max;
    private byte[] bytes = new byte[8 * 1024];
    private int length;
    private boolean whole = true;

    Pop3Text(int max) {
        this.max = max;
    }

    void add(byte b) {
        if (length == max) {
            whole = false;
            return;
        }
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(max, bytes.length * 2L));
        }
        bytes[length++] = b;
    }

    byte[] bytes() {
        return Arrays.copyOf(bytes, length);
    }

    boolean whole() {
        return whole;
    }
}
