package org.bounce4j.sendgrid;

import java.util.Objects;
import java.util.function.Function;
import org.bounce4j.BounceSink;
import org.bounce4j.webhook.BounceWebhook;
import org.bounce4j.webhook.UndigestedHandler;
import org.bounce4j.webhook.WebhookAuth;
import org.bounce4j.webhook.WebhookPipeline;
import org.bounce4j.webhook.WebhookResponse;
import org.jspecify.annotations.Nullable;

/**
 * The endpoint that SendGrid posts its events to. Verifies, reads, stores, and answers so that SendGrid does the right thing:
 * 200 for what is durable, 403 for what is not signed, 5xx for our own trouble. SendGrid repeats everything but 2xx, for a day.
 *
 * <p>Thread-safe if the sink is.
 *
 * <pre>{@code
 * BounceWebhook webhook = SendGridWebhook.of(publicKey, sink);
 * }</pre>
 */
public final class SendGridWebhook implements BounceWebhook {
    private static final int DEFAULT_MAX_BODY = 8 * 1024 * 1024;

    private final WebhookPipeline pipeline;

    private SendGridWebhook(Builder builder) {
        SendGridVerifier verifier = builder.verifier;
        SendGridEventParser parser = builder.parser;
        WebhookPipeline.Builder inner = WebhookPipeline.builder(
                        "sendgrid", (body, header) -> parser.parse(verifier.verify(body, header)), builder.sink)
                .maxBodyBytes(builder.maxBodyBytes);
        if (builder.undigested != null) {
            inner.undigested(builder.undigested);
        }
        if (builder.credentials != null) {
            inner.credentials(builder.credentials);
        }
        pipeline = inner.build();
    }

    /**
     * Returns a webhook with the usual settings.
     *
     * @param publicKey the verification key as SendGrid's console shows it
     * @param sink takes the events
     * @return the webhook
     * @throws IllegalArgumentException if the key is not the public key of a P-256 pair; the message says what it is instead
     */
    public static SendGridWebhook of(String publicKey, BounceSink sink) {
        return builder(SendGridVerifier.of(publicKey), sink).build();
    }

    /**
     * Starts a webhook.
     *
     * @param verifier verifies what SendGrid sends
     * @param sink takes the events
     * @return a builder
     */
    public static Builder builder(SendGridVerifier verifier, BounceSink sink) {
        return new Builder(verifier, sink);
    }

    @Override
    public int maxBodyBytes() {
        return pipeline.maxBodyBytes();
    }

    @Override
    public WebhookResponse handle(byte[] body, Function<String, @Nullable String> header) {
        return pipeline.handle(body, header);
    }

    /** Builds a {@link SendGridWebhook}. Not thread-safe. */
    public static final class Builder {
        private final SendGridVerifier verifier;
        private final BounceSink sink;
        private SendGridEventParser parser = new SendGridEventParser();
        private @Nullable UndigestedHandler undigested;
        private @Nullable WebhookAuth credentials;
        private int maxBodyBytes = DEFAULT_MAX_BODY;

        private Builder(SendGridVerifier verifier, BounceSink sink) {
            this.verifier = Objects.requireNonNull(verifier, "verifier");
            this.sink = Objects.requireNonNull(sink, "sink");
        }

        /**
         * Sets the parser.
         *
         * @param parser a parser
         * @return this builder
         */
        public Builder parser(SendGridEventParser parser) {
            this.parser = Objects.requireNonNull(parser, "parser");
            return this;
        }

        /**
         * Asks for credentials as a second proof, before the signature. For SendGrid's OAuth 2.0, give a check of the token
         * in the header {@code Authorization} that asks your authorisation server, or verifies the token as a JWT.
         *
         * @param credentials throws {@link org.bounce4j.VerificationException} for a token that is not good, and
         *     {@link org.bounce4j.UnavailableException} where it cannot be told now
         * @return this builder
         */
        public Builder credentials(WebhookAuth credentials) {
            this.credentials = Objects.requireNonNull(credentials, "credentials");
            return this;
        }

        /**
         * Sets who keeps elements that were signed and cannot be read. Without one a batch of which nothing can be read is
         * answered with 500, so that SendGrid repeats it; an unreadable element beside good ones is logged and left out.
         *
         * @param handler keeps them
         * @return this builder
         */
        public Builder undigested(UndigestedHandler handler) {
            this.undigested = Objects.requireNonNull(handler, "handler");
            return this;
        }

        /**
         * Sets the largest body that is read.
         *
         * @param bytes the limit in bytes, from 1; 8 MiB if not set
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1, or {@link Integer#MAX_VALUE}
         */
        public Builder maxBodyBytes(int bytes) {
            if (bytes < 1 || bytes == Integer.MAX_VALUE) {
                throw new IllegalArgumentException("Expected a limit of 1 to 2147483646 bytes, got " + bytes);
            }
            this.maxBodyBytes = bytes;
            return this;
        }

        /**
         * Builds the webhook.
         *
         * @return the webhook
         */
        public SendGridWebhook build() {
            return new SendGridWebhook(this);
        }
    }
}
