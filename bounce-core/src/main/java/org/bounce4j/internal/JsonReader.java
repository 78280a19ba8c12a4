package org.bounce4j.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON (RFC 8259) straight from its bytes, for the documents that providers post by the thousand: the caller walks
 * through the document and takes texts out of it, the rest is checked and passed over without making anything of it. As
 * strict as the reader of {@link Json}: UTF-8, no control characters in texts, nesting, names and numbers bounded, and no
 * name twice in an object unless the caller says otherwise. Not thread-safe; serves one document.
 *
 * <pre>{@code
 * reader.enter();
 * while (reader.field()) {
 *   switch (reader.name()) {
 *     case "email" -> email = reader.text();
 *     default -> reader.skip();
 *   }
 * }
 * reader.end();
 * }</pre>
 */
public final class JsonReader {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final int MAX_NAME = 1_024;
    private static final int MAX_NUMBER = 256;
    /** An object with more names has a set of them. */
    private static final int MANY_NAMES = 48;

    private final byte[] json;
    private final int end;
    private final JsonNames known;
    private final boolean uniqueNames;
    private int at;

    private int depth;
    private int maxDepth = Json.MAX_DEPTH;
    /** A bit for each open container: whether it is an object, and whether it had something yet. */
    private long objects;

    private long begun;

    private int nameStart;
    private int nameEnd;
    private boolean nameEscaped;
    /** Set where names must be unique. */
    private long nameKey;

    /** The names of the open objects, one object's behind the other's. */
    private int names;

    private int[] nameStarts = {};
    private int[] nameEnds = {};
    private long[] nameKeys = {};
    private final int[] namesBefore = new int[Json.MAX_DEPTH + 1];
    /** The names of open objects with very many, by their depth. */
    private final Map<Integer, Set<String>> manyNames = new HashMap<>(0);

    private int textStart;
    private int textEnd;
    private boolean textEscaped;

    /** Says that a document is none. It holds nothing of the document. */
    public static final class MalformedJsonException extends Exception {
        private static final long serialVersionUID = 1;
        private final int position;

        private MalformedJsonException(String expected, int position) {
            super("expected " + expected + " at byte " + position);
            this.position = position;
        }

        /** Returns where, as an offset into the bytes. */
        public int position() {
            return position;
        }

        @Override
        public synchronized Throwable fillInStackTrace() {
            // what is wrong is the sender's document, a hundred thousand times if they like
            return this;
        }
    }

    /**
     * Starts to read a part of an array of bytes.
     *
     * @param known the names that are made no new texts of
     * @param uniqueNames whether a name that stands twice in an object is refused
     */
    public JsonReader(byte[] json, int start, int end, JsonNames known, boolean uniqueNames) {
        this.json = json;
        this.end = end;
        this.known = known;
        this.uniqueNames = uniqueNames;
        this.at = start;
    }

    /** Starts to read a document in which no object may have a name twice; a byte order mark in front of it is skipped. */
    public JsonReader(byte[] json, JsonNames known) {
        this(json, Json.start(json), json.length, known, true);
    }

