package org.bounce4j;

import org.jspecify.annotations.Nullable;

/**
 * Says that a person must change something before a retry can help: a refused login, a missing table, an unusable key.
 */
public final class ConfigurationException extends BounceException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was expected, what came and what to do next; no secret, no signature, no payload
     */
    public ConfigurationException(String message) {
        super(message, null);
    }

    /**
     * Creates the exception with its cause.
     *
     * @param message what was expected, what came and what to do next; no secret, no signature, no payload
     * @param cause what was thrown below, or null
     */
    public ConfigurationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
