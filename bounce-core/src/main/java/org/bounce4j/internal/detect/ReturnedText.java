package org.bounce4j.internal.detect;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.bounce4j.internal.PhraseMatcher;
import org.bounce4j.internal.mime.Headers;
import org.bounce4j.internal.mime.Part;
import org.jspecify.annotations.Nullable;

/**
 * Finds the returned message in a text: behind a line that announces it, or where header fields of a message stand. Reads its
 * header.
 */
final class ReturnedText {
    /** What speaks of a copy that nobody returns. */
    private static final PhraseMatcher ABOUT_COPIES =
            new PhraseMatcher(List.of("resend", "not receive", "not received", "not yet received", "not get a copy"));

    private static final int LONGEST_ANNOUNCEMENT = 120;
    private static final int LONGEST_FIELD_NAME = 40;
    /** How far behind an announcement the returned message may begin, in lines. */
    private static final int FURTHEST_MESSAGE = 7;
    /** How far behind the report its header may begin, in lines. */
    private static final int FURTHEST_HEADER = 25;
    /** How many lines behind an announcement are searched for an address. */
    private static final int LINES_NAMING = 10;

    /** Lines that say that the returned message follows. */
    private static final PhraseMatcher ANNOUNCEMENTS = new PhraseMatcher(List.of(
            "below this line is",
            "copy of the message",
            "copy of your message",
            "copy of the original message",
            "original message follows",
            "original text follows",
            "text of mail follows",
            "original message -",
            "original message:",
            "original message below",
            "original message as received",
            "header of the original message",
            "headers of the original message",
            "original message header",
            "message header follows",
            "headers follow",
            "unsent message follows",
            "unsent message below",
            "returned mail follows",
            "returned message",
            "returned mail ---",
            "start of returned",
            "header of the source mail",
            "original mail as follows",
            "bounced e-mail:",
            "bounced email:",
            "text of the original",
            "the message was returned",
            "your original message",
            "contents of the message",
            "undelivered message follows",
            "rejected message follows",
            "message text follows",
            // Mercury
            "= message text =",
            "message contents follow",
            "enclosed is a copy",
            "message returned below",
            "original email",
            "text of undelivered",
            "begin original",
            "-original message",
            "original mail:",
            "original mail -",
            "text of your message",
            "text of your mail",
            "old message:",
            "[ offending message ]",
            "ursprüngliche nachricht",
            "message d'origine",
            "message original",
            "mensaje original",
            "messaggio originale",
            "summary of the undelivered message you sent",
            "message is attached",
            "headers of your message",
            "oorspronkelijk bericht",
            "исходное сообщение",
            "исходного сообщения",
            "alkuperäinen viesti",
            "alkuperäisen viestin",
            "ursprungliga meddelandet",
            "ursprungligt meddelande",
            "oprindelige meddelelse",
            "opprinnelig melding",
            "opprinnelige meldingen",
            "mensagem original",
            "mesajul original",
            "oryginalna wiadomość",
            "oryginalnej wiadomości",
            "původní zpráv",
            "eredeti üzenet",
            "özgün ileti",
            "orijinal ileti",
            "原始邮件",
            "原邮件",
            "元のメッセージ",
            "원본 메시지",
            "original header",
            "header of your message",
            "here is a copy of the first part",
            // explains with examples of addresses; fixture phquery-text.eml
            "error detail (phquery"));

    /**
     * QUIRK: headings that reports use for other things as well: they announce the message where its header is below. Fixtures
     * message-headers-below.eml, message-headers-in-a-reason.eml
     */
    private static final Set<String> HEADINGS = Set.of(
            "message headers",
            "mail headers",
            "begin message",
            "begin headers",
            "begin message headers",
            "begin mail headers");

    private static final int LONGEST_HEADING = 80;
    /** How long the words of one are, in characters. */
    private static final int FEWEST_WORDS = "mail headers".length();

    private static final int MOST_WORDS = "begin message headers".length();

    private static final String RULES = "-=*#_:[] ";

    /** How many fields of a header are searched for its From. */
    private static final int FIELDS_ABOVE_FROM = 40;

    /**
     * QUIRK: Office 365 tells of the message, in whatever language, before it tells of the error: {@code Ursprüngliche
     * Nachrichtendetails}. Fixture office365-html-german.eml
     */
    private static final PhraseMatcher DETAILS = new PhraseMatcher(List.of(
            "details",
            "détails",
            "detalles",
            "dettagli",
            "detalhes",
            "detalii",
            "detaljer",
            "oplysninger",
            "uppgifter",
            "tiedot",
            "szczegóły",
            "podrobnosti",
            "részletei",
            "ayrıntıları",
            "сведения",
            "詳細",
            "세부",
            "详细"));

