package org.bounce4j;

import java.net.IDN;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import org.bounce4j.internal.CleanText;
import org.jspecify.annotations.Nullable;

/**
 * Holds a mail address as it was written, and its one comparable form.
 *
 * <p>Two addresses are equal when their {@linkplain #key() keys} are. An address needs a local part, an {@code @} and a
 * domain, at most {@value #MAX_LENGTH} characters, no control characters and no U+FFFD, which stands for what could not be
 * decoded; beyond that nothing is checked, because bounces speak of addresses that were never valid. Immutable and
 * thread-safe.
 */
public final class EmailAddress {
    /** The longest address accepted, in characters: 64 octets of local part, {@code @} and 255 of domain (RFC 5321, 4.5.3.1). */
    public static final int MAX_LENGTH = 320;

    /** The longest {@link #key()}, in characters: normalising a text may lengthen it. */
    public static final int MAX_KEY_LENGTH = 640;

    /** One pass is enough for every address that is not made to be odd. */
    private static final int MOST_PASSES = 4;

    private final String address;
    private final String key;

    private EmailAddress(String address, String key) {
        this.address = address;
        this.key = key;
    }

    /**
     * Returns the address in that text.
     *
     * @param text an address such as {@code jane@example.com}; spaces around it and angle brackets are dropped
     * @return the address
     * @throws IllegalArgumentException if the text is not an address; {@link #parse} says so without an exception
     */
    public static EmailAddress of(String text) {
        return parse(text)
                .orElseThrow(() -> new IllegalArgumentException("Expected a mail address (local@domain, at most "
                        + MAX_LENGTH + " characters), got a text of " + text.length() + " characters that is none"));
    }

    /**
     * Returns the address in that text, if it is one.
     *
     * @param text any text or null; spaces around it and angle brackets are dropped
     * @return the address, or empty
     */
    public static Optional<EmailAddress> parse(@Nullable String text) {
        if (text == null || text.length() > 2 * MAX_LENGTH) {
            return Optional.empty();
        }
        String address = text.strip();
        if (address.length() > 1 && address.charAt(0) == '<' && address.charAt(address.length() - 1) == '>') {
            address = address.substring(1, address.length() - 1).strip();
        }
        if (!isAddress(address)) {
            return Optional.empty();
        }
        String key = stableKeyOf(address);
        return key == null ? Optional.empty() : Optional.of(new EmailAddress(address, key));
    }

    /** Returns a key that is its own key, or null where there is none within the bounds. */
    private static @Nullable String stableKeyOf(String address) {
        if (isPlain(address)) {
            return address.toLowerCase(Locale.ROOT);
        }
        String key = keyOf(address);
        for (int i = 1; i < MOST_PASSES && key.length() <= MAX_KEY_LENGTH; i++) {
            String again = keyOf(key);
            if (again.equals(key)) {
                return key;
            }
            key = again;
        }
        return null;
    }

    private static boolean isAddress(String address) {
        int at = address.lastIndexOf('@');
        if (at < 1 || at == address.length() - 1 || address.length() > MAX_LENGTH) {
            return false;
        }
        boolean quoted = address.charAt(0) == '"' && at > 1 && address.charAt(at - 1) == '"';
        for (int i = 0; i < address.length(); i++) {
            char c = address.charAt(i);
            // U+FFFD stands for what could not be decoded: whose address that was, nobody knows
            if (c < ' ' || c >= 0x7f && (c <= 0x9f || c == '\ufffd' || CleanText.isUnpaired(address, i))) {
                return false;
            }
            boolean inQuotes = quoted && i < at;
            if (!inQuotes && (c == ' ' || c == '<' || c == '>' || c == ',' || c == ';' || c == '"' || c == '\u00a0')) {
                return false;
            }
        }
        return !address.equals(".@.") && address.charAt(at + 1) != '.';
    }

    /** Whether there is nothing about an address, other than its capital letters, that {@link #keyOf} changes. */
    private static boolean isPlain(String address) {
        return address.charAt(0) != '"' && address.charAt(address.length() - 1) != '.' && isAscii(address);
    }

    private static String keyOf(String address) {
        int at = address.lastIndexOf('@');
        String local = address.substring(0, at);
        if (local.length() > 2 && local.charAt(0) == '"' && local.charAt(local.length() - 1) == '"') {
            String inside = local.substring(1, local.length() - 1);
            if (inside.chars().allMatch(EmailAddress::needsNoQuotes)) {
                local = inside;
            }
        }
        String domain = address.substring(at + 1);
        if (domain.endsWith(".") && domain.length() > 1) {
            domain = domain.substring(0, domain.length() - 1);
        }
        if (isAscii(address)) {
            return (local + '@' + domain).toLowerCase(Locale.ROOT);
        }
        String lower = Normalizer.normalize(local, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
        return Normalizer.normalize(lower, Normalizer.Form.NFC) + '@' + asciiDomain(domain);
    }

    private static boolean needsNoQuotes(int c) {
        return c > ' '
                && c != '"'
                && c != '\\'
                && c != '@'
                && c != '<'
                && c != '>'
                && c != ','
                && c != ';'
                && c != ':'
                && c != '('
                && c != ')'
                && c != '['
                && c != ']'
                && c != 0x7f
                && c != '\u00a0';
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0x7f) {
                return false;
            }
        }
        return true;
    }

    private static String asciiDomain(String domain) {
        try {
            return IDN.toASCII(domain, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            return domain.toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Returns the address as it was written, without spaces around it and without angle brackets.
     *
     * @return the address
     */
    public String address() {
        return address;
    }

    /**
     * Returns the one comparable form: lower case, the domain in its ASCII form (IDNA), without a trailing dot and without
     * needless quotes around the local part. Store, compare and index this one.
     *
     * @return the comparable form
     */
    public String key() {
        return key;
    }

    /**
     * Returns the domain in its comparable form.
     *
     * @return what stands behind the last {@code @} of the {@link #key()}
     */
    public String domain() {
        return key.substring(key.lastIndexOf('@') + 1);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof EmailAddress that && key.equals(that.key);
    }

    @Override
    public int hashCode() {
        return key.hashCode();
    }

    /**
     * Returns the address as it was written. It names a person: log it at DEBUG only.
     *
     * @return the address
     */
    @Override
    public String toString() {
        return address;
    }
}
