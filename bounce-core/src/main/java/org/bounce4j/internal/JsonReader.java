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
 *
 * <p>Not Jackson's parser, which reads everything else: that one cannot go on behind an element that is no JSON, nor treat
 * names that stand twice by level, and whoever cuts pieces out of a document as they arrived asks it for a location a token.
 *
 * <p>The private methods take a position and return the one behind what they read: a position that is kept in a local
 * variable costs a third of one that goes through a field.
 */
public final class JsonReader {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final int MAX_NAME = 1_024;
    private static final int MAX_NUMBER = 256;
    private static final int EXPONENT_DIGITS = 9;
    private static final int MAX_EXPONENT = 999_999_999;
    /** An object with more names that are not known has a set of them. */
    private static final int MANY_NAMES = 48;
    /** The name of the field was not looked up among the known ones. */
    private static final int NOT_LOOKED_UP = -2;

    private static final String ONCE = "each name once in an object";

    private final byte[] json;
    private final int end;
    private final JsonNames known;
    private final boolean uniqueNames;
    private final int maxDepth;

    private int at;
    private int depth;

    /** Where the name of the field is: in the document, or without its escapes. */
    private byte[] nameIn;

    private int nameStart;
    private int nameEnd;
    /** The place of the name among the known ones. */
    private int namePlace;

    /** Whether the string that was read last has an escape. */
    private boolean escaped;
    /** Where the text that was decoded last ends, and whether it holds half a surrogate pair. */
    private int decodedEnd;

    private boolean halfPair;

    /** Which of the first 64 known names each open object had, by its depth. */
    private long[] knownNames = {};
    /** The other names of the open objects, one object's behind the other's, and how many there were before each object. */
    private int names;

    private byte[][] nameIns = {};
    private int[] nameStarts = {};
    private int[] nameEnds = {};
    private long[] nameKeys = {};
    private int[] namesBefore = {};
    /** The other names of open objects with very many, by their depth. */
    private Map<Integer, Set<String>> manyNames = Map.of();

    private @Nullable JsonReader ofObjects;

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

    private JsonReader(byte[] json, int start, int end, JsonNames known, boolean uniqueNames, int maxDepth) {
        this.json = json;
        this.nameIn = json;
        this.end = end;
        this.known = known;
        this.uniqueNames = uniqueNames;
        this.maxDepth = maxDepth;
        this.at = start;
    }

    /**
     * Starts to read a part of an array of bytes, in which an object may have a name twice.
     *
     * @param known the names that are made no new texts of
     */
    public static JsonReader lenient(byte[] json, int start, int end, JsonNames known) {
        return new JsonReader(json, start, end, known, false, Json.MAX_DEPTH);
    }

    /** Starts to read a document in which no object may have a name twice; a byte order mark in front of it is skipped. */
    public JsonReader(byte[] json, JsonNames known) {
        this(json, Json.start(json), json.length, known, true, Json.MAX_DEPTH);
    }

    /** Returns whether the text is one object and nothing else, that can stand inside of another document. */
    static boolean isObject(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        JsonReader reader = new JsonReader(bytes, 0, bytes.length, JsonNames.NONE, true, Json.MAX_INNER_DEPTH);
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
        at = space(at);
        byte b = byteAt(at);
        return switch (b) {
            case '{', '[', '"', 't', 'f', 'n' -> (char) b;
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> '0';
            default -> throw wrong("a value", at);
        };
    }

    /** Enters the object or array that comes next. */
    public void enter() throws MalformedJsonException {
        char kind = kind();
        if (kind != '{' && kind != '[') {
            throw wrong("an object or an array", at);
        }
        at = enter(at);
    }

    /**
     * Leaves the object or array that was entered last, for a place outside of it: for its beginning, to read it again, or for
     * its end, where another reader has found it.
     *
     * @param position what {@link #position} was or will be there
     */
    public void leave(int position) {
        leave();
        at = position;
    }

    /**
     * Returns a second reader of the same bytes, from a place on, for objects that can stand inside of another document as they
     * are (see {@link JsonObjectText}): with no name twice, and nested no deeper than {@link Json#MAX_INNER_DEPTH}. It is the
     * same one at every call.
     */
    public JsonReader ofObjects(int start) {
        JsonReader reader = ofObjects;
        if (reader == null) {
            reader = new JsonReader(json, start, end, known, true, Json.MAX_INNER_DEPTH);
            ofObjects = reader;
        }
        reader.at = start;
        reader.depth = 0;
        reader.names = 0;
        reader.manyNames = Map.of();
        return reader;
    }

