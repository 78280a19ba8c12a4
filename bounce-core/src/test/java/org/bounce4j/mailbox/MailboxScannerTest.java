package org.bounce4j.mailbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceSink;
import org.bounce4j.BounceType;
import org.bounce4j.ConfigurationException;
import org.bounce4j.UnavailableException;
import org.bounce4j.mail.BounceMail;
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
                .hasToString(
                        "ScanReport[COMPLETED, seen=9, bounces=4, complaints=1, events=5, deleted=4, left=5, skipped=0,"
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
        // what it had accepted is deleted in a session that fetches nothing
        assertThat(report.deleted()).isEqualTo(1);
        assertThat(mailbox.mails.keySet()).hasSize(8).doesNotContain("dsn-user-unknown");
        assertThat(mailbox.log)
                .endsWith("abandon", "delete dsn-user-unknown", "commit")
                .doesNotHaveDuplicates();
        scan(accepted::addAll);
        assertThat(accepted).extracting(BounceEvent::id).doesNotHaveDuplicates().hasSize(5);
    }

    @Test
    void getsOnWithASinkThatTakesOnlySoManyAtATime() {
        fillWithBounces(50);
        int[] taken = {0};
        MailboxScanner scanner = MailboxScanner.builder(mailbox, events -> {
                    if (taken[0] == 2) {
                        throw new UnavailableException("too many requests");
                    }
                    taken[0]++;
                    accepted.addAll(events);
                })
                .batchSize(5)
                .build();
        for (boolean named : new boolean[] {true, false}) {
            mailbox.givesIds = named;
            mailbox.mails.clear();
            fillWithBounces(50);
            accepted.clear();
            int scans = 0;
            while (!mailbox.mails.isEmpty()) {
                taken[0] = 0;
                scanner.scan();
                assertThat(++scans).isLessThan(20);
            }
            assertThat(accepted.stream().map(BounceEvent::id).distinct()).hasSize(50);
        }
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
    void deletesTheOthersByTheSecondScanWhereTheServerNamesNoneAndSomeAreRefused() {
        mailbox.givesIds = false;
        mailbox.hidesFetchedAtCommit = true;
        mailbox.mails.clear();
        fillWithBounces(40);
        BounceSink sink = events -> {
            if (events.stream()
                    .anyMatch(event -> event.recipient().orElseThrow().key().matches("user(7|39)@.*"))) {
                throw new IllegalStateException("poison");
            }
            accepted.addAll(events);
        };
        MailboxScanner scanner = MailboxScanner.builder(mailbox, sink).build();
        ScanReport first = scanner.scan();
        assertThat(first.outcome()).isEqualTo(ScanReport.Outcome.UNAVAILABLE);
        assertThat(first.failure().orElseThrow())
                .hasMessageContaining("UIDL")
                .hasMessageContaining("38 accepted mails");
        assertThat(first.deleted()).isZero();
        scanner.scan();
        scanner.scan();
        assertThat(mailbox.mails).containsOnlyKeys("id7", "id39");
        assertThat(mailbox.hidden).doesNotContain("id7", "id39");
        assertThat(accepted.stream().map(BounceEvent::id).distinct()).hasSize(38);
        // and what comes later does not wait for them
        for (int i = 1; i <= 4; i++) {
            addBounces(i * 100, i * 100 + 3);
            scanner.scan();
            scanner.scan();
            scanner.scan();
            assertThat(mailbox.mails).containsOnlyKeys("id7", "id39");
        }
        assertThat(accepted.stream().map(BounceEvent::id).distinct()).hasSize(50);
    }

    @Test
    void getsOnWithASlowServerThatNamesNoMails() {
        mailbox.givesIds = false;
        mailbox.mails.clear();
        for (int i = 0; i < 25; i++) {
            mailbox.add("letter" + i, "Subject: hello\r\n\r\nyou\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        addBounces(0, 30);
        mailbox.millisPerFetch = 20;
        MailboxScanner scanner = MailboxScanner.builder(mailbox, accepted::addAll)
                .timeout(Duration.ofMillis(400))
                .build();
        ScanReport report = scanner.scan();
        assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.UNAVAILABLE);
        for (int i = 0; i < 40 && mailbox.mails.size() > 25; i++) {
            report = scanner.scan();
            assertThat(report.failed()).isEmpty();
        }
        assertThat(mailbox.mails).hasSize(25);
        assertThat(accepted).extracting(BounceEvent::id).doesNotHaveDuplicates().hasSize(30);
    }

    @Test
    void getsOnWhereTheServerNamesNoMailsAndAConnectionAlwaysBreaksAtOne() {
        mailbox.givesIds = false;
        mailbox.mails.clear();
        fillWithBounces(20);
        mailbox.breaks.add("id12");
        MailboxScanner scanner =
                MailboxScanner.builder(mailbox, accepted::addAll).build();
        for (int i = 0; i < 4; i++) {
            scanner.scan();
        }
        assertThat(mailbox.mails).containsOnlyKeys("id12");
        assertThat(accepted.stream().map(BounceEvent::id).distinct()).hasSize(19);
        mailbox.breaks.clear();
        scanner.scan();
        scanner.scan();
        assertThat(mailbox.mails).isEmpty();
    }

    @Test
    void readsMailsWithNamesThoughAConnectionBreaksAtAllWithout() {
        mailbox.mails.clear();
        addBounces(0, 3);
        mailbox.sharedId = "the one and only";
        mailbox.sharedIds.addAll(List.of("id0", "id1", "id2"));
        mailbox.breaks.addAll(mailbox.sharedIds);
        MailboxScanner scanner =
                MailboxScanner.builder(mailbox, accepted::addAll).build();
        for (int i = 1; i < 8; i++) {
            addBounces(i * 10, i * 10 + 2);
            scanner.scan();
            assertThat(mailbox.mails).containsOnlyKeys("id0", "id1", "id2");
        }
    }

    @Test
    void readsAllMailsWithoutNamesInSessionsOfTheirOwn() {
        mailbox.givesIds = false;
        fillWithBounces(30);
        mailbox.add("letter", "Subject: hello\r\n\r\nyou\r\n".getBytes(StandardCharsets.US_ASCII));
        addBounces(30, 95);
        MailboxScanner scanner = MailboxScanner.builder(mailbox, accepted::addAll)
                .mailsPerSession(10)
                .build();
        ScanReport report = scanner.scan();
        assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.COMPLETED);
        assertThat(report.seen()).isEqualTo(96);
        assertThat(report.deleted()).isEqualTo(95);
        assertThat(mailbox.sessions).isEqualTo(10);
        assertThat(accepted).extracting(BounceEvent::id).doesNotHaveDuplicates().hasSize(95);
        addBounces(95, 98);
        assertThat(scanner.scan().deleted()).isEqualTo(3);
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

    @Test
    void blamesNoMailWhereTheSinkWasInterrupted() {
        ScanReport report = scan(events -> {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("wrapped", new InterruptedException());
        });
        assertThat(Thread.interrupted()).isTrue();
        assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.UNAVAILABLE);
        assertThat(report.failed()).isEmpty();
        assertThat(mailbox.mails).hasSize(9);
    }

    private List<String> fetched() {
        return mailbox.log.stream()
                .filter(line -> line.startsWith("fetch "))
                .map(line -> line.substring(6))
                .toList();
    }

    private static byte[] bounceTo(String recipient) {
        return ("From: MAILER-DAEMON@mx.example.net\r\nMessage-ID: <" + recipient
                        + ">\r\nContent-Type: multipart/report;"
                        + " report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nsorry\r\n--b\r\n"
                        + "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\n"
                        + "Final-Recipient: rfc822; " + recipient
                        + "\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private void fillWithBounces(int count) {
        mailbox.mails.clear();
        addBounces(0, count);
    }

    private void addBounces(int from, int to) {
        for (int i = from; i < to; i++) {
            mailbox.add("id" + i, bounceTo("user" + i + "@example.org"));
        }
    }

    @Test
    void downloadsWhatItLeftOnlyOnce() {
        MailboxScanner scanner =
                MailboxScanner.builder(mailbox, accepted::addAll).build();
        scanner.scan();
        mailbox.log.clear();
        ScanReport report = scanner.scan();
        assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.COMPLETED);
        assertThat(report.seen()).isZero();
        assertThat(report.skipped()).isEqualTo(5);
        assertThat(fetched()).isEmpty();
        assertThat(mailbox.mails).hasSize(5);
    }

    @Test
    void forgetsNothingThatItHandedOnByAMemoryOfTheHost() {
        SeenMessages memory = SeenMessages.inMemory(100);
        MailboxScanner.builder(mailbox, accepted::addAll)
                .seenMessages(memory)
                .build()
                .scan();
        ScanReport report = MailboxScanner.builder(mailbox, accepted::addAll)
                .seenMessages(memory)
                .build()
                .scan();
        assertThat(report.skipped()).isEqualTo(5);
        assertThat(memory.contains("personal-mail")).isTrue();
        assertThat(memory.contains("dsn-user-unknown")).isFalse();
    }

    @Test
    void readsOnWhereTheMemoryFails() {
        SeenMessages memory = new SeenMessages() {
            @Override
            public boolean contains(String id) {
                throw new IllegalStateException("no memory");
            }

            @Override
            public void add(Collection<String> ids) {
                throw new IllegalStateException("no memory");
            }
        };
        ScanReport report = MailboxScanner.builder(mailbox, accepted::addAll)
                .seenMessages(memory)
                .build()
                .scan();
        assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.COMPLETED);
        assertThat(report.deleted()).isEqualTo(4);
    }

    @Test
    void readsOnWhereTheMemoryOrTheListenerBreaksDown() {
        SeenMessages memory = new SeenMessages() {
            @Override
            public boolean contains(String id) {
                throw new NoClassDefFoundError("org/example/Cache");
            }

            @Override
            public void add(Collection<String> ids) {
                throw new NoClassDefFoundError("org/example/Cache");
            }
        };
        ScanReport report = MailboxScanner.builder(mailbox, accepted::addAll)
                .seenMessages(memory)
                .listener((done, total) -> {
                    throw new AssertionError("no terminal");
                })
                .build()
                .scan();
        assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.COMPLETED);
        assertThat(report.deleted()).isEqualTo(4);
    }

    @Test
    void remembersABoundedNumberOfMailsAndForgetsTheLeastRecentlyAskedFor() {
        SeenMessages memory = SeenMessages.inMemory(2);
        memory.add(List.of("a", "b"));
        assertThat(memory.contains("a")).isTrue();
        memory.add(List.of("c"));
        assertThat(memory.contains("b")).isFalse();
        assertThat(memory.contains("a")).isTrue();
        assertThat(memory.contains("c")).isTrue();
        assertThatIllegalArgumentException().isThrownBy(() -> SeenMessages.inMemory(0));
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
    void skipsARefusedMailInTheNextScanAndTriesItAgainLater() {
        boolean[] broken = {true};
        BounceSink sink = events -> {
            if (broken[0] && events.stream().anyMatch(event -> event.type() == BounceType.COMPLAINT)) {
                throw new IllegalStateException("poison");
            }
            accepted.addAll(events);
        };
        MailboxScanner scanner = MailboxScanner.builder(mailbox, sink).build();
        assertThat(scanner.scan().failed()).hasSize(1);
        mailbox.log.clear();
        ScanReport second = scanner.scan();
        assertThat(second.failed()).isEmpty();
        assertThat(second.skipped()).isEqualTo(6);
        assertThat(fetched()).isEmpty();
        broken[0] = false;
        assertThat(scanner.scan().events()).isEqualTo(1);
        assertThat(mailbox.mails).doesNotContainKey("arf-abuse");
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
    void returnsAtOnceWhereSomebodyElseHasTheMailbox() {
        mailbox.inUse = true;
        ScanReport report = scan(accepted::addAll);
        assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.IN_USE);
        assertThat(report.retryAfter()).contains(Duration.ofMinutes(1));
        assertThat(mailbox.sessions).isEqualTo(1);
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

    @Test
    void waitsUntilTheServerHasNoticedThatASessionWasDropped() {
        mailbox.deletesFetchedAtCommit = true;
        mailbox.staysInUseFor = 2;
        ScanReport report = scan(accepted::addAll);
        assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.COMPLETED);
        assertThat(report.deleted()).isEqualTo(4);
        assertThat(mailbox.sessions).isEqualTo(3);
    }
}
