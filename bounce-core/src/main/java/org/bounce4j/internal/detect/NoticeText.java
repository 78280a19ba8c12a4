package org.bounce4j.internal.detect;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.bounce4j.internal.PhraseMatcher;
import org.bounce4j.internal.mime.Headers;
import org.bounce4j.internal.mime.HtmlText;
import org.bounce4j.internal.mime.Part;
import org.jspecify.annotations.Nullable;

/**
 * The words of a notice, cut where the returned message begins: by a line that announces it, or where header fields of a
 * message stand.
 */
final class NoticeText {
    /** Marks of direction. */
    private static final String INVISIBLE = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069";

    private static final int MAX_LINES = 2_000;
    private static final int LONGEST_LINE = 2_000;
    private static final int MAX_CHARS = 64 * 1024;

    /** A line that is no longer, in characters, and names nobody is no report yet, behind which a message may be returned. */
    private static final int LONGEST_MARK = 20;

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
    private static final List<String> RETURNED_FIELDS = List.of(
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
            "x-spam-");

    /** The beginnings of {@link #RETURNED_FIELDS}. */
    private static final String RETURNED_LETTERS = "rdxamcRDXAMC";

    /** In how much of the beginning of a report phrases are looked for, in characters. */
    private static final int MAX_SEARCHED = 8_000;

    private final String text;
    private final boolean ofExchange;
    /** Where the report's lines begin and end, in turn. */
    private int[] bounds = new int[64];

    private int count;
    private @Nullable String lower;
    private @Nullable Asides asides;
    private PhraseMatcher.@Nullable Found phrases;

    private final @Nullable Headers original;
    private final boolean cut;
    private final boolean linked;

    /**
     * Reads a text.
     *
     * @param text the text, its lines separated by LF
     * @param attached the header of the returned message where it hangs on the notice
     * @param longer whether there is more text than this
     * @param linked whether a link stands behind words of it
     * @param ofExchange whether Exchange wrote it
     */
    private NoticeText(String text, @Nullable Headers attached, boolean longer, boolean linked, boolean ofExchange) {
        this.text = text;
        this.linked = linked;
        this.ofExchange = ofExchange;
        int end = readReport();
        cut = end == text.length() && (longer || count == MAX_LINES);
        original = attached == null ? inline(end) : attached;
    }

    /** Reads no report. */
    private NoticeText(String text) {
        this.text = text;
        ofExchange = false;
        original = null;
        cut = false;
        linked = false;
    }

    static NoticeText of(Message message) {
        Part part = message.words();
        Headers attached = message.attachedOriginal();
        attached = attached == null ? inTextBehind(part, message) : attached;
        if (part == null) {
            return new NoticeText("", attached, false, false, false);
        }
        String text = part.text();
        boolean longer = text.length() > MAX_CHARS;
        if (longer) {
            text = text.substring(0, MAX_CHARS);
        }
        boolean html = part.type().equals("text/html");
        return new NoticeText(
                visible(html ? HtmlText.of(text) : text),
                attached,
                longer,
                html && hasReference(text),
                Sender.isExchange(message));
    }

    /**
     * QUIRK: mailers that write from right to left put marks of direction around addresses and codes; fixture
     * right-to-left.eml. Returns a text without them.
     */
    private static String visible(String text) {
        String visible = text;
        for (int i = 0; i < INVISIBLE.length(); i++) {
            char mark = INVISIBLE.charAt(i);
            // at once where the text is in Latin letters only
            if (visible.indexOf(mark) >= 0) {
                visible = visible.replace(String.valueOf(mark), "");
            }
        }
        return visible;
    }

