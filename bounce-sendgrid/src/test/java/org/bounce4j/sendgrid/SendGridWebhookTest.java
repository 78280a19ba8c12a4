package org.bounce4j.sendgrid;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
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
    void asksTheHostForTheTokenOfAnAuthorisationServer() {
        webhook = SendGridWebhook.builder(SendGridVerifier.of(SIGNER.publicKey()), accepted::addAll)
                .credentials((body, header) -> {
                    String authorization = header.apply("Authorization");
                    if (authorization == null) {
                        throw new VerificationException("Expected a token, got none");
                    }
                    if (authorization.equals("Bearer later")) {
                        throw new UnavailableException("the authorisation server does not answer");
                    }
                    if (!authorization.equals("Bearer good")) {
                        throw new VerificationException("Expected a token of ours, got another");
                    }
                    return "sendgrid";
                })
                .build();
        SignedRequest request = SIGNER.sign(BATCH);
        assertThat(post(request).status()).isEqualTo(403);
        assertThat(post(request.withHeader("Authorization", "Bearer bad")).status())
                .isEqualTo(403);
        assertThat(post(request.withHeader("Authorization", "Bearer later")).status())
                .isEqualTo(503);
        assertThat(accepted).isEmpty();
        assertThat(post(request.withHeader("Authorization", "Bearer good")).status())
                .isEqualTo(200);
        assertThat(accepted).hasSize(2);
        assertThat(post(request.withHeader("Authorization", "Bearer good").withBody(new byte[] {'[', ']'}))
                        .status())
                .as("a token is no signature")
                .isEqualTo(403);
    }

    @Test
    void acknowledgesTheTestOfTheIntegration() throws IOException {
        byte[] example = Files.readAllBytes(Path.of("src/test/resources/events/documented.json"));
        assertThat(post(SIGNER.sign(example, Instant.now())).status()).isEqualTo(200);
    }

    @Test
    void readsNoMoreOfAHugeBodyThanItTakes() throws IOException {
        AtomicLong read = new AtomicLong();
        InputStream huge = new InputStream() {
            @Override
            public int read() {
                return read.incrementAndGet() > 20_000_000 ? -1 : ' ';
            }

            @Override
            public int read(byte[] into, int at, int most) {
                int count = (int) Math.min(most, 20_000_000 - read.get());
                read.addAndGet(count);
                return count == 0 && most > 0 ? -1 : count;
            }
        };
        SignedRequest request = SIGNER.sign(BATCH);
        assertThat(webhook.handle(huge, request::header).status()).isEqualTo(413);
        assertThat(read).hasValueLessThan(9_000_000);
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
