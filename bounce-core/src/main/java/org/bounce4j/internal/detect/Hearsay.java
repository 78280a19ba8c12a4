package org.bounce4j.internal.detect;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bounce4j.EnhancedStatus;
import org.bounce4j.internal.PhraseMatcher;
import org.bounce4j.internal.detect.Dialects.Place;
import org.bounce4j.mail.MailKind;
import org.jspecify.annotations.Nullable;

/**
 * Knows mails that speak of failures and are the notice of none: summaries of many, and letters of postmasters who tell
 * somebody of one. A notice is of one message of its reader's, and says so; it comes at once, and greets nobody by name, or
 * by that of a stranger. Who returns the message has written a notice, whatever else it says.
 */
final class Hearsay {
    private static final int MAX_LISTED = 500;
    private static final int MANY = 3;
    private static final int MINUTES = 60;
    private static final String FIELD = "final-recipient:";
    /** What may stand before a subject that a notice quotes: {@code Undeliverable: Weekly news}. */
    private static final List<String> QUOTES = List.of(
            ": ", "：", " - ", " – ", " | ", "\"", " '", " ‘", "(", " [", "<", "“", "„", "«", "「", "『", "【", "《");

    private static final Pattern DAY = Pattern.compile("(?<![\\w:./-])(?:\\d{4}-\\d\\d-\\d\\d|\\d\\d?-\\d\\d?-\\d{4}"
            + "|\\d\\d?/\\d\\d?/(?:\\d{4}|\\d\\d)|\\d\\d?\\.\\d\\d?\\.\\d{4}"
            + "|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}\\d\\d?"
            + "|\\d\\d? (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec))(?![\\w/.-]?\\d)");
    private static final Pattern TIME =
            Pattern.compile("(?:(?<=\\dT)|(?<![\\w:.,/-]))([01]?\\d|2[0-3]):([0-5]\\d)(?![\\w.])");

    private static final PhraseMatcher SUMMARY = Dialects.standard().matcher("summary", Place.SUBJECT);
    private static final PhraseMatcher SEVERAL = Dialects.standard().matcher("several", Place.BEGIN);
    private static final PhraseMatcher ONE = Dialects.standard().matcher("one", Place.BEGIN);
    private static final PhraseMatcher FORWARDED = Dialects.standard().matcher("forwarded", Place.BEGIN);

    private Hearsay() {}

    /**
     * Returns what is left of a finding; null if it is no notice. With the null return path of notices, one sign is but a
     * doubt: that makes it a bounce of nobody, which a person will look at.
     *
     * @param counted says how many signs there are that it is no notice; not asked where none could change anything
     */
    static @Nullable Finding doubted(Message message, Finding finding, IntSupplier counted) {
        if (finding.original() != null || message.header("X-Failed-Recipients") != null) {
            return finding;
        }
        if (isLure(message, finding)) {
            return null;
        }
        int signs = counted.getAsInt();
        if (signs == 0) {
            return finding;
        }
        boolean delay = finding.kind() == MailKind.DELAY_NOTICE;
        if (signs > 1 || !delay && !message.hasNullReturnPath()) {
            return null;
        }
        // a delay has no events: nobody is harmed by one too many
        return delay
                ? finding
                : new Finding(MailKind.BOUNCE).by(finding.detector()).cut(finding.isCut());
    }

    /**
     * Returns whether a mail tells its reader that they themselves could not be reached, and has a link to follow and a return path
     * of its own, or none. Fixtures lure-names-its-reader.eml, lure-with-reply.eml
     */
    private static boolean isLure(Message message, Finding finding) {
        if (message.hasNullReturnPath()
                || finding.failures().isEmpty()
                || !message.notice().hasLink()
                || isOfServers(message, finding)) {
            return false;
        }
        Set<String> readers = message.readers();
        return finding.failures().stream()
                .allMatch(failure -> failure.recipient() != null
                        && readers.contains(failure.recipient().key()));
    }

    /** Returns whether a daemon gives no links but those that a server answered with: fixture daemon-to-reader.eml. */
    private static boolean isOfServers(Message message, Finding finding) {
        NoticeText notice = message.notice();
        if (notice.hasHiddenLink() || !Sender.isDaemon(message)) {
            return false;
        }
        int links = links(notice.text());
        int answered = 0;
        for (Failure failure : finding.failures()) {
            String said = failure.diagnostic();
            if (said != null
                    && (ReplyCode.find(said) != 0 || EnhancedStatus.find(said).isPresent())) {
                answered += links(said);
            }
        }
        return answered >= links;
    }

    private static int links(String text) {
        int links = 0;
        for (int at = text.indexOf("://"); at >= 0; at = text.indexOf("://", at + 1)) {
            links++;
        }
        return links;
    }

    /**
     * Returns how many signs a notice has that it is of many failures, or tells somebody of one.
     *
     * @param others how many there are beside those of its words and its subject
     */
    static int signs(Message message, NoticeText notice, int others) {
        int letter = count(Greeting.isByName(notice) && !isOfProgram(message, notice));
        String introduction = notice.text().substring(0, endOfIntroduction(notice));
        if (isAnyOf(ONE, introduction)) {
            // whose message could not be delivered is told so: its subject, a limit or a time may be of a day or a week
            return letter;
        }
        String subject = unquoted(message.subject());
        return letter
                + others
                + count(isAnyOf(SEVERAL, subject) || isAnyOf(SEVERAL, introduction))
                + count(isAnyOf(SUMMARY, subject))
                + count(isOfManyTimes(notice))
                + count(isOfManyMessages(notice));
    }

