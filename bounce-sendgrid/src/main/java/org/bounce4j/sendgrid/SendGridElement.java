package org.bounce4j.sendgrid;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Stream;
import org.bounce4j.internal.JsonNames;
import org.bounce4j.internal.JsonReader;
import org.bounce4j.internal.JsonReader.MalformedJsonException;
import org.jspecify.annotations.Nullable;

/**
 * One event as SendGrid writes it: a flat object in which custom arguments stand beside SendGrid's own fields, so that any of
 * those may hold something else than it should.
 */
final class SendGridElement {
    private static final List<String> COMMON = List.of(
            "email",
            "event",
            "timestamp",
            "sg_event_id",
            "sg_message_id",
            "smtp-id",
            "reason",
            "response",
            "status",
            "type",
            "bounce_classification",
            "category",
            "ip",
            "tls",
            "cert_err",
            "useragent",
            "url",
            "url_offset",
            "attempt",
            "asm_group_id",
            "sg_content_type",
            "sg_template_id",
            "sg_template_name",
            "sg_machine_open",
            "send_at",
            "pool",
            "newsletter",
            "marketing_campaign_id",
            "marketing_campaign_name",
            "singlesend_id",
            "processed",
            "deferred",
            "delivered",
            "open",
            "click",
            "bounce",
            "blocked",
            "expired",
            "dropped",
            "spamreport",
            "unsubscribe",
            "group_unsubscribe",
            "group_resubscribe",
            "Invalid Address",
            "Bounced Address",
            "Spam Reporting Address",
            "Unsubscribed Address",
            "5.1.1",
            "5.0.0");

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
    /** The field that stood there twice with different values, or null: nobody can tell which one is SendGrid's. */
    @Nullable
    String twice;

    private SendGridElement() {}

    /** Returns the names and values that come again and again, and those that the host looks for. */
    static JsonNames names(List<String> arguments) {
        return new JsonNames(
                Stream.concat(COMMON.stream(), arguments.stream()).distinct().toArray(String[]::new));
    }

    /** Reads the object at which the reader is. */
    static SendGridElement read(JsonReader reader) throws MalformedJsonException {
        SendGridElement element = new SendGridElement();
        reader.enter();
        while (reader.field()) {
            element.read(reader.name(), reader);
        }
        return element;
    }

    private void read(String name, JsonReader reader) throws MalformedJsonException {
        switch (name) {
            case "email" -> email = once(name, email, reader.text());
            case "event" -> event = once(name, event, reader.knownText());
            case "timestamp" -> timestamp = once(name, timestamp, reader.text());
            case "sg_event_id" -> eventId = once(name, eventId, reader.text());
            case "sg_message_id" -> messageId = once(name, messageId, reader.text());
            case "smtp-id" -> smtpId = once(name, smtpId, reader.text());
            case "reason" -> reason = once(name, reason, reader.knownText());
            case "response" -> response = once(name, response, reader.text());
            case "status" -> status = once(name, status, reader.knownText());
            case "type" -> type = once(name, type, reader.knownText());
            case "bounce_classification" -> classification = once(name, classification, reader.knownText());
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
                    "send_at" -> reader.skip();
            default -> {
                String value = name.equals("category") && reader.kind() == '[' ? texts(reader) : reader.text();
                if (value != null) {
                    tags.put(name, value);
                }
            }
        }
    }

    private @Nullable String once(String name, @Nullable String before, @Nullable String value) {
        if (before != null && value != null && !before.equals(value)) {
            twice = name;
        }
        return value == null ? before : value;
    }

    private static String texts(JsonReader reader) throws MalformedJsonException {
        StringJoiner texts = new StringJoiner(", ");
        reader.enter();
        while (reader.element()) {
            String text = reader.text();
            if (text != null) {
                texts.add(text);
            }
        }
        return texts.toString();
    }
}