    /** Fields that no report has of its own at the start of a line, but a returned header has. */
    private static final WordList RETURNED_FIELDS = WordList.of(List.of(
            "received:",
            "return-path:",
            "dkim-signature:",
            "x-received:",
            "arc-seal:",
            "domainkey-signature:",
            "x-originating-ip:",
            "x-google-dkim-signature:",
            "x-google-smtp-source:",
            "authentication-results:",
            "mime-version:",
            "delivered-to:",
            "x-mailer:",
            "content-transfer-encoding:",
            "x-spam-"));

    /** Of two of these, one below the other and both quoted, one is no chance. */
    private static final WordList QUOTED_FIELDS =
            WordList.of(List.of("from:", "to:", "cc:", "subject:", "date:", "message-id:"));

    private final TextLines lines;
    private final String text;
    private final boolean ofExchange;
    private final boolean quotes;

    /**
     * Looks for nothing yet.
     *
     * @param ofExchange whether Exchange wrote the text
     * @param quotes whether a header that is quoted, {@code > From: }, is a returned message's: people quote what they answer
     */
    ReturnedText(TextLines lines, boolean ofExchange, boolean quotes) {
        this.lines = lines;
        this.ofExchange = ofExchange;
        this.quotes = quotes;
        text = lines.text();
    }

    /**
     * QUIRK: OpenSMTPD returns the message as a second text, and gateways of mobile networks the fields that they choose. Returns
     * the header of such a text, behind a line that announces it, or null. Fixture returned-in-second-text.eml
     */
    static @Nullable Headers inTextBehind(@Nullable Part words, Message message) {
        boolean behind = words != null && !words.type().equals("text/plain");
        for (Part text : message.texts()) {
            if (behind) {
                String start = text.text();
                TextLines lines = new TextLines(start.substring(0, Math.min(start.length(), NoticeText.MAX_CHARS)));
                ReturnedText second = new ReturnedText(lines, false, false);
                int announced = second.announced();
                Headers header = second.header(announced);
                if (header != null
                        && header.has("From")
                        && header.has("To")
                        && (announced > 0 || header.has("Received") || header.has("Message-ID"))) {
                    return header;
                }
            }
            behind |= text == words;
        }
        return null;
    }

    /** Returns where the line behind an announcement in the first line of a text begins; 0 where there is none. */
    private int announced() {
        int line = 0;
        int end = lines.end(line);
        while (end < text.length() && lines.skipSpace(line, end) == end) {
            line = lines.next(end);
            end = lines.end(line);
        }
        return ANNOUNCEMENTS.isAnyIn(text, line, end) ? lines.next(end) : 0;
    }

    /**
     * Returns whether the returned message begins with a line: announced by it, or with a field of a header.
     *
     * @param from where its words begin
     * @param to where its words end
     * @param lineEnd where it ends
     */
    boolean begins(int from, int to, int lineEnd) {
        return isReturnedField(from, to)
                || isAnnouncement(from, to, lineEnd)
                || isHeading(from, to, lineEnd)
                || quotes && isQuotedField(from, to) && isQuotedField(below(lineEnd), text.length());
    }

    private int below(int lineEnd) {
        int line = lines.next(lineEnd);
        return line < text.length() ? lines.skipSpace(line, lines.end(line)) : line;
    }

    /** Fixture quoted-header-behind-notice.eml */
    private boolean isQuotedField(int from, int to) {
        if (from >= to || text.charAt(from) != '>') {
            return false;
        }
        int name = from + 1;
        while (name < to && text.charAt(name) == ' ') {
            name++;
        }
        return name < to && QUOTED_FIELDS.isAtIgnoringCase(text, name, to);
    }

    /** Returns whether a line is a heading, and the next one with words in it begins a header that says who wrote it. */
    private boolean isHeading(int from, int to, int lineEnd) {
        if (to - from < FEWEST_WORDS || to - from > LONGEST_HEADING || !isHeading(from, to)) {
            return false;
        }
        boolean began = false;
        int line = lines.next(lineEnd);
        for (int i = 0; i < FIELDS_ABOVE_FROM && line < text.length(); i++) {
            int end = lines.end(line);
            int start = lines.skipSpace(line, end);
            if (start == end) {
                if (began) {
                    return false;
                }
            } else if (!began && !isField(start, end)) {
                return false;
            } else if (text.regionMatches(true, start, "from:", 0, 5)) {
                return true;
            } else {
                began = true;
            }
            line = lines.next(end);
        }
        return false;
    }

    /** Returns whether the words of a line are a heading's, without what rules it off. */
    private boolean isHeading(int from, int to) {
        int first = from;
        int last = to;
        while (first < last && RULES.indexOf(text.charAt(first)) >= 0) {
            first++;
        }
        while (last > first && RULES.indexOf(text.charAt(last - 1)) >= 0) {
            last--;
        }
        return last - first >= FEWEST_WORDS
                && last - first <= MOST_WORDS
                && HEADINGS.contains(text.substring(first, last).toLowerCase(Locale.ROOT));
    }

