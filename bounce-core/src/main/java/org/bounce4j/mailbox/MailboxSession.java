package org.bounce4j.mailbox;

import java.util.List;
import java.util.Optional;
import org.bounce4j.UnavailableException;

/**
 * One visit to a mailbox. Deletions take effect when {@link #commit()} returns, all or none of them; whoever leaves without
 * it leaves the mailbox as it was. Not thread-safe.
 */
public interface MailboxSession extends AutoCloseable {
    /**
     * Lists what is in the mailbox.
     *
     * @return the mails in the server's order, each number once
     * @throws UnavailableException if the server does not answer as it should
     */
    List<MailboxEntry> list();

    /**
     * Returns whether {@link #list()} names everything. Where it may not, the next session may show more, and a scan opens
     * one as long as there is something new.
     *
     * @return true unless an implementation knows better
     */
    default boolean listsAll() {
        return true;
    }

    /**
     * Returns whether mails that were fetched and not deleted are still there after {@link #commit()}. Where they are not,
     * a scan that leaves some commits in a session that fetched nothing.
     *
     * @return true unless an implementation knows better
     */
    default boolean keepsFetched() {
        return true;
    }

    /**
     * Announces which mails will be fetched next, all of them and in this order, so that a session that can ask ahead may
     * do so. Does nothing unless an implementation knows better.
     *
     * @param next mails of {@link #list()}
     * @param maxBytes the most bytes to return of each
     * @return true if this session asks ahead: then these mails count as fetched, and each of them has to be fetched before
     *     anything is deleted. False if it asks for a mail when it is fetched, and need hear of no more
     */
    default boolean announce(List<MailboxEntry> next, int maxBytes) {
        return false;
    }

    /**
     * Fetches a mail. Where it is larger than the limit, its beginning, which may be less than the limit.
     *
     * @param entry a mail of {@link #list()}
     * @param maxBytes the most bytes to return
     * @return the mail, or its beginning; empty where the server will not give this one, though it gives others
     * @throws UnavailableException if the server does not answer as it should; the session is then of no more use. Where
     *     its cause is an {@link java.io.InterruptedIOException} and no {@link java.net.SocketTimeoutException}, the time of
     *     the whole session was up, which is not held against the mail
     */
    Optional<FetchedMail> fetch(MailboxEntry entry, int maxBytes);

    /**
     * Marks mails to be deleted by {@link #commit()}.
     *
     * @param entries mails of {@link #list()}
     * @return those that the server will not delete, though it deletes others
     * @throws UnavailableException if the server does not answer as it should; the session is then of no more use
     */
    List<MailboxEntry> delete(List<MailboxEntry> entries);

    /**
     * Deletes what is marked and leaves.
     *
     * @throws UnavailableException if the server did not confirm it; then it is unknown whether the mails are gone
     */
    void commit();

    /** Leaves so that nothing is deleted and nothing counts as fetched. Never throws; may be called twice. */
    void abandon();

    /** Abandons the visit unless it was committed. */
    @Override
    default void close() {
        abandon();
    }
}
