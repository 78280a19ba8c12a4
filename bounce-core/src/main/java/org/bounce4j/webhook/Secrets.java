package org.bounce4j.webhook;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Compares secrets without telling by the time it takes how much of them was right, or how long they are. */
final class Secrets {
    private Secrets() {}

    static byte[] digest(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /** Returns whether a secret holds what no caller can send, such as the end of a line. */
    static boolean holdsControls(String secret) {
        return secret.chars().anyMatch(c -> c < ' ' || c == 0x7f);
    }

    static boolean matches(byte[] expectedDigest, String given) {
        return MessageDigest.isEqual(expectedDigest, digest(given));
    }
}
