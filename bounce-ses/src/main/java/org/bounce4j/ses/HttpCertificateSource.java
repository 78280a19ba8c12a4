package org.bounce4j.ses;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import org.bounce4j.UnavailableException;
import org.bounce4j.VerificationException;
import org.jspecify.annotations.Nullable;

/** Fetches certificates over HTTP. */
final class HttpCertificateSource implements CertificateSource {
    private final BoundedHttp http;

    HttpCertificateSource(@Nullable HttpClient client) {
        this(new BoundedHttp(client, Duration.ofSeconds(10)));
    }

    HttpCertificateSource(BoundedHttp http) {
        this.http = http;
    }

    @Override
    public byte[] fetch(URI url) {
        BoundedHttp.Answer answer = http.get(url, MAX_BYTES);
        if (answer.status == 200) {
            return answer.body;
        }
        String message = "certificate: expected " + url.getHost() + " to have the signing certificate, it answered "
                + answer.status;
        if (answer.status == 404 || answer.status == 410 || answer.status == 403) {
            // what S3 answers for a name that never was
            throw new VerificationException(message);
        }
        throw new UnavailableException(message + "; try again later, or look at the proxy in between");
    }
}
