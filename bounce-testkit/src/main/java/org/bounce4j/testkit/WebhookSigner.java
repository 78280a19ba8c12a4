package org.bounce4j.testkit;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs what is posted to a {@code JsonWebhook} whose callers prove themselves by {@code WebhookAuth.hmac}, with a secret of
 * its own. Thread-safe.
 *
 * <pre>{@code
 * WebhookSigner signer = WebhookSigner.create();
 * BounceWebhook webhook = JsonWebhook.of(WebhookAuth.hmac(signer.secret()), sink);
 *
 * SignedRequest request = signer.sign("{\"email\": \"jane@example.com\", \"type\": \"hard\", \"source\": \"test\"}");
 * webhook.handle(request.body(), request::header);
 * }</pre>
 *
 * <p>Each call makes a message of its own, with another {@code webhook-id}: the same text signed twice makes two events. To
 * have one event arrive twice, hand the request over twice.
 *
 * @see <a href="https://www.standardwebhooks.com">Standard Webhooks</a>
 */
public final class WebhookSigner {
    /** The header with the message's name, which is signed. */
    public static final String ID_HEADER = "webhook-id";
    /** The header with the seconds since 1970, which are signed. */
    public static final String TIMESTAMP_HEADER = "webhook-timestamp";
    /** The header with the signature. */
    public static final String SIGNATURE_HEADER = "webhook-signature";

    private static final String ALGORITHM = "HmacSHA256";
    private static final int KEY_BYTES = 32;

    private final byte[] key;

    private WebhookSigner(byte[] key) {
        this.key = key;
    }

    /**
     * Creates a signer with a new secret.
     *
     * @return the signer
     */
    public static WebhookSigner create() {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return new WebhookSigner(key);
    }

    /**
     * Returns the secret, as both sides are given it.
     *
     * @return {@code whsec_} and base64 of 32 bytes
     */
    public String secret() {
        return "whsec_" + Base64.getEncoder().encodeToString(key);
    }

    /**
     * Signs a post now.
     *
     * @param body the body, one JSON object or an array of them
     * @return the request
     */
    public SignedRequest sign(String body) {
        return sign(body, Instant.now());
    }

    /**
     * Signs a post at a time of your choice: that of the signature, which a webhook compares with its clock. When the failure
     * happened stands in the body: {@code created_at}.
     *
     * @param body the body
     * @param at when it is signed, to the second
     * @return the request
     */
    public SignedRequest sign(String body, Instant at) {
        return sign(body.getBytes(StandardCharsets.UTF_8), at);
    }

    /**
     * Signs the bytes of a post at a time of your choice: that of the signature, not that of the failure.
     *
     * @param body the body
     * @param at when it is signed, to the second
     * @return the request
     */
    public SignedRequest sign(byte[] body, Instant at) {
        String id = "msg_" + UUID.randomUUID();
        String timestamp = Long.toString(at.getEpochSecond());
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            mac.update((id + '.' + timestamp + '.').getBytes(StandardCharsets.US_ASCII));
            return new SignedRequest(
                    body,
                    Map.of(
                            ID_HEADER,
                            id,
                            TIMESTAMP_HEADER,
                            timestamp,
                            SIGNATURE_HEADER,
                            "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body)),
                            "Content-Type",
                            "application/json"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has HmacSHA256", e);
        }
    }
}
