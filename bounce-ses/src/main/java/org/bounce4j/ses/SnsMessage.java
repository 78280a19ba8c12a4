package org.bounce4j.ses;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.bounce4j.MalformedPayloadException;
import org.jspecify.annotations.Nullable;

/**
 * A message of Amazon SNS. Only {@link SnsVerifier} makes one, which proves that it came from an allowed topic, and the
 * hatches named {@code insecure…}, which prove nothing. Immutable and thread-safe.
 *
 * @see <a href="https://docs.aws.amazon.com/sns/latest/dg/http-header.html">SNS message formats</a>
 */
public abstract sealed class SnsMessage {
    private final String messageId;
    private final String topicArn;
    private final byte[] message;
    private final Instant timestamp;

    private SnsMessage(SnsEnvelope envelope) {
        messageId = envelope.messageId();
        topicArn = envelope.topicArn();
        message = envelope.message();
        timestamp = envelope.timestamp();
    }

    static SnsMessage of(SnsEnvelope envelope) {
        return switch (envelope.kind()) {
            case NOTIFICATION -> new Notification(envelope);
            case SUBSCRIPTION_CONFIRMATION -> new SubscriptionConfirmation(envelope);
            case UNSUBSCRIBE_CONFIRMATION -> new UnsubscribeConfirmation(envelope);
        };
    }

    /**
     * Reads an envelope without looking at its signature, for transports that prove by themselves where it comes from, such as
     * a queue that only your topic may write to. Whoever can write to that transport can have any address suppressed.
     *
     * @param envelope the JSON envelope as SNS wrote it
     * @return the message
     * @throws MalformedPayloadException if it is not the envelope of an SNS message
     */
    public static SnsMessage insecureUnverified(byte[] envelope) {
        return of(SnsEnvelope.parse(envelope));
    }

    /**
     * Returns SNS' identifier of the message, the same for each attempt to deliver it.
     *
     * @return a UUID
     */
    public String messageId() {
        return messageId;
    }

    /**
     * Returns the topic.
     *
     * @return its ARN
     */
    public String topicArn() {
        return topicArn;
    }

    /**
     * Returns what was published, exactly as it was signed.
     *
     * @return for SES a JSON document
     */
    public String message() {
        return new String(message, StandardCharsets.UTF_8);
    }

    /** The message in UTF-8; not to be changed. */
    byte[] messageBytes() {
        return message;
    }

    /**
     * Returns when it was published.
     *
     * @return by SNS' clock
     */
    public Instant timestamp() {
        return timestamp;
    }

    /** What somebody published to the topic. */
    public static final class Notification extends SnsMessage {
        private final @Nullable String subject;

        private Notification(SnsEnvelope envelope) {
            super(envelope);
            subject = envelope.subject();
        }

        /**
         * Returns the subject.
         *
         * @return the subject, empty where the publisher gave none
         */
        public Optional<String> subject() {
            return Optional.ofNullable(subject);
        }
    }

    /** The question whether this endpoint wants the topic's messages. */
    public static final class SubscriptionConfirmation extends SnsMessage {
        private final String token;
        private final String subscribeUrl;

        private SubscriptionConfirmation(SnsEnvelope envelope) {
            super(envelope);
            token = envelope.token();
            subscribeUrl = envelope.subscribeUrl();
        }

        /**
         * Returns the token to confirm with, by AWS' API {@code ConfirmSubscription}.
         *
         * @return the token
         */
        public String token() {
            return token;
        }

        /**
         * Returns the URL whose visit confirms. {@link SnsVerifier#confirmationUrl} checks it; do not visit it unchecked.
         *
         * @return the URL as it stands in the message
         */
        public String subscribeUrl() {
            return subscribeUrl;
        }
    }

    /** Says that the subscription was ended. Its URL, which is not given here, would subscribe again. */
    public static final class UnsubscribeConfirmation extends SnsMessage {
        private UnsubscribeConfirmation(SnsEnvelope envelope) {
            super(envelope);
        }
    }
}
