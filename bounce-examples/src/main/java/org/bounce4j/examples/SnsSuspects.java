package org.bounce4j.examples;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bounce4j.BounceException;
import org.bounce4j.ses.SnsVerifier;
import org.jspecify.annotations.Nullable;

/** Undoes what people's code does to SNS messages, and names what made a message genuine again. */
final class SnsSuspects {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DateTimeFormatter MILLISECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    /** Which mistake is undone how. */
    private static final Map<String, Undo> UNDO = new LinkedHashMap<>();

    static {
        UNDO.put(
                "the line break at the end of Message was cut off: pass it on as it is, do not trim",
                message -> text(message, "Message", text -> text + "\n"));
        UNDO.put(
                "a line break was added to the end of Message",
                message -> text(
                        message, "Message", text -> text.endsWith("\n") ? text.substring(0, text.length() - 1) : text));
        UNDO.put(
                "the line breaks in Message were changed to CR LF",
                message -> text(message, "Message", text -> text.replace("\r\n", "\n")));
        UNDO.put(
                "UTF-8 was read as Latin-1 on the way: name the charset, or pass on bytes",
                message -> everyText(
                        message,
                        text -> new String(text.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)));
        UNDO.put(
                "UTF-8 was read as Windows-1252 on the way: name the charset, or pass on bytes",
                message -> everyText(message, SnsSuspects::fromWindows));
        UNDO.put(
                "the message was escaped for HTML on the way",
                message -> everyText(
                        message,
                        text -> text.replace("&quot;", "\"")
                                .replace("&lt;", "<")
                                .replace("&gt;", ">")
                                .replace("&#39;", "'")
                                .replace("&amp;", "&")));
        UNDO.put(
                "the JSON in Message was read and written again: keep the text as it came",
                message -> text(message, "Message", SnsSuspects::compact));
        UNDO.put(
                "Timestamp was read and written again: keep the text as it came",
                message -> text(message, "Timestamp", SnsSuspects::milliseconds));
        UNDO.put("an empty Subject was added: SNS sends none, or null", message -> without(message, "Subject"));
        UNDO.put(
                "SignatureVersion was changed",
                message -> text(message, "SignatureVersion", version -> version.equals("1") ? "2" : "1"));
    }

    /** Undoes one mistake; returns null where there is nothing to undo. */
    @FunctionalInterface
    private interface Undo {
        @Nullable
        ObjectNode apply(ObjectNode message);
    }

    private SnsSuspects() {}

    /** Returns the likely cause of a refusal, as the end of a sentence, or nothing. */
    static String of(@Nullable String refusal, byte[] body, SnsVerifier verifier) {
        for (Map.Entry<String, Undo> suspect : UNDO.entrySet()) {
            ObjectNode message = object(body);
            ObjectNode undone = message == null ? null : suspect.getValue().apply(message);
            if (undone != null && verifies(undone, verifier)) {
                return "; likely cause: " + suspect.getKey();
            }
        }
        return refusal != null && refusal.startsWith("Signature:")
                ? "; none of the usual mistakes explains it (trimming, line breaks, charset, JSON written again, Subject added)"
                : "";
    }

