package org.bounce4j.internal;

import java.util.Arrays;
import java.util.Base64;

/**
 * Reads base64 that stands for its bytes in one way alone. The JDK's decoder ignores the spare bits of the last character and
 * a missing padding, so that one signature has several spellings; what is compared or verified must have one.
 */
public final class CanonicalBase64 {
    private CanonicalBase64() {}

    /**
     * Decodes standard base64 with its padding.
     *
     * @throws IllegalArgumentException if it is no base64, or not the one spelling of its bytes
     */
    public static byte[] decode(String text) {
        byte[] bytes = Base64.getDecoder().decode(text);
        int lastGroup = Math.max(0, text.length() - 4);
        // what a decoder lets pass that an encoder would not have written stands in the last four characters
        byte[] last = Arrays.copyOfRange(bytes, lastGroup / 4 * 3, bytes.length);
        if (text.length() % 4 != 0 || !Base64.getEncoder().encodeToString(last).equals(text.substring(lastGroup))) {
            throw new IllegalArgumentException("Expected base64 in its one canonical spelling, got another");
        }
        return bytes;
    }
}
