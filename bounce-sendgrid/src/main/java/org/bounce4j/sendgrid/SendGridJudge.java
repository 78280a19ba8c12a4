package org.bounce4j.sendgrid;

import java.util.Locale;
import java.util.Map;
import org.bounce4j.BounceClassifier;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceType;
import org.bounce4j.Classification;
import org.bounce4j.EnhancedStatus;
import org.bounce4j.internal.Witness;
import org.jspecify.annotations.Nullable;

/**
 * Says what SendGrid's vocabulary means. Believed in this order: {@code type}, then status and the server's words, then
 * {@code bounce_classification}.
 */
final class SendGridJudge {
    private static final String NO_MX = "unable to get mx info";
    private static final String INVALID = "invalid";

    /** SendGrid's summaries, and what each stands for. */
    private static final Map<String, BounceReason> SUMMARIES = Map.of(
            INVALID,
            BounceReason.USER_UNKNOWN,
            "technical",
            BounceReason.NETWORK_ERROR,
            "content",
            BounceReason.CONTENT_REJECTED,
            "reputation",
            BounceReason.BAD_REPUTATION,
            "frequency",
            BounceReason.RATE_LIMITED);

    /** How SendGrid says why it did not try. */
    private static final Map<String, BounceReason> DROPPED = Map.of(
            "unsubscribed", BounceReason.UNSUBSCRIBED,
            "bounced address", BounceReason.SUPPRESSED,
            "spam report", BounceReason.SUPPRESSED);

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
        Classification found = said(element);
        boolean guessed = Witness.isGuess(found.rule());
        // what SendGrid itself says goes before what a word may mean, and a guess might excuse an address that it calls
        // dead
        Classification said = guessed ? new Classification(found.type(), BounceReason.UNKNOWN, "none") : found;
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

    /** Returns whether nobody said why: what SendGrid itself says goes before what a word may mean. */
    private static boolean isOpen(Classification said) {
        return said.reason() == BounceReason.UNKNOWN || Witness.isGuess(said.rule());
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
        if (!isOpen(said)) {
            return said;
        }
        // Compared by prefix: the documents write "Technical", "Technical Failure", "Frequency/Volume" and more.
        String summary = lower(element.classification);
        for (Map.Entry<String, BounceReason> each : SUMMARIES.entrySet()) {
            if (summary.startsWith(each.getKey())) {
                BounceReason reason = each.getValue();
                return new Classification(reason.usualType(), reason, "classification:" + each.getKey());
            }
        }
        return said;
    }

    /** SendGrid did not try. Echoes of its own lists have a consequence, our own mistakes are no bounce. */
    private static @Nullable Classification dropped(SendGridElement element) {
        String reason = lower(element.reason);
        for (Map.Entry<String, BounceReason> each : DROPPED.entrySet()) {
            // whoever is behind the phrase is nobody's business in a rule
            if (reason.startsWith(each.getKey())) {
                BounceReason echo = each.getValue();
                return new Classification(echo.usualType(), echo, "sendgrid:dropped " + each.getKey());
            }
        }
        return reason.equals(INVALID)
                ? new Classification(
                        BounceReason.SUPPRESSED.usualType(), BounceReason.SUPPRESSED, "sendgrid:dropped " + INVALID)
                : null;
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
