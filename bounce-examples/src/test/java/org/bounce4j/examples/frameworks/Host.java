package org.bounce4j.examples.frameworks;

import java.io.IOException;
import org.bounce4j.webhook.BounceWebhook;

/** A server of some framework with one webhook at {@code /webhooks/service/sendgrid}. */
interface Host extends AutoCloseable {
    /** Starts one on a free port of this machine. */
    @FunctionalInterface
    interface Start {
        Host start(BounceWebhook webhook) throws Exception;
    }

    int port();

    /** Stops the server. */
    @Override
    void close() throws IOException;
}