    /** Goes to the next element of an array; returns false, and leaves it, where there is none. */
    public boolean element() throws MalformedJsonException {
        int next = next(at, ']');
        at = next < 0 ? ~next : next;
        return next >= 0;
    }

    /** Goes to the value of the next field of an object; returns false, and leaves the object, where there is none. */
    public boolean field() throws MalformedJsonException {
        int value = nextField(at);
        at = value < 0 ? ~value : value;
        return value >= 0;
    }

    /**
     * Goes to the value of the next field of that name, and passes over those before it; returns false, and leaves the
     * object, where there is none.
     *
     * @param name the name in UTF-8
     */
    public boolean field(byte[] name) throws MalformedJsonException {
        int value = nextField(at);
        while (value >= 0
                && !(nameEnd - nameStart == name.length
                        && Arrays.equals(nameIn, nameStart, nameEnd, name, 0, name.length))) {
            value = nextField(value(value));
        }
        at = value < 0 ? ~value : value;
        return value >= 0;
    }

    /** Returns the name of the field. */
    public String name() {
        if (namePlace == NOT_LOOKED_UP) {
            namePlace = known.find(nameIn, nameStart, nameEnd, JsonNames.key(nameIn, nameStart, nameEnd));
        }
        return namePlace >= 0
                ? known.text(namePlace)
                : new String(nameIn, nameStart, nameEnd - nameStart, StandardCharsets.UTF_8);
    }

    /**
     * Reads the value that comes next as a text: a string without its escapes, a number or a boolean as it stands there.
     * Returns null for a JSON null, and for an object or an array, which is passed over.
     */
    public @Nullable String text() throws MalformedJsonException {
        return text(JsonNames.NONE);
    }

    /** Reads a value as {@link #text} does; of a known name no new text is made. */
    public @Nullable String knownText() throws MalformedJsonException {
        return text(known);
    }

    private @Nullable String text(JsonNames texts) throws MalformedJsonException {
        int start = space(at);
        byte kind = byteAt(start);
        if (kind != '"') {
            at = value(start);
            return kind == '{' || kind == '[' || kind == 'n'
                    ? null
                    : new String(json, start, at - start, StandardCharsets.ISO_8859_1);
        }
        at = string(start);
        if (escaped) {
            return new String(decoded(start + 1, at), StandardCharsets.UTF_8);
        }
        int place = texts == JsonNames.NONE
                ? JsonNames.UNKNOWN
                : texts.find(json, start + 1, at - 1, JsonNames.key(json, start + 1, at - 1));
        return place >= 0 ? texts.text(place) : new String(json, start + 1, at - start - 2, StandardCharsets.UTF_8);
    }

    /** Reads the string that comes next, and returns it without its escapes, in UTF-8: checked and copied in one pass. */
    public byte[] utf8() throws MalformedJsonException {
        if (kind() != '"') {
            throw wrong("a string", at);
        }
        byte[] text = decoded(at + 1, end);
        at = decodedEnd + 1;
        return text;
    }

    /** Checks and passes over the value that comes next, whatever it is. */
    public void skip() throws MalformedJsonException {
        at = value(space(at));
    }

    /** Checks that nothing but white space follows. */
    public void end() throws MalformedJsonException {
        if (!isAtEnd()) {
            throw wrong("the end", at);
        }
    }

    /** Returns whether nothing but white space follows. */
    public boolean isAtEnd() {
        at = space(at);
        return at >= end;
    }

    // --- containers and names

    /** Passes over a value. It calls itself for what is inside, which is bounded by the depth. */
    private int value(int start) throws MalformedJsonException {
        switch (byteAt(start)) {
            case '"' -> {
                return string(start);
            }
            case '{' -> {
                int value = nextField(enter(start));
                while (value >= 0) {
                    value = nextField(value(value));
                }
                return ~value;
            }
            case '[' -> {
                int value = next(enter(start), ']');
                while (value >= 0) {
                    value = next(value(value), ']');
                }
                return ~value;
            }
            case 't' -> {
                return literal("true", start);
            }
            case 'f' -> {
                return literal("false", start);
            }
            case 'n' -> {
                return literal("null", start);
            }
            default -> {
                return number(start);
            }
        }
    }

