package org.bounce4j.ses;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.bounce4j.BounceBatch;
import org.bounce4j.BounceEvent;
import org.bounce4j.EmailAddress;
import org.bounce4j.MalformedPayloadException;
import org.bounce4j.Undigested;
import org.bounce4j.internal.JsonObjectText;
import org.jspecify.annotations.Nullable;

/**
 * Takes what a document says. It may name thousands of recipients: what their events have in common is made once, and
 * shared.
 */
final class SesReport {
    /** Four times as long as those of SES. */
    private static final int MAX_FEEDBACK_ID = 255;

    private static final List<String> META = List.of(
            "feedbackId",
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

    private final SesAttribution attribution;
    private final Clock clock;
    private final String type;
    private final SesDocument document;
    private final SesDocument.Details details;
    private final Destinations destinations;
    private final @Nullable String feedbackId;
    private final @Nullable Instant occurred;
    private final List<BounceEvent> events = new ArrayList<>();
    private final List<BounceEvent> delays = new ArrayList<>();
    private final Map<String, Places> unread = new LinkedHashMap<>();
    /** Has what all events have in common, and what the event before had alone. */
    private BounceEvent.@Nullable Builder builder;

    SesReport(SesAttribution attribution, Clock clock, String type, SesDocument document, SesDocument.Details details) {
        this.attribution = attribution;
        this.clock = clock;
        this.type = type;
        this.document = document;
        this.details = details;
        destinations = document.mail().destinations();
        feedbackId = SesDocument.atMost(MAX_FEEDBACK_ID, details.text("feedbackId"));
        occurred = SesMail.instant(details.text("timestamp"));
    }

    /**
     * Returns the address that a recipient stands for, or null. Where a mail went to one address, it is that one that
     * failed, whatever the remote server calls it. Of several, an address that is none of them stands for nobody knows
     * whom: whoever runs that server could name anybody. One that cannot be read costs the others nothing.
     */
    @Nullable
    EmailAddress address(SesDocument.Recipient recipient, String list, int place) {
        EmailAddress address = Destinations.parse(recipient.address());
        EmailAddress only = destinations.only();
        if (address == null && only == null) {
            unread("expected a mail address in emailAddress, got something else", list, place);
            return null;
        }
        if (address != null && only == null && !destinations.mayInclude(address)) {
            unread(
                    "expected one of the addresses in destination in emailAddress, got another: which of them it stands"
                            + " for cannot be known",
                    list,
                    place);
            return null;
        }
        return address == null ? only : address;
    }

    void unread(String cause, String list, int place) {
        unread.computeIfAbsent(cause, any -> new Places()).add(list, place);
    }

    /** Returns how many recipients could not be read. */
    int unread() {
        return unread.values().stream().mapToInt(Places::count).sum();
    }

    /** Takes a failure of an address that {@link #address} returned, or that the mail went to. */
    void failed(SesJudge.Judgement judgement, EmailAddress address) {
        events.add(event(judgement, address));
    }

    /** Takes a delay at such an address. */
    void delayed(SesJudge.Judgement judgement, EmailAddress address) {
        delays.add(event(judgement, address));
    }

    private BounceEvent event(SesJudge.Judgement judgement, EmailAddress address) {
        String id = SesEventId.of(feedbackId, document.mail().id(), type, occurred, address);
        // emailAddress is what the remote server says of the recipient, say the target of a forward, or whatever it
        // likes
        EmailAddress only = destinations.only();
        EmailAddress mailed = only == null || only.equals(address) ? address : only;
        BounceEvent.Builder one = builder;
        if (one == null) {
            one = common(BounceEvent.builder(id, judgement.type(), SesEventParser.SOURCE, mailed, clock.instant()));
            builder = one;
        } else {
            one.id(id).type(judgement.type()).recipient(mailed);
        }
        return one.reportedRecipient(mailed.equals(address) ? null : address)
                .reason(judgement.reason())
                .rule(judgement.rule())
                .trust(judgement.trust())
                .status(judgement.status())
                .replyCode(judgement.replyCode())
                .diagnostic(judgement.diagnostic())
                .build();
    }

    private BounceEvent.Builder common(BounceEvent.Builder event) {
        SesMail mail = document.mail();
        return event.remoteMta(details.text("remoteMtaIp"))
                .messageId(mail.wireMessageId())
                .providerMessageId(mail.id())
                .subscriber(attribution.subscriber(mail))
                .campaign(attribution.campaign(mail))
                .occurredAt(occurred == null ? mail.sentAt() : occurred)
                .tags(mail.tags())
                .meta(meta(type, details));
    }

    BounceBatch batch() {
        if (unread.isEmpty()) {
            return new BounceBatch(events, delays, List.of());
        }
        String cause = unread.entrySet().stream()
                .map(each -> each.getKey() + " (" + each.getValue() + ")")
                .collect(Collectors.joining("; "));
        if (events.isEmpty() && delays.isEmpty()) {
            throw new MalformedPayloadException("E" + cause.substring(1));
        }
        // once and whole: a recipient alone does not say which mail it was, nor to whom that went
        return new BounceBatch(events, delays, List.of(new Undigested(SesEventParser.SOURCE, document.json(), cause)));
    }

    private static JsonObjectText meta(String eventType, SesDocument.Details details) {
        StringBuilder meta =
                new StringBuilder(256).append("{\"event\":\"").append(eventType).append('"');
        for (String field : META) {
            append(meta, field, details.text(field));
        }
        return new JsonObjectText(meta.append('}').toString());
    }

    /** Returns whether a text stands in JSON as it is: nearly all do, and one look is cheaper than the encoder. */
    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                return false;
            }
        }
        return true;
    }

    private static void append(StringBuilder json, String field, @Nullable String value) {
        if (value != null) {
            json.append(",\"").append(field).append("\":\"");
            if (isPlain(value)) {
                json.append(value);
            } else {
                JsonStringEncoder.getInstance().quoteAsString(value, json);
            }
            json.append('"');
        }
    }

    /** Names places in a list: the first ones, and how many more there are. */
    private static final class Places {
        private static final int MOST_NAMED = 10;
        private final StringJoiner named = new StringJoiner(", ");
        private int count;

        void add(String list, int place) {
            if (count < MOST_NAMED) {
                named.add(list + "[" + place + "]");
            }
            count++;
        }

        int count() {
            return count;
        }

        @Override
        public String toString() {
            return count <= MOST_NAMED ? named.toString() : named + " and " + (count - MOST_NAMED) + " more";
        }
    }
}
