package org.bounce4j.mailbox;

import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.bounce4j.BounceEvent;
import org.bounce4j.ConfigurationException;
import org.bounce4j.UnavailableException;
import org.bounce4j.mail.BounceMail;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One scan: as many sessions as it takes to look at everything once. */
final class Scan {
    private static final Logger LOG = LoggerFactory.getLogger(MailboxScanner.class);

    /** How many mails are announced at once. */
    private static final int ANNOUNCED = 100;
    /** A session that takes longer commits what it has. */
    private static final Duration SESSION_TIME = Duration.ofMinutes(5);
    /** So many sessions read a large mailbox, each of which lists all of it. */
    private static final int SESSIONS = 20;

    private static final long LONGEST_WAIT_MILLIS = 3_200;

    private final MailboxScanner scanner;
    private final ScanReport.Tally tally;
    private final long start = System.nanoTime();
    private final Set<String> done = new HashSet<>();
    private final Set<String> toRead = new HashSet<>();
    private @Nullable ScanListener listener;
    private int total;
    private boolean wasOpened;

    Scan(MailboxScanner scanner, ScanReport.Tally tally) {
        this.scanner = scanner;
        this.tally = tally;
        this.listener = scanner.listener;
    }

    void run() {
        Visit visit = new Visit(true);
        visit.run();
        while (visit.more) {
            boolean allWasRead = visit.allWasRead;
            visit = new Visit(false);
            try {
                visit.run();
            } catch (UnavailableException e) {
                if (!allWasRead || visit.listed) {
                    throw e;
                }
                // it was only to look whether there is more, and some servers want to be left alone for a while
                LOG.debug("{}: cannot look again: {}", scanner.mailbox.name(), e.getMessage());
                return;
            }
        }
    }

    private MailboxSession open() {
        MailboxSession session;
        try {
            session = scanner.mailbox.open(timeLeft());
        } catch (ConfigurationException e) {
            if (!wasOpened) {
                throw e;
            }
            // QUIRK: servers that bound logins refuse one too many like a wrong password
            throw new UnavailableException(
                    "Expected the mailbox to open once more in this scan, it did not; scan less often. "
                            + e.getMessage(),
                    e);
        }
        wasOpened = true;
        return session;
    }

    private Duration timeLeft() {
        Duration left = scanner.timeout.minusNanos(System.nanoTime() - start);
        if (left.isZero() || left.isNegative()) {
            throw timeIsUp();
        }
        return left;
    }

    private UnavailableException timeIsUp() {
        return new UnavailableException("Expected the scan to end within " + scanner.timeout
                + ", it did not; the rest is for the next scan, or give it more time");
    }

    private boolean timeIsNearlyUp() {
        // a quarter of it is for deleting
        return System.nanoTime() - start > scanner.timeout.toNanos() / 4 * 3;
    }

    /** Two mails with one id, which RFC 1939 allows for equal mails. */
    private static Set<String> sharedIds(List<MailboxEntry> entries) {
        Set<String> ids = new HashSet<>();
        Set<String> shared = new HashSet<>();
        for (MailboxEntry entry : entries) {
            if (!ids.add(entry.id())) {
                shared.add(entry.id());
            }
        }
        return shared;
    }

    /** A class that is missing in the host's code stops no scan, a machine without memory does. */
    private static void rethrowOfMachine(Throwable e) {
        if (e instanceof VirtualMachineError error) {
            throw error;
        }
    }

    private boolean wasSeen(String id) {
        try {
            return scanner.seenMessages.contains(id);
        } catch (RuntimeException | Error e) {
            rethrowOfMachine(e);
            LOG.warn("{}: cannot ask for seen mails, so reads one: {}", scanner.mailbox.name(), e.toString());
            return false;
        }
    }

    private void progress() {
        tell(heard -> heard.progress(tally.seen(), Math.max(total, tally.seen())));
    }

    private void tell(Consumer<ScanListener> word) {
        if (listener == null) {
            return;
        }
        try {
            word.accept(listener);
        } catch (RuntimeException | Error e) {
            rethrowOfMachine(e);
            LOG.warn("{}: the listener failed and hears no more of this scan", scanner.mailbox.name(), e);
            listener = null;
        }
    }

