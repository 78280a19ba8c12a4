package org.bounce4j.ses;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import org.bounce4j.BounceEvent;
import org.bounce4j.internal.JsonReader;
import org.bounce4j.internal.JsonReader.MalformedJsonException;
import org.jspecify.annotations.Nullable;

/** What an SES event says of the mail it is about: the object {@code mail}. */
final class SesMail {
    private static final int MAX_DESTINATIONS = 50;
    private static final Instant END_OF_TIME = Instant.parse("9999-12-31T00:00:00Z");

    /** {@code 2026-01-31T12:00:00.000Z}, {@code 2009-12-03T04:24:21.000-05:00}, {@code 2018-10-08T14:05:45 +0000}. */
    private static final DateTimeFormatter TIMESTAMP = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
            .optionalStart()
            .appendLiteral(' ')
            .optionalEnd()
            .appendPattern("[XXX][XX][X]")
            .toFormatter(Locale.ROOT);

    private final List<String> wantedHeaders;
    private final List<String> wantedTags;
    private final @Nullable String topicRegion;

    private @Nullable String id;
    private @Nullable String timestamp;
    private @Nullable String sourceArn;
    private final List<String> destinations = new ArrayList<>();
    /** Most documents are about mails that arrived, and nobody asks. */
    private @Nullable Destinations parsedDestinations;

    private final Map<String, String> headers = new HashMap<>();
    private final Map<String, String> tags = new LinkedHashMap<>();

    /**
     * Creates a mail of which nothing is known yet.
     *
     * @param wantedHeaders the names of the header fields to keep, compared without case
     * @param wantedTags the names of the tags to keep, however many there are
     */
    SesMail(List<String> wantedHeaders, List<String> wantedTags, @Nullable String topicRegion) {
        this.wantedHeaders = wantedHeaders;
        this.wantedTags = wantedTags;
        this.topicRegion = topicRegion;
    }

    /** Reads the object {@code mail}, at which the reader is. */
    void read(JsonReader reader) throws MalformedJsonException {
        reader.enter();
        while (reader.field()) {
            switch (reader.name()) {
                case "messageId" -> id = SesDocument.atMost(BounceEvent.MAX_MESSAGE_ID, reader.text());
                case "timestamp" -> timestamp = SesDocument.notBlank(reader.text());
                case "sourceArn" -> sourceArn = SesDocument.notBlank(reader.text());
                case "destination" -> readDestinations(reader);
                case "headers" -> readHeaders(reader);
                case "tags" -> readTags(reader);
                default -> reader.skip();
            }
        }
    }

    private void readDestinations(JsonReader reader) throws MalformedJsonException {
        if (reader.kind() != '[') {
            reader.skip();
            return;
        }
        reader.enter();
        while (reader.element()) {
            String destination = reader.text();
            if (destination != null && destinations.size() < MAX_DESTINATIONS) {
                destinations.add(destination);
            }
        }
    }

    private void readHeaders(JsonReader reader) throws MalformedJsonException {
        if (reader.kind() != '[') {
            reader.skip();
            return;
        }
        reader.enter();
        while (reader.element()) {
            if (reader.kind() == '{') {
                readHeader(reader);
            } else {
                reader.skip();
            }
        }
    }

    private void readHeader(JsonReader reader) throws MalformedJsonException {
        String wanted = null;
        String value = null;
        boolean named = false;
        reader.enter();
        while (reader.field()) {
            String field = reader.name();
            if (field.equals("name") && reader.kind() == '"') {
                named = true;
                wanted = wanted(reader.knownText());
            } else if (field.equals("value") && (!named || wanted != null) && reader.kind() == '"') {
                value = SesDocument.notBlank(reader.text());
            } else {
                reader.skip();
            }
        }
        if (wanted != null && value != null) {
            headers.putIfAbsent(wanted, value);
        }
    }

    private @Nullable String wanted(@Nullable String name) {
        for (String wanted : wantedHeaders) {
            if (wanted.equalsIgnoreCase(name)) {
                return wanted;
            }
        }
        return null;
    }

    private void readTags(JsonReader reader) throws MalformedJsonException {
        if (reader.kind() != '{') {
            reader.skip();
            return;
        }
        reader.enter();
        while (reader.field()) {
            String name = reader.name();
            // a document may have more tags than an event keeps, and be about thousands of recipients
            if (tags.size() < BounceEvent.MAX_TAGS && !name.isBlank() || wantedTags.contains(name)) {
                tags.put(name, tagValue(reader));
            } else {
                reader.skip();
            }
        }
    }

    private static String tagValue(JsonReader reader) throws MalformedJsonException {
        if (reader.kind() != '[') {
            return Objects.requireNonNullElse(reader.text(), "");
        }
        StringJoiner values = new StringJoiner(", ");
        reader.enter();
        while (reader.element()) {
            values.add(Objects.requireNonNullElse(reader.text(), ""));
        }
        return values.toString();
    }

    /** Returns SES' own identifier. */
    @Nullable
    String id() {
        return id;
    }

    /**
     * Returns the Message-ID that SES put on the wire in place of ours, made of its own identifier and the region; the same
     * for both dialects.
     */
    @Nullable
    String wireMessageId() {
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
        String region = SesEventParser.region(sourceArn);
        return region == null ? topicRegion : region;
    }

    /** Returns when the mail was handed to SES, which is also when SES refused it, where it did. */
    @Nullable
    Instant sentAt() {
        return instant(timestamp);
    }

    /** Returns everybody the mail went to, whether it bounced there or not. Serves one thread. */
    Destinations destinations() {
        Destinations parsed = parsedDestinations;
        if (parsed == null) {
            parsed = new Destinations(destinations);
            parsedDestinations = parsed;
        }
        return parsed;
    }

    /** Returns a wanted header field of the original message, where SES was told to return them. */
    @Nullable
    String header(String name) {
        String wanted = wanted(name);
        return wanted == null ? null : headers.get(wanted);
    }

    /** Returns the message tags, each with its values joined. */
    Map<String, String> tags() {
        return tags;
    }

    /** Returns the instant in one of the forms that SES has written over the years, or null. */
    static @Nullable Instant instant(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            if (text.endsWith("Z")) {
                return sensible(Timestamp.parse(text));
            }
        } catch (DateTimeException e) {
            // one of the other forms, then
        }
        try {
            return sensible(OffsetDateTime.parse(text.strip(), TIMESTAMP).toInstant());
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** No database and no reader of JSON need hold a year of five digits. */
    private static @Nullable Instant sensible(Instant instant) {
        return instant.isBefore(Instant.EPOCH) || !instant.isBefore(END_OF_TIME) ? null : instant;
    }
}
