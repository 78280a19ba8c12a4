package org.bounce4j.ses;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.bounce4j.BounceBatch;
import org.bounce4j.BounceClassifier;
import org.bounce4j.BounceEvent;
import org.bounce4j.EmailAddress;
import org.bounce4j.MalformedPayloadException;
import org.bounce4j.Undigested;
import org.bounce4j.internal.Json;
import org.jspecify.annotations.Nullable;

/**
 * Reads what Amazon SES says of a mail, in both of its dialects: feedback notifications ({@code notificationType}) and event
 * publishing ({@code eventType}).
 *
 * <p>Bounces and complaints give one event for each recipient that bounced or complained, and for nobody else; delivery delays
 * give delays; what SES itself refused to send ({@code Reject}, {@code Rendering Failure}) gives one event for each
 * destination, for which never the address is to blame. Everything else, and types of next year, give nothing.
 *
 * <p>An event's id is made of {@code feedbackId} and recipient, so both dialects and every transport of one bounce agree;
 * where SES gives no feedbackId, of its message id, the event's type and time, and the recipient.
 *
 * <p>Immutable and thread-safe.
 *
 * @see <a href="https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html">SES notification contents</a>
 */
public final class SesEventParser {
    static final String SOURCE = "ses";

    private final Clock clock;
    private final SesJudge judge;
    private final List<String> subscriberHeaders;
    private final List<String> campaignHeaders;
    private final List<String> headers;
    private final List<String> subscriberTags;
    private final List<String> campaignTags;

    /** Creates a parser with the usual settings. */
    public SesEventParser() {
        this(new Builder());
    }

    private SesEventParser(Builder builder) {
        clock = builder.clock;
        judge = new SesJudge(builder.classifier);
        subscriberHeaders = builder.subscriberHeaders;
        campaignHeaders = builder.campaignHeaders;
        headers = Stream.concat(subscriberHeaders.stream(), campaignHeaders.stream())
                .toList();
        subscriberTags = builder.subscriberTags;
        campaignTags = builder.campaignTags;
    }

    /**
     * Starts a parser.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Reads a verified message.
     *
     * @param message a notification of our topic
     * @return what it says; a message that cannot be read is in {@link BounceBatch#undigested()}
     */
    public BounceBatch parse(SnsMessage.Notification message) {
        String text = message.message();
        if (isGreeting(text)) {
            return BounceBatch.empty();
        }
        try {
            return read(SesDocument.read(text.getBytes(StandardCharsets.UTF_8), headers), region(message.topicArn()));
        } catch (IOException e) {
            return undigested(text, "expected the JSON of an SES event, went wrong at " + Json.where(e));
        } catch (MalformedPayloadException e) {
            return undigested(text, String.valueOf(e.getMessage()));
        }
    }

    /** Returns the region of an ARN, or null. */
    static @Nullable String region(@Nullable String arn) {
        int start = 0;
        for (int colons = 0; arn != null && colons < 3; colons++) {
            start = arn.indexOf(':', start) + 1;
            if (start == 0) {
                return null;
            }
        }
        int end = arn == null ? -1 : arn.indexOf(':', start);
        return arn == null || end <= start ? null : arn.substring(start, end);
    }

    /** What SES publishes once, when a topic is tied to it, and what SNS' own console sends for a test. */
    static boolean isGreeting(String text) {
        return text.startsWith("Successfully validated SNS topic for Amazon SES")
                || text.chars().noneMatch(c -> c == '{' || c == '[');
    }

    private static BounceBatch undigested(String text, String cause) {
        return new BounceBatch(
                List.of(), List.of(), List.of(new Undigested(SOURCE, text.getBytes(StandardCharsets.UTF_8), cause)));
    }

    /**
     * Reads an SES event that came by a transport which proves by itself where it comes from: the payload of a unit test, the
     * {@code detail} of an EventBridge event. Thread-safe.
     *
     * @param json the SES event as JSON
     * @return what it says
     * @throws MalformedPayloadException if it is not an SES event
     */
    public BounceBatch parseTrusted(String json) {
        try {
            return read(SesDocument.read(json.getBytes(StandardCharsets.UTF_8), headers), null);
        } catch (IOException e) {
            throw new MalformedPayloadException("Expected the JSON of an SES event, went wrong at " + Json.where(e));
        }
    }

