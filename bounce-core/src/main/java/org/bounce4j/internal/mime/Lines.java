package org.bounce4j.internal.mime;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds lines, and looks at eight bytes at once for what else is asked of all bytes. A line ends with LF, CR LF, or CR alone.
 *
 * <p>QUIRK: {@code CR CR LF} is one line end: gateways that turn LF into CR LF twice write it.
 */
final class Lines {
    private Lines() {}

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;

    /** Returns where the line that begins at {@code start} ends, before its line end. */
    static int end(byte[] bytes, int start, int limit) {
        int i = start;
        for (; i + Long.BYTES <= limit; i += Long.BYTES) {
            // eight bytes at once; the lowest bit that is set is that of the first line end
            long word = (long) LONGS.get(bytes, i);
            long hits = zeros(word ^ ONES * '\n') | zeros(word ^ ONES * '\r');
            if (hits != 0) {
                return i + Long.numberOfTrailingZeros(hits) / Byte.SIZE;
            }
        }
        while (i < limit && bytes[i] != '\n' && bytes[i] != '\r') {
            i++;
        }
        return i;
    }

    /** Returns where the next two dashes stand, or the limit. */
    static int dashes(byte[] bytes, int start, int limit) {
        int i = start;
        for (; i + Long.BYTES < limit; i += Long.BYTES) {
            // eight bytes at once: two dashes are a byte that is a dash and is followed by one
            long word = (long) LONGS.get(bytes, i);
            long hits = zeros(word ^ ONES * '-');
            if (hits != 0) {
                int first = i + Long.numberOfTrailingZeros(hits) / Byte.SIZE;
                for (int at = first; at < i + Long.BYTES; at++) {
                    if (bytes[at] == '-' && bytes[at + 1] == '-') {
                        return at;
                    }
                }
            }
        }
        for (; i + 1 < limit; i++) {
            if (bytes[i] == '-' && bytes[i + 1] == '-') {
                return i;
            }
        }
        return limit;
    }

    /** Returns whether no byte has the highest bit. */
    static boolean areAscii(byte[] bytes, int start, int limit) {
        long all = 0;
        int i = start;
        for (; i + Long.BYTES <= limit; i += Long.BYTES) {
            all |= (long) LONGS.get(bytes, i);
        }
        for (; i < limit; i++) {
            all |= bytes[i];
        }
        return (all & HIGH_BITS) == 0;
    }

    /** Returns where that character, of ASCII, stands next, or the limit. */
    static int indexOf(byte[] bytes, char c, int start, int limit) {
        int i = start;
        for (; i + Long.BYTES <= limit; i += Long.BYTES) {
            long hits = zeros((long) LONGS.get(bytes, i) ^ ONES * c);
            if (hits != 0) {
                return i + Long.numberOfTrailingZeros(hits) / Byte.SIZE;
            }
        }
        while (i < limit && bytes[i] != c) {
            i++;
        }
        return i;
    }

    /** Marks the bytes that are 0: the lowest mark is right, those above it may not be. */
    private static long zeros(long word) {
        return word - ONES & ~word & HIGH_BITS;
    }

    /** Returns where the line behind the line end at {@code end} begins. */
    static int next(byte[] bytes, int end, int limit) {
        if (end >= limit) {
            return limit;
        }
        if (bytes[end] == '\n') {
            return end + 1;
        }
        if (bytes[end] != '\r') {
            return end;
        }
        if (end + 1 < limit && bytes[end + 1] == '\n') {
            return end + 2;
        }
        if (end + 2 < limit && bytes[end + 1] == '\r' && bytes[end + 2] == '\n') {
            return end + 3;
        }
        return end + 1;
    }

    /** Returns the text with every line end turned into LF. */
    static String separatedByLf(String text) {
        int at = text.indexOf('\r');
        if (at < 0) {
            return text;
        }
        StringBuilder lines = new StringBuilder(text.length());
        int from = 0;
        while (at >= 0) {
            lines.append(text, from, at).append('\n');
            from = text.startsWith("\r\n", at + 1) ? at + 3 : text.startsWith("\n", at + 1) ? at + 2 : at + 1;
            at = text.indexOf('\r', from);
        }
        return lines.append(text, from, text.length()).toString();
    }
}
