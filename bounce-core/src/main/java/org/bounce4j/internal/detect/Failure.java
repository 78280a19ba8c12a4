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
 * @param command the SMTP command that was refused: MAIL, RCPT, DATA, CONN; PIPE for a program that failed
 * @param generatedFrom the address whose alias or list gave the failing one
 */
public record Failure(
        @Nullable String originalRecipient,
        @Nullable String finalRecipient,
        @Nullable EnhancedStatus status,
        @Nullable String diagnostic,
        @Nullable String remoteMta,
        @Nullable String lastAttempt,
        @Nullable String context,
        @Nullable String command,
        @Nullable String generatedFrom) {

    Failure(
            @Nullable String originalRecipient,
            @Nullable String finalRecipient,
            @Nullable EnhancedStatus status,
            @Nullable String diagnostic,
            @Nullable String remoteMta,
            @Nullable String lastAttempt) {
        this(originalRecipient, finalRecipient, status, diagnostic, remoteMta, lastAttempt, null, null, null);
    }

    /** Returns a failure of which only the address is known. */
    static Failure of(@Nullable String recipient) {
        return new Failure(recipient, null, null, null, null, null);
    }

    /** Returns a failure of somebody whom the notice does not name. */
    public static Failure ofNobody(@Nullable String words) {
        return new Failure(null, null, EnhancedStatus.find(words).orElse(null), null, null, null).withContext(words);
    }

    Failure withFinalRecipient(@Nullable String address) {
        return new Failure(
                originalRecipient,
                address,
                status,
                diagnostic,
                remoteMta,
                lastAttempt,
                context,
                command,
                generatedFrom);
    }

    Failure withContext(@Nullable String words) {
        return new Failure(
                originalRecipient,
                finalRecipient,
                status,
                diagnostic,
                remoteMta,
                lastAttempt,
                words,
                command,
                generatedFrom);
    }

    Failure withStatus(@Nullable EnhancedStatus witness) {
        return new Failure(
                originalRecipient,
                finalRecipient,
                witness,
                diagnostic,
                remoteMta,
                lastAttempt,
                context,
                command,
                generatedFrom);
    }

    Failure withDiagnostic(@Nullable String words) {
        return new Failure(
                originalRecipient,
                finalRecipient,
                status,
                words,
                remoteMta,
                lastAttempt,
                context,
                command,
                generatedFrom);
    }

    Failure withCommand(@Nullable String smtpCommand) {
        return new Failure(
                originalRecipient,
                finalRecipient,
                status,
                diagnostic,
                remoteMta,
                lastAttempt,
                context,
                smtpCommand,
                generatedFrom);
    }

    Failure withGeneratedFrom(@Nullable String address) {
        return new Failure(
                originalRecipient,
                finalRecipient,
                status,
                diagnostic,
                remoteMta,
                lastAttempt,
                context,
                command,
                address);
    }
}
