package org.bounce4j.mail;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bounce4j.BounceBatch;
import org.bounce4j.BounceClassifier;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceType;
import org.bounce4j.Trust;
import org.bounce4j.internal.detect.Detectors;
import org.bounce4j.internal.detect.Failure;
import org.bounce4j.internal.detect.Finding;
import org.bounce4j.internal.detect.Message;
import org.bounce4j.internal.mime.MimeLimits;
import org.bounce4j.internal.mime.MimeReader;

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

    private static final BounceMessageParser STANDARD = builder().build();

    private final Clock clock;
    private final int maxBytes;
    private final MimeLimits limits;
    private final EventAssembler assembler;
    private final List<SignedReturnPath> signedReturnPaths;
    private final List<String> subscriberHeaders;
    private final List<String> campaignHeaders;
    private final Trust minimumTrust;

    private BounceMessageParser(Builder builder) {
        clock = builder.clock;
        maxBytes = builder.maxBytes;
        limits = builder.limits;
        assembler = new EventAssembler(builder.source, builder.classifier);
        signedReturnPaths = List.copyOf(builder.signedReturnPaths);
        subscriberHeaders = builder.subscriberHeaders;
        campaignHeaders = builder.campaignHeaders;
        minimumTrust = builder.minimumTrust;
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
     * Returns how much of a mail is read where the source is a stream.
     *
     * @return the limit in bytes
     */
    public int maxBytes() {
        return maxBytes;
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

    private BounceMail parse(byte[] mail, boolean truncated) {
        Message message = new Message(MimeReader.read(mail, limits));
        Finding finding = Detectors.detect(message);
        if (!finding.kind().isAboutOurMail()) {
            return BounceMail.of(finding, truncated);
        }
        Attribution attribution =
                new Attribution(message, finding, signedReturnPaths, subscriberHeaders, campaignHeaders);
        EventAssembler.Assembly assembly = assembler.of(message, finding, attribution, clock.instant());
        List<BounceEvent> found = finding.kind().hasEvents()
                ? assemble(assembly, failures(message, finding, attribution, truncated))
                : List.of();
        List<BounceEvent> events = byTrust(found, true);
        return new BounceMail(
                finding.kind(),
                finding.detector(),
                new BounceBatch(events, assemble(assembly, finding.delays()), List.of()),
                byTrust(found, false),
                attribution.sender(),
                finding.original(),
                truncated || finding.isCut());
    }

    /**
     * A notice that names nobody is still about somebody where its return path or what it returns says who. Of the beginning
     * of a notice, nobody knows whom the rest names.
     */
    private static List<Failure> failures(
            Message message, Finding finding, Attribution attribution, boolean truncated) {
        return finding.failures().isEmpty() && attribution.knowsVictim() && !truncated
                ? List.of(Failure.ofNobody(message.noticeWords()))
                : finding.failures();
    }

    /** Returns the events that are as sure as they must be, or those that are not. */
    private List<BounceEvent> byTrust(List<BounceEvent> events, boolean enough) {
        if (minimumTrust == Trust.UNVERIFIED) {
            return enough ? events : List.of();
        }
        return events.stream()
                .filter(event -> event.trust().isAtLeast(minimumTrust) == enough)
                .toList();
    }

    private static List<BounceEvent> assemble(EventAssembler.Assembly assembly, List<Failure> failures) {
        if (failures.isEmpty()) {
            return List.of();
        }
        if (failures.size() == 1) {
            BounceEvent event = assembly.event(failures.get(0));
            return event == null ? List.of() : List.of(event);
        }
        Map<String, BounceEvent> byId = new LinkedHashMap<>();
        for (Failure failure : failures) {
            BounceEvent event = assembly.event(failure);
            if (event != null) {
                byId.merge(event.id(), event, BounceMessageParser::graver);
            }
        }
        return new ArrayList<>(byId.values());
    }

    /**
     * Of two failures of one recipient the one that is for good; but where an alias or a list gave several addresses, it lives
     * as long as one of them may.
     */
    private static BounceEvent graver(BounceEvent one, BounceEvent other) {
        if (one.type() == other.type()) {
            return one;
        }
        boolean sameAddress = Objects.equals(one.reportedRecipient(), other.reportedRecipient());
        BounceType wanted = sameAddress ? BounceType.HARD : BounceType.SOFT;
        return other.type() == wanted ? other : one;
    }

    private static byte[] wholeLines(byte[] beginning) {
        int end = beginning.length;
        while (end > 0 && beginning[end - 1] != '\n' && beginning[end - 1] != '\r') {
            end--;
        }
        return Arrays.copyOf(beginning, end);
    }

    /** Builds a {@link BounceMessageParser}. Not thread-safe. */
    public static final class Builder {
        private Clock clock = Clock.systemUTC();
        private String source = "pop3";
        private BounceClassifier classifier = BounceClassifier.standard();
        private List<String> subscriberHeaders = List.of("X-Listmonk-Subscriber");
        private List<String> campaignHeaders = List.of("X-Listmonk-Campaign");
        private final List<SignedReturnPath> signedReturnPaths = new ArrayList<>();
        private Trust minimumTrust = Trust.UNVERIFIED;
        private int maxBytes = DEFAULT_MAX_BYTES;
        private MimeLimits limits = MimeLimits.STANDARD;

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
         * Adds a signed return path of yours. What a bounce to such an address says is
         * {@linkplain Trust#AUTHENTICATED authenticated}: about the address that was mailed, or, where the report does not
         * name that one, about the subscriber alone; then the event has no recipient, and whom the report names is its
         * {@link BounceEvent#reportedRecipient()}. Subscriber and campaign come from the return path, not from header fields.
         * Call this again for each further one, for instance for the domain that you used before.
         *
         * @param returnPath a signed return path
         * @return this builder
         */
        public Builder signedReturnPath(SignedReturnPath returnPath) {
            signedReturnPaths.add(Objects.requireNonNull(returnPath, "returnPath"));
            return this;
        }

        /**
         * Sets how sure it must be that a bounce or complaint is real; {@link Trust#UNVERIFIED}, which lets all of them
         * count, if not set. With {@link Trust#AUTHENTICATED}, only those count that came to a
         * {@linkplain #signedReturnPath signed return path}. What is less sure is no event: {@link BounceMail#untrusted()}
         * has it, and a scanner leaves such a mail where it is.
         *
         * @param trust the least trust that counts
         * @return this builder
         */
        public Builder minimumTrust(Trust trust) {
            this.minimumTrust = Objects.requireNonNull(trust, "trust");
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
         * Sets how deep parts of a mail may nest; 16 if not set. What is deeper is not looked into.
         *
         * @param levels the limit, 1 to 100
         * @return this builder
         */
        public Builder maxDepth(int levels) {
            limits =
                    new MimeLimits(between("levels", levels, 1, 100), limits.parts(), limits.fields(), limits.groups());
            return this;
        }

        /**
         * Sets how many parts of a mail are read; 500 if not set. What is behind them is not looked into.
         *
         * @param parts the limit, from 1
         * @return this builder
         */
        public Builder maxParts(int parts) {
            limits = new MimeLimits(
                    limits.depth(), between("parts", parts, 1, Integer.MAX_VALUE), limits.fields(), limits.groups());
            return this;
        }

        /**
         * Sets how many fields of one header are read; 1,000 if not set. The others are left out.
         *
         * @param fields the limit, from 1
         * @return this builder
         */
        public Builder maxHeaderFields(int fields) {
            limits = new MimeLimits(
                    limits.depth(), limits.parts(), between("fields", fields, 1, Integer.MAX_VALUE), limits.groups());
            return this;
        }

        /**
         * Sets how many recipients of one report are read; 20,000 if not set. Where a report has more,
         * {@link BounceMail#truncated()} is true.
         *
         * @param recipients the limit, from 1
         * @return this builder
         */
        public Builder maxRecipients(int recipients) {
            limits = new MimeLimits(
                    limits.depth(),
                    limits.parts(),
                    limits.fields(),
                    between("recipients", recipients, 1, Integer.MAX_VALUE - 1) + 1);
            return this;
        }

        private static int between(String what, int value, int least, int most) {
            if (value < least || value > most) {
                throw new IllegalArgumentException("Expected " + least + " to " + most + " " + what + ", got " + value);
            }
            return value;
        }

        /**
         * Builds the parser.
         *
         * @return the parser
         * @throws IllegalStateException if only authenticated bounces are to count and there is no signed return path
         */
        public BounceMessageParser build() {
            if (minimumTrust == Trust.AUTHENTICATED && signedReturnPaths.isEmpty()) {
                throw new IllegalStateException(
                        "Expected a signed return path where only AUTHENTICATED bounces count, got"
                                + " none: no bounce would ever count; add one with signedReturnPath(...)");
            }
            return new BounceMessageParser(this);
        }
    }
}
