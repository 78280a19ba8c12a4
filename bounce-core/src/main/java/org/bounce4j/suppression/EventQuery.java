package org.bounce4j.suppression;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.StringJoiner;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceType;
import org.bounce4j.EmailAddress;
import org.bounce4j.internal.CleanText;
import org.jspecify.annotations.Nullable;

/**
 * Says which events are meant: those for which everything that is set here holds. Immutable and thread-safe.
 *
 * <pre>{@code
 * EventQuery outage = EventQuery.builder()
 *         .remoteMta("mail.example.com")
 *         .rule("user.unknown")
 *         .occurred(Instant.parse("2026-03-01T06:00:00Z"), Instant.parse("2026-03-01T12:00:00Z"))
 *         .build();
 * }</pre>
 */
public final class EventQuery {
    private static final EventQuery ALL = builder().build();

    private final @Nullable EmailAddress recipient;
    private final @Nullable String domain;
    private final @Nullable String remoteMta;
    private final @Nullable String subscriber;
    private final @Nullable String campaign;
    private final @Nullable String source;
    private final @Nullable BounceType type;
    private final @Nullable BounceReason reason;
    private final @Nullable String rule;
    private final @Nullable Instant receivedFrom;
    private final @Nullable Instant receivedTo;
    private final @Nullable Instant occurredFrom;
    private final @Nullable Instant occurredTo;

    private EventQuery(Builder builder) {
        recipient = builder.recipient;
        domain = builder.domain;
        remoteMta = builder.remoteMta;
        subscriber = builder.subscriber;
        campaign = builder.campaign;
        source = builder.source;
        type = builder.type;
        reason = builder.reason;
        rule = builder.rule;
        receivedFrom = builder.receivedFrom;
        receivedTo = builder.receivedTo;
        occurredFrom = builder.occurredFrom;
        occurredTo = builder.occurredTo;
    }

    /**
     * Returns the query that every event meets.
     *
     * @return the query
     */
    public static EventQuery all() {
        return ALL;
    }

    /**
     * Starts a query that every event meets.
     *
     * @return a builder, not thread-safe
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns whether an event is meant.
     *
     * @param event the event
     * @return true if everything that is set holds for it
     */
    public boolean matches(BounceEvent event) {
        return (recipient == null || event.recipient().filter(recipient::equals).isPresent())
                && (domain == null
                        || event.recipient()
                                .filter(address -> address.domain().equals(domain))
                                .isPresent())
                && (remoteMta == null
                        || event.remoteMta().filter(this::isOfRemote).isPresent())
                && (subscriber == null
                        || event.subscriber().filter(subscriber::equals).isPresent())
                && (campaign == null
                        || event.campaign().filter(campaign::equals).isPresent())
                && (source == null || event.source().equals(source))
                && (type == null || event.type() == type)
                && (reason == null || event.reason() == reason)
                && (rule == null || event.rule().filter(rule::equals).isPresent())
                && isWithin(event.receivedAt(), receivedFrom, receivedTo)
                && isWithin(event.occurredAt(), occurredFrom, occurredTo);
    }

    private boolean isOfRemote(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.equals(remoteMta) || lower.endsWith("." + remoteMta);
    }

    private static boolean isWithin(Instant time, @Nullable Instant from, @Nullable Instant to) {
        return (from == null || !time.isBefore(from)) && (to == null || time.isBefore(to));
    }

    /**
     * Returns the recipient.
     *
     * @return the recipient, if set
     */
    public Optional<EmailAddress> recipient() {
        return Optional.ofNullable(recipient);
    }

    /**
     * Returns the domain of the recipient.
     *
     * @return the domain in lower case, if set
     */
    public Optional<String> domain() {
        return Optional.ofNullable(domain);
    }

    /**
     * Returns the domain of the server that spoke.
     *
     * @return the name in lower case, if set
     */
    public Optional<String> remoteMta() {
        return Optional.ofNullable(remoteMta);
    }

    /**
     * Returns the host's identifier of the subscriber.
     *
     * @return the identifier, if set
     */
    public Optional<String> subscriber() {
        return Optional.ofNullable(subscriber);
    }

    /**
     * Returns the host's identifier of the campaign.
     *
     * @return the identifier, if set
     */
    public Optional<String> campaign() {
        return Optional.ofNullable(campaign);
    }

    /**
     * Returns the channel.
     *
     * @return the source, if set
     */
    public Optional<String> source() {
        return Optional.ofNullable(source);
    }

    /**
     * Returns the type.
     *
     * @return the type, if set
     */
    public Optional<BounceType> type() {
        return Optional.ofNullable(type);
    }

    /**
     * Returns the reason.
     *
     * @return the reason, if set
     */
    public Optional<BounceReason> reason() {
        return Optional.ofNullable(reason);
    }

    /**
     * Returns the name of the classification rule or provider field that decided.
     *
     * @return the rule, if set
     */
    public Optional<String> rule() {
        return Optional.ofNullable(rule);
    }

    /**
     * Returns the earliest time of receipt.
     *
     * @return the instant, if set
     */
    public Optional<Instant> receivedFrom() {
        return Optional.ofNullable(receivedFrom);
    }

    /**
     * Returns the time before which it was received.
     *
     * @return the instant, if set
     */
    public Optional<Instant> receivedTo() {
        return Optional.ofNullable(receivedTo);
    }

    /**
     * Returns the earliest time at which it happened.
     *
     * @return the instant, if set
     */
    public Optional<Instant> occurredFrom() {
        return Optional.ofNullable(occurredFrom);
    }

    /**
     * Returns the time before which it happened.
     *
     * @return the instant, if set
     */
    public Optional<Instant> occurredTo() {
        return Optional.ofNullable(occurredTo);
    }

