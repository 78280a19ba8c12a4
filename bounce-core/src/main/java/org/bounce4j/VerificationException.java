package org.bounce4j;

import org.jspecify.annotations.Nullable;

/**
 * Says that someone is not who they claim to be: a wrong signature, a foreign topic, missing or wrong credentials. Reject
 * what came (401 or 403) and do nothing else.
 */
public final class VerificationException extends BounceException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was expected, what came and what to do next; no secret, no signature, no payload
     */
    public VerificationException(String message) {
        super(message, null);
    }

    /**
     * Creates the exception with its cause.
     *
     * @param message what was expected, what came and what to do next; no secret, no signature, no payload
     * @param cause what was thrown below, or null
     */
    public VerificationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
