package org.bounce4j.sendgrid;

/**
 * Tells the elements of a JSON array apart by brackets and quotes alone, without believing that what is between them is JSON.
 * What was cut wrongly is no JSON either: inside of a text every quote has a backslash before it.
 */
final class ElementScanner {
    /** The array has ended, with nothing but white space behind it. */
    static final int ENDED = -1;
    /** There is something between two elements, or behind the array. */
    static final int BROKEN = -2;

    private ElementScanner() {}

    /** Returns where the next element starts: the position may be behind an element, behind a comma or at an element. */
    static int elementStart(byte[] json, int from) {
        int at = skipSpace(json, from);
        while (at < json.length && json[at] == ',') {
            at = skipSpace(json, at + 1);
        }
        if (at < json.length && json[at] == ']') {
            return skipSpace(json, at + 1) == json.length ? ENDED : BROKEN;
        }
        return at < json.length ? at : BROKEN;
    }

    /**
     * Returns the position behind the end of the line, or a negative number where none ends before the limit. No text of JSON
     * goes over it, so that whatever was left open before, an element may begin there.
     */
    static int lineEnd(byte[] json, int from, int limit) {
        for (int at = from; at < limit; at++) {
            if (json[at] == '\n' || json[at] == '\r') {
                return at + 1;
            }
        }
        return BROKEN;
    }

    /** Returns the position behind an element, or a negative number if it does not end. */
    static int elementEnd(byte[] json, int start) {
        int depth = 0;
        boolean text = false;
        for (int at = start; at < json.length; at++) {
            byte b = json[at];
            if (text) {
                if (b == '\\') {
                    at++;
                } else if (b == '"') {
                    text = false;
                }
                continue;
            }
            switch (b) {
                case '"' -> text = true;
                case '{', '[' -> depth++;
                case '}', ']' -> {
                    depth--;
                    if (depth == 0) {
                        return at + 1;
                    }
                    if (depth < 0) {
                        return at > start ? at : BROKEN;
                    }
                }
                case ',' -> {
                    if (depth == 0) {
                        return at > start ? at : BROKEN;
                    }
                }
                default -> {}
            }
        }
        return BROKEN;
    }

    static int skipSpace(byte[] json, int from) {
        int at = from;
        while (at < json.length && (json[at] == ' ' || json[at] == '\n' || json[at] == '\r' || json[at] == '\t')) {
            at++;
        }
        return at;
    }
}
