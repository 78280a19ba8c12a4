package org.bounce4j.suppression;

import java.util.Objects;
import org.bounce4j.BounceType;

/**
 * Says how far a recipient is on the way to a threshold that is not reached.
 *
 * @param type of which events
 * @param attempts how many attempts count now, from 1 and fewer than the threshold asks for: those within a window that ends
 *     now, and on distinct days where the threshold wants that
 * @param threshold what would follow, and when
 */
public record Progress(BounceType type, int attempts, Threshold threshold) {
    /**
     * Creates a statement of progress.
     *
     * @param type of which events
     * @param attempts how many attempts count now
     * @param threshold what would follow
     */
    public Progress {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(threshold, "threshold");
    }

    /**
     * Returns it in words.
     *
     * @return for instance {@code soft: 2 of 5 on distinct days within 14 days}
     */
    public String inWords() {
        return type.json() + ": " + attempts + " of " + threshold.inWords();
    }
}
