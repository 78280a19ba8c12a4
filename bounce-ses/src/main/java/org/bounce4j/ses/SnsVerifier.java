package org.bounce4j.ses;

import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.bounce4j.ConfigurationException;
import org.bounce4j.MalformedPayloadException;
import org.bounce4j.UnavailableException;
import org.bounce4j.VerificationException;
import org.bounce4j.internal.CanonicalBase64;
import org.jspecify.annotations.Nullable;

/**
 * Verifies that a message was sent by Amazon SNS for one of our topics, recently, and was not changed.
 *
 * <p>Checked in this order, and no request goes out before the URL has passed: the envelope's form; the type, also against the
 * {@code x-amz-sns-message-type} header where there is one; the topic against the allowed ones; the certificate's URL against
 * the one host that the <em>allowed topic's</em> region and partition have (https, no port, no user, the exact path); the
 * timestamp against our clock; the certificate (one leaf, RSA of at least 2048 bits, the name that the region's certificates
 * bear, valid when the message was made); the signature, version 1 (SHA-1) or 2 (SHA-256), over the texts exactly as they
 * arrived.
 *
 * <p>Thread-safe. Keep one instance: it remembers certificates.
 *
 * @see <a href="https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html">Verifying SNS signatures</a>
 */
public final class SnsVerifier {
    private static final Duration DEFAULT_MAX_AGE = Duration.ofHours(2);
    private static final Duration MAX_LEAD = Duration.ofMinutes(15);
    private static final int MIN_KEY_BITS = 2048;
    private static final int MAX_SIGNATURE = 1_024;
    private static final String CERTIFICATE_PREFIX = "/SimpleNotificationService-";
    private static final String CERTIFICATE_SUFFIX = ".pem";
    private static final int CERTIFICATE_ID = 32;

    private final Topics topics;
    private final Clock clock;
    private final @Nullable Duration maxAge;
    private final int minKeyBits;
    private final @Nullable String insecureEndpoint;
    private final @Nullable Provider provider;
    private final CertificateCache certificates;

    private SnsVerifier(Builder builder) {
        topics = builder.topics;
        clock = builder.clock;
        maxAge = builder.maxAge;
        minKeyBits = builder.minKeyBits;
        insecureEndpoint = builder.insecureEndpoint;
        provider = builder.provider;
        certificates = new CertificateCache(builder.certificates, builder.clock, builder.provider);
    }

    /**
     * Returns a verifier with the usual settings.
     *
     * @param topics the topics that are ours
     * @return the verifier
     */
    public static SnsVerifier of(Topics topics) {
        return builder(topics).build();
    }

    /**
     * Starts a verifier.
     *
     * @param topics the topics that are ours
     * @return a builder
     */
    public static Builder builder(Topics topics) {
        return new Builder(topics);
    }

    /**
     * Verifies a message.
     *
     * @param body the bytes that arrived
     * @return the message
     * @throws VerificationException if it was not sent by SNS for one of our topics, or is too old
     * @throws MalformedPayloadException if it is not an SNS message
     * @throws UnavailableException if the signing certificate cannot be had now
     * @throws ConfigurationException if the provider that was set cannot verify the signature
     */
    public SnsMessage verify(byte[] body) {
        return verify(body, name -> null);
    }

    /**
     * Verifies a message together with its headers, which are not signed but must not contradict it.
     *
     * @param body the bytes that arrived
     * @param header finds a header's first value by its name, or null
     * @return the message
     * @throws VerificationException if it was not sent by SNS for one of our topics, or is too old
     * @throws MalformedPayloadException if it is not an SNS message
     * @throws UnavailableException if the signing certificate cannot be had now
     * @throws ConfigurationException if the provider that was set cannot verify the signature
     */
    public SnsMessage verify(byte[] body, Function<String, @Nullable String> header) {
        SnsEnvelope envelope = SnsEnvelope.parse(body);
        requireHeader(header.apply("x-amz-sns-message-type"), envelope.type());
        SnsEndpoint endpoint = endpoint(envelope.topicArn());
        String certificateUrl = certificateUrl(envelope.signingCertUrl(), endpoint);
        Instant now = clock.instant();
        requireFresh(envelope.timestamp(), now);
        String algorithm = algorithm(envelope.signatureVersion());
        byte[] signature = signature(envelope.signature());
        List<byte[]> signed = envelope.signed();
        SigningCertificate certificate = certificates.get(certificateUrl);
        if (insecureEndpoint == null) {
            certificate.requireName(endpoint.certificateNames());
        }
        certificate.requireValid(envelope.timestamp(), now);
        verify(certificate.requireKey(minKeyBits), algorithm, signed, signature);
        return SnsMessage.of(envelope);
    }

