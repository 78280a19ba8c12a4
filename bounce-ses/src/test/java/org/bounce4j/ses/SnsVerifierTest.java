package org.bounce4j.ses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.bounce4j.ConfigurationException;
import org.bounce4j.VerificationException;
import org.bounce4j.testkit.SignedRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is accepted: both signature versions, every kind of message, however its JSON is laid out. */
class SnsVerifierTest extends SnsVerifierFixture {
    @ParameterizedTest
    @ValueSource(strings = {"1", "2"})
    void acceptsBothSignatureVersions(String version) {
        SnsMessage message = verifier.verify(
                notification().set("SignatureVersion", version).sign().body());
        assertThat(message).isInstanceOf(SnsMessage.Notification.class);
        assertThat(message.message()).isEqualTo("{\"a\": \"\ud83c\udf4c\"}\n");
        assertThat(message.topicArn()).isEqualTo(TOPIC);
        assertThat(message.timestamp()).isEqualTo(NOW);
        assertThat(((SnsMessage.Notification) message).subject()).isEmpty();
    }

    @Test
    void acceptsSubjectsAndUnsignedAttributes() throws IOException {
        ObjectNode envelope = (ObjectNode) JSON.readTree(notification()
                .set("Subject", "Amazon SES Email Event Notification")
                .sign()
                .body());
        envelope.putObject("MessageAttributes")
                .putObject("x")
                .put("Type", "String")
                .put("Value", "y");
        SnsMessage message = verifier.verify(JSON.writeValueAsBytes(envelope));
        assertThat(((SnsMessage.Notification) message).subject()).hasValue("Amazon SES Email Event Notification");
    }

    @Test
    void acceptsTheLambdaSpellingWithANullSubject() throws IOException {
        ObjectNode envelope = (ObjectNode) JSON.readTree(notification().sign().body());
        envelope.set("SigningCertUrl", envelope.remove("SigningCertURL"));
        envelope.set("UnsubscribeUrl", envelope.remove("UnsubscribeURL"));
        envelope.putNull("Subject");
        envelope.putObject("MessageAttributes");
        assertThat(verifier.verify(JSON.writeValueAsBytes(envelope)).messageId())
                .isNotEmpty();
    }

    @Test
    void acceptsBothConfirmations() {
        SnsMessage confirmation = verifier.verify(SIGNER.subscriptionConfirmation(TOPIC, "2336412f37")
                .at(NOW)
                .sign()
                .body());
        assertThat(confirmation).isInstanceOfSatisfying(SnsMessage.SubscriptionConfirmation.class, it -> {
            assertThat(it.token()).isEqualTo("2336412f37");
            assertThat(verifier.confirmationUrl(it))
                    .isEqualTo(URI.create("https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn="
                            + TOPIC + "&Token=2336412f37"));
        });
        assertThat(verifier.verify(SIGNER.unsubscribeConfirmation(TOPIC, "2336412f37")
                        .at(NOW)
                        .sign()
                        .body()))
                .isInstanceOf(SnsMessage.UnsubscribeConfirmation.class);
    }

    @Test
    void verifiesTheTextsThatArrivedHoweverTheJsonIsLaidOut() throws IOException {
        byte[] body = notification().sign().body();
        String pretty = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(JSON.readTree(body));
        assertThat(verifier.verify(pretty.getBytes(StandardCharsets.UTF_8)).message())
                .endsWith("\n");
        String escaped = new String(body, StandardCharsets.UTF_8).replace("\ud83c\udf4c", "\\ud83c\\udf4c");
        assertThat(verifier.verify(escaped.getBytes(StandardCharsets.UTF_8)).message())
                .contains("\ud83c\udf4c");
    }

    @Test
    void acceptsTheLargestMessageThereIs() {
        String message = "\"\n\u00e4".repeat(75_000);
        SignedRequest request = SIGNER.notification(TOPIC, message).at(NOW).sign();
        assertThat(request.body().length).isGreaterThan(300_000);
        assertThat(verifier.verify(request.body()).message()).isEqualTo(message);
    }

    @Test
    void acceptsEveryAgeThatADurationCanHave() {
        byte[] body = notification().sign().body();
        for (Duration age : List.of(ChronoUnit.FOREVER.getDuration(), Duration.ofSeconds(Long.MAX_VALUE))) {
            assertThat(builder(SIGNER, NOW).maxAge(age).build().verify(body)).isNotNull();
        }
    }

    @Test
    void verifiesWithTheProviderThatTheHostNames() {
        byte[] body = notification().sign().body();
        Provider platform = Security.getProvider("SunRsaSign");
        assertThat(builder(SIGNER, NOW).provider(platform).build().verify(body).topicArn())
                .isEqualTo(TOPIC);
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> builder(SIGNER, NOW)
                        .provider(Security.getProvider("SUN"))
                        .build()
                        .verify(body))
                .withMessageContaining("SUN");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "2"})
    void verifiesWithAProviderThatMakesNoKeys(String version) throws IOException {
        SnsVerifier own = builder(SIGNER, NOW).provider(new SignaturesAlone()).build();
        SignedRequest request = notification().set("SignatureVersion", version).sign();
        assertThat(own.verify(request.body()).topicArn()).isEqualTo(TOPIC);
        byte[] changed = change(request, "Message", "{}");
        assertThatExceptionOfType(VerificationException.class).isThrownBy(() -> own.verify(changed));
    }

    /** Passes signatures on to the platform, and has no keys of its own. */
    private static final class SignaturesAlone extends Provider {
        private static final long serialVersionUID = 1;

        SignaturesAlone() {
            super("Alone", "1", "signatures without keys");
            Provider platform = Security.getProvider("SunRsaSign");
            for (String algorithm : List.of("SHA1withRSA", "SHA256withRSA")) {
                putService(new Service(this, "Signature", algorithm, "none", null, null) {
                    @Override
                    public Object newInstance(Object parameter) throws NoSuchAlgorithmException {
                        return platform.getService("Signature", algorithm).newInstance(parameter);
                    }
                });
            }
        }
    }
}
