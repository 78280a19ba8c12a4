package org.bounce4j.sendgrid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.bounce4j.BounceBatch;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceType;
import org.bounce4j.testkit.SendGridPayloads;
import org.bounce4j.testkit.SendGridSigner;
import org.bounce4j.testkit.SignedRequest;
import org.junit.jupiter.api.Test;

/** Reads what the testkit gives to hosts for their tests. */
class TestkitPayloadsTest {
    private static final String JANE = "jane@example.com";

    @Test
    void eachIsWhatItsNameSays() {
        SendGridSigner signer = SendGridSigner.create();
        List<BounceEvent> seen = new ArrayList<>();
        SignedRequest request = signer.sign(SendGridPayloads.batch(
                SendGridPayloads.bounce(JANE, "5.1.1", "550 5.1.1 user unknown"),
                SendGridPayloads.bounce(JANE, null, null),
                SendGridPayloads.delivered(JANE),
                SendGridPayloads.blocked(JANE, null, null),
                SendGridPayloads.expired(JANE, null, null),
                SendGridPayloads.dropped(JANE, "Bounced Address"),
                SendGridPayloads.dropped(JANE, "Unsubscribed Address"),
                SendGridPayloads.dropped(JANE, "Spam Content"),
                SendGridPayloads.deferred(JANE, "452 4.2.2 mailbox full"),
                SendGridPayloads.spamReport(JANE)));
        assertThat(SendGridWebhook.of(signer.publicKey(), seen::addAll)
                        .handle(request.body(), request::header)
                        .status())
                .isEqualTo(200);
        assertThat(seen)
                .extracting(BounceEvent::type, BounceEvent::reason)
                .containsExactly(
                        tuple(BounceType.HARD, BounceReason.USER_UNKNOWN),
                        tuple(BounceType.HARD, BounceReason.UNKNOWN),
                        tuple(BounceType.SOFT, BounceReason.BLOCKED),
                        tuple(BounceType.SOFT, BounceReason.EXPIRED),
                        tuple(BounceType.HARD, BounceReason.SUPPRESSED),
                        tuple(BounceType.COMPLAINT, BounceReason.UNSUBSCRIBED),
                        tuple(BounceType.COMPLAINT, BounceReason.COMPLAINT));
        assertThat(seen).extracting(BounceEvent::id).doesNotHaveDuplicates();
    }

    @Test
    void eachSaysWhenItHappenedAndStaysTheSameEvent() {
        String batch =
                SendGridPayloads.batch(SendGridPayloads.blocked(JANE, null, null), SendGridPayloads.spamReport(JANE));
        Instant at = Instant.parse("2026-03-01T11:00:05Z");
        List<BounceEvent> then = parse(SendGridPayloads.at(batch, at));
        assertThat(then).extracting(BounceEvent::occurredAt).containsExactly(at, at);
        assertThat(then)
                .extracting(BounceEvent::id)
                .isEqualTo(parse(batch).stream().map(BounceEvent::id).toList());
    }

    private static List<BounceEvent> parse(String batch) {
        return new SendGridEventParser()
                .parseTrusted(batch.getBytes(StandardCharsets.UTF_8))
                .events();
    }

    @Test
    void aVerifierComparesTheTimeOfTheSignatureWithItsClock() {
        SendGridSigner signer = SendGridSigner.create();
        String batch = SendGridPayloads.at(SendGridPayloads.spamReport(JANE), Instant.parse("2026-03-01T11:00:05Z"));
        List<BounceEvent> seen = new ArrayList<>();
        SendGridWebhook webhook = SendGridWebhook.of(signer.publicKey(), seen::addAll);
        SignedRequest stale = signer.sign(batch, Instant.now().minus(Duration.ofHours(1)));
        assertThat(webhook.handle(stale.body(), stale::header).status()).isEqualTo(403);
        SignedRequest fresh = signer.sign(batch);
        assertThat(webhook.handle(fresh.body(), fresh::header).status()).isEqualTo(200);
        assertThat(seen).hasSize(1);
    }

    @Test
    void aDeferralIsADelayAndAnArgumentNamesTheSubscriber() {
        String batch = SendGridPayloads.withArgument(
                SendGridPayloads.deferred(JANE, "452 4.2.2 mailbox full"), "subscriber_uuid", "s-1");
        BounceBatch read =
                SendGridEventParser.builder().deferrals().build().parseTrusted(batch.getBytes(StandardCharsets.UTF_8));
        assertThat(read.events()).isEmpty();
        assertThat(read.delays())
                .extracting(BounceEvent::reason, event -> event.subscriber().orElseThrow())
                .containsExactly(tuple(BounceReason.MAILBOX_FULL, "s-1"));
    }
}
