package org.bounce4j.internal.mime;

import java.util.Locale;

/** Makes the words of an HTML page: tags go, blocks become lines, the usual entities become characters. Linear, never fails. */
public final class HtmlText {
    private HtmlText() {}

    /** Returns the words of a page. */
    public static String of(String html) {
        StringBuilder text = new StringBuilder(html.length());
        int at = 0;
        while (at < html.length()) {
            char c = html.charAt(at);
            if (c == '<') {
                at = tag(html, at, text);
            } else if (c == '&') {
                at = entity(html, at, text);
            } else if (c == '\r' || c == '\n' || c == '\t') {
                text.append(' ');
                at++;
            } else {
                text.append(c);
                at++;
            }
        }
        return text.toString();
    }

    private static int tag(String html, int at, StringBuilder text) {
        if (html.startsWith("<!--", at)) {
            int end = html.indexOf("-->", at + 4);
            return end < 0 ? html.length() : end + 3;
        }
        int end = html.indexOf('>', at);
        if (end < 0) {
            text.append('<');
            return at + 1;
        }
        int nameStart = at + 1 < end && html.charAt(at + 1) == '/' ? at + 2 : at + 1;
        int nameEnd = nameStart;
        while (nameEnd < end && Character.isLetterOrDigit(html.charAt(nameEnd))) {
            nameEnd++;
        }
        String name = html.substring(nameStart, nameEnd).toLowerCase(Locale.ROOT);
        if (name.isEmpty() || html.substring(nameStart, end).indexOf('@') > 0 && html.charAt(nameEnd) != ' ') {
            // "<jane@example.com>" that somebody forgot to escape
            text.append('<');
            return at + 1;
        }
        switch (name) {
            case "br",
                    "p",
                    "div",
                    "tr",
                    "li",
                    "h1",
                    "h2",
                    "h3",
                    "h4",
                    "table",
                    "ul",
                    "ol",
                    "pre",
                    "hr",
                    "blockquote",
                    "title" -> text.append('\n');
            case "td", "th" -> text.append(' ');
            default -> {
                if ((name.equals("style") || name.equals("script")) && nameStart == at + 1) {
                    int close = indexOfIgnoringCase(html, "</" + name, end);
                    return close < 0 ? html.length() : close;
                }
            }
        }
        return end + 1;
    }

    private static int indexOfIgnoringCase(String html, String what, int from) {
        for (int i = html.indexOf("</", from); i >= 0; i = html.indexOf("</", i + 2)) {
            if (html.regionMatches(true, i, what, 0, what.length())) {
                return i;
            }
        }
        return -1;
    }

    private static int entity(String html, int at, StringBuilder text) {
        int end = html.indexOf(';', at);
        if (end < 0 || end - at > 10) {
            text.append('&');
            return at + 1;
        }
        String name = html.substring(at + 1, end);
        String character =
                switch (name) {
                    case "lt" -> "<";
                    case "gt" -> ">";
                    case "amp" -> "&";
                    case "quot" -> "\"";
                    case "apos" -> "'";
                    case "nbsp" -> " ";
                    default -> name.startsWith("#") ? numeric(name) : "";
                };
        if (character.isEmpty()) {
            text.append('&');
            return at + 1;
        }
        text.append(character);
        return end + 1;
    }

    private static String numeric(String name) {
        try {
            boolean hex = name.startsWith("#x") || name.startsWith("#X");
            int point = hex ? Integer.parseInt(name.substring(2), 16) : Integer.parseInt(name.substring(1));
            return Character.isValidCodePoint(point) && point >= ' ' ? Character.toString(point) : "";
        } catch (NumberFormatException e) {
            return "";
        }
    }
}
