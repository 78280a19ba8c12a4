package org.bounce4j.internal.detect;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bounce4j.EnhancedStatus;
import org.bounce4j.internal.PhraseMatcher;
import org.bounce4j.internal.detect.Dialects.Place;
import org.bounce4j.internal.mime.Part;
import org.bounce4j.mail.MailKind;
import org.jspecify.annotations.Nullable;

/**
 * Knows notices of programs that are called like no mail system and may have a return path of their own: shops, forms,
 * forwarding services. They begin with their reader's message, or with its failure, and give below what a server said of
 * somebody else, with its code. What people write of a failure answers somebody, greets by name, asks, speaks of the writer,
 * or stands above what they quote.
 */
final class RelayedReply implements Detector {
    /** How many lines such a notice has at most, and how many of them before it names anybody. */
    private static final int MAX_LINES = 60;

    private static final int INTRODUCTION = 4;
    /** How many it has at most where it does not say that the message was its reader's. */
    private static final int FEW_LINES = 25;

    private static final int MAX_CHARS = 4_000;

    /** What people say of themselves, and what they ask. */
    private static final PhraseMatcher PERSONAL = new PhraseMatcher(
            List.of("?", "？", " my ", " me ", " i get ", " i got ", " we get ", " we got ", " ich ", " mir ", " mein"));

    private final Dialects dialects = Dialects.standard();

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
        if (notice.count() > MAX_LINES || !isOfProgram(message, notice)) {
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

    private static boolean mayHoldReply(@Nullable Part words) {
        return words != null && words.text().indexOf('5') >= 0;
    }

    private boolean isOfProgram(Message message, NoticeText notice) {
        String introduction = introduction(notice);
        if (introduction.length() > MAX_CHARS || PERSONAL.isAnyIn(" " + introduction + " ")) {
            return false;
        }
        PhraseMatcher.Found ahead = dialects.find(introduction, 0, introduction.length());
        boolean yours = dialects.common("yours").signs(Place.TEXT).isIn(ahead);
        boolean failed = dialects.common("failure").signs(Place.TEXT).isIn(ahead);
        // what mail systems say of others than their readers is judged where their notices are
        boolean other = failed && !message.isFromMailSystem() && notice.count() <= FEW_LINES;
        return (yours || other && hasReplyOfItsOwn(notice))
                && !quotes(notice)
                && !Greeting.isByName(notice)
                && !Hearsay.isForwarded(message, notice);
    }

    /** Returns the first lines, up to the one that names an address or a code. */
    private static String introduction(NoticeText notice) {
        int lines = 0;
        int line = 0;
        boolean named = false;
        while (!named && lines < INTRODUCTION && line < notice.count()) {
            named = Addresses.next(notice.text(), notice.start(line), notice.end(line)) != null
                    || ReplyCode.position(notice.text(), notice.start(line), notice.end(line)) >= 0;
            lines += notice.isBlank(line) ? 0 : 1;
            line++;
        }
        return notice.words(0, line, MAX_CHARS + 1);
    }

    /** Returns whether a line is a server's reply, maybe behind a label. */
    private static boolean hasReplyOfItsOwn(NoticeText notice) {
        for (int i = 0; i < notice.count(); i++) {
            if (ReplyCode.leading(notice.text(), notice.textStart(i), notice.end(i)) >= 0) {
                return true;
            }
        }
        return false;
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
