package org.bounce4j.suppression;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.bounce4j.BounceEvent;
import org.jspecify.annotations.Nullable;

/**
 * Counts attempts in a window that slides over events in the order of their times, until a threshold is reached.
 *
 * <p>An event that is added can only bring the moment forward at which the threshold is reached, never take it back: that is
 * what makes the order of arrival irrelevant. So an attempt of which two notices speak counts in every window that holds one
 * of them, and once in a window that holds both. Where days must be distinct, what is counted is how many days can be given
 * an attempt of their own at once (a matching of days and attempts): an attempt whose notices fall on five days is no
 * evidence for five. Not thread-safe.
 */
final class Attempts {
    private static final long SECONDS_OF_A_DAY = Duration.ofDays(1).toSeconds();
    /** Stands for all days where they do not matter. */
    private static final Long ANY_DAY = 0L;

    private final Threshold threshold;
    private final int wanted;
    private final Deque<BounceEvent> within = new ArrayDeque<>();
    private final Map<String, Integer> attempts = new HashMap<>();
    private final Map<Long, Map<String, Integer>> days = new HashMap<>();

    Attempts(Threshold threshold) {
        this.threshold = threshold;
        this.wanted = threshold.attempts();
    }

    /** Adds the next event, and returns whether the threshold is reached with it. */
    boolean reach(BounceEvent event) {
        within.add(event);
        attempts.merge(attempt(event), 1, Integer::sum);
        Map<String, Integer> ofDay = days.computeIfAbsent(day(event), (Long key) -> new LinkedHashMap<>());
        ofDay.merge(attempt(event), 1, Integer::sum);
        forgetBefore(before(SuppressionPolicy.timeOf(event), threshold.window()));
        if (attempts.size() < wanted) {
            return false;
        }
        if (!threshold.distinctDays()) {
            return true;
        }
        // a pair of day and attempt that was there before tells nothing new, and is what floods are made of
        Integer seen = ofDay.get(attempt(event));
        return days.size() >= wanted
                && Objects.equals(seen, 1)
                && Matching.of(days, wanted).size() >= wanted;
    }

    /** Returns how many attempts count in the window that ends now, of a threshold that was not reached. */
    int countAt(Instant now) {
        forgetBefore(before(now, threshold.window()));
        return threshold.distinctDays() ? Matching.of(days, wanted).size() : attempts.size();
    }

    private void forgetBefore(Instant start) {
        while (!within.isEmpty() && SuppressionPolicy.timeOf(within.getFirst()).isBefore(start)) {
            remove(within.removeFirst());
        }
    }

    private void remove(BounceEvent event) {
        attempts.computeIfPresent(attempt(event), (String key, Integer count) -> oneLess(count));
        days.computeIfPresent(day(event), (Long day, Map<String, Integer> ofDay) -> {
            ofDay.computeIfPresent(attempt(event), (String key, Integer count) -> oneLess(count));
            return ofDay.isEmpty() ? null : ofDay;
        });
    }

    private static @Nullable Integer oneLess(int count) {
        return count == 1 ? null : count - 1;
    }

    /** Returns the ids of the events that were counted, oldest first; the last one is that which reached the threshold. */
    List<String> evidence() {
        Map<Long, Map<String, BounceEvent>> first = new LinkedHashMap<>();
        for (BounceEvent event : within) {
            first.computeIfAbsent(threshold.distinctDays() ? day(event) : ANY_DAY, (Long key) -> new LinkedHashMap<>())
                    .putIfAbsent(attempt(event), event);
        }
        if (!threshold.distinctDays()) {
            return first.getOrDefault(ANY_DAY, Map.of()).values().stream()
                    .map(BounceEvent::id)
                    .toList();
        }
        Set<BounceEvent> counted = new HashSet<>();
        Matching.of(first, wanted)
                .forEach((day, attempt) -> counted.add(
                        Objects.requireNonNull(first.getOrDefault(day, Map.of()).get(attempt))));
        return within.stream()
                .filter(counted::contains)
                .map(BounceEvent::id)
                .distinct()
                .toList();
    }

    /** A window may be longer than there is time. */
    private static Instant before(Instant end, Duration window) {
        return window.toSeconds() < end.getEpochSecond() - Instant.MIN.getEpochSecond()
                ? end.minus(window)
                : Instant.MIN;
    }

    private static String attempt(BounceEvent event) {
        return event.attempt().orElse(event.id());
    }

    /** Returns the UTC day, counted from 1970: there are times for which the calendar has no date. */
    private static Long day(BounceEvent event) {
        return Math.floorDiv(SuppressionPolicy.timeOf(event).getEpochSecond(), SECONDS_OF_A_DAY);
    }
}
