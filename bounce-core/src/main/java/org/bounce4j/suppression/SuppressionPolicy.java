package org.bounce4j.suppression;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceType;
import org.bounce4j.Trust;
import org.jspecify.annotations.Nullable;

/**
 * Decides from what is known of one recipient whether to mail them again: history in, decision out, nothing else looked at.
 *
 * <p>What counts is decided by blame, not by reply codes. Failures for which the address, its domain or its mailbox is to
 * blame count, and those of which nobody said who is to blame; failures of the message, the sender or the route never do, so
 * a blocked sending IP suppresses no one. A complaint always counts. Attempts are counted, not notices: two reports of one
 * failure are one. The echo of a provider's own suppression list starts a suppression by itself, at the threshold's action
 * for its type, and counts for nothing else.
 *
 * <p>The decision depends on the set of events alone: neither on their order nor on how often each is given. The source's
 * clock is believed unless it is more than {@value #MAX_LAG_DAYS} days behind ours or more than one day ahead; then ours is
 * taken.
 *
 * <p>Pure, immutable and thread-safe.
 */
public final class SuppressionPolicy {
    private static final int MAX_LAG_DAYS = 30;
    private static final Duration MAX_LAG = Duration.ofDays(MAX_LAG_DAYS);
    private static final Duration MAX_LEAD = Duration.ofDays(1);

    private final Map<BounceType, Threshold> thresholds;
    private final Trust minimumTrust;

    private SuppressionPolicy(Builder builder) {
        thresholds = new EnumMap<>(builder.thresholds);
        minimumTrust = builder.minimumTrust;
    }

    /**
     * Returns the usual policy: the first hard bounce and the first complaint lead to {@link SuppressionAction#BLOCKLIST},
     * and so do soft bounces on five distinct days within fourteen.
     *
     * @return the policy
     */
    public static SuppressionPolicy defaults() {
        return builder().build();
    }

    /**
     * Starts a policy from the usual one.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the trust below which an event counts for nothing.
     *
     * @return the minimum
     */
    public Trust minimumTrust() {
        return minimumTrust;
    }

    /**
     * Decides.
     *
     * @param history what is known of one recipient, in any order; delays do not belong here
     * @return the decision, the most severe one where several thresholds are reached; empty where none is, or where it says
     *     {@link SuppressionAction#NONE}
     */
    public Optional<Suppression> decide(Collection<BounceEvent> history) {
        List<BounceEvent> ordered = history.stream()
                .filter(event -> event.trust().isAtLeast(minimumTrust))
                .sorted(Comparator.comparing(SuppressionPolicy::time).thenComparing(BounceEvent::id))
                .toList();
        Suppression strongest = null;
        for (BounceType type : BounceType.values()) {
            strongest = stronger(strongest, byThreshold(ordered, type));
        }
        for (BounceEvent event : ordered) {
            strongest = stronger(strongest, byEcho(event));
        }
        return Optional.ofNullable(strongest);
    }

    private static @Nullable Suppression stronger(@Nullable Suppression one, @Nullable Suppression other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        int byAction = one.action().compareTo(other.action());
        if (byAction != 0) {
            return byAction > 0 ? one : other;
        }
        return other.since().isBefore(one.since()) ? other : one;
    }

    private @Nullable Suppression byThreshold(List<BounceEvent> ordered, BounceType type) {
        Threshold threshold = thresholds.get(type);
        if (threshold == null || threshold.action() == SuppressionAction.NONE) {
            return null;
        }
        Set<String> attempts = new HashSet<>();
        Set<LocalDate> days = new HashSet<>();
        Deque<BounceEvent> within = new ArrayDeque<>();
        for (BounceEvent event : ordered) {
            if (event.type() != type || !counts(event) || !attempts.add(attempt(event))) {
                continue;
            }
            LocalDate day = LocalDate.ofInstant(time(event), ZoneOffset.UTC);
            if (threshold.distinctDays() && !days.add(day)) {
                continue;
            }
            within.add(event);
            Instant start = time(event).minus(threshold.window());
            while (time(within.getFirst()).isBefore(start)) {
                within.removeFirst();
            }
            if (within.size() >= threshold.attempts()) {
                return new Suppression(
                        threshold.action(),
                        type,
                        event.reason(),
                        rule(type, threshold),
                        time(event),
                        within.stream().map(BounceEvent::id).toList());
            }
        }
        return null;
    }

    private static String rule(BounceType type, Threshold threshold) {
        if (threshold.attempts() == 1) {
            return type.json() + ": the first one";
        }
        return type.json() + ": " + threshold.attempts() + (threshold.distinctDays() ? " on distinct days" : "")
                + " within " + threshold.window().toDays() + " days";
    }

    private @Nullable Suppression byEcho(BounceEvent event) {
        Threshold threshold = thresholds.get(event.type());
        if (!event.reason().isEcho() || threshold == null || threshold.action() == SuppressionAction.NONE) {
            return null;
        }
        return new Suppression(
                threshold.action(),
                event.type(),
                event.reason(),
                "on the list of " + event.source(),
                time(event),
                List.of(event.id()));
    }

    private static boolean counts(BounceEvent event) {
        if (event.reason().isEcho()) {
            return false;
        }
        if (event.type() == BounceType.COMPLAINT) {
            return true;
        }
        return switch (event.reason().blame()) {
            case ADDRESS, DOMAIN, MAILBOX, UNKNOWN -> true;
            case MESSAGE, SENDER, ROUTE -> false;
        };
    }

    private static String attempt(BounceEvent event) {
        return event.attempt().orElse(event.id());
    }

    private static Instant time(BounceEvent event) {
        Instant occurred = event.occurredAt();
        Instant received = event.receivedAt();
        boolean absurd = occurred.isBefore(received.minus(MAX_LAG)) || occurred.isAfter(received.plus(MAX_LEAD));
        return absurd ? received : occurred;
    }

    /** Builds a {@link SuppressionPolicy}. Not thread-safe. */
    public static final class Builder {
        private final Map<BounceType, Threshold> thresholds = new EnumMap<>(BounceType.class);
        private Trust minimumTrust = Trust.UNVERIFIED;

        private Builder() {
            thresholds.put(BounceType.HARD, Threshold.first(SuppressionAction.BLOCKLIST));
            thresholds.put(BounceType.COMPLAINT, Threshold.first(SuppressionAction.BLOCKLIST));
            thresholds.put(
                    BounceType.SOFT, Threshold.onDistinctDays(5, Duration.ofDays(14), SuppressionAction.BLOCKLIST));
        }

        /**
         * Sets what events of a type lead to.
         *
         * @param type the type
         * @param threshold how many, in what time, to what
         * @return this builder
         */
        public Builder on(BounceType type, Threshold threshold) {
            thresholds.put(type, Objects.requireNonNull(threshold, "threshold"));
            return this;
        }

        /**
         * Sets the trust below which an event counts for nothing; {@link Trust#UNVERIFIED} if not set, so that everything
         * counts.
         *
         * @param trust the minimum
         * @return this builder
         */
        public Builder minimumTrust(Trust trust) {
            this.minimumTrust = Objects.requireNonNull(trust, "trust");
            return this;
        }

        /**
         * Builds the policy.
         *
         * @return the policy
         */
        public SuppressionPolicy build() {
            return new SuppressionPolicy(this);
        }
    }
}
