package org.bounce4j.mail;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bounce4j.BounceBatch;
import org.bounce4j.BounceEvent;
import org.bounce4j.EmailAddress;
import org.bounce4j.internal.detect.Finding;
import org.bounce4j.internal.mime.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Holds what a mail is and says. Immutable and thread-safe.
 */
public final class BounceMail {
    private static final int MAX_HEADER_VALUE = 4_096;
    /** The most bytes of a character in UTF-8. */
    private static final int MAX_BYTES = 4;

    private final MailKind kind;
    private final String detector;
    private final BounceBatch batch;
    private final List<BounceEvent> untrusted;
    private final @Nullable String originalSender;
    /** A copy. The map is made only when somebody asks for it. */
    private final @Nullable Headers original;

    private final boolean truncated;
    private @Nullable Map<String, String> originalHeaders;

    BounceMail(
            MailKind kind,
            String detector,
            BounceBatch batch,
            List<BounceEvent> untrusted,
            @Nullable String originalSender,
            @Nullable Headers original,
            boolean truncated) {
        this.kind = kind;
        this.detector = detector;
        this.batch = batch;
        this.untrusted = untrusted;
        this.originalSender = originalSender;
        this.original = original == null
                ? null
                : original.copy(BounceMessageParser.MAX_ORIGINAL_HEADERS, MAX_BYTES * MAX_HEADER_VALUE);
        this.truncated = truncated;
    }

    /** Returns a mail that says nothing of a mail of ours. */
    static BounceMail of(Finding finding, boolean truncated) {
        return new BounceMail(
                finding.kind(),
                finding.detector(),
                BounceBatch.of(List.of()),
                List.of(),
                null,
                finding.original(),
                truncated || finding.isCut());
    }

    /**
     * Returns what the mail is.
     *
     * @return the kind
     */
    public MailKind kind() {
        return kind;
    }

    /**
     * Returns the name of the detector that knew the format.
     *
     * @return for instance {@code rfc3464}; {@code none} where no detector knew it
     */
    public String detector() {
        return detector;
    }

    /**
     * Returns the events, and for a delay notice the recipients for whom the server is still trying.
     *
     * @return the batch; its events are empty for every kind but {@link MailKind#BOUNCE} and {@link MailKind#COMPLAINT}, and
     *     for a bounce whose victim cannot be known or which is not {@linkplain #untrusted() trusted}
     */
    public BounceBatch batch() {
        return batch;
    }

    /**
     * Returns what the mail says of recipients and what is less sure than the parser was told to ask for: anybody could have
     * written it. It is not part of the {@link #batch()}, and nothing should be done to these recipients because of it.
     *
     * @return notices of the same shape as events; empty unless the parser was built with
     *     {@link BounceMessageParser.Builder#minimumTrust}
     */
    public List<BounceEvent> untrusted() {
        return untrusted;
    }

    /**
     * Returns the envelope sender of the message that failed, as the report returns it, else as the report was addressed;
     * without what forwarders (SRS), tags against forged bounces (BATV) and VERP made of it.
     *
     * @return the address, for a bounce, complaint, delay notice or delivery receipt that shows it
     */
    public Optional<EmailAddress> originalSender() {
        return EmailAddress.parse(originalSender);
    }

    /**
     * Returns the header of the message that failed, as far as it came back.
     *
     * @return an immutable map whose keys are compared without case, with the first value of each field, unfolded; at most
     *     {@value BounceMessageParser#MAX_ORIGINAL_HEADERS} fields
     */
    public Map<String, String> originalHeaders() {
        // two threads may both make it; what they make is equal and safely published
        Map<String, String> known = originalHeaders;
        if (known == null) {
            Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            for (int i = 0; original != null && i < original.count(); i++) {
                String value = original.value(i);
                headers.putIfAbsent(
                        original.name(i),
                        value.length() > MAX_HEADER_VALUE ? value.substring(0, MAX_HEADER_VALUE) : value);
            }
            known = Collections.unmodifiableMap(headers);
            originalHeaders = known;
        }
        return known;
    }

    /**
     * Returns whether a bound of the parser cut the report, so that it may speak of more recipients than there are events.
     * Keep such a mail.
     *
     * @return false for every mail that was read whole
     */
    public boolean truncated() {
        return truncated;
    }

    /**
     * Returns the failures and complaints, as {@link #batch()} holds them.
     *
     * @return the events, often one, none for most kinds
     */
    public List<BounceEvent> events() {
        return batch.events();
    }

    /**
     * Returns the recipients for whom the server is still trying, as {@link #batch()} holds them, and why.
     *
     * @return notices of the same shape as events, and no bounces; empty also where a delay notice names nobody
     */
    public List<BounceEvent> delays() {
        return batch.delays();
    }

    @Override
    public String toString() {
        return "BounceMail[" + kind + ", detector=" + detector + ", events="
                + batch.events().size() + ", delays=" + batch.delays().size()
                + (untrusted.isEmpty() ? "" : ", untrusted=" + untrusted.size()) + "]";
    }
}
