package org.bounce4j.internal.mime;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Makes the words of an HTML page: tags go, blocks become lines, the usual entities become characters. Linear, never fails. */
public final class HtmlText {
    private static final int LONGEST_TAG = 4_000;
    private static final int LONGEST_ENTITY = 11;
    private static final int LONGEST_ADDRESS = 320;

    private final String html;
    private final StringBuilder text;
    /** Where the next tag closes; searched again only when it was passed. */
    private int close = -1;
    /** Where the next {@code </pre>} stands; searched again only when it was passed. */
    private int preEnd = -1;
    /** Whether lines end where the page's do. */
    private boolean preformatted;

    /** The named characters of HTML 4 from U+00A1 on, in their order. */
    private static final String LATIN = """
            iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3
            acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde
            Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute
            Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc
            atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve
            oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml
            """;

    private static final Map<String, String> NAMED = named();

    private static Map<String, String> named() {
        Map<String, String> named = new HashMap<>(Map.of(
                "lt", "<", "gt", ">", "amp", "&", "quot", "\"", "apos", "'", "nbsp", " ", "euro", "€", "hellip", "…"));
        named.putAll(Map.of(
                "ndash", "–", "mdash", "—", "lsquo", "‘", "rsquo", "’", "sbquo", "‚", "ldquo", "“", "rdquo", "”",
                "bdquo", "„", "bull", "•"));
        char character = '\u00a1';
        for (String name : LATIN.strip().split("\\s+", -1)) {
            named.put(name, String.valueOf(character++));
        }
        return Map.copyOf(named);
    }

    private HtmlText(String html) {
        this.html = html;
        text = new StringBuilder(html.length());
    }

    /** Returns the words of a page. */
    public static String of(String html) {
        return new HtmlText(html).words();
    }

    private String words() {
        int at = 0;
        while (at < html.length()) {
            char c = html.charAt(at);
            if (c == '<') {
                at = tag(at);
            } else if (c == '&') {
                at = entity(at);
            } else if (c == '\n' && preformatted) {
                text.append('\n');
                at++;
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

    private int tag(int at) {
        if (html.startsWith("<!--", at)) {
            int end = html.indexOf("-->", at + 4);
            return end < 0 ? html.length() : end + 3;
        }
        if (close < at) {
            int next = html.indexOf('>', at);
            close = next < 0 ? Integer.MAX_VALUE : next;
        }
        int end = close;
        if (end - at > LONGEST_TAG) {
            text.append('<');
            return at + 1;
        }
        int nameStart = at + 1 < end && html.charAt(at + 1) == '/' ? at + 2 : at + 1;
        int nameEnd = nameStart;
        while (nameEnd < end && Character.isLetterOrDigit(html.charAt(nameEnd))) {
            nameEnd++;
        }
        String name = html.substring(nameStart, nameEnd).toLowerCase(Locale.ROOT);
        if (name.isEmpty()
                || html.charAt(nameEnd) != ' '
                        && indexOf('@', nameStart + 1, Math.min(end - nameStart - 1, LONGEST_ADDRESS)) > 0) {
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
                    "hr",
                    "dt",
                    "blockquote",
                    "title" -> text.append('\n');
            case "pre" -> {
                // fixture preformatted-html.eml
                text.append('\n');
                preformatted = nameStart == at + 1 && holdsList(end);
            }
            case "td", "th", "dd" -> text.append(' ');
            default -> {
                if ((name.equals("style") || name.equals("script")) && nameStart == at + 1) {
                    int behind = indexOfIgnoringCase(html, "</" + name, end);
                    return behind < 0 ? html.length() : behind;
                }
            }
        }
        return end + 1;
    }

    /**
     * Returns whether a {@code <pre>} ends, and holds a list as Postfix writes it, {@code <jane@example.com>: said}: others break
     * their lines in it anywhere.
     */
    private boolean holdsList(int from) {
        if (preEnd < from) {
            int next = indexOfIgnoringCase(html, "</pre", from);
            preEnd = next < 0 ? Integer.MAX_VALUE : next;
        }
        if (preEnd == Integer.MAX_VALUE) {
            return false;
        }
        int entry = html.indexOf("\n&lt;", from);
        int said = entry < 0 ? -1 : html.indexOf("&gt;: ", entry);
        return said >= 0 && said < preEnd;
    }

    /** Returns where a character stands among the next ones, or -1. */
    private int indexOf(char wanted, int from, int length) {
        int end = Math.min(html.length(), from + length);
        for (int i = from; i < end; i++) {
            if (html.charAt(i) == wanted) {
                return i;
            }
        }
        return -1;
    }

    private static int indexOfIgnoringCase(String html, String what, int from) {
        for (int i = html.indexOf("</", from); i >= 0; i = html.indexOf("</", i + 2)) {
            if (html.regionMatches(true, i, what, 0, what.length())) {
                return i;
            }
        }
        return -1;
    }

    private int entity(int at) {
        int end = indexOf(';', at, LONGEST_ENTITY);
        if (end < 0) {
            text.append('&');
            return at + 1;
        }
        String name = html.substring(at + 1, end);
        String character = name.startsWith("#") ? numeric(name) : NAMED.getOrDefault(name, "");
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
