package org.bounce4j.pop3;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.bounce4j.UnavailableException;

/**
 * The bytes of a POP3 session: command lines out, replies and dot-stuffed texts in (RFC 1939, section 3). Lines may end with
 * LF alone. Every wait is bounded by the read timeout and by the end of the session's time.
 */
final class Pop3Connection implements Closeable {
    /** Replies have at most 512 characters (RFC 1939); some servers say more. */
    private static final int MAX_REPLY = 4_096;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final Duration readTimeout;
    private final long deadline;
    private final byte[] buffer = new byte[16 * 1024];
    private int position;
    private int limit;

    private Pop3Connection(Socket socket, Duration readTimeout, long deadline) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
        this.readTimeout = readTimeout;
        this.deadline = deadline;
    }

    static Pop3Connection open(Pop3Mailbox mailbox) throws IOException {
        long deadline = System.nanoTime() + mailbox.sessionTimeout.toNanos();
        Socket plain = new Socket();
        Socket socket = plain;
        try {
            plain.connect(new InetSocketAddress(mailbox.host, mailbox.port), millis(mailbox.connectTimeout));
            plain.setTcpNoDelay(true);
            plain.setSoTimeout(millis(mailbox.readTimeout));
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
            return new Pop3Connection(socket, mailbox.readTimeout, deadline);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private static int millis(Duration duration) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, duration.toMillis()));
    }

    /** Sends a command line. */
    void send(String line) throws IOException {
        out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** Reads a line without its line end; what is beyond the most characters of a reply is left out. */
    String readLine() throws IOException {
        byte[] line = new byte[128];
        int length = 0;
        int b = read();
        while (b != '\n') {
            if (length < MAX_REPLY) {
                if (length == line.length) {
                    line = Arrays.copyOf(line, length * 2);
                }
                line[length++] = (byte) b;
            }
            b = read();
        }
        if (length > 0 && line[length - 1] == '\r') {
            length--;
        }
        return new String(line, 0, length, StandardCharsets.ISO_8859_1);
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
        int b = read();
        while (true) {
            if (lineStart && b == '.') {
                b = read();
                if (b == '\n') {
                    return text;
                }
                if (b == '\r') {
                    b = read();
                    if (b == '\n') {
                        return text;
                    }
                    // a line that begins with a stuffed dot and a lone CR
                    text.add((byte) '\r');
                }
            }
            text.add((byte) b);
            lineStart = b == '\n';
            b = read();
        }
    }

    private int read() throws IOException {
        if (position == limit) {
            fill();
        }
        return buffer[position++] & 0xff;
    }

    private void fill() throws IOException {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
            throw new SocketTimeoutException("the session has used up its time");
        }
        socket.setSoTimeout(millis(Duration.ofNanos(Math.min(left, readTimeout.toNanos()))));
        limit = in.read(buffer);
        position = 0;
        if (limit <= 0) {
            limit = 0;
            throw new IOException("the server closed the connection");
        }
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
