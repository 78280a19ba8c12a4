package org.bounce4j.pop3;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
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

/** One POP3 session (RFC 1939): authorization, transaction, and update only where {@link #commit()} is called. */
final class Pop3Session implements MailboxSession {
    /** How many mails one session looks at; each costs some hundred bytes. What is beyond is there the next time. */
    private static final int MAX_MAILS = 200_000;
    /** How long a listing may be before the server is not believed. */
    private static final int MAX_LINES = 10_000_000;

    private static final int MAX_ID = 70;

    /** How many commands may wait for their answers where the server offers PIPELINING; few enough for any socket buffer. */
    private static final int WINDOW = 128;
    /** How many bytes of mails may be on their way, unless it is a single one. */
    private static final long WINDOW_BYTES = 4L << 20;

    /** How many lines of a body are asked for where a mail is too large. */
    private static final int TOP_LINES = 8_192;

    /** QUIRK: Gmail lists about 250 of the oldest conversations, and the others once those were read. */
    private static final int FULL_LISTING = 200;

    /**
     * QUIRK: the JDK (17 and 25 alike) has no exception of its own for a peer that answers in plain text; this is all of its
     * message that tells it from others ({@code GreenMailScanTest}).
     */
    private static final String NO_TLS = "unrecognized SSL message";

    private final Pop3Dialogue dialogue;
    private final Capabilities capabilities;
    private final boolean gmail;
    private final ArrayDeque<MailboxEntry> announced = new ArrayDeque<>();
    private final ArrayDeque<MailboxEntry> onTheirWay = new ArrayDeque<>();
    private int announcedMaxBytes;
    private long bytesOnTheirWay;
    private boolean listsAll = true;

    private Pop3Session(Pop3Dialogue dialogue, Pop3Login login) {
        this.dialogue = dialogue;
        this.capabilities = login.capabilities();
        this.gmail = login.isGmail();
    }

    static Pop3Session open(Pop3Mailbox mailbox, Duration time) {
        Pop3Connection connection;
        try {
            connection = Pop3Connection.open(mailbox, time);
        } catch (SSLException e) {
            throw handshakeFailed(mailbox, e);
        } catch (IOException e) {
            throw new UnavailableException("Cannot connect to " + mailbox.name() + ": " + e.getMessage(), e);
        }
        Pop3Dialogue dialogue = new Pop3Dialogue(mailbox.name(), connection);
        try {
            Pop3Login login = new Pop3Login(mailbox, connection, dialogue);
            login.run();
            return new Pop3Session(dialogue, login);
        } catch (RuntimeException e) {
            dialogue.hangUp();
            throw e;
        }
    }

    /** Tells a server that broke off, as one does that is restarted or has too much to do, from one that is not to be trusted. */
    static BounceException handshakeFailed(Pop3Mailbox mailbox, SSLException e) {
        // the JDK makes a failure of TLS also of a line that is cut
        Throwable reason = e.getCause();
        while (reason instanceof SSLException) {
            reason = reason.getCause();
        }
        if (reason instanceof IOException) {
            return new UnavailableException(
                    "Expected " + mailbox.name() + " to finish the TLS handshake, the connection broke: "
                            + reason.getMessage()
                            + "; try again later, and where it goes on look whether this port speaks TLS",
                    e);
        }
        if (String.valueOf(e.getMessage()).contains(NO_TLS)) {
            return new ConfigurationException(
                    "Expected " + mailbox.name() + " to speak TLS, "
                            + (mailbox.security == Pop3Mailbox.Security.TLS
                                    ? "this port speaks no TLS; use startTls() or insecurePlaintext(), or another port"
                                    : "it said that it would, and went on without; nothing secret was sent. Does it have"
                                            + " a port 995?"),
                    e);
        }
        return new ConfigurationException(
                "Expected " + mailbox.name()
                        + " to speak TLS with a certificate that is trusted and bears its name, got: "
                        + e.getMessage(),
                e);
    }

