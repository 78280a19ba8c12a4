package org.bounce4j.ses;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.bounce4j.BounceEvent;
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
