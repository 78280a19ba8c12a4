package org.bounce4j.suppression;

import java.util.Collection;
import java.util.List;
import org.bounce4j.EmailAddress;
import org.bounce4j.UnavailableException;

/**
 * Answers before a send: may I mail this address? Implementations are thread-safe.
 */
public interface SuppressionList {
    /**
     * Returns whether the address is suppressed.
     *
     * @param address the address
     * @return true if it should not be mailed
     * @throws UnavailableException if the answer cannot be had now; do not take that for a no
     */
    boolean contains(EmailAddress address);

    /**
     * Returns whether the address is suppressed.
     *
     * @param address the address as text
     * @return true if it should not be mailed
     * @throws IllegalArgumentException if the text is not an address
     * @throws UnavailableException if the answer cannot be had now; do not take that for a no
     */
    default boolean contains(String address) {
        return contains(EmailAddress.of(address));
    }

    /**
     * Leaves out the addresses that are suppressed.
     *
     * @param addresses whom a campaign is for
     * @return the addresses that may be mailed, in the same order
     * @throws UnavailableException if the answer cannot be had now
     */
    List<EmailAddress> filter(Collection<EmailAddress> addresses);

    /**
     * Lists what is suppressed, newest first.
     *
     * @param limit the most entries to return, from 1
     * @return the entries
     * @throws UnavailableException if the answer cannot be had now
     */
    List<Entry> entries(int limit);

    /**
     * Names an address and why it is suppressed.
     *
     * @param address the address in its comparable form
     * @param suppression the decision
     */
    record Entry(String address, Suppression suppression) {}
}
