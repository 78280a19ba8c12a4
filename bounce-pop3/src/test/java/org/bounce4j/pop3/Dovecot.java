package org.bounce4j.pop3;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A Dovecot of Debian's packages on loopback, with a throw-away configuration. */
final class Dovecot implements AutoCloseable {
    private final Path base;
    private final Process process;
    private final int port;
    private final int tlsPort;
    private int delivered;

    private Dovecot(Path base, Process process, int port, int tlsPort) {
        this.base = base;
        this.process = process;
        this.port = port;
        this.tlsPort = tlsPort;
    }

    /** Returns whether there is one on this machine. */
    static boolean isInstalled() {
        return Stream.of("/usr/sbin/dovecot", "/usr/local/sbin/dovecot", "/usr/bin/dovecot")
                .anyMatch(file -> Files.isExecutable(Path.of(file)));
    }

    static Dovecot start(String... users) throws IOException {
        Path base = Files.createTempDirectory("dovecot");
        Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
        int port = freePort();
        int tlsPort = freePort();
        List<String> command = new ArrayList<>(List.of(
                root().resolve(".ci/dovecot").toString(),
                base.toString(),
                String.valueOf(port),
                String.valueOf(tlsPort)));
        command.addAll(List.of(users));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(base.resolve("said").toFile())
                .start();
        Dovecot dovecot = new Dovecot(base, process, port, tlsPort);
        dovecot.awaitStart();
        return dovecot;
    }

    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve(".ci/dovecot"))) {
            folder = folder.getParent();
        }
        return folder;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitStart() throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (System.nanoTime() < end && process.isAlive()) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                if (socket.getInputStream().read() == '+') {
                    return;
                }
            } catch (IOException e) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        }
        String said = Files.readString(base.resolve("said"));
        close();
        throw new IOException("Dovecot does not start: " + said);
    }

    int port() {
        return port;
    }

    int tlsPort() {
        return tlsPort;
    }

    Path certificate() {
        return base.resolve("cert.pem");
    }

    /** Puts a mail into a user's mailbox. */
    void deliver(String user, byte[] mail) throws IOException {
        Files.write(
                folder(user).resolve("new").resolve(1_700_000_000 + delivered + ".M" + delivered++ + ".host"), mail);
    }

    int count(String user) throws IOException {
        int count = 0;
        for (String part : List.of("new", "cur")) {
            try (Stream<Path> files = Files.list(folder(user).resolve(part))) {
                count += (int) files.count();
            }
        }
        return count;
    }

    private Path folder(String user) {
        return base.resolve("mail").resolve(user).resolve("Maildir");
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try (Stream<Path> files = Files.walk(base)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                if (!file.toFile().delete()) {
                    file.toFile().deleteOnExit();
                }
            });
        }
    }
}
