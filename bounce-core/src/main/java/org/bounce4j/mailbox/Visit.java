package org.bounce4j.mailbox;

import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bounce4j.BounceEvent;
import org.bounce4j.UnavailableException;
import org.bounce4j.mail.BounceMail;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One session that reads, and where need be a second one that deletes. */
final class Visit {
    private static final Logger LOG = LoggerFactory.getLogger(MailboxScanner.class);

    /** How many mails are announced at once. */
    private static final int ANNOUNCED = 100;
    /** A session that takes longer commits what it has. */
    private static final Duration SESSION_TIME = Duration.ofMinutes(5);
    /** So many sessions read a large mailbox, each of which lists all of it. */
    private static final int SESSIONS = 20;

    private static final long LONGEST_WAIT_MILLIS = 3_200;

    private final Scan scan;
    private final long visitStart = System.nanoTime();
    private final List<MailboxEntry> toDelete = new ArrayList<>();
    private final List<MailboxEntry> left = new ArrayList<>();
    private Set<String> shared = Set.of();
    private Pending pending = new Pending();
    /** What was fetched and a regular end of this session might hide or delete, though it is to stay. */
    private final Set<MailboxEntry> endangered = new HashSet<>();
    /** The part of the mails without names that this session reads, and none with names then. */
    private List<MailboxEntry> unnamed = List.of();

    private int unnamedInAll;
    private int read;
    /** Of what was read, so much is settled. */
    private int settled;

    private boolean keepsFetched;
    private boolean stopped;
    private boolean listed;
    private boolean allWasRead = true;
    private boolean more;

    Visit(Scan scan) {
        this.scan = scan;
    }

    /** Returns whether the server said what it has. */
    boolean listed() {
        return listed;
    }

    /** Returns whether no mail is left of those that were listed. */
    boolean allWasRead() {
        return allWasRead;
    }

    /** Returns whether there may be more for another session. */
    boolean hasMore() {
        return more;
    }

    void run() {
        boolean committed;
        try (MailboxSession session = scan.open()) {
            List<MailboxEntry> entries = session.list();
            listed = true;
            Set<String> ids = new HashSet<>();
            shared = Scan.sharedIds(entries, ids);
            // a server that lists other mails in each session shall not fill the memory with them
            scan.done.retainAll(ids);
            scan.toRead.retainAll(ids);
            List<MailboxEntry> work = choose(entries);
            more = !allWasRead || !work.isEmpty() && !session.listsAll();
            keepsFetched = session.keepsFetched();
            scan.progress();
            try {
                read(session, work);
                deliver();
            } catch (Broken e) {
                session.abandon();
                salvage(e.cause, true);
                throw e.cause;
            } catch (UnavailableException e) {
                session.abandon();
                salvage(e, false);
                throw e;
            }
            committed = !stopped && endangered.isEmpty();
            if (committed) {
                unnamedCommitted(commit(session, toDelete));
            }
        }
        if (!committed && unnamed.isEmpty()) {
            // A regular end would let servers that hide fetched mails hide the refused ones too, and those that
            // were announced and not read. So that session was dropped, and what was accepted is deleted in a
            // second one that fetches nothing.
            deleteUnfetched();
        } else if (!committed) {
            unnamedStuck();
        }
        if (more && scan.timeIsNearlyUp()) {
            throw scan.timeIsUp();
        }
    }

    /**
     * Keeps what was got before the session broke or the sink stopped it, or a server that always breaks before the end
     * of a session, or a sink that takes only so many at a time, would have the same mails read for ever.
     */
    private void salvage(UnavailableException failure, boolean sinkWorks) {
        if (Thread.currentThread().isInterrupted()) {
            return;
        }
        try {
            if (sinkWorks) {
                deliver();
            } else {
                remember();
            }
            if (unnamed.isEmpty()) {
                deleteUnfetched();
            } else if (sinkWorks) {
                endangered.add(unnamed.get(read));
                scan.scanner.unnamedMails.stuckAt(firstEndangered());
            } else if (settled > 0) {
                scan.scanner.unnamedMails.stuckAt(settled);
            }
        } catch (UnavailableException e) {
            LOG.warn("{}: cannot delete what was accepted before: {}", name(), e.getMessage());
            failure.addSuppressed(e);
        }
    }

    private void unnamedCommitted(int deleted) {
        if (!unnamed.isEmpty()) {
            scan.unnamedWereRead = scan.scanner.unnamedMails.isRoundOver(read, deleted, unnamedInAll);
        }
    }

