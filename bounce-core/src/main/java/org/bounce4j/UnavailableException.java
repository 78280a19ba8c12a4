package org.bounce4j;

import org.jspecify.annotations.Nullable;

/**
 * Says that something needed is not there now: a mail server, a certificate server, a database. Try again later (503).
 *
 * <p>A {@link BounceSink} throws this to say that nothing can be stored at the moment; a source then stops and
 * acknowledges nothing.
 */
public final class UnavailableException extends BounceException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was expected, what came and what to do next; no secret, no signature, no payload
     */
    public UnavailableException(String message) {
        super(message, null);
    }

    /**
     * Creates the exception with its cause.
     *
     * @param message what was expected, what came and what to do next; no secret, no signature, no payload
     * @param cause what was thrown below, or null
     */
    public UnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
