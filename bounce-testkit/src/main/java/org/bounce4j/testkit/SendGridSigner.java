package org.bounce4j.testkit;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;

/**
 * Signs SendGrid event batches, such as {@link SendGridPayloads} builds, with a P-256 key of its own. Thread-safe.
 */
public final class SendGridSigner {
    /** The header with the signature. */
    public static final String SIGNATURE_HEADER = "X-Twilio-Email-Event-Webhook-Signature";
    /** The header with the timestamp. */
    public static final String TIMESTAMP_HEADER = "X-Twilio-Email-Event-Webhook-Timestamp";

    private final KeyPair keys;

    private SendGridSigner(KeyPair keys) {
        this.keys = keys;
    }

    /**
     * Creates a signer with a new key.
     *
     * @return the signer
     */
    public static SendGridSigner create() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return new SendGridSigner(generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java platform has no P-256", e);
        }
    }

    /**
     * Returns the public key as SendGrid's console shows it.
     *
     * @return base64 of the DER form, on one line
     */
    public String publicKey() {
        return Base64.getEncoder().encodeToString(keys.getPublic().getEncoded());
    }

    /**
     * Signs a batch now.
     *
     * @param body the body; SendGrid ends it with CR LF, and so does {@link SendGridPayloads}
     * @return the request
     */
    public SignedRequest sign(String body) {
        return sign(body, Instant.now());
    }

    /**
     * Signs a batch at a time of your choice: that of the signature, which a verifier compares with its clock. When the
     * failures happened stands in the batch: {@link SendGridPayloads#at}.
     *
     * @param body the body
     * @param at when it is signed, to the second
     * @return the request
     */
    public SignedRequest sign(String body, Instant at) {
        return sign(body.getBytes(StandardCharsets.UTF_8), at);
    }

    /**
     * Signs the bytes of a batch at a time of your choice: that of the signature, not that of the failures.
     *
     * @param body the body
     * @param at when it is signed, to the second
     * @return the request
     */
    public SignedRequest sign(byte[] body, Instant at) {
        String timestamp = Long.toString(at.getEpochSecond());
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(keys.getPrivate());
            signature.update(timestamp.getBytes(StandardCharsets.US_ASCII));
            signature.update(body);
            return new SignedRequest(
                    body,
                    Map.of(
                            SIGNATURE_HEADER,
                            Base64.getEncoder().encodeToString(signature.sign()),
                            TIMESTAMP_HEADER,
                            timestamp,
                            "Content-Type",
                            "application/json",
                            "User-Agent",
                            "SendGrid Event API"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Cannot sign with the key that was just made", e);
        }
    }
}
