package org.bounce4j.internal.detect;

import java.util.Arrays;
import java.util.Locale;
import org.bounce4j.internal.PhraseMatcher;
import org.bounce4j.internal.mime.Headers;
import org.bounce4j.internal.mime.Part;
import org.jspecify.annotations.Nullable;

/**
 * The words of a notice, cut where the returned message begins: by a line that announces it, or where header fields of a
 * message stand.
 */
final class NoticeText {
    /** Marks of direction. */
    private static final String INVISIBLE = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069";

    /** How much of a text is read, in characters. */
    static final int MAX_CHARS = 64 * 1024;

    private static final int MAX_LINES = 2_000;

    /** A line that is no longer, in characters, and names nobody is no report yet, behind which a message may be returned. */
    private static final int LONGEST_MARK = 20;

    /** In how much of the beginning of a report phrases are looked for, in characters. */
    private static final int MAX_SEARCHED = 8_000;

    private final String text;
    private final TextLines lines;
    /** Where the report's lines begin and end, in turn. */
    private int[] bounds = new int[64];

    private int count;
    private @Nullable String lower;
    private @Nullable Asides asides;
    private @Nullable LeadingAddresses leading;
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
     * @param quotes whether a quoted header is that of the returned message
     */
    private NoticeText(
            String text,
            @Nullable Headers attached,
            boolean longer,
            boolean linked,
            boolean ofExchange,
            boolean quotes) {
        this.text = text;
        this.linked = linked;
        lines = new TextLines(text);
        ReturnedText returned = new ReturnedText(lines, ofExchange, quotes);
        int end = readReport(returned);
        cut = end == text.length() && (longer || count == MAX_LINES);
        original = attached == null ? returned.header(end) : attached;
    }

    static NoticeText of(Message message) {
        Part part = message.words();
        Headers attached = message.attachedOriginal();
        attached = attached == null ? ReturnedText.inTextBehind(part, message) : attached;
        if (part == null) {
            return new NoticeText("", attached, false, false, false, false);
        }
        String text = beginning(part);
        boolean html = part.type().equals("text/html");
        return new NoticeText(
                visible(html ? message.wordsOf(part) : text),
                attached,
                part.text().length() > MAX_CHARS,
                html && hasReference(text),
                Sender.isExchange(message),
                message.isFromNobody());
    }

    /** Returns as much of a text as is read. */
    static String beginning(Part part) {
        String text = part.text();
        return text.substring(0, Math.min(text.length(), MAX_CHARS));
    }

    /**
     * QUIRK: mailers that write from right to left put marks of direction around addresses and codes; fixture
     * right-to-left.eml. Returns a text without them.
     */
    static String visible(String text) {
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

    /** Finds the lines of the report, and returns where it ends. */
    private int readReport(ReturnedText returned) {
        boolean anything = false;
        int line = 0;
        while (line < text.length() && count < MAX_LINES) {
            int end = lines.end(line);
            int from = lines.skipSpace(line, end);
            int to = trimSpace(text, from, end);
            if (anything && from < to && returned.begins(from, to, end)) {
                return line;
            }
            add(line, end);
            anything = anything || to - from > LONGEST_MARK || lines.indexOf('@', from, to) >= 0;
            line = lines.next(end);
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

    /** Returns where a piece of text ends without the white space behind it. */
    static int trimSpace(String text, int start, int end) {
        int to = end;
        while (to > start && Character.isWhitespace(text.charAt(to - 1))) {
            to--;
        }
        return to;
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
        return lines.skipSpace(start(line), end(line));
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
        return lines.skipSpace(start(line), end(line)) == end(line);
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

    /** Returns the address at the start of a line of the report; null if there is none. */
    @Nullable
    Mention leading(int line) {
        LeadingAddresses known = leading;
        if (known == null) {
            known = new LeadingAddresses(this);
            leading = known;
        }
        return known.of(line);
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

    /**
     * Returns what {@link #words} does, a semicolon for each empty line: what one paragraph says is not said in the next. Fixture
     * sender-named-in-next-paragraph.eml
     */
    String paragraphs(int fromLine, int toLine, int max) {
        StringBuilder words = new StringBuilder(Math.min(end() + 1, max));
        boolean over = false;
        for (int i = fromLine; i < toLine && words.length() < max; i++) {
            if (isBlank(i)) {
                over = words.length() > 0;
            } else if (!isAside(i)) {
                words.append(over ? "; " : "").append(text, start(i), end(i)).append(' ');
                over = false;
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
        for (int equals = html.indexOf('='); equals >= 0; equals = html.indexOf('=', equals + 1)) {
            boolean quoted = html.startsWith("\"", equals + 1) || html.startsWith("'", equals + 1);
            if (html.regionMatches(true, equals - 4, "href", 0, 4)
                    && html.regionMatches(true, equals + (quoted ? 2 : 1), "http", 0, 4)) {
                return true;
            }
        }
        return false;
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
