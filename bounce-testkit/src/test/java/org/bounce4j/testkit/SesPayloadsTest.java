package org.bounce4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
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
