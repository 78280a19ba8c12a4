package org.bounce4j.internal.detect;

import java.util.Optional;
import java.util.function.Supplier;
import org.bounce4j.EmailAddress;
import org.bounce4j.EnhancedStatus;
import org.jspecify.annotations.Nullable;

/** Holds what a notice says of one recipient, as it stands there. A detector fills it; afterwards nobody changes it. */
public final class Failure implements Cloneable {
    private @Nullable EmailAddress originalRecipient;
    private @Nullable EmailAddress finalRecipient;
    private @Nullable EmailAddress generatedFrom;
    private @Nullable EnhancedStatus status;
    private @Nullable String diagnostic;
    private @Nullable EnhancedStatus said;
    private int replyCode;
    private @Nullable String remoteMta;
    private @Nullable String lastAttempt;
    private @Nullable String command;
    private @Nullable Supplier<String> context;
    private boolean blotted;
    private boolean filtered;

    private Failure() {}

    /** Returns a failure of the one that is known of these two: the address that was mailed, and the one that failed. */
    static Failure of(@Nullable EmailAddress originalRecipient, @Nullable EmailAddress finalRecipient) {
        Failure failure = new Failure();
        failure.originalRecipient = originalRecipient;
        failure.finalRecipient = finalRecipient;
        return failure;
    }

    /** Returns a failure of somebody whom the notice does not name. */
    public static Failure ofNobody(String words) {
        Failure failure = new Failure();
        failure.status = EnhancedStatus.find(words).orElse(null);
        failure.context = () -> words;
        return failure;
    }

    /** Returns a copy for another address. */
    Failure of(@Nullable EmailAddress other) {
        try {
            Failure copy = (Failure) clone();
            copy.finalRecipient = other;
            return copy;
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
    }

    Failure generatedFrom(@Nullable EmailAddress alias) {
        generatedFrom = alias;
        return this;
    }

    Failure context(@Nullable Supplier<String> words) {
        context = words;
        return this;
    }

    /** Says that the address stands in place of one that whoever reports keeps to themselves. */
    Failure blotted() {
        blotted = true;
        return this;
    }

    /** Says that a filter stopped the message after its recipient had been taken: nothing is wrong with the address. */
    Failure filtered() {
        filtered = true;
        return command("DATA");
    }

    Failure status(@Nullable EnhancedStatus witness) {
        status = witness;
        return this;
    }

    Failure diagnostic(@Nullable String words) {
        diagnostic = words;
        said = EnhancedStatus.find(words).orElse(null);
        replyCode = ReplyCode.find(words);
        return this;
    }

    Failure command(@Nullable String smtpCommand) {
        command = smtpCommand;
        return this;
    }

    Failure remoteMta(@Nullable String name) {
        remoteMta = name;
        return this;
    }

    Failure lastAttempt(@Nullable String date) {
        lastAttempt = date;
        return this;
    }

    /** Returns the address that was mailed, where the notice has it. */
    public @Nullable EmailAddress originalRecipient() {
        return originalRecipient;
    }

    /** Returns the address that failed in the end. */
    public @Nullable EmailAddress finalRecipient() {
        return finalRecipient;
    }

    /** Returns the address that failed, or, where the notice does not name it, the one that was mailed. */
    public @Nullable EmailAddress recipient() {
        return finalRecipient == null ? originalRecipient : finalRecipient;
    }

    /** Returns the address whose alias or list gave the failing one. */
    public @Nullable EmailAddress generatedFrom() {
        return generatedFrom;
    }

    /** Returns whether the address names nobody, since whoever reports keeps it to themselves. */
    public boolean isBlotted() {
        return blotted;
    }

    /** Returns whether a filter stopped the message, so that no word of the notice can mean that the address is dead. */
    public boolean isFiltered() {
        return filtered;
    }

    /** Returns the notice's own status. */
    public @Nullable EnhancedStatus status() {
        return status;
    }

    /** Returns what the remote server said, without the type in front of it. */
    public @Nullable String diagnostic() {
        return diagnostic;
    }

    /** Returns the enhanced status in what the remote server said. */
    public Optional<EnhancedStatus> said() {
        return Optional.ofNullable(said);
    }

    /** Returns the reply code in what the remote server said, or 0. */
    public int replyCode() {
        return replyCode;
    }

    /** Returns who said it. */
    public @Nullable String remoteMta() {
        return remoteMta;
    }

    /** Returns when, as the notice says it. */
    public @Nullable String lastAttempt() {
        return lastAttempt;
    }

    /** Returns the SMTP command that was refused: MAIL, RCPT, DATA, CONN; PIPE for a program that failed. */
    public @Nullable String command() {
        return command;
    }

    /** Returns the notice's other words, in case the diagnostic says nothing. */
    public @Nullable String context() {
        return context == null ? null : context.get();
    }
}