    private boolean pipelines() {
        return capabilities.has("PIPELINING");
    }

    @Override
    public List<MailboxEntry> list() {
        Map<Integer, String> ids = new HashMap<>();
        boolean named = capabilities.mayHave("UIDL");
        if (pipelines()) {
            dialogue.sendAhead(named ? List.of("UIDL", "LIST") : List.of("LIST"));
            if (named) {
                uidl(dialogue.nextAnswer(), ids);
            }
            return list(dialogue.nextAnswer(), ids);
        }
        if (named) {
            uidl(dialogue.exchange("UIDL"), ids);
        }
        return list(dialogue.exchange("LIST"), ids);
    }

    /** UIDL is optional (RFC 1939, section 7). */
    private void uidl(String answer, Map<Integer, String> ids) {
        if (Pop3Dialogue.isOk(answer)) {
            listing(line -> {
                String[] fields = line.split(" ", 3);
                if (fields.length >= 2
                        && !fields[1].isEmpty()
                        && fields[1].length() <= MAX_ID
                        && ids.size() < MAX_MAILS) {
                    ids.put(number(fields[0]), printable(fields[1]));
                }
            });
        }
    }

    /**
     * Returns a name that may stand in a log line or on a terminal: RFC 1939, section 7, allows the characters from ! to ~
     * only, and who sends others may mean to forge lines.
     */
    private static String printable(String id) {
        if (id.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            return id;
        }
        StringBuilder text = new StringBuilder();
        id.chars().forEach(c -> {
            if (c > ' ' && c < 0x7f) {
                text.append((char) c);
            } else {
                text.append('%').append(HexFormat.of().toHexDigits((byte) c));
            }
        });
        return text.toString();
    }

    private List<MailboxEntry> list(String answer, Map<Integer, String> ids) {
        dialogue.require(answer, "LIST to be accepted");
        List<MailboxEntry> entries = new ArrayList<>();
        BitSet numbers = new BitSet();
        listing(line -> {
            String[] fields = line.split(" ", 3);
            int number = number(fields[0]);
            if (number > 0 && number <= MAX_LINES && entries.size() < MAX_MAILS && !numbers.get(number)) {
                numbers.set(number);
                long size = fields.length > 1 ? number(fields[1]) : -1;
                entries.add(new MailboxEntry(number, ids.getOrDefault(number, ""), size > 0 ? size : -1));
            }
        });
        // Without pipelining, one more login is nothing beside two round-trips for each of so many mails.
        boolean full = entries.size() >= FULL_LISTING && !pipelines();
        listsAll = !full && !(gmail && !entries.isEmpty()) && entries.size() < MAX_MAILS;
        return entries;
    }

    private void listing(Consumer<String> lines) {
        dialogue.listing(MAX_LINES, lines);
    }

    /** Returns a number of up to nine digits, or 0. */
    static int number(String digits) {
        boolean good =
                !digits.isEmpty() && digits.length() <= 9 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return good ? Integer.parseInt(digits) : 0;
    }

    @Override
    public boolean listsAll() {
        return listsAll;
    }

    /** EXPIRE 0 says that what was fetched is deleted at QUIT (RFC 2449, section 6.7). Gmail says so too, but only hides. */
    @Override
    public boolean keepsFetched() {
        return gmail || !capabilities.has("EXPIRE", "0");
    }

    @Override
    public boolean announce(List<MailboxEntry> next, int maxBytes) {
        if (!pipelines()) {
            return false;
        }
        announced.addAll(next);
        announcedMaxBytes = maxBytes;
        return true;
    }

