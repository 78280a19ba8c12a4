package org.bounce4j.webhook;

import org.bounce4j.Undigested;

/**
 * Takes what was verified and could not be read, so that a person can look at it. Returning means that it is kept.
 */
@FunctionalInterface
public interface UndigestedHandler {
    /**
     * Keeps an item.
     *
     * @param item the bytes and why they could not be read
     * @throws Exception if it could not be kept; the provider is then asked to send the payload again
     */
    void accept(Undigested item) throws Exception;
}
