package org.bounce4j;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.bounce4j.internal.CleanText;
import org.bounce4j.internal.Json;
import org.bounce4j.internal.JsonObjectText;
import org.jspecify.annotations.Nullable;

/**
 * Says that one mail to one recipient failed, or that one recipient complained: who, what kind, why, and how we know.
 *
 * <p>Immutable and thread-safe. Two events are equal when all their values are; the <em>identity</em> of a notice is its
 * {@link #id()}. Texts from outside are freed of control characters and cut at documented lengths when the event is built,
 * so that an event never holds more than about 80,000 characters (up to 250 KB in UTF-8), whatever a server said. Its JSON
 * form is {@link BounceEventJson}.
 */
public final class BounceEvent {
    /** The longest {@link #source()}, in characters; longer ones are cut. */
    public static final int MAX_SOURCE = 64;
    /** The longest {@link #subscriber()} or {@link #campaign()}, in characters; longer ones are cut. */
    public static final int MAX_HOST_ID = 255;
    /** The longest {@link #rule()}, in characters; longer ones are cut. */
    public static final int MAX_RULE = 128;
    /** The longest {@link #diagnostic()}, in characters; longer ones are cut. */
    public static final int MAX_DIAGNOSTIC = 2_048;
    /** The longest {@link #remoteMta()}, in characters; longer ones are cut. */
    public static final int MAX_REMOTE_MTA = 255;
    /** The longest {@link #messageId()} or {@link #providerMessageId()}, in characters; longer ones are cut. */
    public static final int MAX_MESSAGE_ID = 998;
    /** The most {@link #tags()}; further ones are dropped. */
    public static final int MAX_TAGS = 64;
    /** The longest name of a tag, in characters; longer ones are cut. */
    public static final int MAX_TAG_NAME = 128;
    /** The longest value of a tag, in characters; longer ones are cut. */
    public static final int MAX_TAG_VALUE = 512;
    /** The longest {@link #meta()}, in characters; a longer one is replaced by a note of its size. */
    public static final int MAX_META = 32_768;

    /** The characters of ids. They come at random there: a look into a table costs less than a chain of comparisons. */
    private static final boolean[] IN_IDS = new boolean[128];

    static {
        for (char c : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".toCharArray()) {
            IN_IDS[c] = true;
        }
    }

    private static final Instant EARLIEST = Instant.EPOCH;
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private final String id;
    /** Made when first asked for where it follows from Message-ID and recipient: two threads would make the same. */
    private @Nullable String attempt;

    private final BounceType type;
    private final BounceReason reason;
    private final @Nullable String rule;
    private final Trust trust;
    private final String source;
    private final @Nullable EmailAddress recipient;
    private final @Nullable EmailAddress reportedRecipient;
    private final @Nullable String subscriber;
    private final @Nullable String campaign;
    private final @Nullable EnhancedStatus status;
    private final int replyCode;
    private final @Nullable String diagnostic;
    private final @Nullable String remoteMta;
    private final @Nullable String messageId;
    private final @Nullable String providerMessageId;
    private final Instant occurredAt;
    private final Instant receivedAt;
    private final Map<String, String> tags;
    private final String meta;

    private BounceEvent(Builder builder) {
        id = builder.id;
        type = builder.type;
        reason = builder.reason;
        rule = builder.rule;
        trust = builder.trust;
        source = builder.source;
        recipient = builder.recipient;
        reportedRecipient = builder.reportedRecipient;
        subscriber = builder.subscriber;
        campaign = builder.campaign;
        status = builder.status;
        replyCode = builder.replyCode;
        diagnostic = builder.diagnostic;
        remoteMta = builder.remoteMta;
        messageId = builder.messageId;
        providerMessageId = builder.providerMessageId;
        receivedAt = builder.receivedAt;
        Instant occurred = builder.occurredAt;
        occurredAt =
                occurred == null || occurred.isBefore(EARLIEST) || occurred.isAfter(LATEST) ? receivedAt : occurred;
        tags = builder.tags;
        meta = builder.meta;
        attempt = builder.attempt;
    }

    /**
     * Starts an event about an address.
     *
     * @param id the identity of the notice, see {@link EventId}: 1 to {@value EventId#MAX_LENGTH} URL-safe characters
     *     ({@code A-Z a-z 0-9 - . _ ~})
     * @param type what to do about the address
     * @param source the channel: {@code pop3}, {@code ses}, {@code sendgrid}, {@code smtp}, or what a caller says
     * @param recipient the address that was mailed
     * @param receivedAt when we got the notice, by our clock
     * @return a builder, not thread-safe
     * @throws IllegalArgumentException if the id is not of that form or the source is blank
     */
    public static Builder builder(
            String id, BounceType type, String source, EmailAddress recipient, Instant receivedAt) {
        return new Builder(id, type, source, receivedAt).recipient(recipient);
    }

