package org.bounce4j;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says that something needed is not there now: a mail server, a certificate server, a database. Try again later (503).
 *
 * <p>A {@link BounceSink} throws this to say that nothing can be stored at the moment; a source then stops and
 * acknowledges nothing.
 */
public non-sealed class UnavailableException extends BounceException {
    private static final long serialVersionUID = 1L;

    /** Null where nothing is known. */
    private final @Nullable Duration retryAfter;

    /**
     * Creates the exception.
     *
     * @param message what was expected, what came and what to do next; no secret, no signature, no payload
     */
    public UnavailableException(String message) {
        this(message, null, null);
    }

    /**
     * Creates the exception with its cause.
     *
     * @param message what was expected, what came and what to do next; no secret, no signature, no payload
     * @param cause what was thrown below, or null
     */
    public UnavailableException(String message, @Nullable Throwable cause) {
        this(message, cause, null);
    }

    /**
     * Creates the exception with its cause and the time after which to try again.
     *
     * @param message what was expected, what came and what to do next; no secret, no signature, no payload
     * @param cause what was thrown below, or null
     * @param retryAfter how long to wait, or null where nothing is known
     */
    public UnavailableException(String message, @Nullable Throwable cause, @Nullable Duration retryAfter) {
        super(message, cause);
        this.retryAfter = retryAfter;
    }

    /**
     * Returns how long to wait before trying again.
     *
     * @return the advice, empty where nothing is known: then as usual
     */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
