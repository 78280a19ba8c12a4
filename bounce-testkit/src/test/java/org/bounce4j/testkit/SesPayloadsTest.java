package org.bounce4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SesPayloadsTest {
    private static final String JANE = "jane@example.com";
    private static final String JOE = "joe@example.com";

    private static JsonNode json(String document) throws IOException {
        return new ObjectMapper().readTree(document);
    }

    private static JsonNode bounced(String document) throws IOException {
        return json(document).at("/bounce/bouncedRecipients");
    }

    private static Iterable<String> addresses(JsonNode recipients) {
        return StreamSupport.stream(recipients.spliterator(), false)
                .map(it -> it.path("emailAddress").asText(it.asText()))
                .toList();
    }

    @Test
    void leavesOutWhatTheReceiverDidNotReport() throws IOException {
        for (String nothing : new String[] {null, "", " "}) {
            assertThat(bounced(SesPayloads.bounce(JANE, "Transient", "General", nothing, nothing)))
                    .isEqualTo(bounced(SesPayloads.outOfOffice(JANE)));
            assertThat(bounced(SesPayloads.bounce(JANE, "Permanent", "General", "5.1.1", nothing))
                            .get(0))
                    .isEqualTo(new ObjectMapper()
                            .valueToTree(Map.of("emailAddress", JANE, "status", "5.1.1", "action", "failed")));
            assertThat(json(SesPayloads.delay(JANE, "General", nothing, "smtp; 450 later"))
                            .at("/deliveryDelay/delayedRecipients/0"))
                    .isEqualTo(new ObjectMapper()
                            .valueToTree(Map.of("emailAddress", JANE, "diagnosticCode", "smtp; 450 later")));
        }
        assertThat(bounced(SesPayloads.outOfOffice(JANE)).get(0))
                .isEqualTo(new ObjectMapper().valueToTree(Map.of("emailAddress", JANE)));
    }

    private static void isLaidOut(String document, String report) throws IOException {
        String mail = "{'eventType':'%s','mail':{'timestamp':'2026-03-01T11:00:05.000Z','messageId':'*',"
                + "'source':'news@example.org','destination':['jane@example.com'],'headersTruncated':false},%s}";
        String type = json(document).path("eventType").asText();
        String text = SesPayloads.at(document, Instant.parse("2026-03-01T11:00:05Z"))
                .replaceAll("(Id\":\")[0-9a-f-]{36}\"", "$1*\"");
        assertThat(text).isEqualTo(mail.formatted(type, report).replace('\'', '"'));
    }

    @Test
    void laysAnEventOutAsSesDoes() throws IOException {
        isLaidOut(
                SesPayloads.bounce(JANE, "Permanent", "General", "5.1.1", "smtp; 550 5.1.1 no"),
                "'bounce':{'feedbackId':'*','bounceType':'Permanent','bounceSubType':'General','bouncedRecipients':["
                        + "{'emailAddress':'jane@example.com','status':'5.1.1','diagnosticCode':'smtp; 550 5.1.1 no',"
                        + "'action':'failed'}],'timestamp':'2026-03-01T11:00:05.000Z',"
                        + "'reportingMTA':'dns; a8-60.smtp-out.amazonses.com'}");
        isLaidOut(
                SesPayloads.delay(JANE, "MailboxFull", "4.2.2", null),
                "'deliveryDelay':{'delayType':'MailboxFull','delayedRecipients':[{'emailAddress':'jane@example.com',"
                        + "'status':'4.2.2'}],'expirationTime':'2026-03-02T01:00:05.000Z',"
                        + "'timestamp':'2026-03-01T11:00:05.000Z'}");
        isLaidOut(SesPayloads.reject(JANE), "'reject':{'reason':'Bad content'}");
        isLaidOut(
                SesPayloads.complaint(JANE),
                "'complaint':{'feedbackId':'*','complaintFeedbackType':'abuse','userAgent':'ExampleFBL/1.0',"
                        + "'complainedRecipients':[{'emailAddress':'jane@example.com'}],"
                        + "'timestamp':'2026-03-01T11:00:05.000Z'}");
    }

    @Test
    void saysThatItHappenedNow() throws IOException {
        Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        for (String document : List.of(
                SesPayloads.outOfOffice(JANE),
                SesPayloads.complaint(JANE),
                SesPayloads.delay(JANE, "General", null, null),
                SesPayloads.reject(JANE))) {
            assertThat(json(document).findValuesAsText("timestamp"))
                    .hasSize(document.contains("reject") ? 1 : 2)
                    .allSatisfy(time -> assertThat(Instant.parse(time)).isBetween(before, Instant.now()));
        }
    }

    @Test
    void addsHeaderFieldsAndTagsBehindThoseThatThereAre() throws IOException {
        String document =
                SesPayloads.withHeader(SesPayloads.withHeader(SesPayloads.complaint(JANE), "X-A", "1"), "X-B", "2");
        assertThat(json(document).at("/mail/headers").toString())
                .isEqualTo("[{\"name\":\"X-A\",\"value\":\"1\"},{\"name\":\"X-B\",\"value\":\"2\"}]");
        String tagged = SesPayloads.withTag(SesPayloads.withTag(document, "a", "1"), "a", "2");
        assertThat(json(tagged).at("/mail/tags").toString()).isEqualTo("{\"a\":[\"1\",\"2\"]}");
    }

    @Test
    void addsARecipientWithTheReportOfTheLastOne() throws IOException {
        String bounce = SesPayloads.bounce(JANE, "Permanent", "General", "5.1.1", "smtp; 550 5.1.1 user unknown");
        JsonNode both = json(SesPayloads.withRecipient(bounce, JOE));
        assertThat(addresses(both.at("/bounce/bouncedRecipients"))).containsExactly(JANE, JOE);
        assertThat(both.at("/bounce/bouncedRecipients/1/status").asText()).isEqualTo("5.1.1");
        assertThat(addresses(both.at("/mail/destination"))).containsExactly(JANE, JOE);

        JsonNode delay = json(SesPayloads.withRecipient(SesPayloads.delay(JANE, "General", null, null), JOE));
        assertThat(addresses(delay.at("/deliveryDelay/delayedRecipients"))).containsExactly(JANE, JOE);
        JsonNode complaint = json(SesPayloads.withRecipient(SesPayloads.complaint(JANE), JOE));
        assertThat(addresses(complaint.at("/complaint/complainedRecipients"))).containsExactly(JANE, JOE);
        JsonNode reject = json(SesPayloads.withRecipient(SesPayloads.reject(JANE), JOE));
        assertThat(addresses(reject.at("/mail/destination"))).containsExactly(JANE, JOE);
        assertThat(addresses(json(SesPayloads.withRecipient("{\"mail\":{},\"bounce\":{\"bouncedRecipients\":[]}}", JOE))
                        .at("/bounce/bouncedRecipients")))
                .containsExactly(JOE);
    }

    @Test
    void addsADestinationThatDidNotBounce() throws IOException {
        JsonNode event = json(SesPayloads.withDestination(SesPayloads.complaint(JANE), JOE));
        assertThat(addresses(event.at("/complaint/complainedRecipients"))).containsExactly(JANE);
        assertThat(addresses(event.at("/mail/destination"))).containsExactly(JANE, JOE);
    }

    @Test
    void saysWhenItHappenedAsSesWritesIt() throws IOException {
        Instant at = Instant.parse("2026-03-01T11:00:05Z");
        String time = "2026-03-01T11:00:05.000Z";
        assertThat(json(SesPayloads.at(SesPayloads.bounce(JANE, "Permanent", "General", null, null), at))
                        .findValuesAsText("timestamp"))
                .containsExactly(time, time);
        assertThat(json(SesPayloads.at(SesPayloads.complaint(JANE), at)).findValuesAsText("timestamp"))
                .containsExactly(time, time);
        assertThat(json(SesPayloads.at(SesPayloads.reject(JANE), at)).findValuesAsText("timestamp"))
                .containsExactly(time);
        JsonNode delay = json(SesPayloads.at(SesPayloads.delay(JANE, "General", null, null), at));
        assertThat(delay.findValuesAsText("timestamp")).containsExactly(time, time);
        assertThat(delay.at("/deliveryDelay/expirationTime").asText()).isEqualTo("2026-03-02T01:00:05.000Z");
        assertThat(json(SesPayloads.complaint(JANE)).findValuesAsText("timestamp"))
                .allMatch(now -> now.length() == time.length());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"mail\":[]}",
                "{\"mail\":{},\"bounce\":[]}",
                "{\"mail\":{},\"complaint\":null}",
                "{\"mail\":{},\"deliveryDelay\":\"text\"}"
            })
    void setsNoTimeInWhatIsNoSesEvent(String document) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SesPayloads.at(document, Instant.EPOCH))
                .withMessageStartingWith("expected an SES event");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"mail\":[]}",
                "{\"mail\":{\"headers\":{},\"tags\":[],\"destination\":{}}}",
                "{\"mail\":{\"headers\":null,\"tags\":{\"a\":\"text\"},\"destination\":\"text\"}}"
            })
    void saysWhereADocumentIsNoSesEvent(String document) {
        assertThatIllegalArgumentException().isThrownBy(() -> SesPayloads.withHeader(document, "a", "b"));
        assertThatIllegalArgumentException().isThrownBy(() -> SesPayloads.withTag(document, "a", "b"));
        assertThatIllegalArgumentException().isThrownBy(() -> SesPayloads.withRecipient(document, "a@example.com"));
        assertThatIllegalArgumentException().isThrownBy(() -> SesPayloads.withDestination(document, "a@example.com"));
    }
}
