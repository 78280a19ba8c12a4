package org.bounce4j.ses;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.Supplier;

/** The clock whose hands a test moves. */
final class ClockByHand extends Clock {
    private final Supplier<Instant> hands;

    ClockByHand(Supplier<Instant> hands) {
        this.hands = hands;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }

    @Override
    public Instant instant() {
        return hands.get();
    }
}
