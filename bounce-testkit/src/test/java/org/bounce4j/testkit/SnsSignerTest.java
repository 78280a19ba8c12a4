package org.bounce4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnsSignerTest {
    private static final String TOPIC = "arn:aws-cn:sns:cn-north-1:123456789012:bounces";
    private static final SnsSigner SIGNER = SnsSigner.create();

    @Test
    void namesTheEndpointOfTheTopicsPartition() {
        String certificate = "\"https://sns.cn-north-1.amazonaws.com.cn/" + SIGNER.certificateName() + "\"";
        assertThat(SIGNER.notification(TOPIC, "{}").sign().text()).contains(certificate);
        assertThat(SIGNER.subscriptionConfirmation(TOPIC, "t").sign().text()).contains(certificate);
    }

    @Test
    void makesACertificateOfTwoThousandBitsForTheCommonHostAndAYear() throws Exception {
        Instant now = Instant.now();
        X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(SIGNER.certificate()));
        assertThat(certificate.getSubjectAlternativeNames()).containsExactly(List.of(2, "sns.amazonaws.com"));
        assertThat(((RSAPublicKey) certificate.getPublicKey()).getModulus().bitLength())
                .isEqualTo(2048);
        assertThat(certificate.getNotBefore().toInstant())
                .isBetween(now.minus(Duration.ofDays(11)), now.minus(Duration.ofDays(9)));
        assertThat(Duration.between(
                        certificate.getNotBefore().toInstant(),
                        certificate.getNotAfter().toInstant()))
                .isEqualTo(Duration.ofDays(365));
        assertThat(SIGNER.certificatePem().lines()).allMatch(line -> line.length() <= 64);
    }

    @Test
    void postsAsSnsDoes() throws IOException {
        Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        for (SnsSigner.Draft draft : List.of(
                SIGNER.notification(TOPIC, "{}"),
                SIGNER.subscriptionConfirmation(TOPIC, "t"),
                SIGNER.unsubscribeConfirmation(TOPIC, "t"))) {
            SignedRequest request = draft.sign();
            JsonNode message = new ObjectMapper().readTree(request.body());
            assertThat(request.headers())
                    .isEqualTo(Map.of(
                            "Content-Type",
                            "text/plain; charset=UTF-8",
                            "User-Agent",
                            "Amazon Simple Notification Service Agent",
                            "x-amz-sns-message-type",
                            message.path("Type").asText(),
                            "x-amz-sns-message-id",
                            message.path("MessageId").asText(),
                            "x-amz-sns-topic-arn",
                            TOPIC));
            assertThat(Instant.parse(message.path("Timestamp").asText())).isBetween(before, Instant.now());
        }
    }

    @Test
    void leavesTheMessageAsItIsWhereItPointsUrlsElsewhere() throws IOException {
        String text = "see https://sns.cn-north-1.amazonaws.com.cn/";
        assertThat(new ObjectMapper()
                        .readTree(SIGNER.notification(TOPIC, text)
                                .endpoint("http://127.0.0.1:4566")
                                .sign()
                                .body())
                        .path("Message")
                        .asText())
                .isEqualTo(text);
    }

    @Test
    void pointsAllItsUrlsToAnotherEndpointWhateverWasSetBefore() {
        for (SnsSigner.Draft draft : List.of(
                SIGNER.notification(TOPIC, "{}"),
                SIGNER.subscriptionConfirmation(TOPIC, "t"),
                SIGNER.unsubscribeConfirmation(TOPIC, "t"))) {
            String text = draft.set("TopicArn", "bounces")
                    .endpoint("http://127.0.0.1:1")
                    .endpoint("http://127.0.0.1:4566")
                    .sign()
                    .text();
            assertThat(text)
                    .contains("\"SigningCertURL\":\"http://127.0.0.1:4566/" + SIGNER.certificateName() + "\"")
                    .containsPattern("\"(Unsubscribe|Subscribe)URL\":\"http://127.0.0.1:4566/\\?")
                    .doesNotContain("https://", "127.0.0.1:1/");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bounces",
                "arn:aws:sns:eu-west-1",
                "urn:aws:sns:eu-west-1:123456789012:bounces",
                "arn:aws:sqs:eu-west-1:123456789012:bounces",
                "arn:aws:sns:eu-west-1:123456789012:bounces:1"
            })
    void saysWhatItExpectsInThePlaceOfATopic(String topic) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SIGNER.notification(topic, "{}"))
                .withMessage("Expected the ARN of an SNS topic such as arn:aws:sns:eu-west-1:123456789012:bounces, got "
                        + topic);
        assertThatIllegalArgumentException().isThrownBy(() -> SIGNER.subscriptionConfirmation(topic, "t"));
        assertThatIllegalArgumentException().isThrownBy(() -> SIGNER.unsubscribeConfirmation(topic, "t"));
    }
}
