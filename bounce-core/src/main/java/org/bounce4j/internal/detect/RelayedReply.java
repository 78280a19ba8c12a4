package org.bounce4j.internal.detect;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bounce4j.EnhancedStatus;
import org.bounce4j.internal.PhraseMatcher;
import org.bounce4j.internal.detect.Dialects.Dialect;
import org.bounce4j.internal.detect.Dialects.Place;
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
    private static final Dialect YOURS = Dialects.standard().common("yours");
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
        String introduction = introduction(notice);
        if (notice.count() > MAX_LINES
                || introduction.length() > MAX_SIGNS
                || Hearsay.isForwarded(message, notice)
                || quotes(notice)
                || !YOURS.signs(Place.TEXT).isIn(Dialects.standard().find(introduction, 0, introduction.length()))
                || PERSONAL.isAnyIn(" " + introduction + " ")) {
            return null;
        }
        Set<String> readers = new HashSet<>();
        TextNotice.addAddresses(message.header("To"), readers);
        Finding finding =
                new Finding(MailKind.BOUNCE).original(notice.original()).cut(notice.isCut());
        for (Failure failure : TextReport.failures(notice, 0, readers, List.of())) {
            if (isPermanent(failure)
                    && failure.recipient() != null
                    && !readers.contains(failure.recipient().key())) {
                finding.failed(failure);
            }
        }
        return finding.failures().isEmpty()
                ? null
                : Hearsay.doubted(message, finding, () -> Hearsay.signs(message, notice, 0));
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
            boolean said = Addresses.next(notice.text(), notice.start(line), notice.end(line)) != null
                    || ReplyCode.position(notice.text(), notice.start(line), notice.end(line)) >= 0;
            lines += notice.isBlank(line) ? 0 : 1;
            if (said) {
                return notice.words(0, line + 1, MAX_SIGNS + 1);
            }
        }
        return notice.words(0, line, MAX_SIGNS + 1);
    }
}
