package org.bounce4j.ses;

import java.time.Instant;
import org.bounce4j.EmailAddress;
import org.bounce4j.EventId;
import org.jspecify.annotations.Nullable;

/** The recipe of an SES event's id. */
final class SesEventId {
    private static final String CHANNEL = "ses";

    private SesEventId() {}

    /** FeedbackId and recipient; where SES gives no feedbackId, what every transport of the event agrees on instead. */
    static String of(
            @Nullable String feedbackId,
            @Nullable String sesMessageId,
            String eventType,
            @Nullable Instant occurred,
            EmailAddress recipient) {
        if (feedbackId != null) {
            return EventId.of(CHANNEL, 1, "feedback", feedbackId, recipient.key());
        }
        return EventId.of(
                CHANNEL,
                1,
                "message",
                sesMessageId == null ? "" : sesMessageId,
                eventType,
                occurred == null ? "" : occurred.toString(),
                recipient.key());
    }
}
