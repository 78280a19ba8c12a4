package org.bounce4j.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceSink;
import org.junit.jupiter.api.Test;

/** Servers that name no mails, or some by the same name. */
class MailboxScannerNoUidlTest extends MailboxScannerFixture {
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
}
