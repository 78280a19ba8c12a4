package org.bounce4j.sendgrid;

import java.io.IOException;
import java.util.Base64;
import java.util.Locale;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;

/** Reads a public key as people paste it. */
final class SendGridKey {
    private static final X9ECParameters P256 = CustomNamedCurves.getByOID(SECObjectIdentifiers.secp256r1);
    static final ECDomainParameters DOMAIN = new ECDomainParameters(P256);
    private static final int MAX_LENGTH = 4_096;

    private final byte[] encoded;
    private final ECPublicKeyParameters parameters;

    private SendGridKey(byte[] encoded, ECPublicKeyParameters parameters) {
        this.encoded = encoded;
        this.parameters = parameters;
    }

    /**
     * Reads a key.
     *
     * @throws IllegalArgumentException if it is not the public key of a P-256 pair; the message says what it is instead
     */
    static SendGridKey parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw wrong("a text of " + text.length() + " characters");
        }
        String upper = text.toUpperCase(Locale.ROOT);
        if (upper.contains("PRIVATE KEY")) {
            throw wrong("a private key");
        }
        if (upper.contains("CERTIFICATE")) {
            throw wrong("a certificate");
        }
        if (text.strip().startsWith("SG.")) {
            throw wrong(
                    "an API key, which is for sending and a secret; the verification key is shown with the webhook, under"
                            + " Mail Settings, Event Webhooks");
        }
        // environment files and secrets write the line breaks of PEM as two characters
        String base64 = withoutArmour(text.replace("\\n", "\n"));
        byte[] der;
        try {
            der = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw wrong(notBase64(text, base64));
        }
        if (der.length == 0) {
            throw wrong(
                    upper.contains("BEGIN")
                            ? "the first line of a PEM file alone: quote the whole of it, its line breaks included"
                            : "nothing");
        }
        return new SendGridKey(der, decode(der));
    }

    private static String notBase64(String text, String base64) {
        if (text.indexOf(',') >= 0) {
            return "a text with a comma: give several keys as several arguments";
        }
        if (text.indexOf(':') >= 0) {
            return "a text with a colon: leave out the label in front of the key";
        }
        if (base64.indexOf('=') >= 0) {
            return "more behind the end of the key: give several keys as several arguments";
        }
        if (base64.chars().allMatch(c -> c < 0x7f && (Character.isLetterOrDigit(c) || c == '+' || c == '/'))) {
            return "a key that was cut off: " + base64.length() + " characters without the = at its end, not 122";
        }
        return "a text that is not base64; was it shortened or hidden on the screen?";
    }

    /**
     * Drops PEM's first and last line, white space, quotes that came along from a configuration file, and the {@code =} at
     * the end, of which one is lost easily and none is needed.
     */
    private static String withoutArmour(String text) {
        StringBuilder base64 = new StringBuilder(text.length());
        boolean armour = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (text.startsWith("-----", i)) {
                armour = !armour;
                i += 4;
            } else if (!armour && !isSpace(c) && c != '"' && c != '\'') {
                base64.append(c);
            }
        }
        int end = base64.length();
        while (end > 0 && base64.charAt(end - 1) == '=') {
            end--;
        }
        return base64.substring(0, end);
    }

    /** White space, and what web pages have in its place. */
    private static boolean isSpace(char c) {
        return Character.isWhitespace(c) || c == '\u00a0' || c == '\u200b' || c == '\u2060' || c == '\ufeff';
    }

    private static ECPublicKeyParameters decode(byte[] der) {
        SubjectPublicKeyInfo info;
        try {
            info = SubjectPublicKeyInfo.getInstance(der);
        } catch (RuntimeException e) {
            throw wrong(
                    isPrivateKey(der)
                            ? "a private key, which is a secret of whoever signs"
                            : "base64 that is no public key (cut off?)");
        }
        if (!info.getAlgorithm().getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey)) {
            throw wrong("a key of another algorithm");
        }
        if (!(info.getAlgorithm().getParameters() instanceof ASN1ObjectIdentifier curve)
                || !curve.equals(SECObjectIdentifiers.secp256r1)) {
            throw wrong("a key of another curve");
        }
        try {
            if (info.getEncoded("DER").length != der.length) {
                throw wrong("a public key with something behind it");
            }
            return new ECPublicKeyParameters(
                    DOMAIN.getCurve().decodePoint(info.getPublicKeyData().getOctets()), DOMAIN);
        } catch (IllegalStateException e) {
            throw wrong("a public key whose bits are no whole bytes");
        } catch (IOException | IllegalArgumentException e) {
            throw wrong("a key whose point is not on the curve");
        }
    }

    private static boolean isPrivateKey(byte[] der) {
        try {
            return PrivateKeyInfo.getInstance(der).getPrivateKeyAlgorithm() != null;
        } catch (RuntimeException e) {
            return false;
        }
    }

    private static IllegalArgumentException wrong(String got) {
        return new IllegalArgumentException(
                "Expected the verification key as SendGrid's console shows it (base64, begins with"
                        + " MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE), got " + got);
    }

    byte[] encoded() {
        return encoded;
    }

    ECPublicKeyParameters parameters() {
        return parameters;
    }
}
