package org.bounce4j.internal.detect;

import org.bounce4j.EnhancedStatus;
import org.jspecify.annotations.Nullable;

/**
 * Holds what a notice says of one recipient, as it stands there.
 *
 * @param originalRecipient the address that was mailed, where the notice has it
 * @param finalRecipient the address that failed in the end
 * @param status the notice's own status
 * @param diagnostic what the remote server said, without the type in front of it
 * @param remoteMta who said it
 * @param lastAttempt when, as the notice says it
 * @param context the notice's other words, in case the diagnostic says nothing
 * @param command the SMTP command that was refused: MAIL, RCPT, DATA, CONN
 */
public record Failure(
        @Nullable String originalRecipient,
        @Nullable String finalRecipient,
        @Nullable EnhancedStatus status,
        @Nullable String diagnostic,
        @Nullable String remoteMta,
        @Nullable String lastAttempt,
        @Nullable String context,
        @Nullable String command) {

    Failure(
            @Nullable String originalRecipient,
            @Nullable String finalRecipient,
            @Nullable EnhancedStatus status,
            @Nullable String diagnostic,
            @Nullable String remoteMta,
            @Nullable String lastAttempt) {
        this(originalRecipient, finalRecipient, status, diagnostic, remoteMta, lastAttempt, null, null);
    }

    /** Returns a failure of which only the address is known. */
    static Failure of(@Nullable String recipient) {
        return new Failure(recipient, null, null, null, null, null);
    }

    Failure withContext(@Nullable String words) {
        return new Failure(
                originalRecipient, finalRecipient, status, diagnostic, remoteMta, lastAttempt, words, command);
    }

    Failure withStatus(@Nullable EnhancedStatus witness) {
        return new Failure(
                originalRecipient, finalRecipient, witness, diagnostic, remoteMta, lastAttempt, context, command);
    }

    Failure withDiagnostic(@Nullable String words) {
        return new Failure(originalRecipient, finalRecipient, status, words, remoteMta, lastAttempt, context, command);
    }

    Failure withCommand(@Nullable String smtpCommand) {
        return new Failure(
                originalRecipient, finalRecipient, status, diagnostic, remoteMta, lastAttempt, context, smtpCommand);
    }
}
