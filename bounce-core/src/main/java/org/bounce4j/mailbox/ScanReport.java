package org.bounce4j.mailbox;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.bounce4j.BounceException;
import org.bounce4j.UnavailableException;
import org.bounce4j.mail.MailKind;
import org.jspecify.annotations.Nullable;

/**
 * Says what a scan did. Immutable and thread-safe.
 */
public final class ScanReport {
    private final Outcome outcome;
    private final @Nullable BounceException failure;
    private final int seen;
    private final int skipped;
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

        /** Another session has the mailbox: another node scans it, or a person reads it. Try again in a while. */
        IN_USE,

        /**
         * The server or the sink was not there, the time was up, or the server did not confirm the deletions. Nothing is
         * lost: what was accepted and not deleted comes again under the same ids. Try again later.
         */
        UNAVAILABLE,

        /** A person must change something: the login was refused, the sink is not set up. */
        MISCONFIGURED
    }

    /**
     * Names a mail that the sink refused, that the server would not give or not delete, or at which the connection broke. It
     * was left where it is. The next scan skips it, or reads it after all others, and tries again later; one that was only
     * not deleted it reads again like any other, and its events have the same ids.
     *
     * @param entry the mail
     * @param cause what the sink threw, or what the server did
     */
    public record FailedMail(MailboxEntry entry, Exception cause) {
        /**
         * Creates a failed mail.
         *
         * @param entry the mail
         * @param cause what the sink threw, or what the server did
         */
        public FailedMail {
            Objects.requireNonNull(entry, "entry");
            Objects.requireNonNull(cause, "cause");
        }

        /** Returns the mail's number and the kind of its trouble; what the cause says may hold addresses. */
        @Override
        public String toString() {
            return "FailedMail[" + entry.number() + ", " + cause.getClass().getName() + "]";
        }
    }

    private ScanReport(Tally tally, Outcome outcome, @Nullable BounceException failure, Duration duration) {
        this.outcome = outcome;
        this.failure = failure;
        this.seen = tally.seen;
        this.skipped = tally.skipped;
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
     * Returns how long to wait before the next scan, where the server, the sink or the outcome says more than "as usual".
     *
     * @return the advice
     */
    public Optional<Duration> retryAfter() {
        return failure instanceof UnavailableException unavailable ? unavailable.retryAfter() : Optional.empty();
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
     * Returns how many mails were not looked at because an earlier scan had read and left them, or because they made
     * trouble in it: those are tried again in one of the next scans, and stand in {@link #failed} there.
     *
     * @return the count
     */
    public int skipped() {
        return skipped;
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
     * Returns how many of the mails that this scan looked at are still there; {@link #skipped} ones are there, too.
     *
     * @return the count
     */
    public int left() {
        return seen - deleted;
    }

    /**
     * Returns the mails that made trouble, and why: at most 1,000 of them, however many there are.
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

    /** Returns a line for a log: what was counted, and of the kinds without events those that there were. */
    @Override
    public String toString() {
        StringBuilder others = new StringBuilder();
        for (MailKind kind : MailKind.values()) {
            if (kind != MailKind.BOUNCE && kind != MailKind.COMPLAINT && count(kind) > 0) {
                others.append(", ").append(kind).append('=').append(count(kind));
            }
        }
        return "ScanReport[" + outcome + ", seen=" + seen + ", bounces=" + count(MailKind.BOUNCE) + ", complaints="
                + count(MailKind.COMPLAINT) + others + ", events=" + events + ", deleted=" + deleted + ", left="
                + left()
                + ", skipped=" + skipped
                + ", failed=" + failed.size() + ", bytes=" + bytes + ", " + duration.toMillis() + " ms"
                + (untrusted == 0 ? "" : ", untrusted=" + untrusted)
                + (failure == null ? "" : ", " + failure.getMessage()) + "]";
    }

    /** Counts while a scan runs. */
    static final class Tally {
        private static final int MAX_FAILED = 1_000;

        private final Map<MailKind, Integer> kinds = new EnumMap<>(MailKind.class);
        private final List<FailedMail> failed = new ArrayList<>();
        private int seen;
        private int skipped;
        private int events;
        private int deleted;
        private long bytes;
        private int untrusted;

        int seen() {
            return seen;
        }

        void fetched(int size) {
            seen++;
            bytes += size;
        }

        void parsed(MailKind kind) {
            kinds.merge(kind, 1, Integer::sum);
        }

        void skipped() {
            skipped++;
        }

        void accepted(int count) {
            events += count;
        }

        /** The server confirmed it. */
        void deleted(int count) {
            deleted += count;
        }

        void failed(MailboxEntry entry, Exception cause) {
            if (failed.size() < MAX_FAILED) {
                failed.add(new FailedMail(entry, cause));
            }
        }

        /** The server did not give a mail. */
        void withheld(MailboxEntry entry, Exception cause) {
            seen++;
            failed(entry, cause);
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
