package org.bounce4j.jakarta;

import jakarta.mail.FetchProfile;
import jakarta.mail.Flags;
import jakarta.mail.Folder;
import jakarta.mail.Message;
import jakarta.mail.MessageRemovedException;
import jakarta.mail.MessagingException;
import jakarta.mail.UIDFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bounce4j.UnavailableException;
import org.bounce4j.mailbox.FetchedMail;
import org.bounce4j.mailbox.MailboxEntry;
import org.bounce4j.mailbox.MailboxSession;
import org.eclipse.angus.mail.imap.IMAPFolder;
import org.eclipse.angus.mail.imap.IMAPMessage;
import org.eclipse.angus.mail.pop3.POP3Folder;
import org.eclipse.angus.mail.pop3.POP3Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One visit to a folder of Jakarta Mail. */
final class FolderSession implements MailboxSession {
    /** How many lines of a body are asked for where a mail is too large. */
    private static final int TOP_LINES = 8_192;

    private static final Logger LOG = LoggerFactory.getLogger(FolderSession.class);

    private final FolderMailbox mailbox;
    private final Folder folder;
    private final List<Message> marked = new ArrayList<>();
    private Message[] messages = {};
    private boolean over;

    FolderSession(FolderMailbox mailbox, Folder folder) {
        this.mailbox = mailbox;
        this.folder = folder;
    }

    @Override
    public List<MailboxEntry> list() {
        try {
            messages = folder.getMessages();
            int[] sizes = folder instanceof POP3Folder pop3 ? pop3.getSizes() : new int[0];
            FetchProfile profile = new FetchProfile();
            profile.add(UIDFolder.FetchProfileItem.UID);
            profile.add(FetchProfile.Item.SIZE);
            profile.add(FetchProfile.Item.FLAGS);
            folder.fetch(messages, profile);
            List<MailboxEntry> entries = new ArrayList<>();
            for (Message message : messages) {
                // what somebody else has marked is as good as gone
                if (!message.isExpunged() && !message.isSet(Flags.Flag.DELETED)) {
                    int number = message.getMessageNumber();
                    int size = number <= sizes.length ? sizes[number - 1] : message.getSize();
                    entries.add(new MailboxEntry(number, FolderMailbox.id(folder, message), size > 0 ? size : -1));
                }
            }
            return entries;
        } catch (MessagingException e) {
            throw mailbox.failure("list its mails", e);
        }
    }

    private Message message(MailboxEntry entry) {
        return messages[entry.number() - 1];
    }

    @Override
    public Optional<FetchedMail> fetch(MailboxEntry entry, int maxBytes) {
        Message message = message(entry);
        try {
            if (message instanceof IMAPMessage imap) {
                imap.setPeek(true);
                try (InputStream in = imap.getMimeStream()) {
                    return Optional.of(beginning(in, maxBytes, entry.size()));
                }
            }
            if (message instanceof POP3Message pop3) {
                return Optional.of(fetch(pop3, entry, maxBytes));
            }
            return Optional.of(written(message, maxBytes));
        } catch (MessageRemovedException e) {
            return Optional.empty();
        } catch (MessagingException e) {
            throw mailbox.failure("give a mail", e);
        } catch (IOException e) {
            throw new UnavailableException("Expected " + mailbox.name() + " to give a mail, the connection broke", e);
        }
    }

    /**
     * QUIRK: some IMAP servers answer a partial fetch with less than was asked for, which Angus takes for the end of the mail.
     * What is shorter than RFC822.SIZE is a beginning.
     */
    private static FetchedMail beginning(InputStream in, int maxBytes, long size) throws IOException {
        byte[] bytes = in.readNBytes(maxBytes);
        return new FetchedMail(bytes, bytes.length >= size && (bytes.length < maxBytes || in.read() < 0));
    }

    private static FetchedMail fetch(POP3Message message, MailboxEntry entry, int maxBytes)
            throws MessagingException, IOException {
        try {
            if (entry.size() > maxBytes) {
                InputStream top = message.top(TOP_LINES);
                if (top != null) {
                    return new FetchedMail(top.readNBytes(maxBytes), false);
                }
            }
            return written(message, maxBytes);
        } finally {
            // else Angus keeps the mail in memory as long as the folder is open
            message.invalidate(true);
        }
    }

    private static FetchedMail written(Message message, int maxBytes) throws MessagingException, IOException {
        Beginning beginning = new Beginning(maxBytes);
        message.writeTo(beginning);
        return new FetchedMail(beginning.kept.toByteArray(), beginning.whole);
    }

    /** Keeps the first bytes that are written to it. */
    private static final class Beginning extends OutputStream {
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private final int max;
        private boolean whole = true;

