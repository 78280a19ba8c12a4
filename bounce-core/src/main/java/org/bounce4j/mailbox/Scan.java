package org.bounce4j.mailbox;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.bounce4j.ConfigurationException;
import org.bounce4j.UnavailableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One scan: as many sessions as it takes to look at everything once. */
final class Scan {
    private static final Logger LOG = LoggerFactory.getLogger(MailboxScanner.class);

    /** However many there are to read: a server may list new mails in each session. Gmail lists 250. */
    private static final int MAX_VISITS = 500;

    final MailboxScanner scanner;
    final ScanReport.Tally tally;
    /** The ids of mails for which this scan has nothing more to do. */
    final Set<String> done = new HashSet<>();
    /** The ids of mails that one of its sessions will read. */
    final Set<String> toRead = new HashSet<>();
    /** How many mails there are to look at, as far as is known. */
    int total;
    /** Whether the mails without names had their turn, and what to say at the end of them. */
    boolean unnamedWereRead;

    @Nullable
    UnavailableException unnamedFailure;

    private final long start = System.nanoTime();
    private @Nullable ScanListener listener;
    private boolean wasOpened;

    Scan(MailboxScanner scanner, ScanReport.Tally tally) {
        this.scanner = scanner;
        this.tally = tally;
        this.listener = scanner.listener;
    }

    void run() {
        Visit visit = new Visit(this);
        visit.run();
        for (int visits = 1; visit.hasMore(); visits++) {
            if (visits == MAX_VISITS) {
                throw new UnavailableException("Expected the mailbox to be read in " + MAX_VISITS
                        + " sessions, it still lists mails that were not looked at; the rest is for the next scan");
            }
            boolean allWasRead = visit.allWasRead();
            visit = new Visit(this);
            try {
                visit.run();
            } catch (UnavailableException e) {
                if (!allWasRead || visit.listed()) {
                    throw e;
                }
                // it was only to look whether there is more, and some servers want to be left alone for a while
                LOG.debug("{}: cannot look again: {}", scanner.mailbox.name(), e.getMessage());
                break;
            }
        }
        if (unnamedFailure != null) {
            throw unnamedFailure;
        }
    }

    MailboxSession open() {
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

    UnavailableException timeIsUp() {
        return new UnavailableException("Expected the scan to end within " + scanner.timeout
                + ", it did not; the rest is for the next scan, or give it more time");
    }

    boolean timeIsNearlyUp() {
        // a quarter of it is for deleting
        return System.nanoTime() - start > scanner.timeout.toNanos() / 4 * 3;
    }

    /** Two mails with one id, which RFC 1939 allows for equal mails. Collects all ids in the given set. */
    static Set<String> sharedIds(List<MailboxEntry> entries, Set<String> ids) {
        Set<String> shared = new HashSet<>();
        for (MailboxEntry entry : entries) {
            if (!ids.add(entry.id())) {
                shared.add(entry.id());
            }
        }
        return shared;
    }

    /** A class that is missing in the host's code stops no scan, a machine without memory does. */
    static void rethrowOfMachine(Throwable e) {
        if (e instanceof VirtualMachineError error) {
            throw error;
        }
    }

    boolean wasSeen(String id) {
        try {
            return scanner.seenMessages.contains(id);
        } catch (RuntimeException | Error e) {
            rethrowOfMachine(e);
            LOG.warn("{}: cannot ask for seen mails, so reads one: {}", scanner.mailbox.name(), e.toString());
            return false;
        }
    }

    void progress() {
        tell(heard -> heard.progress(tally.seen(), Math.max(total, tally.seen())));
    }

    void tell(Consumer<ScanListener> word) {
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
}
