package org.bounce4j.ses;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.bounce4j.BounceBatch;
import org.bounce4j.BounceEvent;
import org.bounce4j.MalformedPayloadException;
import org.bounce4j.Undigested;
import org.bounce4j.internal.CleanText;
import org.bounce4j.internal.Json;
import org.jspecify.annotations.Nullable;

/**
 * Takes off what other services of AWS wrap around an SES event. Each method knows one transport; nothing is unwrapped more
 * often than that transport wraps. Serves one call.
 */
final class SesEnvelopes {
    /** So many parts that cannot be read are kept apart. */
    private static final int MOST_APART = 100;

    private final SesEventParser parser;
    private final List<BounceEvent> events = new ArrayList<>();
    private final List<BounceEvent> delays = new ArrayList<>();
    private final List<Undigested> undigested = new ArrayList<>();
    /** What cannot be read, and why, as long as more may be added to it. */
    private final StringBuilder open = new StringBuilder();

    private @Nullable String openCause;
    /** Whether there was something that is no concern of ours. */
    private boolean readable;

    SesEnvelopes(SesEventParser parser) {
        this.parser = parser;
    }

    BounceBatch sqs(JsonNode body) {
        body(body, null);
        return batch();
    }

    BounceBatch lambda(JsonNode event) {
        JsonNode records = event.path("Records");
        if (!records.isArray()) {
            return eventBridge(event);
        }
        for (JsonNode record : records) {
            try {
                record(record);
            } catch (MalformedPayloadException e) {
                keep(record.toString(), e);
            }
        }
        return batch();
    }

    private void record(JsonNode record) {
        JsonNode sns = record.path("Sns");
        if (sns.isObject()) {
            envelope(sns);
            return;
        }
        String body = SesEventParser.text(record, "body");
        if (body == null) {
            throw new MalformedPayloadException("Expected a record of SNS or SQS, with Sns or body, got another");
        }
        if (SesEventParser.isBareGreeting(body, 0)) {
            passOver();
        } else {
            body(document(body), SesEventParser.text(record, "awsRegion"));
        }
    }

    BounceBatch eventBridge(JsonNode event) {
        if (!event.path("detail").isObject() || !event.has("detail-type")) {
            throw new MalformedPayloadException(
                    "Expected Records, or detail and detail-type of EventBridge, got an event without either");
        }
        detail(event);
        return batch();
    }

    private void detail(JsonNode event) {
        // EventBridge carries what others than SES say, too: reputation, identities; they have no eventType
        String source = SesEventParser.text(event, "source");
        if (source != null && !source.equals("aws.ses")) {
            // Amazon keeps these names for its own services: whoever else may put events, which all have a source,
            // cannot take one
            throw new MalformedPayloadException("Expected an event of EventBridge with source aws.ses, got another");
        }
        JsonNode detail = event.get("detail");
        if (detail.has("eventType") || detail.has("notificationType")) {
            add(parser.read(bytes(detail), SesEventParser.text(event, "region")));
        } else {
            passOver();
        }
    }

    BounceBatch firehose(String delivery) {
        JsonNode request = null;
        try {
            request = Json.read(delivery);
        } catch (IOException e) {
            lines(delivery);
        }
        if (request != null) {
            JsonNode records = request.path("records");
            if (records.isArray()) {
                records.forEach(this::data);
            } else {
                body(request, null);
            }
        }
        if (delivery.isBlank()) {
            throw new MalformedPayloadException("Expected at least one record, got none");
        }
        return batch();
    }