    /** Returns whether the text is one object and nothing else, that can stand inside of another document. */
    static boolean isObject(String text, int maxDepth) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        JsonReader reader = new JsonReader(bytes, 0, bytes.length, JsonNames.NONE, true);
        reader.maxDepth = maxDepth;
        try {
            if (reader.kind() != '{') {
                return false;
            }
            reader.skip();
            reader.end();
            return true;
        } catch (MalformedJsonException e) {
            return false;
        }
    }

    /** Returns the offset of the next byte: behind what was read last, and before white space and commas. */
    public int position() {
        return at;
    }

    /**
     * Returns what kind of value comes next, by its first character: <code>{ [ " t f n</code>, and {@code 0} for a number.
     * The position is at it then.
     */
    public char kind() throws MalformedJsonException {
        space();
        byte b = at < end ? json[at] : 0;
        return switch (b) {
            case '{', '[', '"', 't', 'f', 'n' -> (char) b;
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> '0';
            default -> throw wrong("a value");
        };
    }

    /** Enters the object or array that comes next. */
    public void enter() throws MalformedJsonException {
        char kind = kind();
        if (kind != '{' && kind != '[') {
            throw wrong("an object or an array");
        }
        if (depth == maxDepth) {
            throw wrong("at most " + maxDepth + " levels");
        }
        at++;
        namesBefore[depth] = names;
        long bit = 1L << depth;
        objects = kind == '{' ? objects | bit : objects & ~bit;
        begun &= ~bit;
        depth++;
    }

    /** Goes to the next element of an array; returns false, and leaves it, where there is none. */
    public boolean element() throws MalformedJsonException {
        return next(']');
    }

    /** Goes to the value of the next field of an object; returns false, and leaves the object, where there is none. */
    public boolean field() throws MalformedJsonException {
        if (!next('}')) {
            return false;
        }
        space();
        string();
        nameStart = textStart;
        nameEnd = textEnd;
        nameEscaped = textEscaped;
        if (nameEnd - nameStart > MAX_NAME) {
            throw wrong("a name of at most " + MAX_NAME + " bytes");
        }
        if (uniqueNames) {
            remember();
        }
        space();
        if (at >= end || json[at] != ':') {
            throw wrong("a colon");
        }
        at++;
        return true;
    }

    private boolean next(char closing) throws MalformedJsonException {
        space();
        long bit = 1L << (depth - 1);
        byte b = at < end ? json[at] : 0;
        if (b == closing) {
            at++;
            depth--;
            names = namesBefore[depth];
            if (!manyNames.isEmpty()) {
                manyNames.remove(depth);
            }
            return false;
        }
        if ((begun & bit) == 0) {
            begun |= bit;
        } else if (b == ',') {
            at++;
        } else {
            throw wrong("a comma or the end");
        }
        return true;
    }

    /** Returns the name of the field. */
    public String name() {
        if (nameEscaped) {
            return new String(decoded(nameStart, nameEnd), StandardCharsets.UTF_8);
        }
        String name = known.find(json, nameStart, nameEnd, uniqueNames ? nameKey : nameKey());
        return name != null ? name : new String(json, nameStart, nameEnd - nameStart, StandardCharsets.UTF_8);
    }

    /** Returns whether the field has this name, in UTF-8. */
    public boolean isName(byte[] name) {
        return nameEscaped
                ? Arrays.equals(decoded(nameStart, nameEnd), name)
                : Arrays.equals(json, nameStart, nameEnd, name, 0, name.length);
    }

    private long nameKey() {
        if (!nameEscaped) {
            return JsonNames.key(json, nameStart, nameEnd);
        }
        byte[] name = decoded(nameStart, nameEnd);
        return JsonNames.key(name, 0, name.length);
    }

    private void remember() throws MalformedJsonException {
        long key = nameKey();
        nameKey = key;
        int first = namesBefore[depth - 1];
        Set<String> many = manyNames.isEmpty() ? null : manyNames.get(depth - 1);
        if (many == null && names - first < MANY_NAMES) {
            for (int i = first; i < names; i++) {
                if (nameKeys[i] == key && isSame(nameStarts[i], nameEnds[i])) {
                    throw twice();
                }
            }
            if (names == nameKeys.length) {
                int more = 2 * names + 16;
                nameStarts = Arrays.copyOf(nameStarts, more);
                nameEnds = Arrays.copyOf(nameEnds, more);
                nameKeys = Arrays.copyOf(nameKeys, more);
            }
            nameStarts[names] = nameStart;
            nameEnds[names] = nameEnd;
            nameKeys[names++] = key;
            return;
        }
        if (many == null) {
            many = new HashSet<>();
            for (int i = first; i < names; i++) {
                many.add(new String(decoded(nameStarts[i], nameEnds[i]), StandardCharsets.UTF_8));
            }
            manyNames.put(depth - 1, many);
        }
        if (!many.add(name())) {
            throw twice();
        }
    }

    private boolean isSame(int start, int stop) {
        return Arrays.equals(json, start, stop, json, nameStart, nameEnd)
                || (nameEscaped || hasEscape(start, stop))
                        && Arrays.equals(decoded(start, stop), decoded(nameStart, nameEnd));
    }

    private boolean hasEscape(int start, int stop) {
        for (int i = start; i < stop; i++) {
            if (json[i] == '\\') {
                return true;
            }
        }
        return false;
    }

    private MalformedJsonException twice() {
        return new MalformedJsonException("each name once in an object", nameStart);
    }

    /**
     * Reads the value that comes next as a text: a string without its escapes, a number or a boolean as it stands there.
     * Returns null for a JSON null, and for an object or an array, which is passed over.
     */
    public @Nullable String text() throws MalformedJsonException {
        int start;
        switch (kind()) {
            case '"' -> {
                string();
                return textEscaped
                        ? new String(decoded(textStart, textEnd), StandardCharsets.UTF_8)
                        : new String(json, textStart, textEnd - textStart, StandardCharsets.UTF_8);
            }
            case '0' -> {
                start = at;
                number();
                return new String(json, start, at - start, StandardCharsets.ISO_8859_1);
            }
            case 't' -> {
                literal("true");
                return "true";
            }
            case 'f' -> {
                literal("false");
                return "false";
            }
            default -> {
                skip();
                return null;
            }
        }
    }

    /** Reads a value as {@link #text} does; of a known name no new text is made. */
    public @Nullable String knownText() throws MalformedJsonException {
        if (kind() != '"') {
            return text();
        }
        int start = at;
        string();
        String text =
                textEscaped ? null : known.find(json, textStart, textEnd, JsonNames.key(json, textStart, textEnd));
        if (text != null) {
            return text;
        }
        at = start;
        return text();
    }

    /**
     * Goes back to a value that was passed over, to read it.
     *
     * @param start where {@link #position} was after {@link #kind} had been asked for this value
     */
    public void again(int start) {
        at = start;
    }

    /** Reads the string that comes next, and returns it without its escapes, in UTF-8: checked and copied in one pass. */
    public byte[] utf8() throws MalformedJsonException {
        if (kind() != '"') {
            throw wrong("a string");
        }
        byte[] in = json;
        int stop = end;
        int i = at + 1;
        byte[] out = new byte[stop - i];
        int length = 0;
        while (true) {
            if (i <= stop - 8) {
                // there is as much room left as there are bytes to come
                long word = (long) LONGS.get(in, i);
                LONGS.set(out, length, word);
                long marks = marks(word);
                int plain = marks == 0 ? 8 : Long.numberOfTrailingZeros(marks) >>> 3;
                i += plain;
                length += plain;
                if (marks == 0) {
                    continue;
                }
            }
            byte b = i < stop ? in[i] : 0;
            if (b == '"') {
                at = i + 1;
                return Arrays.copyOf(out, length);
            }
            if (b >= ' ' && b != '\\') {
                out[length++] = b;
                i++;
                continue;
            }
            int start = i;
            at = i;
            if (b == '\\' && i + 1 < stop && in[i + 1] == '"') {
                // the one that a document in a document is full of
                out[length++] = '"';
                i += 2;
                continue;
            }
            if (b == '\\') {
                escape();
                if (isHalf(start, stop, "89abAB") && isHalf(at, stop, "cdefCDEF")) {
                    escape();
                }
            } else if (b < 0) {
                at = characterEnd(i);
            } else {
                throw wrong("a string without control characters, and its end");
            }
            byte[] decoded = decoded(start, at);
            System.arraycopy(decoded, 0, out, length, decoded.length);
            length += decoded.length;
            i = at;
        }
    }

    /** Returns whether this is the escape of one half of a surrogate pair, which half, its second digit says. */
    private boolean isHalf(int start, int stop, String secondDigits) {
        return start + 3 < stop
                && json[start] == '\\'
                && json[start + 1] == 'u'
                && (json[start + 2] == 'd' || json[start + 2] == 'D')
                && secondDigits.indexOf(json[start + 3]) >= 0;
    }

    /** Checks and passes over the value that comes next, whatever it is. */
    public void skip() throws MalformedJsonException {
        if (kind() == '"') {
            string();
            return;
        }
        int outside = depth;
        do {
            if (depth > outside) {
                boolean object = (objects & 1L << (depth - 1)) != 0;
                if (object ? !field() : !element()) {
                    continue;
                }
            }
            switch (kind()) {
                case '{', '[' -> enter();
                case '"' -> string();
                case 't' -> literal("true");
                case 'f' -> literal("false");
                case 'n' -> literal("null");
                default -> number();
            }
        } while (depth > outside);
    }

    /** Checks that nothing but white space follows. */
    public void end() throws MalformedJsonException {
        space();
        if (at < end) {
            throw wrong("the end");
        }
    }

    /** Returns whether nothing but white space follows. */
    public boolean isAtEnd() {
        space();
        return at >= end;
    }

    private void space() {
        int i = at;
        while (i < end && json[i] <= ' ' && (json[i] == ' ' || json[i] == '\n' || json[i] == '\r' || json[i] == '\t')) {
            i++;
        }
        at = i;
    }

    private void literal(String word) throws MalformedJsonException {
        if (end - at < word.length()) {
            throw wrong(word);
        }
        for (int i = 0; i < word.length(); i++) {
            if (json[at + i] != word.charAt(i)) {
                throw wrong(word);
            }
        }
        at += word.length();
        endOfWord();
    }

    private void endOfWord() throws MalformedJsonException {
        if (at < end) {
            switch (json[at]) {
                case ' ', '\n', '\r', '\t', ',', ']', '}' -> {}
                default -> throw wrong("the end of a value");
            }
        }
    }

    private void number() throws MalformedJsonException {
        int start = at;
        if (json[at] == '-') {
            at++;
        }
        if (at < end && json[at] == '0') {
            at++;
        } else {
            digits();
        }
        if (at < end && json[at] == '.') {
            at++;
            digits();
        }
        if (at < end && (json[at] == 'e' || json[at] == 'E')) {
            at++;
            if (at < end && (json[at] == '+' || json[at] == '-')) {
                at++;
            }
            int exponent = at;
            digits();
            if (at - exponent > 9) {
                // what reads the document later could not hold it
                throw wrong("a number that can be held");
            }
        }
        if (at - start > MAX_NUMBER) {
            throw wrong("a number of at most " + MAX_NUMBER + " characters");
        }
        endOfWord();
    }

    private void digits() throws MalformedJsonException {
        int start = at;
        while (at < end && json[at] >= '0' && json[at] <= '9') {
            at++;
        }
        if (at == start) {
            throw wrong("a digit");
        }
    }

    /** Passes over a string, and says where it stands and whether it has escapes. */
    private void string() throws MalformedJsonException {
        byte[] in = json;
        int stop = end;
        int i = at;
        if (i >= stop || in[i] != '"') {
            throw wrong("a string");
        }
        textStart = ++i;
        textEscaped = false;
        while (true) {
            i = plain(in, i, stop);
            byte b = i < stop ? in[i] : 0;
            if (b == '"') {
                textEnd = i;
                at = i + 1;
                return;
            }
            at = i;
            if (b == '\\') {
                textEscaped = true;
                escape();
            } else if (b < 0) {
                at = characterEnd(i);
            } else {
                throw wrong("a string without control characters, and its end");
            }
            i = at;
        }
    }

    /** Returns where the next quote, backslash, control or non-ASCII character is: eight bytes at a time. */
    private static int plain(byte[] in, int from, int stop) {
        int i = from;
        for (int last = stop - 8; i <= last; i += 8) {
            long word = (long) LONGS.get(in, i);
            long marks = marks(word);
            if (marks != 0) {
                return i + (Long.numberOfTrailingZeros(marks) >>> 3);
            }
        }
        while (i < stop && in[i] >= ' ' && in[i] != '"' && in[i] != '\\') {
            i++;
        }
        return i;
    }

    /**
     * Marks the bytes that are a quote, a backslash, a control or no ASCII. The lowest that is marked is one that is meant;
     * those above it may be marked by a borrow.
     */
    private static long marks(long word) {
        long quote = word ^ 0x2222222222222222L;
        long backslash = word ^ 0x5c5c5c5c5c5c5c5cL;
        return (quote - ONES & ~quote | backslash - ONES & ~backslash | word - 0x20 * ONES & ~word | word) & HIGHS;
    }

    private void escape() throws MalformedJsonException {
        at++;
        switch (at < end ? json[at] : 0) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> at++;
            case 'u' -> {
                if (end - at < 5) {
                    throw wrong("four hexadecimal digits");
                }
                for (int i = 1; i <= 4; i++) {
                    if (Character.digit(json[at + i], 16) < 0) {
                        throw wrong("four hexadecimal digits");
                    }
                }
                at += 5;
            }
            default -> throw wrong("an escape that JSON has");
        }
    }

    /** Returns the position behind a character that is not ASCII (RFC 3629: no surrogates, none longer than it need be). */
    private int characterEnd(int start) throws MalformedJsonException {
        int lead = json[start] & 0xff;
        int length = lead >= 0xc2 && lead <= 0xdf
                ? 2
                : lead >= 0xe0 && lead <= 0xef ? 3 : lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
        if (length == 0 || end - start < length) {
            throw wrong("UTF-8");
        }
        int second = json[start + 1] & 0xff;
        int least = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
        int most = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
        if (second < least || second > most) {
            throw wrong("UTF-8");
        }
        for (int i = 2; i < length; i++) {
            if ((json[start + i] & 0xc0) != 0x80) {
                throw wrong("UTF-8");
            }
        }
        return start + length;
    }

    /** Returns a string that was checked, without its escapes; half a surrogate pair becomes U+FFFD. */
    private byte[] decoded(int start, int stop) {
        byte[] in = json;
        // an escape is at least as long as the UTF-8 of its character
        byte[] out = new byte[stop - start];
        int length = 0;
        int i = start;
        while (i < stop) {
            if (i <= stop - 8) {
                // there is as much room left as there are bytes to come
                long word = (long) LONGS.get(in, i);
                LONGS.set(out, length, word);
                long backslash = word ^ 0x5c5c5c5c5c5c5c5cL;
                long marks = backslash - ONES & ~backslash & HIGHS;
                int plain = marks == 0 ? 8 : Long.numberOfTrailingZeros(marks) >>> 3;
                i += plain;
                length += plain;
                if (marks == 0) {
                    continue;
                }
            } else if (in[i] != '\\') {
                out[length++] = in[i++];
                continue;
            }
            byte escape = in[i + 1];
            i += 2;
            switch (escape) {
                case 'b' -> out[length++] = '\b';
                case 'f' -> out[length++] = '\f';
                case 'n' -> out[length++] = '\n';
                case 'r' -> out[length++] = '\r';
                case 't' -> out[length++] = '\t';
                case 'u' -> {
                    int c = hex(i);
                    i += 4;
                    if (c >= 0xd800 && c <= 0xdbff && i + 6 <= stop && in[i] == '\\' && in[i + 1] == 'u') {
                        int low = hex(i + 2);
                        if (low >= 0xdc00 && low <= 0xdfff) {
                            c = Character.toCodePoint((char) c, (char) low);
                            i += 6;
                        }
                    }
                    length = put(c >= 0xd800 && c <= 0xdfff ? 0xfffd : c, out, length);
                }
                default -> out[length++] = escape;
            }
        }
        return length == out.length ? out : Arrays.copyOf(out, length);
    }

    private int hex(int start) {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            value = value << 4 | Character.digit(json[start + i], 16);
        }
        return value;
    }

    private static int put(int c, byte[] out, int length) {
        int n = length;
        if (c < 0x80) {
            out[n++] = (byte) c;
        } else if (c < 0x800) {
            out[n++] = (byte) (0xc0 | c >> 6);
            out[n++] = (byte) (0x80 | c & 0x3f);
        } else if (c < 0x10000) {
            out[n++] = (byte) (0xe0 | c >> 12);
            out[n++] = (byte) (0x80 | c >> 6 & 0x3f);
            out[n++] = (byte) (0x80 | c & 0x3f);
        } else {
            out[n++] = (byte) (0xf0 | c >> 18);
            out[n++] = (byte) (0x80 | c >> 12 & 0x3f);
            out[n++] = (byte) (0x80 | c >> 6 & 0x3f);
            out[n++] = (byte) (0x80 | c & 0x3f);
        }
        return n;
    }

    private MalformedJsonException wrong(String expected) {
        return new MalformedJsonException(expected, at);
    }
}
