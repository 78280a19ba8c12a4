package org.bounce4j.jdbc;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceType;
import org.bounce4j.Trust;
import org.bounce4j.suppression.SuppressionAction;
import org.bounce4j.suppression.SuppressionPolicy;

/**
 * Numbers what an event says against its recipient, for the column {@code counts}: nothing, or by trust and type, the trust
 * in front. So an index on the column finds what a policy looks at without touching what it does not, however much that is.
 */
final class Kind {
    /** The recipient is not to blame. */
    static final int NOTHING = 0;
    /** A release took the event out of the count. */
    static final int TAKEN_OUT = -1;

    private static final int TRUST = 10;

    /** All kinds there are. */
    static final List<Integer> ALL = Stream.concat(
                    Stream.of(TAKEN_OUT, NOTHING),
                    IntStream.rangeClosed(1, 3)
                            .boxed()
                            .flatMap(trust -> Stream.of(1, 2, 3).map(type -> trust * TRUST + type)))
            .toList();

    private Kind() {}

    static int of(BounceEvent event) {
        return SuppressionPolicy.isToBlame(event) ? of(event.trust(), event.type()) : NOTHING;
    }

    private static int of(Trust trust, BounceType type) {
        int byTrust =
                switch (trust) {
                    case UNVERIFIED -> 1;
                    case CORRELATED -> 2;
                    case AUTHENTICATED -> 3;
                };
        int byType =
                switch (type) {
                    case HARD -> 1;
                    case SOFT -> 2;
                    case COMPLAINT -> 3;
                };
        return byTrust * TRUST + byType;
    }

    static boolean counts(int kind) {
        return kind > NOTHING;
    }

    /** Returns what the kinds of events that can count under a policy are from on. */
    static int lowest(SuppressionPolicy policy) {
        return of(policy.minimumTrust(), BounceType.HARD);
    }

    /** Returns the kinds of events that can count under a policy. */
    static List<Integer> of(SuppressionPolicy policy) {
        return Stream.of(Trust.values())
                .filter(trust -> trust.isAtLeast(policy.minimumTrust()))
                .flatMap(trust -> Stream.of(BounceType.values())
                        .filter(type -> policy.threshold(type).action() != SuppressionAction.NONE)
                        .map(type -> of(trust, type)))
                .toList();
    }
}
