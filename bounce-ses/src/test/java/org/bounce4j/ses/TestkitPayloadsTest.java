package org.bounce4j.ses;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.bounce4j.BounceBatch;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceType;
import org.bounce4j.EmailAddress;
import org.bounce4j.testkit.SesPayloads;
import org.junit.jupiter.api.Test;

/** Reads what the testkit gives to hosts for their tests. */
class TestkitPayloadsTest {
    private static final String JANE = "jane@example.com";
    private static final String JOE = "joe@example.com";

    private final SesEventParser parser = new SesEventParser();

    @Test
    void anOutOfOfficeReplyIsNoEvent() {
        assertThat(parser.parseTrusted(SesPayloads.outOfOffice(JANE))).isEqualTo(BounceBatch.empty());
        assertThat(parser.parseTrusted(SesPayloads.bounce(JANE, "Transient", "General", "", "")))
                .isEqualTo(BounceBatch.empty());
    }

    @Test
    void aBounceWithoutReportIsWhatItsTypesSay() {
        assertThat(parser.parseTrusted(SesPayloads.bounce(JANE, "Permanent", "Suppressed", null, null))
                        .events())
                .extracting(BounceEvent::reason)
                .containsExactly(BounceReason.SUPPRESSED);
        assertThat(parser.parseTrusted(SesPayloads.bounce(JANE, "Permanent", "General", null, null))
                        .events())
                .extracting(BounceEvent::type)
                .containsExactly(BounceType.HARD);
    }

    @Test
    void aDelayIsADelay() {
        BounceBatch batch = parser.parseTrusted(SesPayloads.delay(JANE, "MailboxFull", null, null));
        assertThat(batch.events()).isEmpty();
        assertThat(batch.delays()).extracting(BounceEvent::reason).containsExactly(BounceReason.MAILBOX_FULL);
    }

    @Test
    void aRejectIsAVirus() {
        assertThat(parser.parseTrusted(SesPayloads.reject(JANE)).events())
                .extracting(BounceEvent::reason)
                .containsExactly(BounceReason.VIRUS);
    }

    @Test
    void eachSaysWhenItHappened() {
        Instant at = Instant.parse("2026-03-01T11:00:05.412Z");
        String bounce = SesPayloads.bounce(JANE, "Transient", "MailboxFull", "4.2.2", "smtp; 452 4.2.2 mailbox full");
        for (String document : List.of(bounce, SesPayloads.complaint(JANE), SesPayloads.reject(JANE))) {
            assertThat(parser.parseTrusted(SesPayloads.at(document, at)).events())
                    .extracting(BounceEvent::occurredAt)
                    .containsExactly(at);
        }
        assertThat(parser.parseTrusted(SesPayloads.at(SesPayloads.delay(JANE, "MailboxFull", null, null), at))
                        .delays())
                .extracting(BounceEvent::occurredAt)
                .containsExactly(at);
    }

    @Test
    void oneDocumentIsOneEventAndAnotherIsAnother() {
        String complaint = SesPayloads.complaint(JANE);
        String first = onlyId(complaint);
        assertThat(onlyId(SesPayloads.at(complaint, Instant.EPOCH))).isEqualTo(first);
        assertThat(onlyId(SesPayloads.complaint(JANE))).isNotEqualTo(first);
    }

    private String onlyId(String document) {
        List<BounceEvent> events = parser.parseTrusted(document).events();
        assertThat(events).hasSize(1);
        return events.get(0).id();
    }

    @Test
    void eachRecipientHasAnEventAndOtherDestinationsHaveNone() {
        String bounce = SesPayloads.bounce(JANE, "Permanent", "General", "5.1.1", "smtp; 550 5.1.1 user unknown");
        assertThat(parser.parseTrusted(
                                SesPayloads.withDestination(SesPayloads.withRecipient(bounce, JOE), "mary@example.com"))
                        .events())
                .hasSize(2)
                .allMatch(event -> event.reason() == BounceReason.USER_UNKNOWN)
                .extracting(event -> event.recipient().orElseThrow())
                .containsExactly(EmailAddress.of(JANE), EmailAddress.of(JOE));
    }
}
