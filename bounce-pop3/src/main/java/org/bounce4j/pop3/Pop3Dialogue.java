package org.bounce4j.pop3;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.bounce4j.UnavailableException;
import org.bounce4j.mailbox.MailboxInUseException;
import org.jspecify.annotations.Nullable;

/** Commands and their answers, in words of ours: an answer is one of the protocol or a failure of bounce4j. */
final class Pop3Dialogue {
    /** For servers that say they are in trouble and not for how long. */
    private static final Duration SOME_TIME = Duration.ofMinutes(5);
    /** A server that asks for more would end the scans of a host that does as it is told. */
    private static final int MAX_LOGIN_DELAY_SECONDS = 86_400;
    /** So many characters of a secret are not shown. */
    private static final int SECRET_PIECE = 8;

    private final String name;
    private final Pop3Connection connection;
    private final List<String> secrets = new ArrayList<>();
    private boolean open = true;
    private int awaited;

    Pop3Dialogue(String name, Pop3Connection connection) {
        this.name = name;
        this.connection = connection;
    }

    String name() {
        return name;
    }

    /** Never lets this text through into a message: some servers repeat the command they did not like. */
    void keepSecret(String secret) {
        secrets.add(secret);
    }

    /** Reads what the server says first. */
    String greeting() {
        return answer(null, false);
    }

    /** Sends a command and returns the reply, +OK or -ERR. */
    String exchange(String command) {
        return answer(command, false);
    }

    /** Sends a command and returns the reply, +OK, -ERR or a challenge of SASL (RFC 5034). */
    String exchangeSasl(String command) {
        return answer(command, true);
    }

    /** Sends commands whose answers are read later, in their order. */
    void sendAhead(List<String> commands) {
        requireOpen();
        try {
            connection.send(commands, awaited > 0);
        } catch (IOException e) {
            throw broken(e);
        }
        awaited += commands.size();
    }

    /** Reads the reply to a command that was sent ahead. */
    String nextAnswer() {
        awaited--;
        return answer(null, false);
    }

    private String answer(@Nullable String command, boolean challenges) {
        requireOpen();
        String answer;
        try {
            if (command != null) {
                connection.send(List.of(command), awaited > 0);
            }
            answer = connection.readLine();
        } catch (IOException e) {
            throw broken(e);
        }
        boolean challenge = challenges && (answer.equals("+") || answer.startsWith("+ "));
        if (!isOk(answer) && !answer.startsWith("-ERR") && !challenge) {
            // not quoted: out of step, this is a line of somebody's mail
            throw new UnavailableException("Expected " + name + " to answer +OK or -ERR, it answered something else of "
                    + answer.length() + " characters; is it a POP3 server?");
        }
        return answer;
    }

    private void requireOpen() {
        if (!open) {
            throw new IllegalStateException("The session is over");
        }
    }

    void listing(int maxLines, Consumer<String> lines) {
        try {
            connection.readListing(maxLines, lines);
        } catch (IOException e) {
            throw broken(e);
        }
    }

    Pop3Text text(int maxBytes, long expected) {
        try {
            return connection.readText(maxBytes, expected);
        } catch (IOException e) {
            throw broken(e);
        }
    }

    /** Hangs up; may be called twice. */
    void hangUp() {
        if (open) {
            open = false;
            connection.close();
        }
    }

    UnavailableException broken(IOException e) {
        return new UnavailableException("The connection to " + name + " broke: " + e.getMessage(), e);
    }

    void require(String answer, String what) {
        if (!isOk(answer)) {
            throw refused(what, answer);
        }
    }

    /**
     * Returns what a refusal means that is none of our doing; null where the words do not say so. What is in brackets tells
     * a wrong password from a mailbox that is in use (RFC 2449, section 8; RFC 3206).
     */
    @Nullable
    UnavailableException temporary(String answer, Capabilities capabilities) {
        String said = "Expected the login to be accepted by " + name + ", it answered " + printable(answer);
        String code = responseCode(answer);
        if (code.equals("IN-USE") || code.isEmpty() && speaksOfALock(answer)) {
            return new MailboxInUseException(said + "; another session has the mailbox, try again in a while", null);
        }
        if (code.equals("LOGIN-DELAY")) {
            int seconds = Math.min(
                    MAX_LOGIN_DELAY_SECONDS, capabilities.number("LOGIN-DELAY").orElse((int) SOME_TIME.toSeconds()));
            return new UnavailableException(
                    said + "; scan less often, at most every " + seconds + " seconds",
                    null,
                    Duration.ofSeconds(seconds));
        }
        if (code.equals("SYS/TEMP")) {
            return new UnavailableException(said + "; try again in a while", null, SOME_TIME);
        }
        return null;
    }

    /**
     * QUIRK: servers older than RFC 2449 say in words alone that another session has the mailbox (RFC 1939's own example is
     * "maildrop already locked").
     */
    private static boolean speaksOfALock(String answer) {
        String text = answer.toLowerCase(Locale.ROOT);
        boolean box = text.contains("mailbox") || text.contains("maildrop") || text.contains("mail drop");
        return box && (text.contains(" lock") || text.contains("in use") || text.contains("busy"));
    }

    private static String responseCode(String answer) {
        int open = answer.indexOf('[');
        int close = answer.indexOf(']', open + 1);
        return open >= 0 && close > open && answer.startsWith("-ERR")
                ? answer.substring(open + 1, close).toUpperCase(Locale.ROOT)
                : "";
    }

    UnavailableException refused(String what, String answer) {
        return new UnavailableException("Expected " + what + " by " + name + ", it answered " + printable(answer));
    }

    static boolean isOk(String answer) {
        return answer.startsWith("+OK");
    }

    /**
     * QUIRK: servers repeat commands in capitals, cut off, and byte by byte as Latin-1. So a piece of a secret is one too;
     * a short secret counts where it is there as a whole.
     */
    private boolean repeatsASecret(String answer) {
        String said = answer.toLowerCase(Locale.ROOT);
        Set<String> pieces = new HashSet<>();
        for (int i = 0; i + SECRET_PIECE <= said.length(); i++) {
            pieces.add(said.substring(i, i + SECRET_PIECE));
        }
        for (String secret : secrets) {
            byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
            for (String form : List.of(
                    secret,
                    new String(bytes, StandardCharsets.ISO_8859_1),
                    Base64.getEncoder().withoutPadding().encodeToString(bytes))) {
                String wanted = form.toLowerCase(Locale.ROOT);
                if (wanted.length() < SECRET_PIECE && said.contains(wanted)) {
                    return true;
                }
                for (int i = 0; i + SECRET_PIECE <= wanted.length(); i++) {
                    if (pieces.contains(wanted.substring(i, i + SECRET_PIECE))) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** Returns what may be shown of what the server says: one line, without secrets. */
    String printable(String answer) {
        if (repeatsASecret(answer)) {
            String code = responseCode(answer);
            boolean plain = code.length() <= 20
                    && code.chars().allMatch(c -> c >= 'A' && c <= 'Z' || c == '-' || c == '/')
                    && !repeatsASecret(code);
            String word = !answer.startsWith("-ERR")
                    ? ""
                    : plain && !code.isEmpty() ? "-ERR [" + code + "] and " : "-ERR and ";
            return word + "something that repeats a secret";
        }
        String line = answer.chars()
                .map(c -> c < ' ' || c > 0x7e ? '?' : c)
                .limit(200)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return "\"" + line + "\"";
    }
}