    @Override
    public Optional<FetchedMail> fetch(MailboxEntry entry, int maxBytes) {
        boolean beginning = isTooLarge(entry, maxBytes);
        if (onTheirWay.isEmpty() && announced.isEmpty()) {
            String answer = dialogue.exchange(command(entry, maxBytes));
            if (beginning && !Pop3Dialogue.isOk(answer) && !capabilities.has("TOP")) {
                // a server without CAPA, and without TOP as it turns out
                beginning = false;
                answer = dialogue.exchange("RETR " + entry.number());
            }
            return text(entry, answer, maxBytes, beginning);
        }
        sendAnnounced();
        if (!onTheirWay.element().equals(entry) || maxBytes != announcedMaxBytes) {
            throw new IllegalStateException("Expected mail "
                    + onTheirWay.element().number() + " to be fetched next, as it was announced, not "
                    + entry.number());
        }
        String answer = dialogue.nextAnswer();
        onTheirWay.remove();
        bytesOnTheirWay -= Math.max(0, entry.size());
        return text(entry, answer, maxBytes, beginning);
    }

    /** Fills the window up when half of it is free, so that commands travel together. */
    private void sendAnnounced() {
        if (onTheirWay.size() > WINDOW / 2) {
            return;
        }
        List<String> commands = new ArrayList<>();
        while (!announced.isEmpty()
                && onTheirWay.size() < WINDOW
                && (onTheirWay.isEmpty()
                        || bytesOnTheirWay + announced.element().size() <= WINDOW_BYTES)) {
            MailboxEntry next = announced.remove();
            commands.add(command(next, announcedMaxBytes));
            onTheirWay.add(next);
            bytesOnTheirWay += Math.max(0, next.size());
        }
        if (!commands.isEmpty()) {
            dialogue.sendAhead(commands);
        }
    }

    private boolean isTooLarge(MailboxEntry entry, int maxBytes) {
        return entry.size() > maxBytes && capabilities.mayHave("TOP");
    }

    private String command(MailboxEntry entry, int maxBytes) {
        return isTooLarge(entry, maxBytes) ? "TOP " + entry.number() + " " + TOP_LINES : "RETR " + entry.number();
    }

    private Optional<FetchedMail> text(MailboxEntry entry, String answer, int maxBytes, boolean beginning) {
        if (!Pop3Dialogue.isOk(answer)) {
            return Optional.empty();
        }
        Pop3Text text = dialogue.text(maxBytes, entry.size());
        // Fewer lines than were asked for may be all there are, where the server was wrong about the size. But
        // servers count lines as they like, so only RETR tells.
        if (beginning && text.whole() && text.lines() < TOP_LINES && onTheirWay.isEmpty()) {
            String all = dialogue.exchange("RETR " + entry.number());
            if (Pop3Dialogue.isOk(all)) {
                text = dialogue.text(maxBytes, entry.size());
                beginning = false;
            }
        }
        return Optional.of(new FetchedMail(text.bytes(), text.whole() && !beginning));
    }

    @Override
    public List<MailboxEntry> delete(List<MailboxEntry> entries) {
        if (!onTheirWay.isEmpty() || !announced.isEmpty()) {
            throw new IllegalStateException("Expected all mails to be fetched that were announced");
        }
        List<MailboxEntry> kept = new ArrayList<>();
        int window = pipelines() ? WINDOW : 1;
        int sent = 0;
        for (int i = 0; i < entries.size(); i++) {
            if (sent - i <= window / 2) {
                int end = Math.min(entries.size(), i + window);
                List<String> commands = new ArrayList<>();
                for (; sent < end; sent++) {
                    commands.add("DELE " + entries.get(sent).number());
                }
                if (!commands.isEmpty()) {
                    dialogue.sendAhead(commands);
                }
            }
            if (!Pop3Dialogue.isOk(dialogue.nextAnswer())) {
                kept.add(entries.get(i));
            }
        }
        return kept;
    }

    @Override
    public void commit() {
        String answer = dialogue.exchange("QUIT");
        abandon();
        dialogue.require(answer, "QUIT to delete what was marked");
    }

    @Override
    public void abandon() {
        dialogue.hangUp();
    }
}
