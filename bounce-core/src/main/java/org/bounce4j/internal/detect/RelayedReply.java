package org.bounce4j.internal.detect;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bounce4j.EnhancedStatus;
import org.bounce4j.internal.PhraseMatcher;
import org.bounce4j.internal.mime.Part;
import org.bounce4j.mail.MailKind;
import org.jspecify.annotations.Nullable;

/**
 * Knows notices of programs that are called like no mail system and have a return path of their own, by what no letter has:
 * they begin with their reader's message, and give below what a server said of somebody else, with its code. What people write
 * of a failure answers somebody, greets by name, asks, or stands above what they quote.
 */
final class RelayedReply implements Detector {
    private static final int MAX_SIGNS = 4_000;
    private static final int MAX_LINES = 60;
    private static final int INTRODUCTION = 4;
    /** Say that a person speaks of himself. */
    private static final PhraseMatcher PERSONAL = new PhraseMatcher(
            List.of(" my ", " me ", " i get ", " i got ", " we get ", " we got ", "?", "？", " ich ", " mir ", " mein"));

    @Override
    public String name() {
        return "relayed-reply";
    }

    @Override
    public @Nullable Finding detect(Message message) {
        Part part = message.words();
        if (part == null || part.text().indexOf('5') < 0 || FilterNotice.isCorrespondence(message)) {
            return null;
        }
        NoticeText notice = message.notice();
        if (notice.count() > MAX_LINES
                || Hearsay.isForwarded(message, notice)
                || quotes(notice)
                || !isOfYours(notice)) {
            return null;
        }
        Set<String> readers = new HashSet<>();
        TextNotice.addAddresses(message.header("To"), readers);
        Set<String> writers = FilterNotice.writers(message);
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

    /** Returns whether a notice begins with its reader's message, and that it failed. */
    static boolean isOfYours(NoticeText notice) {
        String introduction = introduction(notice);
        return introduction.length() <= MAX_SIGNS
                && Sentences.sayYoursFailed(introduction)
                && !PERSONAL.isAnyIn(" " + introduction + " ");
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

    /** Returns the first lines up to the one that names an address or a code. */
    private static String introduction(NoticeText notice) {
        int lines = 0;
        int line = 0;
        for (; line < notice.count() && lines < INTRODUCTION; line++) {
            int code = ReplyCode.position(notice.text(), notice.start(line), notice.end(line));
            boolean said = code >= 0 || Addresses.next(notice.text(), notice.start(line), notice.end(line)) != null;
            lines += notice.isBlank(line) ? 0 : 1;
            if (said) {
                // what the server said speaks of the failure as well, whatever it is told for
                return notice.words(0, line, MAX_SIGNS + 1)
                        + notice.text().substring(notice.start(line), code < 0 ? notice.end(line) : code);
            }
        }
        return notice.words(0, line, MAX_SIGNS + 1);
    }
}
