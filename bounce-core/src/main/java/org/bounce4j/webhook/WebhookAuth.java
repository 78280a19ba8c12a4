package org.bounce4j.webhook;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.bounce4j.Trust;
import org.bounce4j.VerificationException;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may post to a {@link JsonWebhook}, and is a second proof for webhooks that verify signatures. Secrets are
 * compared in constant time and never logged. Implementations are thread-safe.
 */
@FunctionalInterface
public interface WebhookAuth {
    /**
     * Returns who sent the request.
     *
     * @param body the bytes that arrived
     * @param header finds a header's first value by its name, or null
     * @return the caller's name; it becomes part of event ids, so that no caller can claim another's
     * @throws VerificationException if the caller did not prove who they are
     */
    String authenticate(byte[] body, Function<String, @Nullable String> header);

    /**
     * Returns the {@code WWW-Authenticate} header of a 401 answer.
     *
     * @return the challenge (RFC 9110, section 11.6.1), or empty where there is none to make
     */
    default Optional<String> challenge() {
        return Optional.empty();
    }

    /**
     * Returns what an event is worth that came with this proof.
     *
     * @return {@link Trust#AUTHENTICATED}, except for {@link #insecureNone()}
     */
    default Trust trust() {
        return Trust.AUTHENTICATED;
    }

    /**
     * Returns HTTP Basic authentication (RFC 7617) for one user.
     *
     * @param user the user's name, without a colon
     * @param password the password
     * @return the check
     * @throws IllegalArgumentException if the name is blank or holds a colon, the password is empty, or one of them holds a
     *     control character, such as the line feed of the file it is from
     */
    static WebhookAuth basic(String user, String password) {
        return basic(Map.of(user, password));
    }

    /**
     * Returns HTTP Basic authentication (RFC 7617) for several users.
     *
     * @param users names, without a colon, and passwords
     * @return the check
     * @throws IllegalArgumentException if there is no user, a name is blank or holds a colon, a password is empty, or one of
     *     them holds a control character
     */
    static WebhookAuth basic(Map<String, String> users) {
        return new BasicAuth(users);
    }

    /**
     * Returns a check of {@code Authorization: Bearer <token>} (RFC 6750). All who hold the token are one caller: two systems
     * that send the same {@code id} send the same event, and the second is taken for done. Give systems that number their
     * notices by themselves a user each, with {@link #basic(Map)}.
     *
     * @param token the token, at least 16 characters
     * @return the check; its callers share the one name {@code bearer}
     * @throws IllegalArgumentException if the token is shorter, or has white space around it or a control character in it: no
     *     caller could send that
     */
    static WebhookAuth bearer(String token) {
        return new BearerAuth(token);
    }

    /**
     * Returns a check of signed requests by the scheme of Standard Webhooks. A request has three headers:
     *
     * <ul>
     *   <li>{@code webhook-id}, a name of the message that its retries keep;
     *   <li>{@code webhook-timestamp}, the seconds since 1970, at most five minutes from our clock;
     *   <li>{@code webhook-signature}, {@code v1,} and the base64, with its padding, of the HMAC-SHA256 of
     *       <code>id.timestamp.body</code>: the texts of the two headers and the bytes of the body, with a dot between them.
     *       One good signature will do of several with spaces between them, of which the first 16 of the version {@code v1}
     *       are looked at.
     * </ul>
     *
     * <p>All who hold the secret are one caller, see {@link #bearer}.
     *
     * @param secret {@code whsec_} and the base64 of the key, of at least 16 bytes, such as {@code openssl rand -base64 32}
     *     prints; any other text is itself, in UTF-8, the key
     * @return the check; its callers are named {@code hmac}
     * @throws IllegalArgumentException if the key is shorter, or there is no base64 behind {@code whsec_}
     * @see <a href="https://www.standardwebhooks.com">Standard Webhooks</a>
     */
    static WebhookAuth hmac(String secret) {
        return hmac(List.of(secret), Clock.systemUTC());
    }

    /**
     * Returns a check of signed requests with several secrets, for rotation, and a clock for tests.
     *
     * @param secrets the secrets, see {@link #hmac(String)}
     * @param clock judges the timestamp
     * @return the check; its callers are named {@code hmac}
     * @throws IllegalArgumentException if there is no secret, or one is unusable
     */
    static WebhookAuth hmac(List<String> secrets, Clock clock) {
        return new HmacAuth(secrets, clock);
    }

    /**
     * Returns no check at all: whoever reaches the endpoint can have any address suppressed. For tests, and for hosts that
     * have checked the caller themselves.
     *
     * @return a check that lets everyone in as {@code anyone}, with {@link Trust#UNVERIFIED}
     */
    static WebhookAuth insecureNone() {
        return new NoAuth();
    }
}
