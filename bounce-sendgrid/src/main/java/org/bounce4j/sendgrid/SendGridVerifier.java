package org.bounce4j.sendgrid;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.bounce4j.ConfigurationException;
import org.bounce4j.VerificationException;
import org.bounce4j.internal.RequestHeaders;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.jspecify.annotations.Nullable;

/**
 * Verifies that a batch of events was signed by SendGrid: ECDSA over P-256 and SHA-256, of the timestamp header's text
 * followed by the body exactly as it arrived, its last CR LF included.
 *
 * <p>Thread-safe. Uses Bouncy Castle without registering it anywhere; a host with a faster provider can name it.
 *
 * @see <a href="https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features">
 *     Event webhook security features</a>
 */
public final class SendGridVerifier {
    /** The header with the signature. */
    public static final String SIGNATURE_HEADER = "X-Twilio-Email-Event-Webhook-Signature";
    /** The header with the timestamp. */
    public static final String TIMESTAMP_HEADER = "X-Twilio-Email-Event-Webhook-Timestamp";

    private static final Duration DEFAULT_MAX_AGE = Duration.ofMinutes(10);
    private static final int MIN_TIMESTAMP_DIGITS = 10;
    private static final int MAX_TIMESTAMP_DIGITS = 12;

    private final List<SendGridKey> keys;
    private final Clock clock;
    private final @Nullable Duration maxAge;
    private final @Nullable Provider provider;
    /** The keys as the host's provider holds them; empty without one. */
    private final List<PublicKey> providerKeys;

    private SendGridVerifier(Builder builder) {
        keys = builder.keys;
        clock = builder.clock;
        maxAge = builder.maxAge;
        provider = builder.provider;
        providerKeys = provider == null ? List.of() : convert(keys, provider);
    }

    private static List<PublicKey> convert(List<SendGridKey> keys, Provider provider) {
        try {
            KeyFactory factory = KeyFactory.getInstance("EC", provider);
            List<PublicKey> converted = new ArrayList<>();
            for (SendGridKey key : keys) {
                converted.add(factory.generatePublic(new X509EncodedKeySpec(key.encoded())));
            }
            return converted;
        } catch (GeneralSecurityException e) {
            throw new ConfigurationException(
                    "Expected the provider " + provider.getName() + " to read EC keys, it does not", e);
        }
    }

    /**
     * Returns a verifier with the usual settings.
     *
     * @param publicKeys the verification keys as SendGrid's console shows them, one for each webhook or, while a key is
     *     changed, the old and the new one; PEM armour and stray white space are accepted
     * @return the verifier
     * @throws IllegalArgumentException if there is none, or one is not the public key of a P-256 pair; the message says what it
     *     is instead
     */
    public static SendGridVerifier of(String... publicKeys) {
        return builder(publicKeys).build();
    }

    /**
     * Starts a verifier.
     *
     * @param publicKeys the verification keys as SendGrid's console shows them
     * @return a builder
     * @throws IllegalArgumentException if there is none, or one is not the public key of a P-256 pair
     */
    public static Builder builder(String... publicKeys) {
        return new Builder(List.of(publicKeys));
    }

    /**
     * Verifies a request by its headers.
     *
     * @param body the bytes that arrived
     * @param header finds a header's first value by its name, or null
     * @return the batch
     * @throws VerificationException if it was not signed by one of the keys, recently
     * @throws ConfigurationException if the provider that was set cannot verify the signature
     */
    public SendGridBatch verify(byte[] body, Function<String, @Nullable String> header) {
        Function<String, @Nullable String> anyCase = RequestHeaders.anyCase(header);
        String signature = anyCase.apply(SIGNATURE_HEADER);
        String timestamp = anyCase.apply(TIMESTAMP_HEADER);
        if (signature == null || timestamp == null) {
            throw new VerificationException("Expected the headers " + SIGNATURE_HEADER + " and " + TIMESTAMP_HEADER
                    + ", got none; switch the signed event webhook on in SendGrid's mail settings, and look headers up without"
                    + " regard to case");
        }
        return verify(body, signature, timestamp);
    }

