package org.bounce4j.internal.detect;

import org.bounce4j.EnhancedStatus;
import org.jspecify.annotations.Nullable;

/**
 * Holds what a report says of one recipient.
 *
 * @param originalRecipient the address that was mailed, where the report has it
 * @param finalRecipient the address that failed in the end
 * @param status the report's own status field
 * @param diagnostic what the remote server said, without the type in front of it
 * @param remoteMta who said it
 * @param lastAttempt when, as the report says it
 */
public record Failure(
        @Nullable String originalRecipient,
        @Nullable String finalRecipient,
        @Nullable EnhancedStatus status,
        @Nullable String diagnostic,
        @Nullable String remoteMta,
        @Nullable String lastAttempt) {

    /** Returns a failure of which only the address is known. */
    static Failure of(@Nullable String recipient) {
        return new Failure(recipient, null, null, null, null, null);
    }
}
