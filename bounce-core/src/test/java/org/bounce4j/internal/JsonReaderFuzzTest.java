package org.bounce4j.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.bounce4j.internal.JsonReader.MalformedJsonException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Holds the reader of bytes against Jackson with the same bounds: random documents, the same ones mangled, cut off and spliced,
 * and bytes that are no UTF-8. Both must take the same documents and read the same in them. {@code -Dbounce4j.fuzz=5000000}
 * has more rounds, {@code -Dbounce4j.fuzz.seed} others.
 */
class JsonReaderFuzzTest {
    private static final int ROUNDS = Integer.getInteger("bounce4j.fuzz", 20_000);
    private static final long SEED = Long.getLong("bounce4j.fuzz.seed", 20_260_401);
    /** Some of what stands in the documents is known, some is not; more names than fit into a word of bits. */
    private static final JsonNames NAMES = new JsonNames(names());

    private static final String[] NUMBERS = {
        "0",
        "-0",
        "1",
        "-1",
        "10",
        "9223372036854775807",
        "-9223372036854775808",
        "9223372036854775808",
        "123456789012345678901234567890",
        "0.0",
        "-0.0",
        "1.50",
        "0.1e1",
        "1E0",
        "1e+0",
        "1e-0",
        "-12.5e+3",
        "1e308",
        "1e309",
        "1e-400",
        "1e999999999",
        "1e9999999999",
        "00",
        "01",
        "-01",
        "-",
        "+1",
        "1.",
        ".1",
        "1.e1",
        "1e",
        "1e+",
        "0x1",
        "1_0",
        "1.0.0",
        "--1",
        "1-1",
        "1e1e1",
        "1e1.0",
        "NaN",
        "-Infinity",
        "1f",
        "1L",
        "\uff11"
    };
    private static final String[] PIECES = {
        "\\u0000",
        "\\u0041",
        "\\u00e4",
        "\\u20AC",
        "\\ud83c\\udf4c",
        "\\uD83C",
        "\\uDF4C",
        "\\uFFFF",
        "\\\"",
        "\\\\",
        "\\/",
        "\\b",
        "\\f",
        "\\n",
        "\\r",
        "\\t",
        "\\x",
        "\\u12",
        "\\u12g4",
        "\\U0041",
        "\\",
        "\u0001",
        "\u001f",
        "\n",
        "\t",
        "\u007f",
        "\u0080",
        "\u00e4",
        "\u07ff",
        "\u0800",
        "\u20ac",
        "\ufeff",
        "\uffff",
        "\ud800\udc00",
        "\ud83c\udf4c",
        "\udbff\udfff",
        "a",
        "email",
        "nine long",
        "a text of more than sixteen bytes",
        "'",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "/",
        " ",
        ""
    };
    private static final String[] BROKEN = {
        "c0 80",
        "c1 bf",
        "e0 80 80",
        "e0 9f bf",
        "ed a0 80",
        "ed bf bf",
        "f0 80 80 80",
        "f0 8f bf bf",
        "f4 90 80 80",
        "f5 80 80 80",
        "80",
        "bf",
        "ff",
        "fe",
        "c3",
        "e2 82",
        "f0 9f 8d",
        "c3 28",
        "e2 28 a1",
        "f8 88 80 80 80",
        "00"
    };

    private final Random random = new Random(SEED);

    private static String[] names() {
        String[] names = new String[80];
        for (int i = 0; i < names.length; i++) {
            names[i] = i < 10
                    ? List.of("a", "b", "email", "", "\u00e4", "A", "nine long", "\ud83c\udf4c", "1", "/")
                            .get(i)
                    : "n" + i;
        }
        return names;
    }

    // --- documents

