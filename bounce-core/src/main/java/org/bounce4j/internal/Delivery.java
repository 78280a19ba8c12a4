package org.bounce4j.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
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
 * none of them is accepted, no other is tried. The next delivery tries others, so that many poisonous units do not block what
 * is between them for good.
 */
public final class Delivery {
    /** So many units speak for the rest of their batch. */
    private static final int SAMPLES = 16;

    private final BounceSink sink;
    private final AtomicInteger firstSample = new AtomicInteger();

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
        List<@Nullable Exception> failures = new ArrayList<>(units.size());
        int start = 0;
        while (start < units.size()) {
            int end = start;
            int events = 0;
            while (end < units.size()
                    && (end == start || events + units.get(end).size() <= BounceSink.MAX_BATCH)) {
                events += units.get(end).size();
                end++;
            }
            failures.addAll(deliverBatch(units.subList(start, end)));
            start = end;
        }
        return failures;
    }

    private List<@Nullable Exception> deliverBatch(List<List<BounceEvent>> units) {
        @Nullable Exception[] failures = new @Nullable Exception[units.size()];
        if (accept(units) != null) {
            if (units.size() == 1) {
                failures[0] = accept(units);
            } else {
                new Isolation(units, failures).run();
            }
        }
        return Arrays.asList(failures);
    }

    /** Finds the units of a failed batch that are to blame. */
    private final class Isolation {
        private final List<List<BounceEvent>> units;
        private final @Nullable Exception[] failures;
        /** Which units were tried alone as samples. */
        private final BitSet sampled = new BitSet();

        Isolation(List<List<BounceEvent>> units, @Nullable Exception[] failures) {
            this.units = units;
            this.failures = failures;
        }

        void run() {
            int middle = units.size() >>> 1;
            Exception left = accept(units.subList(0, middle));
            Exception right = accept(units.subList(middle, units.size()));
            if (left != null && right != null && units.size() > SAMPLES && !acceptsSamples()) {
                for (int i = 0; i < failures.length; i++) {
                    failures[i] = failures[i] == null ? right : failures[i];
                }
                return;
            }
            blame(0, middle, left);
            blame(middle, units.size(), right);
        }

        private boolean acceptsSamples() {
            int offset = Math.floorMod(firstSample.get(), units.size());
            for (int i = 0; i < SAMPLES; i++) {
                int place = (offset + i * units.size() / SAMPLES) % units.size();
                sampled.set(place);
                failures[place] = accept(units.subList(place, place + 1));
            }
            boolean accepts = sampled.stream().anyMatch(place -> failures[place] == null);
            if (!accepts) {
                firstSample.incrementAndGet();
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
            blame(start, middle, attempt(start, middle));
            blame(middle, end, attempt(middle, end));
        }

        private @Nullable Exception attempt(int start, int end) {
            return accept(IntStream.range(start, end)
                    .filter(i -> !sampled.get(i))
                    .mapToObj(units::get)
                    .toList());
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
