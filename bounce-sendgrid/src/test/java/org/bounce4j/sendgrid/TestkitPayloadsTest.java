package org.bounce4j.sendgrid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.charset.StandardCharsets;
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
