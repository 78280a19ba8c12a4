package org.bounce4j.internal.detect;

import java.util.BitSet;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds the addresses with which the lines of a notice begin, and what stands behind each. */
final class LeadingAddresses {
    private static final int LONGEST_NAME = 60;
    /** How far before an address a code begins at most: {@code 550-5.1.100 <}. */
    static final int LONGEST_CODES = 14;

    /** In lines. */
    private static final int LONGEST_REPLY = 20;

    private final NoticeText notice;
    private final String text;
    private final Aliases aliases;
    /** What was found on the lines that were read: whoever asks for one may ask again. */
    private final @Nullable Mention[] found;

    private final BitSet read;

    LeadingAddresses(NoticeText notice) {
        this.notice = notice;
        text = notice.text();
        aliases = new Aliases(notice);
        found = new Mention[notice.count()];
        read = new BitSet(found.length);
    }

    /** Returns the address at the start of a line, behind bullets, quotes and brackets; null if there is none. */
    @Nullable
    Mention of(int line) {
        if (!read.get(line)) {
            found[line] = find(line);
            read.set(line);
        }
        return found[line];
    }

    private @Nullable Mention find(int line) {
        int lineEnd = notice.end(line);
        int start = notice.start(line);
        while (start < lineEnd && " \t*-•·>\"'[(<«“`|".indexOf(text.charAt(start)) >= 0) {
            start++;
        }
        start = behindNumber(start, lineEnd);
        start = opensLocalPart(start, lineEnd) ? start - 1 : start;
        Addresses.Span span = Addresses.next(text, start, lineEnd);
        if (span == null) {
            return null;
        }
        int above = isAlone(line, span) ? line - 2 : line - 1;
        if (above >= 0 && AddressWords.endsBeforeOther(notice.line(above))
                || line > 0 && aliases.beginAtEndOf(line - 1)) {
            return null;
        }
        if (continues(line, start, span)) {
            return null;
        }
        if (endsReply(line, start, span)) {
            return null;
        }
        if (span.start() > start + 1
                && AddressWords.isForwardedTo(
                        text.substring(start, span.start()).toLowerCase(Locale.ROOT))) {
            return null;
        }
        if (span.start() - start <= LONGEST_CODES && ReplyCode.isAt(text, start, notice.start(line), lineEnd)) {
            return new Mention(span.text(), line, transcript(line, text.substring(start, lineEnd)), true);
        }
        if (span.start() > start + 1
                && !isPrefix(text.substring(start, span.start()))
                && !isName(text.substring(start, span.start()), span.end(), lineEnd)) {
            return null;
        }
        int end = span.end();
        while (end < lineEnd && ">\"')]»”`".indexOf(text.charAt(end)) >= 0) {
            end++;
        }
        if (end < lineEnd && ":,;. \t([<-".indexOf(text.charAt(end)) < 0) {
            return null;
        }
        boolean another = end + 1 < lineEnd && text.charAt(end) == ' ' && text.charAt(end + 1) == '<';
        Addresses.Span second = another ? Addresses.next(text, end, lineEnd) : null;
        if (second != null && second.start() == end + 2) {
            // QUIRK: an address as the name in front of the address
            return new Mention(second.text(), line, notice.behindPunctuation(second.end() + 1, lineEnd));
        }
        return new Mention(span.text(), line, notice.behindPunctuation(end, lineEnd));
    }

    /**
     * Returns whether nothing stands above an address, beside it or, as a reply, below it: whatever is said of it is then said
     * above that. Fixtures new-address-below.eml, message-from-above.eml
     */
    private boolean isAlone(int line, Addresses.Span span) {
        int below = line + 1;
        return line > 1
                && notice.isBlank(line - 1)
                && notice.behindPunctuation(span.end(), notice.end(line)).length() <= 1
                && (below >= notice.count() || ReplyCode.leading(text, notice.textStart(below), notice.end(below)) < 0);
    }

    /**
     * QUIRK: Postfix indents what servers said, {@code <a@b>: host x said: 550 ... write to}, wherever its lines are full; fixture
     * postfix-address-in-reply.eml. Returns whether a bare address stands in the paragraph of another one.
     */
    private boolean continues(int line, int start, Addresses.Span span) {
        if (span.start() != start || start > notice.textStart(line)) {
            return false;
        }
        int head = line;
        while (head > 0 && line - head < LONGEST_REPLY && notice.indentation(head) > 0 && !notice.isBlank(head)) {
            head--;
        }
        boolean own = span.end() < notice.end(line) && ":(".indexOf(text.charAt(span.end())) >= 0;
        if (head == line || own) {
            return false;
        }
        int open = notice.start(head);
        Addresses.Span first = Addresses.next(text, open, notice.end(head));
        return first != null
                && first.start() == open + 1
                && text.substring(open, start).contains(" said: ");
    }