    /**
     * QUIRK: OpenSMTPD returns the message as a second text, and gateways of mobile networks the fields that they choose. Returns
     * the header of such a text, behind a line that announces it, or null. Fixture returned-in-second-text.eml
     */
    private static @Nullable Headers inTextBehind(@Nullable Part words, Message message) {
        boolean behind = words != null && !words.type().equals("text/plain");
        for (Part text : message.texts()) {
            if (behind) {
                String start = text.text();
                NoticeText second = new NoticeText(start.substring(0, Math.min(start.length(), MAX_CHARS)));
                Headers header = second.inline(second.announced());
                if (header != null
                        && header.has("From")
                        && header.has("To")
                        && (second.announced() > 0 || header.has("Received") || header.has("Message-ID"))) {
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
        int end = lineEnd(line);
        while (end < text.length() && skipSpace(line, end) == end) {
            line = next(end);
            end = lineEnd(line);
        }
        return ANNOUNCEMENTS.isAnyIn(text, line, end) ? next(end) : 0;
    }

    /** Finds the lines of the report, and returns where it ends. */
    private int readReport() {
        boolean anything = false;
        int line = 0;
        while (line < text.length() && count < MAX_LINES) {
            int end = lineEnd(line);
            int from = skipSpace(line, end);
            int to = trimSpace(from, end);
            if (anything && from < to && (isReturnedField(from, to) || isAnnouncement(from, to, end))) {
                return line;
            }
            add(line, end);
            anything = anything || to - from > LONGEST_MARK || indexOf('@', from, to) >= 0;
            line = next(end);
        }
        return line < text.length() && count < MAX_LINES ? line : text.length();
    }

    private void add(int start, int end) {
        if (2 * count == bounds.length) {
            bounds = Arrays.copyOf(bounds, 2 * bounds.length);
        }
        bounds[2 * count] = start;
        bounds[2 * count + 1] = end;
        count++;
    }

    /** Returns where a line ends. No server writes lines as long as what is cut in two here: searching one takes its square. */
    private int lineEnd(int start) {
        int end = text.indexOf('\n', start);
        return Math.min(end < 0 ? text.length() : end, start + LONGEST_LINE);
    }

    private int next(int end) {
        return end < text.length() && text.charAt(end) == '\n' ? end + 1 : end;
    }

    private int skipSpace(int start, int end) {
        int from = start;
        while (from < end && Character.isWhitespace(text.charAt(from))) {
            from++;
        }
        return from;
    }

    private int trimSpace(int start, int end) {
        return trimSpace(text, start, end);
    }

    /** Returns where a piece of text ends without the white space behind it. */
    static int trimSpace(String text, int start, int end) {
        int to = end;
        while (to > start && Character.isWhitespace(text.charAt(to - 1))) {
            to--;
        }
        return to;
    }

    private int indexOf(char c, int from, int to) {
        int at = text.indexOf(c, from);
        return at < to ? at : -1;
    }

    private boolean isReturnedField(int start, int end) {
        int from = text.charAt(start) == '>' ? skipSpace(start + 1, end) : start;
        if (from == end || RETURNED_LETTERS.indexOf(text.charAt(from)) < 0) {
            return false;
        }
        for (String field : RETURNED_FIELDS) {
            if (end - from >= field.length() && text.regionMatches(true, from, field, 0, field.length())) {
                return true;
            }
        }
        return false;
    }

    /** An announcement counts where what follows it is no more report: nothing, or what looks like a message. */
    private boolean isAnnouncement(int from, int to, int lineEnd) {
        if (to - from > LONGEST_ANNOUNCEMENT) {
            return false;
        }
        char last = text.charAt(to - 1);
        boolean ruled = isRule(from) || last == ':' || last == '-';
        int line = next(lineEnd);
        int start = line;
        for (int i = 0; i < FURTHEST_MESSAGE && line < text.length(); i++) {
            int end = lineEnd(line);
            start = skipSpace(line, end);
            if (start < end) {
                boolean follows = ruled || isField(start, end) || last == '.' && !namesSomebody(line);
                return follows && announces(from, to);
            }
            line = next(end);
        }
        return announces(from, to);
    }

    /** QUIRK: Symantec's gateway asks not to "resend your original message"; fixture symantec-delay.eml. */
    private boolean announces(int from, int to) {
        return ANNOUNCEMENTS.isAnyIn(text, from, to)
                && !(ofExchange && DETAILS.isAnyIn(text, from, to))
                && !text.substring(from, to).toLowerCase(Locale.ROOT).contains("resend");
    }

    private boolean isRule(int from) {
        char first = text.charAt(from);
        return first == '-' || first == '=' || first == '*';
    }

    /** QUIRK: Postfix speaks of "the attached returned message" before it says whom it could not reach. */
    private boolean namesSomebody(int from) {
        int end = from;
        for (int i = 0; i < LINES_NAMING && end < text.length(); i++) {
            end = next(lineEnd(end));
        }
        return indexOf('@', from, end) >= 0;
    }

    private boolean isField(int start, int end) {
        int from = text.charAt(start) == '>' ? skipSpace(start + 1, end) : start;
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

    /** Reads the header fields behind the report, which may be quoted or indented. */
    private @Nullable Headers inline(int reportEnd) {
        int line = reportEnd;
        for (int i = 0; i < FURTHEST_HEADER && line < text.length(); i++) {
            int end = lineEnd(line);
            int from = skipSpace(line, end);
            if (from < end && isField(from, end) && !isRule(from)) {
                return Headers.parse(header(line, end).getBytes(StandardCharsets.UTF_8));
            }
            line = next(end);
        }
        return null;
    }

    /** Returns the lines from one on up to a blank one, without the marks that the first one begins with. */
    private String header(int start, int firstEnd) {
        int marked = start;
        while (marked < firstEnd && "> \t".indexOf(text.charAt(marked)) >= 0) {
            marked++;
        }
        int marks = marked - start;
        StringBuilder header = new StringBuilder();
        int line = start;
        while (line < text.length()) {
            int end = lineEnd(line);
            if (skipSpace(line, end) == end) {
                break;
            }
            boolean isMarked = end - line >= marks && text.regionMatches(start, text, line, marks);
            header.append(text, isMarked ? line + marks : line, end).append('\n');
            line = next(end);
        }
        return header.toString();
    }

    /** Returns the words, of which the report is the beginning; its lines end with LF. */
    String text() {
        return text;
    }

    /** Returns how many lines the report has. */
    int count() {
        return count;
    }

    /** Returns where in the text a line of the report begins. */
    int start(int line) {
        return bounds[2 * line];
    }

    /** Returns where in the text a line of the report ends, before its line end. */
    int end(int line) {
        return bounds[2 * line + 1];
    }

    /** Returns where in the text the words of a line begin, behind its white space. */
    int textStart(int line) {
        return skipSpace(start(line), end(line));
    }

    /** Returns how much white space a line of the report begins with, in characters. */
    int indentation(int line) {
        return textStart(line) - start(line);
    }

    /** Returns a line of the report. */
    String line(int line) {
        return text.substring(start(line), end(line));
    }

    /** Returns a piece of the text without the punctuation it begins with. */
    String behindPunctuation(int from, int to) {
        int start = Math.min(from, to);
        while (start < to && ":,;. \t-".indexOf(text.charAt(start)) >= 0) {
            start++;
        }
        return text.substring(start, to);
    }

    /** Returns where the report ends, before its last line end. */
    int end() {
        return count == 0 ? 0 : end(count - 1);
    }

    /** Returns the line of the report in which this position of the text is. */
    int lineAt(int position) {
        int line = 0;
        while (line + 1 < count && start(line + 1) <= position) {
            line++;
        }
        return line;
    }

    /** Returns the report in lower case, character by character, so that positions are the same. */
    String lowerCase() {
        String known = lower;
        if (known == null) {
            String report = text.substring(0, end());
            known = report.toLowerCase(Locale.ROOT);
            if (known.length() != report.length()) {
                char[] characters = report.toCharArray();
                for (int i = 0; i < characters.length; i++) {
                    characters[i] = Character.toLowerCase(characters[i]);
                }
                known = new String(characters);
            }
            lower = known;
        }
        return known;
    }

    /** Returns whether a line of the report holds nothing but white space. */
    boolean isBlank(int line) {
        return skipSpace(start(line), end(line)) == end(line);
    }

    /** Returns whether a line of the report says nothing of what happened. */
    boolean isAside(int line) {
        Asides known = asides;
        if (known == null) {
            known = new Asides(this, mayHaveFooters());
            asides = known;
        }
        return known.has(line);
    }

    /** Returns words of the report from one line up to another, as far as they may say what happened. */
    String words(int fromLine, int toLine, int max) {
        StringBuilder words = new StringBuilder(Math.min(end() + 1, max));
        for (int i = fromLine; i < toLine && words.length() < max; i++) {
            if (!isAside(i)) {
                words.append(text, start(i), end(i)).append(' ');
            }
        }
        return words.toString();
    }

    /** Returns which phrases of the {@linkplain Dialects mailers} stand in the first characters of the report. */
    PhraseMatcher.Found find(int max) {
        return Dialects.standard().find(text, 0, Math.min(max, end()));
    }

    /** Returns which of them stand in the beginning of the report, looked for once. */
    PhraseMatcher.Found phrases() {
        PhraseMatcher.Found known = phrases;
        if (known == null) {
            known = find(MAX_SEARCHED);
            phrases = known;
        }
        return known;
    }

    /** Returns whether footers may stand in the report. They are looked for anyway where nobody has asked for its phrases yet. */
    private boolean mayHaveFooters() {
        PhraseMatcher.Found known = phrases;
        return known == null || end() > MAX_SEARCHED || Dialects.standard().isIn("boilerplate", known);
    }

    /** Returns whether there is a link in it: written out, or behind words. */
    boolean hasLink() {
        return linked || lowerCase().contains("://");
    }

    /** Returns whether a link stands behind words of it. */
    boolean hasHiddenLink() {
        return linked;
    }

    private static boolean hasReference(String html) {
        String lower = html.toLowerCase(Locale.ROOT);
        return lower.contains("href=\"http") || lower.contains("href='http") || lower.contains("href=http");
    }

    /** Returns whether the notice goes on where the reading stopped. */
    boolean isCut() {
        return cut;
    }

    /** Returns the header of the returned message, or null. */
    @Nullable
    Headers original() {
        return original;
    }
}
