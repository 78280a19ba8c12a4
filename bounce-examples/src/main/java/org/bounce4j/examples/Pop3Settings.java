package org.bounce4j.examples;

import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.bounce4j.ConfigurationException;
import org.bounce4j.pop3.Credentials;
import org.bounce4j.pop3.Pop3Mailbox;

/** The words of the settings for a POP3 mailbox, and what they mean. */
public final class Pop3Settings {
    private Pop3Settings() {}

    /** Returns how to log in. */
    public static Credentials credentials(String login, String user, String secret) {
        return login(login).apply(user, secret);
    }

    /** Returns what makes credentials of a name and a secret. */
    static BiFunction<String, String, Credentials> login(String login) {
        return switch (login) {
            case "password" -> Credentials::password;
            case "plain" -> Credentials::saslPlain;
            case "apop" -> Credentials::apop;
            case "xoauth2" -> (user, secret) -> Credentials.xoauth2(user, () -> secret);
            case "xoauth2-two-lines" -> (user, secret) -> Credentials.xoauth2TwoLines(user, () -> secret);
            default ->
                throw new ConfigurationException(
                        "Expected login to be password, plain, apop, xoauth2 or xoauth2-two-lines, got " + login);
        };
    }

    /** Returns what protects a mailbox in the way the word says. */
    static UnaryOperator<Pop3Mailbox.Builder> security(String security) {
        return switch (security) {
            case "tls" -> mailbox -> mailbox;
            case "starttls" -> Pop3Mailbox.Builder::startTls;
            case "starttls-if-offered" -> Pop3Mailbox.Builder::insecureStartTlsIfOffered;
            case "insecure" -> Pop3Mailbox.Builder::insecurePlaintext;
            default ->
                throw new ConfigurationException(
                        "Expected security to be tls, starttls, starttls-if-offered or insecure, got " + security);
        };
    }

    /** Starts a mailbox that is protected in the way the word says. */
    public static Pop3Mailbox.Builder mailbox(String host, Credentials credentials, String security) {
        return security(security).apply(Pop3Mailbox.builder(host, credentials));
    }
}
