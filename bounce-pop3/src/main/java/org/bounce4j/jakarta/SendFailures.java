package org.bounce4j.jakarta;

import jakarta.mail.Address;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.internet.InternetAddress;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.bounce4j.BounceBatch;
import org.bounce4j.BounceClassifier;
import org.bounce4j.BounceEvent;
import org.bounce4j.Classification;
import org.bounce4j.EmailAddress;
import org.bounce4j.EnhancedStatus;
import org.bounce4j.EventId;
import org.bounce4j.Trust;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;
import org.jspecify.annotations.Nullable;

/**
 * Makes events of the exception that a refused SMTP send throws.
 *
 * <p>A refused recipient is an event of that recipient. A refused sender or message is an event of each recipient whom the
 * mail therefore did not reach, and the classifier sees to it that the address is not blamed. Recipients who were only left
 * out because another one was refused are no events, and neither is a server that could not be reached: nobody has refused
 * them.
 *
 * <p>An event's id is made of the message's Message-ID, the recipient and the codes of the reply, so that trying the same mail
 * again with the same outcome is one event; without a Message-ID the day takes its place.
 *
 * <p>Immutable and thread-safe.
 */
public final class SendFailures {
    private static final String SOURCE = "smtp";
    private static final int MAX_CHAIN = 1_000;
    private static final SendFailures STANDARD = builder().build();

    private final Clock clock;
    private final BounceClassifier classifier;
    private final List<String> subscriberHeaders;
    private final List<String> campaignHeaders;

    private SendFailures(Builder builder) {
        clock = builder.clock;
        classifier = builder.classifier;
        subscriberHeaders = builder.subscriberHeaders;
        campaignHeaders = builder.campaignHeaders;
    }

    /**
     * Returns what an exception says, with the usual settings.
     *
     * @param failure what sending threw
     * @param message what was sent
     * @return the events; empty where no recipient was refused
     */
    public static BounceBatch toBatch(MessagingException failure, Message message) {
        return STANDARD.batch(failure, message);
    }

    /**
     * Starts a converter with other settings.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns what an exception says.
     *
     * @param failure what sending threw
     * @param message what was sent
     * @return the events; empty where no recipient was refused
     */
    public BounceBatch batch(MessagingException failure, Message message) {
        Map<EmailAddress, Reply> refused = new LinkedHashMap<>();
        Map<EmailAddress, Reply> undelivered = new LinkedHashMap<>();
        for (Exception each : chain(failure)) {
            if (each instanceof SMTPAddressFailedException recipient) {
                if (!isRefusal(recipient.getReturnCode())) {
                    // QUIRK: Angus throws this one too where the line is cut, or the answer is none, at RCPT
                    continue;
                }
                address(recipient.getAddress())
                        .ifPresent(address -> refused.putIfAbsent(
                                address, new Reply(recipient.getReturnCode(), recipient.getMessage())));
            } else if (each instanceof SMTPSendFailedException send && isRefusal(send.getReturnCode())) {
                Reply reply = new Reply(send.getReturnCode(), send.getMessage());
                unreached(send).forEach(address -> undelivered.putIfAbsent(address, reply));
            } else if (each instanceof SMTPSenderFailedException sender && isRefusal(sender.getReturnCode())) {
                Reply reply = new Reply(sender.getReturnCode(), sender.getMessage());
                unreached(failure).forEach(address -> undelivered.putIfAbsent(address, reply));
            }
        }
        undelivered.forEach(refused::putIfAbsent);
        List<BounceEvent> events = new ArrayList<>();
        Instant now = clock.instant();
        refused.forEach((address, reply) -> events.add(event(address, reply, message, now)));
        return BounceBatch.of(events);
    }

    /** An SMTP reply: its code and its text. */
    private record Reply(int code, @Nullable String text) {}

