package org.bounce4j.jakarta;

import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Flags;
import jakarta.mail.Folder;
import jakarta.mail.FolderNotFoundException;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Store;
import jakarta.mail.UIDFolder;
import jakarta.mail.internet.MimeMessage;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bounce4j.BounceException;
import org.bounce4j.ConfigurationException;
import org.bounce4j.UnavailableException;
import org.bounce4j.mailbox.Mailbox;
import org.bounce4j.mailbox.MailboxSession;
import org.eclipse.angus.mail.imap.IMAPStore;
import org.eclipse.angus.mail.pop3.POP3Folder;
import org.eclipse.angus.mail.pop3.POP3Store;
import org.eclipse.angus.mail.util.PropUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A mailbox in a folder of Jakarta Mail that the host has already: IMAP, POP3, or any other provider. The host connects the
 * store and closes it; the folder is opened and closed here; where it is open already, it must be for reading and writing.
 *
 * <p>How long a server may keep a scan waiting is said by the properties of the host's session alone, as in the example; by
 * default Angus waits for ever, which is logged. The time limit of a {@code MailboxScanner} and an interrupt of its thread are
 * looked at between mails only.
 *
 * <p>For a bounce mailbox on a POP3 server take {@code Pop3Mailbox} of {@code org.bounce4j.pop3}: Jakarta Mail takes two
 * round-trips a mail, hides whether QUIT has deleted anything (so it is looked at in one more session), and cannot leave
 * without QUIT (so a session that must not end is kept open, and the next scan goes on in it).
 *
 * <p>By IMAP mails are not marked as read, and nothing is expunged but what was accepted. Folders are not thread-safe: nobody
 * else may use this one while it is scanned. A mail that comes shorter than the server states its size is not whole, so it is
 * read and left; where a server gives only parts, set {@code mail.imap.partialfetch} to {@code false}.
 *
 * <pre>{@code
 * Properties properties = new Properties();
 * properties.setProperty("mail.imaps.connectiontimeout", "15000"); // milliseconds; without them a scan can hang for ever
 * properties.setProperty("mail.imaps.timeout", "60000");
 * properties.setProperty("mail.imaps.writetimeout", "60000");
 * Store store = Session.getInstance(properties).getStore("imaps");
 * store.connect("imap.example.com", user, password);
 * Mailbox mailbox = FolderMailbox.of(store.getFolder("Bounces"));
 * ScanReport report = MailboxScanner.builder(mailbox, sink).build().scan();
 * }</pre>
 */
public final class FolderMailbox implements Mailbox {
    private static final Logger LOG = LoggerFactory.getLogger(FolderMailbox.class);

    private final Folder folder;
    private final AtomicBoolean warned = new AtomicBoolean();

    private FolderMailbox(Folder folder) {
        this.folder = Objects.requireNonNull(folder, "folder");
    }

    /**
     * Returns a mailbox in that folder. Connects to nothing.
     *
     * @param folder a folder that can hold mails, of a store that is connected when a scan begins
     * @return the mailbox
     */
    public static FolderMailbox of(Folder folder) {
        return new FolderMailbox(folder);
    }

    @Override
    public MailboxSession open() {
        warnOfEndlessWaits();
        boolean opened = false;
        try {
            if (!folder.isOpen()) {
                folder.open(Folder.READ_WRITE);
                opened = true;
            } else if (folder.getMode() != Folder.READ_WRITE) {
                throw new ConfigurationException("Expected " + name()
                        + " to be closed, or open for reading and writing; it is open for reading only");
            }
            requireThatFetchedMailsStay();
            MailboxSession session = new FolderSession(this, folder);
            opened = false;
            return session;
        } catch (MessagingException e) {
            throw failure("be opened", e);
        } catch (IllegalStateException e) {
            throw new UnavailableException("Expected the store of " + name() + " to be connected, it is not", e);
        } finally {
            if (opened) {
                // else a POP3 server would go on keeping others out
                closeQuietly(folder);
            }
        }
    }

    /** Closes a folder whose connection may be gone, and expunges nothing. */
    static void closeQuietly(Folder folder) {
        try {
            folder.close(false);
        } catch (MessagingException | IllegalStateException e) {
            // it is closed already, or the connection is gone: both leave the mails where they are
        }
    }

    private void warnOfEndlessWaits() {
        Store store = folder.getStore();
        if ((store instanceof IMAPStore || store instanceof POP3Store) && !warned.get()) {
            String property = "mail." + store.getURLName().getProtocol() + ".timeout";
            boolean bounded = PropUtil.getIntProperty(new SessionWitness(folder).properties(), property, -1) > 0;
            if (!bounded && !warned.getAndSet(true)) {
                LOG.warn(
                        "{}: a server that stops answering keeps a scan waiting for ever, because the session of its store"
                                + " has no {}; set it, and connectiontimeout and writetimeout beside it",
                        name(),
                        property);
            }
        }
    }

    /** Knows the properties of a folder's session: neither a folder nor a store tells of it, but a message does. */
    private static final class SessionWitness extends MimeMessage {
        SessionWitness(Folder folder) {
            super(folder, 1);
        }

        Properties properties() {
            return getSession().getProperties();
        }
    }

    /** QUIRK: Gmail and servers that say EXPIRE 0 hide or delete at QUIT what was fetched, and Jakarta Mail always says QUIT. */
    private void requireThatFetchedMailsStay() throws MessagingException {
        if (folder.getStore() instanceof POP3Store store) {
            Map<String, String> capabilities = store.capabilities();
            String expire = capabilities.getOrDefault("EXPIRE", "").trim();
            if (expire.equals("0") || expire.endsWith(" 0") || capabilities.containsKey("X-GOOGLE-RICO")) {
                throw new ConfigurationException(
                        "Expected " + name() + " to keep what was fetched and not accepted, its"
                                + " server hides or deletes it (EXPIRE 0), and Jakarta Mail cannot prevent that; use Pop3Mailbox");
            }
        }
    }

    /** Returns what a failure of Jakarta Mail means to a scan. */
    BounceException failure(String what, MessagingException e) {
        String message =
                "Expected " + name() + " to " + what + ", got " + e.getClass().getName();
        return e instanceof FolderNotFoundException || e instanceof AuthenticationFailedException
                ? new ConfigurationException(message + "; look at the folder and the login", e)
                : new UnavailableException(message + "; try again later", e);
    }

    /** Returns the identity of a message over sessions; empty where the provider gives none. */
    static String id(Folder folder, Message message) throws MessagingException {
        if (folder instanceof UIDFolder uids) {
            return uids.getUIDValidity() + "-" + uids.getUID(message);
        }
        if (folder instanceof POP3Folder pop3) {
            String uid = pop3.getUID(message);
            return uid == null ? "" : uid;
        }
        return "";
    }

    /** Marks a message to be deleted, or not. */
    static void mark(Message message, boolean delete) throws MessagingException {
        message.setFlag(Flags.Flag.DELETED, delete);
    }

    @Override
    public String name() {
        // a store's URL may hold a user name and a password, and a folder's too
        String protocol = folder.getStore() == null
                ? "folder"
                : Objects.requireNonNullElse(folder.getStore().getURLName().getProtocol(), "folder");
        String host = folder.getStore() == null
                ? null
                : folder.getStore().getURLName().getHost();
        return protocol + "://" + (host == null ? "" : host) + "/" + folder.getFullName();
    }

    @Override
    public String toString() {
        return "FolderMailbox[" + name() + "]";
    }
}
