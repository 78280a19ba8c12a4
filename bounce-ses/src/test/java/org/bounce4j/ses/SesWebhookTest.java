package org.bounce4j.ses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.bounce4j.BounceEvent;
import org.bounce4j.MalformedPayloadException;
import org.bounce4j.UnavailableException;
import org.bounce4j.Undigested;
import org.bounce4j.VerificationException;
import org.bounce4j.testkit.SesPayloads;
import org.bounce4j.testkit.SignedRequest;
import org.bounce4j.testkit.SnsSigner;
import org.bounce4j.webhook.WebhookAuth;
import org.bounce4j.webhook.WebhookResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the webhook against a local server that plays SNS: it serves the certificate and takes confirmations. */
class SesWebhookTest {
    private static final String TOPIC = "arn:aws:sns:eu-west-1:123456789012:bounces";
    private static final SnsSigner SIGNER = SnsSigner.create();

    private final List<BounceEvent> accepted = new ArrayList<>();
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private int certificateStatus = 200;
    private HttpServer sns;
    private String endpoint;
    private SesWebhook webhook;

    @BeforeEach
    void start() throws IOException {
        sns = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        sns.createContext("/", exchange -> {
            requests.add(exchange.getRequestURI().toString());
            boolean certificate = exchange.getRequestURI().getPath().endsWith(SIGNER.certificateName());
            byte[] body = certificate
                    ? SIGNER.certificatePem().getBytes(StandardCharsets.US_ASCII)
                    : "<ok/>".getBytes(StandardCharsets.US_ASCII);
            int status =
                    exchange.getRequestURI().getPath().endsWith(".pem") ? (certificate ? certificateStatus : 404) : 200;
            if (status == 302) {
                exchange.getResponseHeaders().set("Location", "http://127.0.0.1:1/");
            }
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        sns.start();
        endpoint = "http://127.0.0.1:" + sns.getAddress().getPort();
        webhook = builder().build();
    }

    private SnsVerifier verifier() {
        return SnsVerifier.builder(Topics.of(TOPIC))
                .insecureEndpoint(URI.create(endpoint))
                .build();
    }

    private SesWebhook.Builder builder() {
        return SesWebhook.builder(verifier(), accepted::addAll);
    }

    @AfterEach
    void stop() {
        sns.stop(0);
    }

    private WebhookResponse post(SignedRequest request) {
        return webhook.handle(request.body(), request::header);
    }

    private SignedRequest bounce() {
        return SIGNER.notification(
                        TOPIC,
                        SesPayloads.bounce(
                                "jane@example.com", "Permanent", "General", "5.1.1", "smtp; 550 5.1.1 user unknown"))
                .endpoint(endpoint)
                .sign();
    }

    @Test
    void confirmsASubscriptionOfAnAllowedTopicAndThenStores() {
        WebhookResponse confirmed = post(
                SIGNER.subscriptionConfirmation(TOPIC, "t-1").endpoint(endpoint).sign());
        assertThat(confirmed.status()).isEqualTo(200);
        assertThat(requests)
                .containsExactly(
                        "/" + SIGNER.certificateName(),
                        "/?Action=ConfirmSubscription&TopicArn=" + TOPIC + "&Token=t-1");
        assertThat(post(bounce()).status()).isEqualTo(200);
        assertThat(accepted).hasSize(1);
        assertThat(requests).hasSize(2);
    }

    @Test
    void confirmsEachTokenOnceHoweverOftenItIsReplayed() {
        SignedRequest confirmation =
                SIGNER.subscriptionConfirmation(TOPIC, "t-1").endpoint(endpoint).sign();
        for (int i = 0; i < 5; i++) {
            assertThat(post(confirmation).status()).isEqualTo(200);
        }
        post(SIGNER.subscriptionConfirmation(TOPIC, "t-2").endpoint(endpoint).sign());
        assertThat(requests.stream().filter(request -> request.contains("Confirm")))
                .containsExactly(
                        "/?Action=ConfirmSubscription&TopicArn=" + TOPIC + "&Token=t-1",
                        "/?Action=ConfirmSubscription&TopicArn=" + TOPIC + "&Token=t-2");
    }

    @Test
    void confirmsAgainWhatCouldNotBeConfirmed() {
        List<String> asked = new ArrayList<>();
        webhook = builder()
                .confirmer((message, url) -> {
                    asked.add(message.token());
                    if (asked.size() == 1) {
                        throw new UnavailableException("the network is down");
                    }
                    // while one is about it
                    assertThat(post(SIGNER.subscriptionConfirmation(TOPIC, "t")
                                            .endpoint(endpoint)
                                            .sign())
                                    .status())
                            .isEqualTo(503);
                })
                .build();
        SignedRequest confirmation =
                SIGNER.subscriptionConfirmation(TOPIC, "t").endpoint(endpoint).sign();
        assertThat(post(confirmation).status()).isEqualTo(503);
        assertThat(post(confirmation).status()).isEqualTo(200);
        assertThat(post(confirmation).status()).isEqualTo(200);
        assertThat(asked).hasSize(2);
    }

    @Test
    void confirmsNoForeignTopicAndVisitsNothing() {
        String foreign = TOPIC.replace("123456789012", "999999999999");
        assertThat(post(SIGNER.subscriptionConfirmation(foreign, "t")
                                .endpoint(endpoint)
                                .sign())
                        .status())
                .isEqualTo(403);
        assertThat(post(SIGNER.subscriptionConfirmation(TOPIC, "t")
                                .endpoint(endpoint)
                                .set(
                                        "SubscribeURL",
                                        endpoint + "/?Action=ConfirmSubscription&TopicArn=" + foreign + "&Token=t")
                                .sign())
                        .status())
                .isEqualTo(403);
        assertThat(requests).noneMatch(request -> request.contains("Confirm"));
    }

    @Test
    void neverVisitsTheUrlOfAnUnsubscribeConfirmation() {
        assertThat(post(SIGNER.unsubscribeConfirmation(TOPIC, "t")
                                .endpoint(endpoint)
                                .sign())
                        .status())
                .isEqualTo(200);
        assertThat(requests).containsExactly("/" + SIGNER.certificateName());
    }

    @Test
    void handsConfirmationsToTheHostWhereItSaysSo() {
        List<String> asked = new ArrayList<>();
        webhook = builder()
                .confirmer((message, url) -> asked.add(message.token()))
                .build();
        assertThat(post(SIGNER.subscriptionConfirmation(TOPIC, "t-7")
                                .endpoint(endpoint)
                                .sign())
                        .status())
                .isEqualTo(200);
        assertThat(asked).containsExactly("t-7");
    }

    @Test
    void rejectsForgeriesAndStoresNothing() {
        SignedRequest genuine = bounce();
        byte[] changed = genuine.text().replace("jane@", "mary@").getBytes(StandardCharsets.UTF_8);
        WebhookResponse response = post(genuine.withBody(changed));
        assertThat(response.status()).isEqualTo(403);
        assertThat(response.body()).isEmpty();
        assertThat(response.failure()).containsInstanceOf(VerificationException.class);
        assertThat(post(genuine.withBody(new byte[0])).status()).isEqualTo(400);
        assertThat(post(genuine.withBody(new byte[2_000_000])).status()).isEqualTo(413);
        assertThat(accepted).isEmpty();
    }

    private static SnsSigner.Draft draft() {
        return SIGNER.notification(
                TOPIC,
                SesPayloads.bounce(
                        "jane@example.com", "Permanent", "General", "5.1.1", "smtp; 550 5.1.1 user unknown"));
    }

    private static SignedRequest with(String old, String other) {
        SignedRequest genuine = draft().sign();
        assertThat(genuine.text()).contains(old);
        return genuine.withBody(genuine.text().replace(old, other).getBytes(StandardCharsets.UTF_8));
    }

    /** What is wrong, the status that SNS gets, whether a certificate is asked for before that is found. */
    static Stream<Arguments> badInput() {
        Instant now = Instant.now();
        SignedRequest genuine = draft().sign();
        String text = genuine.text();
        return Stream.of(
                Arguments.of("no Type", with("\"Type\"", "\"type\""), 400, false),
                Arguments.of("no MessageId", with("\"MessageId\"", "\"messageId\""), 400, false),
                Arguments.of("no TopicArn", with("\"TopicArn\"", "\"Topic\""), 400, false),
                Arguments.of("no Timestamp", with("\"Timestamp\"", "\"Time\""), 400, false),
                Arguments.of("no Signature", with("\"Signature\"", "\"Sign\""), 400, false),
                Arguments.of("no SignatureVersion", with("\"SignatureVersion\"", "\"Version\""), 400, false),
                Arguments.of("no certificate", with("\"SigningCertURL\"", "\"CertURL\""), 400, false),
                Arguments.of("another address", with("jane@example.com", "joan@example.com"), 403, true),
                Arguments.of("a subject", with("\"Type\"", "\"Subject\":\"x\",\"Type\""), 403, true),
                Arguments.of("another account", with(":123456789012:bounces", ":123456789013:bounces"), 403, false),
                Arguments.of("another topic", with(":bounces", ":bouncez"), 403, false),
                Arguments.of("another region", with("sns:eu-west-1", "sns:eu-west-2"), 403, false),
                Arguments.of(
                        "another key",
                        SnsSigner.create().notification(TOPIC, "{}").sign(),
                        403,
                        true),
                Arguments.of("stale", draft().at(now.minus(Duration.ofHours(3))).sign(), 403, false),
                Arguments.of(
                        "of the future",
                        draft().at(now.plus(Duration.ofHours(1))).sign(),
                        403,
                        false),
                Arguments.of("http", with("https://sns.", "http://sns."), 403, false),
                Arguments.of("a bucket", with("https://sns.eu", "https://sns.s3-eu"), 403, false),
                Arguments.of("a look-alike", with(".amazonaws.com", ".amazonaws.com.example"), 403, false),
                Arguments.of("a user", with("https://sns.eu", "https://a@sns.eu"), 403, false),
                Arguments.of("a port", with(".amazonaws.com/", ".amazonaws.com:8443/"), 403, false),
                Arguments.of("a path", with(".amazonaws.com/", ".amazonaws.com/x/"), 403, false),
                Arguments.of(
                        "a version of next year",
                        draft().set("SignatureVersion", "3").sign(),
                        403,
                        false),
                Arguments.of(
                        "a header that says otherwise",
                        genuine.withHeader("x-amz-sns-message-type", "SubscriptionConfirmation"),
                        403,
                        false),
                Arguments.of("a key twice", with("\"Type\"", "\"Type\":\"Notification\",\"Type\""), 400, false),
                Arguments.of(
                        "a key twice, once escaped",
                        with("\"Type\"", "\"Typ\\u0065\":\"Notification\",\"Type\""),
                        400,
                        false),
                Arguments.of(
                        "a key in both spellings",
                        with("\"SigningCertURL\"", "\"SigningCertUrl\":\"\",\"SigningCertURL\""),
                        400,
                        false),
                Arguments.of(
                        "a bomb",
                        genuine.withBody("[".repeat(200_000).getBytes(StandardCharsets.US_ASCII)),
                        400,
                        false),
                Arguments.of(
                        "a bomb inside",
                        with("\"Type\"", "\"x\":" + "{\"a\":".repeat(100_000) + ",\"Type\""),
                        400,
                        false),
                Arguments.of(
                        "cut off",
                        genuine.withBody(text.substring(0, text.length() - 2).getBytes(StandardCharsets.UTF_8)),
                        400,
                        false),
                Arguments.of(
                        "two documents", genuine.withBody((text + text).getBytes(StandardCharsets.UTF_8)), 400, false),
                Arguments.of(
                        "an array", genuine.withBody(("[" + text + "]").getBytes(StandardCharsets.UTF_8)), 400, false),
                Arguments.of("UTF-16", genuine.withBody(text.getBytes(StandardCharsets.UTF_16)), 400, false),
                Arguments.of(
                        "the SES event alone",
                        genuine.withBody(SesPayloads.bounce("jane@example.com", "Permanent", "General", "5.1.1", "x")
                                .getBytes(StandardCharsets.UTF_8)),
                        400,
                        false),
                Arguments.of("2 MB", genuine.withBody(new byte[2_000_000]), 413, false));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("badInput")
    void answersBadInputByTheRightStatusAndStoresNothing(
            String what, SignedRequest request, int status, boolean fetches) {
        List<String> fetched = new ArrayList<>();
        webhook = SesWebhook.builder(
                        SnsVerifier.builder(Topics.of(TOPIC))
                                .certificates(url -> {
                                    fetched.add(url.toString());
                                    return SIGNER.certificate();
                                })
                                .build(),
                        accepted::addAll)
                .build();
        WebhookResponse response = post(request);
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.body()).isEmpty();
        if (status != 413) {
            assertThat(response.failure())
                    .containsInstanceOf(status == 403 ? VerificationException.class : MalformedPayloadException.class);
        }
        assertThat(fetched).hasSize(fetches ? 1 : 0);
        assertThat(accepted).isEmpty();
        assertThat(post(draft().sign()).status())
                .as("and goes on with the genuine one")
                .isEqualTo(200);
        assertThat(accepted).hasSize(1);
    }

    @Test
    void asksForARetryWhereTheCertificateOrTheSinkIsNotThere() {
        certificateStatus = 503;
        WebhookResponse noCertificate = post(bounce());
        assertThat(noCertificate.status()).isEqualTo(503);
        assertThat(noCertificate.failure()).containsInstanceOf(UnavailableException.class);
        certificateStatus = 200;
        webhook = SesWebhook.builder(verifier(), events -> {
                    throw new UnavailableException("database is down");
                })
                .build();
        assertThat(post(bounce()).status()).isEqualTo(503);
    }

    @Test
    void followsNoRedirects() {
        certificateStatus = 302;
        assertThat(post(bounce()).status()).isEqualTo(503);
        assertThat(accepted).isEmpty();
    }

    @Test
    void deliversTheSameEventAgainAfterARetry() {
        SignedRequest request = bounce();
        post(request);
        post(request);
        assertThat(accepted).hasSize(2);
        assertThat(accepted.get(0).id()).isEqualTo(accepted.get(1).id());
    }

    @Test
    void asksForCredentialsFirstWhereTheyAreWanted() {
        webhook = builder().credentials(WebhookAuth.basic("sns", "secret")).build();
        WebhookResponse asked = post(bounce());
        assertThat(asked.status()).isEqualTo(401);
        assertThat(asked.headers()).containsKey("WWW-Authenticate");
        assertThat(requests).isEmpty();
        String credentials = Base64.getEncoder().encodeToString("sns:secret".getBytes(StandardCharsets.UTF_8));
        assertThat(post(bounce().withHeader("Authorization", "Basic " + credentials))
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, Integer.MAX_VALUE})
    void refusesALimitThatIsNone(int bytes) {
        SesWebhook.Builder builder = builder();
        assertThatIllegalArgumentException().isThrownBy(() -> builder.maxBodyBytes(bytes));
    }

    @Test
    void namesRawMessageDelivery() {
        WebhookResponse response = webhook.handle(
                SesPayloads.complaint("jane@example.com").getBytes(StandardCharsets.UTF_8),
                name -> name.equals("x-amz-sns-rawdelivery") ? "true" : null);
        assertThat(response.status()).isEqualTo(400);
        assertThat(response.failure())
                .hasValueSatisfying(e -> assertThat(e).hasMessageContaining("raw message delivery"));
    }

    @Test
    void keepsVerifiedMessagesThatCannotBeRead() {
        SignedRequest odd = SIGNER.notification(TOPIC, "{\"eventType\":\"Bounce\"}")
                .endpoint(endpoint)
                .sign();
        assertThat(post(odd).status()).isEqualTo(500);
        List<Undigested> kept = new ArrayList<>();
        webhook = builder().undigested(kept::add).build();
        assertThat(post(odd).status()).isEqualTo(200);
        assertThat(kept).hasSize(1);
    }

    @Test
    void acknowledgesTheGreetingOfSes() {
        assertThat(post(SIGNER.notification(TOPIC, "Successfully validated SNS topic for Amazon SES event publishing.")
                                .endpoint(endpoint)
                                .sign())
                        .status())
                .isEqualTo(200);
        assertThat(accepted).isEmpty();
    }
}
