package org.bounce4j.suppression;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.bounce4j.EmailAddress;

/**
 * Tells a host that a recipient is suppressed from now on, or is not any more.
 *
 * @param id names this decision: what is told again has the same one
 * @param address whom it is about; empty where only a subscriber is known
 * @param subscriber the host's identifier of that person, where the events named one
 * @param scope the scope it holds in, empty for all of them
 * @param suppression what was decided; empty where a suppression was lifted
 * @param decidedAt when, by the store's clock
 */
public record SuppressionDecision(
        String id,
        Optional<EmailAddress> address,
        Optional<String> subscriber,
        String scope,
        Optional<Suppression> suppression,
        Instant decidedAt) {
    /**
     * Creates a decision.
     *
     * @param id names it
     * @param address whom it is about
     * @param subscriber the host's identifier of that person
     * @param scope the scope it holds in
     * @param suppression what was decided
     * @param decidedAt when
     */
    public SuppressionDecision {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(subscriber, "subscriber");
        Objects.requireNonNull(scope, "scope");
        Objects.requireNonNull(suppression, "suppression");
        Objects.requireNonNull(decidedAt, "decidedAt");
    }

    /**
     * Returns a line for a log. It names nobody.
     *
     * @return id, action and rule
     */
    @Override
    public String toString() {
        return "SuppressionDecision[" + id + ", "
                + suppression.map(each -> each.action() + " by " + each.rule()).orElse("lifted")
                + (scope.isEmpty() ? "" : ", scope " + scope) + "]";
    }
}
