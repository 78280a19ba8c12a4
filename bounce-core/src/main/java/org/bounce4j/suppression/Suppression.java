package org.bounce4j.suppression;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceType;

/**
 * Holds a decision not to mail an address any more, and what it rests on.
 *
 * @param action what to do
 * @param type the type of the events that led to it
 * @param reason the reason of the event that tipped the scales
 * @param rule which part of the policy decided, in words that may be shown to a person
 * @param since when the threshold was reached
 * @param evidence the ids of the events that were counted, oldest first
 */
public record Suppression(
        SuppressionAction action,
        BounceType type,
        BounceReason reason,
        String rule,
        Instant since,
        List<String> evidence) {
    /**
     * Creates a decision; the list is copied.
     *
     * @param action what to do
     * @param type the type of the events
     * @param reason the reason of the last one
     * @param rule which part of the policy decided
     * @param since when the threshold was reached
     * @param evidence the ids of the events that were counted
     */
    public Suppression {
        Objects.requireNonNull(action, "action");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(since, "since");
        evidence = List.copyOf(evidence);
    }

    /**
     * Returns whether another decision about the same recipient rests on the same kind of ground: both on the threshold of one
     * type, or both on echoes of that type from a provider's list.
     *
     * @param other another decision
     * @return true if one of the two makes the other superfluous
     */
    public boolean sharesGroundWith(Suppression other) {
        return type == other.type && reason.isEcho() == other.reason.isEcho();
    }
}
