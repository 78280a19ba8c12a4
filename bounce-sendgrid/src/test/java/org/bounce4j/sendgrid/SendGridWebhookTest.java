package org.bounce4j.sendgrid;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.bounce4j.BounceEvent;
import org.bounce4j.UnavailableException;
import org.bounce4j.Undigested;
import org.bounce4j.VerificationException;
import org.bounce4j.testkit.SendGridSigner;
import org.bounce4j.testkit.SignedRequest;
import org.bounce4j.webhook.WebhookResponse;
import org.junit.jupiter.api.Test;

class SendGridWebhookTest {
    private static final SendGridSigner SIGNER = SendGridSigner.create();
    private static final String BATCH =
            "[{\"email\":\"jane@example.com\",\"event\":\"bounce\",\"type\":\"bounce\",\"sg_event_id\":\"a\"},\r\n"
                    + "{\"email\":\"joe@example.com\",\"event\":\"open\",\"sg_event_id\":\"b\"},\r\n"
                    + "{\"email\":\"mary@example.com\",\"event\":\"spamreport\",\"sg_event_id\":\"c\"}]\r\n";

    private final List<BounceEvent> accepted = new ArrayList<>();
    private SendGridWebhook webhook = SendGridWebhook.of(SIGNER.publicKey(), accepted::addAll);

    private WebhookResponse post(SignedRequest request) {
        return webhook.handle(request.body(), request::header);
    }

    @Test
    void storesABatchAndAcknowledges() {
        assertThat(post(SIGNER.sign(BATCH)).status()).isEqualTo(200);
        assertThat(accepted).hasSize(2);
        assertThat(post(SIGNER.sign("[]\r\n")).status()).isEqualTo(200);
    }

    @Test
    void rejectsForgeriesAndStoresNothing() {
        SignedRequest genuine = SIGNER.sign(BATCH);
        byte[] changed = BATCH.replace("jane", "anna").getBytes(StandardCharsets.UTF_8);
        WebhookResponse response = post(genuine.withBody(changed));
        assertThat(response.status()).isEqualTo(403);
        assertThat(response.body()).isEmpty();
        assertThat(response.failure()).containsInstanceOf(VerificationException.class);
        assertThat(post(genuine.withHeader(SendGridVerifier.SIGNATURE_HEADER, null))
                        .status())
                .isEqualTo(403);
        assertThat(post(SIGNER.sign(
                                BATCH.getBytes(StandardCharsets.UTF_8),
                                Instant.now().minus(Duration.ofHours(1))))
                        .status())
                .isEqualTo(403);
        assertThat(post(genuine.withBody(new byte[9 * 1024 * 1024])).status()).isEqualTo(413);
        assertThat(accepted).isEmpty();
    }

    @Test
    void asksForARetryWhereTheSinkIsNotThere() {
        webhook = SendGridWebhook.of(SIGNER.publicKey(), events -> {
            throw new UnavailableException("database is down");
        });
        WebhookResponse response = post(SIGNER.sign(BATCH));
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.headers()).containsKey("Retry-After");
    }

    @Test
    void keepsElementsThatCannotBeRead() {
        String half = BATCH.replace("mary@example.com", "nobody");
        assertThat(post(SIGNER.sign(half)).status()).isEqualTo(200);
        assertThat(accepted).hasSize(1);
        assertThat(post(SIGNER.sign("not json")).status()).isEqualTo(500);
        List<Undigested> kept = new ArrayList<>();
        webhook = SendGridWebhook.builder(SendGridVerifier.of(SIGNER.publicKey()), accepted::addAll)
                .undigested(kept::add)
                .build();
        assertThat(post(SIGNER.sign("not json")).status()).isEqualTo(200);
        assertThat(kept).hasSize(1);
    }

    @Test
    void takesAHundredThousandElements() {
        StringBuilder batch = new StringBuilder("[");
        for (int i = 0; i < 100_000; i++) {
            batch.append(i == 0 ? "" : ",")
                    .append("{\"email\":\"u")
                    .append(i)
                    .append("@e.c\",\"event\":\"bounce\",\"sg_event_id\":\"")
                    .append(i)
                    .append("\"}");
        }
        webhook = SendGridWebhook.builder(SendGridVerifier.of(SIGNER.publicKey()), accepted::addAll)
                .build();
        assertThat(post(SIGNER.sign(batch.append(']').toString())).status()).isEqualTo(200);
        assertThat(accepted).hasSize(100_000);
    }
}
