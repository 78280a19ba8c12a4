package org.bounce4j.jdbc;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.bounce4j.BounceEvent;

/**
 * Holds some events and where to go on.
 *
 * @param events the events, in the order that was asked for
 * @param next what to hand to the method that returned this page for the events behind these; empty where there are none
 */
public record EventPage(List<BounceEvent> events, Optional<String> next) {
    /**
     * Creates a page; the list is copied.
     *
     * @param events the events
     * @param next where to go on
     */
    public EventPage {
        events = List.copyOf(events);
        Objects.requireNonNull(next, "next");
    }
}
