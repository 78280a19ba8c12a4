package org.bounce4j.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceSink;
import org.bounce4j.ConfigurationException;
import org.bounce4j.UnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * Hands events to a sink in batches. What belongs together (the events of one mail, or one element of a payload) is a unit:
 * when a batch fails, its halves are tried, and theirs, so that a poisonous unit costs some calls and blocks no other.
 *
 * <p>A sink that accepts nothing at all, and does not say that it is {@linkplain UnavailableException unavailable}, would be
 * called twice for each unit. Where both halves of a batch fail, some units spread over it are therefore tried alone, and when
 * none of them is accepted, no other is tried, in no other batch either. The calls that find poisonous units are counted, too:
 * once they are spent, a batch that fails is refused as a whole. What was not tried counts as refused. After such a
 * delivery the next one begins with any of its batches, and samples are units at random places, so that many poisonous units do
 * not block what is between them for good.
 */
public final class Delivery {
    /** So many units speak for the rest of their batch. */
    private static final int SAMPLES = 16;

    /** Enough to try each unit of a batch alone, and those it was part of before. */
    private static final int MOST_ISOLATING_CALLS = 1_024;

    private final BounceSink sink;
    /** Whether a delivery ever stopped before it had tried all units: then which batch comes first is left to chance. */
    private volatile boolean stopped;

    /** Creates a delivery to that sink. */
    public Delivery(BounceSink sink) {
        this.sink = sink;
    }

    /**
     * Delivers units of events.
     *
     * @return for each unit null if the sink accepted all of it, else what it threw, for this unit or for others that speak
     *     for it
     * @throws UnavailableException if the sink says that nothing can be stored, or the thread was interrupted
     * @throws ConfigurationException if the sink says that a person must change something: then no other unit can do better
     */
    public List<@Nullable Exception> deliver(List<List<BounceEvent>> units) {
        @Nullable Exception[] failures = new @Nullable Exception[units.size()];
        new Run(units, failures).deliver();
        return Arrays.asList(failures);
    }

    /** Returns where batches start, and behind the last one where it ends. */
    private static List<Integer> batches(List<List<BounceEvent>> units) {
        List<Integer> starts = new ArrayList<>();
        int events = 0;
        for (int i = 0; i < units.size(); i++) {
            int more = units.get(i).size();
            if (i == 0 || events + more > BounceSink.MAX_BATCH) {
                starts.add(i);
                events = 0;
            }
            events += more;
        }
        starts.add(units.size());
        return starts;
    }

    /** One delivery. */
    private final class Run {
        private final List<List<BounceEvent>> units;
        private final @Nullable Exception[] failures;
        /** Which units were tried alone as samples. */
        private final BitSet sampled = new BitSet();

        private int isolatingCalls;

        Run(List<List<BounceEvent>> units, @Nullable Exception[] failures) {
            this.units = units;
            this.failures = failures;
        }

        void deliver() {
            List<Integer> starts = batches(units);
            int count = starts.size() - 1;
            int first = stopped && count > 1 ? ThreadLocalRandom.current().nextInt(count) : 0;
            Exception refusal = null;
            for (int i = 0; i < count; i++) {
                int batch = (first + i) % count;
                int start = starts.get(batch);
                int end = starts.get(batch + 1);
                if (refusal != null) {
                    Arrays.fill(failures, start, end, refusal);
                    continue;
                }
                Exception failure = accept(units.subList(start, end));
                if (failure != null) {
                    refusal = isolate(start, end, failure);
                    stopped |= refusal != null || isolatingCalls >= MOST_ISOLATING_CALLS;
                }
            }
        }

        /** Finds the units of a failed batch that are to blame; returns what the sink threw where it accepts nothing at all. */
        private @Nullable Exception isolate(int start, int end, Exception failure) {
            if (end - start == 1) {
                failures[start] = attempt(start, end, failure);
                return null;
            }
            int middle = (start + end) >>> 1;
            Exception left = attempt(start, middle, failure);
            Exception right = attempt(middle, end, failure);
            if (left != null
                    && right != null
                    && end - start > SAMPLES
                    && isolatingCalls + SAMPLES <= MOST_ISOLATING_CALLS
                    && !acceptsSamples(start, end)) {
                Arrays.fill(failures, start, end, right);
                return right;
            }
            blame(start, middle, left);
            blame(middle, end, right);
            return null;
        }

        private boolean acceptsSamples(int start, int end) {
            int count = end - start;
            int offset = ThreadLocalRandom.current().nextInt(count);
            boolean accepts = false;
            for (int i = 0; i < SAMPLES; i++) {
                int place = start + (offset + i * count / SAMPLES) % count;
                isolatingCalls++;
                failures[place] = accept(units.subList(place, place + 1));
                sampled.set(place);
                accepts |= failures[place] == null;
            }
            return accepts;
        }

        /** Tries the halves of units that have failed together, and theirs. */
        private void blame(int start, int end, @Nullable Exception failure) {
            if (failure == null) {
                return;
            }
            if (end - start == 1) {
                failures[start] = failure;
                return;
            }
            int middle = (start + end) >>> 1;
            blame(start, middle, attempt(start, middle, failure));
            blame(middle, end, attempt(middle, end, failure));
        }

        /** Tries units that failed together with others; once the calls are spent, that is all that is known of them. */
        private @Nullable Exception attempt(int start, int end, Exception failure) {
            List<List<BounceEvent>> untried = IntStream.range(start, end)
                    .filter(i -> !sampled.get(i))
                    .mapToObj(units::get)
                    .toList();
            if (untried.isEmpty()) {
                return null;
            }
            if (isolatingCalls >= MOST_ISOLATING_CALLS) {
                return failure;
            }
            isolatingCalls++;
            return accept(untried);
        }
    }

    private @Nullable Exception accept(List<List<BounceEvent>> units) {
        List<BounceEvent> events = new ArrayList<>();
        units.forEach(events::addAll);
        try {
            for (int i = 0; i < events.size(); i += BounceSink.MAX_BATCH) {
                sink.accept(List.copyOf(events.subList(i, Math.min(events.size(), i + BounceSink.MAX_BATCH))));
            }
            return null;
        } catch (UnavailableException | ConfigurationException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("Expected the sink to finish, the thread was interrupted; deliver again", e);
        } catch (Exception e) {
            if (Thread.currentThread().isInterrupted()) {
                // database drivers and HTTP clients wrap it; the units are not to blame
                throw new UnavailableException(
                        "Expected the sink to finish, the thread was interrupted; deliver again", e);
            }
            return e;
        } catch (VirtualMachineError e) {
            // no memory, no stack: nobody should hear that the sink will be back
            throw e;
        } catch (Error e) {
            // nothing is known of what was stored, and whatever calls us on a schedule shall call again
            throw new UnavailableException(
                    "Expected the sink to finish, it broke down: "
                            + e.getClass().getName(),
                    e);
        }
    }
}