    /** One session that reads, and where need be a second one that deletes. */
    private final class Visit {
        private final boolean first;
        private final long visitStart = System.nanoTime();
        private final List<MailboxEntry> toDelete = new ArrayList<>();
        private final List<MailboxEntry> left = new ArrayList<>();
        private Set<String> shared = Set.of();
        private Pending pending = new Pending();
        private boolean fetchedRefused;
        private boolean fetchedLeft;
        private boolean stopped;
        private boolean listed;
        private boolean allWasRead = true;
        private boolean more;

        Visit(boolean first) {
            this.first = first;
        }

        void run() {
            boolean committed;
            try (MailboxSession session = open()) {
                List<MailboxEntry> entries = session.list();
                listed = true;
                shared = sharedIds(entries);
                List<MailboxEntry> work = choose(entries);
                more = !allWasRead || !work.isEmpty() && !session.listsAll();
                progress();
                try {
                    read(session, work);
                } catch (Broken e) {
                    session.abandon();
                    salvage(e.cause);
                    throw e.cause;
                }
                deliver();
                committed = !stopped && !fetchedRefused && (session.keepsFetched() || !fetchedLeft);
                if (committed) {
                    commit(session, toDelete);
                }
            }
            if (!committed) {
                // A regular end would let servers that hide fetched mails hide the refused ones too, and those that
                // were
                // announced and not read. So that session was dropped, and what was accepted is deleted in a second one
                // that fetches nothing.
                deleteUnfetched();
            }
            if (more && timeIsNearlyUp()) {
                throw timeIsUp();
            }
        }

        /**
         * Keeps what was got before the session broke, or a server that always breaks before the end of a session would
         * have the same mails read for ever.
         */
        private void salvage(UnavailableException failure) {
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
            try {
                deliver();
                deleteUnfetched();
            } catch (UnavailableException e) {
                LOG.warn("{}: cannot delete what was accepted before: {}", name(), e.getMessage());
                failure.addSuppressed(e);
            }
        }

        private boolean hasName(MailboxEntry entry) {
            return !entry.id().isEmpty() && !shared.contains(entry.id());
        }

        /**
         * Returns what this session shall read. Mails without a name of their own cannot be told apart later, so the first
         * session reads them all. Mails at which a connection broke come last, each in a session of its own.
         */
        private List<MailboxEntry> choose(List<MailboxEntry> entries) {
            List<MailboxEntry> work = new ArrayList<>();
            List<MailboxEntry> suspects = new ArrayList<>();
            int limit = Math.max(scanner.mailsPerSession, entries.size() / SESSIONS);
            int healthy = 0;
            for (MailboxEntry entry : entries) {
                if (!hasName(entry)) {
                    if (first) {
                        work.add(entry);
                    }
                } else if (isToRead(entry.id())) {
                    if (scanner.troubles.isSuspect(entry.id())) {
                        suspects.add(entry);
                    } else if (healthy++ < limit) {
                        work.add(entry);
                    }
                }
            }
            total = tally.seen() + Math.max(0, healthy - limit) + work.size() + suspects.size();
            if (work.isEmpty() && !suspects.isEmpty()) {
                work.add(suspects.remove(0));
            }
            allWasRead = healthy <= limit && suspects.isEmpty();
            return work;
        }

        private boolean isToRead(String id) {
            if (done.contains(id)) {
                return false;
            }
            if (toRead.contains(id)) {
                return true;
            }
            if (scanner.troubles.skips(id) || wasSeen(id)) {
                tally.skipped();
                done.add(id);
                return false;
            }
            toRead.add(id);
            return true;
        }

