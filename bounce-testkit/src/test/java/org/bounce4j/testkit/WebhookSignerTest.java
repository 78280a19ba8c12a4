package org.bounce4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceType;
import org.bounce4j.Trust;
import org.bounce4j.webhook.BounceWebhook;
import org.bounce4j.webhook.JsonWebhook;
import org.bounce4j.webhook.WebhookAuth;
import org.junit.jupiter.api.Test;

class WebhookSignerTest {
    private static final String POST =
            "{\"email\": \"jane@example.com\", \"type\": \"hard\", \"source\": \"test\", \"diagnostic\": \"unbekannt: für Jané\"}";
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private final WebhookSigner signer = WebhookSigner.create();
    private final List<BounceEvent> seen = new ArrayList<>();
    private final BounceWebhook webhook =
            JsonWebhook.of(WebhookAuth.hmac(List.of(signer.secret()), Clock.fixed(NOW, ZoneOffset.UTC)), seen::addAll);

    private int answer(SignedRequest request) {
        return webhook.handle(request.body(), request::header).status();
    }

    @Test
    void aWebhookWithItsSecretTakesWhatItSigned() {
        assertThat(answer(signer.sign(POST, NOW))).isEqualTo(200);
        assertThat(answer(signer.sign(POST.getBytes(StandardCharsets.UTF_8), NOW.minusSeconds(300))))
                .isEqualTo(200);
        assertThat(seen)
                .extracting(BounceEvent::type, BounceEvent::trust)
                .containsExactly(
                        tuple(BounceType.HARD, Trust.AUTHENTICATED), tuple(BounceType.HARD, Trust.AUTHENTICATED));
        assertThat(seen).extracting(BounceEvent::id).doesNotHaveDuplicates();
    }

    @Test
    void signsNowAndARequestThatComesTwiceIsOneEvent() {
        BounceWebhook ours = JsonWebhook.of(WebhookAuth.hmac(signer.secret()), seen::addAll);
        SignedRequest request = signer.sign(POST);
        for (int i = 0; i < 2; i++) {
            assertThat(ours.handle(request.body(), request::header).status()).isEqualTo(200);
        }
        assertThat(seen).hasSize(2);
        assertThat(seen.get(1).id()).isEqualTo(seen.get(0).id());
    }

    @Test
    void aWebhookRefusesWhatWasChangedAfterwards() {
        SignedRequest request = signer.sign(POST, NOW);
        byte[] other = POST.replace("hard", "soft").getBytes(StandardCharsets.UTF_8);
        assertThat(answer(request.withBody(other))).isEqualTo(403);
        assertThat(answer(request.withHeader(WebhookSigner.ID_HEADER, "msg_other")))
                .isEqualTo(403);
        assertThat(answer(request.withHeader(WebhookSigner.TIMESTAMP_HEADER, Long.toString(NOW.getEpochSecond() + 1))))
                .isEqualTo(403);
        assertThat(answer(request.withHeader(WebhookSigner.SIGNATURE_HEADER, null)))
                .isEqualTo(403);
        assertThat(answer(WebhookSigner.create().sign(POST, NOW))).isEqualTo(403);
        assertThat(seen).isEmpty();
    }

    @Test
    void aWebhookRefusesWhatIsStale() {
        assertThat(answer(signer.sign(POST, NOW.minus(Duration.ofMinutes(6))))).isEqualTo(403);
        assertThat(answer(signer.sign(POST, NOW.plus(Duration.ofMinutes(6))))).isEqualTo(403);
        assertThat(seen).isEmpty();
    }

    @Test
    void itsSecretIsItsOwnAndOfFullLength() {
        assertThat(signer.secret())
                .startsWith("whsec_")
                .isNotEqualTo(WebhookSigner.create().secret());
        assertThat(Base64.getDecoder().decode(signer.secret().substring(6))).hasSize(32);
    }
}
