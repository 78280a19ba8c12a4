package org.bounce4j.examples;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bounce4j.BounceBatch;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceEventJson;
import org.bounce4j.BounceException;
import org.bounce4j.ConfigurationException;
import org.bounce4j.MalformedPayloadException;
import org.bounce4j.UnavailableException;
import org.bounce4j.Undigested;
import org.jspecify.annotations.Nullable;

/** What verifying one file gave. */
record Verdict(
        String file,
        boolean verified,
        @Nullable String type,
        @Nullable String failure,
        List<BounceEvent> events,
        List<BounceEvent> delays,
        @Nullable String summary,
        List<String> notes) {
    private static final String UNREAD = "file: cannot be read: ";

    /** A genuine request; what it says may still be unreadable, and that is a failure too. */
    static Verdict verified(String file, String type, BounceBatch batch) {
        int unread = batch.undigested().size();
        String failure = unread == 0
                ? null
                : "payload: genuine, but " + (batch.readable() ? "parts of it (" + unread + ") could" : "it could")
                        + " not be read: "
                        + batch.undigested().stream()
                                .map(Undigested::cause)
                                .distinct()
                                .limit(5)
                                .collect(Collectors.joining("; "));
        return new Verdict(file, true, type, failure, batch.events(), batch.delays(), null, List.of());
    }

    static Verdict refused(String file, @Nullable String type, String failure) {
        return new Verdict(file, false, type, failure, List.of(), List.of(), null, List.of());
    }

    /** A file of which nothing can be said. */
    static Verdict unread(String file, String why) {
        return refused(file, null, UNREAD + why);
    }

    /** Says what a genuine request is that gives no event. */
    Verdict summed(String what) {
        return new Verdict(file, verified, type, failure, events, delays, what, notes);
    }

    /** Returns whether it is genuine, could be read, and says nothing of anybody. */
    boolean isEmpty() {
        return verified && isGood() && events.isEmpty() && delays.isEmpty();
    }

    /** Adds a line for a person: what else there is to say. */
    Verdict noted(String note) {
        return new Verdict(
                file,
                verified,
                type,
                failure,
                events,
                delays,
                summary,
                Stream.concat(notes.stream(), Stream.of(note)).toList());
    }

    boolean isGood() {
        return failure == null;
    }

    /** Says what went wrong, and what the endpoint would have answered. */
    static String explain(BounceException e) {
        String answer;
        if (e instanceof MalformedPayloadException) {
            answer = "400, never to be tried again";
        } else if (e instanceof UnavailableException) {
            answer = "503, to be tried again";
        } else if (e instanceof ConfigurationException) {
            answer = "500, somebody must change something";
        } else {
            answer = "403, refused";
        }
        return e.getMessage() + " [an endpoint answers " + answer + "]";
    }

    /** Returns one JSON object on one line; {@code delayed} and {@code summary} are there only where they say something. */
    String json() {
        return "{\"file\":" + quoted(file) + ",\"verified\":" + verified + ",\"type\":" + quoted(type) + ",\"failure\":"
                + quoted(failure) + ",\"events\":" + json(events)
                + (delays.isEmpty() ? "" : ",\"delayed\":" + json(delays))
                + (summary == null ? "" : ",\"summary\":" + quoted(summary))
                + "}";
    }

    private static String json(List<BounceEvent> events) {
        return events.stream().map(BounceEventJson::writeString).collect(Collectors.joining(",", "[", "]"));
    }

    /** Returns some lines for a person. */
    String text() {
        if (failure != null && failure.startsWith(UNREAD)) {
            // it was not judged
            return file + failure.substring("file".length()) + "\n";
        }
        StringBuilder text = new StringBuilder(file).append(": ").append(verified ? "verified" : "NOT verified");
        if (type != null) {
            text.append(", ").append(type);
        }
        text.append('\n');
        if (failure != null) {
            text.append("  ").append(failure).append('\n');
        }
        text.append(MailPrinter.lines(events)).append(MailPrinter.delayed(delays));
        if (summary != null) {
            text.append("  ").append(summary).append('\n');
        }
        notes.forEach(note -> text.append("  ").append(note).append('\n'));
        return text.toString();
    }

    private static String quoted(@Nullable String text) {
        return text == null
                ? "null"
                : '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }

    /** Reads a file, or standard input for {@code -}, up to a limit. */
    static byte[] read(String file, int maxBytes) throws IOException {
        try (InputStream in = file.equals("-") ? System.in : Files.newInputStream(Path.of(file))) {
            byte[] bytes = in.readNBytes(maxBytes + 1);
            if (bytes.length > maxBytes) {
                throw new IOException("expected at most " + maxBytes + " bytes, got more");
            }
            return bytes;
        }
    }
}
