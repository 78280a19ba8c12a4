package org.bounce4j;

import org.jspecify.annotations.Nullable;

/**
 * Says that what came can never be read, however often it is sent again: not JSON, a required field missing, too large.
 * Answer 400 and do not retry.
 */
public final class MalformedPayloadException extends BounceException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was expected, what came and what to do next; no secret, no signature, no payload
     */
    public MalformedPayloadException(String message) {
        super(message, null);
    }

    /**
     * Creates the exception with its cause.
     *
     * @param message what was expected, what came and what to do next; no secret, no signature, no payload
     * @param cause what was thrown below, or null
     */
    public MalformedPayloadException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
