package org.bounce4j.internal.detect;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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
    private static final int MAX_LINES = 2_000;
    private static final int LONGEST_LINE = 2_000;
    private static final int MAX_CHARS = 64 * 1024;

    /** Lines that say that the returned message follows. */
    private static final PhraseMatcher ANNOUNCEMENTS = new PhraseMatcher(List.of(
            "below this line is",
            "copy of the message",
            "copy of your message",
            "copy of the original message",
            "original message follows",
            "original message -",
            "original message:",
            "original message below",
            "original message as received",
            "header of the original message",
            "headers of the original message",
            "original message header",
            "message headers follow",
            "message header follows",
            "headers follow",
            "unsent message follows",
            "unsent message below",
            "returned mail follows",
            "returned message",
            "returned mail ---",
            "start of returned",
            "header of the source mail",
            "copy of the message header",
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
            "message contents follow",
            "lines of your original message",
            "enclosed is a copy",
            "message returned below",
            "original email",
            "text of undelivered",
            "begin original",
            "-original message",
            "original mail:",
            "old message:",
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
            "original header",
            "header of your message",
            "here is a copy of the first part"));

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

    private final List<String> lines;
    private final @Nullable Headers original;
    private final List<String> lower;
    private final boolean cut;

    private NoticeText(List<String> lines, List<String> lower, @Nullable Headers original, boolean cut) {
        this.cut = cut;
        this.lines = lines;
        this.lower = lower;
        this.original = original;
    }

    static NoticeText of(Message message) {
        Part part = message.words();
        Headers attached = message.attachedOriginal();
        if (part == null) {
            return new NoticeText(List.of(), List.of(), attached, false);
        }
        String text = part.text();
        boolean longer = text.length() > MAX_CHARS;
        if (longer) {
            text = text.substring(0, MAX_CHARS);
        }
        if (part.type().equals("text/html")) {
            text = HtmlText.of(text);
        }
        List<String> all = split(text);
        List<String> lower = new ArrayList<>();
        int end = endOfReport(all, lower);
        return new NoticeText(
                all.subList(0, end),
                lower.subList(0, end),
                attached != null ? attached : inline(all, end),
                end == all.size() && (longer || end == MAX_LINES));
    }

    /** Splits at LF, CR LF and CR. */
    private static List<String> split(String text) {
        List<String> lines = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= text.length() && lines.size() < MAX_LINES; i++) {
            char c = i < text.length() ? text.charAt(i) : '\n';
            if (c != '\n' && c != '\r' && i - start == LONGEST_LINE) {
                // no server writes such lines: what searches a line would take its square
                lines.add(text.substring(start, i));
                start = i;
            }
            if (c == '\n' || c == '\r') {
                lines.add(text.substring(start, i));
                if (text.startsWith("\r\r\n", i)) {
                    // QUIRK: line ends that were made twice
                    i += 2;
                } else if (text.startsWith("\r\n", i)) {
                    i++;
                }
                start = i + 1;
            }
        }
        return lines;
    }

    /** Returns where the report ends, and leaves its lines in lower case. */
    private static int endOfReport(List<String> lines, List<String> lower) {
        boolean anything = false;
        for (int i = 0; i < lines.size(); i++) {
            lower.add(lines.get(i).toLowerCase(Locale.ROOT));
            String line = lower.get(i).strip();
            if (anything && (isReturnedField(line) || isAnnouncement(line, lines, i))) {
                return i;
            }
            anything |= line.indexOf('@') >= 0 || line.length() > 20;
        }
        return lines.size();
    }

    private static boolean isReturnedField(String line) {
        if (line.indexOf('-') < 0 && line.indexOf(':') < 0) {
            return false;
        }
        String bare = line.startsWith(">") ? line.substring(1).stripLeading() : line;
        for (String field : RETURNED_FIELDS) {
            if (bare.startsWith(field)) {
                return true;
            }
        }
        return false;
    }

    /** An announcement counts where what follows it is no more report: nothing, or what looks like a message. */
    private static boolean isAnnouncement(String line, List<String> lines, int at) {
        if (line.length() > 120) {
            return false;
        }
        if (!ANNOUNCEMENTS.isAnyIn(line)) {
            return false;
        }
        boolean ruled = line.startsWith("-")
                || line.startsWith("=")
                || line.startsWith("*")
                || line.endsWith(":")
                || line.endsWith("-");
        for (int i = at + 1; i < Math.min(lines.size(), at + 8); i++) {
            String next = lines.get(i).strip();
            if (!next.isEmpty()) {
                return ruled || isField(next) || line.endsWith(".") && !namesSomebody(lines, i);
            }
        }
        return true;
    }

    /** QUIRK: Postfix speaks of "the attached returned message" before it says whom it could not reach. */
    private static boolean namesSomebody(List<String> lines, int from) {
        for (int i = from; i < Math.min(lines.size(), from + 10); i++) {
            if (lines.get(i).indexOf('@') >= 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean isField(String line) {
        String bare = line.startsWith(">") ? line.substring(1).stripLeading() : line;
        int colon = bare.indexOf(':');
        if (colon < 1 || colon > 40) {
            return bare.startsWith("From ");
        }
        for (int i = 0; i < colon; i++) {
            char c = bare.charAt(i);
            if (c <= ' ' || c > 0x7e) {
                return false;
            }
        }
        return true;
    }

    /** Reads the header fields behind the report, which may be quoted or indented. */
    private static @Nullable Headers inline(List<String> lines, int end) {
        int start = -1;
        for (int i = end; i < Math.min(lines.size(), end + 25) && start < 0; i++) {
            String line = lines.get(i).strip();
            start = !line.isEmpty() && isField(line) && !isAnnouncementLike(line) ? i : -1;
        }
        if (start < 0) {
            return null;
        }
        String first = lines.get(start);
        int prefix = 0;
        while (prefix < first.length()
                && (first.charAt(prefix) == '>' || first.charAt(prefix) == ' ' || first.charAt(prefix) == '\t')) {
            prefix++;
        }
        String marks = first.substring(0, prefix);
        StringBuilder header = new StringBuilder();
        for (int i = start; i < lines.size() && !lines.get(i).isBlank(); i++) {
            String line = lines.get(i);
            header.append(line.startsWith(marks) ? line.substring(prefix) : line)
                    .append('\n');
        }
        return Headers.parse(header.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static boolean isAnnouncementLike(String line) {
        return line.startsWith("-") || line.startsWith("=") || line.startsWith("*");
    }

    /** Returns the report's lines. */
    List<String> lines() {
        return lines;
    }

    /** Returns the report's lines in lower case. */
    List<String> lower() {
        return lower;
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
