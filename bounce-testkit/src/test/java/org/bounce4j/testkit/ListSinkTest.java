package org.bounce4j.testkit;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceSink;

/** The smallest sink that keeps the contract, and proof that the suite can be passed. */
class ListSinkTest extends BounceSinkContract {
    private final Map<String, BounceEvent> stored = new LinkedHashMap<>();
    private boolean broken;

    @Override
    protected BounceSink sink() {
        return events -> {
            synchronized (stored) {
                int written = 0;
                for (BounceEvent event : events) {
                    if (broken && written++ == events.size() / 2) {
                        throw new IllegalStateException("disk full");
                    }
                    stored.putIfAbsent(event.id(), event);
                }
            }
        };
    }

    @Override
    protected Collection<BounceEvent> stored() {
        return stored.values();
    }

    @Override
    protected boolean breakHalfWay() {
        broken = true;
        return true;
    }

    @Override
    protected void repair() {
        broken = false;
    }
}
