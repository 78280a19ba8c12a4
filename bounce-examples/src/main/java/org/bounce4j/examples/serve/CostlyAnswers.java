package org.bounce4j.examples.serve;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Keeps answers that took more than a second for ten times as long as they took, and works on one at a time: many who ask a large
 * store at once do not slow it down for those who store. Quick ones are never kept. Thread-safe.
 *
 * @param <K> what is asked; every one is remembered, so there must be few
 * @param <V> the answer
 */
final class CostlyAnswers<K, V> {
    private static final long QUICK = Duration.ofSeconds(1).toNanos();
    private static final int TIMES = 10;

    private final LongSupplier nanoTime;
    private final Map<K, Kept<V>> kept = new HashMap<>();

    CostlyAnswers(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    private record Kept<V>(V answer, long since, long nanos) {}

    synchronized V get(K question, Supplier<V> work) {
        Kept<V> last = kept.get(question);
        long start = nanoTime.getAsLong();
        if (last != null && start - last.since < last.nanos) {
            return last.answer;
        }
        V answer = work.get();
        long end = nanoTime.getAsLong();
        if (end - start > QUICK) {
            kept.put(question, new Kept<>(answer, end, (end - start) * TIMES));
        } else {
            kept.remove(question);
        }
        return answer;
    }
}
