package org.bounce4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SendGridPayloadsTest {
    private static final String JANE = "jane@example.com";

    private static JsonNode only(String batch) throws IOException {
        JsonNode events = new ObjectMapper().readTree(batch);
        assertThat(events).hasSize(1);
        return events.get(0);
    }

    static Stream<String> batches() {
        return Stream.of(
                SendGridPayloads.bounce(JANE, "5.1.1", "550 5.1.1 user unknown"),
                SendGridPayloads.blocked(JANE, "5.7.1", "550 5.7.1 blocked"),
                SendGridPayloads.expired(JANE, "4.4.7", "no answer"),
                SendGridPayloads.dropped(JANE, "Bounced Address"),
                SendGridPayloads.deferred(JANE, "452 4.2.2 mailbox full"),
                SendGridPayloads.spamReport(JANE),
                SendGridPayloads.delivered(JANE));
    }

    @ParameterizedTest
    @MethodSource("batches")
    void hasWhatEveryEventHas(String batch) throws IOException {
        JsonNode event = only(batch);
        assertThat(event.path("email").asText()).isEqualTo(JANE);
        assertThat(event.path("timestamp").isIntegralNumber()).isTrue();
        assertThat(event.path("sg_event_id").asText()).hasSizeBetween(1, 100);
        assertThat(event.path("sg_message_id").asText()).contains(".");
    }

    @Test
    void laysABatchOutAsSendGridDoes() {
        String batch = SendGridPayloads.batch(
                SendGridPayloads.spamReport(JANE),
                SendGridPayloads.batch(batches().toArray(String[]::new)));
        assertThat(batch).startsWith("[{").endsWith("}]\r\n");
        List<String> lines = batch.lines().toList();
        assertThat(lines).hasSize(8);
        assertThat(lines.subList(0, 7)).allMatch(line -> line.endsWith("},"));
        assertThat(SendGridPayloads.batch()).isEqualTo("[]\r\n");
    }

    private static void isLaidOut(String batch, String event) {
        String text = SendGridPayloads.at(batch, Instant.ofEpochSecond(7)).replaceAll("[0-9a-f-]{36}", "*");
        assertThat(text).isEqualTo("[{" + event.replace('\'', '"') + "}]\r\n");
    }

    @Test
    void laysAnEventOutAsSendGridDoes() {
        String event = "'email':'jane@example.com','timestamp':7,'event':'%s','sg_event_id':'*',"
                + "'sg_message_id':'*.filter0001.16648.5515E0B88.0'";
        String mailed = event + ",'smtp-id':'<*@ismtpd-1>'";
        isLaidOut(
                SendGridPayloads.bounce(JANE, "5.1.1", "550 no"),
                mailed.formatted("bounce") + ",'reason':'550 no','status':'5.1.1','type':'bounce'");
        isLaidOut(
                SendGridPayloads.blocked(JANE, "5.7.1", "550 no"),
                mailed.formatted("bounce") + ",'reason':'550 no','status':'5.7.1','type':'blocked'");
        isLaidOut(
                SendGridPayloads.expired(JANE, "4.4.7", "no answer"),
                mailed.formatted("bounce") + ",'reason':'no answer','status':'4.4.7','type':'expired'");
        isLaidOut(SendGridPayloads.dropped(JANE, "Invalid"), mailed.formatted("dropped") + ",'reason':'Invalid'");
        isLaidOut(
                SendGridPayloads.deferred(JANE, "452 full"),
                mailed.formatted("deferred") + ",'response':'452 full','attempt':'1'");
        isLaidOut(SendGridPayloads.spamReport(JANE), event.formatted("spamreport"));
        isLaidOut(SendGridPayloads.delivered(JANE), mailed.formatted("delivered") + ",'response':'250 OK'");
    }

    @Test
    void leavesOutWhatIsNotSaid() throws IOException {
        for (String nothing : new String[] {null, "", " "}) {
            assertThat(only(SendGridPayloads.bounce(JANE, nothing, nothing)).properties())
                    .extracting(field -> field.getKey())
                    .containsExactly("email", "timestamp", "event", "sg_event_id", "sg_message_id", "smtp-id", "type");
            assertThat(only(SendGridPayloads.deferred(JANE, nothing)).has("response"))
                    .isFalse();
        }
    }

    @Test
    void addsAnArgumentToEachEvent() {
        String batch = SendGridPayloads.withArgument(
                SendGridPayloads.batch(SendGridPayloads.spamReport(JANE), SendGridPayloads.delivered(JANE)),
                "subscriber_uuid",
                "s-1");
        assertThat(batch.lines()).hasSize(2).allMatch(line -> line.contains("\"subscriber_uuid\":\"s-1\""));
    }

    @Test
    void saysOfEachEventWhenItHappenedInSeconds() throws IOException {
        String batch = SendGridPayloads.at(
                SendGridPayloads.batch(SendGridPayloads.spamReport(JANE), SendGridPayloads.delivered(JANE)),
                Instant.ofEpochSecond(1772362805, 999_000_000));
        assertThat(batch).endsWith("}]\r\n");
        assertThat(new ObjectMapper().readTree(batch))
                .hasSize(2)
                .allMatch(event -> event.path("timestamp").isIntegralNumber()
                        && event.path("timestamp").asLong() == 1772362805);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "[", "[7]", "[[]]", "null"})
    void saysWhereATextIsNoBatch(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> SendGridPayloads.batch(text));
        assertThatIllegalArgumentException().isThrownBy(() -> SendGridPayloads.withArgument(text, "a", "b"));
        assertThatIllegalArgumentException().isThrownBy(() -> SendGridPayloads.at(text, Instant.EPOCH));
    }
}
