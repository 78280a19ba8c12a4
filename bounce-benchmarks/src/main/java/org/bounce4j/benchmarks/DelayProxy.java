package org.bounce4j.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A link on loopback that takes its time in each direction, and takes it for many packets at once as links do. */
final class DelayProxy implements AutoCloseable {
    private final ServerSocket listener;
    private final int target;
    private final long delayNanos;

    private record Packet(ByteBuffer bytes, long due) {}

    DelayProxy(int target, int delayMillis) throws IOException {
        this.target = target;
        this.delayNanos = TimeUnit.MILLISECONDS.toNanos(delayMillis);
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "delay proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                connect(client, server);
                connect(server, client);
            } catch (IOException e) {
                return;
            }
        }
    }

    private void connect(Socket from, Socket to) {
        BlockingQueue<Packet> link = new LinkedBlockingQueue<>();
        start(() -> {
            byte[] buffer = new byte[1 << 16];
            try (InputStream in = from.getInputStream()) {
                int count = in.read(buffer);
                while (count > 0) {
                    link.add(new Packet(ByteBuffer.wrap(Arrays.copyOf(buffer, count)), System.nanoTime() + delayNanos));
                    count = in.read(buffer);
                }
            } catch (IOException e) {
                // closed from the other side
            }
            link.add(new Packet(ByteBuffer.allocate(0), System.nanoTime() + delayNanos));
        });
        start(() -> {
            try (to) {
                OutputStream out = to.getOutputStream();
                Packet packet = link.take();
                while (packet.bytes().hasRemaining()) {
                    for (long left = packet.due() - System.nanoTime();
                            left > 0;
                            left = packet.due() - System.nanoTime()) {
                        LockSupport.parkNanos(left);
                    }
                    out.write(packet.bytes().array());
                    packet = link.take();
                }
            } catch (IOException e) {
                // closed from the other side
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
