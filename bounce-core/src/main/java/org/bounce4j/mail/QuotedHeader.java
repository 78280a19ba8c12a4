package org.bounce4j.mail;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.bounce4j.internal.mime.HtmlText;
import org.bounce4j.internal.mime.Part;
import org.jspecify.annotations.Nullable;

/**
 * Finds header fields of the returned message in the words of a notice that quotes them and has no part for them. Reads
 * the texts when it is first asked, each of them once, and at most about 512 Ki characters of them.
 */
final class QuotedHeader {
    private static final int MAX_CHARS = 256 * 1024;
    private static final int MAX_MARKS = 16;

    private final Part root;
    private @Nullable List<String> texts;

    QuotedHeader(Part root) {
        this.root = root;
    }

    /** Returns the value of the first line that begins with that field's name, quoted or not, or null. */
    @Nullable
    String get(String name) {
        List<String> known = texts;
        if (known == null) {
            known = read();
            texts = known;
        }
        for (String text : known) {
            String value = find(text, name);
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    private static @Nullable String find(String quoted, String name) {
        int start = 0;
        while (start < quoted.length()) {
            int end = lineEnd(quoted, start);
            int at = behindMarks(quoted, start, end);
            int colon = at + name.length();
            if (colon < end && quoted.charAt(colon) == ':' && quoted.regionMatches(true, at, name, 0, name.length())) {
                String value = quoted.substring(colon + 1, end).strip();
                return value.isEmpty() ? nextLine(quoted, end) : value;
            }
            start = end + 1;
        }
        return null;
    }

    /** The value of a field that was folded right behind its name. */
    private static @Nullable String nextLine(String quoted, int lineEnd) {
        int start = lineEnd + (quoted.startsWith("\r\n", lineEnd) ? 2 : 1);
        if (start >= quoted.length()) {
            return null;
        }
        int end = lineEnd(quoted, start);
        int at = behindMarks(quoted, start, end);
        boolean folded = at > start && Character.isWhitespace(quoted.charAt(at - 1));
        String value = quoted.substring(at, end).strip();
        return folded && !value.isEmpty() ? value : null;
    }

    private static int lineEnd(String text, int start) {
        int end = start;
        while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
            end++;
        }
        return end;
    }

    private static int behindMarks(String text, int start, int end) {
        int at = start;
        while (at < end && at < start + MAX_MARKS && " \t>|".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at;
    }

    /** The texts of the notice itself; those of messages that hang on it have header fields of their own. */
    private List<String> read() {
        List<String> all = new ArrayList<>(2);
        int chars = 0;
        Deque<Part> open = new ArrayDeque<>();
        open.push(root);
        while (!open.isEmpty() && chars < MAX_CHARS) {
            Part part = open.pop();
            if (part.type().startsWith("text/")) {
                String text = part.text();
                chars += text.length();
                all.add(part.type().equals("text/html") ? HtmlText.of(text) : text);
            } else if (!part.isMessage()) {
                for (int i = part.children().size() - 1; i >= 0; i--) {
                    open.push(part.children().get(i));
                }
            }
        }
        return all;
    }
}
