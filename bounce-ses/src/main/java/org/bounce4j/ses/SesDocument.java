package org.bounce4j.ses;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.bounce4j.BounceEvent;
import org.bounce4j.MalformedPayloadException;
import org.bounce4j.internal.JsonNames;
import org.bounce4j.internal.JsonReader;
import org.bounce4j.internal.JsonReader.MalformedJsonException;
import org.jspecify.annotations.Nullable;

/**
 * What an SES event says, read in one pass: of the document, whose greatest part are the header fields of a mail, only that is
 * kept of which an event is made. Blank texts are as good as none.
 */
final class SesDocument {
    private static final List<String> NAMES = List.of(
            "eventType",
            "notificationType",
            "mail",
            "bounce",
            "complaint",
            "deliveryDelay",
            "reject",
            "failure",
            // of the mail
            "timestamp",
            "source",
            "sourceArn",
            "sourceIp",
            "callerIdentity",
            "sendingAccountId",
            "messageId",
            "destination",
            "headersTruncated",
            "headers",
            "name",
            "value",
            "commonHeaders",
            "from",
            "to",
            "cc",
            "replyTo",
            "subject",
            "date",
            "returnPath",
            "tags",
            // of what happened
            "feedbackId",
            "bounceType",
            "bounceSubType",
            "bouncedRecipients",
            "complainedRecipients",
            "complaintFeedbackType",
            "complaintSubType",
            "userAgent",
            "arrivalDate",
            "delayedRecipients",
            "delayType",
            "expirationTime",
            "reportingMTA",
            "remoteMtaIp",
            "reason",
            "templateName",
            "errorMessage",
            // of a recipient
            "emailAddress",
            "action",
            "status",
            "diagnosticCode",
            // of the header fields that most mails have
            "Received",
            "From",
            "To",
            "Cc",
            "Reply-To",
            "Subject",
            "Date",
            "Message-ID",
            "MIME-Version",
            "Content-Type",
            "Content-Transfer-Encoding",
            "List-Unsubscribe",
            "List-Unsubscribe-Post",
            "Return-Path",
            "DKIM-Signature");

    private final byte[] json;
    private final Map<String, Details> details = new HashMap<>();
    private final SesMail mail;
    private @Nullable String eventType;
    private @Nullable String notificationType;
    private boolean detail;
    private boolean detailType;

    private SesDocument(byte[] json, SesMail mail) {
        this.json = json;
        this.mail = mail;
    }

    /** One of the recipients that an event names. */
    record Recipient(
            @Nullable String address,
            @Nullable String action,
            @Nullable String status,
            @Nullable String diagnostic) {}

    /** What happened: the object {@code bounce}, {@code complaint} and so on. */
    static final class Details {
        private final Map<String, String> texts = new HashMap<>();
        private final Map<String, List<Recipient>> recipients = new HashMap<>();

        @Nullable
        String text(String field) {
            return texts.get(field);
        }

        /** Returns a word of SES' vocabulary: the beginning of a text that is too long to be one. */
        @Nullable
        String word(String field) {
            String text = texts.get(field);
            return text == null || text.length() <= BounceEvent.MAX_RULE
                    ? text
                    : text.substring(0, BounceEvent.MAX_RULE);
        }

        /** Returns the recipients in that list, of which there must be one. */
        List<Recipient> recipients(String field) {
            List<Recipient> list = recipients.getOrDefault(field, List.of());
            if (list.isEmpty()) {
                throw new MalformedPayloadException("Expected at least one of " + field + " in an SES event, got none");
            }
            return list;
        }
    }

    /** Returns the names that come again and again, and those of the header fields that the host looks for. */
    static JsonNames names(List<String> headers) {
        return new JsonNames(
                Stream.concat(NAMES.stream(), headers.stream()).distinct().toArray(String[]::new));
    }

    /**
     * Reads the document of a verified or trusted sender.
     *
     * @param names what {@link #names} returned
     * @param mail takes what is said of the mail
     * @throws MalformedPayloadException if it is not one JSON object within the bounds, with every name once
     */
    static SesDocument read(byte[] json, JsonNames names, SesMail mail) {
        SesDocument document = new SesDocument(json, mail);
        JsonReader reader = new JsonReader(json, names);
        try {
            if (reader.kind() != '{') {
                throw new MalformedPayloadException("Expected the JSON object of an SES event, got something else");
            }
            document.read(reader);
            reader.end();
        } catch (MalformedJsonException e) {
            throw new MalformedPayloadException("Expected the JSON of an SES event, went wrong: " + e.getMessage());
        }
        return document;
    }