    private byte[] document() {
        StringBuilder json = new StringBuilder();
        space(json);
        value(json, random.nextInt(20) == 0 ? 60 + random.nextInt(8) : random.nextInt(5), random.nextInt(4) != 0);
        space(json);
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void space(StringBuilder json) {
        if (random.nextInt(6) == 0) {
            json.append(" \n\r\t".charAt(random.nextInt(4)));
        }
    }

    /** Writes a value: a chain of containers where it is to be deep. A document that shall be good has good pieces alone. */
    private void value(StringBuilder json, int depth, boolean good) {
        int kind = depth > 0 ? random.nextInt(2) : 2 + random.nextInt(3);
        switch (kind) {
            case 0 -> {
                json.append('[');
                elements(json, depth, good, false);
                json.append(']');
            }
            case 1 -> {
                json.append('{');
                elements(json, depth, good, true);
                json.append('}');
            }
            case 2 -> json.append(NUMBERS[random.nextInt(good ? 21 : NUMBERS.length)]);
            case 3 ->
                json.append(
                        List.of("true", "false", "null", "tru", "True", "nul").get(random.nextInt(good ? 3 : 6)));
            default -> string(json, good);
        }
    }

    private void elements(StringBuilder json, int depth, boolean good, boolean named) {
        int count = depth > 10 ? 1 : random.nextInt(30) == 0 ? 40 + random.nextInt(30) : random.nextInt(4);
        for (int i = 0; i < count; i++) {
            json.append(i > 0 ? "," : "");
            space(json);
            if (named && depth <= 10 && count > 10) {
                // many names, now and then one of them twice
                json.append("\"n").append(random.nextInt(200) == 0 ? 0 : i).append('"');
                space(json);
                json.append(':');
            } else if (named) {
                string(json, good);
                space(json);
                json.append(':');
            }
            space(json);
            value(json, count > 10 ? 0 : depth > 10 ? depth - 1 : random.nextInt(depth), good);
            space(json);
        }
    }

    private void string(StringBuilder json, boolean good) {
        json.append('"');
        for (int i = random.nextInt(5); i > 0; i--) {
            String piece = PIECES[random.nextInt(PIECES.length)];
            if (!good || !isBad(piece)) {
                json.append(piece);
            }
        }
        json.append('"');
    }

    private static boolean isBad(String piece) {
        return piece.length() == 1 && (piece.charAt(0) < ' ' || piece.equals("\\"))
                || List.of("\\x", "\\u12", "\\u12g4", "\\U0041").contains(piece);
    }

    /** Changes some bytes, wherever they stand. */
    private byte[] mangled(byte[] json) {
        byte[] now = json;
        for (int change = random.nextInt(3); change >= 0; change--) {
            int at = random.nextInt(now.length + 1);
            int to = Math.min(now.length, at + 1 + random.nextInt(8));
            now = switch (random.nextInt(7)) {
                case 0 -> Arrays.copyOf(now, at);
                case 1 -> spliced(now, at, new byte[0], to);
                case 2 -> spliced(now, at, Arrays.copyOfRange(now, at, to), at);
                case 3 -> spliced(now, at, new byte[] {(byte) random.nextInt(256)}, Math.min(now.length, at + 1));
                case 4 ->
                    spliced(
                            now,
                            at,
                            "{}[]\",:\\u0e-".substring(random.nextInt(12)).getBytes(StandardCharsets.US_ASCII),
                            at);
                case 5 ->
                    spliced(now, at, HexFormat.ofDelimiter(" ").parseHex(BROKEN[random.nextInt(BROKEN.length)]), at);
                default -> spliced(now, at, document(), at);
            };
        }
        return now;
    }

    private static byte[] spliced(byte[] json, int from, byte[] between, int to) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(json, 0, from);
        out.writeBytes(between);
        out.write(json, to, json.length - to);
        return out.toByteArray();
    }

    // --- the two readers

    private static @Nullable JsonNode ours(JsonReader reader) {
        try {
            JsonNode tree = tree(reader);
            reader.end();
            return tree;
        } catch (MalformedJsonException e) {
            return null;
        }
    }

    private static JsonNode tree(JsonReader reader) throws MalformedJsonException {
        char kind = reader.kind();
        switch (kind) {
            case '{' -> {
                ObjectNode object = JsonNodeFactory.instance.objectNode();
                reader.enter();
                while (reader.field()) {
                    object.set(reader.name(), tree(reader));
                }
                return object;
            }
            case '[' -> {
                ArrayNode array = JsonNodeFactory.instance.arrayNode();
                reader.enter();
                while (reader.element()) {
                    array.add(tree(reader));
                }
                return array;
            }
            default -> {
                String text = reader.text();
                return text == null
                        ? JsonNodeFactory.instance.nullNode()
                        : JsonNodeFactory.instance.textNode(kind + number(kind, text));
            }
        }
    }

    /** One form for numbers of one value and as many digits. */
    private static String number(char kind, String text) {
        return kind == '0' ? new BigDecimal(text).toString() : text;
    }

    private static boolean skips(byte[] json, JsonNames known) {
        try {
            JsonReader reader = new JsonReader(json, known);
            reader.skip();
            reader.end();
            return true;
        } catch (MalformedJsonException e) {
            assertThat(e.position()).isBetween(0, json.length);
            return false;
        }
    }

