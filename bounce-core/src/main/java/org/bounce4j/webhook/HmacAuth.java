package org.bounce4j.webhook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bounce4j.VerificationException;
import org.bounce4j.internal.CanonicalBase64;
import org.jspecify.annotations.Nullable;

/** Signed requests by the Standard Webhooks scheme: HMAC-SHA256 over {@code id.timestamp.body}. */
final class HmacAuth implements WebhookAuth {
    private static final String PREFIX = "whsec_";
    private static final String VERSION = "v1,";
    private static final int SHORTEST = 16;
    private static final int MOST_SIGNATURES = 16;
    private static final Duration TOLERANCE = Duration.ofMinutes(5);

    private final List<SecretKeySpec> keys;
    private final Clock clock;

    HmacAuth(List<String> secrets, Clock clock) {
        if (secrets.isEmpty()) {
            throw new IllegalArgumentException("Expected at least one secret");
        }
        keys = secrets.stream().map(HmacAuth::key).toList();
        this.clock = clock;
    }

    private static SecretKeySpec key(String secret) {
        byte[] bytes;
        if (secret.startsWith(PREFIX)) {
            try {
                bytes = Base64.getDecoder()
                        .decode(secret.substring(PREFIX.length()).strip());
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("Expected base64 behind whsec_, got something else", e);
            }
        } else {
            bytes = secret.getBytes(StandardCharsets.UTF_8);
        }
        if (bytes.length < SHORTEST) {
            throw new IllegalArgumentException(
                    "Expected a secret of at least " + SHORTEST + " bytes, got " + bytes.length);
        }
        return new SecretKeySpec(bytes, "HmacSHA256");
    }

    @Override
    public String authenticate(byte[] body, Function<String, @Nullable String> header) {
        String id = required(header, "webhook-id");
        String timestamp = required(header, "webhook-timestamp");
        String signatures = required(header, "webhook-signature");
        checkFresh(timestamp);
        byte[] head = (id + '.' + timestamp + '.').getBytes(StandardCharsets.UTF_8);
        boolean good = false;
        int seen = 0;
        for (String signature : signatures.split(" ", MOST_SIGNATURES + 1)) {
            if (signature.startsWith(VERSION) && seen++ < MOST_SIGNATURES) {
                good |= matches(signature.substring(VERSION.length()), head, body);
            }
        }
        if (!good) {
            throw new VerificationException(
                    "Expected a v1 signature over id, timestamp and body by one of our secrets (" + keys.size()
                            + "), got none; check the secret, and that the body is passed on as it arrived");
        }
        return "hmac";
    }

    private static String required(Function<String, @Nullable String> header, String name) {
        String value = header.apply(name);
        if (value == null || value.isBlank()) {
            throw new VerificationException("Expected the header " + name + ", got none; the request is not signed");
        }
        return value.strip();
    }

    private void checkFresh(String timestamp) {
        long seconds;
        try {
            seconds = Long.parseLong(timestamp);
        } catch (NumberFormatException e) {
            throw new VerificationException("Expected webhook-timestamp in seconds since 1970, got something else", e);
        }
        long now = clock.instant().getEpochSecond();
        if (seconds < now - TOLERANCE.toSeconds() || seconds > now + TOLERANCE.toSeconds()) {
            throw new VerificationException(
                    "Expected webhook-timestamp within " + TOLERANCE.toMinutes() + " minutes of our clock, got one "
                            + (seconds - now) + " s off; check the clocks, or it is a replay");
        }
    }

    private boolean matches(String signature, byte[] head, byte[] body) {
        byte[] given;
        try {
            given = CanonicalBase64.decode(signature);
        } catch (IllegalArgumentException e) {
            return false;
        }
        boolean good = false;
        for (SecretKeySpec key : keys) {
            good |= MessageDigest.isEqual(hmac(key, head, body), given);
        }
        return good;
    }

    private static byte[] hmac(SecretKeySpec key, byte[] head, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            mac.update(head);
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has HmacSHA256", e);
        }
    }

    @Override
    public String toString() {
        return "HmacAuth[" + keys.size() + " secrets]";
    }
}
