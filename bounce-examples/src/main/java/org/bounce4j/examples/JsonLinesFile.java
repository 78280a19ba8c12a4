package org.bounce4j.examples;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceEventJson;
import org.bounce4j.BounceSink;
import org.bounce4j.ConfigurationException;
import org.bounce4j.UnavailableException;

/**
 * Appends events to a file, one JSON object a line, and returns when the disk has them. An event may stand there twice. A line
 * that could not be written to its end never swallows the next one.
 */
final class JsonLinesFile implements BounceSink, Closeable {
    private final Path file;
    private final FileChannel channel;

    JsonLinesFile(Path file) {
        this.file = file;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new ConfigurationException("Cannot write to " + file + ": " + e, e);
        }
    }

    /** Ends a line that was begun when the process was killed or the disk was full. */
    private void endLine() throws IOException {
        ByteBuffer last = ByteBuffer.allocate(1);
        try (FileChannel written = FileChannel.open(file, StandardOpenOption.READ)) {
            if (written.size() > 0 && written.read(last, written.size() - 1) == 1 && last.get(0) != '\n') {
                channel.write(ByteBuffer.wrap(new byte[] {'\n'}));
            }
        }
    }

    @Override
    public synchronized void accept(List<BounceEvent> events) {
        StringBuilder lines = new StringBuilder();
        for (BounceEvent event : events) {
            lines.append(BounceEventJson.writeString(event)).append('\n');
        }
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(lines.toString());
        try {
            endLine();
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        } catch (IOException e) {
            throw new UnavailableException("Cannot write the events: " + e, e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