    private static List<Exception> chain(MessagingException failure) {
        List<Exception> chain = new ArrayList<>();
        Exception next = failure;
        while (next != null && chain.size() < MAX_CHAIN && !chain.contains(next)) {
            chain.add(next);
            next = next instanceof MessagingException messaging ? messaging.getNextException() : null;
        }
        return chain;
    }

    private static boolean isRefusal(int code) {
        return code >= 400 && code <= 599;
    }

    private static List<EmailAddress> unreached(MessagingException failure) {
        List<EmailAddress> addresses = new ArrayList<>();
        if (failure instanceof SendFailedException send) {
            for (Address[] list : new Address[][] {send.getValidUnsentAddresses(), send.getInvalidAddresses()}) {
                for (Address each : list == null ? new Address[0] : list) {
                    address(each).ifPresent(addresses::add);
                }
            }
        }
        return addresses;
    }

    private static Optional<EmailAddress> address(@Nullable Address address) {
        return address instanceof InternetAddress internet
                ? EmailAddress.parse(internet.getAddress())
                : Optional.empty();
    }

    private BounceEvent event(EmailAddress address, Reply reply, Message message, Instant now) {
        String messageId = header(message, List.of("Message-ID"));
        EnhancedStatus status = EnhancedStatus.find(reply.text()).orElse(null);
        Classification classification = classifier.classify(status, reply.code(), reply.text(), null);
        String id = EventId.of(
                SOURCE,
                1,
                messageId == null
                        ? "day " + LocalDate.ofInstant(now, ZoneOffset.UTC)
                        : EventId.bareMessageId(messageId),
                address.key(),
                Integer.toString(reply.code()),
                status == null ? "" : status.toString());
        return BounceEvent.builder(id, classification.type(), SOURCE, address, now)
                .classification(classification)
                .trust(Trust.AUTHENTICATED)
                .status(status)
                .replyCode(reply.code())
                .diagnostic(reply.text())
                .messageId(messageId)
                .subscriber(header(message, subscriberHeaders))
                .campaign(header(message, campaignHeaders))
                .build();
    }

    private static @Nullable String header(Message message, List<String> names) {
        for (String name : names) {
            try {
                String[] values = message.getHeader(name);
                if (values != null && values.length > 0) {
                    return values[0];
                }
            } catch (MessagingException e) {
                // a message that cannot say its header has none
                return null;
            }
        }
        return null;
    }

    /** Builds {@link SendFailures}. Not thread-safe. */
    public static final class Builder {
        private Clock clock = Clock.systemUTC();
        private BounceClassifier classifier = BounceClassifier.standard();
        private List<String> subscriberHeaders = List.of("X-Listmonk-Subscriber");
        private List<String> campaignHeaders = List.of("X-Listmonk-Campaign");

        private Builder() {}

        /**
         * Sets the clock that says when it happened.
         *
         * @param clock a clock
         * @return this builder
         */
        public Builder clock(Clock clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Sets the classifier.
         *
         * @param classifier a classifier
         * @return this builder
         */
        public Builder classifier(BounceClassifier classifier) {
            this.classifier = Objects.requireNonNull(classifier, "classifier");
            return this;
        }

        /**
         * Sets the header fields of your mails that hold the subscriber's identifier; {@code X-Listmonk-Subscriber} if not
         * set.
         *
         * @param names names of header fields, the first one found counts
         * @return this builder
         */
        public Builder subscriberHeaders(String... names) {
            this.subscriberHeaders = List.of(names);
            return this;
        }

        /**
         * Sets the header fields of your mails that hold the campaign's identifier; {@code X-Listmonk-Campaign} if not set.
         *
         * @param names names of header fields, the first one found counts
         * @return this builder
         */
        public Builder campaignHeaders(String... names) {
            this.campaignHeaders = List.of(names);
            return this;
        }

        /**
         * Builds the converter.
         *
         * @return the converter
         */
        public SendFailures build() {
            return new SendFailures(this);
        }
    }
}
