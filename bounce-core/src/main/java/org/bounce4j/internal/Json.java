package org.bounce4j.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads JSON from outside: depth, names, numbers and documents are bounded, duplicate keys and trailing tokens refused. */
public final class Json {
    /** The deepest nesting read. */
    public static final int MAX_DEPTH = 64;

    /** The deepest nesting of an object that is carried along inside of another document. */
    public static final int MAX_INNER_DEPTH = 56;

    /**
     * How documents are read. Not read with: a factory remembers the names it has seen, for all documents to come, and
     * names chosen to collide would spoil it for the documents of others. Each document has a factory of its own.
     */
    private static final JsonFactory SETTINGS = settings().build();

    /** Reads texts, and remembers no names: there is nothing to spoil, so all share it. */
    private static final JsonFactory TEXTS =
            settings().disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES).build();

    private static final ObjectMapper MAPPER = JsonMapper.builder(SETTINGS)
            // numbers keep every digit they came with
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private Json() {}

    private static JsonFactoryBuilder settings() {
        return new JsonFactoryBuilder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .maxNameLength(1_024)
                        .maxNumberLength(256)
                        .maxStringLength(16 * 1024 * 1024)
                        .build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                // UTF-8 is what JSON is exchanged in (RFC 8259, section 8.1); guessing would give other bytes another
                // meaning
                .disable(JsonFactory.Feature.CHARSET_DETECTION)
                // names come from outside: do not put them into the JVM's string table
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8);
    }

    /** Returns a bounded parser of one document in UTF-8; a byte order mark in front of it is skipped. */
    public static JsonParser parser(byte[] json) throws IOException {
        int start = start(json);
        return SETTINGS.copy().createParser(json, start, json.length - start);
    }

    /** Returns the document without the byte order mark in front of it: offsets of parsers count from behind it. */
    public static byte[] withoutByteOrderMark(byte[] json) {
        int start = start(json);
        return start == 0 ? json : Arrays.copyOfRange(json, start, json.length);
    }

    static int start(byte[] json) {
        return json.length >= 3 && json[0] == (byte) 0xef && json[1] == (byte) 0xbb && json[2] == (byte) 0xbf ? 3 : 0;
    }

    /** Returns a generator that writes UTF-8. */
    public static JsonGenerator generator(OutputStream out) throws IOException {
        return SETTINGS.createGenerator(out);
    }

    /**
     * Reads one document.
     *
     * @throws IOException if it is not JSON within the bounds
     */
    public static JsonNode read(byte[] json) throws IOException {
        try (JsonParser parser = parser(json)) {
            return document(parser);
        }
    }

    /**
     * Reads one document.
     *
     * @throws IOException if it is not JSON within the bounds
     */
    public static JsonNode read(String json) throws IOException {
        try (JsonParser parser = TEXTS.createParser(json)) {
            return document(parser);
        }
    }

    private static JsonNode document(JsonParser parser) throws IOException {
        JsonNode root;
        try {
            root = MAPPER.readTree(parser);
        } catch (NumberFormatException | ArithmeticException | IndexOutOfBoundsException e) {
            // a number out of every range; names made to collide
            throw new JsonParseException(parser, "a document made to be odd", parser.currentTokenLocation(), e);
        }
        if (root == null || parser.nextToken() != null) {
            throw new JsonParseException(parser, "Expected one document", parser.currentTokenLocation());
        }
        return root;
    }

    /** Writes an object of texts. */
    public static String write(Map<String, String> object) {
        try {
            return MAPPER.writeValueAsString(object);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the text of a top-level field that holds an object, exactly as it stands there, or null. */
    public static @Nullable String rawObject(byte[] json, String field) throws IOException {
        try (JsonParser parser = parser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean wanted = parser.currentName().equals(field);
                if (parser.nextToken() == JsonToken.START_OBJECT && wanted) {
                    // offsets count from where the parser started, which is behind a byte order mark
                    int start = (int) parser.currentTokenLocation().getByteOffset();
                    parser.skipChildren();
                    int end = (int) parser.currentLocation().getByteOffset();
                    return new String(json, start(json) + start, end - start, StandardCharsets.UTF_8);
                }
                parser.skipChildren();
            }
        }
        return null;
    }

    /**
     * Returns whether the text is one JSON object and nothing else, with numbers that can be read, nested so little that it
     * can stand inside of another document.
     */
    public static boolean isObject(String json) {
        return JsonReader.isObject(json);
    }

    /** Returns where a document went wrong, in words that hold nothing of it. */
    public static String where(Exception e) {
        if (e instanceof JsonProcessingException json && json.getLocation() != null) {
            return "line " + json.getLocation().getLineNr() + ", column "
                    + json.getLocation().getColumnNr();
        }
        return "its start";
    }
}
