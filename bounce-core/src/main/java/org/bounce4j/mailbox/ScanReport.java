package org.bounce4j.mailbox;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.bounce4j.BounceException;
import org.bounce4j.mail.MailKind;
import org.jspecify.annotations.Nullable;

/**
 * Says what a scan did. Immutable and thread-safe.
 */
public final class ScanReport {
    private final Outcome outcome;
    private final @Nullable BounceException failure;
    private final int seen;
    private final Map<MailKind, Integer> kinds;
    private final int events;
    private final int deleted;
    private final List<FailedMail> failed;
    private final long bytes;
    private final Duration duration;
    private final int untrusted;

    /** Says how a scan ended. */
    public enum Outcome {
        /** Every mail was looked at and what was to be deleted is deleted. */
        COMPLETED,

        /** This scanner is scanning already, in another thread; nothing was done. */
        ALREADY_SCANNING,

        /**
         * The server or the sink was not there, or the server did not confirm the deletions. Nothing is lost: what was
         * accepted comes again under the same ids. Try again later.
         */
        UNAVAILABLE,

        /** A person must change something: the login was refused, the sink is not set up. */
        MISCONFIGURED
    }

    /**
     * Names a mail that the sink refused, or that the server would not give. It was left where it is.
     *
     * @param entry the mail
     * @param cause what the sink threw
     */
    public record FailedMail(MailboxEntry entry, Exception cause) {
        /**
         * Creates a failed mail.
         *
         * @param entry the mail
         * @param cause what the sink threw
         */
        public FailedMail {
            Objects.requireNonNull(entry, "entry");
            Objects.requireNonNull(cause, "cause");
        }
    }

    private ScanReport(Tally tally, Outcome outcome, @Nullable BounceException failure, Duration duration) {
        this.outcome = outcome;
        this.failure = failure;
        this.seen = tally.seen;
        this.kinds = Map.copyOf(tally.kinds);
        this.events = tally.events;
        this.deleted = tally.deleted;
        this.failed = List.copyOf(tally.failed);
        this.bytes = tally.bytes;
        this.duration = duration;
        this.untrusted = tally.untrusted;
    }

    /**
     * Returns how the scan ended.
     *
     * @return the outcome
     */
    public Outcome outcome() {
        return outcome;
    }

    /**
     * Returns why the scan did not complete.
     *
     * @return the failure, empty for {@link Outcome#COMPLETED} and {@link Outcome#ALREADY_SCANNING}
     */
    public Optional<BounceException> failure() {
        return Optional.ofNullable(failure);
    }

    /**
     * Returns how many mails were looked at.
     *
     * @return the count
     */
    public int seen() {
        return seen;
    }

    /**
     * Returns how many mails of a kind were looked at.
     *
     * @param kind the kind
     * @return the count
     */
    public int count(MailKind kind) {
        return kinds.getOrDefault(kind, 0);
    }

    /**
     * Returns how many events the sink accepted.
     *
     * @return the count
     */
    public int events() {
        return events;
    }

    /**
     * Returns how many mails were deleted.
     *
     * @return the count; 0 unless the server confirmed it
     */
    public int deleted() {
        return deleted;
    }

    /**
     * Returns how many of the mails that were looked at are still there.
     *
     * @return the count
     */
    public int left() {
        return seen - deleted;
    }

    /**
     * Returns the mails whose events the sink refused, though it accepted others, and those that the server would not give.
     *
     * @return the mails, left where they are
     */
    public List<FailedMail> failed() {
        return failed;
    }

    /**
     * Returns how much was fetched.
     *
     * @return bytes
     */
    public long bytes() {
        return bytes;
    }

    /**
     * Returns how many bounces and complaints were left because nobody vouches for them; see
     * {@link org.bounce4j.mail.BounceMessageParser.Builder#minimumTrust}. Many of them are a bounce mailbox that somebody
     * mails forgeries to, or mails of yours that leave with another return path.
     *
     * @return the count of mails, 0 where the parser lets every bounce count
     */
    public int untrusted() {
        return untrusted;
    }

    /**
     * Returns how long it took.
     *
     * @return the duration
     */
    public Duration duration() {
        return duration;
    }

    @Override
    public String toString() {
        return "ScanReport[" + outcome + ", seen=" + seen + ", bounces=" + count(MailKind.BOUNCE) + ", complaints="
                + count(MailKind.COMPLAINT) + ", events=" + events + ", deleted=" + deleted + ", left=" + left()
                + ", failed=" + failed.size() + ", bytes=" + bytes + ", " + duration.toMillis() + " ms"
                + (untrusted == 0 ? "" : ", untrusted=" + untrusted)
                + (failure == null ? "" : ", " + failure.getMessage()) + "]";
    }

    /** Counts while a scan runs. */
    static final class Tally {
        private final Map<MailKind, Integer> kinds = new EnumMap<>(MailKind.class);
        private final List<FailedMail> failed = new ArrayList<>();
        private boolean refused;
        private int seen;
        private int events;
        private int deleted;
        private long bytes;
        private int untrusted;

        void saw(MailKind kind, int size) {
            seen++;
            bytes += size;
            kinds.merge(kind, 1, Integer::sum);
        }

        void accepted(int count) {
            events += count;
        }

        /** The server confirmed it. */
        void deleted(int count) {
            deleted += count;
        }

        boolean hasRefused() {
            return refused;
        }

        /** The sink refused a mail that was fetched. */
        void refused(MailboxEntry entry, Exception cause) {
            failed.add(new FailedMail(entry, cause));
            refused = true;
        }

        /** The server did not give a mail. */
        void withheld(MailboxEntry entry, Exception cause) {
            seen++;
            failed.add(new FailedMail(entry, cause));
        }

        /** Nobody vouches for what a mail says. */
        void untrusted() {
            untrusted++;
        }

        ScanReport report(Outcome outcome, @Nullable BounceException failure, Duration duration) {
            return new ScanReport(this, outcome, failure, duration);
        }
    }
}
