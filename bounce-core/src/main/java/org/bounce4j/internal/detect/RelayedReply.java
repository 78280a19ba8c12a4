package org.bounce4j.internal.detect;

import java.util.List;
import java.util.Set;
import org.bounce4j.EnhancedStatus;
import org.bounce4j.internal.PhraseMatcher;
import org.bounce4j.internal.mime.Part;
import org.bounce4j.mail.MailKind;
import org.jspecify.annotations.Nullable;

/**
 * Knows notices of programs that are called like no mail system and may have a return path of their own: shops, forms,
 * forwarding services. They begin with their reader's message and its failure, and give below what a server said of
 * somebody else, with its code. What people write of a failure answers somebody, greets by name, asks, speaks of the writer,
 * or stands above what they quote.
 */
final class RelayedReply implements Detector {
    /** How many lines such a notice has at most before it names anybody. */
    private static final int INTRODUCTION = 4;

    private static final int MAX_CHARS = 4_000;

    /** What people say of themselves, what they ask, and how trackers and forums pass on what they wrote. */
    private static final PhraseMatcher PERSONAL = new PhraseMatcher(List.of(
            "?",
            "？",
            " my ",
            " me ",
            " i get ",
            " i got ",
            " we get ",
            " we got ",
            " ich ",
            " mir ",
            " mein",
            " wrote",
            " writes:",
            " commented",
            " comment ",
            " schrieb ",
            " a écrit",
            " ha scritto:",
            " escribió:",
            " escreveu:",
            " schreef:",
            " skrev:"));

    @Override
    public String name() {
        return "relayed-reply";
    }

    @Override
    public @Nullable Finding detect(Message message) {
        if (!mayHoldReply(message.words()) || message.isCorrespondence()) {
            return null;
        }
        NoticeText notice = message.notice();
        if (!isOfProgram(message, notice)) {
            return null;
        }
        Set<String> readers = message.readers();
        Set<String> writers = message.writers();
        Finding finding =
                new Finding(MailKind.BOUNCE).original(notice.original()).cut(notice.isCut());
        for (Failure failure : TextReport.failures(notice, 0, readers, List.of())) {
            if (isPermanent(failure)
                    && failure.recipient() != null
                    && !readers.contains(failure.recipient().key())
                    && !writers.contains(failure.recipient().key())) {
                finding.failed(failure);
            }
        }
        return finding.failures().isEmpty()
                ? null
                : Hearsay.doubted(message, finding, () -> Hearsay.signs(message, notice, 0));
    }

    private static boolean mayHoldReply(@Nullable Part words) {
        return words != null && words.text().indexOf('5') >= 0;
    }

    private static boolean isOfProgram(Message message, NoticeText notice) {
        return isOfYours(notice) && !quotes(notice) && !Hearsay.isForwarded(message, notice);
    }

    /** Returns whether a notice begins with its reader's message, and that it failed. */
    static boolean isOfYours(NoticeText notice) {
        String introduction = introduction(notice);
        return introduction.length() <= MAX_CHARS
                && Sentences.sayYoursFailed(introduction)
                && !PERSONAL.isAnyIn(" " + introduction + " ");
    }

    /** Returns the first lines up to the first address, or to what a server said: that speaks of a failure, whatever it is told for. */
    private static String introduction(NoticeText notice) {
        int lines = 0;
        for (int i = 0; lines < INTRODUCTION && i < notice.count(); i++) {
            int code = ReplyCode.position(notice.text(), notice.start(i), notice.end(i));
            if (code >= 0 || Addresses.next(notice.text(), notice.start(i), notice.end(i)) != null) {
                return notice.words(0, i, MAX_CHARS + 1)
                        + notice.text().substring(notice.start(i), code < 0 ? notice.end(i) : code);
            }
            lines += notice.isBlank(i) ? 0 : 1;
            if (lines == INTRODUCTION) {
                return notice.words(0, i + 1, MAX_CHARS + 1);
            }
        }
        return notice.words(0, notice.count(), MAX_CHARS + 1);
    }

    private static boolean quotes(NoticeText notice) {
        for (int i = 0; i < notice.count(); i++) {
            if (notice.text().startsWith("> ", notice.textStart(i))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isPermanent(Failure failure) {
        EnhancedStatus status = failure.status();
        return failure.replyCode() >= 500 || failure.replyCode() == 0 && status != null && status.statusClass() == 5;
    }
}
