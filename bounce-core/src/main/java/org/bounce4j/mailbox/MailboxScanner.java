package org.bounce4j.mailbox;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceException;
import org.bounce4j.BounceSink;
import org.bounce4j.ConfigurationException;
import org.bounce4j.UnavailableException;
import org.bounce4j.internal.Delivery;
import org.bounce4j.mail.BounceMail;
import org.bounce4j.mail.BounceMessageParser;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a bounce mailbox: fetches, parses, hands to the sink, and only then deletes.
 *
 * <p>A mail is deleted only if it was read whole and the sink accepted at least one event of it. Everything else stays where
 * it is: auto-replies, delay notices, mails nobody understands. If the process dies at any moment, the next scan delivers
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

    private final Mailbox mailbox;
    private final BounceMessageParser parser;
    private final Delivery delivery;
    private final int batchSize;
    private final int maxMailBytes;
    private final ReentrantLock scanning = new ReentrantLock();

    private MailboxScanner(Builder builder) {
        mailbox = builder.mailbox;
        parser = builder.parser;
        delivery = new Delivery(builder.sink);
        batchSize = builder.batchSize;
        maxMailBytes = builder.maxMailBytes;
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
            scan(tally);
        } catch (UnavailableException e) {
            outcome = ScanReport.Outcome.UNAVAILABLE;
            failure = e;
        } catch (ConfigurationException e) {
            outcome = ScanReport.Outcome.MISCONFIGURED;
            failure = e;
        } finally {
            scanning.unlock();
        }
        if (failure != null) {
            LOG.warn("{}: scan stopped: {}", mailbox.name(), failure.getMessage());
        }
        return tally.report(outcome, failure, Duration.ofNanos(System.nanoTime() - start));
    }

    private void scan(ScanReport.Tally tally) {
        List<MailboxEntry> accepted = new ArrayList<>();
        List<MailboxEntry> listed;
        boolean refused;
        try (MailboxSession session = mailbox.open()) {
            List<MailboxEntry> entries = session.list();
            listed = entries;
            session.announce(entries);
            Pending pending = new Pending();
            for (MailboxEntry entry : entries) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new UnavailableException("The scan was interrupted; what was not deleted comes again");
                }
                read(session, entry, pending, tally);
                if (pending.events >= batchSize) {
                    accepted.addAll(deliver(pending, tally));
                    pending = new Pending();
                }
            }
            accepted.addAll(deliver(pending, tally));
            refused = tally.hasRefused();
            if (!refused) {
                session.delete(accepted);
                session.commit();
                tally.deleted(accepted.size());
            }
        }
        if (refused) {
            // A regular end would let servers that hide fetched mails hide the refused ones too. So the first session
            // was
            // dropped, and what was accepted is deleted in a second one that fetches nothing.
            Set<String> shared = sharedIds(listed);
            tally.deleted(deleteUnfetched(accepted.stream()
                    .filter(entry -> !shared.contains(entry.id()) || entry.id().isEmpty())
                    .toList()));
        }
    }

    private void read(MailboxSession session, MailboxEntry entry, Pending pending, ScanReport.Tally tally) {
        FetchedMail fetched = session.fetch(entry, maxMailBytes).orElse(null);
        if (fetched == null) {
            tally.withheld(
                    entry,
                    new UnavailableException("Expected the server to give the mail, it refused; look at it there"));
            LOG.warn("{}: the server will not give mail {} ({})", mailbox.name(), entry.number(), entry.id());
            return;
        }
        BounceMail mail = fetched.whole() ? parser.parse(fetched.bytes()) : parser.parseBeginning(fetched.bytes());
        tally.saw(mail.kind(), fetched.bytes().length);
        LOG.debug("{}: mail {} is {}", mailbox.name(), entry.number(), mail);
        if (!mail.batch().events().isEmpty()) {
            pending.add(entry, !mail.truncated(), mail.batch().events());
        } else if (!mail.untrusted().isEmpty()) {
            tally.untrusted();
        }
    }

    /** Hands over what is pending; returns the mails to be deleted. */
    private List<MailboxEntry> deliver(Pending pending, ScanReport.Tally tally) {
        List<@Nullable Exception> failures = delivery.deliver(pending.units);
        List<MailboxEntry> accepted = new ArrayList<>();
        for (int i = 0; i < failures.size(); i++) {
            Exception failure = failures.get(i);
            MailboxEntry entry = pending.entries.get(i);
            if (failure != null) {
                tally.refused(entry, failure);
                LOG.warn(
                        "{}: the sink refused mail {} ({}), which is left where it is: {}",
                        mailbox.name(),
                        entry.number(),
                        entry.id(),
                        failure.getClass().getName());
                LOG.debug("{}: mail {}", mailbox.name(), entry.number(), failure);
                continue;
            }
            tally.accepted(pending.units.get(i).size());
            if (pending.whole.get(i)) {
                accepted.add(entry);
            }
        }
        return accepted;
    }

    /** Returns how many were deleted. */
    private int deleteUnfetched(List<MailboxEntry> accepted) {
        List<String> ids = accepted.stream()
                .map(MailboxEntry::id)
                .filter(id -> !id.isEmpty())
                .toList();
        if (ids.size() < accepted.size()) {
            throw new UnavailableException("Expected the server to name its mails (UIDL), it does not; "
                    + accepted.size() + " accepted mails stay until the sink accepts all of them");
        }
        if (ids.isEmpty()) {
            return 0;
        }
        try (MailboxSession session = mailbox.open()) {
            List<MailboxEntry> entries = session.list();
            Set<String> wanted = new HashSet<>(ids);
            wanted.removeAll(sharedIds(entries));
            List<MailboxEntry> found = entries.stream()
                    .filter(entry -> wanted.contains(entry.id()))
                    .toList();
            session.delete(found);
            session.commit();
            return found.size();
        }
    }

    /** Two mails with one id, which RFC 1939 allows for equal mails: one of them may have been refused. */
    private static Set<String> sharedIds(List<MailboxEntry> entries) {
        Set<String> seen = new HashSet<>();
        Set<String> shared = new HashSet<>();
        for (MailboxEntry entry : entries) {
            if (!seen.add(entry.id())) {
                shared.add(entry.id());
            }
        }
        return shared;
    }

    /** What was read and not yet handed over. */
    private static final class Pending {
        private final List<MailboxEntry> entries = new ArrayList<>();
        private final List<Boolean> whole = new ArrayList<>();
        private final List<List<BounceEvent>> units = new ArrayList<>();
        private int events;

        void add(MailboxEntry entry, boolean isWhole, List<BounceEvent> unit) {
            entries.add(entry);
            whole.add(isWhole);
            units.add(unit);
            events += unit.size();
        }
    }

    /** Builds a {@link MailboxScanner}. Not thread-safe. */
    public static final class Builder {
        private final Mailbox mailbox;
        private final BounceSink sink;
        private BounceMessageParser parser = BounceMessageParser.standard();
        private int batchSize = 100;
        private int maxMailBytes = BounceMessageParser.DEFAULT_MAX_BYTES;

        private Builder(Mailbox mailbox, BounceSink sink) {
            this.mailbox = Objects.requireNonNull(mailbox, "mailbox");
            this.sink = Objects.requireNonNull(sink, "sink");
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
         * Sets how much of a mail is read. Of a larger one the beginning is parsed, and it is never deleted.
         *
         * @param bytes the limit in bytes, from 1; 8 MiB if not set
         * @return this builder
         */
        public Builder maxMailBytes(int bytes) {
            if (bytes < 1) {
                throw new IllegalArgumentException("Expected a limit of at least 1 byte, got " + bytes);
            }
            this.maxMailBytes = bytes;
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
