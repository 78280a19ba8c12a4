package org.bounce4j.internal.classify;

/** Takes the names of hosts out of replies: what a server is called says nothing of a mail, {@code antivirus.example.com}. */
final class HostNames {
    /** The most letters that a top-level domain has today. */
    private static final int LONGEST_TOP = 24;

    private HostNames() {}

    /** Returns a text with a space in the place of each name of a host. */
    static String blanked(String text) {
        if (text.indexOf('.') < 0) {
            return text;
        }
        StringBuilder rest = new StringBuilder(text.length());
        int at = 0;
        while (at < text.length()) {
            int end = at;
            while (end < text.length() && isInName(text.charAt(end))) {
                end++;
            }
            if (isHostName(text, at, end)) {
                rest.append(' ');
            } else {
                rest.append(text, at, end);
            }
            if (end < text.length()) {
                rest.append(text.charAt(end));
            }
            at = end + 1;
        }
        return rest.toString();
    }

    private static boolean isHostName(String text, int from, int to) {
        int end = to;
        while (end > from && text.charAt(end - 1) == '.') {
            end--;
        }
        int dot = text.lastIndexOf('.', end - 1);
        int top = end - dot - 1;
        if (dot <= from || top < 2 || top > LONGEST_TOP || !Character.isLetterOrDigit(text.charAt(from))) {
            return false;
        }
        for (int i = dot + 1; i < end; i++) {
            if (!Character.isLetter(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isInName(char c) {
        return Character.isLetterOrDigit(c) || c == '.' || c == '-' || c == '_';
    }
}