    private int enter(int start) throws MalformedJsonException {
        if (depth == maxDepth) {
            throw wrong("at most " + maxDepth + " levels", start);
        }
        if (uniqueNames) {
            if (depth == namesBefore.length) {
                namesBefore = Arrays.copyOf(namesBefore, 2 * depth + 8);
                knownNames = Arrays.copyOf(knownNames, 2 * depth + 8);
            }
            namesBefore[depth] = names;
            knownNames[depth] = 0;
        }
        depth++;
        return start + 1;
    }

    /**
     * Returns where the next element of a container begins; behind the last one, the complement of the position behind the
     * container. The position is behind the opening bracket or behind an element.
     */
    private int next(int from, char closing) throws MalformedJsonException {
        int i = space(from);
        byte b = byteAt(i);
        if (b == closing) {
            leave();
            return ~(i + 1);
        }
        // no element ends with an opening bracket
        boolean first = opens(json[from - 1]);
        if (!first && b != ',') {
            throw wrong("a comma or the end", i);
        }
        return first ? i : space(i + 1);
    }

    private static boolean opens(byte b) {
        return b == '{' || b == '[';
    }

    private void leave() {
        depth--;
        if (uniqueNames) {
            names = namesBefore[depth];
            if (!manyNames.isEmpty()) {
                manyNames.remove(depth);
            }
        }
    }

    /** Reads the next name; returns where its value begins, or what {@link #next} returns at the end of the object. */
    private int nextField(int from) throws MalformedJsonException {
        // most documents have no space between tokens
        boolean compact = from < end - 1 && json[from] == ',' && json[from + 1] == '"' && !opens(json[from - 1]);
        int start = compact ? from + 1 : next(from, '}');
        if (start < 0) {
            return start;
        }
        int behind = string(start);
        if (behind - start > MAX_NAME + 2) {
            throw wrong("a name of at most " + MAX_NAME + " bytes", start);
        }
        byte[] in = escaped ? decoded(start + 1, behind) : json;
        if (nameIn != in) {
            // to set a reference costs as much as to pass over the name
            nameIn = in;
        }
        nameStart = escaped ? 0 : start + 1;
        nameEnd = escaped ? in.length : behind - 1;
        namePlace = NOT_LOOKED_UP;
        if (uniqueNames) {
            if (escaped && halfPair) {
                // two such names would be one, and Jackson reads no such object, wherever it is carried to
                throw wrong("a name without half a surrogate pair", start);
            }
            remember(start);
        }
        int colon = byteAt(behind) == ':' ? behind : space(behind);
        if (byteAt(colon) != ':') {
            throw wrong("a colon", colon);
        }
        return space(colon + 1);
    }

    private void remember(int at) throws MalformedJsonException {
        long key = JsonNames.key(nameIn, nameStart, nameEnd);
        namePlace = known.find(nameIn, nameStart, nameEnd, key);
        if (namePlace >= 0 && namePlace < Long.SIZE) {
            long bit = 1L << namePlace;
            if ((knownNames[depth - 1] & bit) != 0) {
                throw wrong(ONCE, at);
            }
            knownNames[depth - 1] |= bit;
            return;
        }
        int first = namesBefore[depth - 1];
        Set<String> many = manyNames.isEmpty() ? null : manyNames.get(depth - 1);
        if (many == null && names - first < MANY_NAMES) {
            for (int i = first; i < names; i++) {
                if (nameKeys[i] == key
                        && Arrays.equals(nameIns[i], nameStarts[i], nameEnds[i], nameIn, nameStart, nameEnd)) {
                    throw wrong(ONCE, at);
                }
            }
            if (names == nameKeys.length) {
                int more = 2 * names + 16;
                nameIns = Arrays.copyOf(nameIns, more);
                nameStarts = Arrays.copyOf(nameStarts, more);
                nameEnds = Arrays.copyOf(nameEnds, more);
                nameKeys = Arrays.copyOf(nameKeys, more);
            }
            if (nameIns[names] != nameIn) {
                nameIns[names] = nameIn;
            }
            nameStarts[names] = nameStart;
            nameEnds[names] = nameEnd;
            nameKeys[names++] = key;
            return;
        }
        if (many == null) {
            many = new HashSet<>();
            for (int i = first; i < names; i++) {
                many.add(new String(nameIns[i], nameStarts[i], nameEnds[i] - nameStarts[i], StandardCharsets.UTF_8));
            }
            if (manyNames.isEmpty()) {
                manyNames = new HashMap<>();
            }
            manyNames.put(depth - 1, many);
        }
        if (!many.add(name())) {
            throw wrong(ONCE, at);
        }
    }

