/**
 * Turns bounces into "do not mail this address again".
 *
 * <p>{@link org.bounce4j.suppression.SuppressionPolicy} decides, and is pure; {@link org.bounce4j.suppression.SuppressionList}
 * answers before a send, and is a store's job (bounce-jdbc has one).
 *
 * <pre>{@code
 * SuppressionPolicy policy = SuppressionPolicy.builder()
 *         .on(BounceType.SOFT, Threshold.onDistinctDays(3, Duration.ofDays(7), SuppressionAction.UNSUBSCRIBE))
 *         .build();
 * Optional<Suppression> decision = policy.decide(eventsOfOneRecipient);
 * }</pre>
 */
@NullMarked
package org.bounce4j.suppression;

import org.jspecify.annotations.NullMarked;
