package org.bounce4j.internal.mime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The header fields of a message, a part or a report group, as positions in the bytes they came from: nothing is copied or
 * decoded until it is asked for.
 */
public final class Headers {
    private static final int FIELD = 4;

    private final byte[] bytes;
    /** Four positions a field: start and end of the name, start and end of the value with its folds. */
    private int[] positions = new int[16 * FIELD];

    private int count;

    Headers(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Reads the header fields that bytes begin with. */
    public static Headers parse(byte[] bytes) {
        return MimeReader.headers(bytes, 0, bytes.length, MimeLimits.STANDARD);
    }

    void add(int nameStart, int nameEnd, int valueStart, int valueEnd) {
        int at = count * FIELD;
        if (at == positions.length) {
            positions = Arrays.copyOf(positions, at * 2);
        }
        positions[at] = nameStart;
        positions[at + 1] = nameEnd;
        positions[at + 2] = valueStart;
        positions[at + 3] = valueEnd;
        count++;
    }

    void extendLast(int valueEnd) {
        positions[(count - 1) * FIELD + 3] = valueEnd;
    }

    /** Returns how many fields there are. */
    public int count() {
        return count;
    }

    /** Returns the name of a field, as it was written. */
    public String name(int index) {
        int at = index * FIELD;
        return Text.latin1(bytes, positions[at], positions[at + 1]);
    }

    /** Returns the value of a field, unfolded, in UTF-8 where it is valid and else in Windows-1252; not decoded further. */
    public String value(int index) {
        int at = index * FIELD;
        return Text.unfolded(bytes, positions[at + 2], positions[at + 3]);
    }

    /** Returns the value of the first field of that name, compared without case, or null. */
    public @Nullable String get(String name) {
        int index = indexOf(name);
        return index < 0 ? null : value(index);
    }

    /** Returns whether there is a field of that name. */
    public boolean has(String name) {
        return indexOf(name) >= 0;
    }

    /** Returns the values of all fields of that name. */
    public List<String> all(String name) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (isNamed(i, name)) {
                values.add(value(i));
            }
        }
        return values;
    }

    private int indexOf(String name) {
        for (int i = 0; i < count; i++) {
            if (isNamed(i, name)) {
                return i;
            }
        }
        return -1;
    }

    private boolean isNamed(int index, String name) {
        int start = positions[index * FIELD];
        int length = positions[index * FIELD + 1] - start;
        if (length != name.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (Text.lower(bytes[start + i]) != Text.lower((byte) name.charAt(i))) {
                return false;
            }
        }
        return true;
    }
}
