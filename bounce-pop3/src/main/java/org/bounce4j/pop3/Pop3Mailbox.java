package org.bounce4j.pop3;

import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.bounce4j.ConfigurationException;
import org.bounce4j.mailbox.Mailbox;
import org.bounce4j.mailbox.MailboxSession;
import org.jspecify.annotations.Nullable;

/**
 * A mailbox on a POP3 server. TLS from the first byte on (port 995), certificate and host name checked, and every wait
 * bounded and interruptible, unless something else is said. Immutable and thread-safe.
 */
public final class Pop3Mailbox implements Mailbox {
    private static final int TLS_PORT = 995;
    private static final int PLAIN_PORT = 110;
    private static final Duration MAX_TIMEOUT = Duration.ofDays(1);

    /** What protects the connection. */
    enum Security {
        TLS("pop3s"),
        STARTTLS("pop3+stls"),
        STARTTLS_IF_OFFERED("pop3"),
        NONE("pop3");

        private final String scheme;

        Security(String scheme) {
            this.scheme = scheme;
        }
    }

    final String host;
    final int port;
    final Credentials credentials;
    final Security security;
    final Duration connectTimeout;
    final Duration readTimeout;
    final Duration writeTimeout;
    private final Duration sessionTimeout;
    private final @Nullable SSLContext sslContext;

    private Pop3Mailbox(Builder builder) {
        host = builder.host;
        credentials = builder.credentials;
        security = builder.security;
        port = builder.port != 0 ? builder.port : security == Security.TLS ? TLS_PORT : PLAIN_PORT;
        connectTimeout = builder.connectTimeout;
        readTimeout = builder.readTimeout;
        writeTimeout = builder.writeTimeout;
        sessionTimeout = builder.sessionTimeout;
        sslContext = builder.sslContext;
    }

    /**
     * Starts a mailbox.
     *
     * @param host the name of the server, as it stands in its certificate
     * @param credentials what the mailbox is opened with
     * @return a builder
     * @throws IllegalArgumentException if the name is blank
     */
    public static Builder builder(String host, Credentials credentials) {
        return new Builder(host, credentials);
    }

    @Override
    public MailboxSession open() {
        return Pop3Session.open(this, sessionTimeout);
    }

    @Override
    public MailboxSession open(Duration limit) {
        return Pop3Session.open(this, limit.compareTo(sessionTimeout) < 0 ? limit : sessionTimeout);
    }

    @Override
    public String name() {
        return security.scheme + "://" + host + ":" + port;
    }

    SSLContext sslContext() {
        if (sslContext != null) {
            return sslContext;
        }
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new ConfigurationException("Expected this Java platform to have TLS, it has not", e);
        }
    }

    @Override
    public String toString() {
        return "Pop3Mailbox[" + name() + "]";
    }

    /** Builds a {@link Pop3Mailbox}. Not thread-safe. */
    public static final class Builder {
        private final String host;
        private final Credentials credentials;
        private int port;
        private Security security = Security.TLS;
        private Duration connectTimeout = Duration.ofSeconds(15);
        private Duration readTimeout = Duration.ofMinutes(1);
        private Duration writeTimeout = Duration.ofMinutes(1);
        private Duration sessionTimeout = Duration.ofMinutes(30);
        private @Nullable SSLContext sslContext;

        private Builder(String host, Credentials credentials) {
            if (host.isBlank()) {
                throw new IllegalArgumentException("Expected the name of a POP3 server, got a blank text");
            }
            this.host = host;
            this.credentials = Objects.requireNonNull(credentials, "credentials");
        }

        /**
         * Sets the port.
         *
         * @param port 1 to 65535; 995 if not set, 110 where the connection begins in the clear
         * @return this builder
         * @throws IllegalArgumentException if it is none of these
         */
        public Builder port(int port) {
            if (port < 1 || port > 65_535) {
                throw new IllegalArgumentException("Expected a port of 1 to 65535, got " + port);
            }
            this.port = port;
            return this;
        }

        /**
         * Begins in the clear and starts TLS before anything is said (STLS, RFC 2595). Where the server does not, nothing is
         * sent.
         *
         * @return this builder
         */
        public Builder startTls() {
            this.security = Security.STARTTLS;
            return this;
        }

        /**
         * Starts TLS where the server offers it, and sends credentials and mails in the clear where it does not. Who sits in
         * between can make any server look as if it did not: this protects against listeners, not against attackers.
         *
         * @return this builder
         */
        public Builder insecureStartTlsIfOffered() {
            this.security = Security.STARTTLS_IF_OFFERED;
            return this;
        }

        /**
         * Sends credentials and mails in the clear. For servers on the same machine, and for tests.
         *
         * @return this builder
         */
        public Builder insecurePlaintext() {
            this.security = Security.NONE;
            return this;
        }

        /**
         * Sets the TLS context, for a certificate authority of your own or a client certificate.
         *
         * @param context the context; the JVM's default if not set
         * @return this builder
         */
        public Builder sslContext(SSLContext context) {
            this.sslContext = Objects.requireNonNull(context, "context");
            return this;
        }

        /**
         * Sets how long connecting may take.
         *
         * @param timeout more than nothing and at most a day; 15 seconds if not set
         * @return this builder
         * @throws IllegalArgumentException if it is none of these
         */
        public Builder connectTimeout(Duration timeout) {
            this.connectTimeout = bounded(timeout);
            return this;
        }

        /**
         * Sets how long the server may be silent.
         *
         * @param timeout more than nothing and at most a day; 60 seconds if not set
         * @return this builder
         * @throws IllegalArgumentException if it is none of these
         */
        public Builder readTimeout(Duration timeout) {
            this.readTimeout = bounded(timeout);
            return this;
        }

        /**
         * Sets how long the server may take nothing of what is sent to it.
         *
         * @param timeout more than nothing and at most a day; 60 seconds if not set
         * @return this builder
         * @throws IllegalArgumentException if it is none of these
         */
        public Builder writeTimeout(Duration timeout) {
            this.writeTimeout = bounded(timeout);
            return this;
        }

        /**
         * Sets how long a whole session may take, however well it goes. The scanner's own time limit holds beside it.
         *
         * @param timeout more than nothing and at most a day; 30 minutes if not set
         * @return this builder
         * @throws IllegalArgumentException if it is none of these
         */
        public Builder sessionTimeout(Duration timeout) {
            this.sessionTimeout = bounded(timeout);
            return this;
        }

        private static Duration bounded(Duration timeout) {
            if (timeout.isZero() || timeout.isNegative() || timeout.compareTo(MAX_TIMEOUT) > 0) {
                throw new IllegalArgumentException(
                        "Expected a timeout of more than nothing and at most a day, got " + timeout);
            }
            return timeout;
        }

        /**
         * Builds the mailbox. Connects to nothing.
         *
         * @return the mailbox
         */
        public Pop3Mailbox build() {
            return new Pop3Mailbox(this);
        }
    }
}