    private void read(JsonReader reader) throws MalformedJsonException {
        reader.enter();
        while (reader.field()) {
            String name = reader.name();
            switch (name) {
                case "eventType" -> eventType = notBlank(reader.text());
                case "notificationType" -> notificationType = notBlank(reader.text());
                case "detail" -> {
                    detail = reader.kind() == '{';
                    reader.skip();
                }
                case "detail-type" -> {
                    detailType = true;
                    reader.skip();
                }
                case "mail", "bounce", "complaint", "deliveryDelay", "reject", "failure" -> {
                    if (reader.kind() != '{') {
                        reader.skip();
                    } else if (name.equals("mail")) {
                        mail.read(reader);
                    } else {
                        details.put(name, details(reader));
                    }
                }
                default -> reader.skip();
            }
        }
    }

    private static Details details(JsonReader reader) throws MalformedJsonException {
        Details details = new Details();
        reader.enter();
        while (reader.field()) {
            String name = reader.name();
            switch (name) {
                case "bouncedRecipients", "complainedRecipients", "delayedRecipients" -> {
                    if (reader.kind() == '[') {
                        details.recipients.put(name, recipients(reader));
                    } else {
                        reader.skip();
                    }
                }
                case "timestamp",
                        "feedbackId",
                        "bounceType",
                        "bounceSubType",
                        "complaintFeedbackType",
                        "complaintSubType",
                        "userAgent",
                        "delayType",
                        "expirationTime",
                        "reportingMTA",
                        "remoteMtaIp",
                        "reason",
                        "templateName",
                        "errorMessage" -> {
                    String text = notBlank(reader.text());
                    if (text != null) {
                        details.texts.put(name, text);
                    }
                }
                default -> reader.skip();
            }
        }
        return details;
    }

    private static List<Recipient> recipients(JsonReader reader) throws MalformedJsonException {
        List<Recipient> recipients = new ArrayList<>();
        reader.enter();
        while (reader.element()) {
            recipients.add(recipient(reader));
        }
        return recipients;
    }

    private static Recipient recipient(JsonReader reader) throws MalformedJsonException {
        boolean object = reader.kind() == '{';
        String address = null;
        String action = null;
        String status = null;
        String diagnostic = null;
        if (!object) {
            reader.skip();
        } else {
            reader.enter();
            while (reader.field()) {
                switch (reader.name()) {
                    case "emailAddress" -> address = notBlank(reader.text());
                    case "action" -> action = notBlank(reader.text());
                    case "status" -> status = notBlank(reader.text());
                    case "diagnosticCode" -> diagnostic = notBlank(reader.text());
                    default -> reader.skip();
                }
            }
        }
        return new Recipient(address, action, status, diagnostic);
    }

    static @Nullable String notBlank(@Nullable String text) {
        return text == null || text.isBlank() ? null : text;
    }

    /** Returns an identifier, or null where there is none, or a text that is too long to be one of SES'. */
    static @Nullable String atMost(int length, @Nullable String text) {
        return text == null || text.length() > length ? null : notBlank(text);
    }

    /** Returns the kind of event in either dialect, or null. */
    @Nullable
    String type() {
        return eventType == null ? notificationType : eventType;
    }

    /** Returns whether this is no SES event but one of EventBridge, which holds another. */
    boolean isWrappedByEventBridge() {
        return type() == null && detail && detailType;
    }

    SesMail mail() {
        return mail;
    }

    /** Returns the object that says what happened. */
    Details required(String field) {
        Details found = details.get(field);
        if (found == null) {
            throw new MalformedPayloadException("Expected the object " + field + " in an SES event, got none");
        }
        return found;
    }

    /** Returns the object that says what happened, or an empty one. */
    Details optional(String field) {
        return Objects.requireNonNullElseGet(details.get(field), Details::new);
    }

    /** Returns the document as it was given. */
    byte[] json() {
        return json;
    }
}
