package org.bounce4j.webhook;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bounce4j.BounceEvent;
import org.bounce4j.EmailAddress;
import org.bounce4j.EventId;
import org.bounce4j.internal.CanonicalJson;
import org.bounce4j.internal.CleanText;
import org.bounce4j.internal.EventFields;
import org.jspecify.annotations.Nullable;

/**
 * The recipe of a posted event's id. Version 1 of the content recipe takes exactly the fields below: a field that a later
 * version learns to read does not change the ids of posts that already hold it.
 */
final class JsonEventId {
    private static final String CHANNEL = "json";
    private static final int MAX_SENT_ID = 255;

    private JsonEventId() {}

    static String of(EventFields fields, String user, @Nullable String key, int index, Instant now) {
        String sent = fields.text("id", MAX_SENT_ID);
        if (sent != null) {
            return EventId.of(CHANNEL, 1, user, "id", sent);
        }
        if (key != null) {
            return EventId.of(CHANNEL, 1, user, "key", key, Integer.toString(index));
        }
        List<String> parts = new ArrayList<>(List.of(user, "content"));
        parts.add(fields.address("email").map(EmailAddress::key).orElse(""));
        parts.add(lower(fields.text("subscriber_uuid")));
        parts.add(lower(fields.text("campaign_uuid")));
        parts.add(line(fields.text("source"), BounceEvent.MAX_SOURCE));
        parts.add(fields.type().json());
        parts.add(fields.status() == null ? "" : String.valueOf(fields.status()));
        parts.add(Integer.toString(fields.replyCode()));
        parts.add(line(fields.text("diagnostic"), BounceEvent.MAX_DIAGNOSTIC));
        String messageId = fields.text("message_id");
        parts.add(messageId == null ? "" : EventId.bareMessageId(messageId));
        parts.add(line(fields.text("provider_message_id"), BounceEvent.MAX_MESSAGE_ID));
        Instant created = fields.instant("created_at");
        parts.add(created == null ? "day " + LocalDate.ofInstant(now, ZoneOffset.UTC) : created.toString());
        parts.add(CanonicalJson.of(fields.meta()));
        return EventId.of(CHANNEL, 1, parts.toArray(String[]::new));
    }

    private static String lower(@Nullable String text) {
        return text == null ? "" : text.strip().toLowerCase(Locale.ROOT);
    }

    private static String line(@Nullable String text, int max) {
        String line = CleanText.line(text, max);
        return line == null ? "" : line;
    }
}
