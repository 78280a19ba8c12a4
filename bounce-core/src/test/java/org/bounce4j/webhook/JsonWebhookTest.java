package org.bounce4j.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceEventJson;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceType;
import org.bounce4j.EmailAddress;
import org.bounce4j.Trust;
import org.bounce4j.UnavailableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonWebhookTest {
    private static final String DOCUMENTED = "{\"email\": \"user1@mail.com\", \"campaign_uuid\":"
            + " \"9f86b50d-5711-41c8-ab03-bc91c43d711b\", \"source\": \"api\", \"type\": \"hard\", \"meta\":"
            + " \"{\\\"additional\\\": \\\"info\\\"}\"}";
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private final List<BounceEvent> accepted = new ArrayList<>();
    private final Map<String, String> headers = new HashMap<>();
    private JsonWebhook webhook = webhookAt(NOW);

    JsonWebhookTest() {
        credentials("username", "password");
    }

    private JsonWebhook webhookAt(Instant now) {
        return JsonWebhook.builder(
                        WebhookAuth.basic(Map.of("username", "password", "other", "secret")), accepted::addAll)
                .clock(Clock.fixed(now, ZoneOffset.UTC))
                .build();
    }

    private void credentials(String user, String password) {
        headers.put(
                "authorization",
                "Basic "
                        + Base64.getEncoder().encodeToString((user + ':' + password).getBytes(StandardCharsets.UTF_8)));
    }

    private WebhookResponse post(String json) {
        return webhook.handle(
                json.getBytes(StandardCharsets.UTF_8), name -> headers.get(name.toLowerCase(Locale.ROOT)));
    }

    private static String body(WebhookResponse response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private String idOf(String json) {
        accepted.clear();
        WebhookResponse response = post(json);
        assertThat(response.status()).as(body(response)).isEqualTo(200);
        assertThat(accepted).hasSize(1);
        return accepted.get(0).id();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, Integer.MAX_VALUE})
    void refusesALimitThatIsNone(int bytes) {
        JsonWebhook.Builder builder = JsonWebhook.builder(WebhookAuth.insecureNone(), accepted::addAll);
        assertThatIllegalArgumentException().isThrownBy(() -> builder.maxBodyBytes(bytes));
    }

    @Test
    void takesTheDocumentedRequestUnchanged() {
        WebhookResponse response = post(DOCUMENTED);
        assertThat(response.status()).isEqualTo(200);
        assertThat(body(response)).isEqualTo("{\"data\":true}");
        assertThat(response.headers()).containsEntry("Content-Type", "application/json; charset=utf-8");
        BounceEvent event = accepted.get(0);
        assertThat(event.recipient()).contains(EmailAddress.of("user1@mail.com"));
        assertThat(event.campaign()).hasValue("9f86b50d-5711-41c8-ab03-bc91c43d711b");
        assertThat(event.type()).isEqualTo(BounceType.HARD);
        assertThat(event.source()).isEqualTo("api");
        assertThat(event.meta()).isEqualTo("{\"additional\": \"info\"}");
        assertThat(event.trust()).isEqualTo(Trust.AUTHENTICATED);
        assertThat(event.receivedAt()).isEqualTo(NOW);
        assertThat(event.occurredAt()).isEqualTo(NOW);
    }

    @Test
    void takesAnArrayAndASubscriberInsteadOfAnAddress() {
        WebhookResponse response =
                post("[" + DOCUMENTED + ",{\"subscriber_uuid\":\"9F86B50D-5711-41c8-ab03-bc91c43d711b\","
                        + "\"source\":\"api\",\"type\":\"complaint\",\"meta\":{\"plain\":1}}]");
        assertThat(response.status()).isEqualTo(200);
        assertThat(accepted).hasSize(2);
        assertThat(accepted.get(1).recipient()).isEmpty();
        assertThat(accepted.get(1).reason()).isEqualTo(BounceReason.COMPLAINT);
        assertThat(accepted.get(1).meta()).isEqualTo("{\"plain\":1}");
        assertThat(post("[]").status()).isEqualTo(200);
    }

    @Test
    void takesBackWhatTheJsonFormWrites() {
        post(DOCUMENTED.replace(
                "\"type\"",
                "\"status\":\"5.1.1\",\"reply_code\":550,\"diagnostic\":\"550 5.1.1 User unknown\","
                        + "\"message_id\":\"<1@x>\",\"trust\":\"CORRELATED\",\"tags\":{\"a\":\"b\"},\"type\""));
        BounceEvent first = accepted.remove(0);
        assertThat(first.reason()).isEqualTo(BounceReason.USER_UNKNOWN);
        assertThat(first.rule()).hasValue("user.unknown");
        assertThat(first.trust()).isEqualTo(Trust.CORRELATED);
        assertThat(post(BounceEventJson.writeString(first)).status()).isEqualTo(200);
        BounceEvent second = accepted.remove(0);
        assertThat(second.meta()).isEqualTo("{\"additional\":\"info\"}");
        assertThat(second.toBuilder().id(first.id()).meta(first.meta()).build()).isEqualTo(first);
        assertThat(second.id()).isNotEqualTo(first.id());
    }

    @Test
    void keepsEveryDigitOfMeta() {
        post(DOCUMENTED.replace(
                "\"{\\\"additional\\\": \\\"info\\\"}\"", "{\"a\":1.10,\"b\":12345678901234567890.123}"));
        assertThat(accepted.get(0).meta()).isEqualTo("{\"a\":1.10,\"b\":12345678901234567890.123}");
    }

    @Test
    void leavesTheTypeToTheCaller() {
        post(DOCUMENTED.replace("\"type\": \"hard\"", "\"type\": \"soft\", \"diagnostic\": \"550 user unknown\""));
        assertThat(accepted.get(0).type()).isEqualTo(BounceType.SOFT);
        assertThat(accepted.get(0).reason()).isEqualTo(BounceReason.USER_UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"source\": \"api\" | \"x\": 1 | source: required, got nothing",
                "\"type\": \"hard\" | \"x\": 1 | type: required, got nothing",
                "\"hard\" | \"firm\" | type: expected hard, soft or complaint, got something else",
                "\"hard\" | [1] | type: expected a text, got an array",
                "\"email\": \"user1@mail.com\" | \"x\": 1 | email: required where subscriber_uuid is missing, got nothing",
                "user1@mail.com | user1 | email: expected a mail address, got a text that is none",
                "9f86b50d-5711-41c8-ab03-bc91c43d711b | 9f86b50d | campaign_uuid: expected a UUID, got something else",
                "9f86b50d-5711 | 9g86b50d-5711 | campaign_uuid: expected a UUID, got something else",
                "{\\\"additional\\\": \\\"info\\\"} | nothing | meta: expected a JSON object, or a text that holds one, got a string",
            })
    void namesTheFieldAndTheRule(String good, String bad, String message) {
        assertThat(DOCUMENTED).contains(good);
        WebhookResponse response = post(DOCUMENTED.replace(good, bad));
        assertThat(response.status()).isEqualTo(400);
        assertThat(body(response)).isEqualTo("{\"message\":\"" + message + "\"}");
        assertThat(accepted).isEmpty();
    }

    @Test
    void storesNothingOfAnArrayWithAWrongElementAndSaysWhich() {
        WebhookResponse response = post("[" + DOCUMENTED + "," + DOCUMENTED.replace("hard", "firm") + "]");
        assertThat(response.status()).isEqualTo(400);
        assertThat(body(response)).startsWith("{\"message\":\"[1].type: ");
        assertThat(accepted).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "1",
                "\"x\"",
                "{",
                "[{",
                "{}{}",
                "not json",
                "{\"a\":1,\"a\":2}",
                "[[]]",
                "\u0000"
            })
    void answers400ToWhatIsNoEvent(String body) {
        assertThat(post(body).status()).isEqualTo(400);
        assertThat(accepted).isEmpty();
    }

    @Test
    void refusesATrustThatIsNone() {
        WebhookResponse response = post("{\"trust\": \"AUTHENTICTED\"," + DOCUMENTED.substring(1));
        assertThat(response.status()).isEqualTo(400);
        assertThat(body(response)).contains("trust: expected UNVERIFIED, CORRELATED or AUTHENTICATED");
        assertThat(accepted).isEmpty();
    }

    @Test
    void namesTheElementThatIsNoObject() {
        assertThat(body(post("[7]"))).contains("[0]: Expected a JSON object");
    }

    @Test
    void boundsDepthAndSizeAndWantsUtf8() {
        assertThat(post("[".repeat(100_000)).status()).isEqualTo(400);
        byte[] large = " ".repeat(2 * 1024 * 1024).getBytes(StandardCharsets.UTF_8);
        for (WebhookResponse tooLarge : List.of(
                post(" ".repeat(2 * 1024 * 1024)),
                webhook.handle(new ByteArrayInputStream(large), name -> headers.get(name.toLowerCase(Locale.ROOT))))) {
            assertThat(tooLarge.status()).isEqualTo(413);
            assertThat(body(tooLarge)).isEqualTo("{\"message\":\"the body is too large\"}");
        }
        byte[] latin1 = DOCUMENTED.replace("api", "\u00e4pi").getBytes(StandardCharsets.ISO_8859_1);
        WebhookResponse response = webhook.handle(latin1, name -> headers.get(name.toLowerCase(Locale.ROOT)));
        assertThat(response.status()).isEqualTo(400);
        assertThat(body(response)).contains("UTF-8");
    }

    @Test
    void asksForCredentialsBeforeItLooksAtTheBody() {
        headers.clear();
        WebhookResponse response = post("not json");
        assertThat(response.status()).isEqualTo(401);
        assertThat(response.headers()).containsEntry("WWW-Authenticate", "Basic realm=\"bounces\", charset=\"UTF-8\"");
        credentials("username", "secret");
        assertThat(post(DOCUMENTED).status()).isEqualTo(401);
        assertThat(accepted).isEmpty();
    }

    @Test
    void answers503WithoutDetailsWhereTheSinkIsUnavailable() {
        webhook = JsonWebhook.of(WebhookAuth.basic("username", "password"), events -> {
            throw new UnavailableException("jdbc:secret-host is down");
        });
        WebhookResponse response = post(DOCUMENTED);
        assertThat(response.status()).isEqualTo(503);
        assertThat(body(response)).isEqualTo("{\"message\":\"not stored, please send again later\"}");
    }

    @Test
    void takesAnyIdentifierWhereTheHostSaysSo() {
        webhook = JsonWebhook.builder(WebhookAuth.insecureNone(), accepted::addAll)
                .anyIdentifiers()
                .build();
        assertThat(post("{\"subscriber_uuid\":4711,\"source\":\"log\",\"type\":\"soft\"}")
                        .status())
                .isEqualTo(200);
        assertThat(accepted.get(0).subscriber()).hasValue("4711");
        assertThat(accepted.get(0).trust()).isEqualTo(Trust.UNVERIFIED);
    }

    // --- identity
    // --------------------------------------------------------------------------------------------------------

    @Test
    void isTheSameEventForTheSameContentHoweverItIsWritten() {
        String id = idOf(DOCUMENTED);
        assertThat(id).startsWith("json.1.");
        List<String> copies = List.of(
                DOCUMENTED.replace(" ", ""),
                DOCUMENTED.replace("user1@mail.com", "<User1@MAIL.com>"),
                DOCUMENTED.replace("user1", "\\u0075ser1"),
                DOCUMENTED.replace("\"{\\\"additional\\\": \\\"info\\\"}\"", "{ \"additional\":\"info\" }"),
                DOCUMENTED.replace("hard", "HARD").replace("9f86b50d", "9F86B50D"),
                DOCUMENTED.replace("\"type\"", "\"field_of_next_year\": true, \"type\""),
                "[" + DOCUMENTED + "]",
                "{\"meta\":{\"additional\":\"info\"},\"type\":\"hard\",\"source\":\"api\",\"email\":\"user1@mail.com\","
                        + "\"campaign_uuid\":\"9f86b50d-5711-41c8-ab03-bc91c43d711b\"}");
        for (String copy : copies) {
            assertThat(idOf(copy)).as(copy).isEqualTo(id);
        }
    }

    @Test
    void doesNotDependOnWhatAClassifierSays() {
        String text = DOCUMENTED.replace("\"type\"", "\"diagnostic\":\"550 user unknown\",\"type\"");
        assertThat(idOf(text.replace(
                        "\"type\"", "\"reason\":\"POLICY\",\"rule\":\"r\",\"trust\":\"UNVERIFIED\",\"type\"")))
                .isEqualTo(idOf(text));
    }

    @Test
    void isOneEventForARetryAndAnotherNextMonth() {
        String id = idOf(DOCUMENTED);
        webhook = webhookAt(NOW.plusSeconds(3_600));
        assertThat(idOf(DOCUMENTED)).isEqualTo(id);
        webhook = webhookAt(NOW.plusSeconds(31 * 86_400));
        assertThat(idOf(DOCUMENTED)).isNotEqualTo(id);
    }

    @Test
    void looksAtCreatedAtInsteadOfTheDayWhereThereIsOne() {
        String dated = DOCUMENTED.replace("\"type\"", "\"created_at\":\"2026-02-01T10:00:00Z\",\"type\"");
        String id = idOf(dated);
        webhook = webhookAt(NOW.plusSeconds(31 * 86_400));
        assertThat(idOf(dated)).isEqualTo(id);
        assertThat(idOf(dated.replace("10:00:00Z", "11:00:00+01:00"))).isEqualTo(id);
        assertThat(idOf(dated.replace("10:00", "10:01"))).isNotEqualTo(id);
    }

    @ParameterizedTest
    @CsvSource({"user1@mail.com,user2@mail.com", "api,log", "hard,soft", "9f86b50d,9f86b50e", "info,more"})
    void isAnotherEventForOtherContent(String old, String other) {
        assertThat(idOf(DOCUMENTED.replace(old, other))).isNotEqualTo(idOf(DOCUMENTED));
    }

    @Test
    void takesTheCallersIdThenTheHeaderThenTheContent() {
        String byContent = idOf(DOCUMENTED);
        headers.put("idempotency-key", "k-1");
        String byKey = idOf(DOCUMENTED);
        assertThat(byKey).isNotEqualTo(byContent);
        assertThat(idOf(DOCUMENTED.replace("hard", "soft"))).isEqualTo(byKey);
        String withId = DOCUMENTED.replace("\"type\"", "\"id\":\"my bounce/1\",\"type\"");
        String byId = idOf(withId);
        assertThat(byId).isNotIn(byContent, byKey);
        headers.put("idempotency-key", "k-2");
        assertThat(idOf(withId)).isEqualTo(byId);
        headers.remove("idempotency-key");
        headers.put("webhook-id", "k-1");
        assertThat(idOf(DOCUMENTED)).isEqualTo(byKey);
    }

    @Test
    void tellsTheElementsOfOneKeyApart() {
        headers.put("idempotency-key", "k-1");
        post("[" + DOCUMENTED + "," + DOCUMENTED + "]");
        assertThat(accepted).extracting(BounceEvent::id).doesNotHaveDuplicates();
        headers.put("idempotency-key", "k".repeat(256));
        assertThat(post(DOCUMENTED).status()).isEqualTo(400);
    }

    @Test
    void takesTheSignedHeaderAloneWhereTheRequestIsSigned() {
        Instant at = Instant.parse("2026-03-01T12:00:00Z");
        String secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        JsonWebhook signed = JsonWebhook.builder(
                        WebhookAuth.hmac(List.of(secret), Clock.fixed(at, ZoneOffset.UTC)), accepted::addAll)
                .build();
        byte[] body = DOCUMENTED.getBytes(StandardCharsets.UTF_8);
        Map<String, String> genuine = new HashMap<>(signature(secret, "msg_1", at, body));
        assertThat(signed.handle(body, genuine::get).status()).isEqualTo(200);
        genuine.put("idempotency-key", "msg_2");
        assertThat(signed.handle(body, genuine::get).status()).isEqualTo(200);
        assertThat(accepted)
                .extracting(BounceEvent::id)
                .hasSize(2)
                .containsOnly(accepted.get(0).id());
    }

    private static Map<String, String> signature(String secret, String id, Instant at, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.substring(6)), "HmacSHA256"));
            mac.update((id + "." + at.getEpochSecond() + ".").getBytes(StandardCharsets.UTF_8));
            return Map.of(
                    "webhook-id",
                    id,
                    "webhook-timestamp",
                    Long.toString(at.getEpochSecond()),
                    "webhook-signature",
                    "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"meta\":{\"a\":\"\\ud800\"}",
                "\"meta\":\"{\\\"a\\\":\\\"\ud800\\\"}\"",
                "\"diagnostic\":\"\u2003\"",
                "\"provider_message_id\":\"\u2003\u200b\"",
                "\"email\":\"xn--\u1e9e@xn--\u1e9e\"",
            })
    void acceptsNothingThatCannotBeReadBack(String field) {
        assertThat(post("{\"email\":\"a@b.c\",\"source\":\"s\",\"type\":\"hard\"," + field + "}")
                        .status())
                .isIn(200, 400);
        for (BounceEvent event : accepted) {
            assertThat(BounceEventJson.read(BounceEventJson.write(event))).isEqualTo(event);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"source\":\"\\u0000\",\"type\":\"hard\",\"email\":\"a@b.c\"}",
                "{\"source\":\"\\u202e\",\"type\":\"hard\",\"email\":\"a@b.c\"}",
                "{\"source\":\"s\",\"type\":\"hard\",\"email\":\"a@b.c\",\"n\":1e99999999999}",
                "{\"source\":\"s\",\"type\":\"hard\",\"email\":\"a@b.c\",\"meta\":\"{\\\"n\\\":1e99999999999}\"}",
                "{\"source\":\"s\",\"type\":\"hard\",\"email\":\"a\\ud800@b.c\"}",
            })
    void namesWhatIsWrongWithOddValues(String body) {
        assertThat(post(body).status()).isEqualTo(400);
        assertThat(post("{\"source\":\"s\",\"type\":\"hard\",\"email\":\"" + "\ufb2c".repeat(300) + "@b.c\"}")
                        .status())
                .isEqualTo(400);
        assertThat(post("{\"source\":\"s\",\"type\":\"hard\",\"email\":\"a@b.c\",\"meta\":" + "{\"a\":".repeat(57) + "1"
                                + "}".repeat(58))
                        .status())
                .isEqualTo(400);
        assertThat(accepted).isEmpty();
    }

    @Test
    void letsNoCallerClaimAnothersIds() {
        String withId = DOCUMENTED.replace("\"type\"", "\"id\":\"mail.1.abc\",\"type\"");
        String mine = idOf(withId);
        assertThat(mine).isNotEqualTo("mail.1.abc");
        credentials("other", "secret");
        assertThat(idOf(withId)).isNotEqualTo(mine);
    }
}
