package org.bounce4j.internal.detect;

import java.util.Locale;
import org.bounce4j.EmailAddress;
import org.jspecify.annotations.Nullable;

/** Reads the values of report fields: {@code type; value} pairs with comments (RFC 3464, section 2.1; RFC 6533, section 3). */
final class ReportFields {
    private static final int LONGEST_TYPE = 32;
    private static final int LONGEST_ADDRESS = 4_096;
    private static final int LONGEST_ESCAPE = 6;

    private ReportFields() {}

    /** Returns what stands behind the type, as in {@code dns; mx.example.com}; the whole value where there is no type. */
    static @Nullable String untyped(@Nullable String value) {
        if (value == null) {
            return null;
        }
        int semicolon = typeEnd(value);
        String rest = value.substring(semicolon + 1).strip();
        return rest.isEmpty() ? null : rest;
    }

    /** Returns whether a value has this type, without regard to case. */
    static boolean hasType(@Nullable String value, String type) {
        return value != null && value.substring(0, typeEnd(value) + 1).strip().equalsIgnoreCase(type + ";");
    }

    /** Returns the position of the semicolon behind the type, or -1. */
    private static int typeEnd(String value) {
        int semicolon = value.indexOf(';');
        if (semicolon < 0 || semicolon > LONGEST_TYPE) {
            return -1;
        }
        String type = value.substring(0, semicolon).strip();
        for (int i = 0; i < type.length(); i++) {
            char c = type.charAt(i);
            if (!(Character.isLetterOrDigit(c) || c == '-' || c == '_' || c == '.' || c == '/')) {
                return -1;
            }
        }
        return semicolon;
    }

    /** Returns the name in {@code dns; mx.example.com (192.0.2.1) (and what else)}, or null. */
    static @Nullable String host(@Nullable String value) {
        String text = untyped(value);
        return text == null ? null : stripComment(text).strip();
    }

    /** Returns the address in {@code rfc822; a@b}, {@code utf-8; ...} or a bare address, or null. Nothing is decoded as xtext. */
    static @Nullable EmailAddress address(@Nullable String value) {
        if (value == null || value.length() > LONGEST_ADDRESS) {
            return null;
        }
        String text = untyped(value);
        if (text == null) {
            return null;
        }
        String address = stripComment(text);
        int open = address.indexOf('<');
        int close = address.indexOf('>', open + 1);
        if (open >= 0 && close > open) {
            address = address.substring(open + 1, close);
        }
        if (value.indexOf('\\') >= 0 && value.strip().regionMatches(true, 0, "utf-8", 0, 5)) {
            address = unescape(address.strip());
        }
        return EmailAddress.parse(address).orElse(null);
    }

    /**
     * Returns the address that was mailed. It should have been decoded when the report was made; where it was not, its
     * {@code +HH} (RFC 3461, section 4) look like the tag of an address. They are undone only where all of them stand for a
     * character that an encoder must encode, and the address is not the one that failed anyway.
     */
    static @Nullable EmailAddress originalAddress(@Nullable String value, @Nullable EmailAddress finalAddress) {
        EmailAddress address = address(value);
        if (address == null || address.address().indexOf('+') < 0 || address.equals(finalAddress)) {
            return address;
        }
        if (finalAddress != null && isEncoded(address.address(), finalAddress.address())) {
            return finalAddress;
        }
        String plain = xtext(address.address());
        return EmailAddress.parse(plain).orElse(address);
    }

    private static String stripComment(String text) {
        int comment = text.indexOf(" (");
        return comment < 0 ? text : text.substring(0, comment);
    }

    private static boolean isEncoded(String text, int at, char c) {
        if (c >= 0x80 || !text.startsWith("+", at) || at + 2 >= text.length()) {
            return false;
        }
        int high = Character.digit(text.charAt(at + 1), 16);
        int low = Character.digit(text.charAt(at + 2), 16);
        return high >= 0 && low >= 0 && high * 16 + low == c;
    }

    /** Returns whether one text is the other with some of its characters as {@code +HH}. */
    private static boolean isEncoded(String text, String plain) {
        int at = 0;
        for (int i = 0; i < plain.length(); i++) {
            char c = plain.charAt(i);
            boolean same = at < text.length() && text.charAt(at) == c && c != '+';
            if (!same && !isEncoded(text, at, c)) {
                return false;
            }
            at += same ? 1 : 3;
        }
        return at == text.length();
    }

    /** Undoes {@code +2B} and {@code +3D}; null if another {@code +} is there, or a character that xtext does not have. */
    static @Nullable String xtext(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '+') {
                boolean plus = text.startsWith("2B", i + 1);
                if (!plus && !text.startsWith("3D", i + 1)) {
                    return null;
                }
                plain.append(plus ? '+' : '=');
                i += 2;
            } else if (c == '=' || c <= ' ' || c > '~') {
                return null;
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }

    /** Undoes {@code \x{HEX}} of RFC 6533, section 3. */
    private static String unescape(String text) {
        StringBuilder plain = new StringBuilder();
        int at = 0;
        int escape = text.indexOf("\\x{");
        while (escape >= 0) {
            int digits = escape + 3;
            int close = digits;
            while (close < text.length() && close - digits <= LONGEST_ESCAPE && text.charAt(close) != '}') {
                close++;
            }
            boolean closed = close < text.length() && text.charAt(close) == '}';
            int point = closed ? hex(text.substring(digits, close)) : -1;
            plain.append(text, at, escape);
            if (point < 0) {
                plain.append("\\x{");
                at = digits;
            } else {
                plain.appendCodePoint(point);
                at = close + 1;
            }
            escape = text.indexOf("\\x{", at);
        }
        return plain.append(text.substring(at)).toString();
    }

    private static int hex(String digits) {
        try {
            int point = Integer.parseInt(digits, 16);
            return Character.isValidCodePoint(point) ? point : -1;
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** Returns the first word in lower case, as in {@code failed (exceeded retry)}. */
    static String word(@Nullable String value) {
        if (value == null) {
            return "";
        }
        int end = 0;
        String text = value.strip();
        while (end < text.length() && Character.isLetter(text.charAt(end))) {
            end++;
        }
        return text.substring(0, end).toLowerCase(Locale.ROOT);
    }
}
