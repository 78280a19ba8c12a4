package org.bounce4j.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceSink;
import org.bounce4j.ConfigurationException;
import org.bounce4j.UnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * Hands events to a sink in batches. What belongs together (the events of one mail, or one element of a payload) is a unit:
 * when a batch fails, its halves are tried, and theirs, so that a poisonous unit costs some calls and blocks no other.
 */
public final class Delivery {
    private final BounceSink sink;

    /** Creates a delivery to that sink. */
    public Delivery(BounceSink sink) {
        this.sink = sink;
    }

    /**
     * Delivers units of events.
     *
     * @return for each unit null if the sink accepted all of it, else what it threw
     * @throws UnavailableException if the sink says that nothing can be stored, or the thread was interrupted
     * @throws ConfigurationException if the sink says that a person must change something: then no other unit can do better
     */
    public List<@Nullable Exception> deliver(List<List<BounceEvent>> units) {
        @Nullable Exception[] failures = new @Nullable Exception[units.size()];
        int start = 0;
        while (start < units.size()) {
            int end = start;
            int events = 0;
            while (end < units.size()
                    && (end == start || events + units.get(end).size() <= BounceSink.MAX_BATCH)) {
                events += units.get(end).size();
                end++;
            }
            deliver(units, start, end, failures, false);
            start = end;
        }
        return Arrays.asList(failures);
    }

    /** Delivers a batch; where it fails, its halves, down to single units; a unit that was the whole batch, once more. */
    private void deliver(
            List<List<BounceEvent>> units, int start, int end, @Nullable Exception[] failures, boolean again) {
        Exception failure = accept(units.subList(start, end));
        if (failure == null) {
            return;
        }
        if (end - start == 1) {
            failures[start] = again ? failure : accept(units.subList(start, end));
            return;
        }
        int middle = (start + end) >>> 1;
        deliver(units, start, middle, failures, true);
        deliver(units, middle, end, failures, true);
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
        } catch (Error e) {
            // nothing is known of what was stored, and whatever calls us on a schedule shall call again
            throw new UnavailableException(
                    "Expected the sink to finish, it broke down: "
                            + e.getClass().getName(),
                    e);
        }
    }
}
