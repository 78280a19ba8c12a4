package org.bounce4j.suppression;

/** Hears of each decision at least once. Implementations are thread-safe and idempotent. */
@FunctionalInterface
public interface SuppressionListener {
    /**
     * Does what the decision asks for: takes a person off a list, deletes a subscriber. It is called after the decision is
     * durable, in the thread that brought the event.
     *
     * @param decision who and what
     * @throws Exception if it could not be done; the decision is told again later
     */
    void decided(SuppressionDecision decision) throws Exception;
}
