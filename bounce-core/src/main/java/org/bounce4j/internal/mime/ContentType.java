package org.bounce4j.internal.mime;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads {@code Content-Type} (RFC 2045, section 5.1) the way it is written in the wild. */
final class ContentType {
    private final String type;
    private final String value;

    private ContentType(String type, String value) {
        this.type = type;
        this.value = value;
    }

    static ContentType of(@Nullable String value, String fallback) {
        if (value == null) {
            return new ContentType(fallback, "");
        }
        int end = 0;
        while (end < value.length() && ";( \t,".indexOf(value.charAt(end)) < 0) {
            end++;
        }
        String type = value.substring(0, end).toLowerCase(Locale.ROOT);
        // QUIRK: "Content-Type: text" and "Content-Type: multipart/mixed boundary=x" without a semicolon
        return new ContentType(type.indexOf('/') > 0 ? type : fallback, value);
    }

    /** Returns type and subtype in lower case. */
    String type() {
        return type;
    }

    /** Returns a parameter's value without quotes, or null. */
    @Nullable
    String parameter(String name) {
        int at = 0;
        while (at < value.length()) {
            char c = value.charAt(at);
            if (c == '"') {
                at = closingQuote(at) + 1;
            } else if (isNameAt(at, name)) {
                int equals = skipSpaces(at + name.length());
                if (equals < value.length() && value.charAt(equals) == '=') {
                    return parameterValue(skipSpaces(equals + 1));
                }
                at++;
            } else {
                at++;
            }
        }
        return null;
    }

    private boolean isNameAt(int at, String name) {
        return (at == 0 || "; \t,".indexOf(value.charAt(at - 1)) >= 0)
                && value.regionMatches(true, at, name, 0, name.length());
    }

    private int skipSpaces(int at) {
        int next = at;
        while (next < value.length() && (value.charAt(next) == ' ' || value.charAt(next) == '\t')) {
            next++;
        }
        return next;
    }

    private int closingQuote(int open) {
        int at = open + 1;
        while (at < value.length() && value.charAt(at) != '"') {
            at += value.charAt(at) == '\\' ? 2 : 1;
        }
        return Math.min(at, value.length());
    }

    private String parameterValue(int start) {
        if (start < value.length() && value.charAt(start) == '"') {
            String quoted = value.substring(start + 1, Math.max(start + 1, closingQuote(start)));
            return quoted.indexOf('\\') < 0 ? quoted : unescape(quoted);
        }
        int end = start;
        while (end < value.length() && "; \t".indexOf(value.charAt(end)) < 0) {
            end++;
        }
        return value.substring(start, end);
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
