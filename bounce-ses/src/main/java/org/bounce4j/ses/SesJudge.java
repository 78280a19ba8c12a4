package org.bounce4j.ses;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.bounce4j.Blame;
import org.bounce4j.BounceClassifier;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceType;
import org.bounce4j.Classification;
import org.bounce4j.EnhancedStatus;
import org.bounce4j.Trust;
import org.bounce4j.internal.Witness;
import org.jspecify.annotations.Nullable;

/**
 * Says what SES' vocabulary means, corrected by status and diagnostic: SES calls a dead domain transient, and an
 * out-of-office answer a bounce.
 */
final class SesJudge {
    /** Sub-types that say it all, whatever the diagnostic. */
    private static final Map<String, BounceReason> SUB_TYPES = Map.ofEntries(
            Map.entry("suppressed", BounceReason.SUPPRESSED),
            Map.entry("onaccountsuppressionlist", BounceReason.SUPPRESSED),
            Map.entry("ontenantsuppressionlist", BounceReason.SUPPRESSED),
            Map.entry("emailvalidationsuppressed", BounceReason.SUPPRESSED),
            Map.entry("unsubscribedrecipient", BounceReason.UNSUBSCRIBED),
            Map.entry("mailboxfull", BounceReason.MAILBOX_FULL),
            Map.entry("messagetoolarge", BounceReason.MESSAGE_TOO_LARGE),
            Map.entry("contentrejected", BounceReason.CONTENT_REJECTED),
            Map.entry("attachmentrejected", BounceReason.CONTENT_REJECTED),
            Map.entry("customtimeoutexceeded", BounceReason.EXPIRED));

    /** What a delay is about, where the diagnostic does not say. */
    private static final Map<String, BounceReason> DELAY_TYPES = Map.of(
            "internalfailure", BounceReason.SYSTEM_ERROR,
            "mailboxfull", BounceReason.MAILBOX_FULL,
            "spamdetected", BounceReason.SPAM_CONTENT,
            "recipientservererror", BounceReason.SYSTEM_ERROR,
            "ipfailure", BounceReason.BLOCKED,
            "transientcommunicationfailure", BounceReason.NETWORK_ERROR,
            "byoiphostnamelookupunavailable", BounceReason.NO_REVERSE_DNS,
            "sendingdeferral", BounceReason.RATE_LIMITED);

    /** What a report says of recipients that it names beside those who failed (RFC 3464, section 2.3.3). */
    private static final Set<String> SUCCEEDED = Set.of("delivered", "relayed", "expanded");

    /** No mailbox of that name: it says whom a permanent bounce blames, unless the diagnostic does. */
    private static final String NO_EMAIL = "noemail";

    private static final int LONGEST_TYPE = 32;

    private final BounceClassifier classifier;

    SesJudge(BounceClassifier classifier) {
        this.classifier = classifier;
    }

    /** What is known of one recipient. */
    record Judgement(
            BounceType type,
            BounceReason reason,
            String rule,
            Trust trust,
            @Nullable EnhancedStatus status,
            int replyCode,
            @Nullable String diagnostic) {}

    /** What the recipient's server said, and what our rules make of it. */
    private record Said(
            @Nullable EnhancedStatus status,
            int replyCode,
            @Nullable String diagnostic,
            Classification means) {
        Judgement as(BounceType type, BounceReason reason, String rule) {
            return new Judgement(type, reason, rule, Trust.AUTHENTICATED, status, replyCode, diagnostic);
        }

        /** Returns whether nobody said why: what SES itself says goes before what a word may mean. */
        boolean isGuess() {
            return Witness.isGuess(means.rule());
        }
    }

    /**
     * Returns whether the report says of one of the recipients of a bounce that the server is still trying. Where the sub-type
     * says it all, SES does not: it did not try, or has given up.
     */
    static boolean isDelayed(@Nullable String subType, SesDocument.Recipient recipient) {
        String sub = lower(subType);
        return lower(recipient.action()).equals("delayed") && !SUB_TYPES.containsKey(sub) && !sub.equals(NO_EMAIL);
    }

    /** Judges a bounced recipient; returns null for what is no bounce. */
    @Nullable
    Judgement bounce(@Nullable String bounceType, @Nullable String subType, SesDocument.Recipient recipient) {
        Said said = said(recipient);
        String rule = "ses:" + orUnknown(bounceType) + "/" + orUnknown(subType);
        String sub = lower(subType);
        BounceReason known = SUB_TYPES.get(sub);
        if (known != null) {
            return said.as(known.usualType(), known, rule);
        }
        if (SUCCEEDED.contains(lower(recipient.action()))) {
            return null;
        }
        return switch (lower(bounceType)) {
            case "permanent" -> permanent(said, sub.equals(NO_EMAIL), rule);
            case "transient" ->
                (sub.isEmpty() || sub.equals("general")) && isAutoReply(recipient) ? null : judged(said, rule);
            default -> judged(said, rule);
        };
    }

    /**
     * SES passes out-of-office answers on as Transient/General. They carry nothing of a delivery report: no action, no status,
     * no diagnostic.
     */
    private static boolean isAutoReply(SesDocument.Recipient recipient) {
        return recipient.action() == null && recipient.status() == null && recipient.diagnostic() == null;
    }