    /**
     * Starts an event about a subscriber of whom only the host's identifier is known.
     *
     * @param id the identity of the notice, see {@link EventId}: 1 to {@value EventId#MAX_LENGTH} URL-safe characters
     *     ({@code A-Z a-z 0-9 - . _ ~})
     * @param type what to do about the subscriber
     * @param source the channel: {@code pop3}, {@code ses}, {@code sendgrid}, {@code smtp}, or what a caller says
     * @param subscriber the host's identifier, not blank
     * @param receivedAt when we got the notice, by our clock
     * @return a builder, not thread-safe
     * @throws IllegalArgumentException if the id is not of that form, or source or subscriber is blank
     */
    public static Builder builderForSubscriber(
            String id, BounceType type, String source, String subscriber, Instant receivedAt) {
        Builder builder = new Builder(id, type, source, receivedAt).subscriber(subscriber);
        if (builder.subscriber == null) {
            throw new IllegalArgumentException("Expected a subscriber identifier, got a blank text");
        }
        return builder;
    }

    /**
     * Returns a builder that holds all values of this event.
     *
     * @return a new builder, not thread-safe
     */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /**
     * Returns the identity of this notice: the same notice seen twice has the same id, on any node, by any transport, after
     * any crash.
     *
     * @return 1 to {@value EventId#MAX_LENGTH} URL-safe characters, see {@link EventId}
     */
    public String id() {
        return id;
    }

    /**
     * Returns the identity of the failed delivery. Two notices of one failure share it; thresholds count attempts.
     *
     * @return made of {@link #messageId()} and the recipient's key, or empty where one of them is unknown
     */
    public Optional<String> attempt() {
        return Optional.ofNullable(attemptOrNull());
    }

    /**
     * Returns what to do about the address.
     *
     * @return hard, soft or complaint
     */
    public BounceType type() {
        return type;
    }

    /**
     * Returns why.
     *
     * @return the reason, {@link BounceReason#UNKNOWN} at worst
     */
    public BounceReason reason() {
        return reason;
    }

    /**
     * Returns the classification rule or provider field that decided, so that a wrong one can be found and its events
     * judged again.
     *
     * @return the rule's name, at most {@value #MAX_RULE} characters
     */
    public Optional<String> rule() {
        return Optional.ofNullable(rule);
    }

    /**
     * Returns how sure we are that the notice is genuine.
     *
     * @return the trust, {@link Trust#UNVERIFIED} unless something better was shown
     */
    public Trust trust() {
        return trust;
    }

    /**
     * Returns the channel by which the notice came.
     *
     * @return {@code pop3}, {@code ses}, {@code sendgrid}, {@code smtp}, or what the caller of the webhook said; at most
     *     {@value #MAX_SOURCE} characters
     */
    public String source() {
        return source;
    }

    /**
     * Returns the address that we mailed.
     *
     * @return the address; empty only where a {@link #subscriber()} is present
     */
    public Optional<EmailAddress> recipient() {
        return Optional.ofNullable(recipient);
    }

    /**
     * Returns the address that the server named, where a forward made it another than the one we mailed.
     *
     * @return the address, or empty where it is the recipient's
     */
    public Optional<EmailAddress> reportedRecipient() {
        return Optional.ofNullable(reportedRecipient);
    }

    /**
     * Returns the host's identifier of the subscriber.
     *
     * @return the identifier, at most {@value #MAX_HOST_ID} characters
     */
    public Optional<String> subscriber() {
        return Optional.ofNullable(subscriber);
    }

    /**
     * Returns the host's identifier of the campaign.
     *
     * @return the identifier, at most {@value #MAX_HOST_ID} characters
     */
    public Optional<String> campaign() {
        return Optional.ofNullable(campaign);
    }

    /**
     * Returns the enhanced status code (RFC 3463) that the mail or the provider gave; none is made up.
     *
     * @return the status
     */
    public Optional<EnhancedStatus> status() {
        return Optional.ofNullable(status);
    }

    /**
     * Returns the SMTP reply code (RFC 5321, section 4.2) that the server gave.
     *
     * @return 200 to 599, or empty
     */
    public OptionalInt replyCode() {
        return replyCode == 0 ? OptionalInt.empty() : OptionalInt.of(replyCode);
    }