    /**
     * Reads the body of an SQS message: the envelope of SNS, whose signature is <em>not</em> looked at, or with raw message
     * delivery the SES event itself. Whoever may write to the queue can have any address suppressed: let only your topic, and
     * where that cannot be, verify with {@link SnsVerifier} and {@link SnsVerifier.Builder#anyAge()}.
     *
     * @param body the body of one message
     * @return what it says; empty for the greetings and confirmations of SNS
     * @throws MalformedPayloadException if it is neither
     */
    public BounceBatch parseTrustedSqs(String body) {
        return new SesEnvelopes(this::read).sqs(document(body, "an SNS message or an SES event"));
    }

    /**
     * Reads the event that AWS Lambda hands to a function: records of SNS or of SQS, or an EventBridge event. A record that
     * cannot be read costs the others nothing: it is in {@link BounceBatch#undigested()}.
     *
     * @param event the event as JSON
     * @return what its records say
     * @throws MalformedPayloadException if it is no such event
     */
    public BounceBatch parseTrustedLambda(String event) {
        return new SesEnvelopes(this::read).lambda(document(event, "the event of a Lambda function"));
    }

    /**
     * Reads an EventBridge event with {@code source} {@code aws.ses}.
     *
     * @param event the whole event as JSON; its {@code detail} is the SES event
     * @return what it says
     * @throws MalformedPayloadException if it is no such event
     */
    public BounceBatch parseTrustedEventBridge(String event) {
        return new SesEnvelopes(this::read).eventBridge(document(event, "an EventBridge event"));
    }

    /**
     * Reads what Amazon Data Firehose delivers: the request to an HTTP endpoint, with its records in base64, or the text it
     * writes to a file, a document a line. The documents are SES events or, from SNS, unsigned envelopes of them. A record
     * that cannot be read costs the others nothing: it is in {@link BounceBatch#undigested()}.
     *
     * @param delivery the request's body, or the text of a file
     * @return what its records say
     * @throws MalformedPayloadException if there is no record in it
     */
    public BounceBatch parseTrustedFirehose(String delivery) {
        return new SesEnvelopes(this::read).firehose(delivery);
    }

    private static JsonNode document(String json, String what) {
        try {
            return Json.read(json);
        } catch (IOException e) {
            throw new MalformedPayloadException("Expected the JSON of " + what + ", went wrong at " + Json.where(e));
        }
    }

    private BounceBatch read(JsonNode root, @Nullable String topicRegion) {
        if (!root.isObject()) {
            throw new MalformedPayloadException("Expected the JSON object of an SES event, got something else");
        }
        String type = text(root, "eventType");
        type = type == null ? text(root, "notificationType") : type;
        if (type == null) {
            throw new MalformedPayloadException(
                    "Expected an SES event with eventType or notificationType, got neither; what other services wrap"
                            + " around it is for the methods parseTrustedSqs, …Lambda, …EventBridge and …Firehose");
        }
        SesMail mail = new SesMail(root.path("mail"), topicRegion);
        return switch (type) {
            case "Bounce" -> bounce(required(root, "bounce"), mail);
            case "Complaint" -> complaint(required(root, "complaint"), mail);
            case "DeliveryDelay" -> delay(required(root, "deliveryDelay"), mail);
            case "Reject" -> refused("Reject", root.path("reject"), mail);
            case "Rendering Failure" -> refused("Rendering Failure", root.path("failure"), mail);
            default -> BounceBatch.empty();
        };
    }

    private static JsonNode required(JsonNode root, String field) {
        JsonNode object = root.path(field);
        if (!object.isObject()) {
            throw new MalformedPayloadException("Expected the object " + field + " in an SES event, got none");
        }
        return object;
    }

