package org.bounce4j.mailbox;

import java.time.Duration;
import org.bounce4j.UnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * Says that another session holds the mailbox (RFC 1939, section 4; RFC 2449, section 8.1.1): another node scans it, or a
 * person reads it. Nothing is wrong; try again in a while.
 */
public final class MailboxInUseException extends UnavailableException {
    private static final long serialVersionUID = 1L;

    private static final Duration RETRY_AFTER = Duration.ofMinutes(1);

    /**
     * Creates the exception.
     *
     * @param message what was expected, what came and what to do next
     * @param cause what was thrown below, or null
     */
    public MailboxInUseException(String message, @Nullable Throwable cause) {
        super(message, cause, RETRY_AFTER);
    }
}