    private static @Nullable JsonNode jackson(byte[] json) {
        try {
            // Jackson takes surrogates in UTF-8, and others that are none
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json));
            return texts(Json.read(json));
        } catch (CharacterCodingException e) {
            return null;
        } catch (IOException e) {
            return null;
        }
    }

    private static JsonNode texts(JsonNode node) {
        if (node.isObject()) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            node.properties()
                    .forEach(field -> object.set(CleanText.wellFormed(field.getKey()), texts(field.getValue())));
            return object;
        }
        if (node.isArray()) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            node.forEach(element -> array.add(texts(element)));
            return array;
        }
        if (node.isNull()) {
            return node;
        }
        char kind =
                node.isNumber() ? '0' : node.isTextual() ? '"' : node.asText().charAt(0);
        return JsonNodeFactory.instance.textNode(
                kind + (kind == '0' ? node.decimalValue().toString() : CleanText.wellFormed(node.asText())));
    }

    /** Returns whether both take the document. */
    private static boolean compare(byte[] json) {
        JsonNode expected = jackson(json);
        JsonNode got = ours(new JsonReader(json, NAMES));
        if (!(expected == null ? got == null : expected.equals(got)) && !(got == null && isLong(json))) {
            assertThat(got)
                    .as(HexFormat.of().formatHex(json) + " " + new String(json, StandardCharsets.UTF_8))
                    .isEqualTo(expected);
        }
        boolean good = got != null;
        if (skips(json, NAMES) != good || skips(json, JsonNames.NONE) != good) {
            assertThat(good).as("skipping " + HexFormat.of().formatHex(json)).isEqualTo(!good);
        }
        // nothing of what stands around a part is read
        byte[] around = new byte[json.length + 32];
        Arrays.fill(around, (byte) '"');
        System.arraycopy(json, 0, around, 16, json.length);
        for (byte filling : new byte[] {'"', ' ', '0', (byte) 0x80, '}'}) {
            Arrays.fill(around, 0, 16, filling);
            Arrays.fill(around, 16 + json.length, around.length, filling);
            JsonNode part = ours(JsonReader.lenient(around, 16, 16 + json.length, NAMES));
            if (good && Json.start(json) == 0 ? !got.equals(part) : part != null && !isOfLooseNames(json)) {
                assertThat(part).as("a part: " + HexFormat.of().formatHex(json)).isEqualTo(got);
            }
        }
        return good;
    }

    /** Ours counts the sign and the point of a number, the digits of its exponent, and the bytes of a name as it is written. */
    private static boolean isLong(byte[] json) {
        String why = why(json);
        return why.contains("at most 256 characters")
                || why.contains("a number that can be held")
                || why.contains("at most 1024 bytes");
    }

    /** Lenient readers take these. */
    private static boolean isOfLooseNames(byte[] json) {
        return why(json).contains("once") || why(json).contains("half a surrogate pair");
    }

    private static String why(byte[] json) {
        try {
            JsonReader reader = new JsonReader(json, NAMES);
            reader.skip();
            reader.end();
            return "";
        } catch (MalformedJsonException e) {
            return String.valueOf(e.getMessage());
        }
    }

    // --- tests

    @Test
    void takesAndReadsWhatJacksonDoes() {
        int good = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] json = document();
            good += compare(json) ? 1 : 0;
            compare(mangled(json));
        }
        assertThat(good).isBetween(ROUNDS / 3, ROUNDS - ROUNDS / 10);
    }

    @Test
    void agreesOnEveryBeginningOfADocument() {
        for (int round = 0; round < Math.max(20, ROUNDS / 300); round++) {
            byte[] json = document();
            for (int length = 0; length <= Math.min(json.length, 600); length++) {
                compare(Arrays.copyOf(json, length));
            }
        }
    }

    @Test
    void agreesOnEveryPairOfBytesInAString() {
        for (int first = 0; first < 256; first++) {
            for (int second = 0; second < 256; second++) {
                compare(new byte[] {'[', '"', (byte) first, (byte) second, 'x', '"', ']'});
            }
        }
    }

    @Test
    void agreesOnEveryLengthAtItsBounds() {
        for (int length : new int[] {1, 7, 8, 9, 255, 256, 257, 1_023, 1_024, 1_025}) {
            for (String json : List.of(
                    "{\"" + "n".repeat(length) + "\":0}",
                    "[\"" + "n".repeat(length) + "\"]",
                    "9".repeat(length),
                    "[" + "9".repeat(length) + "]",
                    "[0." + "9".repeat(length) + "]",
                    "[-" + "9".repeat(length) + "]")) {
                compare(json.getBytes(StandardCharsets.US_ASCII));
            }
        }
        for (int depth = 60; depth < 70; depth++) {
            compare(("[".repeat(depth) + "]".repeat(depth)).getBytes(StandardCharsets.US_ASCII));
            compare(("{\"a\":".repeat(depth) + "0" + "}".repeat(depth)).getBytes(StandardCharsets.US_ASCII));
            compare(("[{\"a\":".repeat(depth / 2) + "0" + "}]".repeat(depth / 2)).getBytes(StandardCharsets.US_ASCII));
        }
    }
}
