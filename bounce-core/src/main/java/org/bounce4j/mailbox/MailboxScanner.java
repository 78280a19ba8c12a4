package org.bounce4j.mailbox;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.bounce4j.BounceException;
import org.bounce4j.BounceSink;
import org.bounce4j.ConfigurationException;
import org.bounce4j.UnavailableException;
import org.bounce4j.internal.Delivery;
import org.bounce4j.mail.BounceMessageParser;
import org.bounce4j.mail.MailKind;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a bounce mailbox: fetches, parses, hands to the sink, and only then deletes.
 *
 * <p>A mail is deleted only if it was read whole and the sink accepted at least one event of it. Everything else stays where
 * it is unless a {@link Disposition} says otherwise: auto-replies, delay notices; and mails nobody understands whatever it
 * says. What was left is not downloaded again. If the process dies at any moment, the next scan delivers
 * again under the same event ids, and nothing is lost. The session is never ended in the regular way while a fetched mail is
 * neither accepted nor meant to be left, because some servers hide what was fetched once a client says goodbye; the
 * connection is dropped instead.
 *
 * <p>Thread-safe; one scan runs at a time. Starts no thread: call {@link #scan()} from any scheduler. It does not throw for
 * what a server or a sink did, so a scheduler goes on.
 *
 * <pre>{@code
 * var scanner = MailboxScanner.builder(mailbox, sink).build();
 * ScanReport report = scanner.scan();
 * }</pre>
 */
public final class MailboxScanner {
    private static final Logger LOG = LoggerFactory.getLogger(MailboxScanner.class);

    final Mailbox mailbox;
    final BounceMessageParser parser;
    final Delivery delivery;
    final Map<MailKind, Disposition> dispositions;
    final SeenMessages seenMessages;
    final @Nullable ScanListener listener;
    final Troubles troubles = new Troubles();
    final UnnamedMails unnamedMails = new UnnamedMails();
    final int batchSize;
    final int maxMailBytes;
    final int mailsPerSession;
    final Duration timeout;
    private final ReentrantLock scanning = new ReentrantLock();

    private MailboxScanner(Builder builder) {
        mailbox = builder.mailbox;
        parser = builder.parser;
        delivery = new Delivery(builder.sink);
        dispositions = new EnumMap<>(builder.dispositions);
        seenMessages = builder.seenMessages;
        listener = builder.listener;
        batchSize = builder.batchSize;
        maxMailBytes = builder.maxMailBytes;
        mailsPerSession = builder.mailsPerSession;
        timeout = builder.timeout;
    }

    /**
     * Starts a scanner.
     *
     * @param mailbox where the bounces are
     * @param sink where they go
     * @return a builder
     */
    public static Builder builder(Mailbox mailbox, BounceSink sink) {
        return new Builder(mailbox, sink);
    }

    /**
     * Scans the mailbox once.
     *
     * @return what was done, also where it could not be completed
     */
    public ScanReport scan() {
        long start = System.nanoTime();
        ScanReport.Tally tally = new ScanReport.Tally();
        ScanReport.Outcome outcome = ScanReport.Outcome.COMPLETED;
        BounceException failure = null;
        if (!scanning.tryLock()) {
            return tally.report(ScanReport.Outcome.ALREADY_SCANNING, null, Duration.ZERO);
        }
        try {
            new Scan(this, tally).run();
        } catch (MailboxInUseException e) {
            outcome = ScanReport.Outcome.IN_USE;
            failure = e;
        } catch (UnavailableException e) {
            outcome = ScanReport.Outcome.UNAVAILABLE;
            failure = e;
        } catch (ConfigurationException e) {
            outcome = ScanReport.Outcome.MISCONFIGURED;
            failure = e;
        } catch (RuntimeException | Error e) {
            // a defect of a mailbox or a token supplier; whatever calls us on a schedule shall call again
            if (e instanceof VirtualMachineError error) {
                throw error;
            }
            LOG.warn("{}: the mailbox failed", mailbox.name(), e);
            outcome = ScanReport.Outcome.UNAVAILABLE;
            failure = new UnavailableException(
                    "Expected the mailbox to work, it threw " + e.getClass().getName() + "; the log has more", e);
        } finally {
            scanning.unlock();
        }
        if (failure != null) {
            LOG.warn("{}: scan stopped: {}", mailbox.name(), failure.getMessage());
        }
        return tally.report(outcome, failure, Duration.ofNanos(System.nanoTime() - start));
    }

    /** Builds a {@link MailboxScanner}. Not thread-safe. */
    public static final class Builder {
        private final Mailbox mailbox;
        private final BounceSink sink;
        private BounceMessageParser parser = BounceMessageParser.standard();
        private final Map<MailKind, Disposition> dispositions = new EnumMap<>(MailKind.class);
        private SeenMessages seenMessages = SeenMessages.inMemory(SeenMessages.DEFAULT_CAPACITY);
        private @Nullable ScanListener listener;
        private int batchSize = 100;
        private int maxMailBytes = BounceMessageParser.DEFAULT_MAX_BYTES;
        private int mailsPerSession = 1_000;
        private Duration timeout = Duration.ofHours(1);

        private Builder(Mailbox mailbox, BounceSink sink) {
            this.mailbox = Objects.requireNonNull(mailbox, "mailbox");
            this.sink = Objects.requireNonNull(sink, "sink");
            for (MailKind kind : MailKind.values()) {
                dispositions.put(kind, kind.hasEvents() ? Disposition.DELETE : Disposition.LEAVE);
            }
        }

        /**
         * Sets the parser.
         *
         * @param parser a parser
         * @return this builder
         */
        public Builder parser(BounceMessageParser parser) {
            this.parser = Objects.requireNonNull(parser, "parser");
            return this;
        }

        /**
         * Sets how many events are handed over at once.
         *
         * @param events 1 to {@value BounceSink#MAX_BATCH}; 100 if not set
         * @return this builder
         * @throws IllegalArgumentException if it is none of these
         */
        public Builder batchSize(int events) {
            if (events < 1 || events > BounceSink.MAX_BATCH) {
                throw new IllegalArgumentException(
                        "Expected a batch size of 1 to " + BounceSink.MAX_BATCH + ", got " + events);
            }
            this.batchSize = events;
            return this;
        }

        /**
         * Sets how much of a mail is read. Of a larger one the beginning is parsed, and it is never deleted. So much
         * of a mail is held in memory while it is parsed. The {@linkplain #parser parser} has a limit of its own.
         *
         * @param bytes the limit in bytes, from 1; 8 MiB if not set
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder maxMailBytes(int bytes) {
            if (bytes < 1) {
                throw new IllegalArgumentException("Expected a limit of at least 1 byte, got " + bytes);
            }
            this.maxMailBytes = bytes;
            return this;
        }

        /**
         * Sets what becomes of the mails of a kind. If nothing is set, bounces and complaints are deleted once the sink has
         * accepted an event of them, and everything else is left.
         *
         * @param kind the kind
         * @param disposition what becomes of it
         * @return this builder
         * @throws IllegalArgumentException for the deletion of {@link MailKind#OTHER}: what nobody understands is never
         *     deleted
         */
        public Builder disposition(MailKind kind, Disposition disposition) {
            if (kind == MailKind.OTHER && disposition == Disposition.DELETE) {
                throw new IllegalArgumentException(
                        "Expected mails that nobody understands to be left; a program that reads them may delete them");
            }
            dispositions.put(kind, Objects.requireNonNull(disposition, "disposition"));
            return this;
        }

        /**
         * Leaves every mail where it is, also those whose events were accepted, for an inbox that people read too. What was
         * read is not downloaded again as long as {@linkplain #seenMessages the memory} holds it.
         *
         * @return this builder
         */
        public Builder leaveEverything() {
            dispositions.replaceAll((kind, disposition) -> Disposition.LEAVE);
            return this;
        }

        /**
         * Sets the memory of the mails that were read and left.
         *
         * @param memory a memory for this mailbox alone; one of {@value SeenMessages#DEFAULT_CAPACITY} mails that lasts as
         *     long as the scanner if not set
         * @return this builder
         */
        public Builder seenMessages(SeenMessages memory) {
            this.seenMessages = Objects.requireNonNull(memory, "memory");
            return this;
        }

        /**
         * Sets who hears of the progress.
         *
         * @param listener a listener; nobody if not set
         * @return this builder
         */
        public Builder listener(ScanListener listener) {
            this.listener = Objects.requireNonNull(listener, "listener");
            return this;
        }

        /**
         * Sets how many mails are read in one session. Then what was accepted is deleted, and the next session begins: what
         * comes again after a failure is never more than that.
         *
         * @param mails the limit, from 1; 1,000 if not set. It is never less than a twentieth of what the mailbox lists
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder mailsPerSession(int mails) {
            if (mails < 1) {
                throw new IllegalArgumentException("Expected at least 1 mail a session, got " + mails);
            }
            this.mailsPerSession = mails;
            return this;
        }

        /**
         * Sets how long a scan may take. Towards its end a scan deletes what was accepted and leaves the rest for the next
         * one. A server that then still keeps it waiting is hung up on where the mailbox heeds the limit of {@link
         * Mailbox#open(Duration)}, as {@code Pop3Mailbox} does; of others the wait goes on as long as their own time-outs
         * say.
         *
         * @param timeout more than nothing and at most a day; an hour if not set
         * @return this builder
         * @throws IllegalArgumentException if it is none of these
         */
        public Builder timeout(Duration timeout) {
            if (timeout.isZero() || timeout.isNegative() || timeout.compareTo(Duration.ofDays(1)) > 0) {
                throw new IllegalArgumentException(
                        "Expected a timeout of more than nothing and at most a day, got " + timeout);
            }
            this.timeout = timeout;
            return this;
        }

        /**
         * Builds the scanner.
         *
         * @return the scanner
         */
        public MailboxScanner build() {
            return new MailboxScanner(this);
        }
    }
}
