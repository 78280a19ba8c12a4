package org.bounce4j.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A Dovecot with a throw-away configuration, that of the tests. */
final class DovecotServer implements AutoCloseable {
    private final Path base;
    private final int port;
    private final Process process;
    private int delivered;

    private DovecotServer(Path base, int port, Process process) {
        this.base = base;
        this.port = port;
        this.process = process;
    }

    static DovecotServer start(String user) throws IOException {
        Path base = Files.createTempDirectory("dovecot");
        Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
        int port = freePort();
        Process process = new ProcessBuilder(
                        ".ci/dovecot", base.toString(), String.valueOf(port), String.valueOf(freePort()), user)
                .inheritIO()
                .start();
        DovecotServer server = new DovecotServer(base, port, process);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (System.nanoTime() < end && process.isAlive()) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                if (socket.getInputStream().read() == '+') {
                    return server;
                }
            } catch (IOException e) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        }
        server.close();
        throw new IOException("Dovecot does not start; is dovecot-pop3d installed?");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    Path folder() {
        return base;
    }

    int port() {
        return port;
    }

    void deliver(String user, byte[] mail) throws IOException {
        Path folder = base.resolve("mail").resolve(user).resolve("Maildir/new");
        Files.write(folder.resolve(1_700_000_000 + delivered + ".M" + delivered++ + ".host"), mail);
    }

    void empty(String user) throws IOException {
        for (String part : List.of("new", "cur")) {
            try (Stream<Path> files =
                    Files.list(base.resolve("mail").resolve(user).resolve("Maildir/" + part))) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try (Stream<Path> files = Files.walk(base)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                if (!file.toFile().delete()) {
                    file.toFile().deleteOnExit();
                }
            });
        }
    }
}
