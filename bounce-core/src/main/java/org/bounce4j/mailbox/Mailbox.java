package org.bounce4j.mailbox;

import java.time.Duration;
import org.bounce4j.ConfigurationException;
import org.bounce4j.UnavailableException;

/**
 * A mailbox that bounces arrive in. Implementations are thread-safe: they hold settings, a {@link MailboxSession} holds the
 * connection.
 */
public interface Mailbox {
    /**
     * Connects and logs in.
     *
     * @return a session; close it
     * @throws MailboxInUseException if somebody else holds the mailbox
     * @throws UnavailableException if the server cannot be reached
     * @throws ConfigurationException if the login is refused, or the server cannot do what is required
     */
    MailboxSession open();

    /**
     * Connects and logs in to a session that ends, whatever it waits for, when a time is up. Unless an implementation knows
     * better, the time is not looked at.
     *
     * @param limit how long the session may take at most, more than nothing
     * @return a session; close it
     * @throws MailboxInUseException if somebody else holds the mailbox
     * @throws UnavailableException if the server cannot be reached
     * @throws ConfigurationException if the login is refused, or the server cannot do what is required
     */
    default MailboxSession open(Duration limit) {
        return open();
    }

    /**
     * Returns what to call the mailbox in reports and log lines.
     *
     * @return for instance {@code pop3s://pop.example.com:995}; never a password
     */
    String name();
}
