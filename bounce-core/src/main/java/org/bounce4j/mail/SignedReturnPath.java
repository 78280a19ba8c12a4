package org.bounce4j.mail;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bounce4j.EmailAddress;
import org.jspecify.annotations.Nullable;

/**
 * Makes return addresses that say whom a mail is for under a signature that nobody else can make, and so tells real bounces
 * from forged ones: give each mail an envelope sender of its own, and give this to the parser.
 *
 * <pre>{@code
 * SignedReturnPath returnPath = SignedReturnPath.builder("bounces@example.org", key).build();
 * String envelopeFrom = returnPath.address("jane@example.com", subscriberId);
 *
 * BounceMessageParser parser =
 *         BounceMessageParser.builder().signedReturnPath(returnPath).build();
 * }</pre>
 *
 * <p>The token holds the subscriber's UUID, where asked for also the campaign's, and two truncated signatures
 * (HMAC-SHA-256). The first one vouches for the identifiers: 64 bits, or 40 beside a campaign. The second one vouches for the
 * address that was mailed: 64 bits, or 32 beside a campaign. So who has a mail of yours, and with it a valid return address,
 * can report their own address and nobody else's. Letters and digits alone are used, and their case means nothing, since mail
 * servers change it.
 *
 * <p>A local part has 64 octets (RFC 5321, section 4.5.3.1.1). With the subscriber alone a token takes
 * 50 of them and stands behind your mailbox: {@code bounces+<token>@example.org}. With subscriber and campaign it takes all of
 * them, and stands alone on a sub-domain of its own: {@code <token>@bounces.example.org}.
 *
 * <p>Immutable and thread-safe.
 */
public final class SignedReturnPath {
    /** The longest local part of an address, in octets (RFC 5321, section 4.5.3.1.1). */
    public static final int MAX_LOCAL_PART = 64;

    /** The shortest key, in bytes. It must be random: anybody who holds one of your mails can try keys offline. */
    public static final int MIN_KEY_BYTES = 32;

    static final int SUBSCRIBER_LENGTH = 50;
    static final int CAMPAIGN_LENGTH = 64;

    private static final int MAX_ADDRESS = 254;
    private static final int MAX_KEYS = 8;
    private static final int RADIX = 36;
    private static final int UUID_BYTES = 16;

    /** What is signed begins with what it is, so that one signature never passes for the other. */
    private static final byte ABOUT_IDS = 1;

    private static final byte ABOUT_RECIPIENT = 2;

    /** How a token is laid out: identifiers, the signature of them, the signature of the recipient. */
    private enum Layout {
        /** 128 + 64 + 64 = 256 bits, which are 50 digits to the base 36. */
        SUBSCRIBER(1, 8, 8, SUBSCRIBER_LENGTH),

        /** 256 + 40 + 32 = 328 bits, which are 64 digits to the base 36. */
        SUBSCRIBER_AND_CAMPAIGN(2, 5, 4, CAMPAIGN_LENGTH);

        private final int idBytes;
        private final int idTag;
        private final int recipientTag;
        private final int length;

        Layout(int uuids, int idTag, int recipientTag, int length) {
            this.idBytes = uuids * UUID_BYTES;
            this.idTag = idTag;
            this.recipientTag = recipientTag;
            this.length = length;
        }

        int bytes() {
            return idBytes + idTag + recipientTag;
        }
    }

    private final String prefix;
    private final String domain;
    private final boolean campaigns;
    private final List<SecretKeySpec> keys;
    private final byte[] place;

