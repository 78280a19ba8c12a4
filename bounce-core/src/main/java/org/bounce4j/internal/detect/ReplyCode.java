package org.bounce4j.internal.detect;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds SMTP reply codes (RFC 5321, section 4.2) in text. */
public final class ReplyCode {
    private static final int LONGEST_LABEL = 30;

    /** Words right before a number that is no code. */
    private static final List<String> BEFORE_COUNTS = List.of(
            "limit of",
            "maximum of",
            "quota of",
            "size of",
            "total of",
            "number of",
            "more than",
            "less than",
            "larger than",
            "longer than",
            "up to",
            "grenze von",
            "limit von",
            "maximum von",
            "mehr als",
            "limite de",
            "límite de",
            "maximum de",
            "plus de",
            "más de",
            "mais de",
            "più di",
            "limite di");
    /** Words right behind one, as they are written in a sentence. */
    private static final List<String> UNITS = List.of(
            "KB",
            "kB",
            "kb",
            "MB",
            "Mb",
            "mb",
            "bytes",
            "byte",
            "kilobytes",
            "megabytes",
            "lines",
            "messages",
            "mails",
            "items",
            "recipients",
            "seconds",
            "minutes",
            "hours",
            "days",
            "times",
            "users",
            "characters",
            "Ko",
            "Mo",
            "octets");
    /** Words right before a code, whatever follows it. */
    private static final List<String> BEFORE_CODES = List.of(
            "said",
            "says",
            "answered",
            "replied",
            "responded",
            "returned",
            "error",
            "code",
            "reply",
            "response",
            "status",
            "smtp");

    private ReplyCode() {}

    /**
     * Returns the first failure code that stands by itself: the one of {@code 550 5.1.1 No}, {@code said: 550-No} and
     * {@code (550)}, not the numbers in {@code 192.0.2.550}, {@code id 550a} or {@code 5500}.
     *
     * @return 400 to 599, or 0
     */
    public static int find(@Nullable String text) {
        int at = text == null ? -1 : position(text);
        return at < 0 || text == null ? 0 : Integer.parseInt(text, at, at + 3, 10);
    }

    /** Returns where that code stands, or -1. */
    static int position(String text) {
        return position(text, 0, text.length());
    }

    /** Returns where that code stands in a piece of a text, or -1. */
    static int position(String text, int from, int to) {
        for (int i = from; i + 2 < to; i++) {
            if (isAt(text, i, from, to)) {
                return i;
            }
        }
        return -1;
    }

    /** Returns where the code stands with which a line begins, maybe behind a label, {@code Reason: 550 5.1.1 ...}; -1 if with none. */
    static int leading(String text, int start, int end) {
        int code = position(text, start, end);
        if (code <= start) {
            return code;
        }
        int colon = NoticeText.trimSpace(text, start, code) - 1;
        boolean label = code - start <= LONGEST_LABEL
                && text.charAt(colon) == ':'
                && !text.substring(start, colon).contains(" for ")
                && text.substring(start, colon).chars().allMatch(c -> c == ' ' || Character.isLetter(c));
        return label ? code : -1;
    }

    /** Returns whether a code stands at this position of a piece of a text. */
    static boolean isAt(String text, int i, int from, int to) {
        return i + 2 < to
                && (text.charAt(i) == '4' || text.charAt(i) == '5')
                && text.charAt(i + 1) >= '0'
                && text.charAt(i + 1) <= '7'
                && isDigit(text.charAt(i + 2))
                && (i == from || " (<[\"':;=#\t".indexOf(text.charAt(i - 1)) >= 0)
                && (i + 3 == to || " -)>]\"':;,\t#".indexOf(text.charAt(i + 3)) >= 0)
                && !isAmount(text, i + 3, to)
                && !isCount(text, i, from, to);
    }

    /** Returns whether words begin with a code, or hold one, with underscores for spaces: {@code 550_User_unknown}. */
    static boolean isUnderscored(String words) {
        for (int at = words.indexOf('_'); at >= 0; at = words.indexOf('_', at + 1)) {
            if (at >= 3 && isAt(words, at - 3, 0, at) && words.indexOf(' ', at) < 0) {
                return true;
            }
        }
        return false;
    }

    /** {@code 550,00 EUR} */
    private static boolean isAmount(String text, int end, int to) {
        return end + 1 < to && text.charAt(end) == ',' && isDigit(text.charAt(end + 1));
    }

    /** {@code a limit of 500 messages}, {@code is 412 lines long}; fixture limit-of-500.eml */
    private static boolean isCount(String text, int start, int from, int to) {
        if (start < from + 2 || text.charAt(start - 1) != ' ' || !Character.isLetter(text.charAt(start - 2))) {
            return false;
        }
        boolean detailed = start + 6 < to
                && isDigit(text.charAt(start + 4))
                && text.charAt(start + 5) == '.'
                && isDigit(text.charAt(start + 6));
        if (detailed || isBehind(BEFORE_CODES, text, start, from)) {
            return false;
        }
        if (isBehind(BEFORE_COUNTS, text, start, from)) {
            return true;
        }
        for (String unit : UNITS) {
            int end = start + 4 + unit.length();
            if (end <= to
                    && text.regionMatches(start + 4, unit, 0, unit.length())
                    && (end == to || !Character.isLetterOrDigit(text.charAt(end)))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isBehind(List<String> words, String text, int start, int from) {
        for (String word : words) {
            int at = start - 1 - word.length();
            if ((at == from || at > from && text.charAt(at - 1) == ' ')
                    && text.regionMatches(true, at, word, 0, word.length())) {
                return true;
            }
        }
        return false;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
