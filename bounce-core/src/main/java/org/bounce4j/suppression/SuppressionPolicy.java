package org.bounce4j.suppression;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
 * failure are one, and where a threshold asks for distinct days, each of them needs an attempt of its own. The echo of a
 * provider's own suppression list starts a suppression by itself, at the threshold's action for its type, and counts for
 * nothing else. What happened up to a release counts for nothing any more, and no soft failure up to a proof of delivery
 * does.
 *
 * <p>The decision depends on the set of events alone: neither on their order nor on how often each is given. The source's
 * clock is believed unless it is more than {@value #MAX_LAG_DAYS} days behind ours or more than one day ahead; then ours is
 * taken.
 *
 * <p>Pure, immutable and thread-safe.
 */
public final class SuppressionPolicy {
    private static final int MAX_LAG_DAYS = 30;
    /** How far the clock of a source may be behind ours and is believed. */
    public static final Duration MAX_LAG = Duration.ofDays(MAX_LAG_DAYS);

    /**
     * How far the clock of a source may be ahead of ours and is believed. So an event that is here already may be later than
     * now by as much, and a store that releases somebody forgives that one, too.
     */
    public static final Duration MAX_LEAD = Duration.ofDays(1);

    private static final Comparator<BounceEvent> IN_ORDER =
            Comparator.comparing(SuppressionPolicy::timeOf).thenComparing(BounceEvent::id);

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
     * Returns what events of a type lead to.
     *
     * @param type the type
     * @return how many of them, in what time, to what
     */
    public Threshold threshold(BounceType type) {
        return Objects.requireNonNull(thresholds.get(type));
    }

    /**
     * Decides about a recipient for whom nothing speaks.
     *
     * @param history what is known of one recipient, in any order; delays do not belong here
     * @return the decision, the most severe one where several thresholds are reached; empty where none is, or where it says
     *     {@link SuppressionAction#NONE}
     */
    public Optional<Suppression> decide(Collection<BounceEvent> history) {
        return decide(history, Clearance.NONE);
    }

    /**
     * Decides.
     *
     * @param history what is known of one recipient, in any order; delays do not belong here
     * @param clearance what speaks for the recipient
     * @return the decision, the most severe one where several thresholds are reached; empty where none is, or where it says
     *     {@link SuppressionAction#NONE}
     */
    public Optional<Suppression> decide(Collection<BounceEvent> history, Clearance clearance) {
        return strongest(grounds(history, clearance));
    }

    /**
     * Returns every ground on which this policy would suppress the recipient, were there no other: of each type of event the
     * decision of its threshold, and that of the echoes of providers' lists. A store keeps them all, because a proof of
     * delivery, a release of some events or their deletion may take one of them away, and the others must stand then.
     *
     * @param history what is known of one recipient, in any order; delays do not belong here
     * @param clearance what speaks for the recipient
     * @return the grounds, at most one of each {@linkplain Suppression#sharesGroundWith kind}; empty where nothing is decided
     */
    public List<Suppression> grounds(Collection<BounceEvent> history, Clearance clearance) {
        List<BounceEvent> counting = new ArrayList<>();
        List<BounceEvent> echoes = new ArrayList<>();
        for (BounceEvent event : history) {
            Weight weight = weigh(event, clearance);
            if (weight == Weight.COUNTS) {
                counting.add(event);
            } else if (weight == Weight.ECHO) {
                echoes.add(event);
            }
        }
        counting.sort(IN_ORDER);
        echoes.sort(IN_ORDER);
        List<Suppression> grounds = new ArrayList<>();
        for (BounceType type : BounceType.values()) {
            Suppression decision = byThreshold(counting, type);
            if (decision != null) {
                grounds.add(decision);
            }
        }
        for (BounceType type : BounceType.values()) {
            echoes.stream()
                    .filter(echo -> echo.type() == type)
                    .findFirst()
                    .map(this::byEcho)
                    .ifPresent(grounds::add);
        }
        return List.copyOf(grounds);
    }

    /**
     * Returns how far a recipient is on the way to each threshold that takes more than one attempt and is not reached.
     *
     * @param history what is known of one recipient, in any order; delays do not belong here
     * @param clearance what speaks for the recipient
     * @param now the end of the window in which attempts are counted
     * @return at most one of each type; none for a type of which nothing counts now, or of which a threshold was reached
     */
    public List<Progress> progress(Collection<BounceEvent> history, Clearance clearance, Instant now) {
        List<BounceEvent> counting = history.stream()
                .filter(event -> weigh(event, clearance) == Weight.COUNTS)
                .sorted(IN_ORDER)
                .toList();
        List<Progress> progress = new ArrayList<>();
        for (BounceType type : BounceType.values()) {
            if (byThreshold(counting, type) == null) {
                Attempts attempts = new Attempts(threshold(type));
                counting.stream().filter(event -> event.type() == type).forEach(attempts::reach);
                int count = attempts.countAt(now);
                if (count > 0) {
                    progress.add(new Progress(type, count, threshold(type)));
                }
            }
        }
        return List.copyOf(progress);
    }

    /**
     * Returns the strongest of some grounds: the one that {@link #stronger} prefers to all others.
     *
     * @param grounds decisions about one recipient
     * @return the decision, or empty where there is none
     */
    public static Optional<Suppression> strongest(Collection<Suppression> grounds) {
        Suppression strongest = null;
        for (Suppression ground : grounds) {
            strongest = stronger(strongest, ground);
        }
        return Optional.ofNullable(strongest);
    }

    /**
     * Returns the stronger of two decisions about one recipient: the more severe one; of two that are equally severe the
     * earlier; of two that are that too the first. A store takes this of what stands and what the events say, because events
     * on which the older decision rests may be gone.
     *
     * @param one a decision, or null for none
     * @param other another decision, or null for none
     * @return the stronger; null if there is none
     */
    public static @Nullable Suppression stronger(@Nullable Suppression one, @Nullable Suppression other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        int byAction = one.action().compareTo(other.action());
        if (byAction != 0) {
            return byAction > 0 ? one : other;
        }
        return other.since().isBefore(one.since()) ? other : one;
    }

    /**
     * Returns whether further events could lead to other grounds than those that stand. An event cannot where its own ground
     * stands already, is as severe as this policy makes it and older than the event: a store need not look at the history
     * then, however long it is.
     *
     * @param standing the grounds that stand
     * @param further events that came in, of those that count
     * @return false if the grounds are the same, whatever else is known
     */
    public boolean canChange(Collection<Suppression> standing, Collection<BounceEvent> further) {
        return further.stream().anyMatch(event -> standing.stream().noneMatch(ground -> covers(ground, event)));
    }

    private boolean covers(Suppression ground, BounceEvent event) {
        return ground.type() == event.type()
                && ground.reason().isEcho() == event.reason().isEcho()
                && ground.action().compareTo(threshold(event.type()).action()) >= 0
                && timeOf(event).isAfter(ground.since());
    }

    /**
     * Returns whether an event counts, and if not, why.
     *
     * @param event the event
     * @param clearance what speaks for its recipient
     * @return the weight
     */
    public Weight weigh(BounceEvent event, Clearance clearance) {
        if (!isToBlame(event)) {
            return Weight.NOT_TO_BLAME;
        }
        if (!event.trust().isAtLeast(minimumTrust)) {
            return Weight.NOT_TRUSTED;
        }
        if (threshold(event.type()).action() == SuppressionAction.NONE) {
            return Weight.WITHOUT_CONSEQUENCE;
        }
        if (clearance.releases(event)) {
            return Weight.RELEASED;
        }
        Instant delivered = clearance.deliveredAt();
        if (event.type() == BounceType.SOFT
                && delivered != null
                && !timeOf(event).isAfter(delivered)) {
            return Weight.DELIVERED_SINCE;
        }
        return event.reason().isEcho() ? Weight.ECHO : Weight.COUNTS;
    }

    /**
     * Returns whether an event says anything against its recipient, whatever the policy: not where the message, the sender
     * or the route is to blame. A complaint always does.
     *
     * @param event the event
     * @return false if it can count under no policy
     */
    public static boolean isToBlame(BounceEvent event) {
        if (event.type() == BounceType.COMPLAINT) {
            return true;
        }
        return switch (event.reason().blame()) {
            case ADDRESS, DOMAIN, MAILBOX, UNKNOWN -> true;
            case MESSAGE, SENDER, ROUTE -> false;
        };
    }

    /**
     * Returns when an event happened, as thresholds and clearances see it: by the source's clock, unless that is more than
     * {@value #MAX_LAG_DAYS} days behind ours or more than one day ahead.
     *
     * @param event the event
     * @return the instant
     */
    public static Instant timeOf(BounceEvent event) {
        Instant occurred = event.occurredAt();
        Instant received = event.receivedAt();
        // in seconds first: this is asked very often, and times may be as far apart as there is time
        long lag = received.getEpochSecond() - occurred.getEpochSecond();
        if (lag > -MAX_LEAD.toSeconds() && lag < MAX_LAG.toSeconds()) {
            return occurred;
        }
        Duration exactly = Duration.between(occurred, received);
        boolean absurd = exactly.compareTo(MAX_LAG) > 0 || exactly.negated().compareTo(MAX_LEAD) > 0;
        return absurd ? received : occurred;
    }

    private @Nullable Suppression byThreshold(List<BounceEvent> ordered, BounceType type) {
        Threshold threshold = threshold(type);
        if (threshold.attempts() == 1) {
            for (BounceEvent event : ordered) {
                if (event.type() == type) {
                    return reached(threshold, event, List.of(event.id()));
                }
            }
            return null;
        }
        Attempts attempts = new Attempts(threshold);
        for (BounceEvent event : ordered) {
            if (event.type() == type && attempts.reach(event)) {
                return reached(threshold, event, attempts.evidence());
            }
        }
        return null;
    }

    private static Suppression reached(Threshold threshold, BounceEvent by, List<String> evidence) {
        return new Suppression(
                threshold.action(), by.type(), by.reason(), rule(by.type(), threshold), timeOf(by), evidence);
    }

    private static String rule(BounceType type, Threshold threshold) {
        if (threshold.attempts() == 1) {
            return type.json() + ": the first one";
        }
        return type.json() + ": " + threshold.inWords();
    }

    private Suppression byEcho(BounceEvent event) {
        return new Suppression(
                threshold(event.type()).action(),
                event.type(),
                event.reason(),
                "on the list of " + event.source(),
                timeOf(event),
                List.of(event.id()));
    }

    /**
     * Returns the policy in words.
     *
     * @return the thresholds by type and the minimum trust
     */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("SuppressionPolicy[");
        thresholds.forEach((type, threshold) -> text.append(rule(type, threshold))
                .append(": ")
                .append(threshold.action())
                .append(", "));
        return text.append("minimum trust ").append(minimumTrust).append(']').toString();
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
