package org.bounce4j.ses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.bounce4j.BounceException;
import org.bounce4j.VerificationException;
import org.bounce4j.testkit.SignedRequest;
import org.bounce4j.testkit.SnsSigner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is rejected: messages that were changed, are from elsewhere, or are too old. */
class SnsVerifierForgeriesTest extends SnsVerifierFixture {
    private static final Pattern JSON_SIGNATURE = Pattern.compile("\"Signature\":\"([^\"]+)\"");

    @ParameterizedTest
    @ValueSource(strings = {"Message", "MessageId", "Subject", "Signature"})
    void rejectsASignedFieldThatWasChanged(String field) throws IOException {
        SignedRequest request = notification().set("Subject", "s").sign();
        String value = JSON.readTree(request.body()).get(field).asText();
        for (int i = 0; i < value.length(); i++) {
            char other = value.charAt(i) == 'x' ? 'y' : 'x';
            refuses(
                    VerificationException.class,
                    change(request, field, value.substring(0, i) + other + value.substring(i + 1)));
        }
    }

    @Test
    void rejectsATrailingLineBreakThatWasTrimmed() throws IOException {
        refuses(VerificationException.class, change(notification().sign(), "Message", "{\"a\": \"\ud83c\udf4c\"}"));
    }

    @Test
    void rejectsATimestampTypeTokenOrSubscribeUrlThatWasChanged() throws IOException {
        refuses(VerificationException.class, change(notification().sign(), "Timestamp", "2026-03-01T12:00:00.124Z"));
        SignedRequest confirmation =
                SIGNER.subscriptionConfirmation(TOPIC, "2336412f37").at(NOW).sign();
        refuses(VerificationException.class, change(confirmation, "Token", "2336412f38"));
        refuses(VerificationException.class, change(confirmation, "Type", "UnsubscribeConfirmation"));
        refuses(VerificationException.class, change(confirmation, "Type", "Notification"));
        refuses(VerificationException.class, change(confirmation, "SubscribeURL", "https://evil.example/"));
        refuses(VerificationException.class, change(notification().sign(), "Subject", "added"));
    }

    @Test
    void rejectsHalfASurrogatePairInThePlaceOfAQuestionMark() throws IOException {
        SignedRequest request = SIGNER.notification(TOPIC, "what?").at(NOW).sign();
        assertThat(verifier.verify(request.body()).message()).isEqualTo("what?");
        byte[] forged = new String(request.body(), StandardCharsets.UTF_8)
                .replace("what?", "what\\ud83d")
                .getBytes(StandardCharsets.UTF_8);
        refuses(VerificationException.class, forged);
    }

    @Test
    void rejectsControlCharactersThatWouldMakeTwoMessagesLookAlike() {
        refusesBeforeAnyRequest(
                VerificationException.class,
                notification()
                        .set("Subject", "a\nTimestamp\n2026-03-01T12:00:00.123Z")
                        .sign()
                        .body());
        refusesBeforeAnyRequest(
                VerificationException.class,
                notification().set("MessageId", "a\u0000").sign().body());
    }

    @Test
    void rejectsAHeaderThatContradictsTheMessage() {
        SignedRequest request = notification().sign();
        assertThat(verifier.verify(request.body(), request::header)).isNotNull();
        SignedRequest spaced = request.withHeader("x-amz-sns-message-type", " Notification ");
        assertThat(verifier.verify(spaced.body(), spaced::header)).isNotNull();
        SignedRequest contradicted = request.withHeader("x-amz-sns-message-type", "SubscriptionConfirmation");
        assertThatExceptionOfType(VerificationException.class)
                .isThrownBy(() -> verifier.verify(contradicted.body(), contradicted::header));
    }

    @Test
    void rejectsAnotherKey() {
        SnsSigner forger = SnsSigner.create();
        refuses(
                VerificationException.class,
                forger.notification(TOPIC, "{}").at(NOW).sign().body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "3", "", "01", "SHA256"})
    void rejectsUnknownSignatureVersions(String version) throws IOException {
        refusesBeforeAnyRequest(
                VerificationException.class, change(notification().sign(), "SignatureVersion", version));
    }

    @Test
    void rejectsSignaturesThatAreNone() throws IOException {
        for (String signature : List.of("", "AAAA", "!", "A".repeat(2_000), "-_-_")) {
            refuses(VerificationException.class, change(notification().sign(), "Signature", signature));
        }
    }

    @Test
    void namesTheTopicThatCameAndSomeOfThoseThatAreOurs() {
        SnsVerifier verifier = SnsVerifier.of(Topics.of(TOPIC, TOPIC + "2", TOPIC + "3", TOPIC + "4", TOPIC + "5"));
        byte[] other = SIGNER.notification(TOPIC + "6", "{}").at(NOW).sign().body();
        assertThatExceptionOfType(VerificationException.class)
                .isThrownBy(() -> verifier.verify(other))
                .withMessageContaining("(" + TOPIC + ", " + TOPIC + "2, " + TOPIC + "3 and 2 more)")
                .withMessageEndingWith(TOPIC + "6");
    }

