package org.bounce4j.internal.mime;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the structure of a mail in one pass over its bytes, without copying or decoding any of them.
 *
 * <p>Any bytes give an answer. Broken structure is read the way a patient person would: a missing closing boundary ends at
 * the next outer one or at the end, a missing blank line ends the header at the first line that is no field, a boundary that
 * is nowhere to be found is guessed from the body. Depth, parts and header fields are bounded; what is beyond a bound stays
 * undivided.
 */
public final class MimeReader {
    private static final int MAX_BOUNDARY = 200;
    /** Where a mail has no field of MIME, its first part begins within so many lines. */
    private static final int GUESS_LINES = 30;

    private static final int NONE = -1;

    /** How many fields headers mostly have: of messages, of parts, and groups of reports. */
    private static final int MESSAGE_FIELDS = 24;

    private static final int PART_FIELDS = 4;
    private static final int GROUP_FIELDS = 8;

    private final byte[] bytes;
    private final int limit;
    /** The boundaries of the multiparts around the cursor, outermost first. */
    private final List<byte[]> boundaries = new ArrayList<>();

    private int cursor;
    /** How many parts there are so far, shared with the readers of encoded messages within. */
    private final int[] parts;
    /** The index of the boundary that was hit last, or {@link #NONE} at the end. */
    private int hit = NONE;

    private boolean hitCloses;
    /** Where the content before the boundary that was hit last ends. */
    private int contentEnd;

    private final MimeLimits limits;

    private MimeReader(byte[] bytes, int[] parts, MimeLimits limits) {
        this.limits = limits;
        this.bytes = bytes;
        this.limit = bytes.length;
        this.parts = parts;
    }

    /** Reads a message. The bytes are kept, not copied: do not change them while the part is in use. */
    public static Part read(byte[] bytes, MimeLimits limits) {
        return read(bytes, 0, new int[1], limits);
    }

    private static Part read(byte[] bytes, int depth, int[] parts, MimeLimits limits) {
        MimeReader reader = new MimeReader(bytes, parts, limits);
        reader.skipByteOrderMark();
        reader.skipMboxLine();
        return reader.readPart(depth, "text/plain", true);
    }

    /** QUIRK: editors and scripts save mails behind the mark of UTF-8; fixture dsn-byte-order-mark.eml. */
    private void skipByteOrderMark() {
        if (limit >= 3 && bytes[0] == (byte) 0xef && bytes[1] == (byte) 0xbb && bytes[2] == (byte) 0xbf) {
            cursor = 3;
        }
    }

    /** QUIRK: mail stores leave the mbox separator in front, {@code From MAILER-DAEMON Thu Jan ...}, or a quoted one. */
    private void skipMboxLine() {
        while (cursor < limit && Text.isLineEnd(bytes[cursor])) {
            cursor++;
        }
        int from = cursor < limit && bytes[cursor] == '>' ? cursor + 1 : cursor;
        if (startsWith(from, "From ")) {
            cursor = Lines.next(bytes, Lines.end(bytes, cursor, limit), limit);
        }
    }

    /**
     * QUIRK: delivery agents put their fields above the separator of the mail store that they took the mail from, or UUCP's
     * {@code >From}; fixture separator-among-fields.eml. Returns whether a line is such a one, with a field below it.
     */
    private static boolean isMboxLine(byte[] bytes, int line, int end, int limit) {
        int below = Lines.next(bytes, end, limit);
        return startsWith(bytes, bytes[line] == '>' ? line + 1 : line, end, "From ")
                && nameEnd(bytes, below, Lines.end(bytes, below, limit)) > below;
    }

    private boolean startsWith(int at, String text) {
        return startsWith(bytes, at, limit, text);
    }

