package org.bounce4j.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.StringJoiner;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Builds the batches of events that SendGrid posts, laid out as SendGrid lays them out: an array with an event a line, lines
 * end with CR LF. Each method returns a batch of one event about a mail of its own, unsigned; {@link #batch} makes one of
 * several, {@link SendGridSigner#sign(String)} signs it. {@code spamReport("joe@example.com")} twice makes two events: to
 * have one event arrive twice, keep the batch and sign it again. They say that it happened now; {@link #at} says when else.
 *
 * <pre>{@code
 * String bounce = SendGridPayloads.bounce("jane@example.com", "5.1.1", "550 5.1.1 user unknown");
 * String batch = SendGridPayloads.batch(bounce, SendGridPayloads.spamReport("joe@example.com"));
 * }</pre>
 *
 * @see <a href="https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event">SendGrid's events</a>
 */
public final class SendGridPayloads {
    private static final ObjectMapper JSON = new ObjectMapper();

    private SendGridPayloads() {}

    /**
     * Returns a bounce of the type {@code bounce}: SendGrid puts the address on its bounce list.
     *
     * @param recipient the address that bounced
     * @param status the enhanced status, such as {@code 5.1.1}; left out where null or blank
     * @param reason what the server said, such as {@code 550 5.1.1 user unknown}; left out where null or blank
     * @return a batch of one event
     */
    public static String bounce(String recipient, @Nullable String status, @Nullable String reason) {
        return bounce(recipient, "bounce", status, reason);
    }

    /**
     * Returns a bounce of the type {@code blocked}: the mail was refused, and SendGrid goes on mailing the address.
     *
     * @param recipient the address whose server refused the mail
     * @param status the enhanced status, such as {@code 5.7.1}; left out where null or blank
     * @param reason what the server said; left out where null or blank
     * @return a batch of one event
     */
    public static String blocked(String recipient, @Nullable String status, @Nullable String reason) {
        return bounce(recipient, "blocked", status, reason);
    }

    /**
     * Returns a bounce of the type {@code expired}: SendGrid tried for 72 hours.
     *
     * @param recipient the address that the mail was for
     * @param status the enhanced status, such as {@code 4.4.7}; left out where null or blank
     * @param reason what was said last; left out where null or blank
     * @return a batch of one event
     */
    public static String expired(String recipient, @Nullable String status, @Nullable String reason) {
        return bounce(recipient, "expired", status, reason);
    }

    private static String bounce(String recipient, String type, @Nullable String status, @Nullable String reason) {
        ObjectNode event = mailed("bounce", recipient);
        putUnlessBlank(event, "reason", reason);
        putUnlessBlank(event, "status", status);
        event.put("type", type);
        return text(JSON.createArrayNode().add(event));
    }

    /**
     * Returns a drop: SendGrid did not try.
     *
     * @param recipient the address that the mail was for
     * @param reason why, such as {@code Bounced Address}, {@code Unsubscribed Address}, {@code Spam Reporting Address},
     *     {@code Invalid} or {@code Spam Content}
     * @return a batch of one event
     */
    public static String dropped(String recipient, String reason) {
        return text(JSON.createArrayNode().add(mailed("dropped", recipient).put("reason", reason)));
    }

    /**
     * Returns a deferral: SendGrid is still trying.
     *
     * @param recipient the address that the mail waits for
     * @param response what the server said, such as {@code 452 4.2.2 mailbox full}; left out where null or blank
     * @return a batch of one event
     */
    public static String deferred(String recipient, @Nullable String response) {
        ObjectNode event = mailed("deferred", recipient);
        putUnlessBlank(event, "response", response);
        return text(JSON.createArrayNode().add(event.put("attempt", "1")));
    }

    /**
     * Returns a complaint.
     *
     * @param recipient the address that complained
     * @return a batch of one event
     */
    public static String spamReport(String recipient) {
        return text(JSON.createArrayNode().add(event("spamreport", recipient)));
    }

    /**
     * Returns a delivery, which is no failure: one of the many events that a webhook ignores.
     *
     * @param recipient the address that the mail went to
     * @return a batch of one event
     */
    public static String delivered(String recipient) {
        return text(JSON.createArrayNode().add(mailed("delivered", recipient).put("response", "250 OK")));
    }

    /**
     * Returns one batch of several.
     *
     * @param batches what methods of this class returned, or any other batches of events
     * @return a batch of all their events, in this order
     * @throws IllegalArgumentException if one of them is no JSON array of objects
     */
    public static String batch(String... batches) {
        ArrayNode all = JSON.createArrayNode();
        for (String batch : batches) {
            all.addAll(read(batch));
        }
        return text(all);
    }

    /**
     * Adds a custom argument of the mail. SendGrid puts it beside its own fields: one with the name of such a field takes its
     * place.
     *
     * @param batch what a method of this class returned, or any other batch of events
     * @param name the argument's name, such as {@code subscriber_uuid}
     * @param value its value
     * @return the batch with the argument in each event
     * @throws IllegalArgumentException if the batch is no JSON array of objects
     */
    public static String withArgument(String batch, String name, String value) {
        ArrayNode events = read(batch);
        for (JsonNode event : events) {
            ((ObjectNode) event).put(name, value);
        }
        return text(events);
    }

    /**
     * Sets when it happened. What the events are about stays: one batch at two times has the same events, and another failure
     * begins with another batch. When SendGrid signed is said apart, by {@link SendGridSigner#sign(String, Instant)}.
     *
     * <p>A suppression policy believes what happened within the last 30 days; of what is older it takes the time of arrival.
     *
     * @param batch what a method of this class returned, or any other batch of events
     * @param at the time, of the years 1970 to 9999, written to the second
     * @return the batch with that time in each event
     * @throws IllegalArgumentException if the batch is no JSON array of objects
     */
    public static String at(String batch, Instant at) {
        ArrayNode events = read(batch);
        for (JsonNode event : events) {
            ((ObjectNode) event).put("timestamp", at.getEpochSecond());
        }
        return text(events);
    }

    private static ArrayNode read(String batch) {
        try {
            if (JSON.readTree(batch) instanceof ArrayNode events) {
                for (JsonNode event : events) {
                    if (!event.isObject()) {
                        throw new IllegalArgumentException("expected a batch of SendGrid's events, got one with "
                                + event.getNodeType() + " in it");
                    }
                }
                return events;
            }
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("expected a batch of SendGrid's events, got no JSON", e);
        }
        throw new IllegalArgumentException("expected a batch of SendGrid's events, a JSON array of objects");
    }

    private static String text(ArrayNode events) {
        StringJoiner lines = new StringJoiner(",\r\n", "[", "]\r\n");
        events.forEach(event -> lines.add(event.toString()));
        return lines.toString();
    }

    /** An event of the delivery, which names the mail as it was sent; those of its reader do not. */
    private static ObjectNode mailed(String name, String recipient) {
        return event(name, recipient).put("smtp-id", "<" + UUID.randomUUID() + "@ismtpd-1>");
    }

    private static ObjectNode event(String name, String recipient) {
        return JSON.createObjectNode()
                .put("email", recipient)
                .put("timestamp", Instant.now().getEpochSecond())
                .put("event", name)
                .put("sg_event_id", UUID.randomUUID().toString())
                .put("sg_message_id", UUID.randomUUID() + ".filter0001.16648.5515E0B88.0");
    }

    private static void putUnlessBlank(ObjectNode event, String name, @Nullable String value) {
        if (value != null && !value.isBlank()) {
            event.put(name, value);
        }
    }
}