    /** Permanent is hard, unless the server itself says that the address is not to blame. */
    private static Judgement permanent(Said said, boolean isNoEmail, String rule) {
        BounceReason reason = said.isGuess() ? BounceReason.UNKNOWN : said.means.reason();
        Blame blame = reason.blame();
        if (isNoEmail && blame != Blame.ADDRESS && blame != Blame.DOMAIN) {
            return said.as(BounceType.HARD, BounceReason.USER_UNKNOWN, rule);
        }
        return switch (blame) {
            case UNKNOWN -> said.as(BounceType.HARD, reason, rule);
            case ADDRESS, DOMAIN -> said.as(BounceType.HARD, reason, by(said, rule));
            case MAILBOX, MESSAGE, SENDER, ROUTE -> said.as(BounceType.SOFT, reason, by(said, rule));
        };
    }

    private static Judgement judged(Said said, String rule) {
        return said.as(said.means.type(), said.means.reason(), by(said, rule));
    }

    private static String by(Said said, String rule) {
        return said.means.reason() == BounceReason.UNKNOWN ? rule : rule + " " + said.means.rule();
    }

    /** Returns whether a report of this type complains of nothing: one of a message that is no spam, one for DMARC. */
    static boolean isNoComplaint(@Nullable String feedbackType) {
        String type = lower(feedbackType);
        return type.equals("not-spam") || type.equals("auth-failure");
    }

    /** Judges a complaint that names so many people. */
    Judgement complaint(@Nullable String feedbackType, @Nullable String subType, int candidates) {
        if (SUB_TYPES.get(lower(subType)) == BounceReason.SUPPRESSED) {
            return new Judgement(
                    BounceType.HARD,
                    BounceReason.SUPPRESSED,
                    "ses:Complaint/" + subType,
                    Trust.AUTHENTICATED,
                    null,
                    0,
                    null);
        }
        // Receivers hide who complained; SES then lists everybody at that receiver whom the mail went to.
        boolean sure = candidates == 1;
        return new Judgement(
                BounceType.COMPLAINT,
                BounceReason.COMPLAINT,
                "ses:Complaint/" + orUnknown(feedbackType) + (sure ? "" : " one of " + candidates + " candidates"),
                sure ? Trust.AUTHENTICATED : Trust.CORRELATED,
                null,
                0,
                null);
    }

    Judgement delay(@Nullable String delayType, SesDocument.Recipient recipient) {
        Said said = said(recipient);
        BounceReason reason = said.means.reason() == BounceReason.UNKNOWN || said.isGuess()
                ? DELAY_TYPES.getOrDefault(lower(delayType), said.means.reason())
                : said.means.reason();
        return said.as(BounceType.SOFT, reason, "ses:DeliveryDelay/" + orUnknown(delayType));
    }

    /** Judges what SES itself refused to send: a virus in it, or a template that could not be filled in. */
    Judgement refused(String type, SesDocument.Details details) {
        String reason = details.text("reason");
        String message = reason == null ? details.text("errorMessage") : reason;
        boolean virus = type.equals("Reject");
        return new Judgement(
                BounceType.SOFT,
                virus ? BounceReason.VIRUS : BounceReason.CONTENT_REJECTED,
                "ses:" + type,
                Trust.AUTHENTICATED,
                null,
                0,
                message);
    }

    private Said said(SesDocument.Recipient recipient) {
        String diagnostic = recipient.diagnostic();
        if (diagnostic != null) {
            int semicolon = diagnostic.indexOf(';');
            // "smtp; 550 5.1.1 user unknown"
            diagnostic = semicolon > 0 && semicolon < LONGEST_TYPE && isType(diagnostic, semicolon)
                    ? diagnostic.substring(semicolon + 1).strip()
                    : diagnostic;
        }
        EnhancedStatus reported = EnhancedStatus.parse(recipient.status()).orElse(null);
        EnhancedStatus status = Witness.status(reported, diagnostic);
        Classification means = classifier.classify(reported, 0, diagnostic, null);
        if (diagnostic != null && means.reason() == BounceReason.EXPIRED) {
            means = lastReply(diagnostic, means);
        }
        return new Said(status, Witness.replyCode(diagnostic), diagnostic, means);
    }

    /**
     * QUIRK: SES gives up with its own words and puts the last reply behind them: {@code 4.4.7 Message expired: unable to
     * deliver in 840 minutes.<421 4.4.0 Unable to lookup DNS for example.com>}. That reply says why; it was temporary.
     */
    private Classification lastReply(String diagnostic, Classification expired) {
        int open = diagnostic.lastIndexOf('<');
        if (open < 0 || !diagnostic.endsWith(">") || !isBetween('4', diagnostic.charAt(open + 1), '5')) {
            return expired;
        }
        String reply = diagnostic.substring(open + 1, diagnostic.length() - 1);
        Classification last = classifier.classify(null, 0, reply, null);
        // a bare code says less than that the time is up
        return last.reason() == BounceReason.UNKNOWN
                        || Witness.isGuess(last.rule())
                        || last.rule().startsWith("reply.")
                ? expired
                : new Classification(BounceType.SOFT, last.reason(), last.rule());
    }

    /** Returns whether a text begins with the type of a diagnostic (RFC 3464, section 2.3.6), and not with what was said. */
    private static boolean isType(String diagnostic, int end) {
        for (int i = 0; i < end; i++) {
            char c = diagnostic.charAt(i);
            boolean letter = isBetween('a', c, 'z') || isBetween('A', c, 'Z');
            if (!letter && (i == 0 || c != '-' && !isBetween('0', c, '9'))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isBetween(char least, char c, char most) {
        return least <= c && c <= most;
    }

    private static String lower(@Nullable String text) {
        return text == null ? "" : text.strip().toLowerCase(Locale.ROOT);
    }

    private static String orUnknown(@Nullable String text) {
        return text == null ? "?" : text;
    }
}