    private SignedReturnPath(Builder builder) {
        prefix = builder.prefix();
        domain = builder.domain;
        campaigns = builder.campaigns;
        keys = List.copyOf(builder.keys);
        place = (prefix + '@' + domain).getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Starts a signed return path.
     *
     * @param mailbox the mailbox that gets the bounces, such as {@code bounces@example.org}: the token stands behind it; or a
     *     domain that is used for nothing else, with an {@code @} before it, such as {@code @bounces.example.org}: the token
     *     stands alone, and every mail to this domain must go to the bounce mailbox
     * @param key the secret that signs, at least {@value #MIN_KEY_BYTES} random bytes, such as {@code openssl rand 32} gives;
     *     copied
     * @return a builder
     * @throws IllegalArgumentException if the mailbox is no such address, or the key is too short
     */
    public static Builder builder(String mailbox, byte[] key) {
        return new Builder(mailbox, key);
    }

    /**
     * Returns the envelope sender for a mail.
     *
     * @param recipient the address that is mailed
     * @param subscriber whose address this is
     * @return the address to give in {@code MAIL FROM}; in Jakarta Mail, {@code SMTPMessage.setEnvelopeFrom}
     * @throws IllegalArgumentException if the recipient is not an address
     */
    public String address(String recipient, UUID subscriber) {
        return address(Layout.SUBSCRIBER, recipient, ids(subscriber, null));
    }

    /**
     * Returns the envelope sender for a mail of a campaign.
     *
     * @param recipient the address that is mailed
     * @param subscriber whose address this is
     * @param campaign what the mail belongs to
     * @return the address to give in {@code MAIL FROM}
     * @throws IllegalArgumentException if the recipient is not an address
     * @throws IllegalStateException if this was built without {@link Builder#campaigns()}
     */
    public String address(String recipient, UUID subscriber, UUID campaign) {
        if (!campaigns) {
            throw new IllegalStateException(
                    "Expected a return path with room for a campaign, this one has none; build it"
                            + " with campaigns(), or leave the campaign out");
        }
        return address(Layout.SUBSCRIBER_AND_CAMPAIGN, recipient, ids(subscriber, campaign));
    }

    private String address(Layout layout, String recipient, byte[] ids) {
        EmailAddress mailed = EmailAddress.of(recipient);
        SecretKeySpec key = keys.get(0);
        byte[] token = ByteBuffer.allocate(layout.bytes())
                .put(ids)
                .put(idTag(key, layout, ids))
                .put(recipientTag(key, layout, ids, mailed))
                .array();
        String digits = new BigInteger(1, token).toString(RADIX);
        return prefix + "0".repeat(layout.length - digits.length()) + digits + '@' + domain;
    }

    private static byte[] ids(UUID subscriber, @Nullable UUID campaign) {
        ByteBuffer ids = ByteBuffer.allocate(campaign == null ? UUID_BYTES : 2 * UUID_BYTES)
                .putLong(subscriber.getMostSignificantBits())
                .putLong(subscriber.getLeastSignificantBits());
        if (campaign != null) {
            ids.putLong(campaign.getMostSignificantBits()).putLong(campaign.getLeastSignificantBits());
        }
        return ids.array();
    }

    /** Returns what an address vouches for, or null if it is not one that was made here, with one of the keys. */
    @Nullable
    Token read(String address) {
        int at = address.lastIndexOf('@');
        if (at < 0 || !sameAscii(address.substring(at + 1), domain)) {
            return null;
        }
        String local = address.substring(0, at);
        if (local.length() <= prefix.length() || !sameAscii(local.substring(0, prefix.length()), prefix)) {
            return null;
        }
        String digits = local.substring(prefix.length());
        // what was signed before campaigns() was set is still on its way back
        for (Layout layout : Layout.values()) {
            byte[] token = digits.length() == layout.length ? decode(digits, layout.bytes()) : null;
            if (token != null) {
                return verified(layout, token);
            }
        }
        return null;
    }

    private @Nullable Token verified(Layout layout, byte[] token) {
        byte[] ids = Arrays.copyOf(token, layout.idBytes);
        byte[] given = Arrays.copyOfRange(token, layout.idBytes, layout.idBytes + layout.idTag);
        SecretKeySpec signer = null;
        for (SecretKeySpec key : keys) {
            if (MessageDigest.isEqual(idTag(key, layout, ids), given)) {
                signer = key;
            }
        }
        return signer == null ? null : new Token(signer, layout, ids, token);
    }

    /** Returns the bytes, or null if the digits are none, or of a number that has more bytes. */
    private static byte @Nullable [] decode(String digits, int length) {
        String lower = lower(digits);
        for (int i = 0; i < lower.length(); i++) {
            char c = lower.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c >= '0' && c <= '9')) {
                return null;
            }
        }
        BigInteger number = new BigInteger(lower, RADIX);
        if (number.bitLength() > length * Byte.SIZE) {
            return null;
        }
        byte[] magnitude = number.toByteArray();
        byte[] bytes = new byte[length];
        int count = Math.min(magnitude.length, length);
        System.arraycopy(magnitude, magnitude.length - count, bytes, length - count, count);
        return bytes;
    }

