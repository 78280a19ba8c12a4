package org.bounce4j.suppression;

import java.time.Instant;
import java.util.Objects;
import org.bounce4j.BounceEvent;
import org.jspecify.annotations.Nullable;

/**
 * Holds what speaks for a recipient: when a person released them last, and when a mail last arrived there for certain.
 * Immutable and thread-safe.
 *
 * @param releasedAt failures up to this time are forgiven, whatever they were; null if nobody was released
 * @param deliveredAt soft failures up to this time are forgiven; null if no delivery was proven
 */
public record Clearance(
        @Nullable Instant releasedAt, @Nullable Instant deliveredAt) {
    /** Nothing speaks for the recipient. */
    public static final Clearance NONE = new Clearance(null, null);

    /**
     * Returns the clearance of somebody whom a person released.
     *
     * @param at when
     * @return the clearance
     */
    public static Clearance releasedAt(Instant at) {
        return new Clearance(Objects.requireNonNull(at, "at"), null);
    }

    /**
     * Returns the clearance of somebody whom a mail reached.
     *
     * @param at when
     * @return the clearance
     */
    public static Clearance deliveredAt(Instant at) {
        return new Clearance(null, Objects.requireNonNull(at, "at"));
    }

    /**
     * Returns what both say together: the later time of each.
     *
     * @param other another clearance of the same recipient
     * @return the union of both
     */
    public Clearance and(Clearance other) {
        return new Clearance(later(releasedAt, other.releasedAt), later(deliveredAt, other.deliveredAt));
    }

    /**
     * Returns whether a release forgives an event: it happened before the release, or was received before it.
     *
     * @param event an event about the recipient
     * @return true if there was a release, and the event was not later than it by the one clock or the other
     */
    public boolean releases(BounceEvent event) {
        return releasedAt != null
                && (!SuppressionPolicy.timeOf(event).isAfter(releasedAt)
                        || !event.receivedAt().isAfter(releasedAt));
    }

    private static @Nullable Instant later(@Nullable Instant one, @Nullable Instant other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.isBefore(other) ? other : one;
    }
}