    private void unnamedStuck() {
        scan.scanner.unnamedMails.stuckAt(firstEndangered());
        scan.unnamedWereRead = true;
        if (!toDelete.isEmpty()) {
            // the others may still be read
            scan.unnamedFailure = new UnavailableException(
                    "Expected the server to name each of its mails (UIDL), it does"
                            + " not, so that " + toDelete.size()
                            + " accepted mails cannot be told from one that has to stay;"
                            + " they come again under the same ids, and the next scan of this scan.scanner leaves that one out");
        }
    }

    private int firstEndangered() {
        int index = 0;
        while (!endangered.contains(unnamed.get(index))) {
            index++;
        }
        return index;
    }

    private boolean hasName(MailboxEntry entry) {
        return !entry.id().isEmpty() && !shared.contains(entry.id());
    }

    /**
     * Returns what this session shall read. Mails at which a connection broke come after the others, each in a session of
     * its own. Mails without a name of their own come last and by themselves: nobody can tell which of them to avoid.
     */
    private List<MailboxEntry> choose(List<MailboxEntry> entries) {
        List<MailboxEntry> work = new ArrayList<>();
        List<MailboxEntry> suspects = new ArrayList<>();
        List<MailboxEntry> nameless = new ArrayList<>();
        int limit = Math.max(scan.scanner.mailsPerSession, entries.size() / SESSIONS);
        int healthy = 0;
        for (MailboxEntry entry : entries) {
            if (!hasName(entry)) {
                nameless.add(entry);
            } else if (isToRead(entry.id())) {
                if (scan.scanner.troubles.isSuspect(entry.id())) {
                    suspects.add(entry);
                } else if (healthy++ < limit) {
                    work.add(entry);
                }
            }
        }
        scan.total = scan.tally.seen() + healthy + suspects.size();
        if (scan.unnamedWereRead) {
            nameless.clear();
        }
        if (work.isEmpty() && !suspects.isEmpty()) {
            work.add(suspects.remove(0));
        }
        allWasRead = healthy <= limit && suspects.isEmpty() && nameless.isEmpty();
        if (work.isEmpty() && !nameless.isEmpty()) {
            unnamed = scan.scanner.unnamedMails.next(nameless, limit);
            unnamedInAll = nameless.size();
            MailboxEntry last = nameless.get(unnamedInAll - 1);
            allWasRead = unnamed.get(unnamed.size() - 1).equals(last);
            scan.total += unnamed.size();
            return unnamed;
        }
        return work;
    }

    private boolean isToRead(String id) {
        if (scan.done.contains(id)) {
            return false;
        }
        if (scan.toRead.contains(id)) {
            return true;
        }
        if (scan.scanner.troubles.skips(id) || scan.wasSeen(id)) {
            scan.tally.skipped();
            scan.done.add(id);
            return false;
        }
        scan.toRead.add(id);
        return true;
    }

    private void read(MailboxSession session, List<MailboxEntry> work) {
        // mails without names can only be deleted in this session, which so must be able to end after any of them
        boolean asksAhead = unnamed.isEmpty();
        int announced = 0;
        for (int i = 0; i < work.size(); i++) {
            // the next ones are announced before the last ones are read, so that a pipeline never runs dry
            if (asksAhead && i + ANNOUNCED / 2 >= announced && announced < work.size() && !stops(announced)) {
                int end = Math.min(announced + ANNOUNCED, work.size());
                asksAhead = session.announce(work.subList(announced, end), scan.scanner.maxMailBytes);
                announced = end;
            }
            if (stops(i) || asksAhead && i == announced) {
                stopped = asksAhead && i < announced;
                allWasRead = false;
                more = true;
                return;
            }
            read(session, work.get(i));
            read = i + 1;
            if (pending.events >= scan.scanner.batchSize) {
                deliver();
            }
            scan.progress();
        }
    }

    /** Each session reads something, however long its login took, or the scan would not get on. */
    private boolean stops(int begun) {
        return scan.timeIsNearlyUp() || begun > 0 && System.nanoTime() - visitStart > SESSION_TIME.toNanos();
    }

