package org.bounce4j.ses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.bounce4j.BounceException;
import org.bounce4j.UnavailableException;
import org.bounce4j.VerificationException;
import org.bounce4j.testkit.SnsSigner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which certificates are accepted, from where, and how often they are asked for. */
class SnsVerifierCertificatesTest extends SnsVerifierFixture {
    @Test
    void rejectsCertificatesOfAnotherNameStrengthOrTime() {
        Instant from = NOW.minus(Duration.ofDays(10));
        Instant to = NOW.plus(Duration.ofDays(300));
        refusesCertificate(SnsSigner.create("sns.amazonaws.com.evil.example", 2048, from, to));
        refusesCertificate(SnsSigner.create("sns.amazonaws.com", 1024, from, to));
        refusesCertificate(SnsSigner.create("sns.amazonaws.com", 2048, NOW.plusSeconds(5), to));
        refusesCertificate(SnsSigner.create("sns.amazonaws.com", 2048, from, NOW.minusSeconds(5)));
    }

    private void refusesCertificate(SnsSigner signer) {
        assertThatExceptionOfType(VerificationException.class)
                .isThrownBy(() -> verifier(signer, NOW)
                        .verify(signer.notification(TOPIC, "{}").at(NOW).sign().body()));
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
    void servesGenuineMessagesWhileForgedOnesPointAtUnknownCertificates() {
        Instant[] now = {NOW};
        SnsVerifier attacked = SnsVerifier.builder(Topics.of(TOPIC))
                .clock(new ClockByHand(() -> now[0]))
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
}
