package org.bounce4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
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