    /** Returns what a file is that is no SNS message, as the end of a sentence, or nothing. */
    static String ofShape(byte[] body) {
        ObjectNode object = object(body);
        String cause = null;
        if (object == null) {
            if (startsWithHeaders(body)) {
                cause = "the file holds the request's headers too: save the body alone";
            } else if (object(new String(body, StandardCharsets.ISO_8859_1).getBytes(StandardCharsets.UTF_8)) != null) {
                cause = "the UTF-8 of the body was written as Latin-1: take bytes, or name the charset";
            }
        } else if (object.path("Records").path(0).has("Sns")) {
            cause = "this is the event of a Lambda function: the SNS message is Records[0].Sns";
        } else if (object.path("Records").path(0).has("body")) {
            cause = "this is the event of a Lambda function on a queue: the SNS message is the text Records[0].body";
        } else if (object.has("Body") && object.has("MessageId")) {
            cause = "this is a message of a queue: the SNS message is the text Body";
        } else if (object.path("Messages").path(0).has("Body")) {
            cause = "this is what a queue answers: the SNS message is the text Messages[0].Body";
        } else if (object.has("detail-type")) {
            cause = "this came by EventBridge, which signs nothing: SesEventParser.parseTrustedEventBridge reads it";
        } else if (object.path("records").path(0).has("data")) {
            cause = "this came by Firehose, which signs nothing: SesEventParser.parseTrustedFirehose reads it";
        } else if (object.path("Message").isContainerNode()) {
            cause = "Message was read as JSON and written back as an object: it is a text, keep it as it came";
        } else if (object.has("Message") && !object.has("Signature")) {
            cause = "the signature was dropped on the way: store the whole message";
        }
        return cause == null ? "" : "; likely cause: " + cause;
    }

    /** Returns whether a request line or a header field stands where a body should begin. */
    static boolean startsWithHeaders(byte[] body) {
        int end = 0;
        while (end < body.length && end < 200 && body[end] != '\r' && body[end] != '\n') {
            end++;
        }
        String line = new String(body, 0, end, StandardCharsets.ISO_8859_1);
        int colon = line.indexOf(':');
        boolean field = colon > 0 && line.chars().limit(colon).allMatch(c -> Character.isLetterOrDigit(c) || c == '-');
        return field || line.startsWith("POST ");
    }

    /** Returns what a genuine notification says that gives no event. */
    static String noEvent(String message) {
        ObjectNode object = object(message.getBytes(StandardCharsets.UTF_8));
        JsonNode type = object == null ? null : object.path("eventType");
        type = object != null && type != null && type.isMissingNode() ? object.path("notificationType") : type;
        if (type != null && type.isTextual()) {
            return "genuine, and an SES event of the type " + type.asText()
                    + " that says of nobody that a mail failed or was complained of";
        }
        return message.startsWith("Successfully validated SNS topic for Amazon SES")
                ? "genuine: the greeting of SES, after the topic was tied to it"
                : "genuine, but no SES event: somebody else publishes to this topic, or it was SNS' own test";
    }

    private static @Nullable ObjectNode object(byte[] body) {
        try {
            return JSON.readTree(body) instanceof ObjectNode object ? object : null;
        } catch (IOException e) {
            return null;
        }
    }

    private static boolean verifies(ObjectNode message, SnsVerifier verifier) {
        try {
            verifier.verify(JSON.writeValueAsBytes(message));
            return true;
        } catch (JsonProcessingException | BounceException e) {
            return false;
        }
    }

    private static @Nullable ObjectNode text(ObjectNode message, String field, UnaryOperator<String> change) {
        if (!message.path(field).isTextual()) {
            return null;
        }
        String text = message.get(field).asText();
        String changed = change.apply(text);
        return changed.equals(text) ? null : message.put(field, changed);
    }

    private static ObjectNode everyText(ObjectNode message, UnaryOperator<String> change) {
        message.properties().forEach(field -> {
            JsonNode value = field.getValue();
            if (value.isTextual()) {
                message.put(field.getKey(), change.apply(value.asText()));
            }
        });
        return message;
    }

    private static ObjectNode without(ObjectNode message, String field) {
        message.remove(field);
        return message;
    }

    private static String fromWindows(String text) {
        return new String(text.getBytes(Charset.forName("windows-1252")), StandardCharsets.UTF_8);
    }

    private static String compact(String text) {
        try {
            // SES writes its documents on one line and, in event publishing, a line break behind
            return JSON.writeValueAsString(JSON.readTree(text)) + (text.endsWith("\n") ? "\n" : "");
        } catch (JsonProcessingException e) {
            return text;
        }
    }

    private static String milliseconds(String text) {
        try {
            return MILLISECONDS.format(Instant.parse(text));
        } catch (DateTimeException e) {
            return text;
        }
    }
}
