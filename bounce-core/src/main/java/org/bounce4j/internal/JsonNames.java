package org.bounce4j.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Knows the names of fields that a reader looks for, so that no new text is made of each. Immutable and thread-safe. */
public final class JsonNames {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** Knows none. */
    public static final JsonNames NONE = new JsonNames();

    /** What {@link #find} returns for a name that is not known. */
    static final int UNKNOWN = -1;

    private final String[] texts;
    private final byte[][] bytes;
    private final long[] keys;
    /** The places of names by their keys; {@link #UNKNOWN} where there is none. */
    private final int[] slots;

    /** Creates a table of these names, each given once. */
    public JsonNames(String... names) {
        texts = names.clone();
        bytes = new byte[names.length][];
        keys = new long[names.length];
        slots = new int[Integer.highestOneBit(Math.max(1, names.length) * 4)];
        Arrays.fill(slots, UNKNOWN);
        for (int i = 0; i < names.length; i++) {
            bytes[i] = names[i].getBytes(StandardCharsets.UTF_8);
            keys[i] = key(bytes[i], 0, bytes[i].length);
            int slot = slot(keys[i]);
            while (slots[slot] != UNKNOWN) {
                slot = slot + 1 & slots.length - 1;
            }
            slots[slot] = i;
        }
    }

    /**
     * Returns what tells names apart, mostly: two of the same key may differ, unless they have less than eight bytes and as
     * many.
     */
    static long key(byte[] name, int start, int end) {
        int length = end - start;
        long head;
        long tail = 0;
        if (length >= 8) {
            head = (long) LONGS.get(name, start);
            tail = (long) LONGS.get(name, end - 8);
        } else if (length > 0 && start <= name.length - 8) {
            head = (long) LONGS.get(name, start) << 8 * (8 - length);
        } else {
            head = 0;
            for (int i = start; i < end; i++) {
                head = head >>> 8 | (long) name[i] << 56;
            }
        }
        return (head * 0x9e3779b97f4a7c15L ^ tail) * 0xc2b2ae3d27d4eb4fL + length;
    }

    private int slot(long key) {
        return (int) (key >>> 40) & slots.length - 1;
    }

    /** Returns the place of a name among those given to the constructor, or {@link #UNKNOWN}. */
    int find(byte[] json, int start, int end, long key) {
        int slot = slot(key);
        for (int place = slots[slot]; place != UNKNOWN; place = slots[slot]) {
            if (keys[place] == key && isSame(bytes[place], json, start, end)) {
                return place;
            }
            slot = slot + 1 & slots.length - 1;
        }
        return UNKNOWN;
    }

    /** Compares two names of the same key: most are so short that two words of each hold them. */
    private static boolean isSame(byte[] name, byte[] json, int start, int end) {
        int length = end - start;
        if (name.length != length || length < 8) {
            return name.length == length;
        }
        return length > 16
                ? Arrays.equals(name, 0, length, json, start, end)
                : (long) LONGS.get(name, 0) == (long) LONGS.get(json, start)
                        && (long) LONGS.get(name, length - 8) == (long) LONGS.get(json, end - 8);
    }

    /** Returns the name at a place that {@link #find} returned. */
    String text(int place) {
        return texts[place];
    }
}
