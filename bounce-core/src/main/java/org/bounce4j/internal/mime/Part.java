package org.bounce4j.internal.mime;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message or a part of one: header fields and a body, as slices of the bytes that arrived. Bodies are decoded when they
 * are asked for, and then only up to a limit.
 */
public final class Part {
    /** How much of a body is decoded, in bytes as they arrived. */
    private static final int MAX_DECODED = 256 * 1024;

    final byte[] bytes;
    private final MimeLimits limits;
    final int start;
    final Headers headers;
    int bodyStart;
    int bodyEnd;
    ContentType contentType = ContentType.of("text/plain");
    TransferEncoding encoding = TransferEncoding.NONE;
    private List<Part> children = List.of();
    private @Nullable Part parent;
    private @Nullable String text;
    private @Nullable Headers bodyAsHeaders;

    Part(byte[] bytes, int start, MimeLimits limits, int expectedFields) {
        this.limits = limits;
        this.bytes = bytes;
        this.start = start;
        this.headers = new Headers(bytes, expectedFields);
    }

    void add(Part child) {
        if (children.isEmpty()) {
            children = new ArrayList<>(4);
        }
        children.add(child);
        child.parent = this;
    }

    /** Returns the header fields. */
    public Headers headers() {
        return headers;
    }

    /** Returns type and subtype in lower case, such as {@code text/plain}. */
    public String type() {
        return contentType.type();
    }

    /** Returns a parameter of {@code Content-Type}, or null. */
    public @Nullable String parameter(String name) {
        return contentType.parameter(name);
    }

    /** Returns the parts of a multipart, or the one message of a {@code message/rfc822} part; empty for a leaf. */
    public List<Part> children() {
        return children;
    }

    /** Returns what this is a child of, or null. */
    public @Nullable Part parent() {
        return parent;
    }

    /** Returns whether this is a multipart of any kind. */
    public boolean isMultipart() {
        return type().startsWith("multipart/");
    }

    /** Returns whether this part holds a whole message. */
    public boolean isMessage() {
        return MimeReader.holdsMessage(type());
    }

    /** Returns the body's size as it arrived, in bytes. */
    public int size() {
        return bodyEnd - bodyStart;
    }

    /** Returns the body with its transfer encoding undone, at most 256 KiB of what arrived. */
    public byte[] decoded() {
        return encoding.decode(bytes, bodyStart, Math.min(bodyEnd, bodyStart + MAX_DECODED));
    }

    /** Returns whether the body is longer than what {@link #text} and {@link #decoded} give of it. */
    public boolean isCut() {
        return size() > MAX_DECODED;
    }

    /** Returns the body as text, its lines separated by LF; at most 256 KiB of what arrived. */
    public String text() {
        String known = text;
        if (known == null) {
            String charset = parameter("charset");
            if (encoding == TransferEncoding.NONE) {
                known = Text.decode(bytes, bodyStart, Math.min(bodyEnd, bodyStart + MAX_DECODED), charset);
            } else {
                byte[] decoded = decoded();
                known = Text.decode(decoded, 0, decoded.length, charset);
            }
            known = Lines.separatedByLf(known);
            text = known;
        }
        return known;
    }

    /**
     * Reads the body as groups of header-like fields separated by blank lines, as {@code message/delivery-status} (RFC 3464)
     * and {@code message/feedback-report} (RFC 5965) hold them.
     */
    public FieldGroups fieldGroups() {
        if (encoding == TransferEncoding.NONE) {
            return MimeReader.fieldGroups(bytes, bodyStart, bodyEnd, limits);
        }
        // all of it: a group that is cut in two would be about another address
        byte[] decoded = encoding.decode(bytes, bodyStart, bodyEnd);
        String charset = parameter("charset");
        if (charset != null && charset.regionMatches(true, 0, "utf-16", 0, 6) && isWide(decoded)) {
            // QUIRK: gateways that write all of their texts so; fixture dsn-utf-16.eml
            return fieldGroups(text());
        }
        return MimeReader.fieldGroups(decoded, 0, decoded.length, limits);
    }

    private static boolean isWide(byte[] text) {
        return text.length > 3 && (text[2] == 0 || text[3] == 0);
    }

    /** Reads groups of fields that stand in this part's text. */
    public FieldGroups fieldGroups(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        return MimeReader.fieldGroups(encoded, 0, encoded.length, limits);
    }

    /** Reads the body as the header fields of a message, as {@code text/rfc822-headers} holds them. */
    public Headers bodyAsHeaders() {
        Headers known = bodyAsHeaders;
        if (known == null) {
            byte[] from = encoding == TransferEncoding.NONE ? bytes : decoded();
            int begin = encoding == TransferEncoding.NONE ? bodyStart : 0;
            int end = encoding == TransferEncoding.NONE ? bodyEnd : from.length;
            known = MimeReader.headers(from, begin, end, limits);
            bodyAsHeaders = known;
        }
        return known;
    }
}
