package org.bounce4j.sendgrid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.bounce4j.BounceEvent;
import org.bounce4j.UnavailableException;
import org.bounce4j.Undigested;
import org.bounce4j.VerificationException;
import org.bounce4j.testkit.SendGridSigner;
import org.bounce4j.testkit.SignedRequest;
import org.bounce4j.webhook.WebhookResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SendGridWebhookTest {
    private static final SendGridSigner SIGNER = SendGridSigner.create();
    private static final String BATCH =
            "[{\"email\":\"jane@example.com\",\"event\":\"bounce\",\"type\":\"bounce\",\"sg_event_id\":\"a\"},\r\n"
                    + "{\"email\":\"joe@example.com\",\"event\":\"open\",\"sg_event_id\":\"b\"},\r\n"
                    + "{\"email\":\"mary@example.com\",\"event\":\"spamreport\",\"sg_event_id\":\"c\"}]\r\n";

    private final List<BounceEvent> accepted = new ArrayList<>();
    private SendGridWebhook webhook = SendGridWebhook.of(SIGNER.publicKey(), accepted::addAll);

    private WebhookResponse post(SignedRequest request) {
        return webhook.handle(request.body(), request::header);
    }

    @Test
    void storesABatchAndAcknowledges() {
        assertThat(post(SIGNER.sign(BATCH)).status()).isEqualTo(200);
        assertThat(accepted).hasSize(2);
        assertThat(post(SIGNER.sign("[]\r\n")).status()).isEqualTo(200);
    }

    @Test
    void isNotChangedByItsBuilderOnceItIsBuilt() {
        SendGridWebhook.Builder builder =
                SendGridWebhook.builder(SendGridVerifier.of(SIGNER.publicKey()), accepted::addAll);
        webhook = builder.build();
        builder.parser(SendGridEventParser.builder().campaignArguments("other").build());
        String element =
                "{\"email\":\"jane@example.com\",\"event\":\"bounce\",\"campaign_uuid\":\"c\",\"other\":\"o\"}";
        assertThat(post(SIGNER.sign(element)).status()).isEqualTo(200);
        assertThat(accepted)
                .singleElement()
                .satisfies(event -> assertThat(event.campaign()).hasValue("c"));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, Integer.MAX_VALUE})
    void refusesALimitThatIsNone(int bytes) {
        SendGridWebhook.Builder builder =
                SendGridWebhook.builder(SendGridVerifier.of(SIGNER.publicKey()), accepted::addAll);
        assertThatIllegalArgumentException().isThrownBy(() -> builder.maxBodyBytes(bytes));
    }

    @Test
    void rejectsForgeriesAndStoresNothing() {
        SignedRequest genuine = SIGNER.sign(BATCH);
        byte[] changed = BATCH.replace("jane", "anna").getBytes(StandardCharsets.UTF_8);
        WebhookResponse response = post(genuine.withBody(changed));
        assertThat(response.status()).isEqualTo(403);
        assertThat(response.body()).isEmpty();
        assertThat(response.failure()).containsInstanceOf(VerificationException.class);
        assertThat(post(genuine.withHeader(SendGridVerifier.SIGNATURE_HEADER, null))
                        .status())
                .isEqualTo(403);
        assertThat(post(SIGNER.sign(
                                BATCH.getBytes(StandardCharsets.UTF_8),
                                Instant.now().minus(Duration.ofHours(1))))
                        .status())
                .isEqualTo(403);
        assertThat(post(genuine.withBody(new byte[9 * 1024 * 1024])).status()).isEqualTo(413);
        assertThat(accepted).isEmpty();
    }

    private static byte[] changed(int at) {
        byte[] body = BATCH.getBytes(StandardCharsets.UTF_8);
        body[at < 0 ? body.length + at : at] ^= 1;
        return body;
    }

    private static SignedRequest withSignature(SignedRequest request, UnaryOperator<byte[]> change) {
        byte[] der = Base64.getDecoder().decode(String.valueOf(request.header(SendGridVerifier.SIGNATURE_HEADER)));
        return request.withHeader(
                SendGridVerifier.SIGNATURE_HEADER, Base64.getEncoder().encodeToString(change.apply(der)));
    }

    private static byte[] der(String r, String s) {
        return HexFormat.of()
                .parseHex("30%02x02%02x%s02%02x%s"
                        .formatted(4 + (r.length() + s.length()) / 2, r.length() / 2, r, s.length() / 2, s));
    }

    static Stream<Arguments> badInput() {
        SignedRequest genuine = SIGNER.sign(BATCH);
        byte[] body = BATCH.getBytes(StandardCharsets.UTF_8);
        String one = "01";
        String large = "00" + "ff".repeat(32);
        Instant now = Instant.now();
        String bomb = "[" + "{\"a\":".repeat(100_000);
        return Stream.of(
                Arguments.of("the first byte changed", genuine.withBody(changed(0)), 403),
                Arguments.of("a byte in the middle changed", genuine.withBody(changed(body.length / 2)), 403),
                Arguments.of("the last byte changed", genuine.withBody(changed(-1)), 403),
                Arguments.of("cut off", genuine.withBody(Arrays.copyOf(body, body.length - 1)), 403),
                Arguments.of("empty", genuine.withBody(new byte[0]), 403),
                Arguments.of("another key", SendGridSigner.create().sign(BATCH), 403),
                Arguments.of("r of zero", withSignature(genuine, der -> der("00", one)), 403),
                Arguments.of("s of zero", withSignature(genuine, der -> der(one, "00")), 403),
                Arguments.of("both of zero", withSignature(genuine, der -> der("00", "00")), 403),
                Arguments.of("r too large", withSignature(genuine, der -> der(large, one)), 403),
                Arguments.of("s too large", withSignature(genuine, der -> der(one, large)), 403),
                Arguments.of(
                        "more behind the signature",
                        withSignature(genuine, der -> Arrays.copyOf(der, der.length + 1)),
                        403),
                Arguments.of(
                        "a signature cut off", withSignature(genuine, der -> Arrays.copyOf(der, der.length - 1)), 403),
                Arguments.of(
                        "base64url",
                        genuine.withHeader(
                                SendGridVerifier.SIGNATURE_HEADER,
                                "_-"
                                        + String.valueOf(genuine.header(SendGridVerifier.SIGNATURE_HEADER))
                                                .substring(2)),
                        403),
                Arguments.of("no signature", genuine.withHeader(SendGridVerifier.SIGNATURE_HEADER, null), 403),
                Arguments.of("no timestamp", genuine.withHeader(SendGridVerifier.TIMESTAMP_HEADER, null), 403),
                Arguments.of(
                        "another timestamp",
                        genuine.withHeader(
                                SendGridVerifier.TIMESTAMP_HEADER,
                                "" + now.plusSeconds(7).getEpochSecond()),
                        403),
                Arguments.of(
                        "a timestamp that is none", genuine.withHeader(SendGridVerifier.TIMESTAMP_HEADER, "now"), 403),
                Arguments.of("stale", SIGNER.sign(body, now.minus(Duration.ofMinutes(11))), 403),
                Arguments.of("of the future", SIGNER.sign(body, now.plus(Duration.ofMinutes(11))), 403),
                Arguments.of("20 MB", genuine.withBody(new byte[20_000_000]), 413),
                Arguments.of("a bomb", genuine.withBody(bomb.getBytes(StandardCharsets.US_ASCII)), 403),
                Arguments.of("a signed bomb", SIGNER.sign(bomb), 500),
                Arguments.of("a signed text that is no array", SIGNER.sign("\"text\""), 500),
                Arguments.of(
                        "signed bytes that are no UTF-8",
                        SIGNER.sign(
                                "[{\"event\":\"bounce\",\"email\":\"\u00fc@e.c\"}]"
                                        .getBytes(StandardCharsets.ISO_8859_1),
                                now),
                        500),
                Arguments.of(
                        "a signed element with a field twice",
                        SIGNER.sign("[{\"event\":\"bounce\",\"email\":\"a@e.c\",\"email\":\"b@e.c\"}]"),
                        500));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("badInput")
    void answersBadInputByTheRightStatusAndStoresNothing(String what, SignedRequest request, int status) {
        WebhookResponse response = post(request);
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.body()).isEmpty();
        if (status == 403) {
            assertThat(response.failure()).containsInstanceOf(VerificationException.class);
        }
        assertThat(accepted).isEmpty();
        assertThat(post(SIGNER.sign(BATCH)).status())
                .as("and goes on with the genuine one")
                .isEqualTo(200);
        assertThat(accepted).hasSize(2);
    }

    @Test
    void asksForARetryWhereTheSinkIsNotThere() {
        webhook = SendGridWebhook.of(SIGNER.publicKey(), events -> {
            throw new UnavailableException("database is down");
        });
        WebhookResponse response = post(SIGNER.sign(BATCH));
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.headers()).containsKey("Retry-After");
    }

    @Test
    void keepsElementsThatCannotBeRead() {
        String half = BATCH.replace("mary@example.com", "nobody");
        assertThat(post(SIGNER.sign(half)).status()).isEqualTo(200);
        assertThat(accepted).hasSize(1);
        assertThat(post(SIGNER.sign("not json")).status()).isEqualTo(500);
        List<Undigested> kept = new ArrayList<>();
        webhook = SendGridWebhook.builder(SendGridVerifier.of(SIGNER.publicKey()), accepted::addAll)
                .undigested(kept::add)
                .build();
        assertThat(post(SIGNER.sign("not json")).status()).isEqualTo(200);
        assertThat(kept).hasSize(1);
    }

    @Test
    void asksForNoRetryOfJunkBesideEventsThatAreNoConcernOfOurs() {
        String open = "{\"event\":\"open\",\"email\":\"a@e.c\"}";
        assertThat(post(SIGNER.sign("[" + open + ",7]")).status()).isEqualTo(200);
        assertThat(post(SIGNER.sign("[7," + open + "]")).status()).isEqualTo(200);
        String ours = "{\"event\":\"dropped\",\"email\":\"a@e.c\",\"reason\":\"Spam Content\"}";
        assertThat(post(SIGNER.sign("[" + ours + ",7]")).status()).isEqualTo(200);
        assertThat(post(SIGNER.sign("[7]")).status())
                .as("nothing of it could be read")
                .isEqualTo(500);
        assertThat(accepted).isEmpty();
    }

    @Test
    void asksTheHostForTheTokenOfAnAuthorisationServer() {
        webhook = SendGridWebhook.builder(SendGridVerifier.of(SIGNER.publicKey()), accepted::addAll)
                .credentials((body, header) -> {
                    String authorization = header.apply("Authorization");
                    if (authorization == null) {
                        throw new VerificationException("Expected a token, got none");
                    }
                    if (authorization.equals("Bearer later")) {
                        throw new UnavailableException("the authorisation server does not answer");
                    }
                    if (!authorization.equals("Bearer good")) {
                        throw new VerificationException("Expected a token of ours, got another");
                    }
                    return "sendgrid";
                })
                .build();
        SignedRequest request = SIGNER.sign(BATCH);
        assertThat(post(request).status()).isEqualTo(403);
        assertThat(post(request.withHeader("Authorization", "Bearer bad")).status())
                .isEqualTo(403);
        assertThat(post(request.withHeader("Authorization", "Bearer later")).status())
                .isEqualTo(503);
        assertThat(accepted).isEmpty();
        assertThat(post(request.withHeader("Authorization", "Bearer good")).status())
                .isEqualTo(200);
        assertThat(accepted).hasSize(2);
        assertThat(post(request.withHeader("Authorization", "Bearer good").withBody(new byte[] {'[', ']'}))
                        .status())
                .as("a token is no signature")
                .isEqualTo(403);
    }

    @Test
    void acknowledgesTheTestOfTheIntegration() throws IOException {
        byte[] example = Files.readAllBytes(Path.of("src/test/resources/events/documented.json"));
        assertThat(post(SIGNER.sign(example, Instant.now())).status()).isEqualTo(200);
    }

    @Test
    void readsNoMoreOfAHugeBodyThanItTakes() throws IOException {
        AtomicLong read = new AtomicLong();
        InputStream huge = new InputStream() {
            @Override
            public int read() {
                return read.incrementAndGet() > 20_000_000 ? -1 : ' ';
            }

            @Override
            public int read(byte[] into, int at, int most) {
                int count = (int) Math.min(most, 20_000_000 - read.get());
                read.addAndGet(count);
                return count == 0 && most > 0 ? -1 : count;
            }
        };
        SignedRequest request = SIGNER.sign(BATCH);
        assertThat(webhook.handle(huge, request::header).status()).isEqualTo(413);
        assertThat(read).hasValueLessThan(9_000_000);
    }

    @Test
    void takesAHundredThousandElements() {
        StringBuilder batch = new StringBuilder("[");
        for (int i = 0; i < 100_000; i++) {
            batch.append(i == 0 ? "" : ",")
                    .append("{\"email\":\"u")
                    .append(i)
                    .append("@e.c\",\"event\":\"bounce\",\"sg_event_id\":\"")
                    .append(i)
                    .append("\"}");
        }
        webhook = SendGridWebhook.builder(SendGridVerifier.of(SIGNER.publicKey()), accepted::addAll)
                .build();
        assertThat(post(SIGNER.sign(batch.append(']').toString())).status()).isEqualTo(200);
        assertThat(accepted).hasSize(100_000);
    }
}
