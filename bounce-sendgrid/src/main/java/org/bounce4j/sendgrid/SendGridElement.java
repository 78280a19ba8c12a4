package org.bounce4j.sendgrid;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One event as SendGrid writes it: a flat object in which custom arguments stand beside SendGrid's own fields, so that any of
 * those may hold something else than it should.
 */
final class SendGridElement {
    @Nullable
    String email;

    @Nullable
    String event;

    @Nullable
    String timestamp;

    @Nullable
    String eventId;

    @Nullable
    String messageId;

    @Nullable
    String smtpId;

    @Nullable
    String reason;

    @Nullable
    String response;

    @Nullable
    String status;

    @Nullable
    String type;

    @Nullable
    String classification;

    final Map<String, String> tags = new LinkedHashMap<>();
    /** The field that stood there twice, or null: nobody can tell which one is SendGrid's. */
    @Nullable
    String twice;

    private SendGridElement() {}

    /** Reads an object; the parser stands at its start and is left at its end. */
    static SendGridElement read(JsonParser parser) throws IOException {
        SendGridElement element = new SendGridElement();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            if (token.isScalarValue()) {
                if (token != JsonToken.VALUE_NULL) {
                    element.set(name, parser.getText());
                }
            } else if (token == JsonToken.START_ARRAY && name.equals("category")) {
                element.set(name, texts(parser));
            } else {
                parser.skipChildren();
            }
        }
        return element;
    }

    private static String texts(JsonParser parser) throws IOException {
        List<String> texts = new ArrayList<>();
        JsonToken token = parser.nextToken();
        while (token != JsonToken.END_ARRAY) {
            if (token.isScalarValue()) {
                texts.add(parser.getText());
            } else {
                parser.skipChildren();
            }
            token = parser.nextToken();
        }
        return String.join(", ", texts);
    }

    private void set(String name, String value) {
        switch (name) {
            case "email" -> email = once(name, email, value);
            case "event" -> event = once(name, event, value);
            case "timestamp" -> timestamp = once(name, timestamp, value);
            case "sg_event_id" -> eventId = once(name, eventId, value);
            case "sg_message_id" -> messageId = once(name, messageId, value);
            case "smtp-id" -> smtpId = once(name, smtpId, value);
            case "reason" -> reason = once(name, reason, value);
            case "response" -> response = once(name, response, value);
            case "status" -> status = once(name, status, value);
            case "type" -> type = once(name, type, value);
            case "bounce_classification" -> classification = once(name, classification, value);
            case "ip",
                    "tls",
                    "cert_err",
                    "useragent",
                    "url",
                    "attempt",
                    "asm_group_id",
                    "sg_content_type",
                    "sg_template_id",
                    "sg_template_name",
                    "send_at" -> {}
            default -> tags.put(name, value);
        }
    }

    private String once(String name, @Nullable String before, String value) {
        if (before != null) {
            twice = name;
        }
        return value;
    }
}
