package org.bounce4j.ses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.bounce4j.testkit.SnsSigner;
import org.junit.jupiter.api.Test;

/** That a subscription is confirmed once, as long as that is remembered. */
class ConfirmationsTest {
    private static final String TOPIC = "arn:aws:sns:eu-west-1:123456789012:bounces";
    private static final URI URL = URI.create("https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription");
    private static final String BODY =
            SnsSigner.create().subscriptionConfirmation(TOPIC, "token").sign().text();

    private final List<String> confirmed = new ArrayList<>();
    private final Confirmations confirmations =
            new Confirmations((message, url) -> confirmed.add(message.topicArn() + " " + message.token()));

    private boolean confirm(String topic, String token) {
        String body = BODY.replace(TOPIC, topic).replace("\"token\"", "\"" + token + "\"");
        return confirmations.confirm(
                (SnsMessage.SubscriptionConfirmation)
                        SnsMessage.insecureUnverified(body.getBytes(StandardCharsets.UTF_8)),
                URL);
    }

    @Test
    void confirmsEachTokenOfEachTopicOnce() {
        assertThat(confirm(TOPIC, "1")).isTrue();
        assertThat(confirm(TOPIC, "1")).isFalse();
        assertThat(confirm(TOPIC, "2")).isTrue();
        assertThat(confirm(TOPIC + "2", "1")).isTrue();
        assertThat(confirmed).containsExactly(TOPIC + " 1", TOPIC + " 2", TOPIC + "2 1");
    }

    @Test
    void remembersTheLastThousand() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(confirm(TOPIC, "t" + i)).isTrue();
        }
        assertThat(confirm(TOPIC, "t0")).isFalse();
        assertThat(confirm(TOPIC, "t1000")).isTrue();
        assertThat(confirm(TOPIC, "t1")).isFalse();
        assertThat(confirm(TOPIC, "t0")).isTrue();
        assertThat(confirmed).hasSize(1_002);
    }

    @Test
    void forgetsAnAttemptThatBrokeDown() {
        List<String> asked = new ArrayList<>();
        Confirmations breaking = new Confirmations((message, url) -> {
            asked.add(message.token());
            if (asked.size() == 1) {
                throw new NoClassDefFoundError("javax/net/ssl/Something");
            }
        });
        SnsMessage.SubscriptionConfirmation message = (SnsMessage.SubscriptionConfirmation)
                SnsMessage.insecureUnverified(BODY.getBytes(StandardCharsets.UTF_8));
        assertThatExceptionOfType(NoClassDefFoundError.class).isThrownBy(() -> breaking.confirm(message, URL));
        assertThat(breaking.confirm(message, URL)).isTrue();
        assertThat(breaking.confirm(message, URL)).isFalse();
        assertThat(asked).hasSize(2);
    }
}
