package org.bounce4j.mailbox;

import java.util.Objects;

/**
 * Names a mail in a mailbox.
 *
 * @param number its number in this session, from 1
 * @param id its identity over sessions (POP3: UIDL, RFC 1939, section 7); empty where the server gives none
 * @param size its size in bytes as the server states it, which may be wrong; -1 where it does not
 */
public record MailboxEntry(int number, String id, long size) {
    /**
     * Creates an entry.
     *
     * @param number from 1
     * @param id empty where the server gives none
     * @param size -1 where the server gives none
     */
    public MailboxEntry {
        Objects.requireNonNull(id, "id");
    }
}
