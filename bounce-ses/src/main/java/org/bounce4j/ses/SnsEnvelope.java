package org.bounce4j.ses;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bounce4j.MalformedPayloadException;
import org.bounce4j.VerificationException;
import org.bounce4j.internal.JsonNames;
import org.bounce4j.internal.JsonReader;
import org.bounce4j.internal.JsonReader.MalformedJsonException;
import org.jspecify.annotations.Nullable;

/**
 * The JSON envelope of an SNS message, as it arrived and before anything of it is believed. Read once, so that what is
 * verified and what is used are the same.
 */
final class SnsEnvelope {
    private static final String MESSAGE = "Message";
    private static final byte[] BEFORE_MESSAGE = "Message\n".getBytes(StandardCharsets.US_ASCII);

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

    private static final JsonNames NAMES = new JsonNames(
            "Message",
            "MessageId",
            "Subject",
            "Timestamp",
            "TopicArn",
            "Type",
            "SubscribeURL",
            "SubscribeUrl",
            "Token",
            "SignatureVersion",
            "Signature",
            "SigningCertURL",
            "SigningCertUrl",
            "UnsubscribeURL",
            "UnsubscribeUrl",
            "MessageAttributes",
            "notificationType",
            "eventType");

    private final Kind kind;
    private final Map<String, String> fields;
    private final byte[] message;
    private final Instant timestamp;

    private SnsEnvelope(Kind kind, Map<String, String> fields, byte @Nullable [] message) {
        this.kind = kind;
        this.fields = fields;
        for (String name : kind.signed) {
            if (name.equals(MESSAGE) ? message == null : !name.equals("Subject") && !fields.containsKey(name)) {
                throw missing(name);
            }
        }
        this.message = message == null ? new byte[0] : message;
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
        byte[] message = null;
        JsonReader reader = new JsonReader(json, NAMES);
        if (reader.isAtEnd()) {
            throw new MalformedPayloadException(
                    "Expected the JSON object of an SNS message, got an empty body: something"
                            + " read it before; take the bytes first");
        }
        try {
            if (reader.kind() != '{') {
                throw new MalformedPayloadException("Expected the JSON object of an SNS message, got something else");
            }
            reader.enter();
            while (reader.field()) {
                String name = reader.name();
                if (reader.kind() != '"') {
                    // null for an absent Subject; objects such as MessageAttributes are not signed and not used
                    reader.skip();
                    continue;
                }
                switch (name) {
                    case MESSAGE -> message = reader.utf8();
                    case "SigningCertUrl" -> put(fields, "SigningCertURL", reader);
                    case "SubscribeUrl" -> put(fields, "SubscribeURL", reader);
                    case "Type",
                            "MessageId",
                            "TopicArn",
                            "Subject",
                            "Timestamp",
                            "SignatureVersion",
                            "Signature",
                            "SigningCertURL",
                            "SubscribeURL",
                            "Token",
                            "notificationType",
                            "eventType" -> put(fields, name, reader);
                    default -> reader.skip();
                }
            }
            reader.end();
        } catch (MalformedJsonException e) {
            throw new MalformedPayloadException(
                    "Expected the JSON object of an SNS message, without a key twice; went wrong: " + e.getMessage());
        }
        Kind kind = Kind.of(fields.get("Type"));
        if (kind == null) {
            throw notAnEnvelope(fields);
        }
        return new SnsEnvelope(kind, fields, message);
    }

    private static void put(Map<String, String> fields, String name, JsonReader reader) throws MalformedJsonException {
        if (fields.put(name, String.valueOf(reader.text())) != null) {
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
            throw missing(name);
        }
        return value;
    }

    private MalformedPayloadException missing(String name) {
        return new MalformedPayloadException("Expected the field " + name + " in a " + kind.type + ", got none");
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

    /** The text of Message in UTF-8. */
    byte[] message() {
        return message;
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
     * Returns what SNS signs: name and value of each signed field, a line each, made of the texts that arrived. In parts, of
     * which the second is the message.
     *
     * @throws VerificationException if a field other than Message holds a control character: then two different messages would
     *     give the same text
     */
    List<byte[]> signed() {
        StringBuilder rest = new StringBuilder(512).append('\n');
        for (String name : kind.signed) {
            String value = fields.get(name);
            // Message comes first
            if (value != null && !name.equals(MESSAGE)) {
                check(name, value);
                rest.append(name).append('\n').append(value).append('\n');
            }
        }
        return List.of(BEFORE_MESSAGE, message, rest.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void check(String name, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' || c == 0x7f) {
                throw new VerificationException(name + ": expected a text without control characters, got some");
            }
        }
    }
}
