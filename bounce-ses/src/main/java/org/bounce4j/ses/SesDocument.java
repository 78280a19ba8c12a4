package org.bounce4j.ses;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Collection;
import org.bounce4j.internal.Json;

/**
 * Reads an SES event in one pass and keeps of it what an event is made of: the header fields of a mail are most of the
 * document, and of them one or two are wanted.
 */
final class SesDocument {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private SesDocument() {}

    /**
     * Reads the document of a verified or trusted sender.
     *
     * @param headers the names of the header fields to keep, compared without case
     * @throws IOException if it is not one JSON document within the bounds
     */
    static JsonNode read(byte[] json, Collection<String> headers) throws IOException {
        try (JsonParser parser = Json.verifiedParser(json)) {
            JsonToken token = parser.nextToken();
            if (token == null) {
                throw new IOException("Expected a document");
            }
            JsonNode root = token == JsonToken.START_OBJECT ? event(parser, headers) : node(parser, token);
            if (parser.nextToken() != null) {
                throw new IOException("Expected one document");
            }
            return root;
        } catch (NumberFormatException | ArithmeticException | IndexOutOfBoundsException e) {
            throw new IOException("Expected an ordinary document", e);
        }
    }

    private static ObjectNode event(JsonParser parser, Collection<String> headers) throws IOException {
        ObjectNode event = NODES.objectNode();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            boolean mail = token == JsonToken.START_OBJECT && name.equals("mail");
            event.set(name, mail ? mail(parser, headers) : node(parser, token));
        }
        return event;
    }

    private static ObjectNode mail(JsonParser parser, Collection<String> headers) throws IOException {
        ObjectNode mail = NODES.objectNode();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            switch (name) {
                case "commonHeaders" -> parser.skipChildren();
                case "headers" -> {
                    if (token == JsonToken.START_ARRAY) {
                        mail.set(name, headers(parser, headers));
                    } else {
                        parser.skipChildren();
                    }
                }
                default -> mail.set(name, node(parser, token));
            }
        }
        return mail;
    }

    private static ArrayNode headers(JsonParser parser, Collection<String> wanted) throws IOException {
        ArrayNode headers = NODES.arrayNode();
        JsonToken token = parser.nextToken();
        while (token != JsonToken.END_ARRAY) {
            if (token == JsonToken.START_OBJECT) {
                header(parser, wanted, headers);
            } else {
                parser.skipChildren();
            }
            token = parser.nextToken();
        }
        return headers;
    }

    private static void header(JsonParser parser, Collection<String> wanted, ArrayNode headers) throws IOException {
        ObjectNode header = NODES.objectNode();
        boolean unwanted = false;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            JsonToken token = parser.nextToken();
            if (unwanted || token != JsonToken.VALUE_STRING) {
                parser.skipChildren();
            } else {
                String text = parser.getText();
                unwanted = field.equals("name") && wanted.stream().noneMatch(text::equalsIgnoreCase);
                header.put(field, text);
            }
        }
        if (!unwanted) {
            headers.add(header);
        }
    }

    private static JsonNode node(JsonParser parser, JsonToken token) throws IOException {
        return switch (token) {
            case START_OBJECT -> {
                ObjectNode object = NODES.objectNode();
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String name = parser.currentName();
                    object.set(name, node(parser, parser.nextToken()));
                }
                yield object;
            }
            case START_ARRAY -> {
                ArrayNode array = NODES.arrayNode();
                JsonToken next = parser.nextToken();
                while (next != JsonToken.END_ARRAY) {
                    array.add(node(parser, next));
                    next = parser.nextToken();
                }
                yield array;
            }
            case VALUE_STRING -> NODES.textNode(parser.getText());
            // nothing is counted with; numbers keep every digit they came with
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> NODES.textNode(parser.getText());
            case VALUE_TRUE, VALUE_FALSE -> NODES.booleanNode(token == JsonToken.VALUE_TRUE);
            default -> NODES.nullNode();
        };
    }
}
