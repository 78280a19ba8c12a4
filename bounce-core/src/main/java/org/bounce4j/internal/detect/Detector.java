package org.bounce4j.internal.detect;

import org.jspecify.annotations.Nullable;

/** Knows one format of bounce mail. Stateless and thread-safe. */
interface Detector {
    /** Returns the name that the parser reports, such as {@code rfc3464}. */
    String name();

    /** Returns what the mail says, or null if it is not of this format. Never throws for what the mail holds. */
    @Nullable
    Finding detect(Message message);
}
