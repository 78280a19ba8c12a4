package org.bounce4j.mailbox;

import org.bounce4j.mail.BounceMail;

/**
 * Hears what a scan does while it does it, in the thread that scans. What it throws is logged, and it hears no more of that
 * scan.
 *
 * <pre>{@code
 * ScanListener bar = (done, total) -> log.info("{} of {}", done, total);
 * }</pre>
 */
@FunctionalInterface
public interface ScanListener {
    /**
     * Called after each mail, and at the beginning of each session with the server.
     *
     * @param done how many mails were looked at so far
     * @param total how many there are to look at, as far as is known now; it may grow
     */
    void progress(int done, int total);

    /**
     * Called for each mail that was parsed, before its events are handed over.
     *
     * @param entry the mail
     * @param mail what it is and says
     */
    default void parsed(MailboxEntry entry, BounceMail mail) {}
}
