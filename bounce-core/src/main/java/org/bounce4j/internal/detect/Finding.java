package org.bounce4j.internal.detect;

import java.util.ArrayList;
import java.util.List;
import org.bounce4j.internal.mime.Headers;
import org.bounce4j.mail.MailKind;
import org.jspecify.annotations.Nullable;

/** Collects what a detector found in one mail: facts as they stand there, not yet judged. */
public final class Finding {
    private final MailKind kind;
    private final List<Failure> failures = new ArrayList<>();
    private final List<Failure> delays = new ArrayList<>();
    private String detector = "";
    private @Nullable String reportingMta;
    private @Nullable String arrivalDate;
    private @Nullable String sender;
    private @Nullable Headers original;
    private boolean cut;

    Finding(MailKind kind) {
        this.kind = kind;
    }

    Finding by(String name) {
        detector = name;
        return this;
    }

    Finding failed(Failure failure) {
        failures.add(failure);
        return this;
    }

    Finding delayed(Failure delay) {
        delays.add(delay.command() == null ? delay.command("WAIT") : delay);
        return this;
    }

    Finding reportedBy(@Nullable String mta) {
        reportingMta = mta;
        return this;
    }

    Finding arrived(@Nullable String date) {
        arrivalDate = date;
        return this;
    }

    Finding sentBy(@Nullable String address) {
        sender = address;
        return this;
    }

    Finding original(@Nullable Headers headers) {
        original = headers;
        return this;
    }

    Finding cut(boolean isCut) {
        cut |= isCut;
        return this;
    }

    /** Returns what the mail is. */
    public MailKind kind() {
        return kind;
    }

    /** Returns which detector knew it. */
    public String detector() {
        return detector;
    }

    /** Returns the recipients that failed or complained. */
    public List<Failure> failures() {
        return failures;
    }

    /** Returns the recipients for whom the server is still trying. */
    public List<Failure> delays() {
        return delays;
    }

    /** Returns the server that made the report. */
    public @Nullable String reportingMta() {
        return reportingMta;
    }

    /** Returns the envelope sender of the message as the report names it. */
    public @Nullable String sender() {
        return sender;
    }

    /** Returns when the message had reached that server, as the report says it. */
    public @Nullable String arrivalDate() {
        return arrivalDate;
    }

    /** Returns whether a bound cut the report, so that it may name more recipients than were found. */
    public boolean isCut() {
        return cut;
    }

    /** Returns the header of the message that failed. */
    public @Nullable Headers original() {
        return original;
    }
}
