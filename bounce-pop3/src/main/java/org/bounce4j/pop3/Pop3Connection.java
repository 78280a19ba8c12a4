package org.bounce4j.pop3;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.bounce4j.UnavailableException;

/**
 * The bytes of a POP3 session: command lines out, replies and dot-stuffed texts in (RFC 1939, section 3).
 *
 * <p>Lines end as the server's greeting did. Where that was CR LF, a lone LF inside of a mail ends nothing: else a mail could
 * hold what looks like the end of a mail and the next reply.
 */
final class Pop3Connection implements Closeable {
    /** Replies have at most 512 characters (RFC 1939); some servers say more. */
    private static final int MAX_REPLY = 4_096;

    /** How much is read of a text and thrown away, beyond twice the size that the server stated. */
    private static final long MAX_UNKEPT = 64L << 20;

    private final Pop3Mailbox mailbox;
    private final DeadlineSocket socket;
    private InputStream in;
    private OutputStream out;
    private final byte[] buffer = new byte[32 * 1024];
    private int position;
    private int limit;
    private boolean greeted;
    private boolean strictLines;

    private Pop3Connection(Pop3Mailbox mailbox, DeadlineSocket socket) {
        this.mailbox = mailbox;
        this.socket = socket;
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
    }

    static Pop3Connection open(Pop3Mailbox mailbox, Duration sessionTime) throws IOException {
        DeadlineSocket socket = DeadlineSocket.connect(mailbox, sessionTime);
        try {
            Pop3Connection connection = new Pop3Connection(mailbox, socket);
            if (mailbox.security == Pop3Mailbox.Security.TLS) {
                connection.encrypt();
            }
            return connection;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * Encrypts the connection from here on.
     *
     * @throws IOException if the server has said something already: that was sent in the clear, by anybody, and must not be
     *     taken for something said under TLS
     */
    void startTls() throws IOException {
        requireSilence();
        encrypt();
        // what came in the clear was said by anybody, and how its lines ended must not decide where mails end
        greeted = false;
    }

    private void encrypt() throws IOException {
        SSLSocket secure = (SSLSocket)
                mailbox.sslContext().getSocketFactory().createSocket(socket, mailbox.host, mailbox.port, true);
        SSLParameters parameters = secure.getSSLParameters();
        // the same check of the host name as for HTTPS (RFC 8314, section 3)
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secure.setSSLParameters(parameters);
        secure.startHandshake();
        in = secure.getInputStream();
        out = secure.getOutputStream();
    }

    private void requireSilence() throws IOException {
        if (position != limit || in.available() > 0) {
            throw new IOException("the server spoke out of turn");
        }
    }

    /**
     * Sends command lines.
     *
     * @param answersAwaited whether answers to earlier commands may be on their way
     * @throws IOException if none are, and the server has said something all the same, which then is no answer to these
     */
    void send(List<String> commands, boolean answersAwaited) throws IOException {
        if (!answersAwaited) {
            requireSilence();
        }
        out.write((String.join("\r\n", commands) + "\r\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** Reads a reply without its line end; what is beyond the most characters of a reply is left out. */
    String readLine() throws IOException {
        byte[] line = new byte[128];
        int length = 0;
        boolean afterReturn = false;
        int b = read();
        long unkept = 0;
        while (b != '\n' || strictLines && !afterReturn) {
            if (length < MAX_REPLY) {
                if (length == line.length) {
                    line = Arrays.copyOf(line, length * 2);
                }
                line[length++] = (byte) b;
            } else if (++unkept > MAX_UNKEPT) {
                throw new IOException("the server says a line that does not end");
            }
            afterReturn = b == '\r';
            b = read();
        }
        if (!greeted) {
            greeted = true;
            strictLines = afterReturn;
        }
        if (length > 0 && line[length - 1] == '\r') {
            length--;
        }
        return new String(line, 0, length, StandardCharsets.ISO_8859_1);
    }

    /**
     * Reads a listing line by line, up to the line that is a single dot.
     *
     * @param maxLines the most lines to read
     * @throws IOException if there are more
     */
    void readListing(int maxLines, Consumer<String> lines) throws IOException {
        String line = readLine();
        int count = 0;
        while (!line.equals(".")) {
            if (++count > maxLines) {
                throw new IOException("the server lists more than " + maxLines + " lines");
            }
            lines.accept(line);
            line = readLine();
        }
    }

    /**
     * Reads a text up to the line that is a single dot, without that and without the dots that were stuffed.
     *
     * @param maxBytes the most bytes to keep; the rest is read and left out
     * @param expected how many bytes the server has promised; 0 or less where it has not
     * @return what was kept
     * @throws IOException if the text is far longer than was promised
     */
    Pop3Text readText(int maxBytes, long expected) throws IOException {
        Pop3Text text = new Pop3Text(maxBytes, expected > 0 ? expected : 4_096);
        long most = maxBytes + Math.max(0, expected) * 2 + MAX_UNKEPT;
        boolean lineStart = true;
        boolean afterReturn = false;
        while (true) {
            if (lineStart) {
                int b = read();
                if (b == '.') {
                    b = read();
                    if (b == '\n' && !strictLines) {
                        return text;
                    }
                    if (b == '\r') {
                        b = read();
                        if (b == '\n') {
                            return text;
                        }
                        // a line that begins with a stuffed dot and a lone CR
                        text.add((byte) '\r');
                        afterReturn = true;
                    } else {
                        afterReturn = false;
                    }
                }
                text.add((byte) b);
                lineStart = b == '\n' && (afterReturn || !strictLines);
                afterReturn = b == '\r';
            } else {
                fill();
                int end = position;
                while (end < limit && buffer[end] != '\n') {
                    end++;
                }
                boolean feed = end < limit;
                if (feed) {
                    boolean returned = end > position ? buffer[end - 1] == '\r' : afterReturn;
                    lineStart = returned || !strictLines;
                    end++;
                }
                text.add(buffer, position, end - position);
                afterReturn = buffer[end - 1] == '\r';
                position = end;
            }
            if (lineStart) {
                text.endLine();
            }
            if (text.seen() > most) {
                throw new IOException("the server sends a mail that does not end");
            }
        }
    }

    private int read() throws IOException {
        fill();
        return buffer[position++] & 0xff;
    }

    private void fill() throws IOException {
        if (position == limit) {
            position = 0;
            limit = Math.max(0, in.read(buffer));
            if (limit == 0) {
                throw new IOException("the server closed the connection");
            }
        }
    }

    /** Hangs up without a word, not even of TLS. */
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UnavailableException("Cannot close the connection", e);
        }
    }
}
