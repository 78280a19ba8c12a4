package org.bounce4j.testkit;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Builds delivery reports (RFC 3464) as Postfix writes them, and other mails that arrive in a bounce mailbox. Lines end with
 * CR LF. Not thread-safe.
 *
 * <pre>{@code
 * byte[] mail = BounceMails.to("jane@example.com")
 *         .status("5.2.2")
 *         .diagnostic("smtp; 552 5.2.2 Mailbox full")
 *         .originalHeader("X-Listmonk-Campaign", campaign)
 *         .bytes();
 * }</pre>
 */
public final class BounceMails {
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss Z", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final List<Recipient> recipients = new ArrayList<>();
    private final Map<String, String> originalHeaders = new LinkedHashMap<>();
    private String returnPath = "bounces@example.org";
    private String messageId = UUID.randomUUID() + "@mx.example.net";
    private Instant date = Instant.now();

    private static final class Recipient {
        private final String address;
        private String action = "failed";
        private @Nullable String status;
        private @Nullable String diagnostic;
        private boolean diagnosticSet;

        private Recipient(String address) {
            this.address = address;
        }

        private String status() {
            if (status != null) {
                return status;
            }
            return switch (action) {
                case "failed" -> "5.1.1";
                case "delayed" -> "4.4.1";
                default -> "2.0.0";
            };
        }

        private @Nullable String diagnostic() {
            if (diagnosticSet || status != null) {
                return diagnostic;
            }
            return switch (action) {
                case "failed" -> "smtp; 550 5.1.1 User unknown";
                case "delayed" -> "smtp; 451 4.4.1 Connection timed out";
                default -> null;
            };
        }
    }

    private BounceMails() {
        originalHeaders.put("From", "Example News <news@example.org>");
        originalHeaders.put("Subject", "Your monthly letter");
        originalHeaders.put("Message-ID", "<" + UUID.randomUUID() + "@example.org>");
    }

    /**
     * Starts a report about an address. Unless something else is said it failed because it does not exist; once a status or
     * a diagnostic code is set, there is only what was set.
     *
     * @param recipient the address
     * @return a builder
     */
    public static BounceMails to(String recipient) {
        return new BounceMails().and(recipient);
    }

    /**
     * Adds another recipient, about whom the next calls speak.
     *
     * @param recipient the address
     * @return this builder
     */
    public BounceMails and(String recipient) {
        recipients.add(new Recipient(recipient));
        return this;
    }

    private Recipient last() {
        return recipients.get(recipients.size() - 1);
    }

    /**
     * Sets the recipient's action.
     *
     * @param action {@code failed}, {@code delayed}, {@code delivered}, {@code relayed} or {@code expanded}
     * @return this builder
     */
    public BounceMails action(String action) {
        last().action = action;
        return this;
    }

    /**
     * Sets the recipient's status.
     *
     * @param status such as {@code 5.1.1}
     * @return this builder
     */
    public BounceMails status(String status) {
        last().status = status;
        return this;
    }

    /**
     * Sets the recipient's diagnostic code.
     *
     * @param diagnostic such as {@code smtp; 550 5.1.1 User unknown}, or null for none
     * @return this builder
     */
    public BounceMails diagnostic(@Nullable String diagnostic) {
        last().diagnostic = diagnostic;
        last().diagnosticSet = true;
        return this;
    }

    /**
     * Sets a header field of the message that failed.
     *
     * @param name its name
     * @param value its value
     * @return this builder
     */
    public BounceMails originalHeader(String name, String value) {
        originalHeaders.put(name, value);
        return this;
    }

    /**
     * Sets the envelope sender of the message that failed, to which the report is mailed; {@code bounces@example.org} if not
     * set.
     *
     * @param address such as {@code SignedReturnPath} makes
     * @return this builder
     */
    public BounceMails returnPath(String address) {
        this.returnPath = address;
        return this;
    }

    /**
     * Sets the report's own Message-ID.
     *
     * @param id without angle brackets
     * @return this builder
     */
    public BounceMails messageId(String id) {
        this.messageId = id;
        return this;
    }

    /**
     * Sets the report's date.
     *
     * @param at when the server gave up
     * @return this builder
     */
    public BounceMails date(Instant at) {
        this.date = at;
        return this;
    }

    /**
     * Returns the report.
     *
     * @return the mail
     */
    public byte[] bytes() {
        StringBuilder report =
                new StringBuilder("Reporting-MTA: dns; mx.example.net\nArrival-Date: " + DATE.format(date) + "\n");
        for (Recipient recipient : recipients) {
            report.append("\nFinal-Recipient: rfc822; ")
                    .append(recipient.address)
                    .append("\nAction: ")
                    .append(recipient.action)
                    .append("\nStatus: ")
                    .append(recipient.status())
                    .append('\n');
            String diagnostic = recipient.diagnostic();
            if (diagnostic != null) {
                report.append("Diagnostic-Code: ").append(diagnostic).append('\n');
            }
        }
        return bytes(head("MAILER-DAEMON@mx.example.net", "Undelivered Mail Returned to Sender")
                + multipart(
                        "delivery-status",
                        "I could not deliver your message.",
                        "message/delivery-status",
                        report.toString()));
    }

    /**
     * Returns an abuse feedback report (RFC 5965) about the first recipient instead of a delivery report.
     *
     * @return the mail
     */
    public byte[] complaint() {
        String report = "Feedback-Type: abuse\nUser-Agent: ExampleFBL/1.0\nVersion: 1\nOriginal-Rcpt-To: "
                + recipients.get(0).address + "\nArrival-Date: " + DATE.format(date) + "\n";
        return bytes(head("feedback@mx.example.net", "FW: Your monthly letter")
                + multipart("feedback-report", "This is an email abuse report.", "message/feedback-report", report));
    }

    /**
     * Returns an automatic answer (RFC 3834) from the first recipient instead of a delivery report.
     *
     * @return the mail
     */
    public byte[] autoReply() {
        return bytes(head(recipients.get(0).address, "Out of Office: Your monthly letter")
                + "Auto-Submitted: auto-replied\nContent-Type: text/plain\n\nI am away until Monday.\n");
    }

    /**
     * Returns a mail that a person wrote, from the first recipient, instead of a delivery report.
     *
     * @return the mail
     */
    public byte[] personal() {
        return bytes(
                head(recipients.get(0).address, "Re: Your monthly letter")
                        + "Content-Type: text/plain\n\nThank you! My friend could not read it, \"550 5.1.1 User unknown\" it said.\n");
    }

    private String head(String from, String subject) {
        return "Return-Path: <>\nFrom: " + from + "\nTo: " + returnPath + "\nSubject: " + subject + "\nDate: "
                + DATE.format(date) + "\nMessage-ID: <" + messageId + ">\n";
    }

    private String multipart(String reportType, String text, String type, String report) {
        StringBuilder original = new StringBuilder("Return-Path: <" + returnPath + ">\n");
        originalHeaders.forEach((name, value) ->
                original.append(name).append(": ").append(value).append('\n'));
        return "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=" + reportType
                + "; boundary=\"bounce4j\"\n\n"
                + "--bounce4j\nContent-Type: text/plain\n\n" + text + "\n\n--bounce4j\nContent-Type: " + type + "\n\n"
                + report
                + "\n--bounce4j\nContent-Type: text/rfc822-headers\n\n" + original + "\n--bounce4j--\n";
    }

    private static byte[] bytes(String mail) {
        return mail.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
    }
}