    @Test
    void namesNoTopicThatIsNoArn() {
        for (String topic : List.of("x".repeat(301), "two words", "a\nline", "a\u007f", "\u00e4")) {
            byte[] body = notification().set("TopicArn", topic).sign().body();
            assertThatExceptionOfType(VerificationException.class)
                    .isThrownBy(() -> verifier.verify(body))
                    .withMessageEndingWith("(not an ARN)");
        }
        byte[] longest = notification().set("TopicArn", "x".repeat(300)).sign().body();
        assertThatExceptionOfType(VerificationException.class)
                .isThrownBy(() -> verifier.verify(longest))
                .withMessageEndingWith("x".repeat(300));
    }

    @Test
    void rejectsASignatureThatIsTooLongBeforeAnyRequest() throws IOException {
        refusesBeforeAnyRequest(
                VerificationException.class, change(notification().sign(), "Signature", "A".repeat(1_028)));
    }

    @Test
    void rejectsAGenuineMessageOfAnotherTopicBeforeAnyRequest() {
        refusesBeforeAnyRequest(
                VerificationException.class,
                SIGNER.notification("arn:aws:sns:eu-west-1:999999999999:bounces", "{}")
                        .at(NOW)
                        .sign()
                        .body());
        refusesBeforeAnyRequest(
                VerificationException.class,
                SIGNER.notification(TOPIC.replace("eu-west-1", "us-east-1"), "{}")
                        .at(NOW)
                        .sign()
                        .body());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem",
                "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem",
                "https://sns.eu-west-1.amazonaws.com.evil.example/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem",
                "https://sns.s3-eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem",
                "https://sns.eu-west-1.amazonaws.com@evil.example/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem",
                "https://evil.example#sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem",
                "https://user@sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem",
                "https://sns.eu-west-1.amazonaws.com:8443/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem",
                "https://SNS.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem",
                "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789ABCDEF0123456789abcdef.pem",
                "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-../../../../../../../../../x.pem",
                "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem?x",
                "https://sns.eu-west-1.amazonaws.com//SimpleNotificationService-0123456789abcdef0123456789abcde.pem",
                "https://sns.eu-west-1.amazonaws.com/x/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem",
                "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem\n",
                "https://sns.eu\u2010west\u20101.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem",
                "https://sns.eu-west-1.amazonaws.com@evil.example/aaaaaaaaaaaaa0123456789abcdef0123456789abcdef.pem",
                "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService_0123456789abcdef0123456789abcdef.pem",
                "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.cer",
                "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef?pem",
                "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-g123456789abcdef0123456789abcdef.pem",
                "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcde/.pem",
                "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcde:.pem",
                "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcde`.pem",
                "//sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem",
                ""
            })
    void rejectsCertificatesOfOtherPlacesBeforeAnyRequest(String url) {
        refusesBeforeAnyRequest(
                VerificationException.class,
                notification().set("SigningCertURL", url).sign().body());
    }

    @Test
    void rejectsMessagesThatAreTooOldOrOfTheFutureBeforeAnyRequest() {
        byte[] body = notification().sign().body();
        for (Duration drift : List.of(Duration.ofMinutes(121), Duration.ofMinutes(-16), Duration.ofDays(20))) {
            assertThatExceptionOfType(VerificationException.class)
                    .isThrownBy(() -> verifier(SIGNER, NOW.plus(drift)).verify(body));
        }
        assertThat(fetched).isEmpty();
        for (Duration drift : List.of(Duration.ofMinutes(119), Duration.ofMinutes(120), Duration.ofMinutes(-15))) {
            assertThat(verifier(SIGNER, NOW.plus(drift)).verify(body)).isNotNull();
        }
        assertThat(builder(SIGNER, NOW.plus(Duration.ofDays(20)))
                        .anyAge()
                        .build()
                        .verify(body))
                .isNotNull();
        assertThat(builder(SIGNER, NOW.plus(Duration.ofDays(20)))
                        .maxAge(Duration.ofDays(21))
                        .build()
                        .verify(body))
                .isNotNull();
    }

    @Test
    void refusesAnAgeThatIsNone() {
        for (Duration age : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SnsVerifier.builder(Topics.of(TOPIC)).maxAge(age));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:eu-west-1:123456789012:bounces&Token=other",
                "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:eu-west-1:999999999999:x&Token=t",
                "https://sns.eu-west-1.amazonaws.com/?Action=DeleteTopic&TopicArn=arn:aws:sns:eu-west-1:123456789012:bounces&Token=t",
                "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:eu-west-1:123456789012:bounces&Token=t&x=y",
                "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:eu-west-1:123456789012:bounces&Token=t&Token=t",
                "https://evil.example/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:eu-west-1:123456789012:bounces&Token=t",
                "http://169.254.169.254/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:eu-west-1:123456789012:bounces&Token=t",
                "https://sns.eu-west-1.evil.examples/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:eu-west-1:123456789012:bounces&Token=t",
                "http://xsns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:eu-west-1:123456789012:bounces&Token=t",
                "https://sns.eu-west-1.amazonaws.com/?"
            })
    void givesNoConfirmationUrlThatNamesAnythingElse(String url) {
        SnsMessage message = verifier.verify(SIGNER.subscriptionConfirmation(TOPIC, "t")
                .set("SubscribeURL", url)
                .at(NOW)
                .sign()
                .body());
        assertThatExceptionOfType(VerificationException.class)
                .isThrownBy(() -> verifier.confirmationUrl((SnsMessage.SubscriptionConfirmation) message));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a|b", "a\"b", "a{b}", "a%b", "a%zz", "a%20b", "a\\b", "a^b", "a#b", "a b"})
    void givesNoConfirmationUrlOfATokenThatStandsInNone(String token) {
        SnsMessage message = SnsMessage.insecureUnverified(
                SIGNER.subscriptionConfirmation(TOPIC, token).at(NOW).sign().body());
        assertThatExceptionOfType(VerificationException.class)
                .isThrownBy(() -> verifier.confirmationUrl((SnsMessage.SubscriptionConfirmation) message))
                .withMessageStartingWith("SubscribeURL: ");
    }

    @Test
    void givesNoConfirmationUrlThatIsTooLong() {
        for (int length : List.of(3_000, 4_096)) {
            SnsMessage.SubscriptionConfirmation message = (SnsMessage.SubscriptionConfirmation)
                    SnsMessage.insecureUnverified(SIGNER.subscriptionConfirmation(TOPIC, "t".repeat(length))
                            .at(NOW)
                            .sign()
                            .body());
            if (length == 3_000) {
                assertThat(verifier.confirmationUrl(message)).isNotNull();
            } else {
                assertThatExceptionOfType(VerificationException.class)
                        .isThrownBy(() -> verifier.confirmationUrl(message));
            }
        }
    }

    @Test
    void asksForNoNameOfACertificateFromAnEndpointForTests() {
        SnsSigner other = SnsSigner.create("localhost", 2048, NOW.minusSeconds(60), NOW.plusSeconds(60));
        byte[] body = other.notification(TOPIC, "{}")
                .at(NOW)
                .endpoint("http://127.0.0.1:4566")
                .sign()
                .body();
        assertThat(builder(other, NOW)
                        .insecureEndpoint(URI.create("http://127.0.0.1:4566/"))
                        .build()
                        .verify(body))
                .isNotNull();
        assertThatExceptionOfType(VerificationException.class)
                .isThrownBy(() -> verifier(other, NOW)
                        .verify(other.notification(TOPIC, "{}").at(NOW).sign().body()));
    }

    @Test
    void givesNoConfirmationUrlOfATopicThatIsNoneOfOurs() {
        String stranger = "arn:aws:sns:eu-west-1:999999999999:evil";
        SnsMessage unverified = SnsMessage.insecureUnverified(
                SIGNER.subscriptionConfirmation(stranger, "t").at(NOW).sign().body());
        assertThatExceptionOfType(VerificationException.class)
                .isThrownBy(() -> verifier.confirmationUrl((SnsMessage.SubscriptionConfirmation) unverified))
                .withMessageStartingWith("topic: expected a message of an allowed topic");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:4566",
                "ftp://localhost",
                "http:///x",
                "http://localhost:4566/a?b=c",
                "http://h/p",
                "http://a_b:4566"
            })
    void refusesAnEndpointForTestsThatIsMoreThanOne(String endpoint) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SnsVerifier.builder(Topics.of(TOPIC)).insecureEndpoint(URI.create(endpoint)));
    }

    @Test
    void saysNothingOfWhatItReadInMessagesAndTexts() {
        SignedRequest genuine = SIGNER.notification(TOPIC, "{\"secret\":\"jane@example.com\"}")
                .set("Subject", "confidential")
                .at(NOW)
                .sign();
        String signature = JSON_SIGNATURE
                .matcher(genuine.text())
                .results()
                .findFirst()
                .orElseThrow()
                .group(1);
        for (String body : List.of(
                genuine.text().replace("jane@", "joe@"),
                genuine.text().replace("\"Subject\"", "\"Subject\" x"),
                genuine.text().replace("confidential", "confidential\\n"),
                genuine.text().replace("\"Type\":\"Notification\"", "\"Type\":\"confidential\""),
                genuine.text().substring(0, genuine.text().length() - 2))) {
            assertThatExceptionOfType(BounceException.class)
                    .isThrownBy(() -> verifier.verify(body.getBytes(StandardCharsets.UTF_8)))
                    .satisfies(e -> assertThat(e + " " + e.getCause())
                            .doesNotContain("jane", "joe", "confidential", signature.substring(0, 20)));
        }
        assertThat(verifier.verify(genuine.body()).toString()).doesNotContain("jane", "confidential");
    }
}