    /**
     * Returns what the remote server said, on one line.
     *
     * @return the text, at most {@value #MAX_DIAGNOSTIC} characters
     */
    public Optional<String> diagnostic() {
        return Optional.ofNullable(diagnostic);
    }

    /**
     * Returns which server said it.
     *
     * @return a host name or address, at most {@value #MAX_REMOTE_MTA} characters
     */
    public Optional<String> remoteMta() {
        return Optional.ofNullable(remoteMta);
    }

    /**
     * Returns the Message-ID of the original message, as it was on the wire, without angle brackets.
     *
     * @return the Message-ID, at most {@value #MAX_MESSAGE_ID} characters
     */
    public Optional<String> messageId() {
        return Optional.ofNullable(messageId);
    }

    /**
     * Returns the provider's own identifier of the original message.
     *
     * @return the identifier, at most {@value #MAX_MESSAGE_ID} characters
     */
    public Optional<String> providerMessageId() {
        return Optional.ofNullable(providerMessageId);
    }

    /**
     * Returns when it happened, by the source's clock; {@link #receivedAt()} where the source did not say or said something
     * outside the years 1970 to 9999.
     *
     * @return the instant, to the microsecond
     */
    public Instant occurredAt() {
        return occurredAt;
    }

    /**
     * Returns when we got the notice, by our clock.
     *
     * @return the instant, to the microsecond
     */
    public Instant receivedAt() {
        return receivedAt;
    }

    /**
     * Returns what the provider or the host attached to the message: provider tags, custom arguments, configured headers.
     *
     * @return an immutable map of at most {@value #MAX_TAGS} entries; several values of one name stand in one text, joined
     *     by a comma and a space
     */
    public Map<String, String> tags() {
        return tags;
    }

    /**
     * Returns further facts of the source as a JSON object.
     *
     * @return the text of a JSON object, at most {@value #MAX_META} characters, <code>{}</code> when there is nothing
     */
    public String meta() {
        return meta;
    }

    private @Nullable String attemptOrNull() {
        String known = attempt;
        if (known == null && messageId != null && recipient != null) {
            known = EventId.attempt(messageId, recipient);
            attempt = known;
        }
        return known;
    }

