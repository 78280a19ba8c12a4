package org.bounce4j.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bounce4j.Trust;
import org.bounce4j.VerificationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookAuthTest {
    // The example of the Standard Webhooks specification's reference libraries: id, timestamp, body, secret, signature.
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private static final String TIMESTAMP = "1614265330";
    private static final String BODY = "{\"test\": 2432232314}";
    private static final String SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    private final Map<String, String> headers = new HashMap<>();

    private String authenticate(WebhookAuth auth, String body) {
        return auth.authenticate(
                body.getBytes(StandardCharsets.UTF_8), name -> headers.get(name.toLowerCase(Locale.ROOT)));
    }

    private void refuses(WebhookAuth auth, String body) {
        assertThatExceptionOfType(VerificationException.class).isThrownBy(() -> authenticate(auth, body));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private WebhookAuth hmacAt(long seconds, String... secrets) {
        return WebhookAuth.hmac(List.of(secrets), Clock.fixed(Instant.ofEpochSecond(seconds), ZoneOffset.UTC));
    }

    private void sign() {
        headers.put("webhook-id", ID);
        headers.put("webhook-timestamp", TIMESTAMP);
        headers.put("webhook-signature", SIGNATURE);
    }

    @Test
    void acceptsTheStandardWebhooksExample() {
        sign();
        assertThat(authenticate(hmacAt(1614265330, SECRET), BODY)).isEqualTo("hmac");
        headers.put("webhook-signature", "v2,abc v1,AAAA " + SIGNATURE);
        assertThat(authenticate(hmacAt(1614265330 + 300, "another secret of ours", SECRET), BODY))
                .isEqualTo("hmac");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\u0000", "\u007f"})
    void takesNoSecretThatNobodyCanSend(String end) {
        String secret = "0123456789abcdef";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WebhookAuth.bearer(secret + end))
                .withMessageNotContaining(secret);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WebhookAuth.basic("user", secret + end))
                .withMessageNotContaining(secret);
        assertThatIllegalArgumentException().isThrownBy(() -> WebhookAuth.basic("user" + end, secret));
        assertThatIllegalArgumentException().isThrownBy(() -> WebhookAuth.bearer(" " + secret));
    }

    @Test
    void refusesEverythingElseThatIsSigned() {
        sign();
        WebhookAuth auth = hmacAt(1614265330, SECRET);
        refuses(auth, BODY + " ");
        refuses(hmacAt(1614265330, "another secret of ours"), BODY);
        refuses(hmacAt(1614265330 + 301, SECRET), BODY);
        refuses(hmacAt(1614265330 - 301, SECRET), BODY);
        for (String header : List.of("webhook-id", "webhook-timestamp", "webhook-signature")) {
            sign();
            headers.remove(header);
            refuses(auth, BODY);
            headers.put(header, "x");
            refuses(auth, BODY);
        }
        sign();
        headers.put("webhook-signature", SIGNATURE.replace("v1,", "v2,"));
        refuses(auth, BODY);
        headers.put("webhook-signature", "v1,AAAA ".repeat(1_000) + SIGNATURE);
        refuses(auth, BODY);
    }

    @Test
    void namesTheUserOfBasicCredentials() {
        WebhookAuth auth = WebhookAuth.basic(Map.of("ann", "p:w", "bob", "gr\u00fcn"));
        headers.put("authorization", "basic " + base64("ann:p:w"));
        assertThat(authenticate(auth, "")).isEqualTo("ann");
        headers.put("authorization", "Basic " + base64("bob:gr\u00fcn"));
        assertThat(authenticate(auth, "")).isEqualTo("bob");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ann:wrong", "ann:", "ann", "", ":p:w", "bob:p:w", "ANN:p:w", "ann:p:w "})
    void refusesOtherBasicCredentials(String credentials) {
        WebhookAuth auth = WebhookAuth.basic("ann", "p:w");
        headers.put("authorization", "Basic " + base64(credentials));
        refuses(auth, "");
        headers.put("authorization", "Basic !" + base64(credentials));
        refuses(auth, "");
        headers.put("authorization", "Bearer " + base64("ann:p:w"));
        refuses(auth, "");
    }

    @Test
    void takesABearerToken() {
        WebhookAuth auth = WebhookAuth.bearer("0123456789abcdef");
        headers.put("authorization", "bearer 0123456789abcdef");
        assertThat(authenticate(auth, "")).isEqualTo("bearer");
        headers.put("authorization", "Bearer 0123456789abcdeF");
        refuses(auth, "");
        headers.clear();
        refuses(auth, "");
    }

    @Test
    void refusesUnusableSecretsAtConstruction() {
        assertThatIllegalArgumentException().isThrownBy(() -> WebhookAuth.bearer("short"));
        assertThatIllegalArgumentException().isThrownBy(() -> WebhookAuth.hmac("short"));
        assertThatIllegalArgumentException().isThrownBy(() -> WebhookAuth.hmac("whsec_!!"));
        assertThatIllegalArgumentException().isThrownBy(() -> WebhookAuth.hmac(List.of(), Clock.systemUTC()));
        assertThatIllegalArgumentException().isThrownBy(() -> WebhookAuth.basic("a:b", "c"));
        assertThatIllegalArgumentException().isThrownBy(() -> WebhookAuth.basic("a", ""));
        assertThatIllegalArgumentException().isThrownBy(() -> WebhookAuth.basic(Map.of()));
    }

    @Test
    void neverPrintsASecret() {
        for (WebhookAuth auth : List.of(
                WebhookAuth.basic("ann", "hunter2"),
                WebhookAuth.bearer("hunter2hunter2hunter2"),
                WebhookAuth.hmac("hunter2hunter2hunter2"))) {
            assertThat(auth.toString()).doesNotContain("hunter2");
            try {
                authenticate(auth, "");
            } catch (VerificationException e) {
                assertThat(e.getMessage()).doesNotContain("hunter2");
            }
        }
    }

    @Test
    void trustsNobodyWhoProvedNothing() {
        assertThat(authenticate(WebhookAuth.insecureNone(), "")).isEqualTo("anyone");
        assertThat(WebhookAuth.insecureNone().trust()).isEqualTo(Trust.UNVERIFIED);
        assertThat(WebhookAuth.basic("a", "b").trust()).isEqualTo(Trust.AUTHENTICATED);
    }
}
