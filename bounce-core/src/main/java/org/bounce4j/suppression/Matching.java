package org.bounce4j.suppression;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Gives days attempts of their own, as many as are wanted if that many can have one (Kuhn's algorithm for bipartite graphs).
 * Not thread-safe.
 */
final class Matching<T> {
    private final Map<Long, Map<String, T>> days;
    private final int wanted;
    private final Map<Long, String> attemptOf = new HashMap<>();
    private final Map<String, Long> dayOf = new HashMap<>();
    /** Attempts from which nothing free can be reached: they stay so until something else is given away. */
    private final Set<String> seen = new HashSet<>();

    private Matching(Map<Long, Map<String, T>> days, int wanted) {
        this.days = days;
        this.wanted = wanted;
    }

    /** Returns the attempt of each day that was given one, of days and the attempts of each. */
    static <T> Map<Long, String> of(Map<Long, Map<String, T>> days, int wanted) {
        Matching<T> matching = new Matching<>(days, wanted);
        for (Long day : days.keySet()) {
            if (matching.attemptOf.size() == wanted) {
                break;
            }
            if (matching.give(day)) {
                matching.seen.clear();
            }
        }
        return matching.attemptOf;
    }

    private boolean give(Long start) {
        Map<String, Long> reachedFrom = new HashMap<>();
        Deque<Long> waiting = new ArrayDeque<>();
        waiting.add(start);
        while (!waiting.isEmpty()) {
            Long day = waiting.removeFirst();
            int looked = 0;
            for (String attempt : days.getOrDefault(day, Map.of()).keySet()) {
                if (++looked > wanted) {
                    break; // of as many attempts as are wanted there is always one left over for this day
                }
                if (!seen.add(attempt)) {
                    continue;
                }
                reachedFrom.put(attempt, day);
                Long owner = dayOf.get(attempt);
                if (owner == null) {
                    handOn(attempt, reachedFrom);
                    return true;
                }
                waiting.add(owner);
            }
        }
        return false;
    }

    /** Gives an attempt to the day that asked for it, the one which that day had to who asked for that, and so on. */
    private void handOn(String free, Map<String, Long> reachedFrom) {
        String attempt = free;
        while (attempt != null) {
            Long day = Objects.requireNonNull(reachedFrom.get(attempt));
            dayOf.put(attempt, day);
            attempt = attemptOf.put(day, attempt);
        }
    }
}
