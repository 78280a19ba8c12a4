package org.bounce4j.internal.detect;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.bounce4j.EmailAddress;
import org.bounce4j.EnhancedStatus;
import org.bounce4j.internal.Json;
import org.bounce4j.internal.mime.Headers;
import org.bounce4j.internal.mime.Part;
import org.bounce4j.mail.MailKind;
import org.jspecify.annotations.Nullable;

/**
 * Reads notifications of Amazon SES that SNS sends by mail, to those who subscribed a mailbox to the topic: the same JSON as
 * by HTTP, and a footer. Known by the sender, or the field {@code x-amz-sns-message-id}, and a text that is a JSON object with a
 * {@code notificationType} or an {@code eventType}. Nobody has verified them: they are worth as much as any mail.
 */
final class SesNotification implements Detector {
    private static final String FOOTER = "\n--\n";

    @Override
    public String name() {
        return "ses-notification";
    }

    @Override
    public @Nullable Finding detect(Message message) {
        Part words = isFromSns(message) ? message.words() : null;
        String text = words == null ? "" : words.text().strip();
        if (!text.startsWith("{")) {
            return null;
        }
        int footer = text.indexOf(FOOTER);
        try {
            JsonNode event = Json.read(footer < 0 ? text : text.substring(0, footer));
            // of the subscription "email-json", the message stands in the envelope of SNS
            return read(
                    event.path("Message").isTextual()
                            ? Json.read(event.path("Message").asText())
                            : event);
        } catch (IOException e) {
            // no JSON, or cut in two: nobody knows what it said
            return null;
        }
    }

    private static boolean isFromSns(Message message) {
        String from = message.header("From");
        return message.header("x-amz-sns-message-id") != null
                || from != null && from.toLowerCase(Locale.ROOT).contains("@sns.amazonaws.com");
    }

    private static @Nullable Finding read(JsonNode event) {
        String type =
                event.path("notificationType").asText(event.path("eventType").asText());
        return switch (type) {
            case "Bounce" -> bounce(event);
            case "Complaint" -> complaint(event);
            case "DeliveryDelay" -> delay(event);
            case "Delivery" -> new Finding(MailKind.DELIVERY_RECEIPT);
            default -> null;
        };
    }

    private static Finding bounce(JsonNode event) {
        JsonNode bounce = event.path("bounce");
        Finding finding = new Finding(MailKind.BOUNCE)
                .original(original(event))
                .reportedBy(ReportFields.untyped(text(bounce, "reportingMTA")));
        bounce.path("bouncedRecipients").forEach(recipient -> finding.failed(failure(event, recipient)));
        return finding;
    }

    private static Finding delay(JsonNode event) {
        Finding finding = new Finding(MailKind.DELAY_NOTICE).original(original(event));
        event.path("deliveryDelay")
                .path("delayedRecipients")
                .forEach(recipient -> finding.delayed(failure(event, recipient)));
        return finding;
    }

    private static Finding complaint(JsonNode event) {
        JsonNode complaint = event.path("complaint");
        if (complaint.path("complaintFeedbackType").asText().equals("not-spam")) {
            return new Finding(MailKind.OTHER);
        }
        Finding finding = new Finding(MailKind.COMPLAINT).original(original(event));
        complaint
                .path("complainedRecipients")
                .forEach(recipient ->
                        finding.failed(Failure.of(ReportFields.address(text(recipient, "emailAddress")), null)));
        return finding;
    }

    /** SES names the address that the remote server names; a mail that went to one address went to that. */
    private static Failure failure(JsonNode event, JsonNode recipient) {
        JsonNode mailed = event.path("mail").path("destination");
        EmailAddress only =
                mailed.size() == 1 ? ReportFields.address(mailed.path(0).asText()) : null;
        return Failure.of(only, ReportFields.address(text(recipient, "emailAddress")))
                .status(EnhancedStatus.parse(text(recipient, "status")).orElse(null))
                .diagnostic(ReportFields.untyped(text(recipient, "diagnosticCode")));
    }

    /** The header of the mail that we sent, as far as SES was told to give it back. */
    private static @Nullable Headers original(JsonNode event) {
        StringBuilder header = new StringBuilder();
        for (JsonNode field : event.path("mail").path("headers")) {
            header.append(line(field, "name"))
                    .append(": ")
                    .append(line(field, "value"))
                    .append('\n');
        }
        return header.length() == 0 ? null : Headers.parse(header.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static String line(JsonNode field, String name) {
        return field.path(name).asText().replace('\r', ' ').replace('\n', ' ');
    }

    private static @Nullable String text(JsonNode object, String name) {
        JsonNode value = object.path(name);
        return value.isTextual() ? value.asText() : null;
    }
}
