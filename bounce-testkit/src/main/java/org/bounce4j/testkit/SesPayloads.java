package org.bounce4j.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Builds the JSON documents that Amazon SES publishes through SNS, in the event dialect. Each is about a mail of its own:
 * {@code complaint("jane@example.com")} twice makes two events. To have one event arrive twice, keep the document and sign it
 * again. They say that it happened now; {@link #at} says when else:
 *
 * <pre>{@code
 * String bounce = SesPayloads.bounce("jane@example.com", "Transient", "MailboxFull", "4.2.2", "smtp; 452 4.2.2 mailbox full");
 * String yesterday = SesPayloads.at(bounce, Instant.now().minus(Duration.ofDays(1)));
 * }</pre>
 *
 * @see <a href="https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html">SES event contents</a>
 */
public final class SesPayloads {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** As SES writes it. */
    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    /** How long SES goes on trying, in {@link #delay}. */
    private static final Duration PATIENCE = Duration.ofHours(14);

    /** What an event says beside its mail, with a time of its own. */
    private static final List<String> REPORTS = List.of("bounce", "complaint", "deliveryDelay");

    /** Where an event names those it is about. */
    private static final List<String> RECIPIENTS =
            List.of("/bounce/bouncedRecipients", "/complaint/complainedRecipients", "/deliveryDelay/delayedRecipients");

    private SesPayloads() {}

    /**
     * Returns a bounce. Without status and diagnostic code it is one without a report, as SES sends it where the receiver
     * gave none: the recipient has no {@code action} either.
     *
     * @param recipient the address that bounced
     * @param bounceType {@code Permanent}, {@code Transient} or {@code Undetermined}
     * @param bounceSubType such as {@code General} or {@code MailboxFull}
     * @param status the enhanced status, such as {@code 5.1.1}; left out where null or blank
     * @param diagnosticCode what the server said, such as {@code smtp; 550 5.1.1 user unknown}; left out where null or blank
     * @return the document
     */
    public static String bounce(
            String recipient,
            String bounceType,
            String bounceSubType,
            @Nullable String status,
            @Nullable String diagnosticCode) {
        ObjectNode event = event("Bounce", recipient);
        ObjectNode bounce = event.putObject("bounce");
        bounce.put("feedbackId", UUID.randomUUID().toString());
        bounce.put("bounceType", bounceType);
        bounce.put("bounceSubType", bounceSubType);
        ObjectNode bounced = bounce.putArray("bouncedRecipients").addObject().put("emailAddress", recipient);
        report(bounced, status, diagnosticCode);
        if (bounced.size() > 1) {
            bounced.put("action", "failed");
        }
        bounce.put("timestamp", TIMESTAMP.format(Instant.now()));
        bounce.put("reportingMTA", "dns; a8-60.smtp-out.amazonses.com");
        return event.toString();
    }

    /**
     * Returns an out-of-office reply, which SES calls a transient bounce: one without a report.
     *
     * @param recipient the address that answered
     * @return the document
     */
    public static String outOfOffice(String recipient) {
        return bounce(recipient, "Transient", "General", null, null);
    }

    /**
     * Returns a delay: SES is still trying.
     *
     * @param recipient the address that the mail waits for
     * @param delayType such as {@code MailboxFull} or {@code TransientCommunicationFailure}
     * @param status the enhanced status, such as {@code 4.4.1}; left out where null or blank
     * @param diagnosticCode what the server said, such as {@code smtp; 421 4.4.1 no answer}; left out where null or blank
     * @return the document
     */
    public static String delay(
            String recipient, String delayType, @Nullable String status, @Nullable String diagnosticCode) {
        ObjectNode event = event("DeliveryDelay", recipient);
        ObjectNode delay = event.putObject("deliveryDelay");
        delay.put("delayType", delayType);
        report(delay.putArray("delayedRecipients").addObject().put("emailAddress", recipient), status, diagnosticCode);
        Instant now = Instant.now();
        delay.put("expirationTime", TIMESTAMP.format(now.plus(PATIENCE)));
        delay.put("timestamp", TIMESTAMP.format(now));
        return event.toString();
    }

    /**
     * Returns a reject: SES found a virus in the mail and sent it to nobody.
     *
     * @param recipient the address that the mail was for
     * @return the document
     */
    public static String reject(String recipient) {
        ObjectNode event = event("Reject", recipient);
        event.putObject("reject").put("reason", "Bad content");
        return event.toString();
    }

    /**
     * Returns a complaint.
     *
     * @param recipient the address that complained
     * @return the document
     */
    public static String complaint(String recipient) {
        ObjectNode event = event("Complaint", recipient);
        ObjectNode complaint = event.putObject("complaint");
        complaint.put("feedbackId", UUID.randomUUID().toString());
        complaint.put("complaintFeedbackType", "abuse");
        complaint.put("userAgent", "ExampleFBL/1.0");
        complaint.putArray("complainedRecipients").addObject().put("emailAddress", recipient);
        complaint.put("timestamp", TIMESTAMP.format(Instant.now()));
        return event.toString();
    }

    /**
     * Adds a recipient whom the event is about too: the mail went to this address as well, and it bounced, complained or is
     * delayed with the same report as the last one there.
     *
     * @param document what a method of this class returned, or any other SES event
     * @param recipient the address
     * @return the document with the address behind those that it had
     * @throws IllegalArgumentException if the document is no JSON object with an object {@code mail}, or its
     *     {@code destination} is no array
     */
    public static String withRecipient(String document, String recipient) {
        ObjectNode event = read(withDestination(document, recipient));
        for (String list : RECIPIENTS) {
            if (event.at(list) instanceof ArrayNode recipients) {
                ObjectNode another = recipients.get(recipients.size() - 1) instanceof ObjectNode last
                        ? last.deepCopy()
                        : JSON.createObjectNode();
                recipients.add(another.put("emailAddress", recipient));
            }
        }
        return event.toString();
    }

    /**
     * Adds an address that the mail went to and of which the event says nothing.
     *
     * @param document what a method of this class returned, or any other SES event
     * @param address the address
     * @return the document with the address behind those that it had
     * @throws IllegalArgumentException if the document is no JSON object with an object {@code mail}, or its
     *     {@code destination} is no array
     */
    public static String withDestination(String document, String address) {
        ObjectNode event = read(document);
        try {
            event.withObject("/mail").withArray("destination").add(address);
        } catch (UnsupportedOperationException e) {
            throw new IllegalArgumentException("expected an SES event, whose mail.destination is an array", e);
        }
        return event.toString();
    }

    /**
     * Adds a header field of the original mail, as SES includes them where the notifications' setting "Include original
     * headers" is on: {@code SesPayloads.withHeader(SesPayloads.complaint("jane@example.com"), "X-Listmonk-Subscriber", uuid)}.
     *
     * @param document what a method of this class returned, or any other SES event
     * @param name the field's name
     * @param value its value
     * @return the document with the field behind those that it had
     * @throws IllegalArgumentException if the document is no JSON object with an object {@code mail}, or its {@code headers}
     *     are no array
     */
    public static String withHeader(String document, String name, String value) {
        ObjectNode event = read(document);
        try {
            event.withObject("/mail")
                    .withArray("headers")
                    .addObject()
                    .put("name", name)
                    .put("value", value);
        } catch (UnsupportedOperationException e) {
            throw new IllegalArgumentException("expected an SES event, whose mail.headers are an array", e);
        }
        return event.toString();
    }

    /**
     * Adds a message tag, as SES includes those that were sent with {@code X-SES-MESSAGE-TAGS} or {@code EmailTags}.
     *
     * @param document what a method of this class returned, or any other SES event
     * @param name the tag's name
     * @param value its value
     * @return the document with the value behind those that the tag had
     * @throws IllegalArgumentException if the document is no JSON object with an object {@code mail}, its {@code tags} are no
     *     object, or the tag's value there is no array
     */
    public static String withTag(String document, String name, String value) {
        ObjectNode event = read(document);
        try {
            event.withObject("/mail/tags").withArray(name).add(value);
        } catch (UnsupportedOperationException e) {
            throw new IllegalArgumentException("expected an SES event, whose mail.tags are an object of arrays", e);
        }
        return event.toString();
    }

    /**
     * Sets when it happened: the time of the bounce, complaint or delay and that of its mail. What the document is about
     * stays: one document at two times is one event, and another failure begins with another document. When SNS signed it is
     * said apart, by {@link SnsSigner.Draft#at}.
     *
     * <p>A suppression policy believes what happened within the last 30 days; of what is older it takes the time of arrival.
     *
     * @param document what a method of this class returned, or any other SES event
     * @param at the time, of the years 1970 to 9999, written to the millisecond
     * @return the document with that time
     * @throws IllegalArgumentException if the document is no JSON object with an object {@code mail}, or its {@code bounce},
     *     {@code complaint} or {@code deliveryDelay} is no object
     */
    public static String at(String document, Instant at) {
        ObjectNode event = read(document);
        String time = TIMESTAMP.format(at);
        event.withObject("/mail").put("timestamp", time);
        for (String name : REPORTS) {
            if (event.get(name) instanceof ObjectNode report) {
                report.put("timestamp", time);
                if (report.has("expirationTime")) {
                    report.put("expirationTime", TIMESTAMP.format(at.plus(PATIENCE)));
                }
            } else if (event.has(name)) {
                throw new IllegalArgumentException("expected an SES event, whose " + name + " is an object");
            }
        }
        return event.toString();
    }

    /** SES has these fields only where the receiver reported them. */
    private static void report(ObjectNode recipient, @Nullable String status, @Nullable String diagnosticCode) {
        if (status != null && !status.isBlank()) {
            recipient.put("status", status);
        }
        if (diagnosticCode != null && !diagnosticCode.isBlank()) {
            recipient.put("diagnosticCode", diagnosticCode);
        }
    }

    private static ObjectNode read(String document) {
        try {
            if (JSON.readTree(document) instanceof ObjectNode event && event.get("mail") instanceof ObjectNode) {
                return event;
            }
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("expected an SES event, got no JSON", e);
        }
        throw new IllegalArgumentException("expected an SES event, a JSON object with an object mail");
    }

    private static ObjectNode event(String type, String recipient) {
        ObjectNode event = JSON.createObjectNode();
        event.put("eventType", type);
        ObjectNode mail = event.putObject("mail");
        mail.put("timestamp", TIMESTAMP.format(Instant.now()));
        mail.put("messageId", UUID.randomUUID().toString());
        mail.put("source", "news@example.org");
        mail.putArray("destination").add(recipient);
        mail.put("headersTruncated", false);
        return event;
    }
}
