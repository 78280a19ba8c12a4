package org.bounce4j.internal.mime;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Undoes {@code Content-Transfer-Encoding} (RFC 2045, section 6). Never fails: what is not of the encoding's alphabet is
 * skipped in base64 and kept in quoted-printable; an unknown encoding is none.
 */
enum TransferEncoding {
    NONE,
    BASE64,
    QUOTED_PRINTABLE,
    /** QUIRK: gateways older than MIME; fixture dsn-uuencoded.eml. */
    UUENCODE;

    static TransferEncoding of(@Nullable Slice header) {
        if (header == null) {
            return NONE;
        }
        if (header.startsWith("base64", 0)) {
            return BASE64;
        }
        if (header.startsWith("x-uu", 0) || header.startsWith("uuencode", 0)) {
            return UUENCODE;
        }
        return header.startsWith("quoted-printable", 0) ? QUOTED_PRINTABLE : NONE;
    }

    /**
     * Returns the encoding that a body of this encoding has. QUIRK: programs declare base64 and write the text as it is; fixture
     * dsn-base64-in-name-only.eml
     */
    TransferEncoding of(byte[] bytes, int start, int end) {
        return this == BASE64 && LenientBase64.isText(bytes, start, end) ? NONE : this;
    }

    /** Returns the decoded bytes, a copy. */
    byte[] decode(byte[] bytes, int start, int end) {
        return switch (this) {
            case NONE -> Arrays.copyOfRange(bytes, start, end);
            case BASE64 -> LenientBase64.decode(bytes, start, end);
            case QUOTED_PRINTABLE -> quotedPrintable(bytes, start, end);
            case UUENCODE -> Uuencode.decode(bytes, start, end);
        };
    }

    private static byte[] quotedPrintable(byte[] bytes, int start, int end) {
        byte[] out = new byte[end - start];
        int length = 0;
        int i = start;
        while (i < end) {
            byte b = bytes[i];
            if (b != '=') {
                out[length++] = b;
                i++;
                continue;
            }
            int high = i + 1 < end ? Character.digit(bytes[i + 1], 16) : -1;
            int low = i + 2 < end ? Character.digit(bytes[i + 2], 16) : -1;
            if (high >= 0 && low >= 0) {
                out[length++] = (byte) (high << 4 | low);
                i += 3;
                continue;
            }
            int next = i + 1;
            while (next < end && Text.isBlank(bytes[next])) {
                next++;
            }
            if (next >= end || Text.isLineEnd(bytes[next])) {
                i = Lines.next(bytes, next, end);
            } else {
                out[length++] = b;
                i++;
            }
        }
        return Arrays.copyOf(out, length);
    }
}
