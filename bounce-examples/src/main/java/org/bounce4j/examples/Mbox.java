package org.bounce4j.examples;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Splits an mbox (RFC 4155). A mail begins with a line {@code From sender date} behind an empty line, and a header field
 * follows: bounces quote such lines, and not every program escapes them. Escaped ones are left as they are, since there is
 * no telling who wrote the escape. Holds one mail at a time, and no more of it than is read.
 */
final class Mbox {
    private static final byte[] FROM = "From ".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_LINE = 64 * 1024;
    private static final int LONGEST_NAME = 100;

    private final InputStream in;
    private final int maxBytes;

    Mbox(InputStream in, int maxBytes) {
        this.in = in;
        this.maxBytes = maxBytes;
    }

    /** Returns whether the bytes begin as an mbox does; they can be read again. */
    static boolean begins(BufferedInputStream bytes) throws IOException {
        bytes.mark(FROM.length);
        byte[] start = bytes.readNBytes(FROM.length);
        bytes.reset();
        return Arrays.equals(start, FROM);
    }

    void read(String file, MailSource.Reader reader) throws IOException {
        ByteArrayOutputStream mail = new ByteArrayOutputStream();
        byte @Nullable [] held = null;
        boolean behindEmptyLine = false;
        int number = 0;
        for (byte @Nullable [] line = line(); line != null; line = line()) {
            if (held != null && isField(line)) {
                reader.read(file + '#' + ++number, new ByteArrayInputStream(mail.toByteArray()));
                mail.reset();
            }
            if (held != null) {
                add(mail, held);
                held = null;
            }
            if (behindEmptyLine && isFromLine(line)) {
                held = line;
            } else {
                add(mail, line);
            }
            behindEmptyLine = line[0] == '\n' || line[0] == '\r';
        }
        if (held != null) {
            add(mail, held);
        }
        reader.read(number == 0 ? file : file + '#' + ++number, new ByteArrayInputStream(mail.toByteArray()));
    }

    /** One byte more than is read tells the parser that there was more. */
    private void add(ByteArrayOutputStream mail, byte[] line) {
        mail.write(line, 0, Math.min(line.length, Math.max(0, maxBytes + 1 - mail.size())));
    }

    /** Returns the next line with its end, a piece of a very long one, or null at the end of the file. */
    private byte @Nullable [] line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(128);
        int b = in.read();
        while (b >= 0) {
            line.write(b);
            if (b == '\n' || line.size() == MAX_LINE) {
                break;
            }
            b = in.read();
        }
        return line.size() == 0 ? null : line.toByteArray();
    }

    /** {@code From jane@example.com Mon Mar  2 08:00:04 2026}: a sender, a time of day, a year. */
    private static boolean isFromLine(byte[] line) {
        if (line.length < FROM.length || !Arrays.equals(line, 0, FROM.length, FROM, 0, FROM.length)) {
            return false;
        }
        String[] words = new String(line, StandardCharsets.ISO_8859_1).strip().split(" +", 16);
        boolean time = false;
        boolean year = false;
        for (int i = 2; i < words.length; i++) {
            time |= words[i].length() >= 5 && words[i].indexOf(':') == 2;
            year |= words[i].length() == 4 && words[i].chars().allMatch(c -> c >= '0' && c <= '9');
        }
        return time && year;
    }

    private static boolean isField(byte[] line) {
        for (int i = 0; i < line.length && i < LONGEST_NAME; i++) {
            if (line[i] == ':') {
                return i > 0;
            }
            if (line[i] <= ' ' || line[i] == 0x7f) {
                return false;
            }
        }
        return false;
    }
}