    private boolean isReturnedField(int start, int end) {
        int from = text.charAt(start) == '>' ? lines.skipSpace(start + 1, end) : start;
        return from < end && RETURNED_FIELDS.isAtIgnoringCase(text, from, end);
    }

    /** An announcement counts where what follows it is no more report: nothing, or what looks like a message. */
    private boolean isAnnouncement(int from, int to, int lineEnd) {
        if (to - from > LONGEST_ANNOUNCEMENT) {
            return false;
        }
        char last = text.charAt(to - 1);
        boolean ruled = isRule(from) || last == ':' || last == '-';
        int line = lines.next(lineEnd);
        int start = line;
        for (int i = 0; i < FURTHEST_MESSAGE && line < text.length(); i++) {
            int end = lines.end(line);
            start = lines.skipSpace(line, end);
            if (start < end) {
                // a rule below makes a heading of it; fixture ccmail-cclink.eml
                boolean follows =
                        ruled || isField(start, end) || isOnlyRule(start, end) || last == '.' && !namesSomebody(line);
                return follows && announces(from, to);
            }
            line = lines.next(end);
        }
        return announces(from, to);
    }

    /**
     * QUIRK: Symantec's gateway asks not to "resend your original message", MDaemon's old versions say who "did NOT receive a copy of
     * your message:"; fixtures symantec-delay.eml, mdaemon-without-copy.eml
     */
    private boolean announces(int from, int to) {
        return ANNOUNCEMENTS.isAnyIn(text, from, to)
                && !(ofExchange && DETAILS.isAnyIn(text, from, to))
                && !ABOUT_COPIES.isAnyIn(text, from, to);
    }

    private boolean isOnlyRule(int from, int to) {
        int end = NoticeText.trimSpace(text, from, to);
        int at = from;
        while (at < end && text.charAt(at) == text.charAt(from)) {
            at++;
        }
        return isRule(from) && at == end;
    }

    private boolean isRule(int from) {
        char first = text.charAt(from);
        return first == '-' || first == '=' || first == '*';
    }

    /** QUIRK: Postfix speaks of "the attached returned message" before it says whom it could not reach. */
    private boolean namesSomebody(int from) {
        int end = from;
        for (int i = 0; i < LINES_NAMING && end < text.length(); i++) {
            end = lines.next(lines.end(end));
        }
        return lines.indexOf('@', from, end) >= 0;
    }

    private boolean isField(int start, int end) {
        int from = text.charAt(start) == '>' ? lines.skipSpace(start + 1, end) : start;
        boolean spaced = false;
        for (int i = from; i < end && i - from <= LONGEST_FIELD_NAME; i++) {
            char c = text.charAt(i);
            if (c == ':' && i > from) {
                return !spaced;
            }
            spaced |= c <= ' ' || c > 0x7e;
        }
        return text.startsWith("From ", from);
    }

    /** Returns the header fields behind the report, which may be quoted or indented; null if there are none. */
    @Nullable
    Headers header(int reportEnd) {
        int line = reportEnd;
        for (int i = 0; i < FURTHEST_HEADER && line < text.length(); i++) {
            int end = lines.end(line);
            int from = lines.skipSpace(line, end);
            if (from < end && isField(from, end) && !isRule(from)) {
                return Headers.parse(unmarked(line, end).getBytes(StandardCharsets.UTF_8));
            }
            line = lines.next(end);
        }
        return null;
    }

    /** Returns where the blank line begins behind the lines from one on; -1 if one of them is too long to be read as one. */
    private int headerEnd(int start) {
        int line = start;
        while (line < text.length()) {
            int end = lines.end(line);
            if (lines.skipSpace(line, end) == end) {
                return line;
            }
            int next = lines.next(end);
            if (next == end && end < text.length()) {
                return -1;
            }
            line = next;
        }
        return line;
    }

    /** Returns the lines from one on up to a blank one, without the marks that the first one begins with. */
    private String unmarked(int start, int firstEnd) {
        int marked = start;
        while (marked < firstEnd && "> \t".indexOf(text.charAt(marked)) >= 0) {
            marked++;
        }
        int marks = marked - start;
        int whole = marks == 0 ? headerEnd(start) : -1;
        if (whole >= 0) {
            return text.substring(start, whole);
        }
        StringBuilder header = new StringBuilder();
        int line = start;
        while (line < text.length()) {
            int end = lines.end(line);
            if (lines.skipSpace(line, end) == end) {
                break;
            }
            boolean isMarked = end - line >= marks && text.regionMatches(start, text, line, marks);
            header.append(text, isMarked ? line + marks : line, end).append('\n');
            line = lines.next(end);
        }
        return header.toString();
    }
}
