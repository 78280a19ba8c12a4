package org.bounce4j.ses;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import org.bounce4j.UnavailableException;

/**
 * Confirms a subscription of an allowed topic. Confirming twice is harmless. Implementations are thread-safe.
 */
@FunctionalInterface
public interface SubscriptionConfirmer {
    /**
     * Confirms.
     *
     * @param confirmation a verified message of an allowed topic
     * @param url the URL whose visit confirms, already checked against the topic's host, topic and token
     * @throws UnavailableException if it cannot be confirmed now; SNS asks again
     */
    void confirm(SnsMessage.SubscriptionConfirmation confirmation, URI url);

    /**
     * Returns the confirmer that visits the URL: no redirects, at most ten seconds.
     *
     * @return the confirmer
     */
    static SubscriptionConfirmer http() {
        return visiting(new BoundedHttp(null, Duration.ofSeconds(10)));
    }

    /**
     * Returns the confirmer that visits the URL with the host's client, for proxies and the like.
     *
     * @param client a client that follows no redirects
     * @return the confirmer
     * @throws IllegalArgumentException if the client follows redirects
     */
    static SubscriptionConfirmer http(HttpClient client) {
        return visiting(new BoundedHttp(client, Duration.ofSeconds(10)));
    }

    private static SubscriptionConfirmer visiting(BoundedHttp http) {
        return (confirmation, url) -> {
            int status = http.get(url, 64 * 1024).status;
            if (status < 200 || status > 299) {
                throw new UnavailableException(
                        "Expected " + url.getHost() + " to confirm the subscription, it answered " + status);
            }
        };
    }
}