    /**
     * Returns whether somebody passes on a notice that came to them: below a line that says so, and that stands before any
     * address or code. A notice that comes from nobody is passed on by a program. Fixture postmaster-forwards-notice.eml
     */
    static boolean isForwarded(Message message, NoticeText notice) {
        return !message.hasNullReturnPath()
                && FORWARDED.isAnyIn(" " + notice.text().substring(0, endOfIntroduction(notice)) + " ");
    }

    /** Returns whether somebody greets somebody in a notice whose words a mail system uses. */
    static boolean isLetter(Message message, NoticeText notice) {
        return Greeting.isByName(notice) && !isToStranger(message);
    }

    /**
     * Returns whether a notice is a program's, whomever it greets: what the server said, or the field of a report, has a line
     * of its own; people work that into a sentence.
     */
    static boolean isOfProgram(Message message, NoticeText notice) {
        if (!isToStranger(message)) {
            return false;
        }
        for (int i = 0; i < notice.count(); i++) {
            int start = notice.textStart(i);
            if (ReplyCode.leading(notice.text(), start, notice.end(i)) >= 0
                    || notice.text().regionMatches(true, start, FIELD, 0, FIELD.length())) {
                return true;
            }
        }
        return Sender.isDaemon(message);
    }

    /**
     * Returns whether a notice, entitled like one, is from a program's address, or came from another house and has no return
     * path. A program greets whom the message was from by the name that stood there; people are asked in their own house.
     */
    private static boolean isToStranger(Message message) {
        return Sender.isDaemon(message)
                || Subjects.beginsLikeNotice(message.subject())
                        && !message.hasReturnPath()
                        && !Sender.isOfRecipientsDomain(message);
    }

    /** Returns where the first address or code stands: what a server said of other messages stands behind it. */
    private static int endOfIntroduction(NoticeText notice) {
        for (int i = 0; i < notice.count(); i++) {
            int code = ReplyCode.position(notice.text(), notice.start(i), notice.end(i));
            Addresses.Span address = Addresses.next(notice.text(), notice.start(i), notice.end(i));
            if (code >= 0 || address != null) {
                int start = address == null ? code : address.start();
                return code < 0 ? start : Math.min(code, start);
            }
        }
        return notice.end();
    }

    private static boolean isAnyOf(PhraseMatcher phrases, String words) {
        return phrases.isAnyIn(" " + words + " ");
    }

    private static int count(boolean sign) {
        return sign ? 1 : 0;
    }

    /** Returns what a subject says before what it may quote. */
    private static String unquoted(String subject) {
        int from = subject.startsWith("[") ? subject.indexOf(']') + 1 : 0;
        int to = subject.length();
        for (String quote : QUOTES) {
            int at = subject.indexOf(quote, from);
            to = at < 0 ? to : Math.min(to, at);
        }
        return subject.substring(from, to);
    }

    /** Returns whether a notice tells of failures of more than one message. */
    private static boolean isOfManyMessages(NoticeText notice) {
        String label = "message-id:";
        String first = null;
        for (int i = 0; i < notice.count(); i++) {
            if (notice.text().regionMatches(true, notice.textStart(i), label, 0, label.length())) {
                String id = notice.line(i).strip().substring(label.length()).strip();
                if (first != null && !first.equals(id)) {
                    return true;
                }
                first = id;
            }
        }
        return false;
    }

    /** Returns whether a notice lists addresses, each with a time of its own, over more than an hour: no queue run takes so long. */
    private static boolean isOfManyTimes(NoticeText notice) {
        Set<String> addresses = new HashSet<>();
        Set<String> moments = new HashSet<>();
        Set<String> days = new HashSet<>();
        int first = Integer.MAX_VALUE;
        int last = 0;
        for (int i = 0; i < notice.count() && addresses.size() < MAX_LISTED; i++) {
            String line = notice.line(i);
            String address = lastAddress(line);
            // attempts to reach one address are many too: the first one counts
            if (address == null || !addresses.add(address)) {
                continue;
            }
            Matcher day = DAY.matcher(line);
            Matcher time = TIME.matcher(line);
            String moment = "";
            if (day.find()) {
                days.add(day.group());
                moment = day.group();
            }
            if (time.find()) {
                int minute = MINUTES * Integer.parseInt(time.group(1)) + Integer.parseInt(time.group(2));
                first = Math.min(first, minute);
                last = Math.max(last, minute);
                moment += " " + minute;
            }
            if (!moment.isEmpty()) {
                moments.add(moment);
            }
        }
        return moments.size() >= MANY && (days.size() > 1 || last - first > MINUTES);
    }

    /** Logs name the sender first. */
    private static @Nullable String lastAddress(String line) {
        String last = null;
        for (Addresses.Span span = Addresses.next(line, 0); span != null; span = Addresses.next(line, span.end())) {
            last = span.text();
        }
        return last == null ? null : last.toLowerCase(Locale.ROOT);
    }
}
