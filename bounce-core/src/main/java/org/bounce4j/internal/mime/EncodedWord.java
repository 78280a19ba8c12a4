package org.bounce4j.internal.mime;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Decodes encoded words in header values (RFC 2047); what is not one stays as it is. */
public final class EncodedWord {
    private static final int MAX = 8_192;

    private EncodedWord() {}

    /** Returns the value with its encoded words decoded; white space between two of them is dropped (section 6.2). */
    public static String decode(String value) {
        int next = value.indexOf("=?");
        if (next < 0 || value.length() > MAX) {
            return value;
        }
        StringBuilder text = new StringBuilder(value.length());
        int at = 0;
        boolean afterWord = false;
        while (next >= 0) {
            int charsetEnd = value.indexOf('?', next + 2);
            int encodingEnd = charsetEnd < 0 ? -1 : value.indexOf('?', charsetEnd + 1);
            int end = encodingEnd < 0 ? -1 : value.indexOf("?=", encodingEnd + 1);
            if (end < 0) {
                break;
            }
            String decoded = encodingEnd != charsetEnd + 2
                    ? null
                    : word(
                            value.substring(next + 2, charsetEnd),
                            value.charAt(charsetEnd + 1),
                            value.substring(encodingEnd + 1, end));
            if (decoded == null) {
                text.append(value, at, next + 2);
                at = next + 2;
                afterWord = false;
            } else {
                String between = value.substring(at, next);
                if (!afterWord || !between.isBlank()) {
                    text.append(between);
                }
                text.append(decoded);
                at = end + 2;
                afterWord = true;
            }
            next = value.indexOf("=?", at);
        }
        return text.append(value, at, value.length()).toString();
    }

    private static @Nullable String word(String charset, char encoding, String encoded) {
        byte[] bytes = encoded.getBytes(StandardCharsets.ISO_8859_1);
        byte[] plain;
        if (encoding == 'B' || encoding == 'b') {
            plain = TransferEncoding.BASE64.decode(bytes, 0, bytes.length);
        } else if (encoding == 'Q' || encoding == 'q') {
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = bytes[i] == '_' ? (byte) ' ' : bytes[i];
            }
            plain = TransferEncoding.QUOTED_PRINTABLE.decode(bytes, 0, bytes.length);
        } else {
            return null;
        }
        int language = charset.indexOf('*');
        return Text.decode(plain, 0, plain.length, language < 0 ? charset : charset.substring(0, language));
    }
}