    private void data(JsonNode record) {
        JsonNode data = record.path("data");
        if (!data.isTextual()) {
            if (!record.isObject() || !record.isEmpty()) {
                keep(record.toString(), new MalformedPayloadException("Expected the text data in a record, got none"));
            }
            return;
        }
        try {
            lines(new String(Base64.getDecoder().decode(data.textValue().strip()), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            keep(record.toString(), new MalformedPayloadException("Expected data in base64, got something else", e));
        }
    }

    private void lines(String text) {
        text.lines().forEach(this::line);
    }

    /** Cuts a line behind each object: Firehose puts nothing between records, and whoever feeds it may not either. */
    private void line(String line) {
        int start = 0;
        int depth = 0;
        boolean text = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (text) {
                if (c == '\\') {
                    i++;
                } else if (c == '"') {
                    text = false;
                }
            } else if (c == '{') {
                depth++;
            } else if (c == '"') {
                text = depth > 0;
            } else if (c == '}') {
                depth--;
                if (depth <= 0) {
                    piece(line, start, i + 1);
                    start = i + 1;
                    depth = 0;
                }
            }
        }
        piece(line, start, line.length());
    }

    private void piece(String line, int start, int end) {
        int first = start;
        while (first < end && Character.isWhitespace(line.charAt(first))) {
            first++;
        }
        if (first == end) {
            return;
        }
        if (SesEventParser.isBareGreeting(line, first)) {
            passOver();
            // nothing need stand between the greeting and an event
            while (first < end && line.charAt(first) != '{') {
                first++;
            }
            piece(line, first, end);
            return;
        }
        String separator = start == 0 ? "\n" : "";
        if (line.charAt(first) != '{') {
            keep(line, start, end, separator, "Expected the JSON object of an SES event, got something else");
            return;
        }
        try {
            body(document(line.substring(start, end)), null);
        } catch (MalformedPayloadException e) {
            keep(line, start, end, separator, String.valueOf(e.getMessage()));
        }
    }

    /** An envelope of SNS, an event of EventBridge, or with raw message delivery the SES event itself. */
    private void body(JsonNode body, @Nullable String region) {
        if (body.path("Message").isTextual()) {
            envelope(body);
        } else if (body.path("detail").isObject() && body.has("detail-type")) {
            detail(body);
        } else {
            add(parser.read(bytes(body), region));
        }
    }

    private void envelope(JsonNode envelope) {
        String type = SesEventParser.text(envelope, "Type");
        String message = SesEventParser.text(envelope, "Message");
        if (message == null) {
            throw new MalformedPayloadException("Expected the text Message in an SNS message, got none");
        }
        SnsEnvelope.Kind kind = type == null ? SnsEnvelope.Kind.NOTIFICATION : SnsEnvelope.Kind.of(type);
        if (kind == null) {
            throw new MalformedPayloadException(
                    "Expected an SNS message of the Type Notification or a confirmation, got one of another");
        }
        byte[] event = CleanText.utf8(message);
        if (kind != SnsEnvelope.Kind.NOTIFICATION || SesEventParser.isGreeting(event)) {
            passOver();
        } else {
            add(parser.published(event, SesEventParser.region(SesEventParser.text(envelope, "TopicArn"))));
        }
    }

    private static byte[] bytes(JsonNode event) {
        return CleanText.utf8(event.toString());
    }

    /** Takes note of something that is no concern of ours. */
    private void passOver() {
        close();
        readable = true;
    }

    private void add(BounceBatch batch) {
        close();
        events.addAll(batch.events());
        delays.addAll(batch.delays());
        undigested.addAll(batch.undigested());
        readable |= batch.readable();
    }

    private static JsonNode document(String json) {
        try {
            return Json.read(json);
        } catch (IOException e) {
            throw new MalformedPayloadException("Expected the JSON of an SES event, went wrong at " + Json.where(e));
        }
    }

    private void keep(String text, MalformedPayloadException cause) {
        keep(text, 0, text.length(), "\n", String.valueOf(cause.getMessage()));
    }

    /** Keeps a part of a text. Of very many, those that nothing stands between become one: some megabytes of junk are as many. */
    private void keep(String text, int start, int end, String separator, String cause) {
        if (openCause != null) {
            open.append(separator).append(text, start, end);
            return;
        }
        openCause = cause;
        open.append(text, start, end);
        if (undigested.size() < MOST_APART) {
            close();
        }
    }

    private void close() {
        if (openCause != null) {
            undigested.add(new Undigested(SesEventParser.SOURCE, CleanText.utf8(open.toString()), openCause));
            open.setLength(0);
            openCause = null;
        }
    }

    private BounceBatch batch() {
        close();
        return new BounceBatch(events, delays, undigested, readable);
    }
}