    private void read(MailboxSession session, MailboxEntry entry) {
        if (Thread.currentThread().isInterrupted()) {
            throw new UnavailableException("The scan was interrupted; what was not deleted comes again");
        }
        FetchedMail fetched = fetch(session, entry);
        if (fetched == null) {
            scan.tally.withheld(
                    entry,
                    new UnavailableException("Expected the server to give the mail, it refused; look at it there"));
            LOG.warn("{}: the server will not give mail {} ({})", name(), entry.number(), entry.id());
            blame(entry);
            return;
        }
        scan.tally.fetched(fetched.bytes().length);
        BounceMail mail;
        try {
            mail = fetched.whole()
                    ? scan.scanner.parser.parse(fetched.bytes())
                    : scan.scanner.parser.parseBeginning(fetched.bytes());
        } catch (RuntimeException e) {
            refuse(entry, e, "the parser failed at");
            return;
        } catch (StackOverflowError e) {
            refuse(entry, new IllegalStateException("The parser ran out of stack", e), "the parser failed at");
            return;
        }
        scan.tally.parsed(mail.kind());
        if (mail.events().isEmpty() && !mail.untrusted().isEmpty()) {
            scan.tally.untrusted();
        }
        LOG.debug("{}: mail {} is {}", name(), entry.number(), mail);
        scan.tell(heard -> heard.parsed(entry, mail));
        boolean deletable = !mail.truncated()
                && fetched.whole()
                && scan.scanner.dispositions.get(mail.kind()) == Disposition.DELETE;
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
            return session.fetch(entry, scan.scanner.maxMailBytes).orElse(null);
        } catch (UnavailableException e) {
            scan.tally.failed(entry, e);
            if (hasName(entry) && !isInnocent(e, fetchStart)) {
                scan.scanner.troubles.broke(entry.id());
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

    /** Nothing more is to be scan.done for the mail but what is said here. */
    private void settle(MailboxEntry entry, boolean delete) {
        if (delete) {
            toDelete.add(entry);
        } else {
            left.add(entry);
            if (!keepsFetched) {
                endangered.add(entry);
            }
        }
        if (hasName(entry)) {
            scan.done.add(entry.id());
            scan.scanner.troubles.isFine(entry.id());
        }
    }

    private void refuse(MailboxEntry entry, Exception cause, String what) {
        scan.tally.failed(entry, cause);
        endangered.add(entry);
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
            scan.done.add(entry.id());
            scan.scanner.troubles.refused(entry.id());
        }
    }

    /** Hands over what is pending, and remembers what is left. */
    private void deliver() {
        Pending handed = pending;
        pending = new Pending();
        List<@Nullable Exception> failures = scan.scanner.delivery.deliver(handed.units);
        for (int i = 0; i < failures.size(); i++) {
            Exception failure = failures.get(i);
            MailboxEntry entry = handed.entries.get(i);
            if (failure != null) {
                refuse(entry, failure, "the sink refused");
            } else {
                scan.tally.accepted(handed.units.get(i).size());
                settle(entry, handed.deletable.get(i));
            }
        }
        settled = read;
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
            scan.scanner.seenMessages.add(ids);
        } catch (RuntimeException | Error e) {
            Scan.rethrowOfMachine(e);
            LOG.warn("{}: cannot remember {} mails that were left: {}", name(), ids.size(), e.toString());
        }
    }

    private int commit(MailboxSession session, List<MailboxEntry> entries) {
        List<MailboxEntry> kept = session.delete(entries);
        session.commit();
        scan.tally.deleted(entries.size() - kept.size());
        for (MailboxEntry entry : kept) {
            scan.tally.failed(
                    entry,
                    new UnavailableException("Expected the server to delete the mail, it refused; its events are"
                            + " accepted and come again under the same ids"));
        }
        if (!kept.isEmpty()) {
            MailboxEntry first = kept.get(0);
            LOG.warn(
                    "{}: the server will not delete {} mails, the first of them is {} ({})",
                    name(),
                    kept.size(),
                    first.number(),
                    first.id());
        }
        return entries.size() - kept.size();
    }

    private void deleteUnfetched() {
        Set<String> wanted = new HashSet<>();
        for (MailboxEntry entry : toDelete) {
            wanted.add(entry.id());
        }
        if (wanted.isEmpty()) {
            return;
        }
        try (MailboxSession session = openAgain()) {
            List<MailboxEntry> entries = session.list();
            wanted.removeAll(Scan.sharedIds(entries, new HashSet<>()));
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
                return scan.open();
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
        return scan.open();
    }

    private String name() {
        return scan.scanner.mailbox.name();
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
