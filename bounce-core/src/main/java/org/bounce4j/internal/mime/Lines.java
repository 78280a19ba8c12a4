package org.bounce4j.internal.mime;

/**
 * Finds lines. A line ends with LF, CR LF, or CR alone.
 *
 * <p>QUIRK: {@code CR CR LF} is one line end: gateways that turn LF into CR LF twice write it.
 */
final class Lines {
    private Lines() {}

    /** Returns where the line that begins at {@code start} ends, before its line end. */
    static int end(byte[] bytes, int start, int limit) {
        int i = start;
        while (i < limit) {
            byte b = bytes[i];
            if (b <= '\r' && (b == '\n' || b == '\r')) {
                return i;
            }
            i++;
        }
        return limit;
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
}