    // --- texts, numbers, words

    /** Passes over a string, and notes whether it has escapes. */
    private int string(int start) throws MalformedJsonException {
        if (byteAt(start) != '"') {
            throw wrong("a string", start);
        }
        byte[] in = json;
        int last = end - 8;
        escaped = false;
        int i = start + 1;
        while (true) {
            while (i <= last) {
                long marks = marks((long) LONGS.get(in, i));
                if (marks != 0) {
                    i += Long.numberOfTrailingZeros(marks) >>> 3;
                    break;
                }
                i += 8;
            }
            byte b = byteAt(i);
            if (b == '"') {
                return i + 1;
            }
            i = character(i, b);
        }
    }

    /** Passes over one character of a string other than a quote, or over one escape. */
    private int character(int start, byte b) throws MalformedJsonException {
        if (b == '\\') {
            escaped = true;
            return byteAt(start + 1) == 'u' ? behindUnit(start) : behindLetter(start);
        }
        if (b < 0) {
            return multibyte(start);
        }
        if (b < ' ') {
            throw wrong("a string without control characters, and its end", start);
        }
        return start + 1;
    }

    /**
     * Marks the bytes that are a quote, a backslash, a control or no ASCII. The lowest that is marked is one that is meant;
     * those above it may be marked by a borrow.
     */
    private static long marks(long word) {
        // with their second bit turned, the controls and the quote are the bytes below 0x21
        long controlOrQuote = (word ^ 0x02 * ONES) - 0x21 * ONES;
        long backslash = (word ^ '\\' * ONES) - ONES;
        return (controlOrQuote | backslash | word) & HIGHS;
    }

    private int behindLetter(int start) throws MalformedJsonException {
        letter(start);
        return start + 2;
    }

    /** Returns the character that an escape of one letter stands for. */
    private byte letter(int start) throws MalformedJsonException {
        byte letter = byteAt(start + 1);
        return switch (letter) {
            case '"', '\\', '/' -> letter;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> throw wrong("an escape that JSON has", start + 1);
        };
    }

    private int behindUnit(int start) throws MalformedJsonException {
        if (unit(start) < 0) {
            throw wrong("four hexadecimal digits", start + 2);
        }
        return start + 6;
    }

    /** Returns the UTF-16 unit that an escape stands for, or a negative number where none of that kind stands. */
    private int unit(int start) {
        if (end - start < 6 || json[start] != '\\' || json[start + 1] != 'u') {
            return -1;
        }
        int unit = 0;
        for (int i = start + 2; i < start + 6; i++) {
            // negative once, negative ever after
            unit = unit << 4 | Character.digit(json[i], 16);
        }
        return unit;
    }

    /** Passes over a character that is not ASCII (RFC 3629: no surrogates, none longer than it need be). */
    private int multibyte(int start) throws MalformedJsonException {
        int lead = json[start] & 0xff;
        int length = lead >= 0xc2 && lead <= 0xdf
                ? 2
                : lead >= 0xe0 && lead <= 0xef ? 3 : lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
        if (length == 0 || end - start < length) {
            throw wrong("UTF-8", start);
        }
        int second = json[start + 1] & 0xff;
        int least = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
        int most = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
        if (second < least || second > most) {
            throw wrong("UTF-8", start);
        }
        for (int i = 2; i < length; i++) {
            if ((json[start + i] & 0xc0) != 0x80) {
                throw wrong("UTF-8", start);
            }
        }
        return start + length;
    }

