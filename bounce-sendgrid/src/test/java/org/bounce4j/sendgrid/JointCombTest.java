package org.bounce4j.sendgrid;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.bouncycastle.asn1.sec.SECNamedCurves;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.bouncycastle.math.ec.ECPoint;
import org.junit.jupiter.api.Test;

/** Compares our use of precomputed tables with the arithmetic of Bouncy Castle on another implementation of the curve. */
class JointCombTest {
    /** The generic curve; the verifier uses the one that is made for P-256. */
    private static final ECDomainParameters GENERIC = new ECDomainParameters(SECNamedCurves.getByName("secp256r1"));

    private static final BigInteger ORDER = GENERIC.getN();
    private final Random random = new Random(3);

    private BigInteger number() {
        return new BigInteger(256, random).mod(ORDER);
    }

    private static List<BigInteger> edges() {
        return List.of(
                BigInteger.ZERO,
                BigInteger.ONE,
                BigInteger.TWO,
                ORDER.subtract(BigInteger.ONE),
                ORDER.subtract(BigInteger.TWO),
                ORDER.shiftRight(1),
                BigInteger.ONE.shiftLeft(255),
                BigInteger.ONE.shiftLeft(128),
                BigInteger.ONE.shiftLeft(43).subtract(BigInteger.ONE));
    }

    private static void agrees(BigInteger secret, BigInteger baseTimes, BigInteger keyTimes) {
        ECPoint key = SendGridKey.DOMAIN.getG().multiply(secret).normalize();
        ECPoint sum = new JointComb(SendGridKey.DOMAIN.getG(), key)
                .sum(baseTimes, keyTimes)
                .normalize();
        ECPoint expected = GENERIC.getG()
                .multiply(baseTimes.add(secret.multiply(keyTimes)).mod(ORDER))
                .normalize();
        assertThat(sum.getEncoded(false)).isEqualTo(expected.getEncoded(false));
    }

    @Test
    void addsTheSamePointsAsTheCurveDoes() {
        for (int i = 0; i < 200; i++) {
            agrees(number().max(BigInteger.ONE), number(), number());
        }
    }

    @Test
    void addsTheSamePointsAtTheEdges() {
        // keys whose points meet the base point's in the tables: equal, opposite, double
        for (BigInteger secret : List.of(
                BigInteger.ONE,
                BigInteger.TWO,
                ORDER.subtract(BigInteger.ONE),
                ORDER.subtract(BigInteger.TWO),
                number())) {
            for (BigInteger baseTimes : edges()) {
                for (BigInteger keyTimes : edges()) {
                    agrees(secret, baseTimes, keyTimes);
                }
            }
        }
    }

    @Test
    void judgesSignaturesAsBouncyCastleDoes() throws Exception {
        for (int i = 0; i < 100; i++) {
            BigInteger secret = number().max(BigInteger.ONE);
            ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
            signer.init(true, new ECPrivateKeyParameters(secret, GENERIC));
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(new byte[] {(byte) i});
            BigInteger[] signature = signer.generateSignature(hash);
            SendGridKey ours = keyOf(secret);
            assertThat(ours.verifies(hash, signature[0], signature[1])).isTrue();
            assertThat(ours.verifies(hash, signature[0], ORDER.subtract(signature[1])))
                    .isTrue();
            for (int bit = 0; bit < 256; bit += 17) {
                byte[] other = hash.clone();
                other[bit / 8] ^= (byte) (1 << bit % 8);
                assertThat(ours.verifies(other, signature[0], signature[1])).isFalse();
                BigInteger flipped = signature[0].flipBit(bit);
                if (flipped.signum() > 0 && flipped.compareTo(ORDER) < 0) {
                    assertThat(ours.verifies(hash, flipped, signature[1])).isFalse();
                }
            }
        }
        // numbers that make the sum the point at infinity
        SendGridKey one = keyOf(BigInteger.ONE);
        byte[] hash = new byte[32];
        hash[31] = 5;
        assertThat(one.verifies(hash, ORDER.subtract(BigInteger.valueOf(5)), BigInteger.TEN))
                .isFalse();
    }

    private static SendGridKey keyOf(BigInteger secret) throws Exception {
        return SendGridKey.parse(Base64.getEncoder()
                .encodeToString(SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(new ECPublicKeyParameters(
                                SendGridKey.DOMAIN.getG().multiply(secret).normalize(),
                                new ECNamedDomainParameters(SECObjectIdentifiers.secp256r1, SendGridKey.DOMAIN)))
                        .getEncoded("DER")));
    }
}
