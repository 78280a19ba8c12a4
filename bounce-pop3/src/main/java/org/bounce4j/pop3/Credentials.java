package org.bounce4j.pop3;

import java.util.Objects;

/**
 * Holds what a mailbox is opened with. Immutable and thread-safe; never prints a secret.
 */
public final class Credentials {
    private final String user;
    private final String password;

    private Credentials(String user, String password) {
        this.user = user;
        this.password = password;
    }

    /**
     * Returns a user name and a password, for USER and PASS (RFC 1939, section 7).
     *
     * @param user the name
     * @param password the password
     * @return the credentials
     * @throws IllegalArgumentException if one of them is empty or holds a line break
     */
    public static Credentials password(String user, String password) {
        requireOneLine(user, "user name");
        requireOneLine(password, "password");
        return new Credentials(user, password);
    }

    private static void requireOneLine(String text, String what) {
        Objects.requireNonNull(text, what);
        if (text.isEmpty() || text.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw new IllegalArgumentException(
                    "Expected a " + what + " that is not empty and holds no control characters");
        }
    }

    String user() {
        return user;
    }

    String password() {
        return password;
    }

    @Override
    public String toString() {
        return "Credentials[password]";
    }
}
