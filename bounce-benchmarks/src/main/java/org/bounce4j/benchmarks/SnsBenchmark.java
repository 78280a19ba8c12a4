package org.bounce4j.benchmarks;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.bounce4j.BounceBatch;
import org.bounce4j.ses.SesEventParser;
import org.bounce4j.ses.SnsMessage;
import org.bounce4j.ses.SnsVerifier;
import org.bounce4j.ses.Topics;
import org.bounce4j.testkit.SignedRequest;
import org.bounce4j.testkit.SnsSigner;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.messagemanager.sns.SnsMessageManager;
import software.amazon.awssdk.regions.Region;

/**
 * Verifies one SES bounce of 3 KB as SNS posts it, with the certificate already known: ours, with and without reading the
 * event, beside AWS' own message manager, which does not read events, and beside the bare RSA verification of the same bytes.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls sign() first
public class SnsBenchmark {
    private static final String TOPIC = "arn:aws:sns:us-east-1:123456789012:bounces";

    private final SesEventParser parser = new SesEventParser();
    private byte[] body = {};
    private byte[] signed = {};
    private byte[] signature = {};
    private PublicKey key;
    private PublicKey correttoKey;
    private SnsVerifier verifier;
    private SnsVerifier corretto;
    private SnsMessageManager aws;

    /** Signs the message and lets everybody see its certificate once. */
    @Setup
    public void sign() throws GeneralSecurityException {
        SnsSigner signer = SnsSigner.create();
        String message = bounce();
        String id = "71a6b82e-0f1a-58db-b902-e2ef60f87541";
        String timestamp = Instant.now().toString().substring(0, 20) + "123Z";
        SignedRequest request = signer.notification(TOPIC, message)
                .set("MessageId", id)
                .set("Timestamp", timestamp)
                .sign();
        body = request.body();
        String text = request.text();
        int at = text.indexOf("\"Signature\":\"") + 13;
        signature = Base64.getDecoder().decode(text.substring(at, text.indexOf('"', at)));
        signed = ("Message\n" + message + "\nMessageId\n" + id + "\nTimestamp\n" + timestamp + "\nTopicArn\n" + TOPIC
                        + "\nType\nNotification\n")
                .getBytes(StandardCharsets.UTF_8);
        key = CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(signer.certificate()))
                .getPublicKey();
        correttoKey = KeyFactory.getInstance("RSA", AmazonCorrettoCryptoProvider.INSTANCE)
                .generatePublic(new X509EncodedKeySpec(key.getEncoded()));
        verifier = SnsVerifier.builder(Topics.of(TOPIC))
                .certificates(url -> signer.certificate())
                .build();
        corretto = SnsVerifier.builder(Topics.of(TOPIC))
                .certificates(url -> signer.certificate())
                .provider(AmazonCorrettoCryptoProvider.INSTANCE)
                .build();
        aws = SnsMessageManager.builder()
                .region(Region.US_EAST_1)
                .httpClient(new OneFile(signer.certificate()))
                .build();
        if (verifyAndParse().events().size() != 1
                || !bareRsa()
                || !message.equals(verify().message())
                || !message.equals(((software.amazon.awssdk.messagemanager.sns.model.SnsMessage) aws()).message())) {
            throw new IllegalStateException("Expected all to agree on the message");
        }
        System.out.println(body.length + " bytes");
    }

    /** Ours: verified, and read into an event. */
    @Benchmark
    public BounceBatch verifyAndParse() {
        return parser.parse((SnsMessage.Notification) verifier.verify(body));
    }

    /** Ours with a native provider: verified, and read into an event. */
    @Benchmark
    public BounceBatch verifyAndParseWithCorretto() {
        return parser.parse((SnsMessage.Notification) corretto.verify(body));
    }

    /** Ours: verified. */
    @Benchmark
    public SnsMessage verify() {
        return verifier.verify(body);
    }

    /** AWS' own: verified. */
    @Benchmark
    public Object aws() {
        return aws.parseMessage(new ByteArrayInputStream(body));
    }

    /** Makes the native provider the first one that everybody in this JVM is given. */
    @State(Scope.Benchmark)
    public static class Corretto {
        /** Registers it; each benchmark has a JVM of its own. */
        @Setup
        public void register() {
            AmazonCorrettoCryptoProvider.install();
        }
    }

    /** AWS' own with a native provider: verified. It can only be given one that is registered for the whole JVM. */
    @Benchmark
    public Object awsWithCorretto(Corretto corretto) {
        return aws.parseMessage(new ByteArrayInputStream(body));
    }

    /** The native provider's RSA over the bytes that were signed, with a key of its own, and nothing around it. */
    @Benchmark
    public boolean bareRsaWithCorretto() throws GeneralSecurityException {
        Signature rsa = Signature.getInstance("SHA256withRSA", AmazonCorrettoCryptoProvider.INSTANCE);
        rsa.initVerify(correttoKey);
        rsa.update(signed);
        return rsa.verify(signature);
    }

    /** The JDK's RSA over the bytes that were signed, and nothing around it. */
    @Benchmark
    public boolean bareRsa() throws GeneralSecurityException {
        Signature rsa = Signature.getInstance("SHA256withRSA");
        rsa.initVerify(key);
        rsa.update(signed);
        return rsa.verify(signature);
    }

    private static String bounce() {
        return """
                {"notificationType":"Bounce","bounce":{"feedbackId":"0100017fe7044080-b95aeb18-3fb8-408a-be9b-15fdbac3945a-000000",\
                "bounceType":"Permanent","bounceSubType":"General","bouncedRecipients":[{"emailAddress":"jane@example.com",\
                "action":"failed","status":"5.1.1","diagnosticCode":"smtp; 550 5.1.1 <jane@example.com>: Recipient address\
                 rejected: User unknown in virtual mailbox table"}],"timestamp":"2026-04-01T21:24:49.000Z",\
                "remoteMtaIp":"192.0.2.178","reportingMTA":"dns; a48-30.smtp-out.amazonses.com"},\
                "mail":{"timestamp":"2026-04-01T21:24:49.422Z","source":"news@example.org",\
                "sourceArn":"arn:aws:ses:us-east-1:123456789012:identity/example.org","sourceIp":"192.0.2.44",\
                "callerIdentity":"root","sendingAccountId":"123456789012",\
                "messageId":"0100017fe7043e6e-3e0bb8b2-b4c8-4d8f-8b52-0e3b0e3d5d2b-000000",\
                "destination":["jane@example.com"],"headersTruncated":false,"headers":[\
                {"name":"Received","value":"from app-17.example.org (app-17.example.org [192.0.2.44]) by email-smtp.amazonaws.com with SMTP (SimpleEmailService-d-XXXXXXXXX) id abcdefghijklmnopqrst for jane@example.com; Fri, 01 Apr 2026 21:24:49 +0000 (UTC)"},\
                {"name":"From","value":"Example News <news@example.org>"},{"name":"To","value":"Jane Doe <jane@example.com>"},\
                {"name":"Reply-To","value":"editors@example.org"},\
                {"name":"Subject","value":"This week: seven things that you did not know about letter boxes"},\
                {"name":"Message-ID","value":"<20260401212449.5d2b@app-17.example.org>"},\
                {"name":"List-Unsubscribe","value":"<https://example.org/unsubscribe/2f9d3c5e-64ac-4c8a-9d6e-5f6a1f0f6f64/9f86b50d-5711-41c8-ab03-bc91c43d711b>"},\
                {"name":"List-Unsubscribe-Post","value":"List-Unsubscribe=One-Click"},\
                {"name":"X-Listmonk-Subscriber","value":"2f9d3c5e-64ac-4c8a-9d6e-5f6a1f0f6f64"},\
                {"name":"X-Listmonk-Campaign","value":"9f86b50d-5711-41c8-ab03-bc91c43d711b"},\
                {"name":"MIME-Version","value":"1.0"},\
                {"name":"Content-Type","value":"multipart/alternative; boundary=\\"----=_Part_7307378_1629847660.1516840721503\\""}],\
                "commonHeaders":{"from":["Example News <news@example.org>"],"replyTo":["editors@example.org"],\
                "to":["Jane Doe <jane@example.com>"],"messageId":"<20260401212449.5d2b@app-17.example.org>",\
                "subject":"This week: seven things that you did not know about letter boxes"}}}""";
    }

    /** Serves the certificate to AWS' message manager. */
    private static final class OneFile implements SdkHttpClient {
        private final byte[] file;

        OneFile(byte[] file) {
            this.file = file;
        }

        @Override
        public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
            return new ExecutableHttpRequest() {
                @Override
                public HttpExecuteResponse call() {
                    return HttpExecuteResponse.builder()
                            .response(SdkHttpResponse.builder().statusCode(200).build())
                            .responseBody(AbortableInputStream.create(new ByteArrayInputStream(file)))
                            .build();
                }

                @Override
                public void abort() {}
            };
        }

        @Override
        public void close() {}
    }
}
