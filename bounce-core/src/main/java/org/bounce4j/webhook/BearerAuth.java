package org.bounce4j.webhook;

import java.util.Optional;
import java.util.function.Function;
import org.bounce4j.VerificationException;
import org.jspecify.annotations.Nullable;

/** A bearer token (RFC 6750). */
final class BearerAuth implements WebhookAuth {
    private static final String SCHEME = "Bearer ";
    private static final int SHORTEST = 16;

    private final byte[] digest;

    BearerAuth(String token) {
        if (token.length() < SHORTEST) {
            throw new IllegalArgumentException(
                    "Expected a token of at least " + SHORTEST + " characters, got " + token.length());
        }
        if (!token.equals(token.strip()) || Secrets.holdsControls(token)) {
            throw new IllegalArgumentException(
                    "Expected a token that a header can hold, got one with white space around"
                            + " it or a control character; does it end with the line feed of the file it is from?");
        }
        digest = Secrets.digest(token);
    }

    @Override
    public String authenticate(byte[] body, Function<String, @Nullable String> header) {
        String authorization = header.apply("Authorization");
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw new VerificationException("Expected an Authorization header with a bearer token, got none");
        }
        if (!Secrets.matches(digest, authorization.substring(SCHEME.length()).strip())) {
            throw new VerificationException("Expected another bearer token; check the caller's configuration");
        }
        return "bearer";
    }

    @Override
    public Optional<String> challenge() {
        return Optional.of("Bearer realm=\"bounces\"");
    }

    @Override
    public String toString() {
        return "BearerAuth[]";
    }
}
