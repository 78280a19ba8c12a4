package org.bounce4j.testkit;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Signs Amazon SNS messages with an RSA key and a certificate of its own, as SNS signs them: the string to sign is made of
 * the received texts, {@code Subject} only where there is one. Thread-safe.
 *
 * <p>A verifier expects a certificate of the name that those of the topic's region bear. {@link #create()} makes one for the
 * older regions of the partition {@code aws}, such as {@code eu-west-1} and {@code us-east-1}; for others name it to
 * {@link #create(String, int, Instant, Instant)}:
 *
 * <table>
 * <caption>Names of certificates</caption>
 * <tr><th>topic</th><th>name</th></tr>
 * <tr><td>{@code arn:aws-cn:…}</td><td>{@code sns-<region>.amazonaws.com.cn}</td></tr>
 * <tr><td>{@code arn:aws-us-gov:…}</td><td>{@code sns-us-gov-west-1.amazonaws.com}, for both regions</td></tr>
 * <tr><td>{@code arn:aws-eusc:…}</td><td>{@code sns-signing.<region>.amazonaws.eu}</td></tr>
 * <tr><td>{@code arn:aws:…} in a region that accounts must opt in to, such as {@code eu-south-1}</td>
 *     <td>{@code sns-signing.<region>.amazonaws.com}</td></tr>
 * </table>
 *
 * <pre>{@code
 * SnsSigner signer = SnsSigner.create();
 * SnsVerifier verifier = SnsVerifier.builder(Topics.of(topicArn)).certificates(url -> signer.certificate()).build();
 * BounceWebhook webhook = SesWebhook.builder(verifier, sink).confirmer((message, url) -> {}).build();
 *
 * SignedRequest request = signer.notification(topicArn, SesPayloads.complaint("jane@example.com")).sign();
 * webhook.handle(request.body(), request::header);
 * }</pre>
 *
 * <p>The confirmer of the example visits nothing. Without it, the webhook answers a {@link #subscriptionConfirmation} by a
 * request to Amazon, unless verifier and draft name a server of the test's own: {@code insecureEndpoint} of the verifier, and
 * {@link Draft#endpoint(String)} with the same address.
 */
public final class SnsSigner {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final Map<String, String> SUFFIXES = Map.of(
            "aws-cn", "amazonaws.com.cn",
            "aws-iso", "c2s.ic.gov",
            "aws-iso-b", "sc2s.sgov.gov",
            "aws-iso-e", "cloud.adc-e.uk",
            "aws-iso-f", "csp.hci.ic.gov",
            "aws-eusc", "amazonaws.eu");
    private static final List<String> NOTIFICATION =
            List.of("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type");
    private static final List<String> CONFIRMATION =
            List.of("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type");

    private final KeyPair keys;
    private final X509Certificate certificate;
    private final String certificateName;

    private SnsSigner(KeyPair keys, X509Certificate certificate) {
        this.keys = keys;
        this.certificate = certificate;
        this.certificateName = "SimpleNotificationService-"
                + UUID.nameUUIDFromBytes(keys.getPublic().getEncoded())
                        .toString()
                        .replace("-", "") + ".pem";
    }

    /**
     * Creates a signer whose certificate names {@code sns.amazonaws.com}, as do those of the partition {@code aws} in all but
     * its younger regions, and is valid from ten days ago for a year.
     *
     * @return the signer
     */
    public static SnsSigner create() {
        Instant now = Instant.now();
        return create("sns.amazonaws.com", 2048, now.minus(Duration.ofDays(10)), now.plus(Duration.ofDays(355)));
    }

    /**
     * Creates a signer with a certificate of a certain name, strength and life.
     *
     * @param host the name in the certificate, see {@link SnsSigner}
     * @param bits the size of the RSA key, from 512 and at most what the Java platform makes (16384 in OpenJDK); SNS has 2048
     * @param from when the certificate begins
     * @param to when it ends
     * @return the signer
     * @throws IllegalArgumentException if the platform makes no RSA key of that size, or the name holds a comma or another
     *     character that separates the parts of an X.500 name
     */
    public static SnsSigner create(String host, int bits, Instant from, Instant to) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            KeyPair keys = generator.generateKeyPair();
            X500Name name = new X500Name("CN=" + host);
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    name, BigInteger.ONE, Date.from(from), Date.from(to), name, keys.getPublic());
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(new GeneralName(GeneralName.dNSName, host)));
            return new SnsSigner(
                    keys,
                    new JcaX509CertificateConverter()
                            .getCertificate(builder.build(
                                    new JcaContentSignerBuilder("SHA256withRSA").build(keys.getPrivate()))));
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException("Cannot make a key and a certificate", e);
        }
    }

    /**
     * Returns the certificate as SNS serves it.
     *
     * @return one certificate in PEM
     */
    public String certificatePem() {
        try {
            return "-----BEGIN CERTIFICATE-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded())
                    + "\n-----END CERTIFICATE-----\n";
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("Cannot encode the certificate that was just made", e);
        }
    }

    /**
     * Returns the certificate as a verifier fetches it, so that a test needs no network.
     *
     * @return the bytes of {@link #certificatePem()}
     */
    public byte[] certificate() {
        return certificatePem().getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Returns the file name that {@code SigningCertURL} ends with.
     *
     * @return for instance {@code SimpleNotificationService-<32 hex>.pem}
     */
    public String certificateName() {
        return certificateName;
    }

    /**
     * Starts a notification.
     *
     * @param topicArn the topic, such as {@code arn:aws:sns:eu-west-1:123456789012:bounces}
     * @param message its message, for SES a JSON document
     * @return a draft
     * @throws IllegalArgumentException if the topic is not the ARN of an SNS topic
     */
    public Draft notification(String topicArn, String message) {
        Draft draft = new Draft("Notification", topicArn, message);
        return draft.set("UnsubscribeURL", draft.endpoint + "/?Action=Unsubscribe&SubscriptionArn=" + topicArn + ":1");
    }

    /**
     * Starts the message that asks to confirm a subscription.
     *
     * @param topicArn the topic, such as {@code arn:aws:sns:eu-west-1:123456789012:bounces}
     * @param token the token to confirm with
     * @return a draft
     * @throws IllegalArgumentException if the topic is not the ARN of an SNS topic
     */
    public Draft subscriptionConfirmation(String topicArn, String token) {
        return confirmation("SubscriptionConfirmation", topicArn, token);
    }

    /**
     * Starts the message that says that a subscription was ended.
     *
     * @param topicArn the topic, such as {@code arn:aws:sns:eu-west-1:123456789012:bounces}
     * @param token the token to subscribe again with
     * @return a draft
     * @throws IllegalArgumentException if the topic is not the ARN of an SNS topic
     */
    public Draft unsubscribeConfirmation(String topicArn, String token) {
        return confirmation("UnsubscribeConfirmation", topicArn, token);
    }

    private Draft confirmation(String type, String topicArn, String token) {
        Draft draft = new Draft(
                type, topicArn, "You have chosen to subscribe to the topic " + topicArn + ".\nVisit the URL.");
        return draft.set("Token", token)
                .set(
                        "SubscribeURL",
                        draft.endpoint + "/?Action=ConfirmSubscription&TopicArn=" + topicArn + "&Token=" + token);
    }

    private static String amazons(String topic) {
        String[] arn = topic.split(":", -1);
        if (arn.length != 6 || !arn[0].equals("arn") || !arn[2].equals("sns")) {
            throw new IllegalArgumentException(
                    "Expected the ARN of an SNS topic such as arn:aws:sns:eu-west-1:123456789012:bounces, got "
                            + topic);
        }
        return "https://sns." + arn[3] + "." + SUFFIXES.getOrDefault(arn[1], "amazonaws.com");
    }

    /** Collects the fields of a message until it is signed. Not thread-safe. */
    public final class Draft {
        private final Map<String, String> fields = new LinkedHashMap<>();
        private String endpoint;

        private Draft(String type, String topicArn, String message) {
            endpoint = amazons(topicArn);
            fields.put("Type", type);
            fields.put("MessageId", UUID.randomUUID().toString());
            fields.put("TopicArn", topicArn);
            fields.put("Message", message);
            fields.put("Timestamp", TIMESTAMP.format(Instant.now()));
            fields.put("SignatureVersion", "2");
            fields.put("SigningCertURL", endpoint + "/" + certificateName);
        }

        private String field(String name) {
            return Objects.requireNonNull(fields.get(name), name);
        }

        /**
         * Sets any field, before it is signed.
         *
         * @param name the field's name, such as {@code Subject} or {@code SignatureVersion}
         * @param value its value
         * @return this draft
         */
        public Draft set(String name, String value) {
            fields.put(name, value);
            return this;
        }

        /**
         * Points all URLs of the message to another endpoint than Amazon's, such as a server of the test's own.
         *
         * @param base for instance {@code http://127.0.0.1:4566}, without a slash at the end
         * @return this draft
         */
        public Draft endpoint(String base) {
            fields.replaceAll((name, value) -> name.endsWith("URL") ? value.replace(endpoint, base) : value);
            endpoint = base;
            return this;
        }

        /**
         * Sets when SNS made and signed the message, which a verifier compares with its clock. When the failure that it tells
         * of happened stands in the message itself: {@link SesPayloads#at}.
         *
         * @param at the time, written to the millisecond
         * @return this draft
         */
        public Draft at(Instant at) {
            return set("Timestamp", TIMESTAMP.format(at));
        }

        /**
         * Signs the message, by version 2 unless {@code SignatureVersion} was set to 1.
         *
         * @return the request as SNS posts it
         */
        public SignedRequest sign() {
            String type = field("Type");
            StringBuilder toSign = new StringBuilder();
            for (String name : type.equals("Notification") ? NOTIFICATION : CONFIRMATION) {
                String value = fields.get(name);
                if (value != null) {
                    toSign.append(name).append('\n').append(value).append('\n');
                }
            }
            boolean sha1 = "1".equals(fields.get("SignatureVersion"));
            try {
                Signature signature = Signature.getInstance(sha1 ? "SHA1withRSA" : "SHA256withRSA");
                signature.initSign(keys.getPrivate());
                signature.update(toSign.toString().getBytes(StandardCharsets.UTF_8));
                Map<String, String> signed = new LinkedHashMap<>(fields);
                signed.put("Signature", Base64.getEncoder().encodeToString(signature.sign()));
                return new SignedRequest(
                        JSON.writeValueAsBytes(signed),
                        Map.of(
                                "Content-Type",
                                "text/plain; charset=UTF-8",
                                "User-Agent",
                                "Amazon Simple Notification Service Agent",
                                "x-amz-sns-message-type",
                                type,
                                "x-amz-sns-message-id",
                                field("MessageId"),
                                "x-amz-sns-topic-arn",
                                field("TopicArn")));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("Cannot sign with the key that was just made", e);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
