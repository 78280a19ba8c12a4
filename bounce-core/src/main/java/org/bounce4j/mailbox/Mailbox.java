package org.bounce4j.mailbox;

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
     * @throws UnavailableException if the server cannot be reached, or somebody else holds the mailbox
     * @throws ConfigurationException if the login is refused, or the server cannot do what is required
     */
    MailboxSession open();

    /**
     * Returns what to call the mailbox in reports and log lines.
     *
     * @return for instance {@code pop3s://pop.example.com:995}; never a password
     */
    String name();
}