    private List<Object> values() {
        // List.of would refuse the nulls
        return Arrays.asList(
                id,
                attemptOrNull(),
                type,
                reason,
                rule,
                trust,
                source,
                recipient,
                reportedRecipient,
                subscriber,
                campaign,
                status,
                replyCode,
                diagnostic,
                remoteMta,
                messageId,
                providerMessageId,
                occurredAt,
                receivedAt,
                tags,
                meta);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof BounceEvent that && id.equals(that.id) && values().equals(that.values());
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    /**
     * Returns a line for a log. It names no address and quotes no server.
     *
     * @return id, type, reason, source and rule
     */
    @Override
    public String toString() {
        return "BounceEvent[" + id + ", " + type + " " + reason + ", source=" + source + ", rule="
                + Objects.requireNonNullElse(rule, "-") + ", trust=" + trust + "]";
    }

    /**
     * Builds a {@link BounceEvent}. Null or blank leaves an optional value out. Not thread-safe.
     */
    public static final class Builder {
        private String id;
        private BounceType type;
        private String source;
        private Instant receivedAt;
        private @Nullable String attempt;
        private BounceReason reason = BounceReason.UNKNOWN;
        private @Nullable String rule;
        private Trust trust = Trust.UNVERIFIED;
        private @Nullable EmailAddress recipient;
        private @Nullable EmailAddress reportedRecipient;
        private @Nullable String subscriber;
        private @Nullable String campaign;
        private @Nullable EnhancedStatus status;
        private int replyCode;
        private @Nullable String diagnostic;
        private @Nullable String remoteMta;
        private @Nullable String messageId;
        private @Nullable String providerMessageId;
        private @Nullable Instant occurredAt;
        private Map<String, String> tags = Map.of();
        private String meta = "{}";

        private Builder(String id, BounceType type, String source, Instant receivedAt) {
            this.id = checkId(id);
            this.type = Objects.requireNonNull(type, "type");
            this.source = checkSource(source);
            this.receivedAt = receivedAt.truncatedTo(ChronoUnit.MICROS);
        }

        private Builder(BounceEvent event) {
            id = event.id;
            type = event.type;
            source = event.source;
            receivedAt = event.receivedAt;
            attempt = event.attemptOrNull();
            reason = event.reason;
            rule = event.rule;
            trust = event.trust;
            recipient = event.recipient;
            reportedRecipient = event.reportedRecipient;
            subscriber = event.subscriber;
            campaign = event.campaign;
            status = event.status;
            replyCode = event.replyCode;
            diagnostic = event.diagnostic;
            remoteMta = event.remoteMta;
            messageId = event.messageId;
            providerMessageId = event.providerMessageId;
            occurredAt = event.occurredAt;
            tags = event.tags;
            meta = event.meta;
        }

        private static String checkId(String id) {
            boolean good = !id.isEmpty() && id.length() <= EventId.MAX_LENGTH;
            for (int i = 0; good && i < id.length(); i++) {
                char c = id.charAt(i);
                good = c < IN_IDS.length && IN_IDS[c];
            }
            if (!good) {
                throw new IllegalArgumentException("Expected an id of 1 to " + EventId.MAX_LENGTH
                        + " characters A-Z a-z 0-9 - . _ ~, as EventId.of makes them");
            }
            return id;
        }

        private static String checkSource(String source) {
            String clean = CleanText.line(source, MAX_SOURCE);
            if (clean == null) {
                throw new IllegalArgumentException("Expected the name of a source, such as pop3, got a blank text");
            }
            return clean;
        }

        /**
         * Sets the identity of the notice.
         *
         * @param id 1 to {@value EventId#MAX_LENGTH} URL-safe characters, see {@link EventId}
         * @return this builder
         * @throws IllegalArgumentException if the id is not of that form
         */
        public Builder id(String id) {
            this.id = checkId(id);
            return this;
        }

        /**
         * Sets the identity of the failed delivery. Without it, it is made of Message-ID and recipient where both are known.
         *
         * @param attempt an identity as {@link EventId#attempt} makes it, or null
         * @return this builder
         * @throws IllegalArgumentException if it is not of an id's form
         */
        public Builder attempt(@Nullable String attempt) {
            this.attempt = attempt == null ? null : checkId(attempt);
            return this;
        }

        /**
         * Sets the type.
         *
         * @param type what to do about the address
         * @return this builder
         */
        public Builder type(BounceType type) {
            this.type = Objects.requireNonNull(type, "type");
            return this;
        }

        /**
         * Sets the reason.
         *
         * @param reason why
         * @return this builder
         */
        public Builder reason(BounceReason reason) {
            this.reason = Objects.requireNonNull(reason, "reason");
            return this;
        }

        /**
         * Sets the rule that decided.
         *
         * @param rule its name, or null
         * @return this builder
         */
        public Builder rule(@Nullable String rule) {
            this.rule = CleanText.line(rule, MAX_RULE);
            return this;
        }

        /**
         * Sets reason, rule and type as a classifier found them.
         *
         * @param classification what {@link BounceClassifier} said
         * @return this builder
         */
        public Builder classification(Classification classification) {
            return type(classification.type()).reason(classification.reason()).rule(classification.rule());
        }

        /**
         * Sets the trust.
         *
         * @param trust how sure we are
         * @return this builder
         */
        public Builder trust(Trust trust) {
            this.trust = Objects.requireNonNull(trust, "trust");
            return this;
        }

        /**
         * Sets the source.
         *
         * @param source the channel, not blank
         * @return this builder
         * @throws IllegalArgumentException if the source is blank
         */
        public Builder source(String source) {
            this.source = checkSource(source);
            return this;
        }

        /**
         * Sets the address that was mailed.
         *
         * @param recipient the address
         * @return this builder
         */
        public Builder recipient(EmailAddress recipient) {
            this.recipient = Objects.requireNonNull(recipient, "recipient");
            return this;
        }

        /**
         * Sets the address that the server named.
         *
         * @param reported the address, or null
         * @return this builder
         */
        public Builder reportedRecipient(@Nullable EmailAddress reported) {
            this.reportedRecipient = reported;
            return this;
        }

        /**
         * Sets the host's identifier of the subscriber.
         *
         * @param subscriber the identifier, or null
         * @return this builder
         */
        public Builder subscriber(@Nullable String subscriber) {
            this.subscriber = CleanText.line(subscriber, MAX_HOST_ID);
            return this;
        }

        /**
         * Sets the host's identifier of the campaign.
         *
         * @param campaign the identifier, or null
         * @return this builder
         */
        public Builder campaign(@Nullable String campaign) {
            this.campaign = CleanText.line(campaign, MAX_HOST_ID);
            return this;
        }

        /**
         * Sets the enhanced status.
         *
         * @param status what the mail or the provider said, or null
         * @return this builder
         */
        public Builder status(@Nullable EnhancedStatus status) {
            this.status = status;
            return this;
        }

        /**
         * Sets the SMTP reply code.
         *
         * @param replyCode 200 to 599; 0 for none
         * @return this builder
         * @throws IllegalArgumentException if it is another number
         */
        public Builder replyCode(int replyCode) {
            if (replyCode != 0 && (replyCode < 200 || replyCode > 599)) {
                throw new IllegalArgumentException("Expected an SMTP reply code of 200 to 599, got " + replyCode);
            }
            this.replyCode = replyCode;
            return this;
        }

        /**
         * Sets what the remote server said.
         *
         * @param diagnostic the text, or null; unfolded and cut here
         * @return this builder
         */
        public Builder diagnostic(@Nullable String diagnostic) {
            this.diagnostic = CleanText.line(diagnostic, MAX_DIAGNOSTIC);
            return this;
        }

        /**
         * Sets which server said it.
         *
         * @param remoteMta a host name or address, or null
         * @return this builder
         */
        public Builder remoteMta(@Nullable String remoteMta) {
            this.remoteMta = CleanText.line(remoteMta, MAX_REMOTE_MTA);
            return this;
        }

        /**
         * Sets the Message-ID of the original message.
         *
         * @param messageId with or without angle brackets, or null
         * @return this builder
         */
        public Builder messageId(@Nullable String messageId) {
            this.messageId =
                    messageId == null ? null : CleanText.line(EventId.bareMessageId(messageId), MAX_MESSAGE_ID);
            return this;
        }

        /**
         * Sets the provider's identifier of the original message.
         *
         * @param providerMessageId the identifier, or null
         * @return this builder
         */
        public Builder providerMessageId(@Nullable String providerMessageId) {
            this.providerMessageId = CleanText.line(providerMessageId, MAX_MESSAGE_ID);
            return this;
        }

        /**
         * Sets when it happened.
         *
         * @param occurredAt by the source's clock, or null
         * @return this builder
         */
        public Builder occurredAt(@Nullable Instant occurredAt) {
            this.occurredAt = occurredAt == null ? null : occurredAt.truncatedTo(ChronoUnit.MICROS);
            return this;
        }

        /**
         * Sets when we got the notice.
         *
         * @param receivedAt by our clock
         * @return this builder
         */
        public Builder receivedAt(Instant receivedAt) {
            this.receivedAt = receivedAt.truncatedTo(ChronoUnit.MICROS);
            return this;
        }

        /**
         * Sets the tags; entries with a blank name are dropped.
         *
         * @param tags names and values; the first {@value #MAX_TAGS} are kept
         * @return this builder
         */
        public Builder tags(Map<String, String> tags) {
            Map<String, String> kept = new LinkedHashMap<>();
            for (Map.Entry<String, String> tag : tags.entrySet()) {
                String name = CleanText.line(tag.getKey(), MAX_TAG_NAME);
                if (name != null && kept.size() < MAX_TAGS) {
                    kept.put(name, Objects.requireNonNullElse(CleanText.line(tag.getValue(), MAX_TAG_VALUE), ""));
                }
            }
            this.tags = kept.isEmpty() ? Map.of() : Collections.unmodifiableMap(kept);
            return this;
        }

        /**
         * Sets further facts of the source. Line breaks between tokens become spaces; nothing else of the text changes.
         *
         * @param json the text of a JSON object; null or blank for none. One longer than {@value #MAX_META} characters is
         *     replaced by <code>{"omitted_characters": n}</code>
         * @return this builder
         * @throws IllegalArgumentException if it is not a JSON object
         */
        public Builder meta(@Nullable CharSequence json) {
            String text = json == null ? "" : json.toString();
            if (text.isBlank()) {
                this.meta = "{}";
            } else if (text.length() > MAX_META) {
                this.meta = "{\"omitted_characters\":" + text.length() + "}";
            } else if (json instanceof JsonObjectText || text.equals("{}") || Json.isObject(text)) {
                // a line break can only stand between tokens
                String line = text.indexOf('\n') < 0 && text.indexOf('\r') < 0
                        ? text
                        : text.replace('\n', ' ').replace('\r', ' ');
                this.meta = CleanText.wellFormed(line.strip());
            } else {
                throw new IllegalArgumentException("Expected the text of a JSON object for meta, got something else");
            }
            return this;
        }

        /**
         * Builds the event.
         *
         * @return the event
         */
        public BounceEvent build() {
            return new BounceEvent(this);
        }
    }
}