    /**
     * Returns what is asked for, for a log. It names no person: of a recipient and a subscriber it says only that there is
     * one.
     *
     * @return the conditions
     */
    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(", ", "EventQuery[", "]").setEmptyValue("EventQuery[all]");
        add(text, "recipient", recipient == null ? null : "…");
        add(text, "domain", domain);
        add(text, "remoteMta", remoteMta);
        add(text, "subscriber", subscriber == null ? null : "…");
        add(text, "campaign", campaign);
        add(text, "source", source);
        add(text, "type", type);
        add(text, "reason", reason);
        add(text, "rule", rule);
        add(text, "receivedFrom", receivedFrom);
        add(text, "receivedTo", receivedTo);
        add(text, "occurredFrom", occurredFrom);
        add(text, "occurredTo", occurredTo);
        return text.toString();
    }

    private static void add(StringJoiner text, String name, @Nullable Object value) {
        if (value != null) {
            text.add(name + "=" + value);
        }
    }

    /** Builds an {@link EventQuery}. Not thread-safe. */
    public static final class Builder {
        private @Nullable EmailAddress recipient;
        private @Nullable String domain;
        private @Nullable String remoteMta;
        private @Nullable String subscriber;
        private @Nullable String campaign;
        private @Nullable String source;
        private @Nullable BounceType type;
        private @Nullable BounceReason reason;
        private @Nullable String rule;
        private @Nullable Instant receivedFrom;
        private @Nullable Instant receivedTo;
        private @Nullable Instant occurredFrom;
        private @Nullable Instant occurredTo;

        private Builder() {}

        /**
         * Asks for events of a recipient.
         *
         * @param recipient the address that was mailed
         * @return this builder
         */
        public Builder recipient(EmailAddress recipient) {
            this.recipient = Objects.requireNonNull(recipient, "recipient");
            return this;
        }

        /**
         * Asks for events of recipients at a domain, its subdomains not among them.
         *
         * @param domain the domain, in any case and script
         * @return this builder
         * @throws IllegalArgumentException if no address can be at this domain
         */
        public Builder domain(String domain) {
            this.domain = EmailAddress.parse("any@" + domain.strip())
                    .filter(address -> domain.indexOf('@') < 0)
                    .map(EmailAddress::domain)
                    .orElseThrow(() -> new IllegalArgumentException("Expected the domain of a mail address, such as"
                            + " example.com, got a text of " + domain.length() + " characters that is none"));
            return this;
        }

        /**
         * Asks for events of which a server at that domain was the cause, for one receiver hosts many domains.
         *
         * @param domain a host's name or a domain above it: {@code example.com} finds {@code mx1.example.com}
         * @return this builder
         */
        public Builder remoteMta(String domain) {
            this.remoteMta =
                    notBlank(domain, "remoteMta", BounceEvent.MAX_REMOTE_MTA).toLowerCase(Locale.ROOT);
            return this;
        }

        /**
         * Asks for events of a subscriber.
         *
         * @param subscriber the host's identifier
         * @return this builder
         */
        public Builder subscriber(String subscriber) {
            this.subscriber = notBlank(subscriber, "subscriber", BounceEvent.MAX_HOST_ID);
            return this;
        }

        /**
         * Asks for events of a campaign.
         *
         * @param campaign the host's identifier
         * @return this builder
         */
        public Builder campaign(String campaign) {
            this.campaign = notBlank(campaign, "campaign", BounceEvent.MAX_HOST_ID);
            return this;
        }

        /**
         * Asks for events of a channel.
         *
         * @param source for instance {@code pop3}
         * @return this builder
         */
        public Builder source(String source) {
            this.source = notBlank(source, "source", BounceEvent.MAX_SOURCE);
            return this;
        }

        /**
         * Asks for events of a type.
         *
         * @param type the type
         * @return this builder
         */
        public Builder type(BounceType type) {
            this.type = Objects.requireNonNull(type, "type");
            return this;
        }

        /**
         * Asks for events with a reason.
         *
         * @param reason the reason
         * @return this builder
         */
        public Builder reason(BounceReason reason) {
            this.reason = Objects.requireNonNull(reason, "reason");
            return this;
        }

        /**
         * Asks for events that one classification rule or provider field decided.
         *
         * @param rule its name, as {@link BounceEvent#rule()} gives it
         * @return this builder
         */
        public Builder rule(String rule) {
            this.rule = notBlank(rule, "rule", BounceEvent.MAX_RULE);
            return this;
        }

        /**
         * Asks for events received in a time, by our clock.
         *
         * @param from the first instant, or null for the beginning
         * @param to the instant after the last, or null for the end
         * @return this builder
         */
        public Builder received(@Nullable Instant from, @Nullable Instant to) {
            receivedFrom = micros(from);
            receivedTo = micros(to);
            return this;
        }

        /**
         * Asks for events that happened in a time, by the source's clock.
         *
         * @param from the first instant, or null for the beginning
         * @param to the instant after the last, or null for the end
         * @return this builder
         */
        public Builder occurred(@Nullable Instant from, @Nullable Instant to) {
            occurredFrom = micros(from);
            occurredTo = micros(to);
            return this;
        }

        /** Events have microseconds; what is finer would compare differently in a database. */
        private static @Nullable Instant micros(@Nullable Instant instant) {
            return instant == null ? null : instant.truncatedTo(ChronoUnit.MICROS);
        }

        /** Returns the text as an event would hold it. */
        private static String notBlank(String text, String name, int max) {
            String line = CleanText.line(text, max);
            if (line == null) {
                throw new IllegalArgumentException("Expected a " + name + ", got a blank text");
            }
            return line;
        }

        /**
         * Builds the query.
         *
         * @return the query
         */
        public EventQuery build() {
            return new EventQuery(this);
        }
    }
}
