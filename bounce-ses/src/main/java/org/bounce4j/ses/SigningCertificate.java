package org.bounce4j.ses;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.bounce4j.VerificationException;
import org.jspecify.annotations.Nullable;

/** One leaf certificate, read strictly; what it must be is checked at each use, because time goes on. */
final class SigningCertificate {
    private static final String BEGIN = "-----BEGIN CERTIFICATE-----";
    private static final String END = "-----END CERTIFICATE-----";
    /** Messages wait up to 14 days in a queue, and as long again in its dead-letter queue; certificates change yearly. */
    private static final Duration LONG_EXPIRED = Duration.ofDays(60);

    private final PublicKey key;
    /** The key as the provider that verifies holds it: it need not be made out of the other one for each message. */
    private final PublicKey providerKey;

    private final Instant from;
    private final Instant to;
    private final List<String> names;

    private SigningCertificate(X509Certificate certificate, @Nullable Provider provider) {
        key = certificate.getPublicKey();
        providerKey = provider == null ? key : converted(key, provider);
        from = certificate.getNotBefore().toInstant();
        to = certificate.getNotAfter().toInstant();
        names = names(certificate);
    }

    private static PublicKey converted(PublicKey key, Provider provider) {
        try {
            return KeyFactory.getInstance(key.getAlgorithm(), provider)
                    .generatePublic(new X509EncodedKeySpec(key.getEncoded()));
        } catch (GeneralSecurityException e) {
            // it may verify signatures nevertheless
            return key;
        }
    }

    /**
     * Reads a certificate.
     *
     * @param provider the provider that verifies signatures, or null for the platform's own
     * @throws VerificationException if it is not exactly one X.509 certificate in PEM
     */
    static SigningCertificate parse(byte[] pem, @Nullable Provider provider) {
        if (pem.length > CertificateSource.MAX_BYTES) {
            throw new VerificationException(
                    "certificate: expected at most " + CertificateSource.MAX_BYTES + " bytes, got a larger file");
        }
        String text = new String(pem, StandardCharsets.US_ASCII).strip();
        if (!text.startsWith(BEGIN) || !text.endsWith(END) || text.indexOf(BEGIN, 1) >= 0) {
            throw new VerificationException("certificate: expected one in PEM and nothing else, got something else");
        }
        String base64 = text.substring(BEGIN.length(), text.length() - END.length());
        try {
            byte[] der = Base64.getDecoder().decode(base64.replace("\r", "").replace("\n", ""));
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            X509Certificate certificate = (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der));
            if (!Arrays.equals(certificate.getEncoded(), der)) {
                throw new VerificationException(
                        "certificate: expected one in PEM and nothing else, got more behind it");
            }
            return new SigningCertificate(certificate, provider);
        } catch (IllegalArgumentException | CertificateException e) {
            throw new VerificationException("certificate: expected X.509 in PEM, got something that cannot be read", e);
        }
    }

    private static List<String> names(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            if (alternatives != null) {
                for (List<?> alternative : alternatives) {
                    // type 2 is dNSName (RFC 5280, section 4.2.1.6)
                    if (Integer.valueOf(2).equals(alternative.get(0))) {
                        names.add(String.valueOf(alternative.get(1)).toLowerCase(Locale.ROOT));
                    }
                }
            } else {
                for (Rdn rdn :
                        new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                    if (rdn.getType().equalsIgnoreCase("CN")) {
                        names.add(String.valueOf(rdn.getValue()).toLowerCase(Locale.ROOT));
                    }
                }
            }
        } catch (CertificateParsingException | InvalidNameException e) {
            return List.of();
        }
        return names;
    }

    /** Checks that the certificate bears one of these names. */
    void requireName(List<String> expected) {
        if (Collections.disjoint(names, expected)) {
            throw new VerificationException("certificate: expected one for " + expected + ", got one for " + names);
        }
    }

    /** Checks that the certificate was valid when the message was made and has not been over for long. */
    void requireValid(Instant messageTime, Instant now) {
        if (messageTime.isBefore(from) || messageTime.isAfter(to)) {
            throw new VerificationException("certificate: expected one that was valid at " + messageTime
                    + ", got one valid from " + from + " to " + to);
        }
        if (now.isAfter(to.plus(LONG_EXPIRED))) {
            throw new VerificationException("certificate: expected one that is not long expired, got one that ended "
                    + to + "; replays of old messages need a clock of their time");
        }
    }

    /** Returns the key, if it is RSA of that strength. */
    PublicKey requireKey(int minimumBits) {
        if (!(key instanceof RSAPublicKey rsa)) {
            throw new VerificationException("certificate: expected an RSA key, got " + key.getAlgorithm());
        }
        int bits = rsa.getModulus().bitLength();
        if (bits < minimumBits) {
            throw new VerificationException(
                    "certificate: expected an RSA key of at least " + minimumBits + " bits, got " + bits);
        }
        return providerKey;
    }
}
