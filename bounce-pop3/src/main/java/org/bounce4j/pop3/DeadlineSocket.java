package org.bounce4j.pop3;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * A socket none of whose reads waits longer than the read timeout, nor beyond the end of the session's time. It lies under
 * the TLS layer: a handshake that is dripped byte by byte ends with the session's time too.
 */
final class DeadlineSocket extends Socket {
    private final Duration readTimeout;
    private final long deadline;

    DeadlineSocket(Duration readTimeout, Duration sessionTimeout) {
        this.readTimeout = readTimeout;
        this.deadline = System.nanoTime() + sessionTimeout.toNanos();
    }

    static int millis(Duration duration) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, duration.toMillis()));
    }

    private void limitNextRead() throws IOException {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
            throw new SocketTimeoutException("the session has used up its time");
        }
        setSoTimeout(millis(Duration.ofNanos(Math.min(left, readTimeout.toNanos()))));
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return new FilterInputStream(super.getInputStream()) {
            @Override
            public int read() throws IOException {
                limitNextRead();
                return super.read();
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                limitNextRead();
                return super.read(bytes, offset, length);
            }
        };
    }
}
