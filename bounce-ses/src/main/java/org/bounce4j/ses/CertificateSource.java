package org.bounce4j.ses;

import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import org.bounce4j.UnavailableException;
import org.bounce4j.VerificationException;

/**
 * Fetches signing certificates. It is asked only for URLs that passed the verifier's check, and the verifier keeps what it
 * returns. Implementations are thread-safe.
 */
@FunctionalInterface
public interface CertificateSource {
    /** The largest certificate that is read, in bytes. */
    int MAX_BYTES = 16 * 1024;

    /**
     * Fetches a certificate.
     *
     * @param url where it is, already checked
     * @return one X.509 certificate in PEM, at most {@value #MAX_BYTES} bytes
     * @throws VerificationException if there is no certificate at this URL: then the message is forged
     * @throws UnavailableException if it cannot be had now
     */
    byte[] fetch(URI url);

    /**
     * Returns the source that asks the web: TLS checked, no redirects, at most ten seconds and {@value #MAX_BYTES} bytes.
     *
     * @return the source, with an HTTP client of its own that is made at the first fetch
     */
    static CertificateSource http() {
        return new HttpCertificateSource((HttpClient) null);
    }

    /**
     * Returns the source that asks the web with the host's client, for proxies and the like.
     *
     * @param client a client that follows no redirects
     * @return the source
     * @throws IllegalArgumentException if the client follows redirects
     */
    static CertificateSource http(HttpClient client) {
        return new HttpCertificateSource(client);
    }

    /**
     * Returns the source that reads files, by the last segment of the URL, for replays of old messages.
     *
     * @param directory a folder with files such as {@code SimpleNotificationService-….pem}
     * @return the source
     */
    static CertificateSource directory(Path directory) {
        return new DirectoryCertificateSource(directory);
    }
}
