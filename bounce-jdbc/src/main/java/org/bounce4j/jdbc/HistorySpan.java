package org.bounce4j.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.stream.Stream;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceType;
import org.bounce4j.suppression.SuppressionPolicy;
import org.bounce4j.suppression.Threshold;

/**
 * Bounds the part of a history that is looked at, by time of receipt, both ends included.
 *
 * @param from its begin
 * @param to its end
 */
record HistorySpan(Instant from, Instant to) {
    static final HistorySpan ALL = new HistorySpan(Call.EARLIEST, Call.LATEST);

    /**
     * Returns when everything was received that can be in one window of the policy with one of these events: by the clock of
     * its source it happened some time before that, or a little later.
     */
    static HistorySpan around(Collection<BounceEvent> events, SuppressionPolicy policy) {
        Duration window = Stream.of(BounceType.values())
                .map(policy::threshold)
                .filter(threshold -> threshold.attempts() > 1)
                .map(Threshold::window)
                .reduce(Duration.ZERO, (one, other) -> one.compareTo(other) > 0 ? one : other);
        Instant from = Call.LATEST;
        Instant to = Call.EARLIEST;
        for (BounceEvent event : events) {
            Instant at = SuppressionPolicy.timeOf(event);
            from = earlier(from, before(at, window, SuppressionPolicy.MAX_LEAD));
            to = later(to, behind(at, window, SuppressionPolicy.MAX_LAG));
        }
        return new HistorySpan(from, to);
    }

    /** Returns the part of it from that time on. */
    HistorySpan from(Instant time) {
        return new HistorySpan(later(from, time), to);
    }

    private static Instant before(Instant at, Duration window, Duration more) {
        boolean fits = window.compareTo(Duration.between(Call.EARLIEST, at).minus(more)) < 0;
        return fits ? at.minus(window).minus(more) : Call.EARLIEST;
    }

    private static Instant behind(Instant at, Duration window, Duration more) {
        boolean fits = window.compareTo(Duration.between(at, Call.LATEST).minus(more)) < 0;
        return fits ? at.plus(window).plus(more) : Call.LATEST;
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
