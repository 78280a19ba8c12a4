package org.bounce4j.sendgrid;

import java.util.Locale;
import org.bounce4j.BounceClassifier;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceType;
import org.bounce4j.Classification;
import org.bounce4j.EnhancedStatus;
import org.jspecify.annotations.Nullable;

/**
 * Says what SendGrid's vocabulary means. Believed in this order: {@code type}, then status and the server's words, then
 * {@code bounce_classification}.
 */
final class SendGridJudge {
    private static final String NO_MX = "unable to get mx info";

    private final BounceClassifier classifier;

    SendGridJudge(BounceClassifier classifier) {
        this.classifier = classifier;
    }

    /** Returns whether an event of this name can be a failure or a complaint at all. */
    static boolean isFailure(String event, boolean deferrals) {
        return switch (lower(event)) {
            case "bounce", "blocked", "dropped", "spamreport" -> true;
            case "deferred" -> deferrals;
            default -> false;
        };
    }

    /** Judges an element; returns null for what is no failure of the address and no complaint. */
    @Nullable
    Classification judge(SendGridElement element) {
        return switch (lower(element.event)) {
            case "bounce" -> bounce(element, lower(element.type));
            case "blocked" -> bounce(element, "blocked");
            case "dropped" -> dropped(element);
            case "spamreport" ->
                new Classification(BounceType.COMPLAINT, BounceReason.COMPLAINT, "sendgrid:spamreport");
            default -> null;
        };
    }

    /** SendGrid goes on trying for 72 hours. */
    Classification deferred(SendGridElement element) {
        Classification said = said(element);
        return new Classification(BounceType.SOFT, said.reason(), rule("deferred", said));
    }

    private Classification bounce(SendGridElement element, String type) {
        Classification said = said(element);
        BounceReason reason = said.reason();
        return switch (type) {
            case "bounce" -> new Classification(BounceType.HARD, reason, rule("bounce", said));
            // never hard, whatever its status: SendGrid itself goes on mailing the address
            case "blocked" ->
                new Classification(
                        BounceType.SOFT,
                        reason == BounceReason.UNKNOWN ? BounceReason.BLOCKED : reason,
                        rule("blocked", said));
            case "expired" ->
                new Classification(
                        BounceType.SOFT,
                        reason == BounceReason.UNKNOWN ? BounceReason.EXPIRED : reason,
                        rule("expired", said));
            default -> new Classification(said.type(), reason, rule("?", said));
        };
    }

    private static String rule(String type, Classification said) {
        return "sendgrid:" + type + (said.rule().equals("none") ? "" : " " + said.rule());
    }

    /** Returns what the server said: deferrals have it in another field than bounces, and may have both. */
    static @Nullable String words(SendGridElement element) {
        return element.reason == null || element.reason.isBlank() ? element.response : element.reason;
    }

    /** What the server's words and codes mean, or else SendGrid's summary of them. */
    private Classification said(SendGridElement element) {
        String text = words(element);
        // QUIRK: SendGrid's own words where the recipient's domain has no usable DNS; they name a PTR record, which
        // makes them look like a complaint about ours (documented.json)
        if (text != null && text.strip().regionMatches(true, 0, NO_MX, 0, NO_MX.length())) {
            return new Classification(BounceType.SOFT, BounceReason.HOST_UNKNOWN, "no mx");
        }
        EnhancedStatus status = EnhancedStatus.parse(element.status).orElse(null);
        Classification said = classifier.classify(status, 0, text, null);
        if (said.reason() != BounceReason.UNKNOWN) {
            return said;
        }
        // Compared by prefix: the documents write "Technical", "Technical Failure", "Frequency/Volume" and more.
        String summary = lower(element.classification);
        BounceReason reason = BounceReason.UNKNOWN;
        if (summary.startsWith("invalid")) {
            reason = BounceReason.USER_UNKNOWN;
        } else if (summary.startsWith("technical")) {
            reason = BounceReason.NETWORK_ERROR;
        } else if (summary.startsWith("content")) {
            reason = BounceReason.CONTENT_REJECTED;
        } else if (summary.startsWith("reputation")) {
            reason = BounceReason.BAD_REPUTATION;
        } else if (summary.startsWith("frequency")) {
            reason = BounceReason.RATE_LIMITED;
        }
        return reason == BounceReason.UNKNOWN
                ? said
                : new Classification(reason.usualType(), reason, "classification:" + summary);
    }

    /** SendGrid did not try. Echoes of its own lists have a consequence, our own mistakes are no bounce. */
    private static @Nullable Classification dropped(SendGridElement element) {
        String reason = lower(element.reason);
        BounceReason echo;
        if (reason.startsWith("unsubscribed")) {
            echo = BounceReason.UNSUBSCRIBED;
        } else if (reason.startsWith("bounced address")
                || reason.startsWith("spam report")
                || reason.equals("invalid")) {
            echo = BounceReason.SUPPRESSED;
        } else {
            return null;
        }
        return new Classification(echo.usualType(), echo, "sendgrid:dropped ".concat(reason));
    }

    /** Returns a word of SendGrid's vocabulary in lower case, without the white space around it. */
    static String lower(@Nullable String text) {
        if (text == null) {
            return "";
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < 'a' || text.charAt(i) > 'z') {
                return text.strip().toLowerCase(Locale.ROOT);
            }
        }
        return text;
    }
}
