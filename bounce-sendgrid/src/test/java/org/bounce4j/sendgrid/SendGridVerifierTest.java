package org.bounce4j.sendgrid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.Security;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.bounce4j.ConfigurationException;
import org.bounce4j.VerificationException;
import org.bounce4j.testkit.SendGridSigner;
import org.bounce4j.testkit.SignedRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SendGridVerifierTest {
    private static final SendGridSigner SIGNER = SendGridSigner.create();
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final byte[] BODY =
            "[{\"email\":\"jane@example.com\"},\r\n{\"reason\":\"Postf\u00e4cher \ud83d\udcec\"}]\r\n"
                    .getBytes(StandardCharsets.UTF_8);
    private static final BigInteger ORDER =
            new BigInteger("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", 16);

    private final SendGridVerifier verifier = at(NOW);

    private static SendGridVerifier at(Instant now) {
        return SendGridVerifier.builder(SIGNER.publicKey())
                .clock(Clock.fixed(now, ZoneOffset.UTC))
                .build();
    }

    private static SignedRequest signed() {
        return SIGNER.sign(BODY, NOW);
    }

    private void refuses(SignedRequest request) {
        assertThatExceptionOfType(VerificationException.class)
                .isThrownBy(() -> verifier.verify(request.body(), request::header));
    }

    @Test
    void acceptsExactlyTheBytesThatWereSigned() {
        SignedRequest request = signed();
        assertThat(verifier.verify(request.body(), request::header).body()).isEqualTo(BODY);
    }

    @Test
    void findsHeadersThatAServerSpeltInLowerCase() {
        SignedRequest request = signed();
        Map<String, String> headers = new HashMap<>();
        request.headers().forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
        assertThat(verifier.verify(request.body(), headers::get).body()).isEqualTo(BODY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sendgrid-1", "sendgrid-2"})
    void verifiesRealRequestsAndFailsWithAnyByteChanged(String name) throws IOException {
        Path folder = Path.of("src/test/resources/sendgrid");
        byte[] body = Files.readAllBytes(folder.resolve(name + ".body"));
        Properties vector = new Properties();
        vector.load(Files.newBufferedReader(folder.resolve(name + ".properties")));
        String signature = vector.getProperty("signature");
        String timestamp = vector.getProperty("timestamp");
        SendGridVerifier real = SendGridVerifier.builder(vector.getProperty("publicKey"))
                .anyAge()
                .build();
        assertThat(real.verify(body, signature, timestamp).body()).isEqualTo(body);
        for (int i = 0; i < body.length; i++) {
            byte[] changed = body.clone();
            changed[i] ^= 1;
            assertThatExceptionOfType(VerificationException.class)
                    .isThrownBy(() -> real.verify(changed, signature, timestamp));
        }
        SendGridVerifier other = SendGridVerifier.builder(vector.getProperty("otherPublicKey"))
                .anyAge()
                .build();
        assertThatExceptionOfType(VerificationException.class)
                .isThrownBy(() -> other.verify(body, signature, timestamp));
    }

    @Test
    void rejectsBodyChangedAfterSigning() {
        refuses(signed().withBody(Arrays.copyOf(BODY, BODY.length - 2)));
        refuses(signed().withBody(new String(BODY, StandardCharsets.UTF_8)
                .replace("\r\n", "\n")
                .getBytes(StandardCharsets.UTF_8)));
        refuses(signed().withBody(new String(BODY, StandardCharsets.UTF_8).getBytes(StandardCharsets.ISO_8859_1)));
        refuses(signed().withBody(new byte[0]));
    }

    @Test
    void saysThatABodyIsEmpty() {
        assertThatExceptionOfType(VerificationException.class)
                .isThrownBy(() -> verifier.verify(new byte[0], signed()::header))
                .withMessageContaining("an empty body: something read it before");
    }

    @Test
    void rejectsMissingHeadersAndAnotherTimestamp() {
        refuses(signed().withHeader(SendGridVerifier.SIGNATURE_HEADER, null));
        refuses(signed().withHeader(SendGridVerifier.TIMESTAMP_HEADER, null));
        refuses(signed().withHeader(SendGridVerifier.TIMESTAMP_HEADER, "" + (NOW.getEpochSecond() + 1)));
        for (String timestamp : List.of("", "now", "-1", "1e9", "\u0661\u0662", "9".repeat(13), "9".repeat(30), " 1")) {
            refuses(signed().withHeader(SendGridVerifier.TIMESTAMP_HEADER, timestamp));
        }
    }

    @Test
    void rejectsADigitOfTheTimestampMovedToTheBody() {
        String timestamp = Long.toString(NOW.getEpochSecond());
        byte[] longer = new byte[BODY.length + 1];
        longer[0] = (byte) timestamp.charAt(timestamp.length() - 1);
        System.arraycopy(BODY, 0, longer, 1, BODY.length);
        SignedRequest moved = signed().withBody(longer)
                .withHeader(SendGridVerifier.TIMESTAMP_HEADER, timestamp.substring(0, timestamp.length() - 1));
        SendGridVerifier anyAge =
                SendGridVerifier.builder(SIGNER.publicKey()).anyAge().build();
        assertThatExceptionOfType(VerificationException.class)
                .isThrownBy(() -> anyAge.verify(moved.body(), moved::header));
    }

    @Test
    void rejectsAnotherKeyAndAcceptsOneOfSeveral() {
        SignedRequest request = signed();
        String other = SendGridSigner.create().publicKey();
        assertThatExceptionOfType(VerificationException.class)
                .isThrownBy(
                        () -> SendGridVerifier.builder(other).anyAge().build().verify(request.body(), request::header));
        assertThat(SendGridVerifier.builder(other, SIGNER.publicKey())
                        .anyAge()
                        .build()
                        .verify(request.body(), request::header))
                .isNotNull();
    }

    @Test
    void rejectsTimestampsFarFromOurClock() {
        SignedRequest request = signed();
        for (long seconds : List.of(601L, -601L, 86_400L)) {
            assertThatExceptionOfType(VerificationException.class)
                    .isThrownBy(() -> at(NOW.plusSeconds(seconds)).verify(request.body(), request::header));
        }
        assertThat(at(NOW.plusSeconds(600)).verify(request.body(), request::header))
                .isNotNull();
        assertThat(at(NOW.minusSeconds(600)).verify(request.body(), request::header))
                .isNotNull();
        assertThat(SendGridVerifier.builder(SIGNER.publicKey())
                        .clock(Clock.fixed(NOW.plusSeconds(3_000), ZoneOffset.UTC))
                        .maxAge(Duration.ofHours(1))
                        .build()
                        .verify(request.body(), request::header))
                .isNotNull();
    }

    @Test
    void takesAnyTimestampWhereTheAgeIsHuge() {
        SignedRequest request = signed();
        for (Duration age : List.of(Duration.ofSeconds(Long.MAX_VALUE), Duration.ofDays(365_000))) {
            for (Instant now : List.of(NOW, NOW.minusSeconds(601), NOW.plusSeconds(601), Instant.EPOCH)) {
                assertThat(SendGridVerifier.builder(SIGNER.publicKey())
                                .clock(Clock.fixed(now, ZoneOffset.UTC))
                                .maxAge(age)
                                .build()
                                .verify(request.body(), request::header))
                        .isNotNull();
            }
        }
    }

    @Test
    void keepsWhatWasVerifiedWhateverTheCallerDoesWithItsBytes() {
        SignedRequest request = signed();
        byte[] body = request.body();
        SendGridBatch batch = verifier.verify(body, request::header);
        Arrays.fill(body, (byte) 'x');
        assertThat(batch.body()).isEqualTo(BODY);
    }

    // --- signatures
    // ------------------------------------------------------------------------------------------------------

    private static byte[] der(BigInteger r, BigInteger s) {
        byte[] one = r.toByteArray();
        byte[] two = s.toByteArray();
        byte[] der = new byte[6 + one.length + two.length];
        der[0] = 0x30;
        der[1] = (byte) (der.length - 2);
        der[2] = 2;
        der[3] = (byte) one.length;
        System.arraycopy(one, 0, der, 4, one.length);
        der[4 + one.length] = 2;
        der[5 + one.length] = (byte) two.length;
        System.arraycopy(two, 0, der, 6 + one.length, two.length);
        return der;
    }

    private void refusesSignature(byte[] der) {
        refuses(signed().withHeader(
                        SendGridVerifier.SIGNATURE_HEADER, Base64.getEncoder().encodeToString(der)));
    }

    @Test
    void rejectsNumbersThatAreZeroOrTooLarge() {
        for (BigInteger bad : List.of(
                BigInteger.ZERO,
                ORDER,
                ORDER.add(BigInteger.ONE),
                BigInteger.ONE.negate(),
                BigInteger.TWO.pow(255).shiftLeft(1))) {
            refusesSignature(der(bad, BigInteger.ONE));
            refusesSignature(der(BigInteger.ONE, bad));
            refusesSignature(der(bad, bad));
        }
        refusesSignature(der(BigInteger.ONE, BigInteger.ONE));
    }

    @Test
    void rejectsEverythingThatIsNotExactlyDer() {
        byte[] good = Base64.getDecoder().decode(signed().header(SendGridVerifier.SIGNATURE_HEADER));
        for (int length = 0; length < good.length; length++) {
            refusesSignature(Arrays.copyOf(good, length));
        }
        refusesSignature(Arrays.copyOf(good, good.length + 1));
        for (int i = 0; i < good.length; i++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] changed = good.clone();
                changed[i] ^= (byte) (1 << bit);
                refusesSignature(changed);
            }
        }
        refusesSignature(new byte[] {0x30, 6, 2, 3, 1, 1, 1, 2});
        byte[] behind = Arrays.copyOf(good, good.length + 1);
        behind[1]++;
        refusesSignature(behind);
    }

    @Test
    void rejectsANumberWithANeedlessZeroInFront() {
        // that is BER, not DER
        byte[] good;
        do {
            good = Base64.getDecoder().decode(signed().header(SendGridVerifier.SIGNATURE_HEADER));
        } while (good[3] == 33);
        int length = good[3];
        byte[] padded = new byte[good.length + 1];
        System.arraycopy(good, 0, padded, 0, 4);
        System.arraycopy(good, 4, padded, 5, good.length - 4);
        padded[1]++;
        padded[3] = (byte) (length + 1);
        refusesSignature(padded);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "!", "MEUC", "-_-_", "null"})
    void rejectsSignaturesThatAreNotBase64(String signature) {
        refuses(signed().withHeader(SendGridVerifier.SIGNATURE_HEADER, signature));
        refuses(signed().withHeader(SendGridVerifier.SIGNATURE_HEADER, "A".repeat(100_000)));
    }

    // --- keys
    // ------------------------------------------------------------------------------------------------------------

    @Test
    void takesKeysHoweverTheyArePasted() {
        String key = SIGNER.publicKey();
        SignedRequest request = signed();
        for (String pasted : List.of(
                key,
                " " + key + "\n",
                "-----BEGIN PUBLIC KEY-----\n" + key.substring(0, 64) + "\r\n" + key.substring(64)
                        + "\n-----END PUBLIC KEY-----\n",
                "\"" + key + "\"",
                "'" + key + "'",
                key.substring(0, 20) + " " + key.substring(20),
                "\ufeff" + key)) {
            assertThat(SendGridVerifier.builder(pasted).anyAge().build().verify(request.body(), request::header))
                    .as(pasted)
                    .isNotNull();
        }
    }

    private static String encoded(String algorithm, String curve) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (curve != null) {
            generator.initialize(new ECGenParameterSpec(curve));
        }
        return Base64.getEncoder()
                .encodeToString(generator.generateKeyPair().getPublic().getEncoded());
    }

    private static void refusesKey(String key, String reason) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SendGridVerifier.of(key))
                .withMessageEndingWith("got " + reason)
                .withMessageContaining("MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE");
    }

    @Test
    void saysAtConstructionWhatIsWrongWithAKey() throws Exception {
        String key = SIGNER.publicKey();
        refusesKey("", "nothing");
        refusesKey("not a key!", "a text that is not base64; was it shortened or hidden on the screen?");
        refusesKey(key.substring(1), "a key that was cut off: 121 characters without the = at its end, not 122");
        refusesKey(key + key, "more behind the end of the key: give several keys as several arguments");
        refusesKey(key.substring(0, 60), "base64 that is no public key (cut off?)");
        refusesKey(encoded("RSA", null), "a key of another algorithm");
        refusesKey(encoded("EC", "secp384r1"), "a key of another curve");
        byte[] secret = KeyPairGenerator.getInstance("EC")
                .generateKeyPair()
                .getPrivate()
                .getEncoded();
        refusesKey(Base64.getEncoder().encodeToString(secret), "a private key, which is a secret of whoever signs");
        refusesKey(
                " SG.abc.def",
                "an API key, which is for sending and a secret; the verification key is shown with the webhook, under"
                        + " Mail Settings, Event Webhooks");
        refusesKey("Verification Key: " + key, "a text with a colon: leave out the label in front of the key");
        refusesKey(key + "," + key, "a text with a comma: give several keys as several arguments");
        refusesKey("-----BEGIN EC PRIVATE KEY-----\nMHcC\n-----END EC PRIVATE KEY-----", "a private key");
        refusesKey("-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----", "a certificate");
        refusesKey(
                "-----BEGIN PUBLIC KEY-----",
                "the first line of a PEM file alone: quote the whole of it, its line breaks included");
        refusesKey("A".repeat(5_000), "a text of 5000 characters");
        byte[] offCurve = Base64.getDecoder().decode(key);
        offCurve[offCurve.length - 1] ^= 1;
        refusesKey(Base64.getEncoder().encodeToString(offCurve), "a key whose point is not on the curve");
        byte[] padded = Base64.getDecoder().decode(key);
        padded[25] = 4;
        refusesKey(Base64.getEncoder().encodeToString(padded), "a public key whose bits are no whole bytes");
        // BER writes the length of the same key in two bytes
        byte[] der = Base64.getDecoder().decode(key);
        byte[] ber = new byte[der.length + 1];
        System.arraycopy(der, 1, ber, 2, der.length - 1);
        ber[0] = der[0];
        ber[1] = (byte) 0x81;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SendGridVerifier.of(Base64.getEncoder().encodeToString(ber)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SendGridVerifier.of(Base64.getEncoder().encodeToString(Arrays.copyOf(der, 92))));
        assertThatIllegalArgumentException().isThrownBy(SendGridVerifier::of);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SendGridVerifier.builder(key).maxAge(Duration.ZERO));
    }

    @Test
    void takesAKeyWhoseLineBreaksAreWrittenAsTwoCharacters() {
        String armoured = "-----BEGIN PUBLIC KEY-----\\n" + SIGNER.publicKey() + "\\n-----END PUBLIC KEY-----\\n";
        assertThat(SendGridVerifier.of(armoured)).isNotNull();
    }

    @Test
    void verifiesWithTheHostsProviderToo() {
        SignedRequest request = signed();
        SendGridVerifier jdk = SendGridVerifier.builder(SIGNER.publicKey())
                .anyAge()
                .provider(Security.getProvider("SunEC"))
                .build();
        assertThat(jdk.verify(request.body(), request::header)).isNotNull();
        assertThatExceptionOfType(VerificationException.class)
                .isThrownBy(() -> jdk.verify(new byte[1], request::header));
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> SendGridVerifier.builder(SIGNER.publicKey())
                        .provider(Security.getProvider("SUN"))
                        .build());
    }

    @Test
    void registersNoProvider() {
        verifier.verify(signed().body(), signed()::header);
        assertThat(Arrays.stream(Security.getProviders())
                        .map(provider -> provider.getName().toUpperCase(Locale.ROOT)))
                .doesNotContain("BC");
    }
}
