package org.bounce4j.mailbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a scanner remembers what it left, so that it downloads it once. */
class MailboxScannerSeenTest extends MailboxScannerFixture {
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
}
