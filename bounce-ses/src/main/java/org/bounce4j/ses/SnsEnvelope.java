package org.bounce4j.ses;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bounce4j.MalformedPayloadException;
import org.bounce4j.VerificationException;
import org.bounce4j.internal.CleanText;
import org.bounce4j.internal.Json;
import org.jspecify.annotations.Nullable;

/**
 * The JSON envelope of an SNS message, as it arrived and before anything of it is believed. Read once, so that what is
 * verified and what is used are the same.
 */
final class SnsEnvelope {
    /** The kinds of message, and the fields that are signed, in the order in which they are. */
    enum Kind {
        NOTIFICATION("Notification", "Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
        SUBSCRIPTION_CONFIRMATION(
                "SubscriptionConfirmation",
                "Message",
                "MessageId",
                "SubscribeURL",
                "Timestamp",
                "Token",
                "TopicArn",
                "Type"),
        UNSUBSCRIBE_CONFIRMATION(
                "UnsubscribeConfirmation",
                "Message",
                "MessageId",
                "SubscribeURL",
                "Timestamp",
                "Token",
                "TopicArn",
                "Type");

        private final String type;

        @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable
        private final List<String> signed;

        Kind(String type, String... signed) {
            this.type = type;
            this.signed = List.of(signed);
        }

        static @Nullable Kind of(@Nullable String type) {
            for (Kind kind : values()) {
                if (kind.type.equals(type)) {
                    return kind;
                }
            }
            return null;
        }
    }

    /** Lambda's spelling of three fields, and SNS' own. */
    private static final Map<String, String> SPELLINGS = Map.of(
            "SigningCertUrl", "SigningCertURL", "SubscribeUrl", "SubscribeURL", "UnsubscribeUrl", "UnsubscribeURL");

    private final Kind kind;
    private final Map<String, String> fields;
    private final Instant timestamp;

    private SnsEnvelope(Kind kind, Map<String, String> fields) {
        this.kind = kind;
        this.fields = fields;
        for (String name : kind.signed) {
            if (!name.equals("Subject")) {
                required(name);
            }
        }
        try {
            this.timestamp = Timestamp.parse(required("Timestamp"));
        } catch (DateTimeException e) {
            throw new MalformedPayloadException(
                    "Expected Timestamp as 2026-01-31T12:00:00.000Z, got something else", e);
        }
    }

    /**
     * Reads an envelope.
     *
     * @throws MalformedPayloadException if it is not one
     */
    static SnsEnvelope parse(byte[] json) {
        Map<String, String> fields = new HashMap<>();
        try (JsonParser parser = Json.parser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new MalformedPayloadException("Expected the JSON object of an SNS message, got something else");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken token = parser.nextToken();
                if (token == JsonToken.VALUE_STRING) {
                    put(fields, SPELLINGS.getOrDefault(name, name), parser.getText());
                } else {
                    // null for an absent Subject; objects such as MessageAttributes are not signed and not used
                    parser.skipChildren();
                }
            }
            if (parser.nextToken() != null) {
                throw new MalformedPayloadException("Expected one SNS message, got something behind it");
            }
        } catch (IOException | IndexOutOfBoundsException e) {
            throw new MalformedPayloadException(
                    "Expected the JSON object of an SNS message, without a key twice; went wrong at " + Json.where(e));
        }
        Kind kind = Kind.of(fields.get("Type"));
        if (kind == null) {
            throw notAnEnvelope(fields);
        }
        return new SnsEnvelope(kind, fields);
    }

    private static void put(Map<String, String> fields, String name, String value) {
        if (fields.put(name, value) != null) {
            throw new MalformedPayloadException("Expected each field once, got " + name + " in both spellings");
        }
    }

    private static MalformedPayloadException notAnEnvelope(Map<String, String> fields) {
        if (fields.containsKey("notificationType") || fields.containsKey("eventType")) {
            return new MalformedPayloadException(
                    "Expected an SNS message, got a bare SES event: raw message delivery is on."
                            + " Such messages are not signed; switch raw message delivery off for this subscription");
        }
        return new MalformedPayloadException(
                "Expected Type to be Notification, SubscriptionConfirmation or UnsubscribeConfirmation, got "
                        + (fields.containsKey("Type") ? "something else" : "nothing"));
    }

    private String required(String name) {
        String value = fields.get(name);
        if (value == null) {
            throw new MalformedPayloadException("Expected the field " + name + " in a " + kind.type + ", got none");
        }
        return value;
    }

    Kind kind() {
        return kind;
    }

    String type() {
        return kind.type;
    }

    String messageId() {
        return required("MessageId");
    }

    String topicArn() {
        return required("TopicArn");
    }

    String message() {
        return required("Message");
    }

    @Nullable
    String subject() {
        return fields.get("Subject");
    }

    Instant timestamp() {
        return timestamp;
    }

    String token() {
        return required("Token");
    }

    String subscribeUrl() {
        return required("SubscribeURL");
    }

    String signatureVersion() {
        return required("SignatureVersion");
    }

    String signature() {
        return required("Signature");
    }

    String signingCertUrl() {
        return required("SigningCertURL");
    }

    /**
     * Returns what SNS signs: name and value of each signed field, a line each, made of the texts that arrived.
     *
     * @throws VerificationException if a field other than Message holds a control character: then two different messages would
     *     give the same text
     */
    byte[] stringToSign() {
        StringBuilder text = new StringBuilder(message().length() + 512);
        for (String name : kind.signed) {
            String value = fields.get(name);
            if (value != null) {
                check(name, value);
                text.append(name).append('\n').append(value).append('\n');
            }
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void check(String name, String value) {
        boolean message = name.equals("Message");
        boolean surrogates = false;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (!message && (c < ' ' || c == 0x7f)) {
                throw new VerificationException(name + ": expected a text without control characters, got some");
            }
            surrogates |= Character.isSurrogate(c);
        }
        if (surrogates && !CleanText.isWellFormed(value)) {
            throw new VerificationException(name + ": expected characters that can be signed, got half a pair");
        }
    }
}