    private byte[] idTag(SecretKeySpec key, Layout layout, byte[] ids) {
        return Arrays.copyOf(hmac(key, ABOUT_IDS, layout, ids, new byte[0]), layout.idTag);
    }

    private byte[] recipientTag(SecretKeySpec key, Layout layout, byte[] ids, EmailAddress recipient) {
        byte[] address = recipient.key().getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(hmac(key, ABOUT_RECIPIENT, layout, ids, address), layout.recipientTag);
    }

    /** The identifiers' length follows from the layout, and the place has its own before it: each input is one thing alone. */
    private byte[] hmac(SecretKeySpec key, byte about, Layout layout, byte[] ids, byte[] recipient) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            mac.update(about);
            mac.update((byte) layout.length);
            mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, place.length));
            mac.update(place);
            mac.update(ids);
            return mac.doFinal(recipient);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has HmacSHA256", e);
        }
    }

    private static boolean sameAscii(String text, String lower) {
        return text.length() == lower.length() && lower(text).equals(lower);
    }

    /** Of ASCII letters alone: there are others whose lower case is one of them. */
    private static String lower(String text) {
        StringBuilder lower = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            lower.append(c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c);
        }
        return lower.toString();
    }

    @Override
    public String toString() {
        return "SignedReturnPath[" + prefix + "<token>@" + domain + ", " + keys.size() + " keys]";
    }

    /** What a return address of ours says, its identifiers verified. */
    final class Token {
        private final SecretKeySpec signer;
        private final Layout layout;
        private final byte[] ids;
        private final byte[] token;

        private Token(SecretKeySpec signer, Layout layout, byte[] ids, byte[] token) {
            this.signer = signer;
            this.layout = layout;
            this.ids = ids;
            this.token = token;
        }

        String subscriber() {
            return uuid(0);
        }

        /** Returns the campaign, or null if the token holds none. */
        @Nullable
        String campaign() {
            return layout == Layout.SUBSCRIBER ? null : uuid(UUID_BYTES);
        }

        /** Returns whether the mail with this return address was for that recipient. */
        boolean vouchesFor(EmailAddress recipient) {
            byte[] given = Arrays.copyOfRange(token, layout.idBytes + layout.idTag, layout.bytes());
            return MessageDigest.isEqual(recipientTag(signer, layout, ids, recipient), given);
        }

        private String uuid(int offset) {
            ByteBuffer bytes = ByteBuffer.wrap(ids, offset, UUID_BYTES);
            return new UUID(bytes.getLong(), bytes.getLong()).toString();
        }
    }

    /** Builds a {@link SignedReturnPath}. Not thread-safe. */
    public static final class Builder {
        private static final String LOCAL = "!#$%&'*+-/=?^_`{|}~.";

        private final String name;
        private final String domain;
        private final List<SecretKeySpec> keys = new ArrayList<>();
        private char separator = '+';
        private boolean campaigns;

        private Builder(String mailbox, byte[] key) {
            int at = mailbox.lastIndexOf('@');
            name = lower(mailbox.substring(0, Math.max(at, 0)));
            domain = lower(mailbox.substring(at + 1));
            if (at < 0 || !isDomain(domain) || !isLocal(name)) {
                throw new IllegalArgumentException("Expected a mailbox such as bounces@example.org, or a domain such as"
                        + " @bounces.example.org for nothing but bounces, in ASCII; got " + mailbox);
            }
            keys.add(key(key));
        }

        private static boolean isLocal(String name) {
            return name.chars().allMatch(c -> c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || LOCAL.indexOf(c) >= 0)
                    && !name.startsWith(".")
                    && !name.endsWith(".")
                    && !name.contains("..");
        }

        private static boolean isDomain(String domain) {
            for (int i = 0; i < domain.length(); i++) {
                char c = domain.charAt(i);
                if (!(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '.')) {
                    return false;
                }
            }
            return !domain.isEmpty() && !domain.startsWith(".") && !domain.endsWith(".");
        }

        private static SecretKeySpec key(byte[] key) {
            if (key.length < MIN_KEY_BYTES) {
                throw new IllegalArgumentException("Expected a key of at least " + MIN_KEY_BYTES + " random bytes, got "
                        + key.length + "; make one with: openssl rand -base64 32");
            }
            return new SecretKeySpec(key, "HmacSHA256");
        }

        /**
         * Adds a key that signed before, or will: addresses made with it are read, none is made. To change the key without a
         * gap, add the new one here on every node, then let it sign and add the old one here for as long as bounces come
         * back: some servers try for five days.
         *
         * @param key the other key, at least {@value #MIN_KEY_BYTES} random bytes; copied
         * @return this builder
         * @throws IllegalArgumentException if the key is too short, or the ninth
         */
        public Builder alsoAccept(byte[] key) {
            if (keys.size() == MAX_KEYS) {
                throw new IllegalArgumentException(
                        "Expected at most " + MAX_KEYS + " keys, got one more; drop the oldest");
            }
            keys.add(key(key));
            return this;
        }

        /**
         * Sets what stands between mailbox and token, as your mail server splits addresses (Postfix calls it
         * {@code recipient_delimiter}).
         *
         * @param separator {@code +}, which is the default, {@code -}, {@code _}, {@code =} or {@code .}
         * @return this builder
         */
        public Builder separator(char separator) {
            if ("+-_=.".indexOf(separator) < 0) {
                throw new IllegalArgumentException("Expected one of + - _ = . as the separator, got " + separator);
            }
            this.separator = separator;
            return this;
        }

        /**
         * Makes room for a campaign beside the subscriber. The token then fills the local part, and needs a domain of its own.
         *
         * @return this builder
         */
        public Builder campaigns() {
            campaigns = true;
            return this;
        }

        private String prefix() {
            return name.isEmpty() ? "" : name + separator;
        }

        /**
         * Builds the signed return path.
         *
         * @return the signed return path
         * @throws IllegalArgumentException if the token does not fit behind the mailbox; the message has the arithmetic
         */
        public SignedReturnPath build() {
            int token = campaigns ? CAMPAIGN_LENGTH : SUBSCRIBER_LENGTH;
            int local = prefix().length() + token;
            if (local > MAX_LOCAL_PART) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "Expected a local part of at most %d octets (RFC 5321, 4.5.3.1.1), got %d: %d of \"%s\" and %d of"
                                + " the token (%s, in letters and digits); %s",
                        MAX_LOCAL_PART,
                        local,
                        prefix().length(),
                        prefix(),
                        token,
                        campaigns
                                ? "two UUIDs of 128 bits and 72 bits of signature"
                                : "a UUID of 128 bits and 128 bits of signature",
                        campaigns
                                ? "let the token stand alone on a domain for nothing but bounces, such as \"@bounces."
                                        + domain + "\", or leave the campaign out"
                                : "take a mailbox with a name of at most " + (MAX_LOCAL_PART - token - 1) + " octets"));
            }
            int address = local + 1 + domain.length();
            if (address > MAX_ADDRESS) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "Expected an address of at most %d octets (RFC 5321, 4.5.3.1.3), got %d: %d before the @ and %d"
                                + " of the domain; take a shorter domain",
                        MAX_ADDRESS,
                        address,
                        local,
                        domain.length()));
            }
            return new SignedReturnPath(this);
        }
    }
}
