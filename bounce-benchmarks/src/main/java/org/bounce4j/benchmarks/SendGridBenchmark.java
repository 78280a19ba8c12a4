package org.bounce4j.benchmarks;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.sendgrid.helpers.eventwebhook.EventWebhook;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Security;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.bounce4j.BounceBatch;
import org.bounce4j.sendgrid.SendGridBatch;
import org.bounce4j.sendgrid.SendGridEventParser;
import org.bounce4j.sendgrid.SendGridVerifier;
import org.bounce4j.testkit.SendGridSigner;
import org.bounce4j.testkit.SignedRequest;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Verifies and reads one batch of SendGrid's events: ours, beside SendGrid's own helper, which reads nothing, and beside the
 * platform's and a native provider. The batch repeats the eleven events of the provider's example, of which three are
 * failures; {@code failures} makes every element one.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls sign() first
public class SendGridBenchmark {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String[] EVENTS = {
        "bounce",
        "processed",
        "deferred",
        "delivered",
        "open",
        "click",
        "dropped",
        "spamreport",
        "unsubscribe",
        "group_unsubscribe",
        "group_resubscribe"
    };

    /** How many events there are in the batch. */
    @Param({"1", "500"})
    private int events;

    /** Whether all of them are bounces. */
    @Param("false")
    private boolean failures;

    private final SendGridEventParser parser = new SendGridEventParser();
    private final EventWebhook helper = new EventWebhook();
    private byte[] body = {};
    private String signature = "";
    private String timestamp = "";
    private SendGridVerifier verifier;
    private SendGridVerifier platform;
    private SendGridVerifier corretto;
    private ECPublicKey key;

    /** Signs the batch. */
    @Setup
    public void sign() throws GeneralSecurityException, IOException {
        Security.addProvider(new BouncyCastleProvider()); // the helper asks for it by name
        SendGridSigner signer = SendGridSigner.create();
        body = batch().getBytes(StandardCharsets.UTF_8);
        SignedRequest request = signer.sign(body, Instant.now());
        signature = Objects.requireNonNull(request.header(SendGridSigner.SIGNATURE_HEADER));
        timestamp = Objects.requireNonNull(request.header(SendGridSigner.TIMESTAMP_HEADER));
        verifier = SendGridVerifier.builder(signer.publicKey()).anyAge().build();
        platform = SendGridVerifier.builder(signer.publicKey())
                .anyAge()
                .provider(Security.getProvider("SunEC"))
                .build();
        corretto = SendGridVerifier.builder(signer.publicKey())
                .anyAge()
                .provider(AmazonCorrettoCryptoProvider.INSTANCE)
                .build();
        key = helper.ConvertPublicKeyToECDSA(signer.publicKey());
        if (!helper() || verifyAndParse().events().isEmpty()) {
            throw new IllegalStateException("Expected all to agree on the signature");
        }
        System.out.println(body.length + " bytes, " + verifyAndParse().events().size() + " failures");
    }

    private String batch() {
        StringBuilder batch = new StringBuilder("[");
        for (int i = 0; i < events; i++) {
            String event = failures ? "bounce" : EVENTS[i % EVENTS.length];
            batch.append(i == 0 ? "" : ",\r\n")
                    .append("{\"email\":\"jane")
                    .append(i)
                    .append(
                            "@example.com\",\"timestamp\":1772362800,\"smtp-id\":\"<14c5d75ce93.dfd.64b469@ismtpd-555>\",")
                    .append("\"event\":\"")
                    .append(event)
                    .append(
                            "\",\"category\":[\"newsletter\",\"spring\"],\"sg_event_id\":\"ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRr")
                    .append(i)
                    .append("\",\"sg_message_id\":\"14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0\",")
                    .append("\"subscriber_uuid\":\"2f9d3c5e-64ac-4c8a-9d6e-5f6a1f0f6f64\",")
                    .append("\"campaign_uuid\":\"9f86b50d-5711-41c8-ab03-bc91c43d711b\"");
            switch (event) {
                case "bounce" ->
                    batch.append(
                                    ",\"type\":\"bounce\",\"status\":\"5.1.1\",\"bounce_classification\":\"Invalid Address\",")
                            .append(
                                    "\"reason\":\"550 5.1.1 The email account that you tried to reach does not exist.\"");
                case "dropped" -> batch.append(",\"reason\":\"Bounced Address\",\"status\":\"5.0.0\"");
                case "delivered" -> batch.append(",\"response\":\"250 OK\",\"tls\":1");
                case "open", "click" ->
                    batch.append(
                            ",\"useragent\":\"Mozilla/5.0 (compatible)\",\"ip\":\"192.0.2.1\",\"url\":\"https://example.org/\"");
                default -> {}
            }
            batch.append('}');
        }
        return batch.append("]\r\n").toString();
    }

    /** Ours: verified, and read into events. */
    @Benchmark
    public BounceBatch verifyAndParse() {
        return parser.parse(verifier.verify(body, signature, timestamp));
    }

    /** Ours: verified. */
    @Benchmark
    public SendGridBatch verify() {
        return verifier.verify(body, signature, timestamp);
    }

    /** Ours, with the platform's own provider. */
    @Benchmark
    public SendGridBatch verifyWithPlatform() {
        return platform.verify(body, signature, timestamp);
    }

    /** Ours, with a native provider. */
    @Benchmark
    public SendGridBatch verifyWithCorretto() {
        return corretto.verify(body, signature, timestamp);
    }

    /** SendGrid's own: verified. */
    @Benchmark
    public boolean helper() throws GeneralSecurityException, IOException {
        return helper.VerifySignature(key, body, signature, timestamp);
    }

    /** Jackson's tokens of the same bytes, and nothing made of them. */
    @Benchmark
    public int tokens() throws IOException {
        int tokens = 0;
        try (JsonParser json = JSON.createParser(body)) {
            while (json.nextToken() != null) {
                tokens++;
            }
        }
        return tokens;
    }
}
