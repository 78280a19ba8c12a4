package org.bounce4j.mailbox;

import java.util.Collection;

/**
 * Remembers which mails of <em>one</em> mailbox were read and left where they are, so that a scan does not download them
 * again. To forget is harmless: the mail is read once more and its events have the same ids.
 *
 * <p>Identities of mails are unique within a mailbox only (RFC 1939, section 7): never share a memory between mailboxes.
 * Implementations are thread-safe. What they throw is logged and costs a download, nothing else.
 */
public interface SeenMessages {
    /** How many mails are remembered if nothing else is said. */
    int DEFAULT_CAPACITY = 100_000;

    /**
     * Returns whether a mail was read and left.
     *
     * @param id its {@link MailboxEntry#id()}, never empty
     * @return true if it need not be read again
     */
    boolean contains(String id);

    /**
     * Remembers mails that were read and left.
     *
     * @param ids their {@link MailboxEntry#id()}, none of them empty
     */
    void add(Collection<String> ids);

    /**
     * Returns a memory that lasts as long as the process does. Of more mails than it holds, it forgets those that were not
     * asked for longest.
     *
     * @param capacity the most mails to remember, from 1; each costs about 150 bytes
     * @return a new memory
     * @throws IllegalArgumentException if the capacity is less than 1
     */
    static SeenMessages inMemory(int capacity) {
        return new RecentMessages(capacity);
    }
}
