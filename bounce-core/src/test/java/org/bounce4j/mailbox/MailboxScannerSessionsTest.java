package org.bounce4j.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.bounce4j.BounceEvent;
import org.junit.jupiter.api.Test;

/** Sessions with servers that show a part, let in once, delete what was fetched, or delete nothing. */
class MailboxScannerSessionsTest extends MailboxScannerFixture {
    @Test
    void commitsEachSessionOfALargeMailbox() {
        fillWithBounces(95);
        mailbox.hidesFetchedAtCommit = true;
        ScanReport report = MailboxScanner.builder(mailbox, accepted::addAll)
                .mailsPerSession(10)
                .build()
                .scan();
        assertThat(report.deleted()).isEqualTo(95);
        assertThat(mailbox.sessions).isEqualTo(10);
        assertThat(mailbox.log).filteredOn("commit"::equals).hasSize(10);
        assertThat(accepted).extracting(BounceEvent::id).doesNotHaveDuplicates().hasSize(95);
        assertThat(mailbox.limit).isBetween(Duration.ofMinutes(50), Duration.ofHours(1));
    }

    @Test
    void looksAgainWhereTheServerShowsOnlyThePart() {
        fillWithBounces(95);
        mailbox.add("letter", "Subject: hello\r\n\r\nyou\r\n".getBytes(StandardCharsets.US_ASCII));
        mailbox.hidesFetchedAtCommit = true;
        mailbox.listsAtMost = 25;
        ScanReport report = scan(accepted::addAll);
        assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.COMPLETED);
        assertThat(report.seen()).isEqualTo(96);
        assertThat(mailbox.mails).containsOnlyKeys("letter");
        assertThat(mailbox.sessions).isEqualTo(5);
    }

    @Test
    void isCompleteWhereTheServerDoesNotLetItLookAgain() {
        fillWithBounces(10);
        mailbox.listsAtMost = 25;
        mailbox.opensOnlyOnce = true;
        ScanReport report = scan(accepted::addAll);
        assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.COMPLETED);
        assertThat(report.deleted()).isEqualTo(10);
        fillWithBounces(10);
        ScanReport next = scan(accepted::addAll);
        assertThat(next.outcome()).isEqualTo(ScanReport.Outcome.UNAVAILABLE);
        assertThat(next.retryAfter()).contains(Duration.ofMinutes(5));
    }

    @Test
    void takesALoginThatWorkedBeforeForNoWrongPassword() {
        fillWithBounces(10);
        mailbox.listsAtMost = 25;
        mailbox.refusesSecondLogin = true;
        assertThat(scan(accepted::addAll).outcome()).isEqualTo(ScanReport.Outcome.COMPLETED);
        mailbox.sessions = 0;
        fillWithBounces(10);
        ScanReport report = MailboxScanner.builder(mailbox, accepted::addAll)
                .mailsPerSession(4)
                .build()
                .scan();
        assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.UNAVAILABLE);
        assertThat(report.failure().orElseThrow()).hasMessageContaining("too many logins");
        assertThat(report.deleted()).isEqualTo(4);
        assertThat(scan(accepted::addAll).outcome()).isEqualTo(ScanReport.Outcome.MISCONFIGURED);
    }

    @Test
    void returnsAtOnceWhereSomebodyElseHasTheMailbox() {
        mailbox.inUse = true;
        ScanReport report = scan(accepted::addAll);
        assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.IN_USE);
        assertThat(report.retryAfter()).contains(Duration.ofMinutes(1));
        assertThat(mailbox.sessions).isEqualTo(1);
    }

    @Test
    void waitsUntilTheServerHasNoticedThatASessionWasDropped() {
        mailbox.deletesFetchedAtCommit = true;
        mailbox.staysInUseFor = 2;
        ScanReport report = scan(accepted::addAll);
        assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.COMPLETED);
        assertThat(report.deleted()).isEqualTo(4);
        assertThat(mailbox.sessions).isEqualTo(3);
    }

    @Test
    void leavesLettersOnServersThatDeleteWhatWasFetched() {
        mailbox.deletesFetchedAtCommit = true;
        MailboxScanner scanner =
                MailboxScanner.builder(mailbox, accepted::addAll).build();
        ScanReport report = scanner.scan();
        assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.COMPLETED);
        assertThat(report.deleted()).isEqualTo(4);
        assertThat(mailbox.mails).hasSize(5).containsKey("personal-mail");
        assertThat(scanner.scan().skipped()).isEqualTo(5);
        assertThat(mailbox.mails).hasSize(5);
    }

    @Test
    void countsNothingAsDeletedThatTheServerDidNotConfirm() {
        mailbox.failsAtCommit = true;
        ScanReport report = scan(accepted::addAll);
        assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.UNAVAILABLE);
        assertThat(report.deleted()).isZero();
        assertThat(report.events()).isEqualTo(5);
        List<String> ids = accepted.stream().map(BounceEvent::id).toList();
        accepted.clear();
        mailbox.failsAtCommit = false;
        scan(accepted::addAll);
        assertThat(accepted).extracting(BounceEvent::id).isEqualTo(ids);
    }

    @Test
    void reportsAMailThatTheServerWillNotDelete() {
        mailbox.undeletable.add("arf-abuse");
        ScanReport report = scan(accepted::addAll);
        assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.COMPLETED);
        assertThat(report.deleted()).isEqualTo(3);
        assertThat(report.failed()).extracting(each -> each.entry().id()).containsExactly("arf-abuse");
    }

    @Test
    void endsWhereAServerListsNewMailsInEachSession() {
        long before = usedMemory();
        int listed = 5_000;
        AtomicInteger sessions = new AtomicInteger();
        Mailbox endless = new Mailbox() {
            @Override
            public MailboxSession open() {
                return new InventedMails(sessions.incrementAndGet(), listed);
            }

            @Override
            public String name() {
                return "endless";
            }
        };
        long[] most = {0};
        MailboxScanner scanner = MailboxScanner.builder(endless, accepted::addAll)
                .listener((done, total) -> {
                    if (sessions.get() % 100 == 99 && most[0] < sessions.get()) {
                        most[0] = sessions.get();
                        assertThat(usedMemory() - before).isLessThan(40L << 20);
                    }
                })
                .mailsPerSession(1)
                .build();
        ScanReport report = scanner.scan();
        assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.UNAVAILABLE);
        assertThat(report.failure().orElseThrow()).hasMessageContaining("500 sessions");
        assertThat(sessions).hasValue(500);
        assertThat(most[0]).isGreaterThan(300);
    }

    private static long usedMemory() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** Lists mails that were not there before, and gives none of them. */
    private record InventedMails(int session, int count) implements MailboxSession {
        @Override
        public List<MailboxEntry> list() {
            List<MailboxEntry> entries = new ArrayList<>();
            for (int i = 1; i <= count; i++) {
                entries.add(new MailboxEntry(i, session + "-" + i + "-" + "x".repeat(50), 1));
            }
            return entries;
        }

        @Override
        public boolean listsAll() {
            return false;
        }

        @Override
        public Optional<FetchedMail> fetch(MailboxEntry entry, int maxBytes) {
            return Optional.empty();
        }

        @Override
        public List<MailboxEntry> delete(List<MailboxEntry> entries) {
            return List.of();
        }

        @Override
        public void commit() {}

        @Override
        public void abandon() {}
    }
}
