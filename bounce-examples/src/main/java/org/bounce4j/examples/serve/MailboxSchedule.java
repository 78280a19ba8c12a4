package org.bounce4j.examples.serve;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceSink;
import org.bounce4j.UnavailableException;
import org.bounce4j.mailbox.Mailbox;
import org.bounce4j.mailbox.MailboxScanner;
import org.bounce4j.mailbox.ScanReport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Scans a mailbox every so often, in a thread of its own. */
final class MailboxSchedule implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MailboxSchedule.class);

    private final MailboxScanner scanner;
    private final Duration interval;
    private final Metrics metrics;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "mailbox");
    /** Held while events are stored. */
    private final ReentrantLock storing = new ReentrantLock();

    MailboxSchedule(Mailbox mailbox, BounceSink sink, Duration interval, Metrics metrics) {
        this.scanner =
                MailboxScanner.builder(mailbox, events -> store(events, sink)).build();
        this.interval = interval;
        this.metrics = metrics;
        thread.start();
    }

    private void store(List<BounceEvent> events, BounceSink sink) throws Exception {
        storing.lock();
        try {
            if (stopping.getCount() == 0) {
                // the interrupt may have come already
                throw new UnavailableException(
                        "Expected to store events, the server is being stopped; they come again");
            }
            sink.accept(events);
        } finally {
            storing.unlock();
        }
    }

    private void run() {
        try {
            do {
                scan();
            } while (!stopping.await(interval.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void scan() {
        ScanReport report = scanner.scan();
        if (report.seen() > 0 || !report.failed().isEmpty()) {
            LOG.info("{}", report);
        }
        metrics.add(
                "bounce_scans_total", Metrics.labels("outcome", report.outcome().name()), 1);
        metrics.add("bounce_scan_deleted_total", "", report.deleted());
        metrics.set("bounce_scan_failed_mails", report.failed().size());
        metrics.set("bounce_scan_timestamp_seconds", Instant.now().getEpochSecond());
    }

    /** Ends a running scan where it is: nothing is lost by that, the mails are still there. */
    @Override
    public void close() {
        stopping.countDown();
        // QUIRK: H2 2.5.252 closes its file under everybody where a thread that writes to it is interrupted, and may
        // then lose what others have committed
        storing.lock();
        try {
            thread.interrupt();
        } finally {
            storing.unlock();
        }
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            LOG.warn("the scan did not end in time");
        }
    }
}
