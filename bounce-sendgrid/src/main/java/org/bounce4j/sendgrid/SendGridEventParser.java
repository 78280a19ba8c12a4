package org.bounce4j.sendgrid;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.bounce4j.BounceBatch;
import org.bounce4j.BounceClassifier;
import org.bounce4j.BounceEvent;
import org.bounce4j.Classification;
import org.bounce4j.EmailAddress;
import org.bounce4j.EnhancedStatus;
import org.bounce4j.EventId;
import org.bounce4j.Trust;
import org.bounce4j.Undigested;
import org.bounce4j.internal.Json;
import org.bounce4j.internal.JsonNames;
import org.bounce4j.internal.JsonObjectText;
import org.bounce4j.internal.JsonReader;
import org.bounce4j.internal.JsonReader.MalformedJsonException;
import org.bounce4j.internal.Witness;
import org.jspecify.annotations.Nullable;

/**
 * Reads a batch of SendGrid events: bounces, blocks, expired messages, drops that echo a suppression list, and spam reports.
 * Deliveries, opens, clicks and events of next year give nothing; deferrals give delays if asked for.
 *
 * <p>One element that cannot be read never costs the others: it is in {@link BounceBatch#undigested()} with its bytes. After
 * one that does not end, reading goes on with the next line, sixteen times in a batch; what is left then, or stands behind the
 * array, is undigested too. Behind the first hundred such parts, those that stand side by side are one. Memory is bounded by
 * the size of the batch.
 *
 * <p>An event's id is made of {@code sg_event_id}; where there is none, of event, timestamp, recipient, {@code sg_message_id}
 * and {@code smtp-id}.
 *
 * <p>Immutable and thread-safe.
 *
 * @see <a href="https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event">Event webhook reference</a>
 */
public final class SendGridEventParser {
    private static final String SOURCE = "sendgrid";
    private static final byte[] EVENT = "event".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_EVENT_ID = 255;
    private static final String UNREADABLE = "expected the JSON of an event, got something that cannot be read";
    private static final String TOO_MUCH = "expected a comma behind an event, got more";
    /** So many parts that cannot be read are kept apart. */
    private static final int MOST_APART = 100;
    /** How often reading goes on with the next line: each time, the rest of the batch may be passed over in vain. */
    private static final int MOST_RESUMED = 16;
    /** A year of four digits: a custom argument that shadows the timestamp may be anything. */
    private static final long LATEST_SECOND =
            Instant.parse("9999-12-30T00:00:00Z").getEpochSecond();

    private final Clock clock;
    private final SendGridJudge judge;
    private final List<String> subscriberArguments;
    private final List<String> campaignArguments;
    private final boolean deferrals;
    private final JsonNames names;

    /** Creates a parser with the usual settings. */
    public SendGridEventParser() {
        this(new Builder());
    }