    /**
     * Checks a text and returns it without its escapes; half a surrogate pair becomes U+FFFD.
     *
     * @param start where the text begins, behind its quote
     * @param stop where the closing quote stands before
     */
    private byte[] decoded(int start, int stop) throws MalformedJsonException {
        byte[] in = json;
        // an escape is at least as long as the UTF-8 of its character
        byte[] out = new byte[stop - start];
        int length = 0;
        int i = start;
        halfPair = false;
        while (true) {
            if (i <= stop - 8) {
                // there is as much room left as there are bytes to come
                long word = (long) LONGS.get(in, i);
                LONGS.set(out, length, word);
                long marks = marks(word);
                if (marks == 0) {
                    i += 8;
                    length += 8;
                    continue;
                }
                int plain = Long.numberOfTrailingZeros(marks) >>> 3;
                i += plain;
                length += plain;
            }
            byte b = byteAt(i);
            if (b == '"') {
                decodedEnd = i;
                return length == out.length ? out : Arrays.copyOf(out, length);
            }
            if (b == '\\' && byteAt(i + 1) != 'u') {
                out[length++] = letter(i);
                i += 2;
                continue;
            }
            int behind = character(i, b);
            if (b == '\\') {
                int c = unit(i);
                int low = c >= 0xd800 && c <= 0xdbff ? unit(behind) : -1;
                if (low >= 0xdc00 && low <= 0xdfff) {
                    c = Character.toCodePoint((char) c, (char) low);
                    behind += 6;
                }
                boolean half = c >= 0xd800 && c <= 0xdfff;
                halfPair |= half;
                length = put(half ? 0xfffd : c, out, length);
            } else {
                System.arraycopy(in, i, out, length, behind - i);
                length += behind - i;
            }
            i = behind;
        }
    }

    /** Writes a character in UTF-8; returns the length then. */
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

    private int number(int start) throws MalformedJsonException {
        int mantissa = byteAt(start) == '-' ? start + 1 : start;
        int i = byteAt(mantissa) == '0' ? mantissa + 1 : digits(mantissa);
        if (byteAt(i) == '.') {
            i = digits(i + 1);
        }
        if (byteAt(i) == 'e' || byteAt(i) == 'E') {
            int exponent = byteAt(i + 1) == '+' || byteAt(i + 1) == '-' ? i + 2 : i + 1;
            int behind = digits(exponent);
            if (behind - exponent > EXPONENT_DIGITS
                    || Math.abs(exponent(exponent, behind) + places(mantissa, i)) > MAX_EXPONENT) {
                // what reads the document later could not hold it
                throw wrong("a number that can be held", exponent);
            }
            i = behind;
        }
        if (i - start > MAX_NUMBER) {
            throw wrong("a number of at most " + MAX_NUMBER + " characters", start);
        }
        return endOfWord(i);
    }

    private int exponent(int start, int stop) {
        int exponent = 0;
        for (int i = start; i < stop; i++) {
            exponent = 10 * exponent + json[i] - '0';
        }
        return json[start - 1] == '-' ? -exponent : exponent;
    }

    /** Returns what the exponent grows by when the number is written with one digit before the point, as BigDecimal does. */
    private int places(int start, int stop) {
        int point = start;
        while (point < stop && json[point] != '.') {
            point++;
        }
        int first = start;
        while (first < stop && (json[first] == '0' || json[first] == '.')) {
            first++;
        }
        if (first == stop) {
            return Math.min(0, point + 1 - stop);
        }
        return first < point ? point - first - 1 : point - first;
    }

    private int digits(int start) throws MalformedJsonException {
        int i = start;
        while (byteAt(i) >= '0' && byteAt(i) <= '9') {
            i++;
        }
        if (i == start) {
            throw wrong("a digit", start);
        }
        return i;
    }

    private int literal(String word, int start) throws MalformedJsonException {
        for (int i = 0; i < word.length(); i++) {
            if (byteAt(start + i) != word.charAt(i)) {
                throw wrong(word, start);
            }
        }
        return endOfWord(start + word.length());
    }

    private int endOfWord(int i) throws MalformedJsonException {
        if (i < end) {
            switch (json[i]) {
                case ' ', '\n', '\r', '\t', ',', ']', '}' -> {}
                default -> throw wrong("the end of a value", i);
            }
        }
        return i;
    }

    private int space(int from) {
        int i = from;
        while (i < end && json[i] <= ' ' && (json[i] == ' ' || json[i] == '\n' || json[i] == '\r' || json[i] == '\t')) {
            i++;
        }
        return i;
    }

    /** Returns the byte at a position, and 0, which no document holds, behind the last one. */
    private byte byteAt(int i) {
        return i < end ? json[i] : 0;
    }

    private static MalformedJsonException wrong(String expected, int position) {
        return new MalformedJsonException(expected, position);
    }
}
