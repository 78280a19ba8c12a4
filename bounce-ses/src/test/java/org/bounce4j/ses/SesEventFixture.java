package org.bounce4j.ses;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import org.bounce4j.BounceBatch;
import org.bounce4j.BounceEvent;
import org.bounce4j.testkit.SnsSigner;

/** Documents of SES about one mail to two people, and a parser whose clock stands still. */
abstract class SesEventFixture {
    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    static final String TOPIC = "arn:aws:sns:eu-west-1:123456789012:bounces";
    final SesEventParser parser =
            SesEventParser.builder().clock(Clock.fixed(NOW, ZoneOffset.UTC)).build();

    static final String MAIL = "\"mail\":{\"timestamp\":\"2026-03-01T11:00:00.000Z\",\"messageId\":\"0102018e-ses-id\","
            + "\"source\":\"news@example.org\",\"sourceArn\":\"arn:aws:ses:eu-west-1:123456789012:identity/example.org\","
            + "\"destination\":[\"jane@example.com\",\"mary@example.com\"]%s}";
    static final String DESTINATION = "[\"jane@example.com\",\"mary@example.com\"]";
    static final String HEADERS =
            ",\"headersTruncated\":false,\"headers\":[{\"name\":\"Message-ID\",\"value\":\"<mine@example.org>\"},"
                    + "{\"name\":\"x-listmonk-SUBSCRIBER\",\"value\":\"s-1\"},{\"name\":\"X-Listmonk-Campaign\",\"value\":\"c-1\"}],"
                    + "\"commonHeaders\":{\"messageId\":\"<mine@example.org>\"}";
    static final String TAGS =
            ",\"tags\":{\"ses:configuration-set\":[\"main\"],\"campaign_uuid\":[\"c-2\"],\"many\":[\"a\",\"b\"]}";

    static final String JANE = "{\"emailAddress\":\"jane@example.com\"}";

    static String bounce(String dialect, String type, String subType, String recipients, String mail) {
        return "{\"" + dialect + "\":\"Bounce\",\"bounce\":{\"bounceType\":\"" + type + "\",\"bounceSubType\":\""
                + subType
                + "\",\"bouncedRecipients\":[" + recipients
                + "],\"timestamp\":\"2026-03-01T11:00:05.000Z\",\"feedbackId\":\"f-1\","
                + "\"remoteMtaIp\":\"192.0.2.80\",\"reportingMTA\":\"dns; a8-60.smtp-out.amazonses.com\"},"
                + MAIL.formatted(mail)
                + "}";
    }

    static String recipient(String status, String diagnostic) {
        return "{\"emailAddress\":\"jane@example.com\",\"action\":\"failed\",\"status\":\"" + status
                + "\",\"diagnosticCode\":\"smtp; " + diagnostic + "\"}";
    }

    BounceEvent only(String json) {
        List<BounceEvent> events = parser.parseTrusted(json).events();
        assertThat(events).hasSize(1);
        return events.get(0);
    }

    static String complaint(String recipients, String more) {
        return "{\"eventType\":\"Complaint\",\"complaint\":{\"complainedRecipients\":[" + recipients
                + "],\"timestamp\":\"2009-12-03T04:24:21.000-05:00\",\"feedbackId\":\"f-2\"" + more + "},"
                + MAIL.formatted("") + "}";
    }

    BounceBatch parse(String message) {
        SnsMessage sns = SnsMessage.insecureUnverified(
                SnsSigner.create().notification(TOPIC, message).sign().body());
        return parser.parse((SnsMessage.Notification) sns);
    }

    static String quoted(String text) {
        return "\"" + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + "\"";
    }

    static String envelope(String message) {
        return SnsSigner.create().notification(TOPIC, message).sign().text();
    }

    static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
