package org.bounce4j.jdbc;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes of an erased person a hash that nobody can try out addresses against without the key (HMAC-SHA256). Thread-safe.
 */
final class ErasureKey {
    static final int MIN_BYTES = 16;

    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;
    private final String check;

    ErasureKey(byte[] key) {
        if (key.length < MIN_BYTES) {
            throw new IllegalArgumentException(
                    "Expected an erasure key of at least " + MIN_BYTES + " random bytes, got " + key.length);
        }
        this.key = new SecretKeySpec(key, ALGORITHM);
        this.check = hash("check\nbounce4j");
    }

    /** Returns what tells this key from another without giving it away. */
    String check() {
        return check;
    }

    /** Returns the subject under which an erased one is kept. */
    String erased(String subject) {
        return Subject.ofErased(hash("subject\n" + subject));
    }

    private String hash(String text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            // every Java platform has this one
            throw new IllegalStateException("Expected " + ALGORITHM + " in this Java platform, got none", e);
        }
    }
}
