package org.bounce4j;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import org.bounce4j.internal.CleanText;

/**
 * Makes the identities that {@link BounceEvent#id()} and {@link BounceEvent#attempt()} carry.
 *
 * <p>An id is {@code <channel>.<version>.<hash>}: URL-safe, at most {@value #MAX_LENGTH} characters. The channel in front
 * is the one that vouches for the notice, so that no channel can claim another's ids; the hash is 192 bits of SHA-256 over
 * the parts, each preceded by its length, so that no two lists of parts give the same input. The parts of each channel are
 * documented with its adapter; they never contain what a classifier said, raw bytes or headers that transports touch.
 */
public final class EventId {
    /** The longest id there is, in characters. */
    public static final int MAX_LENGTH = 128;

    private static final int HASH_BYTES = 24;
    private static final int MAX_CHANNEL = 32;

    private static final MessageDigest SHA_256 = newSha256();

    private EventId() {}

    /**
     * Returns the id of a notice.
     *
     * @param channel the channel that vouches for the notice: 1 to 32 of {@code a-z}, {@code 0-9} and {@code -}
     * @param version the version of the channel's recipe, from 1; a changed recipe is a new version
     * @param parts what makes the notice this notice and no other; an unknown part is the empty text
     * @return the same id for the same arguments, everywhere and always
     * @throws IllegalArgumentException if the channel or the version is not of that form, or there are no parts
     */
    public static String of(String channel, int version, String... parts) {
        if (!isChannel(channel) || version < 1 || parts.length == 0) {
            throw new IllegalArgumentException(
                    "Expected a channel of 1 to 32 characters a-z, 0-9, '-', a version from 1 and at least one part");
        }
        return channel + '.' + version + '.' + hash(parts);
    }

    /**
     * Returns the identity of a failed delivery, which all notices of it share.
     *
     * @param messageId the original message's Message-ID, with or without angle brackets
     * @param recipient the address that was mailed
     * @return the attempt's identity
     */
    public static String attempt(String messageId, EmailAddress recipient) {
        return "attempt.1." + hash(bareMessageId(messageId), recipient.key());
    }

    /**
     * Returns a Message-ID without the angle brackets and the spaces around it.
     *
     * @param messageId a Message-ID as it stands in a header
     * @return what stands between the angle brackets, or the trimmed text where there are none
     */
    public static String bareMessageId(String messageId) {
        String text = messageId.strip();
        int open = text.indexOf('<');
        int close = text.indexOf('>', open + 1);
        return open >= 0 && close > open ? text.substring(open + 1, close).strip() : text;
    }

    private static boolean isChannel(String channel) {
        if (channel.isEmpty() || channel.length() > MAX_CHANNEL) {
            return false;
        }
        for (int i = 0; i < channel.length(); i++) {
            char c = channel.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-')) {
                return false;
            }
        }
        return true;
    }

    private static String hash(String... parts) {
        byte[][] encoded = new byte[parts.length][];
        int size = 0;
        for (int i = 0; i < parts.length; i++) {
            encoded[i] = bytes(parts[i]);
            size += Integer.BYTES + encoded[i].length;
        }
        ByteBuffer all = ByteBuffer.allocate(size);
        for (byte[] part : encoded) {
            all.putInt(part.length).put(part);
        }
        return Base64.getUrlEncoder().encodeToString(Arrays.copyOf(sha256().digest(all.array()), HASH_BYTES));
    }

    /** UTF-8; a text with half a surrogate pair has no such form, and must not become the id of another text. */
    private static byte[] bytes(String part) {
        return CleanText.isWellFormed(part)
                ? part.getBytes(StandardCharsets.UTF_8)
                : ('\0' + part).getBytes(StandardCharsets.UTF_16BE);
    }

    /** A copy of a digest costs less than the way through the providers. */
    private static MessageDigest sha256() {
        try {
            return (MessageDigest) SHA_256.clone();
        } catch (CloneNotSupportedException e) {
            return newSha256();
        }
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
