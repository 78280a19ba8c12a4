package org.bounce4j.jdbc;

import java.time.DateTimeException;
import java.time.Instant;
import org.bounce4j.BounceEvent;

/** Marks where a page ended. */
record EventCursor(Instant receivedAt, String id) {
    private static final char SEPARATOR = '/';

    static EventCursor at(BounceEvent event) {
        return new EventCursor(event.receivedAt(), event.id());
    }

    /**
     * Reads a cursor that {@link #text} wrote.
     *
     * @throws IllegalArgumentException if it did not
     */
    static EventCursor of(String text) {
        int separator = text.indexOf(SEPARATOR);
        try {
            if (separator > 0 && EventTable.canBe(text.substring(separator + 1))) {
                return new EventCursor(Instant.parse(text.substring(0, separator)), text.substring(separator + 1));
            }
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("Expected what EventPage.next() returned, got something else", e);
        }
        throw new IllegalArgumentException("Expected what EventPage.next() returned, got something else");
    }

    String text() {
        return receivedAt.toString() + SEPARATOR + id;
    }
}
