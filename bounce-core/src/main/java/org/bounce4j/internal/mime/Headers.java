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
    private static final int FIELD = 5;
    private static final int KEY = 4;

    private final byte[] bytes;
    /** Of each field: start and end of the name, start and end of the value with its folds, and the name's key. */
    private int[] positions;

    private int count;
    private boolean cut;

    Headers(byte[] bytes, int expectedFields) {
        this(bytes, new int[expectedFields * FIELD]);
    }

    private Headers(byte[] bytes, int[] positions) {
        this.bytes = bytes;
        this.positions = positions;
    }

    /** Reads the header fields that bytes begin with. */
    public static Headers parse(byte[] bytes) {
        return MimeReader.headers(bytes, 0, bytes.length, MimeLimits.STANDARD);
    }

    /**
     * Returns a copy that does not keep the mail in memory.
     *
     * @param maxFields how many fields it has at most
     * @param maxValue how many bytes of each value it has at most
     */
    public Headers copy(int maxFields, int maxValue) {
        int fields = Math.min(count, maxFields);
        int[] copied = new int[fields * FIELD];
        int size = 0;
        for (int at = 0; at < copied.length; at += FIELD) {
            int value = positions[at + 3] - positions[at + 2];
            copied[at] = size;
            size += positions[at + 1] - positions[at];
            copied[at + 1] = size;
            copied[at + 2] = size;
            size += value <= maxValue ? value : wholeCharacters(positions[at + 2], maxValue);
            copied[at + 3] = size;
            copied[at + KEY] = positions[at + KEY];
        }
        byte[] kept = new byte[size];
        for (int at = 0; at < copied.length; at += FIELD) {
            System.arraycopy(bytes, positions[at], kept, copied[at], copied[at + 1] - copied[at]);
            System.arraycopy(bytes, positions[at + 2], kept, copied[at + 2], copied[at + 3] - copied[at + 2]);
        }
        Headers copy = new Headers(kept, copied);
        copy.count = fields;
        return copy;
    }

    /** Returns a length, at most this, that cuts no character of UTF-8 in two. */
    private int wholeCharacters(int start, int max) {
        int length = max;
        while (length > max - 4 && (bytes[start + length] & 0xc0) == 0x80) {
            length--;
        }
        return length;
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
        positions[at + KEY] = key(nameEnd - nameStart, bytes[nameStart], bytes[nameEnd - 1]);
        count++;
    }

    /** Returns a number that is the same for the same name, whatever its case: most other names have another. */
    private static int key(int length, int first, int last) {
        return length << 16 | (first & 0x5f) << 8 | last & 0x5f;
    }

    private static int key(String name) {
        return key(name.length(), name.charAt(0), name.charAt(name.length() - 1));
    }

    void extendLast(int valueEnd) {
        positions[(count - 1) * FIELD + 3] = valueEnd;
    }

    void cut() {
        cut = true;
    }

    /** Returns whether there were more fields than are read. */
    public boolean isCut() {
        return cut;
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

    /** Returns the bytes of the first field of that name, unfolded, or null. */
    @Nullable
    Slice slice(String name) {
        int index = indexOf(name);
        return index < 0 ? null : Slice.unfolded(bytes, positions[index * FIELD + 2], positions[index * FIELD + 3]);
    }

    /** Returns whether there is a field of that name. */
    public boolean has(String name) {
        return indexOf(name) >= 0;
    }

    /** Returns the values of all fields of that name. */
    public List<String> all(String name) {
        int first = indexOf(name);
        if (first < 0) {
            return List.of();
        }
        int next = indexOf(name, first + 1);
        if (next < 0) {
            return List.of(value(first));
        }
        List<String> values = new ArrayList<>();
        values.add(value(first));
        for (; next >= 0; next = indexOf(name, next + 1)) {
            values.add(value(next));
        }
        return values;
    }

    private int indexOf(String name) {
        return indexOf(name, 0);
    }

    private int indexOf(String name, int from) {
        int key = key(name);
        for (int i = from; i < count; i++) {
            if (positions[i * FIELD + KEY] == key && isNamed(i, name)) {
                return i;
            }
        }
        return -1;
    }

    private boolean isNamed(int index, String name) {
        int start = positions[index * FIELD];
        for (int i = 0; i < name.length(); i++) {
            if (Text.lower(bytes[start + i]) != Text.lower((byte) name.charAt(i))) {
                return false;
            }
        }
        return true;
    }
}
