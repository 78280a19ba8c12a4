package org.bounce4j.ses;

import java.util.ArrayList;
import java.util.List;

/** Makes names of eight characters that Jackson's table of names puts where it puts a given one, whatever its seed. */
final class CollidingNames {
    private static final int FIRST = 0x21;
    private static final int LAST = 0x7e;

    private CollidingNames() {}

    /** Returns that many names; the hash is {@code mix(first half) + 33 * second half}, so the second half is solved for. */
    static List<String> with(String name, int count) {
        int target = mix(quad(name.substring(0, 4))) + 33 * quad(name.substring(4));
        int inverse = 1;
        for (int i = 0; i < 6; i++) {
            inverse *= 2 - 33 * inverse;
        }
        List<String> names = new ArrayList<>();
        byte[] half = {FIRST, FIRST, FIRST, FIRST};
        while (names.size() < count) {
            int first = quad(half);
            int second = (target - mix(first)) * inverse;
            if (isPlain(first) && isPlain(second) && !(text(first) + text(second)).equals(name)) {
                names.add(text(first) + text(second));
            }
            int i = 3;
            while (half[i] == LAST) {
                half[i--] = FIRST;
            }
            half[i]++;
        }
        return names;
    }

    private static int mix(int quad) {
        int hash = quad + (quad >>> 15);
        return hash ^ (hash >>> 9);
    }

    private static int quad(String text) {
        return quad(
                new byte[] {(byte) text.charAt(0), (byte) text.charAt(1), (byte) text.charAt(2), (byte) text.charAt(3)
                });
    }

    private static int quad(byte[] bytes) {
        return bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
    }

    private static boolean isPlain(int quad) {
        for (int shift = 0; shift < 32; shift += 8) {
            int c = quad >>> shift & 0xff;
            if (c < FIRST || c > LAST || c == '"' || c == '\\') {
                return false;
            }
        }
        return true;
    }

    private static String text(int quad) {
        return "" + (char) (quad >>> 24) + (char) (quad >>> 16 & 0xff) + (char) (quad >>> 8 & 0xff)
                + (char) (quad & 0xff);
    }
}
