package org.bounce4j.mail;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.bounce4j.BounceClassifier;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceType;
import org.bounce4j.Classification;
import org.bounce4j.EmailAddress;
import org.bounce4j.EnhancedStatus;
import org.bounce4j.EventId;
import org.bounce4j.Trust;
import org.bounce4j.internal.CleanText;
import org.bounce4j.internal.detect.Failure;
import org.bounce4j.internal.detect.Finding;
import org.bounce4j.internal.detect.Message;
import org.bounce4j.internal.detect.ReplyCode;
import org.bounce4j.internal.mime.Headers;
import org.bounce4j.internal.mime.MailDate;
import org.jspecify.annotations.Nullable;

/** Makes events of what a detector found: identity, attribution, classification. */
final class EventAssembler {
    private static final String CHANNEL = "mail";

    private final String source;
    private final BounceClassifier classifier;
    private final List<String> subscriberHeaders;
    private final List<String> campaignHeaders;

    EventAssembler(
            String source, BounceClassifier classifier, List<String> subscriberHeaders, List<String> campaignHeaders) {
        this.source = source;
        this.classifier = classifier;
        this.subscriberHeaders = subscriberHeaders;
        this.campaignHeaders = campaignHeaders;
    }

    /** Returns what makes events of one mail; whatever is the same for all of its recipients is read here, once. */
    Assembly of(Message message, Finding finding, Instant now) {
        return new Assembly(message, finding, now);
    }

    /** The events of one mail. */
    final class Assembly {
        private final Finding finding;
        private final Instant now;
        private final @Nullable String subscriber;
        private final @Nullable String campaign;
        private final @Nullable String messageId;
        private final @Nullable String noticeId;
        private final @Nullable Instant date;
        private final @Nullable Instant arrival;
        private final String reportingMta;

        private Assembly(Message message, Finding finding, Instant now) {
            this.finding = finding;
            this.now = now;
            Headers original = finding.original();
            subscriber = first(original, subscriberHeaders);
            campaign = first(original, campaignHeaders);
            messageId = messageId(original == null ? null : original.get("Message-ID"));
            noticeId = messageId(message.header("Message-ID"));
            date = MailDate.parse(message.header("Date"));
            arrival = MailDate.parse(finding.arrivalDate());
            reportingMta = canonical(finding.reportingMta());
        }

        /** Returns the event, or null where neither address nor subscriber is known. */
        @Nullable
        BounceEvent event(Failure failure) {
            EmailAddress mailed =
                    EmailAddress.parse(failure.originalRecipient()).orElse(null);
            EmailAddress reported = EmailAddress.parse(failure.finalRecipient()).orElse(null);
            EmailAddress recipient = mailed == null ? reported : mailed;
            Classification classification = classify(finding, failure);
            BounceEvent.Builder builder;
            if (recipient != null) {
                builder = BounceEvent.builder(
                                id(failure, recipient.key()), classification.type(), source, recipient, now)
                        .subscriber(subscriber);
            } else if (subscriber != null) {
                builder = BounceEvent.builderForSubscriber(
                        id(failure, subscriber), classification.type(), source, subscriber, now);
            } else {
                return null;
            }
            return builder.classification(classification)
                    .trust(subscriber != null || campaign != null ? Trust.CORRELATED : Trust.UNVERIFIED)
                    .reportedRecipient(reported == null || reported.equals(recipient) ? null : reported)
                    .campaign(campaign)
                    .status(status(failure))
                    .replyCode(ReplyCode.find(failure.diagnostic()))
                    .diagnostic(failure.diagnostic())
                    .remoteMta(failure.remoteMta())
                    .messageId(messageId)
                    .occurredAt(occurredAt(failure))
                    .build();
        }

        private @Nullable Instant occurredAt(Failure failure) {
            Instant at = MailDate.parse(failure.lastAttempt());
            return at != null ? at : date != null ? date : arrival;
        }

        /** The notice's own Message-ID and whom it is about; else the canonical fields of the report. */
        private String id(Failure failure, String recipient) {
            if (noticeId != null) {
                return EventId.of(CHANNEL, 1, "notice", noticeId, recipient);
            }
            Instant at = arrival == null ? date : arrival;
            return EventId.of(
                    CHANNEL,
                    1,
                    "report",
                    reportingMta,
                    at == null ? "" : at.toString(),
                    messageId == null ? "" : messageId,
                    recipient,
                    canonical(failure.diagnostic()));
        }
    }

    private Classification classify(Finding finding, Failure failure) {
        if (finding.kind() == MailKind.COMPLAINT) {
            return new Classification(BounceType.COMPLAINT, BounceReason.COMPLAINT, finding.detector());
        }
        String text = failure.diagnostic();
        Classification said = classifier.classify(
                failure.status(), ReplyCode.find(text), text, remoteHost(failure), failure.command());
        boolean silent = said.reason() == BounceReason.UNKNOWN;
        return silent && failure.context() != null
                ? classifier.classify(
                        failure.status(), ReplyCode.find(text), failure.context(), null, failure.command())
                : said;
    }

    /** Who answered; where the notice does not say, whoever serves the recipient's domain. */
    private static @Nullable String remoteHost(Failure failure) {
        if (failure.remoteMta() != null) {
            return failure.remoteMta();
        }
        String recipient = failure.finalRecipient() == null ? failure.originalRecipient() : failure.finalRecipient();
        return EmailAddress.parse(recipient).map(EmailAddress::domain).orElse(null);
    }

    /** The remote's own code in the diagnostic first, then the report's; none is made up. */
    private static @Nullable EnhancedStatus status(Failure failure) {
        EnhancedStatus said = EnhancedStatus.find(failure.diagnostic()).orElse(null);
        return said == null || said.isVague() && failure.status() != null ? failure.status() : said;
    }

    private static String canonical(@Nullable String text) {
        String line = CleanText.line(text, BounceEvent.MAX_DIAGNOSTIC);
        return line == null ? "" : line.toLowerCase(Locale.ROOT);
    }

    private static @Nullable String messageId(@Nullable String header) {
        String id = header == null ? null : CleanText.line(EventId.bareMessageId(header), BounceEvent.MAX_MESSAGE_ID);
        return id == null || id.isEmpty() ? null : id;
    }

    private static @Nullable String first(@Nullable Headers original, List<String> names) {
        if (original != null) {
            for (String name : names) {
                String value = CleanText.line(original.get(name), BounceEvent.MAX_HOST_ID);
                if (value != null) {
                    return value;
                }
            }
        }
        return null;
    }
}
