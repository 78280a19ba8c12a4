package org.bounce4j.pop3;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.bounce4j.BounceException;
import org.bounce4j.ConfigurationException;
import org.bounce4j.UnavailableException;
import org.bounce4j.mailbox.FetchedMail;
import org.bounce4j.mailbox.MailboxEntry;
import org.bounce4j.mailbox.MailboxSession;
import org.jspecify.annotations.Nullable;

/** One POP3 session (RFC 1939): authorization, transaction, and update only where {@link #commit()} is called. */
final class Pop3Session implements MailboxSession {
    /** How many mails one session looks at; each costs some hundred bytes. What is beyond is there the next time. */
    private static final int MAX_MAILS = 200_000;
    /** How long a listing may be before the server is not believed. */
    private static final int MAX_LINES = 10_000_000;

    private static final int MAX_ID = 70;

    private final String name;
    private final Pop3Connection connection;
    private boolean open = true;

    private Pop3Session(String name, Pop3Connection connection) {
        this.name = name;
        this.connection = connection;
    }

    static Pop3Session open(Pop3Mailbox mailbox) {
        Pop3Connection connection;
        try {
            connection = Pop3Connection.open(mailbox);
        } catch (SSLException e) {
            throw new ConfigurationException(
                    "Expected " + mailbox.name()
                            + " to speak TLS with a certificate that is trusted and bears its name, got: "
                            + e.getMessage(),
                    e);
        } catch (IOException e) {
            throw new UnavailableException("Cannot connect to " + mailbox.name() + ": " + e.getMessage(), e);
        }
        Pop3Session session = new Pop3Session(mailbox.name(), connection);
        try {
            session.greet();
            session.logIn(mailbox.credentials);
            return session;
        } catch (RuntimeException e) {
            session.abandon();
            throw e;
        }
    }

    private void greet() {
        String greeting = exchange(null);
        if (!isOk(greeting)) {
            throw refused("a greeting", greeting);
        }
    }

    private void logIn(Credentials credentials) {
        String user = exchange("USER " + credentials.user());
        String answer = isOk(user) ? exchange("PASS " + credentials.password()) : user;
        if (isOk(answer)) {
            return;
        }
        // some servers repeat the command they did not like
        answer = answer.contains(credentials.password()) ? "-ERR (repeats the password)" : answer;
        // RFC 2449 and RFC 3206: what is in brackets tells a wrong password from a mailbox that is in use
        String code = responseCode(answer);
        if (code.equals("IN-USE") || code.equals("LOGIN-DELAY") || code.equals("SYS/TEMP") || speaksOfALock(answer)) {
            throw refused("the login to be accepted", answer);
        }
        throw new ConfigurationException("Expected " + name + " to accept the login, it answered " + printable(answer)
                + "; check user name and password");
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

    @Override
    public List<MailboxEntry> list() {
        Map<Integer, String> ids = uidl();
        List<MailboxEntry> entries = new ArrayList<>();
        require(exchange("LIST"), "LIST to be accepted");
        listing(line -> {
            String[] fields = line.split(" ", 3);
            int number = number(fields[0]);
            if (number > 0 && entries.size() < MAX_MAILS) {
                long size = fields.length > 1 ? number(fields[1]) : -1;
                entries.add(new MailboxEntry(number, ids.getOrDefault(number, ""), size > 0 ? size : -1));
            }
        });
        return entries;
    }

    /** UIDL is optional (RFC 1939, section 7). */
    private Map<Integer, String> uidl() {
        Map<Integer, String> ids = new HashMap<>();
        if (isOk(exchange("UIDL"))) {
            listing(line -> {
                String[] fields = line.split(" ", 3);
                if (fields.length >= 2
                        && !fields[1].isEmpty()
                        && fields[1].length() <= MAX_ID
                        && ids.size() < MAX_MAILS) {
                    ids.put(number(fields[0]), fields[1]);
                }
            });
        }
        return ids;
    }

    private void listing(Consumer<String> lines) {
        try {
            connection.readListing(MAX_LINES, lines);
        } catch (IOException e) {
            throw broken(e);
        }
    }

    /** Returns a number of up to nine digits, or 0. */
    private static int number(String digits) {
        boolean good =
                !digits.isEmpty() && digits.length() <= 9 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return good ? Integer.parseInt(digits) : 0;
    }

    @Override
    public Optional<FetchedMail> fetch(MailboxEntry entry, int maxBytes) {
        if (!isOk(exchange("RETR " + entry.number()))) {
            return Optional.empty();
        }
        Pop3Text text = text(maxBytes);
        return Optional.of(new FetchedMail(text.bytes(), text.whole()));
    }

    @Override
    public void delete(List<MailboxEntry> entries) {
        for (MailboxEntry entry : entries) {
            require(exchange("DELE " + entry.number()), "DELE to be accepted");
        }
    }

    @Override
    public void commit() {
        String answer = exchange("QUIT");
        abandon();
        require(answer, "QUIT to delete what was marked");
    }

    @Override
    public void abandon() {
        if (open) {
            open = false;
            connection.close();
        }
    }

    private Pop3Text text(int maxBytes) {
        try {
            return connection.readText(maxBytes);
        } catch (IOException e) {
            throw broken(e);
        }
    }

    /** Sends a command, unless it is null, and returns the reply. */
    private String exchange(@Nullable String command) {
        if (!open) {
            throw new IllegalStateException("The session is over");
        }
        String answer;
        try {
            if (command != null) {
                connection.send(command);
            }
            answer = connection.readLine();
        } catch (IOException e) {
            throw broken(e);
        }
        if (!isOk(answer) && !answer.startsWith("-ERR")) {
            // not quoted: out of step, this is a line of somebody's mail
            throw new UnavailableException("Expected " + name + " to answer +OK or -ERR, it answered something else of "
                    + answer.length() + " characters; is it a POP3 server?");
        }
        return answer;
    }

    private BounceException broken(IOException e) {
        return new UnavailableException("The connection to " + name + " broke: " + e.getMessage(), e);
    }

    private void require(String answer, String what) {
        if (!isOk(answer)) {
            throw refused(what, answer);
        }
    }

    private UnavailableException refused(String what, String answer) {
        return new UnavailableException("Expected " + what + " by " + name + ", it answered " + printable(answer));
    }

    private static boolean isOk(String answer) {
        return answer.startsWith("+OK");
    }

    private static String printable(String answer) {
        String line = answer.chars()
                .map(c -> c < ' ' || c > 0x7e ? '?' : c)
                .limit(200)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return "\"" + line + "\"";
    }
}
