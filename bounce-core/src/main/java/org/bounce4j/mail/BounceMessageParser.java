package org.bounce4j.mail;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bounce4j.BounceBatch;
import org.bounce4j.BounceClassifier;
import org.bounce4j.BounceEvent;
import org.bounce4j.internal.detect.Detectors;
import org.bounce4j.internal.detect.Failure;
import org.bounce4j.internal.detect.Finding;
import org.bounce4j.internal.detect.Message;
import org.bounce4j.internal.mime.Headers;
import org.bounce4j.internal.mime.MimeReader;
import org.jspecify.annotations.Nullable;

/**
 * Reads bounce mails: says what a mail is, who failed and why.
 *
 * <p>Any bytes give an answer; nothing a mail holds makes this throw. Time is linear in the size of the mail and memory a
 * small multiple of it. Of an {@link InputStream} at most {@link #DEFAULT_MAX_BYTES} are read, or what the builder says.
 *
 * <p>Immutable, thread-safe and reusable.
 *
 * <pre>{@code
 * BounceMail mail = BounceMessageParser.standard().parse(bytes);
 * mail.batch().deliverTo(sink);
 * }</pre>
 */
public final class BounceMessageParser {
    /** How much of a stream is read, in bytes, if the builder says nothing: 8 MiB. */
    public static final int DEFAULT_MAX_BYTES = 8 * 1024 * 1024;

    /** The most header fields of the original message that {@link BounceMail#originalHeaders()} holds. */
    public static final int MAX_ORIGINAL_HEADERS = 200;

    private static final int MAX_HEADER_VALUE = 4_096;
    private static final BounceMessageParser STANDARD = builder().build();

    private final Clock clock;
    private final int maxBytes;
    private final EventAssembler assembler;

    private BounceMessageParser(Builder builder) {
        clock = builder.clock;
        maxBytes = builder.maxBytes;
        assembler = new EventAssembler(
                builder.source, builder.classifier, builder.subscriberHeaders, builder.campaignHeaders);
    }

    /**
     * Returns the parser with the usual settings.
     *
     * @return the parser
     */
    public static BounceMessageParser standard() {
        return STANDARD;
    }

    /**
     * Starts a parser.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Reads a mail.
     *
     * @param mail the mail as it arrived, from its first header line on; not changed, and not kept
     * @return what it is and says
     */
    public BounceMail parse(byte[] mail) {
        return parse(mail, false);
    }

    private BounceMail parse(byte[] mail, boolean truncated) {
        Message message = new Message(MimeReader.read(mail));
        Finding finding = Detectors.detect(message);
        Instant now = clock.instant();
        EventAssembler.Assembly assembly = assembler.of(message, finding, now);
        List<BounceEvent> events = finding.kind().hasEvents() ? assemble(assembly, finding.failures()) : List.of();
        List<BounceEvent> delays = assemble(assembly, finding.delays());
        return new BounceMail(
                finding.kind(),
                finding.detector(),
                new BounceBatch(events, delays, List.of()),
                fields(finding.original()),
                truncated || finding.isCut());
    }

    private static List<BounceEvent> assemble(EventAssembler.Assembly assembly, List<Failure> failures) {
        Map<String, BounceEvent> byId = new LinkedHashMap<>();
        for (Failure failure : failures) {
            BounceEvent event = assembly.event(failure);
            if (event != null) {
                byId.putIfAbsent(event.id(), event);
            }
        }
        return new ArrayList<>(byId.values());
    }

    /**
     * Reads a mail from a stream, up to the most bytes that this parser reads; of a longer one the beginning, up to its last
     * whole line. Does not close the stream.
     *
     * @param mail the mail as it arrived, from its first header line on
     * @return what it is and says
     * @throws IOException if the stream cannot be read
     */
    public BounceMail parse(InputStream mail) throws IOException {
        byte[] bytes = mail.readNBytes(maxBytes);
        boolean more = bytes.length == maxBytes && mail.read() >= 0;
        return parse(more ? wholeLines(bytes) : bytes, more);
    }

    /**
     * Reads the beginning of a mail that is larger than a source fetches; {@link BounceMail#truncated()} is true for it.
     *
     * @param beginning the first bytes of the mail; its last line, which may be half an address, is left out
     * @return what it is and says, as far as can be told
     */
    public BounceMail parseBeginning(byte[] beginning) {
        return parse(wholeLines(beginning), true);
    }

    private static byte[] wholeLines(byte[] beginning) {
        int end = beginning.length;
        while (end > 0 && beginning[end - 1] != '\n' && beginning[end - 1] != '\r') {
            end--;
        }
        return Arrays.copyOf(beginning, end);
    }

    private static String[] fields(@Nullable Headers original) {
        int count = original == null ? 0 : Math.min(original.count(), MAX_ORIGINAL_HEADERS);
        String[] fields = new String[2 * count];
        for (int i = 0; i < count && original != null; i++) {
            String value = original.value(i);
            fields[2 * i] = original.name(i);
            fields[2 * i + 1] = value.length() > MAX_HEADER_VALUE ? value.substring(0, MAX_HEADER_VALUE) : value;
        }
        return fields;
    }

    /** Builds a {@link BounceMessageParser}. Not thread-safe. */
    public static final class Builder {
        private Clock clock = Clock.systemUTC();
        private String source = "pop3";
        private BounceClassifier classifier = BounceClassifier.standard();
        private List<String> subscriberHeaders = List.of("X-Listmonk-Subscriber");
        private List<String> campaignHeaders = List.of("X-Listmonk-Campaign");
        private int maxBytes = DEFAULT_MAX_BYTES;

        private Builder() {}

        /**
         * Sets the clock that says when an event was received.
         *
         * @param clock a clock
         * @return this builder
         */
        public Builder clock(Clock clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Sets what {@link BounceEvent#source()} says; {@code pop3} if not set.
         *
         * @param source the channel, not blank
         * @return this builder
         */
        public Builder source(String source) {
            if (source.isBlank()) {
                throw new IllegalArgumentException("Expected the name of a source, got a blank text");
            }
            this.source = source;
            return this;
        }

        /**
         * Sets the classifier.
         *
         * @param classifier a classifier
         * @return this builder
         */
        public Builder classifier(BounceClassifier classifier) {
            this.classifier = Objects.requireNonNull(classifier, "classifier");
            return this;
        }

        /**
         * Sets the header fields of your mails that hold the subscriber's identifier; {@code X-Listmonk-Subscriber} if not
         * set.
         *
         * @param names names of header fields, the first one found counts
         * @return this builder
         */
        public Builder subscriberHeaders(String... names) {
            this.subscriberHeaders = List.of(names);
            return this;
        }

        /**
         * Sets the header fields of your mails that hold the campaign's identifier; {@code X-Listmonk-Campaign} if not set.
         *
         * @param names names of header fields, the first one found counts
         * @return this builder
         */
        public Builder campaignHeaders(String... names) {
            this.campaignHeaders = List.of(names);
            return this;
        }

        /**
         * Sets how much of a stream is read.
         *
         * @param bytes the limit in bytes, from 1
         * @return this builder
         */
        public Builder maxBytes(int bytes) {
            if (bytes < 1) {
                throw new IllegalArgumentException("Expected a limit of at least 1 byte, got " + bytes);
            }
            this.maxBytes = bytes;
            return this;
        }

        /**
         * Builds the parser.
         *
         * @return the parser
         */
        public BounceMessageParser build() {
            return new BounceMessageParser(this);
        }
    }
}
