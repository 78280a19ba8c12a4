package org.bounce4j.pop3;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] buffer = new byte[16 * 1024];
    private int position;
    private int limit;
    private boolean greeted;
    private boolean strictLines;

    private Pop3Connection(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
    }

    static Pop3Connection open(Pop3Mailbox mailbox) throws IOException {
        Socket plain = new DeadlineSocket(mailbox.readTimeout, mailbox.sessionTimeout);
        Socket socket = plain;
        try {
            plain.connect(
                    new InetSocketAddress(mailbox.host, mailbox.port), DeadlineSocket.millis(mailbox.connectTimeout));
            plain.setTcpNoDelay(true);
            if (mailbox.tls) {
                SSLSocket secure = (SSLSocket)
                        mailbox.sslContext().getSocketFactory().createSocket(plain, mailbox.host, mailbox.port, true);
                socket = secure;
                SSLParameters parameters = secure.getSSLParameters();
                // the same check of the host name as for HTTPS (RFC 8314, section 3)
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                secure.setSSLParameters(parameters);
                secure.startHandshake();
            }
            return new Pop3Connection(socket);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * Sends a command line.
     *
     * @throws IOException if the server has said something already, which then is no answer to it
     */
    void send(String line) throws IOException {
        if (position != limit || in.available() > 0) {
            throw new IOException("the server spoke out of turn");
        }
        out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** Reads a reply without its line end; what is beyond the most characters of a reply is left out. */
    String readLine() throws IOException {
        byte[] line = new byte[128];
        int length = 0;
        boolean afterReturn = false;
        int b = read();
        while (b != '\n' || strictLines && !afterReturn) {
            if (length < MAX_REPLY) {
                if (length == line.length) {
                    line = Arrays.copyOf(line, length * 2);
                }
                line[length++] = (byte) b;
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
                throw new IOException("the server lists more than " + maxLines + " mails");
            }
            lines.accept(line);
            line = readLine();
        }
    }

    /**
     * Reads a text up to the line that is a single dot, without that and without the dots that were stuffed.
     *
     * @param maxBytes the most bytes to keep; the rest is read and left out
     * @return what was kept and whether that is all
     */
    Pop3Text readText(int maxBytes) throws IOException {
        Pop3Text text = new Pop3Text(maxBytes);
        boolean lineStart = true;
        boolean afterReturn = false;
        int b = read();
        while (true) {
            if (lineStart && b == '.') {
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
            b = read();
        }
    }

    private int read() throws IOException {
        if (position == limit) {
            position = 0;
            limit = Math.max(0, in.read(buffer));
            if (limit == 0) {
                throw new IOException("the server closed the connection");
            }
        }
        return buffer[position++] & 0xff;
    }

    /** Hangs up without a word. */
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UnavailableException("Cannot close the connection", e);
        }
    }
}
