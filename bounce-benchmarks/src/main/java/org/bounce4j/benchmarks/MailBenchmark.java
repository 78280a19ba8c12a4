package org.bounce4j.benchmarks;

import jakarta.mail.BodyPart;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.bounce4j.mail.BounceMessageParser;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Reads a folder of mails, one after the other: ours from bytes to classified events, and peers that only find the structure.
 * The folder is the system property {@code bounce4j.corpus}, or the fixtures of bounce-core. A score is mails a second.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
// ours is compiled to the end only after some 200,000 mails, which take the JVM's two compilers half a minute
@Warmup(iterations = 6, time = 10)
@Measurement(iterations = 5, time = 3)
@Fork(1)
public class MailBenchmark {
    private static final Session SESSION = Session.getInstance(new Properties());

    private final BounceMessageParser parser = BounceMessageParser.standard();
    private List<byte[]> mails = List.of();
    private int next;

    /** Reads the mails into memory. */
    @Setup
    public void read() throws IOException {
        Path folder = Path.of(System.getProperty("bounce4j.corpus", "bounce-core/src/test/resources/mails"));
        try (Stream<Path> files = Files.walk(folder)) {
            mails = files.filter(file -> file.toString().matches(".*\\.(eml|txt|msg)"))
                    .sorted()
                    .map(MailBenchmark::bytes)
                    .toList();
        }
        long size = mails.stream().mapToLong(mail -> mail.length).sum();
        System.out.println(mails.size() + " mails, " + size / mails.size() + " bytes on average");
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] mail() {
        next = next + 1 < mails.size() ? next + 1 : 0;
        return mails.get(next);
    }

    /** From bytes to classified events. */
    @Benchmark
    public Object bounce4j() {
        return parser.parse(mail());
    }

    /** A loop that counts line ends. */
    @Benchmark
    public int countLines() {
        int lines = 0;
        for (byte b : mail()) {
            if (b == '\n') {
                lines++;
            }
        }
        return lines;
    }

    /** Mime4j's token stream, from start to end: where things are, nothing of them read. */
    @Benchmark
    public void mime4j(Blackhole hole) throws IOException {
        tokens(hole, false);
    }

    /** Mime4j's token stream with every field's name and value and every decoded body, which a parser of bounces needs. */
    @Benchmark
    public void mime4jReading(Blackhole hole) throws IOException {
        tokens(hole, true);
    }

    private void tokens(Blackhole hole, boolean reading) throws IOException {
        MimeTokenStream stream = new MimeTokenStream(MimeConfig.PERMISSIVE);
        stream.parse(new ByteArrayInputStream(mail()));
        try {
            for (EntityState state = stream.getState(); state != EntityState.T_END_OF_STREAM; state = stream.next()) {
                hole.consume(state);
                if (reading && state == EntityState.T_FIELD) {
                    hole.consume(stream.getField().getName());
                    hole.consume(stream.getField().getBody());
                } else if (reading && state == EntityState.T_BODY) {
                    hole.consume(stream.getDecodedInputStream().readAllBytes());
                }
            }
        } catch (MimeException e) {
            hole.consume(e);
        }
    }

    /** Angus' MimeMessage, walked over all parts. */
    @Benchmark
    public void angus(Blackhole hole) {
        try {
            walk(new MimeMessage(SESSION, new ByteArrayInputStream(mail())), hole);
        } catch (MessagingException | IOException | RuntimeException e) {
            hole.consume(e);
        }
    }

    private static void walk(Part part, Blackhole hole) throws MessagingException, IOException {
        Object content = part.getContent();
        if (content instanceof Multipart multipart) {
            for (int i = 0; i < multipart.getCount(); i++) {
                BodyPart child = multipart.getBodyPart(i);
                walk(child, hole);
            }
        } else if (content instanceof Part message) {
            walk(message, hole);
        } else if (content instanceof InputStream stream) {
            hole.consume(stream.readAllBytes());
        } else {
            hole.consume(content);
        }
    }
}