    private BounceBatch bounce(JsonNode bounce, SesMail mail) {
        List<BounceEvent> events = new ArrayList<>();
        List<BounceEvent> delays = new ArrayList<>();
        List<Undigested> undigested = new ArrayList<>();
        for (JsonNode recipient : recipients(bounce, "bouncedRecipients")) {
            EmailAddress address = address(recipient, undigested);
            if (address == null) {
                continue;
            }
            if ("delayed".equalsIgnoreCase(text(recipient, "action"))) {
                delays.add(event(judge.delay(text(bounce, "bounceSubType"), recipient), bounce, "Bounce", mail, address)
                        .build());
                continue;
            }
            SesJudge.Judgement judgement =
                    judge.bounce(text(bounce, "bounceType"), text(bounce, "bounceSubType"), recipient);
            if (judgement != null) {
                events.add(event(judgement, bounce, "Bounce", mail, address).build());
            }
        }
        return batch(events, delays, undigested);
    }

    private BounceBatch complaint(JsonNode complaint, SesMail mail) {
        List<JsonNode> recipients = recipients(complaint, "complainedRecipients");
        SesJudge.Judgement judgement = judge.complaint(
                text(complaint, "complaintFeedbackType"), text(complaint, "complaintSubType"), recipients.size());
        if (judgement == null) {
            return BounceBatch.empty();
        }
        List<BounceEvent> events = new ArrayList<>();
        List<Undigested> undigested = new ArrayList<>();
        for (JsonNode recipient : recipients) {
            EmailAddress address = address(recipient, undigested);
            if (address != null) {
                events.add(
                        event(judgement, complaint, "Complaint", mail, address).build());
            }
        }
        return batch(events, List.of(), undigested);
    }

    private BounceBatch delay(JsonNode delay, SesMail mail) {
        List<BounceEvent> delays = new ArrayList<>();
        List<Undigested> undigested = new ArrayList<>();
        for (JsonNode recipient : recipients(delay, "delayedRecipients")) {
            EmailAddress address = address(recipient, undigested);
            if (address != null) {
                delays.add(
                        event(judge.delay(text(delay, "delayType"), recipient), delay, "DeliveryDelay", mail, address)
                                .build());
            }
        }
        return batch(List.of(), delays, undigested);
    }

    private BounceBatch refused(String type, JsonNode details, SesMail mail) {
        SesJudge.Judgement judgement = judge.refused(type, details);
        List<BounceEvent> events = new ArrayList<>();
        for (String destination : mail.destinations()) {
            EmailAddress.parse(SesMail.bareAddress(destination))
                    .ifPresent(address -> events.add(
                            event(judgement, details, type, mail, address).build()));
        }
        return BounceBatch.of(events);
    }

    private static List<JsonNode> recipients(JsonNode object, String field) {
        JsonNode list = object.path(field);
        if (!list.isArray() || list.isEmpty()) {
            throw new MalformedPayloadException("Expected at least one of " + field + " in an SES event, got none");
        }
        List<JsonNode> recipients = new ArrayList<>();
        list.forEach(recipients::add);
        return recipients;
    }

    private static BounceBatch batch(List<BounceEvent> events, List<BounceEvent> delays, List<Undigested> undigested) {
        if (events.isEmpty() && delays.isEmpty() && !undigested.isEmpty()) {
            throw new MalformedPayloadException("Expected a mail address in emailAddress, got something else");
        }
        return new BounceBatch(events, delays, undigested);
    }

    /** Returns the recipient's address; one that cannot be read costs the others nothing. */
    private static @Nullable EmailAddress address(JsonNode recipient, List<Undigested> undigested) {
        EmailAddress address = EmailAddress.parse(SesMail.bareAddress(text(recipient, "emailAddress")))
                .orElse(null);
        if (address == null) {
            undigested.add(new Undigested(
                    SOURCE,
                    recipient.toString().getBytes(StandardCharsets.UTF_8),
                    "expected a mail address in emailAddress"));
        }
        return address;
    }

