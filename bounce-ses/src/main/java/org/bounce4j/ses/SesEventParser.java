package org.bounce4j.ses;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bounce4j.BounceBatch;
import org.bounce4j.BounceClassifier;
import org.bounce4j.EmailAddress;
import org.bounce4j.MalformedPayloadException;
import org.bounce4j.Undigested;
import org.bounce4j.internal.CleanText;
import org.bounce4j.internal.Json;
import org.bounce4j.internal.JsonNames;
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
    private static final String GREETING = "Successfully validated SNS topic for Amazon SES";
    private static final byte[] SES_GREETING = GREETING.getBytes(StandardCharsets.US_ASCII);

    private final Clock clock;
    private final SesJudge judge;
    private final SesAttribution attribution;
    private final List<String> headers;
    private final List<String> tags;
    private final JsonNames names;

    /** Creates a parser with the usual settings. */
    public SesEventParser() {
        this(new Builder());
    }

    private SesEventParser(Builder builder) {
        clock = builder.clock;
        judge = new SesJudge(builder.classifier);
        attribution = new SesAttribution(
                builder.subscriberHeaders, builder.campaignHeaders, builder.subscriberTags, builder.campaignTags);
        headers = attribution.headers();
        tags = attribution.tags();
        names = SesDocument.names(headers);
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
        byte[] text = message.messageBytes();
        if (isGreeting(text)) {
            return BounceBatch.empty();
        }
        try {
            return published(text, region(message.topicArn()));
        } catch (MalformedPayloadException e) {
            return new BounceBatch(
                    List.of(), List.of(), List.of(new Undigested(SOURCE, text, String.valueOf(e.getMessage()))));
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
    static boolean isGreeting(byte[] text) {
        if (startsWith(text, SES_GREETING)) {
            return true;
        }
        for (byte b : text) {
            if (b == '{' || b == '[') {
                return false;
            }
        }
        return true;
    }

    /** Returns whether the greeting of SES stands there with nothing around it, as raw delivery leaves it. */
    static boolean isBareGreeting(String text, int at) {
        return text.startsWith(GREETING, at);
    }

    private static boolean startsWith(byte[] text, byte[] start) {
        return text.length >= start.length && Arrays.equals(text, 0, start.length, start, 0, start.length);
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
        return read(CleanText.utf8(json), null);
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
        if (isBareGreeting(body, 0)) {
            return BounceBatch.empty();
        }
        return new SesEnvelopes(this).sqs(document(body, "an SNS message or an SES event"));
    }

    /**
     * Reads the event that AWS Lambda hands to a function: records of SNS or of SQS, or an EventBridge event. A record that
     * cannot be read costs the others nothing: it is in {@link BounceBatch#undigested()}. Behind the first hundred such
     * records, those that stand side by side are one.
     *
     * @param event the event as JSON
     * @return what its records say
     * @throws MalformedPayloadException if it is no such event
     */
    public BounceBatch parseTrustedLambda(String event) {
        return new SesEnvelopes(this).lambda(document(event, "the event of a Lambda function"));
    }

    /**
     * Reads an EventBridge event with {@code source} {@code aws.ses}.
     *
     * @param event the whole event as JSON; its {@code detail} is the SES event
     * @return what it says
     * @throws MalformedPayloadException if it is no such event
     */
    public BounceBatch parseTrustedEventBridge(String event) {
        return new SesEnvelopes(this).eventBridge(document(event, "an EventBridge event"));
    }

    /**
     * Reads what Amazon Data Firehose delivers: the request to an HTTP endpoint, with its records in base64, or the text it
     * writes to a file, a document a line. The documents are SES events or, from SNS, unsigned envelopes of them. A record
     * that cannot be read costs the others nothing: it is in {@link BounceBatch#undigested()}. Behind the first hundred such
     * records, those that stand side by side are one.
     *
     * @param delivery the request's body, or the text of a file
     * @return what its records say
     * @throws MalformedPayloadException if it is blank, or one JSON document that is none of these
     */
    public BounceBatch parseTrustedFirehose(String delivery) {
        return new SesEnvelopes(this).firehose(delivery);
    }

    private static JsonNode document(String json, String what) {
        try {
            return Json.read(json);
        } catch (IOException e) {
            throw new MalformedPayloadException("Expected the JSON of " + what + ", went wrong at " + Json.where(e));
        }
    }

    /** Reads what was published to a topic: an SES event, or an event of EventBridge with one in it. */
    BounceBatch published(byte[] json, @Nullable String topicRegion) {
        SesDocument event = document(json, topicRegion);
        return event.isWrappedByEventBridge()
                ? parseTrustedEventBridge(new String(json, StandardCharsets.UTF_8))
                : read(event);
    }

    /** Reads the JSON of an SES event; the region is where it was published, or null. */
    BounceBatch read(byte[] json, @Nullable String topicRegion) {
        return read(document(json, topicRegion));
    }

    private SesDocument document(byte[] json, @Nullable String topicRegion) {
        return SesDocument.read(json, names, new SesMail(headers, tags, topicRegion));
    }

    private BounceBatch read(SesDocument event) {
        String type = event.type();
        if (type == null) {
            throw new MalformedPayloadException(
                    "Expected an SES event with eventType or notificationType, got neither; what other services wrap"
                            + " around it is for the methods parseTrustedSqs, …Lambda, …EventBridge and …Firehose");
        }
        return switch (type) {
            case "Bounce" -> bounce(event);
            case "Complaint" -> complaint(event);
            case "DeliveryDelay" -> delay(event);
            case "Reject" -> refused("Reject", event.optional("reject"), event);
            case "Rendering Failure" -> refused("Rendering Failure", event.optional("failure"), event);
            default -> BounceBatch.empty();
        };
    }

    private SesReport report(String type, SesDocument document, SesDocument.Details details) {
        return new SesReport(attribution, clock, type, document, details);
    }

    private BounceBatch bounce(SesDocument document) {
        SesDocument.Details bounce = document.required("bounce");
        SesReport report = report("Bounce", document, bounce);
        String type = bounce.word("bounceType");
        String subType = bounce.word("bounceSubType");
        List<SesDocument.Recipient> recipients = bounce.recipients("bouncedRecipients");
        for (int i = 0; i < recipients.size(); i++) {
            SesDocument.Recipient recipient = recipients.get(i);
            EmailAddress address = report.address(recipient, "bouncedRecipients", i);
            if (address == null) {
                continue;
            }
            if (SesJudge.isDelayed(subType, recipient)) {
                report.delayed(judge.delay(subType, recipient), address);
                continue;
            }
            SesJudge.Judgement judgement = judge.bounce(type, subType, recipient);
            if (judgement != null) {
                report.failed(judgement, address);
            }
        }
        return report.batch();
    }

    private BounceBatch complaint(SesDocument document) {
        SesDocument.Details complaint = document.required("complaint");
        String type = complaint.word("complaintFeedbackType");
        if (SesJudge.isNoComplaint(type)) {
            return BounceBatch.empty();
        }
        SesReport report = report("Complaint", document, complaint);
        // by their keys, which can be put in order: addresses may be made to collide
        Map<String, EmailAddress> candidates = new LinkedHashMap<>();
        List<SesDocument.Recipient> recipients = complaint.recipients("complainedRecipients");
        for (int i = 0; i < recipients.size(); i++) {
            EmailAddress address = report.address(recipients.get(i), "complainedRecipients", i);
            if (address != null) {
                candidates.putIfAbsent(address.key(), address);
            }
        }
        SesJudge.Judgement judgement =
                judge.complaint(type, complaint.word("complaintSubType"), candidates.size() + report.unread());
        for (EmailAddress address : candidates.values()) {
            report.failed(judgement, address);
        }
        return report.batch();
    }

    private BounceBatch delay(SesDocument document) {
        SesDocument.Details delay = document.required("deliveryDelay");
        SesReport report = report("DeliveryDelay", document, delay);
        String type = delay.word("delayType");
        List<SesDocument.Recipient> recipients = delay.recipients("delayedRecipients");
        for (int i = 0; i < recipients.size(); i++) {
            EmailAddress address = report.address(recipients.get(i), "delayedRecipients", i);
            if (address != null) {
                report.delayed(judge.delay(type, recipients.get(i)), address);
            }
        }
        return report.batch();
    }

    private BounceBatch refused(String type, SesDocument.Details details, SesDocument document) {
        SesReport report = report(type, document, details);
        List<@Nullable EmailAddress> destinations =
                document.mail().destinations().addresses();
        if (destinations.isEmpty()) {
            throw new MalformedPayloadException(
                    "Expected at least one destination in mail of a " + type + ", got none");
        }
        SesJudge.Judgement judgement = judge.refused(type, details);
        for (int i = 0; i < destinations.size(); i++) {
            EmailAddress address = destinations.get(i);
            if (address == null) {
                report.unread(
                        "expected a mail address in destination of a " + type + ", got something else",
                        "destination",
                        i);
            } else {
                report.failed(judgement, address);
            }
        }
        return report.batch();
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
