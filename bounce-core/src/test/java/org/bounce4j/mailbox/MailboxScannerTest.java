package org.bounce4j.mailbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bounce4j.mail.BounceMail;
import org.bounce4j.mail.MailKind;
import org.junit.jupiter.api.Test;

/** What a scan reads, hands on, deletes and leaves. */
class MailboxScannerTest extends MailboxScannerFixture {
    @Test
    void deletesWhatTheSinkAcceptedAndLeavesTheRest() {
        ScanReport report = scan(accepted::addAll);
        assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.COMPLETED);
        assertThat(report.seen()).isEqualTo(9);
        assertThat(report.count(MailKind.BOUNCE)).isEqualTo(4);
        assertThat(report.count(MailKind.COMPLAINT)).isEqualTo(1);
        assertThat(report.events()).isEqualTo(5).isEqualTo(accepted.size());
        assertThat(report.deleted()).isEqualTo(4);
        assertThat(report.left()).isEqualTo(5);
        assertThat(report.bytes()).isGreaterThan(9_000);
        assertThat(mailbox.mails)
                .containsOnlyKeys(
                        "auto-reply-vacation", "personal-mail", "dsn-delayed", "dsn-delivered", "dsn-victim-unknown");
        assertThat(report)
                .hasToString(
                        "ScanReport[COMPLETED, seen=9, bounces=4, complaints=1, DELAY_NOTICE=1, DELIVERY_RECEIPT=1,"
                                + " AUTO_REPLY=1, OTHER=1, events=5, deleted=4, left=5, skipped=0,"
                                + " failed=0, bytes=" + report.bytes() + ", "
                                + report.duration().toMillis() + " ms]");
    }

    @Test
    void leavesEverythingInASharedInboxAndHandsItOverOnce() {
        MailboxScanner scanner = MailboxScanner.builder(mailbox, accepted::addAll)
                .leaveEverything()
                .build();
        ScanReport report = scanner.scan();
        assertThat(report.events()).isEqualTo(5);
        assertThat(report.deleted()).isZero();
        assertThat(mailbox.mails).hasSize(9);
        assertThat(scanner.scan().skipped()).isEqualTo(9);
        assertThat(accepted).hasSize(5);
    }

    @Test
    void deletesKindsThatTheHostWantsDeletedButNeverWhatNobodyUnderstands() {
        MailboxScanner.Builder builder = MailboxScanner.builder(mailbox, accepted::addAll);
        ScanReport report = builder.disposition(MailKind.AUTO_REPLY, Disposition.DELETE)
                .disposition(MailKind.COMPLAINT, Disposition.LEAVE)
                .build()
                .scan();
        assertThat(report.deleted()).isEqualTo(4);
        assertThat(mailbox.mails)
                .containsOnlyKeys("personal-mail", "dsn-delayed", "arf-abuse", "dsn-delivered", "dsn-victim-unknown");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.disposition(MailKind.OTHER, Disposition.DELETE));
    }

    @Test
    void neverDeletesAMailThatWasNotReadWhole() {
        int enoughForTheReport = 1_900;
        ScanReport report = MailboxScanner.builder(mailbox, accepted::addAll)
                .maxMailBytes(enoughForTheReport)
                .build()
                .scan();
        assertThat(report.events()).isGreaterThan(0);
        assertThat(mailbox.mails).containsKey("dsn-user-unknown");
        assertThat(accepted)
                .anyMatch(event -> event.recipient().orElseThrow().key().equals("jane@example.com"));
    }

    @Test
    void handsOverBatchesOfTheSizeThatWasSet() {
        List<Integer> sizes = new ArrayList<>();
        MailboxScanner.builder(mailbox, events -> sizes.add(events.size()))
                .batchSize(2)
                .build()
                .scan();
        assertThat(sizes).containsExactly(2, 3);
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> MailboxScanner.builder(mailbox, accepted::addAll).batchSize(501));
    }

    @Test
    void scansOnceAtATime() throws Exception {
        CountDownLatch inSink = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        MailboxScanner scanner = MailboxScanner.builder(mailbox, events -> {
                    inSink.countDown();
                    goOn.await();
                })
                .build();
        Thread other = new Thread(scanner::scan);
        other.start();
        inSink.await();
        assertThat(scanner.scan().outcome()).isEqualTo(ScanReport.Outcome.ALREADY_SCANNING);
        goOn.countDown();
        other.join();
        assertThat(mailbox.mails).hasSize(5);
        assertThat(scanner.scan().outcome()).isEqualTo(ScanReport.Outcome.COMPLETED);
    }

    @Test
    void leavesEverythingWhenItIsInterrupted() throws Exception {
        Thread thread = new Thread(() -> {
            Thread.currentThread().interrupt();
            ScanReport report = scan(accepted::addAll);
            assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.UNAVAILABLE);
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        });
        List<Throwable> thrown = new ArrayList<>();
        thread.setUncaughtExceptionHandler((t, e) -> thrown.add(e));
        thread.start();
        thread.join();
        assertThat(thrown).isEmpty();
        assertThat(mailbox.mails).hasSize(9);
        assertThat(mailbox.log).doesNotContain("commit");
    }

    @Test
    void tellsItsListenerHowFarItIsAndWhatItRead() {
        List<String> heard = new ArrayList<>();
        ScanListener listener = new ScanListener() {
            @Override
            public void progress(int done, int total) {
                heard.add(done + " of " + total);
            }

            @Override
            public void parsed(MailboxEntry entry, BounceMail mail) {
                heard.add(entry.id() + " " + mail.kind());
            }
        };
        MailboxScanner.builder(mailbox, accepted::addAll)
                .listener(listener)
                .mailsPerSession(5)
                .build()
                .scan();
        assertThat(heard)
                .startsWith("0 of 9", "dsn-user-unknown BOUNCE", "1 of 9", "auto-reply-vacation AUTO_REPLY", "2 of 9")
                .endsWith("dsn-victim-unknown BOUNCE", "9 of 9");
    }

    @Test
    void goesOnWithoutAListenerThatFails() {
        int[] calls = {0};
        ScanReport report = MailboxScanner.builder(mailbox, accepted::addAll)
                .listener((done, total) -> {
                    calls[0]++;
                    throw new IllegalStateException("no terminal");
                })
                .build()
                .scan();
        assertThat(report.deleted()).isEqualTo(4);
        assertThat(calls[0]).isEqualTo(1);
    }

    @Test
    void doesNotThrowForADefectOfAMailbox() {
        AtomicBoolean first = new AtomicBoolean(true);
        Mailbox broken = new Mailbox() {
            @Override
            public MailboxSession open() {
                if (first.getAndSet(false)) {
                    throw new NullPointerException("a defect");
                }
                throw new NoClassDefFoundError("org/example/Tokens");
            }

            @Override
            public String name() {
                return "broken";
            }
        };
        MailboxScanner scanner =
                MailboxScanner.builder(broken, accepted::addAll).build();
        for (String defect : List.of("NullPointerException", "NoClassDefFoundError")) {
            ScanReport report = scanner.scan();
            assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.UNAVAILABLE);
            assertThat(report.failure().orElseThrow()).hasMessageContaining(defect);
        }
    }
}