    private static boolean startsWith(byte[] bytes, int at, int limit, String text) {
        if (at + text.length() > limit) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (bytes[at + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private Part readPart(int depth, String defaultType, boolean isMessage) {
        parts[0]++;
        Part part = new Part(bytes, cursor, limits, isMessage ? MESSAGE_FIELDS : PART_FIELDS);
        readHeaders(part.headers);
        part.bodyStart = cursor;
        part.contentType = ContentType.of(part.headers.slice("Content-Type"), defaultType);
        part.encoding = TransferEncoding.of(part.headers.slice("Content-Transfer-Encoding"));
        boolean mayNest = depth < limits.depth() && parts[0] < limits.parts();
        byte[] unannounced = depth == 0 && !part.headers.has("Content-Type") && announcesParts()
                ? guessBoundary(cursor, GUESS_LINES)
                : null;
        if (unannounced != null) {
            // QUIRK: gateways that drop the fields of MIME and leave its parts
            part.contentType = ContentType.of("multipart/mixed");
            readChildren(part, depth, unannounced);
        } else if (part.isMultipart() && mayNest) {
            readChildren(part, depth);
        } else if (part.isMessage() && part.encoding == TransferEncoding.NONE && mayNest) {
            skipBlankLines();
            part.add(readPart(depth + 1, "text/plain", true));
        } else {
            skipToBoundary();
        }
        part.bodyEnd = Math.max(part.bodyStart, contentEnd);
        part.encoding = part.encoding.of(bytes, part.bodyStart, part.bodyEnd);
        if (part.isMultipart() && part.children().isEmpty()) {
            // QUIRK: gateways that cut the boundaries out and leave the type
            part.contentType = ContentType.of("text/plain");
        }
        if (part.isMessage() && part.encoding != TransferEncoding.NONE && mayNest) {
            // QUIRK: RFC 2046 forbids it, Exchange and gateways do it
            part.add(read(part.decoded(), depth + 1, parts, limits));
        }
        return part;
    }

    static boolean holdsMessage(String type) {
        return type.equals("message/rfc822") || type.equals("message/global") || type.equals("message/news");
    }

    private void skipBlankLines() {
        while (cursor < limit && Text.isLineEnd(bytes[cursor])) {
            cursor = Lines.next(bytes, cursor, limit);
        }
        skipMboxLine();
    }

    private void readChildren(Part part, int depth) {
        int bodyStart = cursor;
        byte[] boundary = boundary(part.parameter("boundary"));
        if (boundary != null && readChildren(part, depth, boundary)) {
            return;
        }
        byte[] guessed = guessBoundary(bodyStart, Integer.MAX_VALUE);
        cursor = guessed == null && boundary != null ? cursor : bodyStart;
        if (guessed != null) {
            readChildren(part, depth, guessed);
        } else if (boundary == null) {
            skipToBoundary();
        }
    }

    /** Reads the parts between the boundaries; returns whether there were any. */
    private boolean readChildren(Part part, int depth, byte[] boundary) {
        int own = boundaries.size();
        boundaries.add(boundary);
        String childType = part.type().equals("multipart/digest") ? "message/rfc822" : "text/plain";
        skipToBoundary();
        while (hit == own && !hitCloses && parts[0] < limits.parts()) {
            part.add(readPart(depth + 1, childType, false));
        }
        boundaries.remove(own);
        if (hit == own) {
            // behind the closing boundary, or beyond the most parts
            skipToBoundary();
        }
        return !part.children().isEmpty();
    }

    private static byte @Nullable [] boundary(@Nullable String parameter) {
        if (parameter == null || parameter.isBlank() || parameter.length() > MAX_BOUNDARY) {
            return null;
        }
        return parameter.stripTrailing().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** QUIRK: a boundary parameter that is missing or does not fit: take the first {@code --x} that a field line follows. */
    private byte @Nullable [] guessBoundary(int bodyStart, int lines) {
        int line = bodyStart;
        for (int i = 0; i < lines && line < limit; i++) {
            int end = Lines.end(bytes, line, limit);
            int next = Lines.next(bytes, end, limit);
            boolean dashes = end - line > 2 && bytes[line] == '-' && bytes[line + 1] == '-';
            if (dashes && isBoundaryLine(line, end)) {
                return null;
            }
            if (dashes && end - line > 4 && end - line < MAX_BOUNDARY && startsWithContentField(next)) {
                int last = end;
                while (last > line && Text.isBlank(bytes[last - 1])) {
                    last--;
                }
                return Arrays.copyOfRange(bytes, line + 2, last);
            }
            line = next;
        }
        return null;
    }

    /**
     * Whether the body begins with a boundary, or with the words for readers that know no MIME. What a notice in plain words returns
     * may have parts too, below a line that begins like one. Fixture sendmail-returns-parts.eml
     */
    private boolean announcesParts() {
        int line = cursor;
        while (line < limit && Text.isLineEnd(bytes[line])) {
            line = Lines.next(bytes, line, limit);
        }
        int end = Lines.end(bytes, line, limit);
        String words = Text.latin1(bytes, line, Math.min(end, line + MAX_BOUNDARY));
        return words.startsWith("--") && startsWithContentField(Lines.next(bytes, end, limit))
                || words.startsWith("This is a") && words.contains("MIME");
    }

    private boolean startsWithContentField(int at) {
        String name = "content-";
        if (at + name.length() > limit) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (Text.lower(bytes[at + i]) != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Moves the cursor behind the next line that is one of the boundaries, or to the end. */
    private void skipToBoundary() {
        int from = boundaries.isEmpty() ? limit : cursor;
        for (int dashes = Lines.dashes(bytes, from, limit); dashes < limit; ) {
            boolean first = dashes == from || Text.isLineEnd(bytes[dashes - 1]);
            int end = first ? Lines.end(bytes, dashes, limit) : dashes + 1;
            if (first && isBoundary(dashes + 2, end)) {
                contentEnd = beforeLineEnd(dashes);
                cursor = Lines.next(bytes, end, limit);
                return;
            }
            dashes = Lines.dashes(bytes, end, limit);
        }
        hit = NONE;
        contentEnd = limit;
        cursor = limit;
    }

    /** The line end before a boundary belongs to the boundary (RFC 2046, section 5.1.1). */
    private int beforeLineEnd(int line) {
        int end = line;
        if (end > 0 && bytes[end - 1] == '\n') {
            end--;
        }
        if (end > 0 && bytes[end - 1] == '\r') {
            end--;
        }
        return end;
    }

    private boolean isBoundary(int start, int end) {
        for (int i = boundaries.size() - 1; i >= 0; i--) {
            byte[] boundary = boundaries.get(i);
            int behind = start + boundary.length;
            if (behind > end || !equalsIgnoringCase(boundary, start)) {
                continue;
            }
            boolean closes = behind + 2 <= end && bytes[behind] == '-' && bytes[behind + 1] == '-';
            int rest = closes ? behind + 2 : behind;
            while (rest < end && Text.isBlank(bytes[rest])) {
                rest++;
            }
            if (rest == end) {
                hit = i;
                hitCloses = closes;
                return true;
            }
        }
        return false;
    }

    /** QUIRK: gateways that change the case of a boundary in the header and not in the body. */
    private boolean equalsIgnoringCase(byte[] boundary, int start) {
        for (int i = 0; i < boundary.length; i++) {
            if (Text.lower(bytes[start + i]) != Text.lower(boundary[i])) {
                return false;
            }
        }
        return true;
    }

    /** Reads fields from the cursor and moves it to where the body begins. */
    private void readHeaders(Headers headers) {
        cursor = readFields(bytes, cursor, limit, headers, limits, this);
    }

    static Headers headers(byte[] bytes, int start, int end, MimeLimits limits) {
        Headers headers = new Headers(bytes, MESSAGE_FIELDS);
        int from = start;
        while (from < end && Text.isLineEnd(bytes[from])) {
            from++;
        }
        readFields(bytes, from, end, headers, limits, null);
        return headers;
    }

    static FieldGroups fieldGroups(byte[] bytes, int start, int end, MimeLimits limits) {
        List<Headers> groups = new ArrayList<>();
        int at = start;
        while (at < end && groups.size() < limits.groups()) {
            Headers group = new Headers(bytes, GROUP_FIELDS);
            int next = readFields(bytes, at, end, group, limits, null);
            if (group.count() > 0) {
                groups.add(group);
            }
            // a line that is no field ends a group without being a blank line: leave it out and go on
            at = next > at ? next : Lines.next(bytes, Lines.end(bytes, at, end), end);
        }
        return new FieldGroups(groups, at < end);
    }

    /**
     * Reads fields up to a blank line, a line that is no field, or a boundary of the reader.
     *
     * @return where the body begins: behind the blank line, or at the line that is no field
     */
    private static int readFields(
            byte[] bytes, int start, int limit, Headers headers, MimeLimits limits, @Nullable MimeReader reader) {
        int line = start;
        boolean kept = false;
        while (line < limit) {
            int end = Lines.end(bytes, line, limit);
            if (end == line) {
                return Lines.next(bytes, end, limit);
            }
            if (Text.isBlank(bytes[line])) {
                if (isBlankLine(bytes, line, end)) {
                    // QUIRK: a blank line made of spaces; one that a field line follows is a fold of nothing
                    return Lines.next(bytes, end, limit);
                }
                if (kept) {
                    headers.extendLast(end);
                }
            } else {
                int colon = nameEnd(bytes, line, end);
                if (colon < 0 && isMboxLine(bytes, line, end, limit)) {
                    kept = false;
                    line = Lines.next(bytes, end, limit);
                    continue;
                }
                if (colon < 0 || reader != null && reader.isBoundaryLine(line, end)) {
                    return line;
                }
                kept = headers.count() < limits.fields();
                if (kept) {
                    int nameEnd = colon;
                    while (Text.isBlank(bytes[nameEnd - 1])) {
                        nameEnd--;
                    }
                    headers.add(line, nameEnd, colon + 1, end);
                } else {
                    headers.cut();
                }
            }
            line = Lines.next(bytes, end, limit);
        }
        return limit;
    }

    private boolean isBoundaryLine(int line, int end) {
        if (bytes[line] != '-' || end - line < 2 || bytes[line + 1] != '-') {
            return false;
        }
        int keptHit = hit;
        boolean keptCloses = hitCloses;
        boolean found = isBoundary(line + 2, end);
        hit = keptHit;
        hitCloses = keptCloses;
        return found;
    }

    private static boolean isBlankLine(byte[] bytes, int line, int end) {
        for (int i = line; i < end; i++) {
            if (!Text.isBlank(bytes[i])) {
                return false;
            }
        }
        return true;
    }

    /** Returns where the colon of a field line stands, or -1 if the line is no field. */
    private static int nameEnd(byte[] bytes, int line, int end) {
        int i = line;
        while (i < end && bytes[i] > ' ' && bytes[i] != ':' && bytes[i] != 0x7f) {
            i++;
        }
        int colon = i;
        // QUIRK: "Subject : text"
        while (colon < end && Text.isBlank(bytes[colon])) {
            colon++;
        }
        return colon < end && bytes[colon] == ':' && i > line ? colon : -1;
    }
}
