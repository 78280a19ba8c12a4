package org.bounce4j.ses;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bounce4j.UnavailableException;

/**
 * Confirms each subscription once: a confirmation is genuine for hours, and whoever has seen one could have the endpoint ask
 * Amazon as often as they like, or subscribe again what was unsubscribed. Remembers the last few. Thread-safe.
 */
final class Confirmations {
    /** No host subscribes to so many topics within the hours that a message is believed. */
    private static final int REMEMBERED = 1_000;

    private final SubscriptionConfirmer confirmer;

    /** Whether a topic's token was confirmed, or is being confirmed now. Guarded by itself. */
    private final Map<String, Boolean> confirmed = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    };

    Confirmations(SubscriptionConfirmer confirmer) {
        this.confirmer = confirmer;
    }

    /**
     * Confirms, if that was not done before.
     *
     * @return whether it had to be done
     * @throws UnavailableException if it cannot be confirmed now, or another thread is about it
     */
    boolean confirm(SnsMessage.SubscriptionConfirmation confirmation, URI url) {
        String key = confirmation.topicArn() + ' ' + confirmation.token();
        Boolean before;
        synchronized (confirmed) {
            before = confirmed.putIfAbsent(key, false);
        }
        if (before != null) {
            if (!before) {
                throw new UnavailableException(
                        "Expected a subscription that nobody confirms, another request is about it; SNS asks again");
            }
            return false;
        }
        boolean done = false;
        try {
            confirmer.confirm(confirmation, url);
            done = true;
        } finally {
            synchronized (confirmed) {
                if (done) {
                    confirmed.put(key, true);
                } else {
                    confirmed.remove(key);
                }
            }
        }
        return true;
    }
}
