package org.bounce4j.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.bounce4j.BounceEvent;
import org.bounce4j.BounceSink;
import org.bounce4j.BounceType;
import org.bounce4j.ConfigurationException;
import org.bounce4j.UnavailableException;
import org.junit.jupiter.api.Test;

/** What becomes of the mails where the sink refuses some, is gone, or takes only so many. */
class MailboxScannerSinkTest extends MailboxScannerFixture {
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
    void goesOnWhereASinkBreaksDownWithAnError() {
        ScanReport report = scan(events -> {
            throw new NoClassDefFoundError("org/example/Driver");
        });
        assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.UNAVAILABLE);
        assertThat(mailbox.log).noneMatch(line -> line.startsWith("delete"));
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
    void printsNoTextOfTheSinkForAFailedMail() {
        ScanReport report = scan(events -> {
            throw new IllegalStateException("cannot store jane@example.com");
        });
        assertThat(report.failed().get(0).cause()).hasMessageContaining("jane@");
        assertThat(report.failed().get(0)).hasToString("FailedMail[1, java.lang.IllegalStateException]");
        assertThat(report.toString() + report.failed()).doesNotContain("@");
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
}
