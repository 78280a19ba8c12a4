package org.bounce4j.sendgrid;

import java.math.BigInteger;
import org.bounce4j.VerificationException;
import org.bounce4j.internal.CanonicalBase64;

/** An ECDSA signature, read strictly (DER, X.690): two numbers in the range that the curve allows, and nothing else. */
final class DerSignature {
    private static final int LONGEST = 72;
    private static final int MAX_BASE64 = 128;

    private final byte[] encoded;
    private final BigInteger r;
    private final BigInteger s;

    private DerSignature(byte[] encoded) {
        this.encoded = encoded;
        if (encoded.length < 8 || encoded.length > LONGEST || encoded[0] != 0x30 || encoded[1] != encoded.length - 2) {
            throw wrong();
        }
        int secondAt = 2 + 2 + encoded[3];
        if (encoded[3] < 1 || secondAt + 2 > encoded.length) {
            throw wrong();
        }
        r = number(2);
        s = number(secondAt);
        if (secondAt + 2 + encoded[secondAt + 1] != encoded.length) {
            throw wrong();
        }
    }

    /**
     * Reads a signature.
     *
     * @throws VerificationException if it is none
     */
    static DerSignature parse(String base64) {
        if (base64.length() > MAX_BASE64) {
            throw wrong();
        }
        byte[] der;
        try {
            der = CanonicalBase64.decode(base64);
        } catch (IllegalArgumentException e) {
            throw new VerificationException("Expected a signature in base64, got something else", e);
        }
        return new DerSignature(der);
    }

    private BigInteger number(int at) {
        int length = encoded[at + 1];
        boolean fits = encoded[at] == 0x02 && length >= 1 && length <= 33 && at + 2 + length <= encoded.length;
        if (!fits) {
            throw wrong();
        }
        boolean padded = length > 1 && encoded[at + 2] == 0 && encoded[at + 3] >= 0;
        BigInteger number = new BigInteger(encoded, at + 2, length);
        if (padded || number.signum() <= 0 || number.compareTo(SendGridKey.DOMAIN.getN()) >= 0) {
            throw wrong();
        }
        return number;
    }

    private static VerificationException wrong() {
        return new VerificationException(
                "Expected an ECDSA signature in DER with both numbers in range, got something else; the request is not signed by"
                        + " SendGrid");
    }

    byte[] encoded() {
        return encoded;
    }

    BigInteger r() {
        return r;
    }

    BigInteger s() {
        return s;
    }
}
