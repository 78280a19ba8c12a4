package org.bounce4j.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.bounce4j.internal.JsonReader.MalformedJsonException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {
    private static final JsonNames NAMES = new JsonNames("a", "email", "sg_event_id", "\u00e4", "");
    private static final ObjectMapper JACKSON = new ObjectMapper(JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Json.MAX_DEPTH)
                    .maxNameLength(1_024)
                    .maxNumberLength(256)
                    .build())
            .build());

    private static final List<String> GOOD = List.of(
            "{}",
            "[]",
            " [ ] ",
            "\"\"",
            "0",
            "-0",
            "1.50",
            "-12.5e+3",
            "1E9",
            "true",
            "false",
            "null",
            "{\"a\":1,\"b\":[true,false,null,{\"a\":{}}],\"c\":\"d\"}",
            "[[],[[]],{}]",
            "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e4\\ud83c\\udf4c\"",
            "\"\u00e4\u20ac\ud83c\udf4c\"",
            "{\"\":1,\"\u00e4\":2,\"email\":\"x\",\"sg_event_id\":\"y\",\"\\u0061\":3}",
            "\t{ \"a\" : [ 1 , 2 ] }\r\n",
            "\"a text that is longer than eight bytes, with \u00e4 in it, \\\\ and more of it\"",
            "{\"aaaaaaaaaaaaaaaa\":1,\"aaaaaaaaXaaaaaaaa\":2,\"aaaaaaaaaaaaaaaaa\":3}",
            "[".repeat(64) + "]".repeat(64));

    private static final List<String> BAD = List.of(
            "",
            " ",
            "{",
            "[",
            "\"",
            "\"a",
            "{\"a\"",
            "{\"a\":",
            "{\"a\":1",
            "{\"a\":1,",
            "{\"a\":1,}",
            "[1,]",
            "[,1]",
            "[1 2]",
            "{\"a\" 1}",
            "{a:1}",
            "{'a':1}",
            "{1:1}",
            "01",
            "1.",
            ".5",
            "-",
            "+1",
            "1e",
            "1e+",
            "0x1",
            "1a",
            "tru",
            "trueX",
            "nulll",
            "NaN",
            "Infinity",
            "\"\u0000\"",
            "\"tab\there\"",
            "\"line\nbreak\"",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\u12G4\"",
            "\"\\",
            "{} {}",
            "{}x",
            "1 1",
            "]",
            "}",
            "[}",
            "{]",
            "/**/1",
            "//\n1",
            "[1]/",
            "{\"a\":1,\"a\":2}",
            "{\"a\":1,\"\\u0061\":2}",
            "[{\"b\":{\"c\":1,\"d\":2,\"c\":3}}]",
            "{\"longer_than_eight\":1,\"b\":2,\"longer_than_eight\":3}",
            "{\"" + "n".repeat(2_000) + "\":1}",
            "9".repeat(300),
            "[".repeat(65) + "]".repeat(65),
            "[".repeat(100_000));

    private static JsonReader reader(String json) {
        return new JsonReader(json.getBytes(StandardCharsets.UTF_8), NAMES);
    }

    private static JsonReader reader(String json, boolean lenient) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return lenient ? JsonReader.lenient(bytes, 0, bytes.length, NAMES) : new JsonReader(bytes, NAMES);
    }

    private static JsonNode tree(JsonReader reader) throws MalformedJsonException {
        switch (reader.kind()) {
            case '{' -> {
                ObjectNode object = JsonNodeFactory.instance.objectNode();
                reader.enter();
                while (reader.field()) {
                    String name = reader.name();
                    object.set(name, tree(reader));
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
            case '0' -> {
                reader.skip();
                return JsonNodeFactory.instance.textNode("number");
            }
            default -> {
                return JsonNodeFactory.instance.textNode(String.valueOf(reader.text()));
            }
        }
    }

    /** Reads a document whole; null where it is none. */
    private static JsonNode read(byte[] json) {
        try {
            JsonReader reader = new JsonReader(json, NAMES);
            JsonNode tree = tree(reader);
            reader.end();
            return tree;
        } catch (MalformedJsonException e) {
            assertThat(e.position()).isBetween(0, json.length);
            return null;
        }
    }

    /** Reads a document that is a string in the one way; null where it is none. */
    private static String utf8(byte[] json) {
        try {
            JsonReader reader = new JsonReader(json, NAMES);
            String text = new String(reader.utf8(), StandardCharsets.UTF_8);
            reader.end();
            return text;
        } catch (MalformedJsonException e) {
            return null;
        }
    }

    /** Reads a document that is a string in the other way; null where it is none. */
    private static String text(byte[] json) {
        try {
            JsonReader reader = new JsonReader(json, NAMES);
            String text = reader.kind() == '"' ? reader.text() : null;
            reader.end();
            return text;
        } catch (MalformedJsonException e) {
            return null;
        }
    }

    private static boolean skips(byte[] json) {
        boolean skips = skips(json, JsonNames.NONE);
        assertThat(skips(json, NAMES)).isEqualTo(skips);
        return skips;
    }

    private static boolean skips(byte[] json, JsonNames known) {
        try {
            JsonReader reader = new JsonReader(json, known);
            reader.skip();
            reader.end();
            return true;
        } catch (MalformedJsonException e) {
            return false;
        }
    }

    private static JsonNode jackson(byte[] json) {
        try (JsonParser parser = JACKSON.createParser(json)) {
            JsonNode tree = JACKSON.readTree(parser);
            return tree == null || tree.isMissingNode() || parser.nextToken() != null ? null : texts(tree);
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    private static JsonNode texts(JsonNode node) {
        if (node.isObject()) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            node.properties().forEach(field -> object.set(field.getKey(), texts(field.getValue())));
            return object;
        }
        if (node.isArray()) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            node.forEach(element -> array.add(texts(element)));
            return array;
        }
        return JsonNodeFactory.instance.textNode(node.isNumber() ? "number" : node.asText());
    }

    @Test
    void readsWhatIsJsonAndNothingElse() {
        for (String json : GOOD) {
            assertThat(read(json.getBytes(StandardCharsets.UTF_8))).as(json).isNotNull();
            assertThat(skips(json.getBytes(StandardCharsets.UTF_8))).as(json).isTrue();
        }
        for (String json : BAD) {
            assertThat(read(json.getBytes(StandardCharsets.UTF_8))).as(json).isNull();
            assertThat(skips(json.getBytes(StandardCharsets.UTF_8))).as(json).isFalse();
        }
    }

    @Test
    void agreesWithJacksonOnMangledDocuments() {
        Random random = new Random(5);
        String characters = "{}[]\",:\\/ \n\t0123456789-+.eEtrufalsnbx\u0000\u001f\u007f\u00e4\u20ac\ud83c\udf4c";
        int good = 0;
        for (int round = 0; round < 200_000; round++) {
            StringBuilder json = new StringBuilder(GOOD.get(random.nextInt(GOOD.size() - 1)));
            for (int change = random.nextInt(3); change >= 0; change--) {
                int at = random.nextInt(json.length());
                switch (random.nextInt(4)) {
                    case 0 -> json.setCharAt(at, characters.charAt(random.nextInt(characters.length())));
                    case 1 -> json.insert(at, characters.charAt(random.nextInt(characters.length())));
                    case 2 -> json.insert(at, json.substring(at, Math.min(json.length(), at + random.nextInt(9))));
                    default -> json.append(random.nextBoolean() ? " " : "");
                }
            }
            byte[] bytes = json.toString().getBytes(StandardCharsets.UTF_8);
            if (hasHalfAPair(json)) {
                continue;
            }
            JsonNode expected = jackson(bytes);
            JsonNode got = read(bytes);
            assertThat(got == null).as(Arrays.toString(bytes)).isEqualTo(expected == null);
            assertThat(skips(bytes)).as(json.toString()).isEqualTo(expected != null);
            assertThat(utf8(bytes)).as(Arrays.toString(bytes)).isEqualTo(text(bytes));
            if (expected != null && got != null) {
                good++;
                assertThat(got).as(json.toString()).isEqualTo(expected);
            }
        }
        assertThat(good).isGreaterThan(20_000);
    }

    private static boolean hasHalfAPair(CharSequence json) {
        return !CleanText.isWellFormed(json) || json.toString().contains("\\ud");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "c0 80",
                "c1 bf",
                "e0 80 80",
                "ed a0 80",
                "ed b0 80",
                "f0 80 80 80",
                "f4 90 80 80",
                "f5 80 80 80",
                "80",
                "ff",
                "c3",
                "e2 82",
                "f0 9f 8d",
                "c3 28",
                "e2 28 a1"
            })
    void refusesWhatIsNoUtf8(String hex) {
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        json.writeBytes("\"nine long".getBytes(StandardCharsets.US_ASCII));
        json.writeBytes(HexFormat.ofDelimiter(" ").parseHex(hex));
        json.write('"');
        byte[] whole = json.toByteArray();
        assertThat(read(whole)).isNull();
        assertThat(skips(whole)).isFalse();
    }

    @Test
    void readsEveryCharacterWhereverItStands() throws MalformedJsonException {
        for (int c = ' '; c < 0x11000; c += c < 0x300 ? 1 : 97) {
            if (c == '"' || c == '\\' || c >= 0xd800 && c <= 0xdfff) {
                continue;
            }
            for (int before = 0; before < 10; before++) {
                String text = "x".repeat(before) + Character.toString(c) + "y";
                assertThat(reader('"' + text + '"').text()).isEqualTo(text);
                assertThat(new String(reader('"' + text + "\\n\"").utf8(), StandardCharsets.UTF_8))
                        .isEqualTo(text + "\n");
            }
        }
    }

    @Test
    void makesHalfAPairAReplacementCharacter() throws MalformedJsonException {
        assertThat(reader("\"a\\ud83cb\"").text()).isEqualTo("a\ufffdb");
        assertThat(reader("\"\\udf4c\\ud83c\"").text()).isEqualTo("\ufffd\ufffd");
        assertThat(reader("\"\\ud83c\\u0041\"").text()).isEqualTo("\ufffdA");
        for (String half : List.of(
                "\"a\\ud83cb\"",
                "\"\\udf4c\\ud83c\"",
                "\"\\ud83c\\u0041\"",
                "\"\\u0041\\ud83c\\udf4c\"",
                "\"\\ud83c\\ud83c\\udf4c\"",
                "\"\\ud83c\\udf4c\\u0041\"",
                "\"\\uD83C\\uDF4C\\uDF4C\"",
                "\"\\ud8\"",
                "\"\\ud83c\\ud\"",
                "\"\\ud83c\\udf4\"",
                "\"\\ud83c\\udfgg\"")) {
            byte[] json = half.getBytes(StandardCharsets.US_ASCII);
            assertThat(utf8(json)).as(half).isEqualTo(text(json));
        }
    }

    @Test
    void readsRandomRunsOfEscapesAlikeInBothWays() {
        String[][] pieces = {
            {"\\u0041", "A"}, {"\\ud83c", "\ud83c"}, {"\\uDF4C", "\udf4c"}, {"\\u00e4", "\u00e4"}, {"\\\"", "\""},
            {"\\\\", "\\"}, {"\\n", "\n"}, {"\u20ac", "\u20ac"}, {"\ud83c\udf4c", "\ud83c\udf4c"}, {"x", "x"},
            {"nine long", "nine long"}, {"u", "u"}, {"d83c", "d83c"}
        };
        Random random = new Random(3);
        for (int round = 0; round < 50_000; round++) {
            StringBuilder json = new StringBuilder("\"");
            StringBuilder meant = new StringBuilder();
            for (int i = random.nextInt(8); i >= 0; i--) {
                String[] piece = pieces[random.nextInt(pieces.length)];
                json.append(piece[0]);
                meant.append(piece[1]);
            }
            byte[] bytes = json.append('"').toString().getBytes(StandardCharsets.UTF_8);
            assertThat(text(bytes)).as(json.toString()).isEqualTo(CleanText.wellFormed(meant.toString()));
            assertThat(utf8(bytes)).as(json.toString()).isEqualTo(CleanText.wellFormed(meant.toString()));
        }
    }

    @Test
    void givesTheNamesThatItKnowsWithoutMakingNewOnes() throws MalformedJsonException {
        JsonReader reader = reader("{\"email\":1,\"sg_event_id\":2,\"sg_event_ie\":3,\"\":4}");
        reader.enter();
        reader.field();
        assertThat(reader.name()).isSameAs("email");
        reader.skip();
        reader.field();
        assertThat(reader.name()).isSameAs("sg_event_id");
        reader.skip();
        reader.field();
        assertThat(reader.name()).isEqualTo("sg_event_ie");
        reader.skip();
        reader.field();
        assertThat(reader.name()).isEmpty();
        reader.skip();
        assertThat(reader.field()).isFalse();
        reader.end();
    }

    @Test
    void readsNamesTwiceOnlyWhereItMay() throws MalformedJsonException {
        byte[] json = "{\"a\":1,\"a\":2}".getBytes(StandardCharsets.UTF_8);
        JsonReader lenient = JsonReader.lenient(json, 0, json.length, NAMES);
        lenient.skip();
        assertThat(lenient.isAtEnd()).isTrue();
        StringBuilder many = new StringBuilder("{");
        for (int i = 0; i < 1_000; i++) {
            many.append("\"n").append(i).append("\":{\"n\":1},");
        }
        assertThat(skips((many + "\"x\":1}").getBytes(StandardCharsets.UTF_8))).isTrue();
        for (int i : new int[] {0, 46, 47, 48, 49, 999}) {
            assertThat(skips((many + "\"n" + i + "\":1}").getBytes(StandardCharsets.UTF_8)))
                    .isFalse();
        }
    }

    @Test
    void tellsKnownNamesApartHoweverManyThereAreAndHoweverTheyAreSpelt() {
        JsonNames hundred = new JsonNames(IntStream.range(0, 100)
                .mapToObj(i -> (i % 2 == 0 ? "n" : "a_longer_name_") + i)
                .toArray(String[]::new));
        StringBuilder all = new StringBuilder("{");
        for (int i = 0; i < 100; i++) {
            all.append('"')
                    .append(i % 2 == 0 ? "n" : "a_longer_name_")
                    .append(i)
                    .append("\":{\"n0\":[],\"x\":0},");
        }
        assertThat(skips((all + "\"x\":0}").getBytes(StandardCharsets.UTF_8), hundred))
                .isTrue();
        for (String twice : List.of("n0", "a_longer_name_63", "n64", "a_longer_name_99", "\\u006e0", "n6\\u0034")) {
            assertThat(skips((all + "\"" + twice + "\":0}").getBytes(StandardCharsets.UTF_8), hundred))
                    .as(twice)
                    .isFalse();
        }
        // one beside the other, and one inside the other
        assertThat(skips(
                        "[{\"n0\":0},{\"n0\":{\"n0\":{\"n1\":0}}},{\"n0\":0}]".getBytes(StandardCharsets.UTF_8),
                        hundred))
                .isTrue();
    }

    /** What was carried along is written again in another form, and must be one that is read. */
    @Test
    void readsNumbersThatCanBeHeldHoweverTheyAreWritten() throws IOException {
        for (String number : List.of(
                "1e999999999",
                "-1E-999999999",
                "12e999999998",
                "0.1e-999999998",
                "0e999999999",
                "0.00e-999999997",
                "0.00012e999999999",
                "1.5e+999999999",
                "1e0",
                "0.0")) {
            String json = "{\"n\":" + number + "}";
            assertThat(Json.isObject(json)).as(number).isTrue();
            String again = Json.read(json).toString();
            assertThat(Json.isObject(again)).as(again).isTrue();
            assertThat(Json.read(again).toString()).isEqualTo(again);
        }
        for (String number : List.of(
                "12e999999999",
                "0.1e-999999999",
                "0.00e-999999998",
                "1e1000000000",
                "-10.0e999999999",
                "0.012e-999999998")) {
            assertThat(Json.isObject("{\"n\":" + number + "}")).as(number).isFalse();
        }
    }

    @Test
    void refusesNamesWithHalfAPairWhereNoNameMayStandTwice() throws MalformedJsonException {
        for (String name : List.of("\\ud83c", "a\\uDF4Cb", "\\ud83c\\u0041", "\\udf4c\\ud83c")) {
            String json = "{\"" + name + "\":1}";
            assertThat(Json.isObject(json)).as(name).isFalse();
            JsonReader lenient = reader(json, true);
            lenient.enter();
            assertThat(lenient.field()).isTrue();
            assertThat(lenient.name()).contains("\ufffd");
        }
        assertThat(Json.isObject("{\"\\ud83c\\udf4c\":\"\\ud83c\"}")).isTrue();
    }

    @Test
    void goesToTheFieldsOfANameAndPassesOverTheOthers() throws MalformedJsonException {
        JsonReader reader = reader(
                "{\"x\":{\"email\":0},\"email\":1,\"emai\":2,\"\\u0065mail\":3,\"y\":[\"email\"],\"email\":4} ", true);
        reader.enter();
        byte[] email = "email".getBytes(StandardCharsets.UTF_8);
        for (String expected : List.of("1", "3", "4")) {
            assertThat(reader.field(email)).isTrue();
            assertThat(reader.name()).isEqualTo("email");
            assertThat(reader.text()).isEqualTo(expected);
        }
        assertThat(reader.field(email)).isFalse();
        reader.end();
        JsonReader broken = reader("{\"x\":tru,\"email\":1}", true);
        broken.enter();
        assertThatExceptionOfType(MalformedJsonException.class).isThrownBy(() -> broken.field(email));
    }

    @Test
    void leavesAnObjectForItsBeginningOrItsEnd() throws MalformedJsonException {
        JsonReader reader = reader("[{\"a\":1,\"b\":[2]},{\"a\":3}]", true);
        reader.enter();
        assertThat(reader.element()).isTrue();
        int start = reader.position();
        reader.enter();
        reader.field();
        reader.leave(start);
        JsonReader objects = reader.ofObjects(start);
        objects.skip();
        assertThat(objects.position()).isEqualTo(16);
        reader.skip();
        assertThat(reader.position()).isEqualTo(16);
        assertThat(reader.element()).isTrue();
        start = reader.position();
        reader.enter();
        reader.field();
        objects = reader.ofObjects(start);
        objects.skip();
        reader.leave(objects.position());
        assertThat(reader.element()).isFalse();
        reader.end();
    }

    @Test
    void readsOnlyObjectsThatCanStandInsideOfOthersWhereAskedTo() throws MalformedJsonException {
        String good = "{\"a\":1,\"b\":{\"a\":2}}";
        String deep = "{\"a\":" + "[".repeat(56) + "]".repeat(56) + "}";
        String twice = "{\"b\":{\"c\":1,\"a\":1,\"c\":2}}";
        JsonReader reader = reader("[" + good + "," + deep + "," + twice + "," + good + "]", true);
        reader.enter();
        for (String element : List.of(good, deep, twice, good)) {
            assertThat(reader.element()).isTrue();
            JsonReader objects = reader.ofObjects(reader.position());
            if (element.equals(good)) {
                objects.skip();
                assertThat(objects.position()).isEqualTo(reader.position() + good.length());
            } else {
                assertThatExceptionOfType(MalformedJsonException.class).isThrownBy(objects::skip);
            }
            assertThat(Json.isObject(element)).isEqualTo(element.equals(good));
            reader.skip();
        }
        assertThat(reader.element()).isFalse();
    }

    @Test
    @Timeout(120) // anything quadratic would take hours; a machine with other work may take a while
    void isNotMadeSlowByManyNamesOrLevels() throws MalformedJsonException {
        StringBuilder many = new StringBuilder("[{");
        for (int i = 0; i < 300_000; i++) {
            // the same beginning, end and length
            many.append("\"aaaaaaaa").append("%06d".formatted(i)).append("zzzzzzzz\":0,");
        }
        byte[] json = many.append("\"x\":0}]").toString().getBytes(StandardCharsets.UTF_8);
        assertThat(skips(json)).isTrue();
        assertThat(skips("{\"a\":".repeat(1_000_000).getBytes(StandardCharsets.UTF_8)))
                .isFalse();
        JsonReader reader = reader("[" + "[{\"a\":{}}],".repeat(200_000) + "0]");
        reader.skip();
        reader.end();
    }

    @Test
    void saysWhereAndWhatWithoutQuotingTheDocument() {
        assertThatExceptionOfType(MalformedJsonException.class)
                .isThrownBy(() -> reader("{\"secret\" \"jane@example.com\"}").skip())
                .withMessage("expected a colon at byte 10");
    }
}
