package org.bounce4j.ses;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an SES event says of the mail it is about: the object {@code mail}. */
final class SesMail {
    private static final int MAX_DESTINATIONS = 50;
    /** {@code 2026-01-31T12:00:00.000Z}, {@code 2009-12-03T04:24:21.000-05:00}, {@code 2018-10-08T14:05:45 +0000}. */
    private static final DateTimeFormatter TIMESTAMP = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
            .optionalStart()
            .appendLiteral(' ')
            .optionalEnd()
            .appendPattern("[XXX][XX][X]")
            .toFormatter(Locale.ROOT);

    private final JsonNode mail;
    private final @Nullable String topicRegion;

    SesMail(JsonNode mail, @Nullable String topicRegion) {
        this.mail = mail;
        this.topicRegion = topicRegion;
    }

    /** Returns SES' own identifier. */
    @Nullable
    String id() {
        return SesEventParser.text(mail, "messageId");
    }

    /**
     * Returns the Message-ID that SES put on the wire in place of ours, made of its own identifier and the region; the same
     * for both dialects.
     */
    @Nullable
    String wireMessageId() {
        String id = id();
        String region = region();
        if (id == null || id.indexOf('@') >= 0) {
            return id;
        }
        if (region == null) {
            return null;
        }
        return id + (region.equals("us-east-1") ? "@email.amazonses.com" : "@" + region + ".amazonses.com");
    }

    private @Nullable String region() {
        String region = SesEventParser.region(SesEventParser.text(mail, "sourceArn"));
        return region == null ? topicRegion : region;
    }

    /** Returns when the mail was handed to SES, which is also when SES refused it, where it did. */
    @Nullable
    Instant sentAt() {
        return instant(SesEventParser.text(mail, "timestamp"));
    }

    /** Returns everybody the mail went to, whether it bounced there or not. */
    List<String> destinations() {
        List<String> destinations = new ArrayList<>();
        for (JsonNode destination : mail.path("destination")) {
            if (destinations.size() < MAX_DESTINATIONS) {
                destinations.add(destination.asText());
            }
        }
        return destinations;
    }

    /** Returns a header field of the original message, where SES was told to return them. */
    @Nullable
    String header(String name) {
        for (JsonNode header : mail.path("headers")) {
            if (name.equalsIgnoreCase(SesEventParser.text(header, "name"))) {
                return SesEventParser.text(header, "value");
            }
        }
        return null;
    }

    /** Returns the message tags, each with its values joined. */
    Map<String, String> tags() {
        Map<String, String> tags = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> tag : mail.path("tags").properties()) {
            List<String> values = new ArrayList<>();
            if (tag.getValue().isArray()) {
                tag.getValue().forEach(value -> values.add(value.asText()));
            } else {
                values.add(tag.getValue().asText());
            }
            tags.put(tag.getKey(), String.join(", ", values));
        }
        return tags;
    }

    /** Returns the address in {@code Name <address>}. */
    static @Nullable String bareAddress(@Nullable String text) {
        if (text == null) {
            return null;
        }
        int open = text.lastIndexOf('<');
        int close = text.indexOf('>', open + 1);
        return open >= 0 && close > open ? text.substring(open + 1, close) : text;
    }

    /** Returns the instant in one of the forms that SES has written over the years, or null. */
    static @Nullable Instant instant(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            if (text.endsWith("Z")) {
                return Timestamp.parse(text);
            }
        } catch (DateTimeException e) {
            // one of the other forms, then
        }
        try {
            return OffsetDateTime.parse(text.strip(), TIMESTAMP).toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }
}