    private static void requireHeader(@Nullable String given, String type) {
        if (given != null && !given.strip().equals(type)) {
            throw new VerificationException(
                    "header: expected x-amz-sns-message-type to agree with the message (" + type + "), it does not");
        }
    }

    private static String printable(String arn) {
        return arn.length() <= 300 && arn.chars().allMatch(c -> c > ' ' && c < 0x7f) ? arn : "(not an ARN)";
    }

    /** Compares whole texts, so that no parser of URLs has an opinion. */
    private String certificateUrl(String url, SnsEndpoint endpoint) {
        String base = base(endpoint);
        int idStart = base.length() + CERTIFICATE_PREFIX.length();
        int idEnd = idStart + CERTIFICATE_ID;
        boolean good = url.length() == idEnd + CERTIFICATE_SUFFIX.length()
                && url.startsWith(base)
                && url.startsWith(CERTIFICATE_PREFIX, base.length())
                && url.startsWith(CERTIFICATE_SUFFIX, idEnd)
                && isLowerHex(url, idStart, idEnd);
        if (!good) {
            throw new VerificationException("SigningCertURL: expected " + base + CERTIFICATE_PREFIX
                    + "<32 hex digits>.pem, got another; the region is that of the allowed topic");
        }
        return url;
    }

    private static boolean isLowerHex(String text, int start, int end) {
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
                return false;
            }
        }
        return true;
    }

    private SnsEndpoint endpoint(String topicArn) {
        SnsEndpoint endpoint = topics.endpoint(topicArn);
        if (endpoint == null) {
            throw new VerificationException("topic: expected a message of an allowed topic (" + topics.summary()
                    + "), got one of another; if it is yours, add its ARN to the topics: "
                    + printable(topicArn));
        }
        return endpoint;
    }

    private String base(SnsEndpoint endpoint) {
        return insecureEndpoint == null ? endpoint.base() : insecureEndpoint;
    }

    private void requireFresh(Instant timestamp, Instant now) {
        if (maxAge == null) {
            return;
        }
        // compared as seconds: the age may be one that no moment minus it is a moment
        boolean old = now.getEpochSecond() - timestamp.getEpochSecond() > maxAge.toSeconds();
        if (old) {
            throw new VerificationException("Timestamp: expected a message not older than " + maxAge.toMinutes()
                    + " minutes by our clock, got one of " + timestamp + " at " + now
                    + "; check the clock, or allow any age for queues and replays");
        }
        if (timestamp.isAfter(now.plus(MAX_LEAD))) {
            throw new VerificationException("Timestamp: expected a message at most " + MAX_LEAD.toMinutes()
                    + " minutes ahead of our clock, got one of " + timestamp + " at " + now + "; check the clock");
        }
    }

    private static String algorithm(String version) {
        return switch (version) {
            case "1" -> "SHA1withRSA";
            case "2" -> "SHA256withRSA";
            default -> throw new VerificationException("SignatureVersion: expected 1 or 2, got another");
        };
    }

    private static byte[] signature(String base64) {
        if (base64.length() > MAX_SIGNATURE) {
            throw new VerificationException("Signature: expected at most " + MAX_SIGNATURE + " characters, got more");
        }
        try {
            return CanonicalBase64.decode(base64);
        } catch (IllegalArgumentException e) {
            throw new VerificationException("Signature: expected base64, got something else", e);
        }
    }

    private void verify(PublicKey key, String algorithm, List<byte[]> signed, byte[] signature) {
        boolean good;
        try {
            Signature verifier =
                    provider == null ? Signature.getInstance(algorithm) : Signature.getInstance(algorithm, provider);
            verifier.initVerify(key);
            for (byte[] part : signed) {
                verifier.update(part);
            }
            good = verifier.verify(signature);
        } catch (SignatureException e) {
            throw new VerificationException("Signature: expected one of the key's length, got another", e);
        } catch (GeneralSecurityException e) {
            throw new ConfigurationException(
                    "Expected " + (provider == null ? "this Java platform" : "the provider " + provider.getName())
                            + " to verify " + algorithm + ", it does not",
                    e);
        }
        if (!good) {
            throw new VerificationException(
                    "Signature: expected it to fit the message, it does not: the message was changed on"
                            + " its way (pass on the body exactly as it arrived), or forged");
        }
    }

    /**
     * Checks the URL whose visit confirms a subscription: it must name the topic's own host, this topic and this token.
     *
     * @param confirmation a verified message
     * @return the URL, safe to be visited without following redirects
     * @throws VerificationException if it names anything else, or the topic is none of the allowed ones, as that of a message
     *     that nobody verified may be
     */
    public URI confirmationUrl(SnsMessage.SubscriptionConfirmation confirmation) {
        String base = base(endpoint(confirmation.topicArn())) + "/?";
        String url = confirmation.subscribeUrl();
        Map<String, String> expected = Map.of(
                "Action", "ConfirmSubscription",
                "TopicArn", confirmation.topicArn(),
                "Token", confirmation.token());
        if (!url.startsWith(base)
                || url.length() > 4_096
                || !url.substring(base.length()).replace("%3A", ":").chars().allMatch(SnsVerifier::standsInQuery)
                || !query(url.substring(base.length())).equals(expected)) {
            throw new VerificationException("SubscribeURL: expected " + base
                    + "Action=ConfirmSubscription with the signed TopicArn and Token, got another");
        }
        return URI.create(url);
    }

    /** What topics and tokens are made of, and what a query puts between them: no other needs an escape. */
    private static boolean standsInQuery(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "-._~:/+=&".indexOf(c) >= 0;
    }

    private static Map<String, String> query(String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String parameter : query.split("&", 16)) {
            int equals = parameter.indexOf('=');
            String name = equals < 0 ? parameter : parameter.substring(0, equals);
            String value = equals < 0 ? "" : parameter.substring(equals + 1).replace("%3A", ":");
            if (parameters.put(name, value) != null) {
                return Map.of();
            }
        }
        return parameters;
    }

    /** Builds an {@link SnsVerifier}. Not thread-safe. */
    public static final class Builder {
        private final Topics topics;
        private Clock clock = Clock.systemUTC();
        private @Nullable Duration maxAge = DEFAULT_MAX_AGE;
        private int minKeyBits = MIN_KEY_BITS;
        private @Nullable String insecureEndpoint;
        private @Nullable Provider provider;
        private CertificateSource certificates = CertificateSource.http();

        private Builder(Topics topics) {
            this.topics = Objects.requireNonNull(topics, "topics");
        }

        /**
         * Sets who fetches certificates; {@link CertificateSource#http()} if not set.
         *
         * @param certificates the source
         * @return this builder
         */
        public Builder certificates(CertificateSource certificates) {
            this.certificates = Objects.requireNonNull(certificates, "certificates");
            return this;
        }

        /**
         * Sets the clock that judges timestamps and certificates. Under one that stands still, such as {@link Clock#fixed}, a
         * certificate that could not be had once is not asked for again.
         *
         * @param clock a clock
         * @return this builder
         */
        public Builder clock(Clock clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Sets how old a message may be; two hours if not set. SNS retries over HTTP for an hour at most.
         *
         * @param age more than nothing; a message may be ahead of our clock by 15 minutes, whatever its age may be
         * @return this builder
         * @throws IllegalArgumentException if it is not more than nothing
         */
        public Builder maxAge(Duration age) {
            if (age.isZero() || age.isNegative()) {
                throw new IllegalArgumentException("Expected an age of more than nothing, got " + age);
            }
            this.maxAge = age;
            return this;
        }

        /**
         * Accepts messages of any age, for queues, where they wait for days. Event ids make a replay harmless.
         *
         * @return this builder
         */
        public Builder anyAge() {
            this.maxAge = null;
            return this;
        }

        /**
         * Sets the provider that verifies RSA signatures instead of the platform's own, for hosts with a native one: the
         * platform spends nine tenths of a verification in its RSA.
         *
         * @param provider a provider of {@code SHA1withRSA} and {@code SHA256withRSA}; it need not be registered
         * @return this builder
         */
        public Builder provider(Provider provider) {
            this.provider = Objects.requireNonNull(provider, "provider");
            return this;
        }

        /**
         * Accepts RSA keys of 1024 bits, as SNS had until 2012, for replays of archives.
         *
         * @return this builder
         */
        public Builder insecureWeakKeys() {
            this.minKeyBits = 1024;
            return this;
        }

        /**
         * Takes certificates and confirmations from this endpoint instead of Amazon's and does not look at the certificate's
         * name, for tests with LocalStack and the like. Whoever controls the endpoint can forge messages.
         *
         * @param endpoint for instance {@code http://localhost:4566}, without a path
         * @return this builder
         * @throws IllegalArgumentException if it is not http or https with a host, or has a path or a query
         */
        public Builder insecureEndpoint(URI endpoint) {
            String text = endpoint.toString();
            String base = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
            boolean http = "http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme());
            if (!http
                    || endpoint.getHost() == null
                    || !base.equals(endpoint.getScheme() + "://" + endpoint.getRawAuthority())) {
                throw new IllegalArgumentException(
                        "Expected an endpoint such as http://localhost:4566, without a path, got another URI");
            }
            this.insecureEndpoint = base;
            return this;
        }

        /**
         * Builds the verifier.
         *
         * @return the verifier
         */
        public SnsVerifier build() {
            return new SnsVerifier(this);
        }
    }
}
