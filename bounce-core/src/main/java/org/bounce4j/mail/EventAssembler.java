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

    /** Returns the event, or null where neither address nor subscriber is known. */
    @Nullable
    BounceEvent assemble(Message message, Finding finding, Failure failure, Instant now) {
        Headers original = finding.original();
        EmailAddress mailed = EmailAddress.parse(failure.originalRecipient()).orElse(null);
        EmailAddress reported = EmailAddress.parse(failure.finalRecipient()).orElse(null);
        EmailAddress recipient = mailed == null ? reported : mailed;
        String subscriber = first(original, subscriberHeaders);
        String campaign = first(original, campaignHeaders);
        String messageId = messageId(original == null ? null : original.get("Message-ID"));
        String id = id(message, finding, failure, messageId, recipient == null ? subscriber : recipient.key());
        if (id == null) {
            return null;
        }
        Classification classification = classify(finding, failure);
        BounceEvent.Builder builder = recipient == null
                ? BounceEvent.builderForSubscriber(id, classification.type(), source, subscriber(subscriber), now)
                : BounceEvent.builder(id, classification.type(), source, recipient, now)
                        .subscriber(subscriber);
        return builder.classification(classification)
                .trust(subscriber != null || campaign != null ? Trust.CORRELATED : Trust.UNVERIFIED)
                .reportedRecipient(reported == null || reported.equals(recipient) ? null : reported)
                .campaign(campaign)
                .status(status(failure))
                .replyCode(ReplyCode.find(failure.diagnostic()))
                .diagnostic(failure.diagnostic())
                .remoteMta(failure.remoteMta())
                .messageId(messageId)
                .occurredAt(occurredAt(message, finding, failure))
                .build();
    }

    private static String subscriber(@Nullable String subscriber) {
        if (subscriber == null) {
            throw new IllegalStateException("An id is made of a recipient or a subscriber");
        }
        return subscriber;
    }

    private Classification classify(Finding finding, Failure failure) {
        if (finding.kind() == MailKind.COMPLAINT) {
            return new Classification(BounceType.COMPLAINT, BounceReason.COMPLAINT, finding.detector());
        }
        Classification said = classifier.classify(
                failure.status(), ReplyCode.find(failure.diagnostic()), failure.diagnostic(), failure.remoteMta());
        boolean silent = said.reason() == BounceReason.UNKNOWN;
        return silent && failure.context() != null
                ? classifier.classify(failure.status(), ReplyCode.find(failure.diagnostic()), failure.context(), null)
                : said;
    }

    /** The remote's own code in the diagnostic first, then the report's; none is made up. */
    private static @Nullable EnhancedStatus status(Failure failure) {
        EnhancedStatus said = EnhancedStatus.find(failure.diagnostic()).orElse(null);
        return said == null || said.isVague() && failure.status() != null ? failure.status() : said;
    }

    private static @Nullable Instant occurredAt(Message message, Finding finding, Failure failure) {
        Instant at = MailDate.parse(failure.lastAttempt());
        if (at == null) {
            at = MailDate.parse(message.header("Date"));
        }
        return at == null ? MailDate.parse(finding.arrivalDate()) : at;
    }

    /** The notice's own Message-ID and whom it is about; else the canonical fields of the report. */
    private static @Nullable String id(
            Message message,
            Finding finding,
            Failure failure,
            @Nullable String originalMessageId,
            @Nullable String recipient) {
        if (recipient == null) {
            return null;
        }
        String noticeId = messageId(message.header("Message-ID"));
        if (noticeId != null) {
            return EventId.of(CHANNEL, 1, "notice", noticeId, recipient);
        }
        Instant arrival = MailDate.parse(finding.arrivalDate());
        if (arrival == null) {
            arrival = MailDate.parse(message.header("Date"));
        }
        return EventId.of(
                CHANNEL,
                1,
                "report",
                canonical(finding.reportingMta()),
                arrival == null ? "" : arrival.toString(),
                originalMessageId == null ? "" : originalMessageId,
                recipient,
                canonical(failure.diagnostic()));
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
