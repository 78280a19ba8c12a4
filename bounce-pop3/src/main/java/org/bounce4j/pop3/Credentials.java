package org.bounce4j.pop3;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import java.util.function.Supplier;
import org.bounce4j.BounceException;
import org.bounce4j.ConfigurationException;
import org.bounce4j.UnavailableException;

/**
 * Holds what a mailbox is opened with. Immutable and thread-safe as far as a token supplier is; never prints a secret.
 */
public final class Credentials {
    private static final int MAX_TOKEN = 16_384;

    /** How the secret is shown to the server. */
    enum Method {
        USER_PASS,
        APOP,
        PLAIN,
        XOAUTH2,
        XOAUTH2_TWO_LINES
    }

    private final Method method;
    private final String user;
    private final Supplier<String> secret;

    private Credentials(Method method, String user, Supplier<String> secret) {
        this.method = method;
        this.user = requireOneLine(user, "user name");
        this.secret = Objects.requireNonNull(secret, "secret");
    }

    private static Credentials fixed(Method method, String user, String secret) {
        requireOneLine(secret, "password");
        return new Credentials(method, user, () -> secret);
    }

    /**
     * Returns a user name and a password, for USER and PASS (RFC 1939, section 7); where the server refuses USER and offers
     * SASL PLAIN instead, for that.
     *
     * @param user the name
     * @param password the password
     * @return the credentials
     * @throws IllegalArgumentException if one of them is empty or holds a control character
     */
    public static Credentials password(String user, String password) {
        return fixed(Method.USER_PASS, user, password);
    }

    /**
     * Returns a user name and a password, for APOP (RFC 1939, section 7), which does not show the password to the server. It
     * rests on MD5 and is no replacement for TLS.
     *
     * @param user the name
     * @param password the shared secret
     * @return the credentials
     * @throws IllegalArgumentException if one of them is empty or holds a control character
     */
    public static Credentials apop(String user, String password) {
        return fixed(Method.APOP, user, password);
    }

    /**
     * Returns a user name and a password, for SASL PLAIN (RFC 4616, RFC 5034).
     *
     * @param user the name
     * @param password the password
     * @return the credentials
     * @throws IllegalArgumentException if one of them is empty or holds a control character
     */
    public static Credentials saslPlain(String user, String password) {
        return fixed(Method.PLAIN, user, password);
    }

    /**
     * Returns a user name and OAuth 2.0 access tokens, for <a
     * href="https://developers.google.com/workspace/gmail/imap/xoauth2-protocol">XOAUTH2</a> in one line, as Gmail has it.
     *
     * @param user the name, usually the address of the mailbox
     * @param token gives an access token that is valid now, of one line and at most 16,384 characters; asked at each login,
     *     in the thread that scans. What it throws counts as unavailable, unless it is a {@link BounceException}
     * @return the credentials
     * @throws IllegalArgumentException if the name is empty or holds a control character
     */
    public static Credentials xoauth2(String user, Supplier<String> token) {
        return new Credentials(Method.XOAUTH2, user, token);
    }

    /**
     * Returns a user name and OAuth 2.0 access tokens, for XOAUTH2 in two lines, as <a
     * href="https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth">Exchange
     * Online</a> wants it.
     *
     * @param user the name, usually the address of the mailbox
     * @param token gives an access token that is valid now, of one line and at most 16,384 characters; asked at each login,
     *     in the thread that scans. What it throws counts as unavailable, unless it is a {@link BounceException}
     * @return the credentials
     * @throws IllegalArgumentException if the name is empty or holds a control character
     */
    public static Credentials xoauth2TwoLines(String user, Supplier<String> token) {
        return new Credentials(Method.XOAUTH2_TWO_LINES, user, token);
    }

    private static String requireOneLine(String text, String what) {
        Objects.requireNonNull(text, what);
        if (!isOneLine(text)) {
            throw new IllegalArgumentException(
                    "Expected a " + what + " that is not empty and holds no control characters");
        }
        return text;
    }

    private static boolean isOneLine(String text) {
        return !text.isEmpty() && text.chars().noneMatch(c -> c < ' ' || c == 0x7f);
    }

    Method method() {
        return method;
    }

    String user() {
        return user;
    }

    /** Returns the password, or a fresh token. */
    String secret() {
        String token;
        try {
            token = secret.get();
        } catch (BounceException e) {
            throw e;
        } catch (RuntimeException e) {
            // its text may hold anything
            throw new UnavailableException(
                    "Expected the token supplier to give an access token, it threw "
                            + e.getClass().getName(),
                    e);
        }
        if (token == null || token.length() > MAX_TOKEN || !isOneLine(token)) {
            throw new ConfigurationException(
                    "Expected the token supplier to give an access token of one line and at most " + MAX_TOKEN
                            + " characters, it gave something else");
        }
        return token;
    }

    /** The message of SASL PLAIN (RFC 4616), in Base64. */
    String plainMessage(String password) {
        return base64("\0" + user + "\0" + password);
    }

    /** The message of XOAUTH2, in Base64. */
    String xoauth2Message(String token) {
        return base64("user=" + user + "\u0001auth=Bearer " + token + "\u0001\u0001");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return switch (method) {
            case USER_PASS -> "Credentials[password]";
            case APOP -> "Credentials[APOP]";
            case PLAIN -> "Credentials[SASL PLAIN]";
            case XOAUTH2, XOAUTH2_TWO_LINES -> "Credentials[XOAUTH2]";
        };
    }
}
