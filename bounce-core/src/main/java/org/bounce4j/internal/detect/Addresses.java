package org.bounce4j.internal.detect;

import java.util.Locale;
import java.util.Set;
import org.bounce4j.EmailAddress;
import org.jspecify.annotations.Nullable;

/** Finds mail addresses in lines of text. */
public final class Addresses {
    /** An address literal of RFC 5321, section 4.1.3, with room to spare. */
    private static final int LONGEST_LITERAL = 50;
    /** A quoted local part, with its quotes. */
    private static final int LONGEST_LOCAL = 66;
    /** Return paths that hold tokens are longer than the 64 octets that they may have. */
    private static final int LONGEST_RUN = 500;

    private static final int LONGEST_LABEL = 9;
    private static final Set<String> LABELS =
            Set.of("to", "smtp", "rcpt", "rcpt_to", "recipient", "email", "address", "from", "mail_from", "sender");

    private static final String LOCAL = "!#$%&'*+-/=?^_`{|}~.";

    /** How many addresses are taken from fields, where they may be forged by the thousand. */
    private static final int MOST_KEYS = 200;

    private Addresses() {}

    /**
     * Where an address stands in a line.
     *
     * @param start its first character
     * @param end behind its last character
     * @param text the address
     */
    public record Span(int start, int end, String text) {}

    /** Returns the first address at or behind that position, or null. */
    public static @Nullable Span next(String line, int from) {
        return next(line, from, line.length());
    }

    /** Returns the first address from one position on up to another, or null. */
    static @Nullable Span next(String text, int from, int to) {
        int at = text.indexOf('@', from);
        while (at >= 0 && at < to) {
            Span span = around(text, at, from, to);
            if (span != null) {
                return span;
            }
            at = text.indexOf('@', at + 1);
        }
        return null;
    }

    /** Adds the {@linkplain EmailAddress#key() keys} of the addresses in a text, until there are {@value #MOST_KEYS}. */
    static void addKeys(@Nullable String text, Set<String> keys) {
        if (text != null) {
            for (Span span = next(text, 0); span != null && keys.size() < MOST_KEYS; span = next(text, span.end())) {
                EmailAddress.parse(span.text()).map(EmailAddress::key).ifPresent(keys::add);
            }
        }
    }

    private static @Nullable Span around(String line, int at, int from, int to) {
        int end = domainEnd(line, at + 1, to);
        int start = localStart(line, at, from);
        if (start < 0 || start == at || end <= at + 1) {
            return null;
        }
        boolean bracketed = start > 0 && line.charAt(start - 1) == '<';
        if (!bracketed && line.charAt(at + 1) != '[' && !hasDot(line, at + 1, end)) {
            return null;
        }
        return new Span(start, end, line.substring(start, end));
    }

    private static boolean hasDot(String line, int from, int to) {
        for (int i = from; i < to; i++) {
            if (line.charAt(i) == '.') {
                return true;
            }
        }
        return false;
    }

    private static int domainEnd(String line, int start, int to) {
        if (start < to && line.charAt(start) == '[') {
            int close = start;
            while (close < to && close - start <= LONGEST_LITERAL && line.charAt(close) != ']') {
                close++;
            }
            return close < to && line.charAt(close) == ']' ? close + 1 : start;
        }
        int end = start;
        // QUIRK: EarthLink writes a@b.example...User unknown; fixture no-space-behind-address.eml
        while (end < to && isDomain(line.charAt(end)) && !line.startsWith("..", end)) {
            end++;
        }
        while (end > start
                && (line.charAt(end - 1) == '.' || line.charAt(end - 1) == '-' || line.charAt(end - 1) == '_')) {
            end--;
        }
        return end;
    }

    private static int localStart(String line, int at, int from) {
        if (at > from && line.charAt(at - 1) == '"') {
            int open = at - 2;
            while (open >= from && at - open <= LONGEST_LOCAL && line.charAt(open) != '"') {
                open--;
            }
            return open >= from && line.charAt(open) == '"' ? open : -1;
        }
        int start = at;
        int ascii = -1;
        while (start > from && at - start <= LONGEST_RUN && isLocal(line.charAt(start - 1))) {
            start--;
            if (line.charAt(start) > 0x7f && ascii < 0) {
                ascii = start + 1;
            }
        }
        boolean bracketed = start > 0 && line.charAt(start - 1) == '<';
        if (ascii >= 0 && ascii < at && !bracketed) {
            // words of a script without spaces stand right before the address
            start = ascii;
        }
        // quotes and other marks around an address are no part of it; carriers of Japan once sold local parts that
        // begin with a
        // dot: fixture kddi-dots.eml
        while (start < at
                && (line.charAt(start) == '\''
                        || line.charAt(start) == '`'
                        || line.charAt(start) == '*'
                        || line.charAt(start) == '.' && !bracketed
                        || line.charAt(start) == '=')) {
            start++;
        }
        if (line.startsWith("mailto:", start)) {
            start += "mailto:".length();
        }
        if (!bracketed && start + 4 < at && ReplyCode.isAt(line, start, start, at) && line.charAt(start + 3) == '-') {
            // QUIRK: replies of several lines that begin with the address; fixture reply-begins-with-address.eml
            start += 4;
        }
        return start + labelLength(line, start, at);
    }

    /** Returns the length of a label that log lines put before an address without a space: {@code to=jane@example.com}. */
    private static int labelLength(String line, int start, int at) {
        int equals = start;
        while (equals < at && equals - start <= LONGEST_LABEL && line.charAt(equals) != '=') {
            equals++;
        }
        boolean label = equals + 1 < at
                && line.charAt(equals) == '='
                && LABELS.contains(line.substring(start, equals).toLowerCase(Locale.ROOT));
        return label ? equals + 1 - start : 0;
    }

    private static boolean isLocal(char c) {
        return c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c >= '0' && c <= '9'
                || LOCAL.indexOf(c) >= 0
                || c > 0xff && (Character.isLetterOrDigit(c) || Character.isSurrogate(c))
                || c >= 0xc0 && c <= 0xff;
    }

    private static boolean isDomain(char c) {
        return c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c >= '0' && c <= '9'
                || c == '-'
                || c == '.'
                || c == '_'
                || c >= 0xc0 && Character.isLetter(c) && !isIdeograph(c);
    }

    private static boolean isIdeograph(char c) {
        return Character.isIdeographic(c) || c >= 0x3040 && c <= 0x30ff;
    }
}
