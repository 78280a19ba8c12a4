package org.bounce4j.internal.mime;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads {@code Content-Type} (RFC 2045, section 5.1) the way it is written in the wild. */
final class ContentType {
    /** The types that nearly all parts of notices have: they need no text of their own. */
    private static final String[] USUAL = {
        "text/plain",
        "text/html",
        "multipart/report",
        "multipart/mixed",
        "multipart/alternative",
        "message/delivery-status",
        "message/rfc822",
        "text/rfc822-headers",
        "message/feedback-report",
        "message/disposition-notification"
    };

    private static final ContentType TEXT_PLAIN = new ContentType("text/plain", null);
    private static final ContentType MESSAGE = new ContentType("message/rfc822", null);

    private final String type;
    private final @Nullable Slice value;

    private ContentType(String type, @Nullable Slice value) {
        this.type = type;
        this.value = value;
    }

    /** Returns the type in a value; the fallback where there is none. */
    static ContentType of(@Nullable Slice value, String fallback) {
        if (value == null) {
            return of(fallback);
        }
        int end = 0;
        boolean slash = false;
        while (end < value.length() && !endsType(value.at(end))) {
            slash |= value.at(end) == '/' && end > 0;
            end++;
        }
        // QUIRK: "Content-Type: text" and "Content-Type: multipart/mixed boundary=x" without a semicolon
        return new ContentType(slash ? type(value, end) : fallback, value);
    }

    /** Returns a type without parameters. */
    static ContentType of(String type) {
        return switch (type) {
            case "text/plain" -> TEXT_PLAIN;
            case "message/rfc822" -> MESSAGE;
            default -> new ContentType(type, null);
        };
    }

    private static boolean endsType(byte b) {
        return b == ';' || b == '(' || b == ' ' || b == '\t' || b == ',' || Text.isLineEnd(b);
    }

    private static String type(Slice value, int length) {
        for (String usual : USUAL) {
            if (usual.length() == length && value.startsWith(usual, 0)) {
                return usual;
            }
        }
        return value.text(0, length).toLowerCase(Locale.ROOT);
    }

    /** Returns type and subtype in lower case. */
    String type() {
        return type;
    }

    /** Returns a parameter's value without quotes, or null. */
    @Nullable
    String parameter(String name) {
        Slice slice = value;
        int at = 0;
        while (slice != null && at < slice.length()) {
            if (slice.at(at) == '"') {
                at = closingQuote(slice, at) + 1;
            } else if (slice.startsWith(name, at) && (at == 0 || separates(slice.at(at - 1)))) {
                int equals = skipSpaces(slice, at + name.length());
                if (equals < slice.length() && slice.at(equals) == '=') {
                    return parameterValue(slice, skipSpaces(slice, equals + 1));
                }
                at++;
            } else {
                at++;
            }
        }
        return null;
    }

    private static boolean separates(byte b) {
        return b == ';' || b == ',' || Text.isBlank(b) || Text.isLineEnd(b);
    }

    private static int skipSpaces(Slice value, int at) {
        int next = at;
        while (next < value.length() && (Text.isBlank(value.at(next)) || Text.isLineEnd(value.at(next)))) {
            next++;
        }
        return next;
    }

    private static int closingQuote(Slice value, int open) {
        int at = open + 1;
        while (at < value.length() && value.at(at) != '"') {
            at += value.at(at) == '\\' ? 2 : 1;
        }
        return Math.min(at, value.length());
    }

    private static String parameterValue(Slice value, int start) {
        if (start < value.length() && value.at(start) == '"') {
            String quoted = value.text(start + 1, Math.max(start + 1, closingQuote(value, start)));
            return quoted.indexOf('\\') < 0 ? quoted : unescape(quoted);
        }
        int end = start;
        while (end < value.length()
                && value.at(end) != ';'
                && !Text.isBlank(value.at(end))
                && !Text.isLineEnd(value.at(end))) {
            end++;
        }
        return value.text(start, end);
    }

    private static String unescape(String quoted) {
        StringBuilder plain = new StringBuilder(quoted.length());
        for (int i = 0; i < quoted.length(); i++) {
            char c = quoted.charAt(i);
            if (c == '\\' && i + 1 < quoted.length()) {
                c = quoted.charAt(++i);
            }
            plain.append(c);
        }
        return plain.toString();
    }
}