        private void read(MailboxSession session, List<MailboxEntry> work) {
            int announced = 0;
            for (int i = 0; i < work.size(); i++) {
                // the next ones are announced before the last ones are read, so that a pipeline never runs dry
                if (i + ANNOUNCED / 2 >= announced && announced < work.size() && !stops(announced)) {
                    int end = Math.min(announced + ANNOUNCED, work.size());
                    session.announce(work.subList(announced, end), scanner.maxMailBytes);
                    announced = end;
                }
                if (i == announced || stops(i)) {
                    stopped = i < announced;
                    allWasRead = false;
                    more = true;
                    return;
                }
                read(session, work.get(i));
                if (pending.events >= scanner.batchSize) {
                    deliver();
                }
                progress();
            }
        }

        /** Each session reads something, however long its login took, or the scan would not get on. */
        private boolean stops(int begun) {
            return timeIsNearlyUp() || begun > 0 && System.nanoTime() - visitStart > SESSION_TIME.toNanos();
        }

        private void read(MailboxSession session, MailboxEntry entry) {
            if (Thread.currentThread().isInterrupted()) {
                throw new UnavailableException("The scan was interrupted; what was not deleted comes again");
            }
            FetchedMail fetched = fetch(session, entry);
            if (fetched == null) {
                tally.withheld(
                        entry,
                        new UnavailableException("Expected the server to give the mail, it refused; look at it there"));
                LOG.warn("{}: the server will not give mail {} ({})", name(), entry.number(), entry.id());
                blame(entry);
                return;
            }
            tally.fetched(fetched.bytes().length);
            BounceMail mail;
            try {
                mail = fetched.whole()
                        ? scanner.parser.parse(fetched.bytes())
                        : scanner.parser.parseBeginning(fetched.bytes());
            } catch (RuntimeException e) {
                refuse(entry, e, "the parser failed at");
                return;
            } catch (StackOverflowError e) {
                refuse(entry, new IllegalStateException("The parser ran out of stack", e), "the parser failed at");
                return;
            }
            tally.parsed(mail.kind());
            if (mail.events().isEmpty() && !mail.untrusted().isEmpty()) {
                tally.untrusted();
            }
            LOG.debug("{}: mail {} is {}", name(), entry.number(), mail);
            tell(heard -> heard.parsed(entry, mail));
            boolean deletable =
                    !mail.truncated() && fetched.whole() && scanner.dispositions.get(mail.kind()) == Disposition.DELETE;
            if (!mail.events().isEmpty()) {
                pending.add(entry, deletable, mail.events());
            } else if (deletable && !mail.kind().hasEvents()) {
                settle(entry, true);
            } else {
                settle(entry, false);
            }
        }

        private @Nullable FetchedMail fetch(MailboxSession session, MailboxEntry entry) {
            long fetchStart = System.nanoTime();
            try {
                return session.fetch(entry, scanner.maxMailBytes).orElse(null);
            } catch (UnavailableException e) {
                tally.failed(entry, e);
                if (hasName(entry) && !isInnocent(e, fetchStart)) {
                    scanner.troubles.broke(entry.id());
                }
                throw new Broken(e);
            }
        }

        /**
         * Returns whether the mail only happened to be the one at which the thread was interrupted or the session's time
         * ended. One that took a good part of that time is not innocent: it would do so again.
         */
        private boolean isInnocent(UnavailableException e, long fetchStart) {
            if (Thread.currentThread().isInterrupted()) {
                return true;
            }
            boolean ofSession =
                    e.getCause() instanceof InterruptedIOException cause && !(cause instanceof SocketTimeoutException);
            long now = System.nanoTime();
            // less than the quarter of a scan that is for deleting, into which only such a mail can reach
            return ofSession && now - fetchStart < (now - visitStart) / 5;
        }

        /** Nothing more is to be done for the mail but what is said here. */
        private void settle(MailboxEntry entry, boolean delete) {
            if (delete) {
                toDelete.add(entry);
            } else {
                left.add(entry);
                fetchedLeft = true;
            }
            if (hasName(entry)) {
                done.add(entry.id());
                scanner.troubles.isFine(entry.id());
            }
        }