    /**
     * Verifies a request.
     *
     * @param body the bytes that arrived
     * @param signature the value of {@value #SIGNATURE_HEADER}
     * @param timestamp the value of {@value #TIMESTAMP_HEADER}
     * @return the batch
     * @throws VerificationException if it was not signed by one of the keys, recently
     * @throws ConfigurationException if the provider that was set cannot verify the signature
     */
    public SendGridBatch verify(byte[] body, String signature, String timestamp) {
        // what is handed out must be what was verified, whatever the caller does with its bytes meanwhile
        byte[] signed = body.clone();
        requireFresh(timestamp);
        DerSignature decoded = DerSignature.parse(signature);
        byte[] prefix = timestamp.getBytes(StandardCharsets.US_ASCII);
        boolean good =
                provider == null ? verifies(prefix, signed, decoded) : verifies(prefix, signed, decoded, provider);
        if (!good) {
            throw new VerificationException(
                    signed.length == 0
                            ? "Expected the signature of one of our keys over timestamp and body, got an empty body:"
                                    + " something read it before; take the bytes first"
                            : "Expected the signature of one of our keys (" + keys.size() + ") over timestamp and body,"
                                    + " got another: the body was changed on its way (pass it on exactly as it arrived, the last line break"
                                    + " included), the key is another webhook's, or the request is forged");
        }
        return new SendGridBatch(signed);
    }

    private void requireFresh(String timestamp) {
        // fewer would be before 2001, and a digit moved to the body gives the same signed bytes
        boolean digits = timestamp.length() >= MIN_TIMESTAMP_DIGITS
                && timestamp.length() <= MAX_TIMESTAMP_DIGITS
                && timestamp.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!digits) {
            throw new VerificationException(
                    "Expected " + TIMESTAMP_HEADER + " in seconds since 1970, got something else");
        }
        if (maxAge == null) {
            return;
        }
        long seconds = Long.parseLong(timestamp);
        long now = clock.instant().getEpochSecond();
        // no two moments of a timestamp and our clock are further apart than this; sums with more could overflow
        long most = Math.min(maxAge.toSeconds(), Long.MAX_VALUE / 4);
        if (seconds < now - most || seconds > now + most) {
            throw new VerificationException(
                    "Expected a timestamp within " + maxAge.toMinutes() + " minutes of our clock, got one "
                            + (seconds < now ? now - seconds + " s behind it" : seconds - now + " s ahead of it")
                            + "; check the clock, or it is a replay");
        }
    }

    private boolean verifies(byte[] prefix, byte[] body, DerSignature signature) {
        byte[] hash = sha256(prefix, body);
        for (SendGridKey key : keys) {
            ECDSASigner signer = new ECDSASigner();
            signer.init(false, key.parameters());
            if (signer.verifySignature(hash, signature.r(), signature.s())) {
                return true;
            }
        }
        return false;
    }

    private static byte[] sha256(byte[] prefix, byte[] body) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(prefix);
            return digest.digest(body);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    private boolean verifies(byte[] prefix, byte[] body, DerSignature signature, Provider with) {
        try {
            for (PublicKey key : providerKeys) {
                Signature verifier = Signature.getInstance("SHA256withECDSA", with);
                verifier.initVerify(key);
                verifier.update(prefix);
                verifier.update(body);
                if (verifier.verify(signature.encoded())) {
                    return true;
                }
            }
            return false;
        } catch (GeneralSecurityException e) {
            throw new ConfigurationException(
                    "Expected the provider " + with.getName() + " to verify SHA256withECDSA, it does not", e);
        }
    }

    /** Builds a {@link SendGridVerifier}. Not thread-safe. */
    public static final class Builder {
        private final List<SendGridKey> keys;
        private Clock clock = Clock.systemUTC();
        private @Nullable Duration maxAge = DEFAULT_MAX_AGE;
        private @Nullable Provider provider;

        private Builder(List<String> publicKeys) {
            if (publicKeys.isEmpty()) {
                throw new IllegalArgumentException("Expected at least one verification key, got none");
            }
            keys = publicKeys.stream().map(SendGridKey::parse).toList();
        }

        /**
         * Sets the clock that judges timestamps.
         *
         * @param clock a clock
         * @return this builder
         */
        public Builder clock(Clock clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Sets how far the timestamp may be from our clock; ten minutes if not set. SendGrid signs each attempt anew.
         *
         * @param age more than nothing
         * @return this builder
         */
        public Builder maxAge(Duration age) {
            if (age.isZero() || age.isNegative()) {
                throw new IllegalArgumentException("Expected an age of more than nothing, got " + age);
            }
            this.maxAge = age;
            return this;
        }

        /**
         * Accepts batches of any age, for replays. Event ids make a replay harmless.
         *
         * @return this builder
         */
        public Builder anyAge() {
            this.maxAge = null;
            return this;
        }

        /**
         * Sets the provider that verifies instead of Bouncy Castle's curve arithmetic, for hosts with a native one.
         *
         * @param provider a provider of {@code SHA256withECDSA}; it need not be registered
         * @return this builder
         */
        public Builder provider(Provider provider) {
            this.provider = Objects.requireNonNull(provider, "provider");
            return this;
        }

        /**
         * Builds the verifier.
         *
         * @return the verifier
         * @throws ConfigurationException if the provider cannot read the keys
         */
        public SendGridVerifier build() {
            return new SendGridVerifier(this);
        }
    }
}
