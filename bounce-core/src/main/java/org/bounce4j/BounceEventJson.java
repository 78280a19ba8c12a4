package org.bounce4j;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.bounce4j.internal.EventFields;
import org.bounce4j.internal.Json;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads the one JSON form of an event: what {@code POST /webhooks/bounce} takes, what the command line prints and
 * what a store keeps are the same object, the field names of the generic bounce webhook extended.
 *
 * <pre>{@code
 * {"id":"mail.1.…","attempt":"attempt.1.…","type":"hard","reason":"USER_UNKNOWN","rule":"user.unknown","trust":"CORRELATED",
 *  "source":"pop3","email":"jane@example.com","subscriber_uuid":"…","campaign_uuid":"…","status":"5.1.1","reply_code":550,
 *  "diagnostic":"550 5.1.1 User unknown","remote_mta":"mx.example.com","message_id":"1@example.org",
 *  "created_at":"2026-01-31T12:00:00Z","received_at":"2026-01-31T12:05:00Z","tags":{"X-Tag":"a"},"meta":{}}
 * }</pre>
 *
 * Absent values are left out. Reading accepts a JSON null for absent, {@code meta} as an object or as a text that holds one,
 * unknown fields, and unknown names of reasons, which read as {@link BounceReason#UNKNOWN}. What was written reads back as an
 * equal event. Thread-safe.
 */
public final class BounceEventJson {
    private BounceEventJson() {}

    /**
     * Writes an event.
     *
     * @param event the event
     * @return its JSON on one line, in UTF-8
     */
    public static byte[] write(BounceEvent event) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            json.writeStringField("id", event.id());
            text(json, "attempt", event.attempt().orElse(null));
            json.writeStringField("type", event.type().json());
            json.writeStringField("reason", event.reason().name());
            text(json, "rule", event.rule().orElse(null));
            json.writeStringField("trust", event.trust().name());
            json.writeStringField("source", event.source());
            text(json, "email", event.recipient().map(EmailAddress::address).orElse(null));
            text(
                    json,
                    "reported_email",
                    event.reportedRecipient().map(EmailAddress::address).orElse(null));
            text(json, "subscriber_uuid", event.subscriber().orElse(null));
            text(json, "campaign_uuid", event.campaign().orElse(null));
            text(json, "status", event.status().map(EnhancedStatus::toString).orElse(null));
            if (event.replyCode().isPresent()) {
                json.writeNumberField("reply_code", event.replyCode().getAsInt());
            }
            text(json, "diagnostic", event.diagnostic().orElse(null));
            text(json, "remote_mta", event.remoteMta().orElse(null));
            text(json, "message_id", event.messageId().orElse(null));
            text(json, "provider_message_id", event.providerMessageId().orElse(null));
            json.writeStringField("created_at", event.occurredAt().toString());
            json.writeStringField("received_at", event.receivedAt().toString());
            if (!event.tags().isEmpty()) {
                json.writeObjectFieldStart("tags");
                for (Map.Entry<String, String> tag : event.tags().entrySet()) {
                    json.writeStringField(tag.getKey(), tag.getValue());
                }
                json.writeEndObject();
            }
            json.writeFieldName("meta");
            json.writeRawValue(event.meta());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /**
     * Writes an event as a text.
     *
     * @param event the event
     * @return its JSON on one line
     */
    public static String writeString(BounceEvent event) {
        return new String(write(event), StandardCharsets.UTF_8);
    }

    /**
     * Reads an event that {@link #write} wrote, or one of the same form.
     *
     * @param json one JSON object in UTF-8: {@code id}, {@code type}, {@code source}, a time and one of {@code email} and
     *     {@code subscriber_uuid} are required
     * @return the event, with every value as it stands there; nothing is verified, so read only what you wrote
     * @throws MalformedPayloadException if it is not JSON, or a field is missing or wrong; the message names the field
     */
    public static BounceEvent read(byte[] json) {
        EventFields fields;
        String meta;
        try {
            fields = new EventFields(Json.read(json));
            meta = Json.rawObject(json, "meta");
        } catch (IOException e) {
            throw new MalformedPayloadException("Expected one JSON object, got something else from " + Json.where(e));
        }
        Instant created = fields.instant("created_at");
        Instant received = fields.instant("received_at");
        if (received == null) {
            received = created;
        }
        if (received == null) {
            throw new MalformedPayloadException("received_at: required where created_at is missing, got nothing");
        }
        BounceEvent.Builder builder = start(fields, received);
        fields.copyTo(builder);
        if (meta != null) {
            builder.meta(meta);
        }
        Trust trust = fields.trust();
        return builder.trust(trust == null ? Trust.UNVERIFIED : trust)
                .occurredAt(created)
                .build();
    }

    private static BounceEvent.Builder start(EventFields fields, Instant received) {
        String id = fields.required("id", EventId.MAX_LENGTH);
        BounceType type = fields.type();
        String source = fields.required("source", BounceEvent.MAX_SOURCE);
        EmailAddress recipient = fields.address("email").orElse(null);
        String subscriber = fields.text("subscriber_uuid", BounceEvent.MAX_HOST_ID);
        try {
            if (recipient != null) {
                return BounceEvent.builder(id, type, source, recipient, received);
            }
            if (subscriber != null) {
                return BounceEvent.builderForSubscriber(id, type, source, subscriber, received);
            }
        } catch (IllegalArgumentException e) {
            throw new MalformedPayloadException("id: " + e.getMessage(), e);
        }
        throw new MalformedPayloadException("email: required where subscriber_uuid is missing, got nothing");
    }

    /**
     * Reads an event from a text.
     *
     * @param json as for {@link #read(byte[])}
     * @return the event
     * @throws MalformedPayloadException as for {@link #read(byte[])}
     */
    public static BounceEvent read(String json) {
        return read(json.getBytes(StandardCharsets.UTF_8));
    }

    private static void text(JsonGenerator json, String field, @Nullable String value) throws IOException {
        if (value != null) {
            json.writeStringField(field, value);
        }
    }
}
