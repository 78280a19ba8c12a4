package org.bounce4j.webhook;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.bounce4j.VerificationException;
import org.jspecify.annotations.Nullable;

/** HTTP Basic authentication (RFC 7617), in UTF-8. */
final class BasicAuth implements WebhookAuth {
    private static final String SCHEME = "Basic ";

    /** The digest of {@code user:password} to the user. */
    private final Map<String, byte[]> digests = new LinkedHashMap<>();

    BasicAuth(Map<String, String> users) {
        if (users.isEmpty()) {
            throw new IllegalArgumentException("Expected at least one user");
        }
        users.forEach((user, password) -> {
            if (user.isBlank() || user.indexOf(':') >= 0 || password.isEmpty()) {
                throw new IllegalArgumentException(
                        "Expected a user name that is not blank and has no colon, and a password that is not empty");
            }
            if (Secrets.holdsControls(user) || Secrets.holdsControls(password)) {
                // RFC 7617, section 2
                throw new IllegalArgumentException("Expected a user name and a password without control characters, got"
                        + " some; does one end with the line feed of the file it is from?");
            }
            digests.put(user, Secrets.digest(user + ':' + password));
        });
    }

    @Override
    public String authenticate(byte[] body, Function<String, @Nullable String> header) {
        String authorization = header.apply("Authorization");
        if (authorization == null) {
            throw new VerificationException("Expected an Authorization header with Basic credentials, got none");
        }
        String given = decode(authorization);
        String found = null;
        for (Map.Entry<String, byte[]> user : digests.entrySet()) {
            // no early exit: the time shall not tell which user it was
            if (Secrets.matches(user.getValue(), given)) {
                found = user.getKey();
            }
        }
        if (found == null) {
            throw new VerificationException("Expected the credentials of one of our users (" + digests.size()
                    + "), got others; check user name and password of the caller");
        }
        return found;
    }

    private static String decode(String authorization) {
        if (authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            try {
                byte[] bytes = Base64.getDecoder()
                        .decode(authorization.substring(SCHEME.length()).strip());
                return new String(bytes, StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                throw new VerificationException("Expected Basic credentials in base64, got something else", e);
            }
        }
        throw new VerificationException("Expected an Authorization header with Basic credentials, got another scheme");
    }

    @Override
    public Optional<String> challenge() {
        return Optional.of("Basic realm=\"bounces\", charset=\"UTF-8\"");
    }

    @Override
    public String toString() {
        return "BasicAuth[" + digests.size() + " users]";
    }
}
