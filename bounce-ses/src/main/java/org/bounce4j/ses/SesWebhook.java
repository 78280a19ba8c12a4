package org.bounce4j.ses;

import java.util.Objects;
import java.util.function.Function;
import org.bounce4j.BounceBatch;
import org.bounce4j.BounceSink;
import org.bounce4j.MalformedPayloadException;
import org.bounce4j.webhook.BounceWebhook;
import org.bounce4j.webhook.UndigestedHandler;
import org.bounce4j.webhook.WebhookAuth;
import org.bounce4j.webhook.WebhookPipeline;
import org.bounce4j.webhook.WebhookResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The endpoint that Amazon SNS posts SES events to. Verifies, confirms subscriptions of allowed topics, stores, and answers so
 * that SNS does the right thing: 200 for what is durable or will never be wanted, 4xx for what is not from our topic (SNS does
 * not retry that), 5xx for our own trouble (SNS retries, by default three times within a minute: set a longer policy and a
 * dead-letter queue).
 *
 * <p>Thread-safe if the sink is.
 *
 * <pre>{@code
 * BounceWebhook webhook = SesWebhook.of(Topics.of("arn:aws:sns:eu-west-1:123456789012:bounces"), sink);
 * }</pre>
 */
public final class SesWebhook implements BounceWebhook {
    private static final Logger LOG = LoggerFactory.getLogger(SesWebhook.class);

    private final SnsVerifier verifier;
    private final SesEventParser parser;
    private final Confirmations confirmations;
    private final boolean confirms;
    private final WebhookPipeline pipeline;

    private SesWebhook(Builder builder) {
        verifier = builder.verifier;
        parser = builder.parser;
        confirmations = new Confirmations(builder.confirmer);
        confirms = builder.confirms;
        WebhookPipeline.Builder inner =
                WebhookPipeline.builder("ses", this::read, builder.sink).maxBodyBytes(builder.maxBodyBytes);
        if (builder.undigested != null) {
            inner.undigested(builder.undigested);
        }
        if (builder.credentials != null) {
            // SNS sends the credentials of its endpoint URL only after it was asked for them, by the 401 of the
            // pipeline
            inner.credentials(builder.credentials);
        }
        pipeline = inner.build();
    }

    /**
     * Returns a webhook with the usual settings.
     *
     * @param topics the topics that are ours
     * @param sink takes the events
     * @return the webhook
     */
    public static SesWebhook of(Topics topics, BounceSink sink) {
        return builder(SnsVerifier.of(topics), sink).build();
    }

    /**
     * Starts a webhook.
     *
     * @param verifier verifies what SNS sends
     * @param sink takes the events
     * @return a builder
     */
    public static Builder builder(SnsVerifier verifier, BounceSink sink) {
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

    private BounceBatch read(byte[] body, Function<String, @Nullable String> header) {
        if ("true".equalsIgnoreCase(header.apply("x-amz-sns-rawdelivery"))) {
            throw new MalformedPayloadException(
                    "Expected an SNS message, got raw message delivery, which is not signed;"
                            + " switch raw message delivery off for this subscription");
        }
        SnsMessage message = verifier.verify(body, header);
        if (message instanceof SnsMessage.Notification notification) {
            return parser.parse(notification);
        }
        if (message instanceof SnsMessage.SubscriptionConfirmation confirmation) {
            if (confirmations.confirm(confirmation, verifier.confirmationUrl(confirmation))) {
                LOG.info(
                        confirms
                                ? "ses: confirmed the subscription to {}"
                                : "ses: gave the confirmation of the subscription to {} to the confirmer that was set",
                        confirmation.topicArn());
            }
        } else {
            LOG.warn(
                    "ses: the subscription to {} was ended; its messages will not arrive any more", message.topicArn());
        }
        return BounceBatch.empty();
    }

    /** Builds an {@link SesWebhook}. Not thread-safe. */
    public static final class Builder {
        private final SnsVerifier verifier;
        private final BounceSink sink;
        private SesEventParser parser = new SesEventParser();
        private SubscriptionConfirmer confirmer = SubscriptionConfirmer.http();
        private boolean confirms = true;
        private @Nullable WebhookAuth credentials;
        private @Nullable UndigestedHandler undigested;
        private int maxBodyBytes = 1024 * 1024;

        private Builder(SnsVerifier verifier, BounceSink sink) {
            this.verifier = Objects.requireNonNull(verifier, "verifier");
            this.sink = Objects.requireNonNull(sink, "sink");
        }

        /**
         * Sets the parser.
         *
         * @param parser a parser
         * @return this builder
         */
        public Builder parser(SesEventParser parser) {
            this.parser = Objects.requireNonNull(parser, "parser");
            return this;
        }

        /**
         * Sets who confirms subscriptions; {@link SubscriptionConfirmer#http()} if not set. Is asked once for each token, until
         * it confirms.
         *
         * @param confirmer confirms, or hands the message to a person
         * @return this builder
         */
        public Builder confirmer(SubscriptionConfirmer confirmer) {
            this.confirmer = Objects.requireNonNull(confirmer, "confirmer");
            this.confirms = false;
            return this;
        }

        /**
         * Asks for credentials as a second proof. Put them into the endpoint's URL in the SNS console.
         *
         * @param credentials usually {@link WebhookAuth#basic(String, String)}
         * @return this builder
         */
        public Builder credentials(WebhookAuth credentials) {
            this.credentials = Objects.requireNonNull(credentials, "credentials");
            return this;
        }

        /**
         * Sets who keeps verified messages that cannot be read. Without one a message of which nothing can be read is answered
         * with 500, so that SNS retries and puts it into its dead-letter queue; a recipient who cannot be read beside others is
         * logged and left out.
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
         * @param bytes the limit in bytes, from 1; 1 MiB if not set
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
        public SesWebhook build() {
            return new SesWebhook(this);
        }
    }
}
