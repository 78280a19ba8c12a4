package org.bounce4j;

import org.jspecify.annotations.Nullable;

/**
 * The root of everything that bounce4j throws on purpose. There are four, because a caller can do four things: reject,
 * give up, try again later, or call a person.
 *
 * <p>A message says what was expected, what came and what to do next. It never holds a secret, a signature or a payload,
 * so it may be logged.
 */
public abstract sealed class BounceException extends RuntimeException
        permits VerificationException, MalformedPayloadException, UnavailableException, ConfigurationException {
    private static final long serialVersionUID = 1L;

    BounceException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
