package org.bounce4j.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.UUID;

/**
 * Builds the JSON documents that Amazon SES publishes through SNS, in the event dialect.
 *
 * @see <a href="https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html">SES event contents</a>
 */
public final class SesPayloads {
    private static final ObjectMapper JSON = new ObjectMapper();

    private SesPayloads() {}

    /**
     * Returns a bounce.
     *
     * @param recipient the address that bounced
     * @param bounceType {@code Permanent}, {@code Transient} or {@code Undetermined}
     * @param bounceSubType such as {@code General} or {@code MailboxFull}
     * @param status the enhanced status, such as {@code 5.1.1}
     * @param diagnosticCode what the server said, such as {@code smtp; 550 5.1.1 user unknown}
     * @return the document
     */
    public static String bounce(
            String recipient, String bounceType, String bounceSubType, String status, String diagnosticCode) {
        ObjectNode event = event("Bounce", recipient);
        ObjectNode bounce = event.putObject("bounce");
        bounce.put("feedbackId", UUID.randomUUID().toString());
        bounce.put("bounceType", bounceType);
        bounce.put("bounceSubType", bounceSubType);
        bounce.putArray("bouncedRecipients")
                .addObject()
                .put("emailAddress", recipient)
                .put("action", "failed")
                .put("status", status)
                .put("diagnosticCode", diagnosticCode);
        bounce.put("timestamp", Instant.now().toString());
        bounce.put("reportingMTA", "dns; a8-60.smtp-out.amazonses.com");
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
        complaint.put("timestamp", Instant.now().toString());
        return event.toString();
    }

    /**
     * Adds a header field of the original mail, as SES includes them where the notifications' setting "Include original
     * headers" is on: {@code SesPayloads.withHeader(SesPayloads.complaint("jane@example.com"), "X-Listmonk-Subscriber", uuid)}.
     *
     * @param document what {@link #bounce} or {@link #complaint} returned, or any other SES event
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
     * @param document what {@link #bounce} or {@link #complaint} returned, or any other SES event
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
        mail.put("timestamp", Instant.now().toString());
        mail.put("messageId", UUID.randomUUID().toString());
        mail.put("source", "news@example.org");
        mail.putArray("destination").add(recipient);
        mail.put("headersTruncated", false);
        return event;
    }
}