    private SendGridEventParser(Builder builder) {
        clock = builder.clock;
        judge = new SendGridJudge(builder.classifier);
        subscriberArguments = builder.subscriberArguments;
        campaignArguments = builder.campaignArguments;
        deferrals = builder.deferrals;
        names = SendGridElement.names(Stream.concat(subscriberArguments.stream(), campaignArguments.stream())
                .toList());
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
     * Reads a verified batch.
     *
     * @param batch what SendGrid signed
     * @return what it says
     */
    public BounceBatch parse(SendGridBatch batch) {
        return read(batch.bytes());
    }

    /**
     * Reads a batch that came by a transport which proves by itself where it comes from: the payload of a unit test, a queue
     * that only your verifying endpoint may write to.
     *
     * @param json the batch as JSON: an array of events, or one event
     * @return what it says
     */
    public BounceBatch parseTrusted(byte[] json) {
        return read(json);
    }

    private BounceBatch read(byte[] body) {
        byte[] json = Json.withoutByteOrderMark(body);
        Reading reading = new Reading(json, clock.instant());
        // a custom argument named like a field of SendGrid's must not cost the elements behind it
        JsonReader reader = JsonReader.lenient(json, 0, json.length, names);
        if (reader.isAtEnd()) {
            reading.undigested(0, json.length, "expected a JSON array of events, got nothing");
            return reading.batch();
        }
        int start = 0;
        boolean array = false;
        try {
            array = reader.kind() == '[';
            if (array) {
                reader.enter();
                start = reader.position();
            }
            while (array ? reader.element() : !reader.isAtEnd()) {
                boolean object = reader.kind() == '{';
                start = reader.position();
                element(reader, object, reading);
                // what follows an element that was read is the next one's trouble
                start = reader.position();
            }
            behindTheArray(reader.position(), reading);
        } catch (MalformedJsonException e) {
            String cause = "expected a JSON array of events, went wrong: " + e.getMessage();
            if (array) {
                oneByOne(start, cause, reading);
            } else {
                reading.undigested(start, json.length, cause);
            }
        }
        return reading.batch();
    }

    /**
     * Goes on behind an element at which a reader of the whole batch stops, such as one that is nested too deeply: the
     * elements are told apart by their brackets and read each for itself. Where that cannot be done, the rest is kept.
     */
    private void oneByOne(int first, String cause, Reading reading) {
        byte[] json = reading.json;
        int last = first;
        int resumed = 0;
        int start = ElementScanner.elementStart(json, first);
        while (start >= 0) {
            int end = ElementScanner.elementEnd(json, start);
            int junk = end < 0 ? start : element(start, end, reading);
            if (junk == end) {
                last = end;
                start = ElementScanner.elementStart(json, end);
                continue;
            }
            // it does not end, or it swallowed the next: SendGrid begins a line with each element
            int limit = end < 0 ? json.length : end;
            int line = resumed == MOST_RESUMED ? -1 : ElementScanner.lineEnd(json, junk, limit);
            if (line >= 0 && line < limit) {
                resumed++;
                last = line;
            } else {
                last = limit;
            }
            int from = ElementScanner.skipSpace(json, junk);
            if (from < last) {
                reading.undigested(from, last, end < 0 ? cause : junk == start ? UNREADABLE : TOO_MUCH);
            }
            if (last == json.length) {
                return;
            }
            start = ElementScanner.elementStart(json, last);
        }
        if (start == ElementScanner.BROKEN) {
            reading.undigested(last, json.length, cause);
        }
    }

    /** Reads the element between two positions; returns the one behind what is JSON of it. */
    private int element(int start, int end, Reading reading) {
        JsonReader reader = JsonReader.lenient(reading.json, start, end, names);
        try {
            element(reader, reader.kind() == '{', reading);
        } catch (MalformedJsonException e) {
            return start;
        }
        int behind = reader.position();
        return reader.isAtEnd() ? end : behind;
    }

    private static void behindTheArray(int from, Reading reading) {
        int start = ElementScanner.skipSpace(reading.json, from);
        if (start < reading.json.length) {
            reading.undigested(start, reading.json.length, "expected one JSON array of events, got more behind it");
        }
    }

    /** Reads an element at whose first byte the reader is. Most are none of our business, and passed over. */
    private void element(JsonReader reader, boolean object, Reading reading) throws MalformedJsonException {
        int start = reader.position();
        if (!object) {
            reader.skip();
            reading.undigested(start, reader.position(), "expected an object");
            return;
        }
        boolean named = false;
        boolean odd = false;
        reader.enter();
        while (reader.field(EVENT)) {
            boolean text = reader.kind() == '"';
            String event = reader.knownText();
            if (!text || event == null || event.isBlank()) {
                odd = true;
                continue;
            }
            if (SendGridJudge.isFailure(event, deferrals)) {
                failure(reader, start, reading);
                return;
            }
            named = true;
        }
        if (named) {
            reading.readable = true;
        } else {
            String cause = odd ? "expected the name of an event in the field event" : "expected the field event";
            reading.undigested(start, reader.position(), cause);
        }
    }

    private void failure(JsonReader reader, int start, Reading reading) throws MalformedJsonException {
        SendGridElement element;
        boolean strict = true;
        try {
            JsonReader objects = reader.ofObjects(start);
            element = SendGridElement.read(objects);
            reader.leave(objects.position());
        } catch (MalformedJsonException e) {
            // it may have a name twice, or levels that others will not read
            strict = false;
            reader.leave(start);
            element = SendGridElement.read(reader);
        }
        int end = reader.position();
        if (element.twice != null) {
            reading.undigested(start, end, "expected " + element.twice + " once");
            return;
        }
        boolean deferred = SendGridJudge.lower(element.event).equals("deferred");
        Classification classification = deferred ? judge.deferred(element) : judge.judge(element);
        if (classification == null) {
            reading.readable = true;
            return;
        }
        EmailAddress address = EmailAddress.parse(element.email).orElse(null);
        if (address == null) {
            reading.undigested(start, end, "expected a mail address in email");
            return;
        }
        // as it stands there, or what every reader of JSON can read of it
        CharSequence meta = strict
                ? new JsonObjectText(new String(reading.json, start, end - start, StandardCharsets.UTF_8))
                : Json.write(element.tags);
        BounceEvent event =
                event(element, classification, address, reading.now).meta(meta).build();
        (deferred ? reading.delays : reading.events).add(event);
    }

    private BounceEvent.Builder event(
            SendGridElement element, Classification classification, EmailAddress address, Instant now) {
        String text = SendGridJudge.words(element);
        return BounceEvent.builder(id(element, address), classification.type(), SOURCE, address, now)
                .classification(classification)
                .trust(Trust.AUTHENTICATED)
                .status(Witness.status(EnhancedStatus.parse(element.status).orElse(null), text))
                .replyCode(Witness.replyCode(text))
                .diagnostic(text)
                .messageId(element.smtpId)
                .providerMessageId(providerMessageId(element.messageId))
                .subscriber(first(element, subscriberArguments))
                .campaign(first(element, campaignArguments))
                .occurredAt(instant(element.timestamp))
                .tags(element.tags);
    }

    private static String id(SendGridElement element, EmailAddress address) {
        String eventId = element.eventId;
        if (eventId != null && !eventId.isBlank() && eventId.length() <= MAX_EVENT_ID) {
            return EventId.of(SOURCE, 1, "event", eventId.strip());
        }
        return EventId.of(
                SOURCE,
                1,
                "fields",
                orEmpty(element.event).toLowerCase(Locale.ROOT),
                orEmpty(element.timestamp),
                address.key(),
                orEmpty(element.messageId),
                orEmpty(element.smtpId));
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text.strip();
    }

    /** The part before the first dot is what SendGrid's API answered as X-Message-Id; behind it stand its own servers. */
    private static @Nullable String providerMessageId(@Nullable String messageId) {
        int dot = messageId == null ? -1 : messageId.indexOf('.');
        return messageId == null || dot < 0 ? messageId : messageId.substring(0, dot);
    }

    private static @Nullable String first(SendGridElement element, List<String> names) {
        for (String name : names) {
            String value = element.tags.get(name);
            if (value != null && !value.isBlank()) {
                return value;
            }
        }
        return null;
    }

    private static @Nullable Instant instant(@Nullable String seconds) {
        if (seconds == null || seconds.length() > 12) {
            return null;
        }
        try {
            long second = Long.parseLong(seconds.strip());
            return second < 0 || second > LATEST_SECOND ? null : Instant.ofEpochSecond(second);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** What was read of a batch so far. */
    private static final class Reading {
        private final byte[] json;
        private final Instant now;
        private final List<BounceEvent> events = new ArrayList<>();
        private final List<BounceEvent> delays = new ArrayList<>();
        private final List<Undigested> undigested = new ArrayList<>();
        /** Whether there was an element that is no concern of ours. */
        private boolean readable;
        /** Where the last part that cannot be read starts and ends, and why, as long as more may be added to it. */
        private int openStart;

        private int openEnd;
        private @Nullable String openCause;

        Reading(byte[] json, Instant now) {
            this.json = json;
            this.now = now;
        }

        /** Keeps a part. Of very many, those that nothing stands between become one: eight megabytes of junk are some million. */
        void undigested(int start, int end, String cause) {
            if (openCause != null && ElementScanner.elementStart(json, openEnd) == start) {
                openEnd = end;
                return;
            }
            close();
            openStart = start;
            openEnd = end;
            openCause = cause;
            if (undigested.size() < MOST_APART) {
                close();
            }
        }

        private void close() {
            if (openCause != null) {
                undigested.add(new Undigested(SOURCE, Arrays.copyOfRange(json, openStart, openEnd), openCause));
                openCause = null;
            }
        }

        BounceBatch batch() {
            close();
            return new BounceBatch(events, delays, undigested, readable);
        }
    }

    /** Builds a {@link SendGridEventParser}. Not thread-safe. */
    public static final class Builder {
        private Clock clock = Clock.systemUTC();
        private BounceClassifier classifier = BounceClassifier.standard();
        private List<String> subscriberArguments =
                List.of("subscriber_uuid", "XListmonkSubscriber", "X-Listmonk-Subscriber");
        private List<String> campaignArguments = List.of("campaign_uuid", "XListmonkCampaign", "X-Listmonk-Campaign");
        private boolean deferrals;

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
         * Sets the classifier that reads what servers said.
         *
         * @param classifier a classifier
         * @return this builder
         */
        public Builder classifier(BounceClassifier classifier) {
            this.classifier = Objects.requireNonNull(classifier, "classifier");
            return this;
        }

        /**
         * Sets the custom arguments that hold the subscriber's identifier; {@code subscriber_uuid}, {@code XListmonkSubscriber}
         * and {@code X-Listmonk-Subscriber} if not set.
         *
         * @param names names of custom arguments, the first one found counts
         * @return this builder
         */
        public Builder subscriberArguments(String... names) {
            this.subscriberArguments = List.of(names);
            return this;
        }

        /**
         * Sets the custom arguments that hold the campaign's identifier; {@code campaign_uuid}, {@code XListmonkCampaign} and
         * {@code X-Listmonk-Campaign} if not set.
         *
         * @param names names of custom arguments, the first one found counts
         * @return this builder
         */
        public Builder campaignArguments(String... names) {
            this.campaignArguments = List.of(names);
            return this;
        }

        /**
         * Reads deferrals too: they are in {@link BounceBatch#delays()}.
         *
         * @return this builder
         */
        public Builder deferrals() {
            this.deferrals = true;
            return this;
        }

        /**
         * Builds the parser.
         *
         * @return the parser
         */
        public SendGridEventParser build() {
            return new SendGridEventParser(this);
        }
    }
}