    /**
     * Returns whether a bare address stands in the last line of a reply of several: {@code 550-5.7.1 ... forward it to}, {@code 550
     * 5.7.1 a@b with full headers}. Fixture address-ends-reply.eml
     */
    private boolean endsReply(int line, int start, Addresses.Span span) {
        if (line == 0 || text.charAt(span.start() - (span.start() > start ? 1 : 0)) == '<') {
            return false;
        }
        int above = notice.textStart(line - 1);
        return Character.isDigit(text.charAt(start))
                && text.startsWith(" ", start + 3)
                && text.startsWith("-", above + 3)
                && text.regionMatches(above, text, start, 3);
    }

    /**
     * QUIRK: Sendmail says itself why it returns a mail, {@code 554 <a@b>... Remote protocol error}, below what the other server
     * or the local mailer had said: {@code <<< 501 ...}, {@code mail.local: unknown user: a}.
     */
    private String transcript(int number, String line) {
        String before = number > 0 ? notice.line(number - 1).strip() : "";
        if (before.startsWith("<<< ")) {
            return before.substring(4).strip();
        }
        String words = line.toLowerCase(Locale.ROOT);
        boolean empty = words.contains("service unavailable")
                || words.contains("remote protocol error")
                || words.contains("can't create output")
                || words.contains("unknown mailer error");
        boolean said = !before.isEmpty()
                && !Mentions.isRule(before)
                && !before.startsWith(">>>")
                && before.indexOf("while talking") < 0;
        return empty && said ? line + " " + before : line;
    }

    /** {@code SMTP:}, and names in front of the address in brackets: {@code Jane Doe <jane@example.com>}. */
    private static boolean isPrefix(String beforeAddress) {
        String prefix = beforeAddress.toLowerCase(Locale.ROOT);
        if (ReplyCode.find(prefix) != 0 || AddressWords.OTHER_LABELS.isAnyIn(prefix)) {
            return false;
        }
        if (prefix.equals("smtp:")
                || prefix.equals("mailto:")
                || prefix.equals("rfc822;")
                // QUIRK: uucp names the job that waits, "host!rmail a@b"; fixture uucp-waiting.eml
                || prefix.endsWith("!rmail ")
                // CommuniGate Pro
                || prefix.equals("failed to deliver to '")
                || prefix.equals("failed to deliver to '<")
                || prefix.equals("message delivery to '")
                || prefix.equals("message delivery to '<")
                || prefix.endsWith(":<") && prefix.indexOf(' ') < 0) {
            return true;
        }
        boolean name = prefix.endsWith("<") && prefix.length() < LONGEST_NAME;
        return name
                && prefix.indexOf(':') < 0
                && prefix.indexOf('=') < 0
                && !AddressWords.FAILURE_WORDS.isAnyIn(prefix)
                && !prefix.contains(" to ")
                && !prefix.startsWith("to ");
    }

    /** QUIRK: Exchange puts the address behind the name, {@code Jane Doe (jane@example.com) on 3/2/2026 8:00 AM}. */
    private boolean isName(String beforeAddress, int end, int lineEnd) {
        boolean closed = beforeAddress.endsWith(" (") && end < lineEnd && text.charAt(end) == ')';
        boolean alone = closed && (end + 1 == lineEnd && isListed(lineEnd) || text.startsWith(" on ", end + 1));
        return alone
                && beforeAddress.length() < LONGEST_NAME
                && Character.isUpperCase(beforeAddress.charAt(0))
                && !AddressWords.FAILURE_WORDS.isAnyIn(beforeAddress)
                && beforeAddress.chars().allMatch(c -> Character.isLetter(c) || " .,'-(".indexOf(c) >= 0);
    }

    /** Returns whether no address stands above a line, or one that ends its line so too: others are signatures. Fixture signed-by-team.eml */
    private boolean isListed(int lineEnd) {
        int above = text.lastIndexOf('@', text.lastIndexOf('\n', lineEnd - 1));
        int end = above < 0 ? -1 : text.indexOf('\n', above);
        return end < 0 || text.charAt(NoticeText.trimSpace(text, above, end) - 1) == ')' || isRefusedBelow(lineEnd);
    }

    /** Fixture names-above-codes.eml */
    private boolean isRefusedBelow(int lineEnd) {
        int from = lineEnd + 1;
        while (from < text.length() && text.charAt(from) == ' ') {
            from++;
        }
        int to = text.indexOf('\n', from);
        return to > from && ReplyCode.leading(text, from, to) >= 0;
    }

    /** Returns where an item of a numbered list begins, {@code 1) } or {@code [1] }. */
    private int behindNumber(int from, int lineEnd) {
        int end = from;
        while (end < lineEnd && end - from < 3 && Character.isDigit(text.charAt(end))) {
            end++;
        }
        boolean numbered = end > from && end + 1 < lineEnd && ")]".indexOf(text.charAt(end)) >= 0;
        return numbered && text.charAt(end + 1) == ' ' ? end + 2 : from;
    }

    /** Whether the quote before this position belongs to the address, as gateways to X.400 write them: {@code "/G=A/S=B/"@c.d}. */
    private boolean opensLocalPart(int from, int lineEnd) {
        int close = from > 0 && text.charAt(from - 1) == '"' ? text.indexOf('"', from) : -1;
        return close > from && close + 1 < lineEnd && text.charAt(close + 1) == '@';
    }
}
