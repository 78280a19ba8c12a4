/**
 * Benchmarks, each beside its peers in the same run: what counts are the ratios.
 *
 * <p>{@code mvn -Pbenchmarks,quick package && java -jar bounce-benchmarks/target/benchmarks.jar -prof gc}
 */
@NullMarked
package org.bounce4j.benchmarks;

import org.jspecify.annotations.NullMarked;
