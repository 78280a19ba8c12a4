package org.bounce4j.ses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.bounce4j.BounceException;
import org.bounce4j.ConfigurationException;
import org.bounce4j.MalformedPayloadException;
import org.bounce4j.UnavailableException;
import org.bounce4j.VerificationException;
import org.bounce4j.testkit.SignedRequest;
import org.bounce4j.testkit.SnsSigner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SnsVerifierTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TOPIC = "arn:aws:sns:eu-west-1:123456789012:bounces";
    private static final Pattern JSON_SIGNATURE = Pattern.compile("\"Signature\":\"([^\"]+)\"");
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.123Z");
    private static final SnsSigner SIGNER =
            SnsSigner.create("sns.amazonaws.com", 2048, NOW.minus(Duration.ofDays(10)), NOW.plus(Duration.ofDays(300)));

    private final List<URI> fetched = new ArrayList<>();
    private final SnsVerifier verifier = verifier(SIGNER, NOW);

    private SnsVerifier verifier(SnsSigner signer, Instant now) {
        return builder(signer, now).build();
    }

    private SnsVerifier.Builder builder(SnsSigner signer, Instant now) {
        return SnsVerifier.builder(Topics.of(TOPIC))
                .clock(Clock.fixed(now, ZoneOffset.UTC))
                .certificates(url -> {
                    fetched.add(url);
                    return signer.certificatePem().getBytes(StandardCharsets.US_ASCII);
                });
    }

    private static SnsSigner.Draft notification() {
        return SIGNER.notification(TOPIC, "{\"a\": \"\ud83c\udf4c\"}\n").at(NOW);
    }

    private void refuses(Class<? extends BounceException> with, byte[] body) {
        assertThatExceptionOfType(with).isThrownBy(() -> verifier.verify(body));
    }

    private void refusesBeforeAnyRequest(Class<? extends BounceException> with, byte[] body) {
        refuses(with, body);
        assertThat(fetched).isEmpty();
    }

    private static byte[] change(SignedRequest request, String field, String value) throws IOException {
        ObjectNode envelope = (ObjectNode) JSON.readTree(request.body());
        if (value == null) {
            envelope.remove(field);
        } else {
            envelope.put(field, value);
        }
        return JSON.writeValueAsBytes(envelope);
    }

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

    // --- forgeries
    // -------------------------------------------------------------------------------------------------------

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
    void rejectsAnotherKey() {
        SnsSigner forger = SnsSigner.create();
        refuses(
                VerificationException.class,
                forger.notification(TOPIC, "{}").at(NOW).sign().body());
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
        assertThat(verifier(SIGNER, NOW.plus(Duration.ofMinutes(119))).verify(body))
                .isNotNull();
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
    void acceptsEveryAgeThatADurationCanHave() {
        byte[] body = notification().sign().body();
        for (Duration age : List.of(ChronoUnit.FOREVER.getDuration(), Duration.ofSeconds(Long.MAX_VALUE))) {
            assertThat(builder(SIGNER, NOW).maxAge(age).build().verify(body)).isNotNull();
        }
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

    @Test
    void rejectsAHeaderThatContradictsTheMessage() {
        SignedRequest request = notification().sign();
        assertThat(verifier.verify(request.body(), request::header)).isNotNull();
        SignedRequest contradicted = request.withHeader("x-amz-sns-message-type", "SubscriptionConfirmation");
        assertThatExceptionOfType(VerificationException.class)
                .isThrownBy(() -> verifier.verify(contradicted.body(), contradicted::header));
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

    // --- certificates
    // ----------------------------------------------------------------------------------------------------

    private void refusesCertificate(SnsSigner signer) {
        assertThatExceptionOfType(VerificationException.class)
                .isThrownBy(() -> verifier(signer, NOW)
                        .verify(signer.notification(TOPIC, "{}").at(NOW).sign().body()));
    }

    @Test
    void rejectsCertificatesOfAnotherNameStrengthOrTime() {
        Instant from = NOW.minus(Duration.ofDays(10));
        Instant to = NOW.plus(Duration.ofDays(300));
        refusesCertificate(SnsSigner.create("sns.amazonaws.com.evil.example", 2048, from, to));
        refusesCertificate(SnsSigner.create("sns.amazonaws.com", 1024, from, to));
        refusesCertificate(SnsSigner.create("sns.amazonaws.com", 2048, NOW.plusSeconds(5), to));
        refusesCertificate(SnsSigner.create("sns.amazonaws.com", 2048, from, NOW.minusSeconds(5)));
    }

    @Test
    void acceptsWeakKeysAndLongExpiredCertificatesOnlyWhereTheHostSaysSo() {
        SnsSigner weak = SnsSigner.create("sns.amazonaws.com", 1024, NOW.minusSeconds(60), NOW.plusSeconds(60));
        byte[] body = weak.notification(TOPIC, "{}").at(NOW).sign().body();
        assertThat(builder(weak, NOW).insecureWeakKeys().build().verify(body)).isNotNull();
        assertThat(builder(weak, NOW.plus(Duration.ofDays(20)))
                        .anyAge()
                        .insecureWeakKeys()
                        .build()
                        .verify(body))
                .isNotNull();
        assertThatExceptionOfType(VerificationException.class)
                .isThrownBy(() -> builder(weak, NOW.plus(Duration.ofDays(61)))
                        .anyAge()
                        .insecureWeakKeys()
                        .build()
                        .verify(body));
    }

    @Test
    void rejectsFilesThatAreNotOneCertificate() {
        String pem = SIGNER.certificatePem();
        for (String file : List.of(
                "",
                "not a certificate",
                pem + pem,
                pem.replace("MII", "???"),
                "x" + pem,
                pem + "x",
                pem.replace("CERTIFICATE", "PUBLIC KEY"),
                " ".repeat(17_000) + pem)) {
            SnsVerifier strict = SnsVerifier.builder(Topics.of(TOPIC))
                    .clock(Clock.fixed(NOW, ZoneOffset.UTC))
                    .certificates(url -> file.getBytes(StandardCharsets.US_ASCII))
                    .build();
            // Amazon serves no such file: it came from a proxy, and the message may be genuine
            assertThatExceptionOfType(UnavailableException.class)
                    .as(file)
                    .isThrownBy(() -> strict.verify(notification().sign().body()));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "aws | us-east-1 | sns.us-east-1.amazonaws.com | sns.amazonaws.com",
                "aws | eu-central-1 | sns.eu-central-1.amazonaws.com | sns.amazonaws.com",
                "aws | eu-south-1 | sns.eu-south-1.amazonaws.com | sns-signing.eu-south-1.amazonaws.com",
                "aws | mx-central-1 | sns.mx-central-1.amazonaws.com | sns-signing.mx-central-1.amazonaws.com",
                "aws | eu-future-1 | sns.eu-future-1.amazonaws.com | sns.amazonaws.com",
                "aws-cn | cn-north-1 | sns.cn-north-1.amazonaws.com.cn | sns-cn-north-1.amazonaws.com.cn",
                "aws-cn | cn-northwest-1 | sns.cn-northwest-1.amazonaws.com.cn | sns-cn-northwest-1.amazonaws.com.cn",
                "aws-us-gov | us-gov-east-1 | sns.us-gov-east-1.amazonaws.com | sns-us-gov-west-1.amazonaws.com",
                "aws-us-gov | us-gov-west-1 | sns.us-gov-west-1.amazonaws.com | sns-us-gov-west-1.amazonaws.com",
                "aws-iso | us-iso-east-1 | sns.us-iso-east-1.c2s.ic.gov | sns-us-iso-east-1.c2s.ic.gov",
                "aws-iso-b | us-isob-east-1 | sns.us-isob-east-1.sc2s.sgov.gov | sns-us-isob-east-1.sc2s.sgov.gov",
                "aws-iso-e | eu-isoe-west-1 | sns.eu-isoe-west-1.cloud.adc-e.uk | sns-signing.eu-isoe-west-1.cloud.adc-e.uk",
                "aws-iso-f | us-isof-south-1 | sns.us-isof-south-1.csp.hci.ic.gov | sns-signing.us-isof-south-1.csp.hci.ic.gov",
                "aws-eusc | eusc-de-east-1 | sns.eusc-de-east-1.amazonaws.eu | sns-signing.eusc-de-east-1.amazonaws.eu",
            })
    void takesTheCertificateFromTheOneHostOfTheTopicsRegionAndPartition(
            String partition, String region, String host, String name) {
        String topic = "arn:" + partition + ":sns:" + region + ":123456789012:bounces";
        SnsSigner named = SnsSigner.create(name, 1024, NOW.minusSeconds(60), NOW.plusSeconds(60));
        byte[] body = named.notification(topic, "{}").at(NOW).sign().body();
        assertThat(verifies(topic, named, body)).isTrue();
        assertThat(fetched).allSatisfy(url -> assertThat(url.getHost()).isEqualTo(host));
        SnsSigner elsewhere = SnsSigner.create("sns.evil.example", 1024, NOW.minusSeconds(60), NOW.plusSeconds(60));
        assertThat(verifies(
                        topic,
                        elsewhere,
                        elsewhere.notification(topic, "{}").at(NOW).sign().body()))
                .isFalse();
    }

    private boolean verifies(String topic, SnsSigner signer, byte[] body) {
        SnsVerifier any = SnsVerifier.builder(Topics.of(topic))
                .clock(Clock.fixed(NOW, ZoneOffset.UTC))
                .insecureWeakKeys()
                .certificates(url -> {
                    fetched.add(url);
                    return signer.certificate();
                })
                .build();
        try {
            return any.verify(body).topicArn().equals(topic);
        } catch (VerificationException e) {
            return false;
        }
    }

    @Test
    void rejectsAFileWithASecondCertificateInside() {
        byte[] der = Base64.getMimeDecoder()
                .decode(SIGNER.certificatePem().replaceAll("-----.*-----", "").strip());
        byte[] twice = Arrays.copyOf(der, 2 * der.length);
        System.arraycopy(der, 0, twice, der.length, der.length);
        String pem = "-----BEGIN CERTIFICATE-----\n" + Base64.getEncoder().encodeToString(twice)
                + "\n-----END CERTIFICATE-----";
        assertThatExceptionOfType(VerificationException.class)
                .isThrownBy(() -> SigningCertificate.parse(pem.getBytes(StandardCharsets.US_ASCII), null))
                .withMessageContaining("more behind it");
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

    @ParameterizedTest
    @ValueSource(strings = {"1", "2"})
    void verifiesWithAProviderThatMakesNoKeys(String version) throws IOException {
        SnsVerifier own = builder(SIGNER, NOW).provider(new SignaturesAlone()).build();
        SignedRequest request = notification().set("SignatureVersion", version).sign();
        assertThat(own.verify(request.body()).topicArn()).isEqualTo(TOPIC);
        byte[] changed = change(request, "Message", "{}");
        assertThatExceptionOfType(VerificationException.class).isThrownBy(() -> own.verify(changed));
    }

    @Test
    void acceptsTheLargestMessageThereIs() {
        String message = "\"\n\u00e4".repeat(75_000);
        SignedRequest request = SIGNER.notification(TOPIC, message).at(NOW).sign();
        assertThat(request.body().length).isGreaterThan(300_000);
        assertThat(verifier.verify(request.body()).message()).isEqualTo(message);
    }

    @Test
    void fetchesACertificateOnce() {
        verifier.verify(notification().sign().body());
        verifier.verify(notification().sign().body());
        assertThat(fetched).hasSize(1);
    }

    @Test
    void tellsForgedFromUnavailableAndDoesNotAskAgainAtOnce() {
        AtomicInteger asked = new AtomicInteger();
        SnsVerifier down = SnsVerifier.builder(Topics.of(TOPIC))
                .clock(Clock.fixed(NOW, ZoneOffset.UTC))
                .certificates(url -> {
                    asked.incrementAndGet();
                    throw new UnavailableException("connection refused");
                })
                .build();
        byte[] body = notification().sign().body();
        for (int i = 0; i < 10; i++) {
            assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> down.verify(body));
        }
        assertThat(asked).hasValue(1);
    }

    @Test
    void servesGenuineMessagesWhileForgedOnesPointAtUnknownCertificates() {
        Instant[] now = {NOW};
        Clock clock = new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now[0];
            }
        };
        SnsVerifier attacked = SnsVerifier.builder(Topics.of(TOPIC))
                .clock(clock)
                .anyAge()
                .certificates(url -> {
                    if (url.toString().endsWith(SIGNER.certificateName())) {
                        return SIGNER.certificate();
                    }
                    throw new VerificationException("404");
                })
                .build();
        byte[] genuine = notification().sign().body();
        attacked.verify(genuine);
        for (int i = 0; i < 2_000; i++) {
            now[0] = now[0].plusMillis(100);
            byte[] forged = notification()
                    .set(
                            "SigningCertURL",
                            "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-%032x.pem".formatted(i))
                    .sign()
                    .body();
            assertThatExceptionOfType(BounceException.class).isThrownBy(() -> attacked.verify(forged));
            attacked.verify(genuine);
        }
    }

    @Test
    void asksAgainSoonAfterAnAnswerThatIsNoCertificate() {
        AtomicInteger asked = new AtomicInteger();
        CertificateCache cache = new CertificateCache(
                url -> asked.incrementAndGet() == 1
                        ? "<html>please log in</html>".getBytes(StandardCharsets.US_ASCII)
                        : SIGNER.certificate(),
                Clock.fixed(NOW, ZoneOffset.UTC),
                null);
        String url = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem";
        assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> cache.get(url));
        assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> cache.get(url));
        assertThat(asked).hasValue(1);
    }

    @Test
    void letsNobodyWaitForAFetchThatBrokeDown() {
        AtomicInteger asked = new AtomicInteger();
        SnsVerifier broken = SnsVerifier.builder(Topics.of(TOPIC))
                .clock(Clock.fixed(NOW, ZoneOffset.UTC))
                .certificates(url -> {
                    if (asked.incrementAndGet() == 1) {
                        throw new NoClassDefFoundError("javax/net/ssl/Something");
                    }
                    return SIGNER.certificate();
                })
                .build();
        byte[] body = notification().sign().body();
        assertThatExceptionOfType(NoClassDefFoundError.class).isThrownBy(() -> broken.verify(body));
        assertThat(broken.verify(body).topicArn()).isEqualTo(TOPIC);
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
    void isNoRequestAmplifier() {
        AtomicInteger asked = new AtomicInteger();
        SnsVerifier flooded = SnsVerifier.builder(Topics.of(TOPIC))
                .clock(Clock.fixed(NOW, ZoneOffset.UTC))
                .certificates(url -> {
                    asked.incrementAndGet();
                    throw new VerificationException("404");
                })
                .build();
        for (int i = 0; i < 200; i++) {
            String url = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-%032x.pem".formatted(i);
            assertThatExceptionOfType(BounceException.class)
                    .isThrownBy(() -> flooded.verify(
                            notification().set("SigningCertURL", url).sign().body()));
        }
        assertThat(asked).hasValueLessThanOrEqualTo(60);
    }

    // --- what is no message
    // ----------------------------------------------------------------------------------------------

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
}
