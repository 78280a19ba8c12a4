package org.bounce4j.benchmarks;

import jakarta.mail.Flags;
import jakarta.mail.Folder;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Store;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.bounce4j.BounceSink;
import org.bounce4j.jdbc.JdbcBounceStore;
import org.bounce4j.mailbox.MailboxScanner;
import org.bounce4j.mailbox.ScanReport;
import org.bounce4j.pop3.Credentials;
import org.bounce4j.pop3.Pop3Mailbox;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Empties a mailbox of Dovecot on loopback, or behind a link of 30 ms: 5,000 bounces, or 500. A score is milliseconds for all
 * of them, login and QUIT included; the mailbox is filled between two rounds. Needs Debian's dovecot-pop3d, and to be run from
 * the root of the repository.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5)
@Measurement(iterations = 5)
@Fork(1)
public class ScanBenchmark {
    private static final String USER = "bench";

    /** Round-trip time of the link, in milliseconds. */
    @Param({"0", "30"})
    private int roundTrip;

    @SuppressWarnings("NullAway.Init") // JMH calls start() first
    private DovecotServer server;

    @SuppressWarnings("NullAway.Init")
    private JdbcBounceStore store;

    private @Nullable DelayProxy proxy;
    private int mails;
    private int port;
    private int round;

    /** Starts the server, the link and the database. */
    @Setup
    public void start() throws IOException {
        server = DovecotServer.start(USER);
        port = server.port();
        mails = 5_000;
        if (roundTrip > 0) {
            proxy = new DelayProxy(port, roundTrip / 2);
            port = proxy.port();
            mails = 500;
        }
        JdbcDataSource database = new JdbcDataSource();
        database.setUrl("jdbc:h2:" + server.folder().resolve("store") + ";DB_CLOSE_DELAY=-1");
        store = JdbcBounceStore.builder(database).build();
        store.createSchema();
    }

    /** Ends them. */
    @TearDown
    public void stop() throws IOException {
        if (proxy != null) {
            proxy.close();
        }
        server.close();
    }

    /** Puts new bounces into the mailbox. */
    @Setup(Level.Invocation)
    public void fill() throws IOException {
        server.empty(USER);
        for (int i = 0; i < mails; i++) {
            server.deliver(USER, SampleBounces.of(round * mails + i));
        }
        round++;
    }

    private int scan(BounceSink sink) {
        ScanReport report = MailboxScanner.builder(
                        Pop3Mailbox.builder("127.0.0.1", Credentials.password(USER, "secret"))
                                .port(port)
                                .insecurePlaintext()
                                .build(),
                        sink)
                .build()
                .scan();
        return require(report.deleted(), report);
    }

    private int require(int deleted, Object what) {
        if (deleted != mails) {
            throw new IllegalStateException("Expected " + mails + " mails to be deleted: " + what);
        }
        return deleted;
    }

    /** Fetches, parses, classifies, counts, deletes. */
    @Benchmark
    public int bounce4jCounting() {
        AtomicInteger count = new AtomicInteger();
        scan(events -> count.addAndGet(events.size()));
        return require(count.get(), count);
    }

    /** Fetches, parses, classifies, stores in an idempotent store on H2, deletes. */
    @Benchmark
    public int bounce4jStoring() {
        return scan(store);
    }

    /** The peer: Angus fetches each mail, reads its bytes and marks it to be deleted. */
    @Benchmark
    public long angus() throws MessagingException, IOException {
        Store pop3 = Session.getInstance(new Properties()).getStore("pop3");
        pop3.connect("127.0.0.1", port, USER, "secret");
        long bytes = 0;
        int deleted = 0;
        Folder inbox = pop3.getFolder("INBOX");
        inbox.open(Folder.READ_WRITE);
        for (Message message : inbox.getMessages()) {
            try (InputStream in = message.getInputStream()) {
                bytes += in.readAllBytes().length;
            }
            message.setFlag(Flags.Flag.DELETED, true);
            deleted++;
        }
        inbox.close(true);
        pop3.close();
        require(deleted, bytes);
        return bytes;
    }

    /** The floor: says all commands at once, and counts what comes back. */
    @Benchmark
    public long idealPipeline() throws IOException, InterruptedException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
            OutputStream out = socket.getOutputStream();
            StringBuilder commands = new StringBuilder("USER " + USER + "\r\nPASS secret\r\n");
            for (int i = 1; i <= mails; i++) {
                commands.append("RETR ").append(i).append("\r\nDELE ").append(i).append("\r\n");
            }
            commands.append("QUIT\r\n");
            Thread writer = new Thread(() -> {
                try {
                    out.write(commands.toString().getBytes(StandardCharsets.US_ASCII));
                    out.flush();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            writer.start();
            byte[] buffer = new byte[1 << 16];
            long bytes = 0;
            int count = in.read(buffer);
            while (count > 0) {
                bytes += count;
                count = in.read(buffer);
            }
            writer.join();
            return bytes;
        }
    }
}
