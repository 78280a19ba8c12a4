package org.bounce4j.internal.detect;

/** The lines of a text, which LF separates. */
final class TextLines {
    /** What is longer is read as several lines, in characters. */
    private static final int LONGEST_LINE = 2_000;

    private final String text;

    TextLines(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }

    /** Returns where a line ends. No server writes lines as long as what is cut in two here: searching one takes its square. */
    int end(int start) {
        int end = text.indexOf('\n', start);
        return Math.min(end < 0 ? text.length() : end, start + LONGEST_LINE);
    }

    /** Returns where the line behind the end of one begins. */
    int next(int end) {
        return end < text.length() && text.charAt(end) == '\n' ? end + 1 : end;
    }

    /** Returns where a piece of the text begins without the white space in front. */
    int skipSpace(int start, int end) {
        int from = start;
        while (from < end && Character.isWhitespace(text.charAt(from))) {
            from++;
        }
        return from;
    }

    /** Returns where a character stands in a piece of the text; -1 if it does not. */
    int indexOf(char c, int from, int to) {
        int at = text.indexOf(c, from);
        return at < to ? at : -1;
    }
}
