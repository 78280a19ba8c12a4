package org.bounce4j;

import java.util.List;

/**
 * Takes bounce events where the host wants them. Returning means durable; only then does a source acknowledge.
 *
 * <p>The contract, which {@code BounceSinkContract} of bounce-testkit checks:
 *
 * <ul>
 *   <li>Returning normally means that every event of the batch is durable.
 *   <li>Throwing means that the outcome is unknown. Nothing of the batch is acknowledged and the source delivers it again.
 *   <li>A batch may hold events seen before, and the same event twice. An event whose {@linkplain BounceEvent#id() id} was
 *       accepted before is done: the first one wins.
 *   <li>Calls may be concurrent. A batch has 1 to {@value #MAX_BATCH} events; the list is immutable.
 *   <li>An {@link UnavailableException} says that nothing can be stored now, a {@link ConfigurationException} that a person
 *       must change something first: the source stops. After any other exception the source tries smaller batches, down
 *       to single events, once, so that a poisonous one does not block the rest. Where some events, each alone, are refused like
 *       those around them, or a thousand such calls did not find all that are poisonous, the rest waits until the source
 *       delivers again.
 * </ul>
 */
@FunctionalInterface
public interface BounceSink {
    /** The most events one call of {@link #accept} gets. */
    int MAX_BATCH = 500;

    /**
     * Stores the events durably.
     *
     * @param events 1 to {@value #MAX_BATCH} events, immutable
     * @throws UnavailableException if nothing can be stored at the moment
     * @throws Exception if these events could not be stored; the outcome is taken as unknown
     */
    void accept(List<BounceEvent> events) throws Exception;
}
