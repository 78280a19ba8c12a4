package org.bounce4j;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Says how sure we are that a notice is about our own mail and comes from who it says. The constants stand in ascending
 * order, so {@link #compareTo} and {@link #isAtLeast} work.
 */
public enum Trust {
    /** Anyone could have mailed this. */
    UNVERIFIED,

    /**
     * It carries our subscriber header in the returned message. Whether the identifier is one of ours, only the host can say:
     * this keeps out noise, and not who wants to forge.
     */
    CORRELATED,

    /** A provider's signature, API credentials or a signed return path vouch for it. */
    AUTHENTICATED;

    /**
     * Returns whether this is as good as the other or better.
     *
     * @param other the trust asked for
     * @return true if this is the other or stands above it
     */
    public boolean isAtLeast(Trust other) {
        return compareTo(other) >= 0;
    }

    /**
     * Returns the trust of that name, compared without case.
     *
     * @param name a constant's name
     * @return the trust; {@link #UNVERIFIED} for null and for a name this version does not know
     */
    public static Trust of(@Nullable String name) {
        if (name != null) {
            String wanted = name.toUpperCase(Locale.ROOT);
            for (Trust trust : values()) {
                if (trust.name().equals(wanted)) {
                    return trust;
                }
            }
        }
        return UNVERIFIED;
    }
}