        private void refuse(MailboxEntry entry, Exception cause, String what) {
            tally.failed(entry, cause);
            fetchedRefused = true;
            blame(entry);
            LOG.warn(
                    "{}: {} mail {} ({}), which is left where it is: {}",
                    name(),
                    what,
                    entry.number(),
                    entry.id(),
                    cause.getClass().getName());
            LOG.debug("{}: mail {}", name(), entry.number(), cause);
        }

        private void blame(MailboxEntry entry) {
            if (hasName(entry)) {
                done.add(entry.id());
                scanner.troubles.refused(entry.id());
            }
        }

        /** Hands over what is pending, and remembers what is left. */
        private void deliver() {
            Pending handed = pending;
            pending = new Pending();
            List<@Nullable Exception> failures = scanner.delivery.deliver(handed.units);
            for (int i = 0; i < failures.size(); i++) {
                Exception failure = failures.get(i);
                MailboxEntry entry = handed.entries.get(i);
                if (failure != null) {
                    refuse(entry, failure, "the sink refused");
                } else {
                    tally.accepted(handed.units.get(i).size());
                    settle(entry, handed.deletable.get(i));
                }
            }
            remember();
        }

        private void remember() {
            List<String> ids =
                    left.stream().filter(this::hasName).map(MailboxEntry::id).toList();
            left.clear();
            if (ids.isEmpty()) {
                return;
            }
            try {
                scanner.seenMessages.add(ids);
            } catch (RuntimeException | Error e) {
                rethrowOfMachine(e);
                LOG.warn("{}: cannot remember {} mails that were left: {}", name(), ids.size(), e.toString());
            }
        }

        private void commit(MailboxSession session, List<MailboxEntry> entries) {
            List<MailboxEntry> kept = session.delete(entries);
            session.commit();
            tally.deleted(entries.size() - kept.size());
            for (MailboxEntry entry : kept) {
                tally.failed(
                        entry,
                        new UnavailableException("Expected the server to delete the mail, it refused; its events are"
                                + " accepted and come again under the same ids"));
                LOG.warn("{}: the server will not delete mail {} ({})", name(), entry.number(), entry.id());
            }
        }

        private void deleteUnfetched() {
            Set<String> wanted = new HashSet<>();
            boolean nameless = false;
            for (MailboxEntry entry : toDelete) {
                nameless |= entry.id().isEmpty();
                if (hasName(entry)) {
                    wanted.add(entry.id());
                }
            }
            if (nameless) {
                throw new UnavailableException("Expected the server to name its mails (UIDL), it does not; "
                        + toDelete.size() + " accepted mails stay until none has to be left or refused");
            }
            if (wanted.isEmpty()) {
                return;
            }
            try (MailboxSession session = openAgain()) {
                List<MailboxEntry> entries = session.list();
                wanted.removeAll(sharedIds(entries));
                commit(
                        session,
                        entries.stream()
                                .filter(entry -> wanted.contains(entry.id()))
                                .toList());
            }
        }

        /** The session that was dropped may hold the mailbox until the server has noticed. */
        private MailboxSession openAgain() {
            for (long wait = 50; wait <= LONGEST_WAIT_MILLIS; wait *= 2) {
                try {
                    return open();
                } catch (MailboxInUseException e) {
                    LOG.debug("{}: waits {} ms for the mailbox: {}", name(), wait, e.getMessage());
                }
                try {
                    Thread.sleep(wait);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new UnavailableException("The scan was interrupted; what was not deleted comes again", e);
                }
            }
            return open();
        }

        private String name() {
            return scanner.mailbox.name();
        }
    }

    /** A fetch that failed, as opposed to a sink that did. */
    private static final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final UnavailableException cause;

        Broken(UnavailableException cause) {
            super(cause);
            this.cause = cause;
        }
    }

    /** What was read and not yet handed over. */
    private static final class Pending {
        private final List<MailboxEntry> entries = new ArrayList<>();
        private final List<Boolean> deletable = new ArrayList<>();
        private final List<List<BounceEvent>> units = new ArrayList<>();
        private int events;

        void add(MailboxEntry entry, boolean delete, List<BounceEvent> unit) {
            entries.add(entry);
            deletable.add(delete);
            units.add(unit);
            events += unit.size();
        }
    }
}
