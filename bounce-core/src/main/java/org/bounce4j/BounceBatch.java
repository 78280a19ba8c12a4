package org.bounce4j;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds what a parser found in one mail or payload. Immutable; the lists are never null.
 *
 * @param events the failures and complaints, in the order in which they stand in the payload
 * @param delays notices that the server is still trying: no bounces, the same shape. Counting them would suppress people
 *     twice; do not give them to a {@link BounceSink}
 * @param undigested parts that were verified and could not be read
 * @param readable whether anything of it could be read, be it that the rest is no concern of ours (an opened mail); always
 *     true where there are events or delays, or nothing undigested
 */
public record BounceBatch(
        List<BounceEvent> events, List<BounceEvent> delays, List<Undigested> undigested, boolean readable) {
    private static final Logger LOG = LoggerFactory.getLogger(BounceBatch.class);

    private static final BounceBatch EMPTY = new BounceBatch(List.of(), List.of(), List.of());

    /**
     * Creates a batch; the lists are copied.
     *
     * @param events the failures and complaints
     * @param delays notices that the server is still trying
     * @param undigested parts that could not be read
     * @param readable whether anything could be read beside those parts
     */
    public BounceBatch {
        events = List.copyOf(events);
        delays = List.copyOf(delays);
        undigested = List.copyOf(undigested);
        readable |= !events.isEmpty() || !delays.isEmpty() || undigested.isEmpty();
    }

    /**
     * Creates a batch beside whose undigested parts there is nothing but its events and delays; the lists are copied.
     *
     * @param events the failures and complaints
     * @param delays notices that the server is still trying
     * @param undigested parts that could not be read
     */
    public BounceBatch(List<BounceEvent> events, List<BounceEvent> delays, List<Undigested> undigested) {
        this(events, delays, undigested, false);
    }

    /**
     * Returns the batch that holds nothing.
     *
     * @return the empty batch
     */
    public static BounceBatch empty() {
        return EMPTY;
    }

    /**
     * Returns a batch of events alone.
     *
     * @param events the events
     * @return the batch
     */
    public static BounceBatch of(List<BounceEvent> events) {
        return events.isEmpty() ? EMPTY : new BounceBatch(events, List.of(), List.of());
    }

    /**
     * Gives the events to a sink, as many at a time as a sink takes; where there are none, the sink is not called. Delays and
     * undigested parts stay here. Once this has returned, all events are durable and the source may acknowledge.
     *
     * <p>Undigested parts beside something that could be read are logged; where nothing could be read, nothing may be
     * acknowledged. Who keeps {@link #undigested()} somewhere else gives {@code BounceBatch.of(batch.events())} to the sink.
     *
     * @param sink takes the events
     * @throws MalformedPayloadException if nothing of it could be read
     * @throws Exception what the sink threw; the outcome is unknown, so deliver again
     */
    public void deliverTo(BounceSink sink) throws Exception {
        for (int i = 0; i < events.size(); i += BounceSink.MAX_BATCH) {
            sink.accept(List.copyOf(events.subList(i, Math.min(events.size(), i + BounceSink.MAX_BATCH))));
        }
        if (undigested.isEmpty()) {
            return;
        }
        String cause = undigested.get(0).cause();
        if (!readable) {
            throw new MalformedPayloadException(
                    "Expected a payload that can be read, got one that cannot: " + cause + "; see undigested()");
        }
        LOG.warn(
                "{} parts of a payload could not be read and were left out ({}); see undigested()",
                undigested.size(),
                cause);
    }
}
