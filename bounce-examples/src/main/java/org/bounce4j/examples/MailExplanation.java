package org.bounce4j.examples;

import java.util.Locale;
import java.util.Optional;
import org.bounce4j.BounceClassifier;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceType;
import org.bounce4j.EmailAddress;
import org.bounce4j.EnhancedStatus;
import org.bounce4j.mail.BounceMail;

/** Says in words what a mail is, who failed, and from what that was concluded. */
final class MailExplanation {
    private MailExplanation() {}

    /**
     * Returns a paragraph about a mail.
     *
     * @param hint lines on the file, or nothing
     * @param classifier the one that judged it
     */
    static String of(String file, BounceMail mail, String hint, BounceClassifier classifier) {
        StringBuilder text = new StringBuilder(file).append('\n');
        text.append("  ").append(what(mail)).append('\n');
        mail.originalSender()
                .ifPresent(sender -> text.append("  It is about a mail from ")
                        .append(sender.address())
                        .append(".\n"));
        if (mail.kind().hasEvents() && mail.events().isEmpty()) {
            text.append("  It does not say whose mail it was, so it counts for nobody.\n");
        }
        for (BounceEvent event : mail.events()) {
            text.append(event(event, mail.detector(), meaning(event), classifier));
        }
        for (BounceEvent delay : mail.delays()) {
            text.append(event(
                    delay, mail.detector(), "the server is still trying, so this counts for nothing", classifier));
        }
        if (mail.truncated()) {
            text.append("  Only a part of this mail was read; it may speak of more recipients.\n");
        }
        return text.append(hint).append('\n').toString();
    }

    private static String what(BounceMail mail) {
        if (MailPrinter.isUnknown(mail)) {
            return "No bounce that any detector knows. It counts for nothing.";
        }
        String known = " Detector: " + mail.detector() + ".";
        return switch (mail.kind()) {
            case BOUNCE -> "A bounce: a mail could not be delivered." + known;
            case COMPLAINT -> "A complaint: a recipient called a mail spam." + known;
            case DELAY_NOTICE -> "A delay notice: a mail is late, and may still arrive." + known;
            case DELIVERY_RECEIPT -> "A delivery receipt: a mail arrived." + known;
            case READ_RECEIPT -> "A read receipt: a person or their program had a mail in hands." + known;
            case AUTO_REPLY ->
                "An automatic reply: a program answered, which proves of nobody that a mail failed." + known;
            case OTHER -> "No bounce, no complaint: it counts for nothing." + known;
        };
    }

    private static String event(BounceEvent event, String detector, String meaning, BounceClassifier classifier) {
        StringBuilder text = new StringBuilder();
        text.append("  ").append(MailPrinter.who(event)).append(": ").append(event.type());
        if (event.type() != BounceType.COMPLAINT) {
            text.append(", ").append(event.reason());
        }
        text.append(": ").append(meaning).append(".\n");
        event.reportedRecipient()
                .map(EmailAddress::address)
                .ifPresent(address -> line(text, "named", address + "; that is where it went in the end"));
        line(text, "detector", detector);
        event.rule().ifPresent(rule -> line(text, "rule", rule));
        line(text, "witness", witness(event, classifier));
        event.diagnostic().ifPresent(said -> line(text, "they said", said));
        event.remoteMta().ifPresent(server -> line(text, "server", server));
        line(text, "codes", codes(event));
        line(text, "trust", trust(event));
        event.subscriber().ifPresent(subscriber -> line(text, "subscriber", subscriber));
        event.campaign().ifPresent(campaign -> line(text, "campaign", campaign));
        event.messageId().ifPresent(id -> line(text, "message", id));
        line(text, "when", event.occurredAt().toString());
        return text.toString();
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(String.format(Locale.ROOT, "      %-11s %s%n", name, value));
    }

    private static String meaning(BounceEvent event) {
        if (event.type() == BounceType.COMPLAINT) {
            return "this person does not want your mail; stop";
        }
        if (event.reason() == BounceReason.UNKNOWN) {
            return "nobody knows why, so nobody is blamed";
        }
        if (event.type() == BounceType.HARD) {
            return switch (event.reason()) {
                case MAILBOX_DISABLED -> "the mailbox is switched off; stop mailing it";
                case USER_MOVED -> "the person has left this address; ask for the new one, or stop mailing it";
                case HOST_UNKNOWN ->
                    "the domain cannot be found, often for a typing mistake; stop mailing this address";
                case HOST_REFUSES_MAIL -> "there is no mail for this domain; stop mailing this address";
                case SUPPRESSED -> "it stands on the provider's own list, which did not try; stop mailing it";
                default -> "there is nobody at this address; stop mailing it";
            };
        }
        if (event.reason() == BounceReason.EXPIRED) {
            return "it was tried until the time was up; it may work later";
        }
        if (event.reason() == BounceReason.RELAY_DENIED) {
            return "the server that was asked does not take mail for this address; look at the domain's MX";
        }
        return switch (event.reason().blame()) {
            case ADDRESS, DOMAIN -> "not for good; it may work later";
            case MAILBOX -> "the mailbox cannot take mail now; it may work later";
            case MESSAGE -> "this message was refused; the address is not to blame";
            case SENDER -> "you or your server were refused; the address is not to blame";
            case ROUTE -> "a server or the way to it failed; it may work later";
            case UNKNOWN -> "it may work later";
        };
    }

    /**
     * The order in which the classifier hears: words, then the enhanced status, then the reply code. What the codes alone
     * lead to was not concluded from words.
     */
    private static String witness(BounceEvent event, BounceClassifier classifier) {
        if (event.type() == BounceType.COMPLAINT) {
            return "the report itself: it is a complaint by its kind";
        }
        if (event.reason() == BounceReason.UNKNOWN) {
            return "none: neither words nor codes say anything that a rule knows";
        }
        String rule = event.rule().orElse("");
        EnhancedStatus status = event.status().orElse(null);
        int reply = event.replyCode().orElse(0);
        String host = event.remoteMta().orElse(null);
        if (status != null && classifier.classify(status, 0, null, host).rule().equals(rule)) {
            Optional<EnhancedStatus> said =
                    EnhancedStatus.find(event.diagnostic().orElse(null));
            return said.equals(event.status())
                    ? "the status " + status + " in what the server said"
                    : "the status " + status + " of the report";
        }
        if (classifier.classify(status, reply, null, host).rule().equals(rule)) {
            return "the reply code " + reply;
        }
        String diagnostic = event.diagnostic().orElse(null);
        boolean spoken = diagnostic != null
                && classifier.classify(status, reply, diagnostic, host).reason() != BounceReason.UNKNOWN;
        return spoken ? "the words of the server" : "the words of the notice, since the server's say nothing";
    }

    private static String codes(BounceEvent event) {
        String status = event.status().map(each -> "status " + each).orElse("no status");
        return status
                + (event.replyCode().isPresent()
                        ? ", reply " + event.replyCode().getAsInt()
                        : ", no reply code");
    }

    private static String trust(BounceEvent event) {
        return switch (event.trust()) {
            case AUTHENTICATED -> "AUTHENTICATED: the return path is signed";
            case CORRELATED ->
                "CORRELATED: it returns identifiers as your mails have them, which whoever has one of them could write";
            case UNVERIFIED -> "UNVERIFIED: anybody could have written this";
        };
    }
}
