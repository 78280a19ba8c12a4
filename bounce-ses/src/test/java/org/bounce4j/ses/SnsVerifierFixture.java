package org.bounce4j.ses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.bounce4j.BounceException;
import org.bounce4j.testkit.SignedRequest;
import org.bounce4j.testkit.SnsSigner;

/** A verifier of one topic whose clock stands still, and the signer whose certificate it is given. */
abstract class SnsVerifierFixture {
    static final ObjectMapper JSON = new ObjectMapper();
    static final String TOPIC = "arn:aws:sns:eu-west-1:123456789012:bounces";
    static final Instant NOW = Instant.parse("2026-03-01T12:00:00.123Z");
    static final SnsSigner SIGNER =
            SnsSigner.create("sns.amazonaws.com", 2048, NOW.minus(Duration.ofDays(10)), NOW.plus(Duration.ofDays(300)));

    /** The URLs of the certificates that were asked for. */
    final List<URI> fetched = new ArrayList<>();

    final SnsVerifier verifier = verifier(SIGNER, NOW);

    SnsVerifier verifier(SnsSigner signer, Instant now) {
        return builder(signer, now).build();
    }

    SnsVerifier.Builder builder(SnsSigner signer, Instant now) {
        return SnsVerifier.builder(Topics.of(TOPIC))
                .clock(Clock.fixed(now, ZoneOffset.UTC))
                .certificates(url -> {
                    fetched.add(url);
                    return signer.certificatePem().getBytes(StandardCharsets.US_ASCII);
                });
    }

    static SnsSigner.Draft notification() {
        return SIGNER.notification(TOPIC, "{\"a\": \"\ud83c\udf4c\"}\n").at(NOW);
    }

    void refuses(Class<? extends BounceException> with, byte[] body) {
        assertThatExceptionOfType(with).isThrownBy(() -> verifier.verify(body));
    }

    void refusesBeforeAnyRequest(Class<? extends BounceException> with, byte[] body) {
        refuses(with, body);
        assertThat(fetched).isEmpty();
    }

    static byte[] change(SignedRequest request, String field, String value) throws IOException {
        ObjectNode envelope = (ObjectNode) JSON.readTree(request.body());
        if (value == null) {
            envelope.remove(field);
        } else {
            envelope.put(field, value);
        }
        return JSON.writeValueAsBytes(envelope);
    }
}
