package org.bounce4j.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceType;
import org.bounce4j.EmailAddress;
import org.bounce4j.EnhancedStatus;
import org.bounce4j.EventId;
import org.bounce4j.MalformedPayloadException;
import org.bounce4j.Trust;
import org.jspecify.annotations.Nullable;

/** Reads the fields of the one JSON form; what is wrong is named by field and rule. A JSON null is an absent field. */
public final class EventFields {
    private final JsonNode object;

    /**
     * Wraps an object.
     *
     * @throws MalformedPayloadException if the node is not an object
     */
    public EventFields(@Nullable JsonNode node) {
        if (node == null || !node.isObject()) {
            throw new MalformedPayloadException("Expected a JSON object with the fields of a bounce event, got "
                    + (node == null ? "nothing" : kind(node)));
        }
        this.object = node;
    }

    /** Returns a text field; a number or a boolean is taken as its text. */
    public @Nullable String text(String field) {
        JsonNode value = object.get(field);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isValueNode()) {
            throw wrong(field, "a text", kind(value));
        }
        String text = value.asText();
        return CleanText.isBlank(text) ? null : text;
    }

    /** Returns a text field of at most that many characters. */
    public @Nullable String text(String field, int max) {
        String text = text(field);
        if (text != null && text.length() > max) {
            throw wrong(field, "at most " + max + " characters", String.valueOf(text.length()));
        }
        return text;
    }

    /** Returns a text field that must be there. */
    public String required(String field, int max) {
        String text = text(field, max);
        if (text == null) {
            throw new MalformedPayloadException(field + ": required, got nothing");
        }
        return text;
    }

    /** Returns a field that holds a mail address. */
    public Optional<EmailAddress> address(String field) {
        String text = text(field);
        if (text == null) {
            return Optional.empty();
        }
        Optional<EmailAddress> address = EmailAddress.parse(text);
        if (address.isEmpty()) {
            throw wrong(field, "a mail address", "a text that is none");
        }
        return address;
    }

    /** Returns the field {@code type}, which must be there. */
    public BounceType type() {
        return BounceType.of(required("type", 32))
                .orElseThrow(() -> wrong("type", "hard, soft or complaint", "something else"));
    }

    /** Returns a field that holds an instant: ISO 8601 with an offset, or seconds since 1970. */
    public @Nullable Instant instant(String field) {
        JsonNode value = object.get(field);
        if (value != null && value.isNumber()) {
            double seconds = value.asDouble();
            if (seconds >= 0 && seconds < 253_402_300_800d) {
                return Instant.ofEpochSecond(value.asLong());
            }
        }
        String text = text(field);
        if (text == null) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text.strip()).toInstant();
        } catch (DateTimeException e) {
            throw wrong(field, "a time such as 2026-01-31T12:00:00Z", "something else");
        }
    }

    /** Returns {@code meta}: an object, or a text that holds one. */
    public String meta() {
        JsonNode value = object.get("meta");
        if (value == null
                || value.isNull()
                || value.isTextual() && value.asText().isBlank()) {
            return "{}";
        }
        String text = value.isObject() ? value.toString() : value.asText();
        if (Json.isObject(text)) {
            return text;
        }
        throw value.isObject()
                ? wrong("meta", "numbers that can be held and at most " + Json.MAX_INNER_DEPTH + " levels", "more")
                : wrong("meta", "a JSON object, or a text that holds one", kind(value));
    }

    /** Returns {@code tags}: an object of texts. */
    public Map<String, String> tags() {
        JsonNode value = object.get("tags");
        if (value == null || value.isNull()) {
            return Map.of();
        }
        if (!value.isObject()) {
            throw wrong("tags", "an object", kind(value));
        }
        Map<String, String> tags = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> tag : value.properties()) {
            if (!tag.getValue().isValueNode()) {
                throw wrong("tags", "texts as values", kind(tag.getValue()));
            }
            tags.put(tag.getKey(), tag.getValue().asText());
        }
        return tags;
    }

    /** Returns {@code reply_code}, or 0. */
    public int replyCode() {
        String text = text("reply_code");
        if (text == null) {
            return 0;
        }
        String digits = text.strip();
        if (digits.length() == 3 && digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            int code = Integer.parseInt(digits);
            if (code >= 200 && code <= 599) {
                return code;
            }
        }
        throw wrong("reply_code", "200 to 599", "something else");
    }

    /** Returns {@code status}. */
    public @Nullable EnhancedStatus status() {
        String text = text("status");
        if (text == null) {
            return null;
        }
        return EnhancedStatus.parse(text).orElseThrow(() -> wrong("status", "a code such as 5.1.1", "something else"));
    }

    /** Returns {@code trust}; null if it is absent. */
    public @Nullable Trust trust() {
        String text = text("trust");
        return text == null ? null : Trust.of(text);
    }

    /** Sets every optional field that any source may carry, but none of id, type, source, trust and the two times. */
    public void copyTo(BounceEvent.Builder builder) {
        address("email").ifPresent(builder::recipient);
        String attempt = text("attempt", EventId.MAX_LENGTH);
        if (attempt != null) {
            try {
                builder.attempt(attempt);
            } catch (IllegalArgumentException e) {
                throw wrong("attempt", "URL-safe characters A-Z a-z 0-9 - . _ ~", "others");
            }
        }
        builder.subscriber(text("subscriber_uuid", BounceEvent.MAX_HOST_ID))
                .campaign(text("campaign_uuid", BounceEvent.MAX_HOST_ID))
                .reason(BounceReason.of(text("reason")))
                .rule(text("rule"))
                .reportedRecipient(address("reported_email").orElse(null))
                .status(status())
                .replyCode(replyCode())
                .diagnostic(text("diagnostic"))
                .remoteMta(text("remote_mta"))
                .messageId(text("message_id"))
                .providerMessageId(text("provider_message_id"))
                .tags(tags())
                .meta(meta());
    }

    /** Returns what to throw for a wrong field. It does not quote the value: values name people. */
    public static MalformedPayloadException wrong(String field, String expected, String got) {
        return new MalformedPayloadException(field + ": expected " + expected + ", got " + got);
    }

    private static String kind(JsonNode node) {
        String name = node.getNodeType().name().toLowerCase(Locale.ROOT);
        return switch (name) {
            case "array", "object" -> "an " + name;
            case "missing" -> "nothing";
            default -> "a " + name;
        };
    }
}
