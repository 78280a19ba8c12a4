package org.bounce4j.mailbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceSink;
import org.bounce4j.BounceType;
import org.bounce4j.ConfigurationException;
import org.bounce4j.UnavailableException;
import org.bounce4j.mail.MailKind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MailboxScannerTest {
    private final InMemoryMailbox mailbox = new InMemoryMailbox();
    private final List<BounceEvent> accepted = new ArrayList<>();

    @BeforeEach
    void fill() throws IOException {
        for (String name : List.of(
                "dsn-user-unknown",
                "auto-reply-vacation",
                "dsn-mailbox-full-headers-only",
                "personal-mail",
                "dsn-delayed",
                "arf-abuse",
                "dsn-delivered",
                "dsn-two-failed-one-delayed",
                "dsn-victim-unknown")) {
            mailbox.add(name, Files.readAllBytes(Path.of("src/test/resources/mails", name + ".eml")));
        }
    }

    private ScanReport scan(BounceSink sink) {
        return MailboxScanner.builder(mailbox, sink).build().scan();
    }

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
                .hasToString("ScanReport[COMPLETED, seen=9, bounces=4, complaints=1, events=5, deleted=4, left=5,"
                        + " failed=0, bytes=" + report.bytes() + ", "
                        + report.duration().toMillis() + " ms]");
    }

    @Test
    void deletesNothingBeforeTheSinkHasReturned() {
        scan(events -> assertThat(mailbox.log).noneMatch(line -> line.startsWith("delete")));
        assertThat(mailbox.log).filteredOn(line -> line.startsWith("delete")).hasSize(4);
        assertThat(mailbox.log).endsWith("commit");
    }

    @Test
    void leavesEverythingAndHangsUpWhereTheSinkIsUnavailable() {
        mailbox.hidesFetchedAtCommit = true;
        ScanReport report = scan(events -> {
            throw new UnavailableException("database is down");
        });
        assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.UNAVAILABLE);
        assertThat(report.failure()).hasValueSatisfying(e -> assertThat(e).hasMessage("database is down"));
        assertThat(report.deleted()).isZero();
        assertThat(mailbox.mails).hasSize(9);
        assertThat(mailbox.log).endsWith("abandon").doesNotContain("commit");
        assertThat(mailbox.sessions).isEqualTo(1);
    }

    @Test
    void stopsWhereAPersonMustChangeSomething() {
        ScanReport report = scan(events -> {
            throw new ConfigurationException("no such table");
        });
        assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.MISCONFIGURED);
        assertThat(mailbox.mails).hasSize(9);
    }

    @Test
    void stopsAtOnceWhereTheSinkIsUnavailableHalfWay() {
        BounceSink sink = events -> {
            if (!accepted.isEmpty()) {
                throw new UnavailableException("gone");
            }
            accepted.addAll(events);
        };
        ScanReport report =
                MailboxScanner.builder(mailbox, sink).batchSize(1).build().scan();
        assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.UNAVAILABLE);
        assertThat(report.seen()).isEqualTo(3);
        assertThat(mailbox.mails).hasSize(9);
        // the next scan delivers the first one again, under the same id
        String id = accepted.get(0).id();
        accepted.clear();
        scan(accepted::addAll);
        assertThat(accepted.get(0).id()).isEqualTo(id);
    }

    @Test
    void isolatesAPoisonousMailAndDeletesTheOthers() {
        mailbox.hidesFetchedAtCommit = true;
        BounceSink sink = events -> {
            if (events.stream()
                    .anyMatch(event -> event.status().isPresent()
                            && event.status().get().toString().equals("5.2.2"))) {
                throw new IllegalStateException("cannot store a full mailbox");
            }
            accepted.addAll(events);
        };
        ScanReport report = scan(sink);
        assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.COMPLETED);
        assertThat(report.failed()).singleElement().satisfies(failed -> {
            assertThat(failed.entry().id()).isEqualTo("dsn-mailbox-full-headers-only");
            assertThat(failed.cause()).hasMessage("cannot store a full mailbox");
        });
        assertThat(report.events()).isEqualTo(4);
        assertThat(report.deleted()).isEqualTo(3);
        // the session that fetched was dropped, so a server that hides fetched mails hid none
        assertThat(mailbox.mails).hasSize(6).containsKey("dsn-mailbox-full-headers-only");
        assertThat(mailbox.log.indexOf("abandon")).isLessThan(mailbox.log.indexOf("commit"));
        assertThat(mailbox.log.subList(mailbox.log.indexOf("abandon"), mailbox.log.size()))
                .noneMatch(line -> line.startsWith("fetch"));
    }

    @Test
    void deletesNoneOfTwoMailsWithOneNameWhereOneWasRefused() {
        mailbox.sharedId = "the one and only";
        int before = mailbox.mails.size();
        ScanReport report = scan(events -> {
            if (events.stream().anyMatch(event -> event.type() == BounceType.COMPLAINT)) {
                throw new IllegalStateException("poison");
            }
            accepted.addAll(events);
        });
        assertThat(report.failed()).hasSize(1);
        assertThat(accepted).isNotEmpty();
        assertThat(mailbox.mails).hasSize(before);
    }

    @Test
    void goesOnWhereASinkBreaksDownWithAnError() {
        ScanReport report = scan(events -> {
            throw new NoClassDefFoundError("org/example/Driver");
        });
        assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.UNAVAILABLE);
        assertThat(mailbox.log).noneMatch(line -> line.startsWith("delete"));
    }

    @Test
    void leavesAcceptedMailsWhereTheServerDoesNotNameThemAndOneWasRefused() {
        mailbox.givesIds = false;
        ScanReport report = scan(events -> {
            if (events.size() > 1 || events.get(0).type() == org.bounce4j.BounceType.COMPLAINT) {
                throw new IllegalStateException("no complaints today");
            }
        });
        assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.UNAVAILABLE);
        assertThat(report.deleted()).isZero();
        assertThat(mailbox.mails).hasSize(9);
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
}
