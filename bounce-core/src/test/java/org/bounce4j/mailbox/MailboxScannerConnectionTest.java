package org.bounce4j.mailbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceSink;
import org.junit.jupiter.api.Test;

/** Connections that break or are slow, and scans whose time is up. */
class MailboxScannerConnectionTest extends MailboxScannerFixture {
    @Test
    void keepsWhatItGotBeforeTheConnectionBroke() {
        fillWithBounces(60);
        mailbox.breaksAfter = 25;
        MailboxScanner scanner =
                MailboxScanner.builder(mailbox, accepted::addAll).build();
        ScanReport first = scanner.scan();
        assertThat(first.outcome()).isEqualTo(ScanReport.Outcome.UNAVAILABLE);
        assertThat(first.failure().orElseThrow()).hasMessage("the connection broke");
        assertThat(first.deleted()).isEqualTo(25);
        assertThat(mailbox.mails).hasSize(35);
        assertThat(mailbox.log.indexOf("abandon")).isLessThan(mailbox.log.indexOf("delete id0"));
        scanner.scan();
        scanner.scan();
        assertThat(mailbox.mails).isEmpty();
        assertThat(accepted).extracting(BounceEvent::id).doesNotHaveDuplicates().hasSize(60);
    }

    @Test
    void saysWhatBrokeFirstWhereTheAcceptedMailsCannotBeDeletedEither() {
        fillWithBounces(60);
        mailbox.breaksAfter = 25;
        mailbox.opensOnlyOnce = true;
        ScanReport report = scan(accepted::addAll);
        assertThat(report.failure().orElseThrow()).hasMessage("the connection broke");
        assertThat(report.failure().orElseThrow().getSuppressed()).hasSize(1);
        assertThat(report.deleted()).isZero();
        assertThat(accepted).hasSize(25);
    }

    @Test
    void readsAMailAtWhichTheConnectionBreaksAfterAllOthers() {
        mailbox.breaks.add("dsn-user-unknown");
        MailboxScanner scanner =
                MailboxScanner.builder(mailbox, accepted::addAll).build();
        ScanReport first = scanner.scan();
        assertThat(first.outcome()).isEqualTo(ScanReport.Outcome.UNAVAILABLE);
        assertThat(first.failed()).extracting(each -> each.entry().id()).containsExactly("dsn-user-unknown");
        ScanReport second = scanner.scan();
        assertThat(second.outcome()).isEqualTo(ScanReport.Outcome.UNAVAILABLE);
        assertThat(second.deleted()).isEqualTo(3);
        assertThat(mailbox.mails).hasSize(6);
        scanner.scan();
        // three times is enough: now it is skipped, for ever longer
        assertThat(scanner.scan().outcome()).isEqualTo(ScanReport.Outcome.COMPLETED);
        assertThat(scanner.scan().outcome()).isEqualTo(ScanReport.Outcome.UNAVAILABLE);
        assertThat(scanner.scan().outcome()).isEqualTo(ScanReport.Outcome.COMPLETED);
        assertThat(scanner.scan().outcome()).isEqualTo(ScanReport.Outcome.COMPLETED);
        mailbox.breaks.clear();
        assertThat(scanner.scan().deleted()).isEqualTo(1);
    }

    @Test
    void readsAMailAtOnceAgainAfterAConnectionBroke() {
        mailbox.breaks.add("dsn-user-unknown");
        MailboxScanner scanner =
                MailboxScanner.builder(mailbox, accepted::addAll).build();
        scanner.scan();
        mailbox.breaks.clear();
        ScanReport second = scanner.scan();
        assertThat(second.outcome()).isEqualTo(ScanReport.Outcome.COMPLETED);
        assertThat(second.events()).isEqualTo(5);
        assertThat(second.deleted()).isEqualTo(4);
    }

    @Test
    void holdsTheEndOfASessionsTimeAgainstNoMail() {
        fillWithBounces(60);
        mailbox.breaksAfter = 25;
        mailbox.millisPerFetch = 2;
        MailboxScanner scanner =
                MailboxScanner.builder(mailbox, accepted::addAll).build();
        mailbox.breakCause = new InterruptedIOException("the session has used up its time");
        assertThat(scanner.scan().deleted()).isEqualTo(25);
        mailbox.log.clear();
        scanner.scan();
        // a mail that is blamed comes last
        assertThat(fetched()).startsWith("id25", "id26");
        mailbox.breakCause = new SocketTimeoutException("waited for the server");
        mailbox.breaksAfter = 5;
        scanner.scan();
        mailbox.log.clear();
        mailbox.breaksAfter = Integer.MAX_VALUE;
        scanner.scan();
        assertThat(fetched()).startsWith("id56").endsWith("id55");
    }

    @Test
    void deletesWhatItHasWhenItsTimeIsNearlyUp() {
        fillWithBounces(500);
        BounceSink slow = events -> {
            accepted.addAll(events);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(400));
        };
        ScanReport report = MailboxScanner.builder(mailbox, slow)
                .timeout(Duration.ofSeconds(1))
                .build()
                .scan();
        assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.UNAVAILABLE);
        assertThat(report.failure().orElseThrow()).hasMessageContaining("PT1S");
        assertThat(report.deleted()).isEqualTo(accepted.size()).isBetween(100, 400);
        assertThat(mailbox.mails).hasSize(500 - accepted.size());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MailboxScanner.builder(mailbox, slow).timeout(Duration.ZERO));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MailboxScanner.builder(mailbox, slow).timeout(Duration.ofSeconds(Long.MAX_VALUE)))
                .withMessageContaining("at most a day");
    }

    @Test
    void staysInTheSessionWhereTheTimeIsNearlyUpAndNothingIsOnItsWay() {
        fillWithBounces(100);
        mailbox.asksAhead = false;
        mailbox.millisPerFetch = 20;
        ScanReport report = MailboxScanner.builder(mailbox, accepted::addAll)
                .timeout(Duration.ofMillis(400))
                .build()
                .scan();
        assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.UNAVAILABLE);
        assertThat(report.deleted()).isEqualTo(accepted.size()).isPositive();
        assertThat(mailbox.sessions).isEqualTo(1);
    }

    @Test
    void getsOnWithASlowServerScanByScan() {
        fillWithBounces(60);
        mailbox.millisPerFetch = 20;
        MailboxScanner scanner = MailboxScanner.builder(mailbox, accepted::addAll)
                .timeout(Duration.ofMillis(800))
                .build();
        ScanReport first = scanner.scan();
        assertThat(first.outcome()).isEqualTo(ScanReport.Outcome.UNAVAILABLE);
        assertThat(first.deleted()).isEqualTo(accepted.size()).isBetween(1, 40);
        assertThat(first.failed()).isEmpty();
        for (int i = 0; i < 60 && !mailbox.mails.isEmpty(); i++) {
            scanner.scan();
        }
        assertThat(mailbox.mails).isEmpty();
        assertThat(accepted).extracting(BounceEvent::id).doesNotHaveDuplicates().hasSize(60);
    }

    @Test
    void getsOnWithASlowSinkScanByScan() {
        fillWithBounces(30);
        MailboxScanner scanner = MailboxScanner.builder(mailbox, events -> {
                    accepted.addAll(events);
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(30));
                })
                .batchSize(1)
                .timeout(Duration.ofMillis(600))
                .build();
        ScanReport first = scanner.scan();
        assertThat(first.outcome()).isEqualTo(ScanReport.Outcome.UNAVAILABLE);
        assertThat(first.deleted()).isEqualTo(accepted.size()).isBetween(1, 20);
    }
}