    private BounceEvent.Builder event(
            SesJudge.Judgement judgement, JsonNode details, String eventType, SesMail mail, EmailAddress address) {
        String feedbackId = text(details, "feedbackId");
        String timestamp = text(details, "timestamp");
        Instant occurred = SesMail.instant(timestamp);
        Map<String, String> tags = mail.tags();
        return BounceEvent.builder(
                        SesEventId.of(feedbackId, mail.id(), eventType, occurred, address),
                        judgement.type(),
                        SOURCE,
                        address,
                        clock.instant())
                .reason(judgement.reason())
                .rule(judgement.rule())
                .trust(judgement.trust())
                .status(judgement.status())
                .replyCode(judgement.replyCode())
                .diagnostic(judgement.diagnostic())
                .remoteMta(text(details, "remoteMtaIp"))
                .messageId(mail.wireMessageId())
                .providerMessageId(mail.id())
                .subscriber(attribute(mail, tags, subscriberHeaders, subscriberTags))
                .campaign(attribute(mail, tags, campaignHeaders, campaignTags))
                .occurredAt(occurred == null ? mail.sentAt() : occurred)
                .tags(tags)
                .meta(meta(eventType, details, feedbackId));
    }

    private static @Nullable String attribute(
            SesMail mail, Map<String, String> tags, List<String> headers, List<String> tagNames) {
        for (String header : headers) {
            String value = mail.header(header);
            if (value != null) {
                return value;
            }
        }
        for (String tag : tagNames) {
            String value = tags.get(tag);
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    private static final List<String> META = List.of(
            "bounceType",
            "bounceSubType",
            "complaintFeedbackType",
            "complaintSubType",
            "userAgent",
            "delayType",
            "expirationTime",
            "reportingMTA",
            "reason",
            "templateName");

    private static String meta(String eventType, JsonNode details, @Nullable String feedbackId) {
        StringBuilder meta =
                new StringBuilder(256).append("{\"event\":\"").append(eventType).append('"');
        append(meta, "feedbackId", feedbackId);
        for (String field : META) {
            append(meta, field, text(details, field));
        }
        return meta.append('}').toString();
    }

    private static void append(StringBuilder json, String field, @Nullable String value) {
        if (value != null) {
            json.append(",\"").append(field).append("\":\"");
            JsonStringEncoder.getInstance().quoteAsString(value, json);
            json.append('"');
        }
    }

    static @Nullable String text(JsonNode object, String field) {
        JsonNode value = object.get(field);
        return value == null
                        || !value.isValueNode()
                        || value.isNull()
                        || value.asText().isBlank()
                ? null
                : value.asText();
    }

    /** Builds a {@link SesEventParser}. Not thread-safe. */
    public static final class Builder {
        private Clock clock = Clock.systemUTC();
        private BounceClassifier classifier = BounceClassifier.standard();
        private List<String> subscriberHeaders = List.of("X-Listmonk-Subscriber");
        private List<String> campaignHeaders = List.of("X-Listmonk-Campaign");
        private List<String> subscriberTags = List.of("subscriber_uuid");
        private List<String> campaignTags = List.of("campaign_uuid");

        private Builder() {}

        /**
         * Sets the clock that says when an event was received.
         *
         * @param clock a clock
         * @return this builder
         */
        public Builder clock(Clock clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Sets the classifier that reads diagnostics.
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
         * set. SES returns headers only where "include original headers" is on.
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
         * Sets the SES message tags that hold the subscriber's identifier; {@code subscriber_uuid} if not set.
         *
         * @param names names of tags, asked after the headers
         * @return this builder
         */
        public Builder subscriberTags(String... names) {
            this.subscriberTags = List.of(names);
            return this;
        }

        /**
         * Sets the SES message tags that hold the campaign's identifier; {@code campaign_uuid} if not set.
         *
         * @param names names of tags, asked after the headers
         * @return this builder
         */
        public Builder campaignTags(String... names) {
            this.campaignTags = List.of(names);
            return this;
        }

        /**
         * Builds the parser.
         *
         * @return the parser
         */
        public SesEventParser build() {
            return new SesEventParser(this);
        }
    }
}
