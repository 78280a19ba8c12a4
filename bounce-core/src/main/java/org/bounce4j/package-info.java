/**
 * The model of a bounce, the sink that takes it, and the classifier that judges it.
 *
 * <p>Everything that says "your mail did not get through" becomes a {@link org.bounce4j.BounceEvent}: who failed, hard, soft
 * or complaint, why, for which subscriber and campaign. Sources hand events to the host's {@link org.bounce4j.BounceSink} and
 * acknowledge only what it accepted.
 *
 * <pre>{@code
 * BounceSink sink = events -> events.forEach(event -> log.info("{}", event));
 * Classification why = BounceClassifier.standard().classify(null, 550, "550 5.1.1 User unknown", null);
 * }</pre>
 */
@NullMarked
package org.bounce4j;

import org.jspecify.annotations.NullMarked;
