package org.bounce4j.ses;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bounce4j.VerificationException;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which of the names in a certificate count: those of hosts among the alternative names, and the common name where there are none. */
class SigningCertificateTest {
    private static final String NAME = "sns.amazonaws.com";
    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant TO = Instant.parse("2027-01-01T00:00:00Z");
    private static KeyPair keys;

    @BeforeAll
    static void makeKeys() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        keys = generator.generateKeyPair();
    }

    private static SigningCertificate certificate(String subject, GeneralName... alternatives) throws Exception {
        return parse(pem(subject, alternatives));
    }

    private static SigningCertificate parse(String pem) {
        return SigningCertificate.parse(pem.getBytes(StandardCharsets.US_ASCII), null);
    }

    private static String pem(String subject, GeneralName... alternatives) throws Exception {
        X500Name name = new X500Name(subject);
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                name, BigInteger.ONE, Date.from(FROM), Date.from(TO), name, keys.getPublic());
        if (alternatives.length > 0) {
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternatives));
        }
        byte[] der = builder.build(new JcaContentSignerBuilder("SHA256withRSA").build(keys.getPrivate()))
                .getEncoded();
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END CERTIFICATE-----\n";
    }

    private static void accepts(SigningCertificate certificate) {
        assertThatCode(() -> certificate.requireName(List.of("sns.example", NAME)))
                .doesNotThrowAnyException();
    }

    private static void refuses(SigningCertificate certificate) {
        assertThatExceptionOfType(VerificationException.class)
                .isThrownBy(() -> certificate.requireName(List.of("sns.example", NAME)))
                .withMessageStartingWith("certificate: expected one for [sns.example, " + NAME + "]");
    }

    @Test
    void takesAnyOfTheHostsAmongTheAlternativeNamesWhateverTheirCase() throws Exception {
        accepts(certificate(
                "CN=other.example",
                new GeneralName(GeneralName.rfc822Name, "a@other.example"),
                new GeneralName(GeneralName.dNSName, "other.example"),
                new GeneralName(GeneralName.dNSName, "SNS.AmazonAWS.com")));
    }

    @ParameterizedTest
    @CsvSource({
        GeneralName.rfc822Name + ", sns.amazonaws.com",
        GeneralName.rfc822Name + ", sns@sns.amazonaws.com",
        GeneralName.uniformResourceIdentifier + ", sns.amazonaws.com",
        GeneralName.uniformResourceIdentifier + ", https://sns.amazonaws.com",
        GeneralName.directoryName + ", CN=sns.amazonaws.com",
        GeneralName.dNSName + ", *.amazonaws.com",
        GeneralName.dNSName + ", sns.amazonaws.com.evil.example",
        GeneralName.dNSName + ", evil-sns.amazonaws.com",
        GeneralName.dNSName + ", sns.amazonaws.com."
    })
    void takesNoOtherAlternativeNameForThatOfAHost(int type, String value) throws Exception {
        refuses(certificate("CN=other.example", new GeneralName(type, value)));
        refuses(certificate(
                "CN=other.example",
                new GeneralName(GeneralName.dNSName, "other.example"),
                new GeneralName(type, value)));
    }

    @Test
    void takesTheCommonNameWhereThereAreNoAlternativeNames() throws Exception {
        accepts(certificate("CN=SNS.amazonaws.com,O=Amazon"));
        accepts(certificate("CN=other.example,CN=" + NAME));
        refuses(certificate("CN=other.example"));
    }

    @Test
    void takesNoOtherPartOfTheSubjectForTheCommonName() throws Exception {
        refuses(certificate("O=" + NAME));
        refuses(certificate("OU=CN\\=" + NAME + ",CN=other.example"));
        refuses(certificate("CN=O\\=x\\,CN\\=" + NAME));
    }

    @Test
    void takesNoCommonNameBesideAlternativeNames() throws Exception {
        refuses(certificate("CN=" + NAME, new GeneralName(GeneralName.dNSName, "other.example")));
        refuses(certificate("CN=" + NAME, new GeneralName(GeneralName.rfc822Name, "a@other.example")));
    }

    @Test
    void readsAFileWithTheLineEndsOfOtherSystemsAndOfTheLargestSize() throws Exception {
        String pem = pem("CN=" + NAME);
        accepts(parse("\r\n" + pem.replace("\n", "\r\n") + "\r\n"));
        accepts(parse(pem + " ".repeat(CertificateSource.MAX_BYTES - pem.length())));
        assertThatExceptionOfType(VerificationException.class)
                .isThrownBy(() -> parse(pem + " ".repeat(CertificateSource.MAX_BYTES + 1 - pem.length())))
                .withMessageContaining("at most 16384 bytes");
    }

    @Test
    void isValidFromItsFirstMomentToItsLastAndForSixtyDaysAfter() throws Exception {
        SigningCertificate certificate = certificate("CN=" + NAME);
        for (Instant time : List.of(FROM, TO)) {
            assertThatCode(() -> certificate.requireValid(time, time)).doesNotThrowAnyException();
        }
        Instant last = TO.plusSeconds(60L * 24 * 60 * 60);
        assertThatCode(() -> certificate.requireValid(TO, last)).doesNotThrowAnyException();
        for (Instant time : List.of(FROM.minusMillis(1), TO.plusMillis(1))) {
            assertThatExceptionOfType(VerificationException.class)
                    .isThrownBy(() -> certificate.requireValid(time, TO))
                    .withMessageContaining("valid at " + time);
        }
        assertThatExceptionOfType(VerificationException.class)
                .isThrownBy(() -> certificate.requireValid(TO, last.plusMillis(1)))
                .withMessageContaining("long expired");
    }
}
