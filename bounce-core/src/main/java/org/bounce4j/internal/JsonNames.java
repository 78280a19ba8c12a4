package org.bounce4j.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Knows the names of fields that a reader looks for, so that no new text is made of each. Immutable and thread-safe. */
public final class JsonNames {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** Knows none. */
    public static final JsonNames NONE = new JsonNames();

    private final @Nullable String[] texts;
    private final byte[][] bytes;

    /** Creates a table of these names. */
    public JsonNames(String... names) {
        int size = Integer.highestOneBit(Math.max(1, names.length) * 4);
        texts = new @Nullable String[size];
        bytes = new byte[size][];
        for (String name : names) {
            byte[] encoded = name.getBytes(StandardCharsets.UTF_8);
            int slot = slot(key(encoded, 0, encoded.length));
            while (texts[slot] != null) {
                slot = slot + 1 & size - 1;
            }
            texts[slot] = name;
            bytes[slot] = encoded;
        }
    }

    /** Returns what tells names apart, mostly: two of the same key may differ. */
    static long key(byte[] name, int start, int end) {
        int length = end - start;
        long head;
        long tail;
        if (length >= 8) {
            head = (long) LONGS.get(name, start);
            tail = (long) LONGS.get(name, end - 8);
        } else {
            head = 0;
            tail = 0;
            for (int i = start; i < end; i++) {
                head = head << 8 | name[i] & 0xff;
            }
        }
        return (head * 0x9e3779b97f4a7c15L ^ tail) * 0xc2b2ae3d27d4eb4fL + length;
    }

    private int slot(long key) {
        return (int) (key >>> 40) & texts.length - 1;
    }

    @Nullable
    String find(byte[] json, int start, int end, long key) {
        int slot = slot(key);
        for (String text = texts[slot]; text != null; text = texts[slot]) {
            if (Arrays.equals(bytes[slot], 0, bytes[slot].length, json, start, end)) {
                return text;
            }
            slot = slot + 1 & texts.length - 1;
        }
        return null;
    }
}
