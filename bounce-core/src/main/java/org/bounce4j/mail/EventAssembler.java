package org.bounce4j.mail;

import java.time.Instant;
import java.util.Locale;
import org.bounce4j.BounceClassifier;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceType;
import org.bounce4j.Classification;
import org.bounce4j.EmailAddress;
import org.bounce4j.EnhancedStatus;
import org.bounce4j.EventId;
import org.bounce4j.internal.CleanText;
import org.bounce4j.internal.Witness;
import org.bounce4j.internal.detect.Addresses;
import org.bounce4j.internal.detect.Failure;
import org.bounce4j.internal.detect.Finding;
import org.bounce4j.internal.detect.Message;
import org.bounce4j.internal.mime.Headers;
import org.bounce4j.internal.mime.MailDate;
import org.jspecify.annotations.Nullable;

/** Makes events of what a detector found: identity, attribution, classification. */
final class EventAssembler {
    private static final String CHANNEL = "mail";

    private final String source;
    private final BounceClassifier classifier;

    EventAssembler(String source, BounceClassifier classifier) {
        this.source = source;
        this.classifier = classifier;
    }

    /** Returns what makes events of one mail; whatever is the same for all of its recipients is read here, once. */
    Assembly of(Message message, Finding finding, Attribution attribution, Instant now) {
        return new Assembly(message, finding, attribution, now);
    }

    /** The events of one mail. */
    final class Assembly {
        private final Finding finding;
        private final Attribution attribution;
        private final Instant now;
        private final @Nullable String messageId;
        private final @Nullable String noticeId;
        private final @Nullable String dateField;
        private @Nullable Instant date;
        private @Nullable Instant arrival;
        private boolean datesKnown;

        private Assembly(Message message, Finding finding, Attribution attribution, Instant now) {
            this.finding = finding;
            this.attribution = attribution;
            this.now = now;
            messageId = attribution.messageId();
            noticeId = Attribution.messageId(message.header("Message-ID"));
            dateField = message.header("Date");
        }

        /** Returns the event, or null where neither address nor subscriber is known. */
        @Nullable
        BounceEvent event(Failure failure) {
            Attribution.Victim victim = attribution.victim(failure);
            if (victim == null) {
                return null;
            }
            EmailAddress recipient = victim.recipient();
            EmailAddress reported = victim.reported();
            String subscriber = victim.subscriber();
            Classification classification = classify(finding, failure, command(failure));
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
                    .trust(victim.trust())
                    .reportedRecipient(reported == null || reported.equals(recipient) ? null : reported)
                    .campaign(victim.campaign())
                    .status(status(failure))
                    .replyCode(failure.replyCode())
                    .diagnostic(failure.diagnostic())
                    .remoteMta(failure.remoteMta())
                    .messageId(messageId)
                    .occurredAt(occurredAt(failure))
                    .build();
        }

        /** What is said of the sender's address, and not of the recipient's, is as good as said to MAIL. */
        private @Nullable String command(Failure failure) {
            String said = failure.diagnostic();
            if (said == null || failure.replyCode() == 0 || said.indexOf('@') < 0) {
                return failure.command();
            }
            String words = said.toLowerCase(Locale.ROOT);
            boolean ofRecipient = isIn(words, failure.finalRecipient()) || isIn(words, failure.originalRecipient());
            return !ofRecipient && (isIn(words, attribution.sender()) || isIn(words, author()))
                    ? "MAIL"
                    : failure.command();
        }

        private static boolean isIn(String words, @Nullable EmailAddress address) {
            return address != null && isIn(words, address.address());
        }

        private static boolean isIn(String words, @Nullable String address) {
            return address != null && words.contains(address.toLowerCase(Locale.ROOT));
        }

        /** Who the message says it is from. */
        private @Nullable String author() {
            Headers original = finding.original();
            String from = original == null ? null : original.get("From");
            Addresses.Span span = from == null ? null : Addresses.next(from, 0);
            return span == null ? null : span.text();
        }

        private void readDates() {
            if (!datesKnown) {
                date = MailDate.parse(dateField);
                arrival = MailDate.parse(finding.arrivalDate());
                datesKnown = true;
            }
        }

        private @Nullable Instant occurredAt(Failure failure) {
            Instant at = MailDate.parse(failure.lastAttempt());
            if (at != null) {
                return at;
            }
            readDates();
            return date != null ? date : arrival;
        }

        /** The notice's own Message-ID and whom it is about; else the canonical fields of the report. */
        private String id(Failure failure, String recipient) {
            if (noticeId != null) {
                return EventId.of(CHANNEL, 1, "notice", noticeId, recipient);
            }
            readDates();
            Instant at = arrival == null ? date : arrival;
            return EventId.of(
                    CHANNEL,
                    1,
                    "report",
                    canonical(finding.reportingMta()),
                    at == null ? "" : at.toString(),
                    messageId == null ? "" : messageId,
                    recipient,
                    canonical(failure.diagnostic()));
        }
    }

    private Classification classify(Finding finding, Failure failure, @Nullable String command) {
        if (finding.kind() == MailKind.COMPLAINT) {
            return new Classification(BounceType.COMPLAINT, BounceReason.COMPLAINT, finding.detector());
        }
        int code = failure.replyCode();
        Classification said =
                classifier.classify(failure.status(), code, failure.diagnostic(), remoteHost(failure), command);
        boolean unknown = said.reason() == BounceReason.UNKNOWN;
        boolean guessed = Witness.isGuess(said.rule());
        String context = isOpen(failure) || unknown || guessed ? failure.context() : null;
        Classification all =
                context == null ? said : classifier.classify(failure.status(), code, context, null, failure.command());
        if (Witness.isGuess(all.rule()) || guessed && all.reason() == BounceReason.UNKNOWN) {
            // a word beside those about the recipient may be about anything
            all = said;
        }
        if (!unknown && all.type() == BounceType.HARD && isOfMessage(failure.status())) {
            // fixture dsn-vague-policy.eml
            all = said;
        }
        // fixtures filter-speaks-of-mailbox.eml, filter-reason-in-subject.eml
        return failure.isFiltered() && (all.type() == BounceType.HARD || all.reason() == BounceReason.UNKNOWN)
                ? new Classification(BounceType.SOFT, BounceReason.CONTENT_REJECTED, finding.detector())
                : all;
    }

    /** QUIRK: Post.Office reports no more than a status without detail, and says why in the words beside it; fixture dsn-vague-status.eml. */
    private static boolean isOpen(Failure failure) {
        EnhancedStatus status = failure.status();
        return failure.diagnostic() == null && status != null && status.detail() == 0;
    }

    /** Returns whether a status is about a system, the message or a policy: words beside it that call somebody dead mean another. */
    private static boolean isOfMessage(@Nullable EnhancedStatus status) {
        return status != null && (status.subject() == 3 || status.subject() == 6 || status.subject() == 7);
    }

    /** Who answered; where the notice does not say, whoever serves the recipient's domain. */
    private static @Nullable String remoteHost(Failure failure) {
        EmailAddress recipient = failure.recipient();
        return failure.remoteMta() != null || recipient == null ? failure.remoteMta() : recipient.domain();
    }

    /** The remote's own code in the diagnostic first, then the report's; none is made up. */
    private static @Nullable EnhancedStatus status(Failure failure) {
        return Witness.status(failure.status(), failure.said().orElse(null));
    }

    private static String canonical(@Nullable String text) {
        String line = CleanText.line(text, BounceEvent.MAX_DIAGNOSTIC);
        return line == null ? "" : line.toLowerCase(Locale.ROOT);
    }
}
