package org.bounce4j.internal.detect;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.bounce4j.EmailAddress;
import org.jspecify.annotations.Nullable;

/** Reads the values of report fields: {@code type; value} pairs with comments (RFC 3464, section 2.1; RFC 6533, section 3). */
final class ReportFields {
    private static final int LONGEST_TYPE = 32;

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

    /** Returns the position of the semicolon behind the type, or -1. */
    private static int typeEnd(String value) {
        int semicolon = value.indexOf(';');
        if (semicolon < 0 || semicolon > LONGEST_TYPE) {
            return -1;
        }
        String type = value.substring(0, semicolon).strip();
        for (int i = 0; i < type.length(); i++) {
            char c = type.charAt(i);
            if (!(Character.isLetterOrDigit(c) || c == '-' || c == '_' || c == '.')) {
                return -1;
            }
        }
        return semicolon;
    }

    /** Returns the address in {@code rfc822; a@b}, {@code utf-8; ...} or a bare address, or null. */
    static @Nullable String address(@Nullable String value) {
        String text = untyped(value);
        if (text == null) {
            return null;
        }
        boolean unicode =
                value != null && value.strip().toLowerCase(Locale.ROOT).startsWith("utf-8");
        String address = stripComment(text);
        int open = address.indexOf('<');
        int close = address.indexOf('>', open + 1);
        if (open >= 0 && close > open) {
            address = address.substring(open + 1, close);
        }
        address = unicode ? unescape(address) : address;
        String plain = xtext(address.strip());
        return EmailAddress.parse(plain).isPresent() ? plain : null;
    }

    private static String stripComment(String text) {
        int comment = text.indexOf(" (");
        return comment < 0 ? text : text.substring(0, comment);
    }

    /** Undoes {@code +HH} of RFC 3461, section 4, where it stands for a character that is not allowed bare. */
    static String xtext(String text) {
        if (text.indexOf('+') < 0) {
            return text;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        byte[] plain = new byte[bytes.length];
        int length = 0;
        for (int i = 0; i < bytes.length; i++) {
            int high = i + 2 < bytes.length ? upperHex(bytes[i + 1]) : -1;
            int low = i + 2 < bytes.length ? upperHex(bytes[i + 2]) : -1;
            int value = high < 0 || low < 0 ? -1 : high * 16 + low;
            // "+2B" and "+3D" are escapes; "+20251103@" is the tag of an address
            boolean escape =
                    bytes[i] == '+' && (value == '+' || value == '=' || value == '@' || value == ' ' || value > 0x7f);
            if (escape) {
                plain[length++] = (byte) value;
                i += 2;
            } else {
                plain[length++] = bytes[i];
            }
        }
        return new String(plain, 0, length, StandardCharsets.UTF_8);
    }

    private static int upperHex(byte b) {
        return b >= '0' && b <= '9' ? b - '0' : b >= 'A' && b <= 'F' ? b - 'A' + 10 : -1;
    }

    /** Undoes {@code \x{HEX}} of RFC 6533, section 3. */
    private static String unescape(String text) {
        StringBuilder plain = new StringBuilder();
        int at = 0;
        int escape = text.indexOf("\\x{");
        while (escape >= 0) {
            int close = text.indexOf('}', escape);
            int point = close < 0 || close > escape + 9 ? -1 : hex(text.substring(escape + 3, close));
            plain.append(text, at, escape);
            if (point < 0) {
                plain.append("\\x{");
                at = escape + 3;
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
