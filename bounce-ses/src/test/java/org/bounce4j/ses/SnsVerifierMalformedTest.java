package org.bounce4j.ses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.bounce4j.MalformedPayloadException;
import org.bounce4j.testkit.SignedRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is no message of SNS, and what is no topic. */
class SnsVerifierMalformedTest extends SnsVerifierFixture {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Type",
                "MessageId",
                "TopicArn",
                "Message",
                "Timestamp",
                "SignatureVersion",
                "Signature",
                "SigningCertURL"
            })
    void refusesAMissingField(String field) throws IOException {
        refusesBeforeAnyRequest(
                MalformedPayloadException.class, change(notification().sign(), field, null));
    }

    @Test
    void refusesWhatIsNoSnsMessage() throws IOException {
        SignedRequest request = notification().sign();
        for (String body : List.of(
                "",
                " ",
                "null",
                "[]",
                "{",
                "not json",
                "[".repeat(100_000),
                "{\"Type\":{\"a\":1}}",
                request.text() + "{}",
                "{\"Type\":\"Notification\"," + request.text().substring(1))) {
            refusesBeforeAnyRequest(MalformedPayloadException.class, body.getBytes(StandardCharsets.UTF_8));
        }
        refusesBeforeAnyRequest(MalformedPayloadException.class, change(request, "SigningCertUrl", "https://x/"));
        refusesBeforeAnyRequest(MalformedPayloadException.class, change(request, "Type", "notification"));
        refusesBeforeAnyRequest(MalformedPayloadException.class, change(request, "Timestamp", "yesterday"));
        SignedRequest umlaut = SIGNER.notification(TOPIC, "\u00e4").at(NOW).sign();
        byte[] latin1 = umlaut.text().getBytes(StandardCharsets.ISO_8859_1);
        refusesBeforeAnyRequest(MalformedPayloadException.class, latin1);
    }

    @Test
    void namesRawDeliveryWhereThatIsWhatArrived() {
        assertThatExceptionOfType(MalformedPayloadException.class)
                .isThrownBy(() -> verifier.verify("{\"notificationType\":\"Bounce\"}".getBytes(StandardCharsets.UTF_8)))
                .withMessageContaining("raw message delivery");
    }

    @Test
    void isNotSpoiltByDocumentsWhoseNamesCollide() {
        // a parser that kept a table of names from one document to the next would be of no use after these
        StringBuilder many = new StringBuilder("{");
        for (int i = 0; i < 13_000; i++) {
            many.append("\"%07x\":1,".formatted(i * 7_919L));
        }
        refuses(
                MalformedPayloadException.class,
                many.append("\"z\":1}").toString().getBytes(StandardCharsets.UTF_8));
        StringBuilder colliding = new StringBuilder("{");
        for (String name : CollidingNames.with("TopicArn", 3_000)) {
            colliding.append('"').append(name).append("\":1,");
        }
        byte[] bytes = colliding.append("\"z\":1}").toString().getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 3; i++) {
            refuses(MalformedPayloadException.class, bytes);
        }
        verifier.verify(notification().sign().body());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bounces",
                "arn:aws:sqs:eu-west-1:123456789012:bounces",
                "arn:aws:sns:eu-west-1:123456789012",
                "arn:aws:sns:s3-eu-west-1:123456789012:bounces",
                "arn:evil:sns:eu-west-1:123456789012:bounces",
                "arn:aws:sns:eu-west-1.evil.example/:123456789012:bounces",
                "arn:aws:sns:eu-west-1:12345:bounces",
                "arn:aws:sns:*:123456789012:*"
            })
    void refusesTopicsThatAreNoneAtConstruction(String arn) {
        assertThatIllegalArgumentException().isThrownBy(() -> Topics.of(arn));
        assertThatIllegalArgumentException().isThrownBy(() -> Topics.of());
    }

    @Test
    void takesTopicsWithWhiteSpaceAroundThem() {
        assertThat(Topics.of(TOPIC + " \n").contains(TOPIC)).isTrue();
    }
}