        Beginning(int max) {
            this.max = max;
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            int taken = Math.min(length, max - kept.size());
            kept.write(bytes, offset, taken);
            whole &= taken == length;
        }
    }

    @Override
    public List<MailboxEntry> delete(List<MailboxEntry> entries) {
        try {
            if (!entries.isEmpty() && expungesOthers()) {
                LOG.warn(
                        "{}: the server expunges only all that is marked (it has no UIDPLUS), and somebody else has marked"
                                + " mails; so {} accepted mails stay and come again under the same ids, until those"
                                + " are expunged or no longer marked",
                        mailbox.name(),
                        entries.size());
                return List.copyOf(entries);
            }
            for (MailboxEntry entry : entries) {
                Message message = message(entry);
                if (markIfThere(message)) {
                    marked.add(message);
                }
            }
            return List.of();
        } catch (MessagingException e) {
            throw mailbox.failure("mark mails to be deleted", e);
        }
    }

    /** Returns false where somebody else has expunged it meanwhile, which is as good. */
    private static boolean markIfThere(Message message) throws MessagingException {
        try {
            if (!message.isExpunged()) {
                FolderMailbox.mark(message, true);
                return true;
            }
        } catch (MessageRemovedException e) {
            // between the two
        }
        return false;
    }

    @Override
    public void commit() {
        try {
            if (folder instanceof POP3Folder) {
                commitPop3();
            } else {
                expunge();
            }
            over = true;
        } catch (MessagingException e) {
            throw mailbox.failure("delete what was accepted", e);
        }
    }

    private void expunge() throws MessagingException {
        if (marked.isEmpty()) {
            folder.close(false);
        } else if (folder instanceof IMAPFolder imap && hasUidPlus(imap)) {
            imap.expunge(marked.toArray(Message[]::new));
            folder.close(false);
        } else if (expungesOthers()) {
            throw new UnavailableException("Expected nobody else to mark mails in " + mailbox.name()
                    + " while it is scanned, somebody did; what was accepted comes again under the same ids");
        } else {
            folder.close(true);
        }
    }

    private static boolean hasUidPlus(IMAPFolder folder) throws MessagingException {
        // IMAPStore.hasCapability would open a second connection for it
        return Boolean.TRUE.equals(folder.doCommand(connection -> connection.hasCapability("UIDPLUS")));
    }

    /**
     * Returns whether an expunge would take what somebody else has marked: it takes all that is marked, unless the server lets
     * us name what to take (UIDPLUS, RFC 4315). Marks of a POP3 session are its own.
     */
    private boolean expungesOthers() throws MessagingException {
        return !(folder instanceof POP3Folder)
                && !(folder instanceof IMAPFolder imap && hasUidPlus(imap))
                && folder.getDeletedMessageCount() > marked.size();
    }

    /** Closes, which says QUIT, and looks whether that has deleted what was marked: Angus swallows what QUIT answers. */
    private void commitPop3() throws MessagingException {
        Set<String> ids = new HashSet<>();
        for (Message message : marked) {
            ids.add(FolderMailbox.id(folder, message));
        }
        int expected = folder.getMessageCount() - marked.size();
        folder.close(true);
        over = true;
        if (marked.isEmpty()) {
            return;
        }
        folder.open(Folder.READ_WRITE);
        boolean gone;
        try {
            gone = areGone(ids, expected);
        } finally {
            FolderMailbox.closeQuietly(folder);
        }
        if (!gone) {
            throw new UnavailableException("Expected " + mailbox.name()
                    + " to delete what was accepted, some of it is still there; it comes again under the same ids");
        }
    }

    private boolean areGone(Set<String> ids, int expected) throws MessagingException {
        Message[] there = folder.getMessages();
        FetchProfile profile = new FetchProfile();
        profile.add(UIDFolder.FetchProfileItem.UID);
        folder.fetch(there, profile);
        boolean gone = !ids.contains("") || there.length <= expected;
        for (Message message : there) {
            String id = FolderMailbox.id(folder, message);
            gone &= id.isEmpty() || !ids.contains(id);
        }
        return gone;
    }

    /**
     * Unmarks and closes. A POP3 session is left open, because closing it would say QUIT, which may hide what was fetched;
     * the next visit goes on in it.
     */
    @Override
    public void abandon() {
        if (over) {
            return;
        }
        over = true;
        try {
            for (Message message : marked) {
                FolderMailbox.mark(message, false);
            }
            if (!(folder instanceof POP3Folder)) {
                folder.close(false);
            }
        } catch (MessagingException | IllegalStateException e) {
            // it is closed already, or the connection is gone: both leave the mails where they are
        }
    }
}
