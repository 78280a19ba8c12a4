package org.bounce4j.examples;

import org.bounce4j.ConfigurationException;
import org.bounce4j.pop3.Credentials;
import org.bounce4j.pop3.Pop3Mailbox;

/** The words of the settings for a POP3 mailbox, and what they mean. */
public final class Pop3Settings {
    private Pop3Settings() {}

    /** Returns how to log in. */
    public static Credentials credentials(String login, String user, String secret) {
        return switch (login) {
            case "password" -> Credentials.password(user, secret);
            case "plain" -> Credentials.saslPlain(user, secret);
            case "apop" -> Credentials.apop(user, secret);
            case "xoauth2" -> Credentials.xoauth2(user, () -> secret);
            case "xoauth2-two-lines" -> Credentials.xoauth2TwoLines(user, () -> secret);
            default ->
                throw new ConfigurationException(
                        "Expected login to be password, plain, apop, xoauth2 or xoauth2-two-lines, got " + login);
        };
    }

    /** Starts a mailbox that is protected in the way the word says. */
    public static Pop3Mailbox.Builder mailbox(String host, Credentials credentials, String security) {
        Pop3Mailbox.Builder mailbox = Pop3Mailbox.builder(host, credentials);
        switch (security) {
            case "tls" -> {}
            case "starttls" -> mailbox.startTls();
            case "starttls-if-offered" -> mailbox.insecureStartTlsIfOffered();
            case "insecure" -> mailbox.insecurePlaintext();
            default ->
                throw new ConfigurationException(
                        "Expected security to be tls, starttls, starttls-if-offered or insecure, got " + security);
        }
        return mailbox;
    }
}
