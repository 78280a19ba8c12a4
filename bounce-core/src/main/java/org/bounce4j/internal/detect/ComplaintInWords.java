package org.bounce4j.internal.detect;

import java.util.List;
import java.util.Locale;
import org.bounce4j.internal.PhraseMatcher;
import org.bounce4j.internal.mime.Headers;
import org.bounce4j.internal.mime.Part;
import org.bounce4j.mail.MailKind;
import org.jspecify.annotations.Nullable;

/**
 * Reads complaints that are older than RFC 5965, or know nothing of it: an abuse desk's words, and our mail attached. Known by
 * the sender, who is called a feedback loop or an abuse desk, and by what the words call it. No answer to a report of ours.
 */
final class ComplaintInWords implements Detector {
    private static final int MAX_WORDS = 4_000;

    private static final PhraseMatcher COMPLAINTS = new PhraseMatcher(List.of(
            "feedback report",
            "abuse report",
            "spam report for",
            "spam complaint",
            "tos notification",
            "complaint about message",
            "has complained",
            "complained of",
            "complained about",
            "marked as spam",
            "reported as spam",
            "spam from your"));

    private static final PhraseMatcher ANSWERS = new PhraseMatcher(List.of(
            "your report",
            "your complaint",
            "your abuse report",
            "your spam complaint",
            "your message",
            "your request",
            "thank you for contacting",
            "thank you for reporting",
            "thank you for submitting",
            "thank you for the abuse report",
            "thank you for this abuse report",
            "thank you for the report",
            "thanks for the report",
            "automatic reply",
            "automatic response"));

    private final Detector notice = new TextNotice();

    @Override
    public String name() {
        return "complaint";
    }

    @Override
    public @Nullable Finding detect(Message message) {
        Headers original = Sender.isAbuseDesk(message) && !isAnswer(message) && !isSentToMany(message)
                ? message.attachedOriginal()
                : null;
        if (original == null
                || Sender.isOfRecipientsDomain(message)
                || Complainants.isCorrespondence(message, original)
                || !complains(message)
                || isBounce(message)) {
            return null;
        }
        Finding finding = new Finding(MailKind.COMPLAINT).original(original);
        Complainants.of(message, original).forEach(finding::failed);
        return finding;
    }

    private static boolean isAnswer(Message message) {
        return message.header("In-Reply-To") != null
                || message.header("References") != null
                || AutoReply.isAutomatic(message);
    }

    /** Returns whether it is a newsletter, or a digest of a list. */
    private static boolean isSentToMany(Message message) {
        Part attached = message.attached();
        Part holder = attached == null ? null : attached.parent();
        Part around = holder == null ? null : holder.parent();
        return around != null && around.type().equals("multipart/digest")
                || message.header("List-Unsubscribe") != null && message.header("List-Post") == null;
    }

    /** A receiver's mail system may bear the name of its abuse desk, and say that the mail was marked as spam. */
    private boolean isBounce(Message message) {
        return (message.isFromMailSystem() || message.hasNullReturnPath()) && notice.detect(message) != null;
    }

    private static boolean complains(Message message) {
        String words = message.noticeWords();
        String text = message.subject()
                + '\n'
                + words.substring(0, Math.min(words.length(), MAX_WORDS)).toLowerCase(Locale.ROOT);
        return COMPLAINTS.isAnyIn(text) && !ANSWERS.isAnyIn(text);
    }
}
