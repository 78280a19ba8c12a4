package org.bounce4j.pop3;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * A socket none of whose waits (connecting, reading, writing) is longer than its timeout, nor beyond the end of the session's
 * time, nor beyond an interruption of the thread. It lies under the TLS layer: a handshake that is dripped byte by byte ends
 * with the session's time too.
 *
 * <p>The JDK's sockets cannot be interrupted and have no timeout for writing; so this one stands on a channel that does not
 * block. What is overridden is what {@link javax.net.ssl.SSLSocket} asks of the socket under it.
 */
final class DeadlineSocket extends Socket {
    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final long deadline;
    private final Duration readTimeout;
    private final Duration writeTimeout;
    private final In in = new In();
    private final Out out = new Out();

    private DeadlineSocket(SocketChannel channel, Selector selector, Pop3Mailbox mailbox, long deadline)
            throws IOException {
        this.channel = channel;
        this.selector = selector;
        this.deadline = deadline;
        this.readTimeout = mailbox.readTimeout;
        this.writeTimeout = mailbox.writeTimeout;
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        key = channel.register(selector, SelectionKey.OP_CONNECT);
    }

    /** Connects to the first address of the host that answers. */
    static DeadlineSocket connect(Pop3Mailbox mailbox, Duration sessionTime) throws IOException {
        long deadline = System.nanoTime() + sessionTime.toNanos();
        IOException failure = new IOException("the host has no address");
        for (InetAddress address : InetAddress.getAllByName(mailbox.host)) {
            try {
                return connect(new InetSocketAddress(address, mailbox.port), mailbox, deadline);
            } catch (InterruptedIOException e) {
                if (Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                failure = e;
            } catch (IOException e) {
                failure = e;
            }
        }
        throw failure;
    }

    @SuppressWarnings("AddressSelection") // the caller tries all addresses
    private static DeadlineSocket connect(InetSocketAddress address, Pop3Mailbox mailbox, long deadline)
            throws IOException {
        SocketChannel channel = SocketChannel.open();
        Selector selector = null;
        try {
            selector = Selector.open();
            DeadlineSocket socket = new DeadlineSocket(channel, selector, mailbox, deadline);
            if (!channel.connect(address)) {
                while (!channel.finishConnect()) {
                    socket.await(SelectionKey.OP_CONNECT, mailbox.connectTimeout, "the connection");
                }
            }
            return socket;
        } catch (IOException | RuntimeException e) {
            if (selector != null) {
                selector.close();
            }
            channel.close();
            throw e;
        }
    }

    private void await(int operation, Duration timeout, String what) throws IOException {
        long end = System.nanoTime() + timeout.toNanos();
        boolean ofSession = deadline - end < 0;
        long limit = ofSession ? deadline : end;
        key.interestOps(operation);
        while (true) {
            long left = limit - System.nanoTime();
            if (left <= 0) {
                if (ofSession) {
                    throw timeIsUp();
                }
                throw new SocketTimeoutException("waited " + timeout.toMillis() + " ms for " + what);
            }
            // rounded up, so that it never spins
            int ready = selector.select(left / 1_000_000 + 1);
            selector.selectedKeys().clear();
            if (ready > 0) {
                return;
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("the thread was interrupted");
            }
        }
    }

    private void checkDeadline() throws IOException {
        if (System.nanoTime() - deadline > 0) {
            throw timeIsUp();
        }
    }

    /** No timeout of a single wait: a scan tells them apart. */
    private static InterruptedIOException timeIsUp() {
        return new InterruptedIOException("the session has used up its time");
    }

    private final class In extends InputStream {
        /** What {@link #available()} has found. */
        private final ByteBuffer found = ByteBuffer.allocate(256).limit(0);

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (found.hasRemaining()) {
                int count = Math.min(length, found.remaining());
                found.get(bytes, offset, count);
                return count;
            }
            checkDeadline();
            ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
            int count = channel.read(buffer);
            while (count == 0) {
                await(SelectionKey.OP_READ, readTimeout, "the server to say something");
                count = channel.read(buffer);
            }
            return count;
        }

        @Override
        public int available() throws IOException {
            if (!found.hasRemaining()) {
                found.clear();
                channel.read(found);
                found.flip();
            }
            return found.remaining();
        }

        @Override
        public void close() throws IOException {
            DeadlineSocket.this.close();
        }
    }

    private final class Out extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
            while (buffer.hasRemaining()) {
                checkDeadline();
                if (channel.write(buffer) == 0) {
                    await(SelectionKey.OP_WRITE, writeTimeout, "the server to take something");
                }
            }
        }

        @Override
        public void close() throws IOException {
            DeadlineSocket.this.close();
        }
    }

    @Override
    public InputStream getInputStream() {
        return in;
    }

    @Override
    public OutputStream getOutputStream() {
        return out;
    }

    @Override
    public synchronized void close() throws IOException {
        try {
            channel.close();
        } finally {
            selector.close();
        }
    }

    @Override
    public boolean isClosed() {
        return !channel.isOpen();
    }

    @Override
    public boolean isConnected() {
        return channel.isConnected();
    }

    @Override
    public boolean isBound() {
        return channel.socket().isBound();
    }

    @Override
    public InetAddress getInetAddress() {
        return channel.socket().getInetAddress();
    }

    @Override
    public InetAddress getLocalAddress() {
        return channel.socket().getLocalAddress();
    }

    @Override
    public int getPort() {
        return channel.socket().getPort();
    }

    @Override
    public int getLocalPort() {
        return channel.socket().getLocalPort();
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        return channel.socket().getRemoteSocketAddress();
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        return channel.socket().getLocalSocketAddress();
    }

    /** The timeouts are ours, whatever is asked for. */
    @Override
    public void setSoTimeout(int timeout) {}

    @Override
    public int getSoTimeout() {
        return 0;
    }

    @Override
    public int getSoLinger() {
        return -1;
    }

    @Override
    public void shutdownInput() throws IOException {
        channel.shutdownInput();
    }

    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }
}
