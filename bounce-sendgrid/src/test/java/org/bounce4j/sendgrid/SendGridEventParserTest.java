package org.bounce4j.sendgrid;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.bounce4j.BounceBatch;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceEventJson;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceType;
import org.bounce4j.EmailAddress;
import org.bounce4j.EventId;
import org.bounce4j.Trust;
import org.bounce4j.Undigested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SendGridEventParserTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private final SendGridEventParser parser = SendGridEventParser.builder()
            .clock(Clock.fixed(NOW, ZoneOffset.UTC))
            .build();

    private static final String BOUNCE =
            "{\"email\":\"Jane@example.com\",\"timestamp\":1772362800,\"smtp-id\":\"<m1@ismtpd-555>\","
                    + "\"event\":\"bounce\",\"type\":\"bounce\",\"category\":[\"news\",\"march\"],\"sg_event_id\":\"ZXZlbnQ\","
                    + "\"sg_message_id\":\"14c5d75ce93.filter0001.16648.5515E0B88.0\",\"reason\":\"550 5.1.1 <jane@example.com>: user unknown\","
                    + "\"status\":\"5.1.1\",\"bounce_classification\":\"Invalid Address\",\"ip\":\"192.0.2.1\",\"tls\":1,"
                    + "\"subscriber_uuid\":\"s-1\",\"XListmonkCampaign\":\"c-1\",\"custom\":\"value\"}";

    private BounceBatch parse(String json) {
        return parser.parseTrusted(json.getBytes(StandardCharsets.UTF_8));
    }

    private BounceEvent only(String element) {
        BounceBatch batch = parse("[" + element + "]\r\n");
        assertThat(batch.undigested()).isEmpty();
        assertThat(batch.events()).hasSize(1);
        return batch.events().get(0);
    }

    @Test
    void keepsWhatStandsBehindAnElementWithoutAComma() {
        String lost = "{\"event\":\"bounce\",\"email\":\"jane@example.com\",\"sg_event_id\":\"lost\"}";
        BounceBatch batch = new SendGridEventParser()
                .parseTrusted(("[{\"event\":\"bounce\" oops},7 " + lost + "]").getBytes(StandardCharsets.UTF_8));
        assertThat(batch.events()).isEmpty();
        assertThat(batch.undigested())
                .extracting(part -> new String(part.bytes(), StandardCharsets.UTF_8))
                .anyMatch(part -> part.contains(lost));
    }

    @Test
    void readsABounce() {
        BounceEvent event = only(BOUNCE);
        assertThat(event.id()).isEqualTo(EventId.of("sendgrid", 1, "event", "ZXZlbnQ"));
        assertThat(event.type()).isEqualTo(BounceType.HARD);
        assertThat(event.reason()).isEqualTo(BounceReason.USER_UNKNOWN);
        assertThat(event.rule()).hasValue("sendgrid:bounce user.unknown");
        assertThat(event.trust()).isEqualTo(Trust.AUTHENTICATED);
        assertThat(event.source()).isEqualTo("sendgrid");
        assertThat(event.recipient()).contains(EmailAddress.of("jane@example.com"));
        assertThat(event.status()).map(Object::toString).hasValue("5.1.1");
        assertThat(event.replyCode()).hasValue(550);
        assertThat(event.diagnostic()).hasValue("550 5.1.1 <jane@example.com>: user unknown");
        assertThat(event.messageId()).hasValue("m1@ismtpd-555");
        assertThat(event.providerMessageId()).hasValue("14c5d75ce93");
        assertThat(event.attempt()).isPresent();
        assertThat(event.subscriber()).hasValue("s-1");
        assertThat(event.campaign()).hasValue("c-1");
        assertThat(event.occurredAt()).isEqualTo("2026-03-01T11:00:00Z");
        assertThat(event.receivedAt()).isEqualTo(NOW);
        assertThat(event.tags())
                .containsEntry("category", "news, march")
                .containsEntry("custom", "value")
                .doesNotContainKey("ip");
        assertThat(event.meta()).isEqualTo(BOUNCE);
    }

    @Test
    void makesTheIdOfTheFieldsWhereTheEventHasNoneOfItsOwn() {
        String byFields = only(with("\"sg_event_id\":\"ZXZlbnQ\",", "")).id();
        for (String none : List.of("\"\"", "\" \"", "null", "{}", "\"" + "x".repeat(256) + "\"")) {
            assertThat(only(with("\"ZXZlbnQ\"", none)).id()).as(none).isEqualTo(byFields);
        }
        String longest = "x".repeat(255);
        for (String id : List.of(longest, " " + longest.substring(2) + "\\n")) {
            assertThat(only(with("ZXZlbnQ", id)).id())
                    .isEqualTo(EventId.of(
                            "sendgrid", 1, "event", id.replace("\\n", "").strip()));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1970-01-01T00:00:00Z",
        "' 1772362800 ', 2026-03-01T11:00:00Z",
        "253402128000, 9999-12-30T00:00:00Z",
        "253402128001, 2026-03-01T12:00:00Z",
        "-1, 2026-03-01T12:00:00Z",
        "0001772362800, 2026-03-01T12:00:00Z",
        "1772362800000, 2026-03-01T12:00:00Z"
    })
    void takesTheTimeOfArrivalWhereTheTimestampIsNone(String timestamp, Instant expected) {
        assertThat(only(with("1772362800", "\"" + timestamp + "\"")).occurredAt())
                .isEqualTo(expected);
    }

    @Test
    void takesSendGridsOwnWordsForAMissingDomainForThose() {
        for (String said :
                List.of("unable to get mx info: no PTR record", "\\n Unable to get MX info: no PTR record")) {
            BounceEvent event =
                    only("{\"email\":\"a@b.c\",\"event\":\"bounce\",\"type\":\"blocked\",\"reason\":\"" + said + "\"}");
            assertThat(event.reason()).isEqualTo(BounceReason.HOST_UNKNOWN);
            assertThat(event.rule()).hasValue("sendgrid:blocked no mx");
        }
    }

    @Test
    void saysOfAnEmptyBodyThatItIsEmpty() {
        for (String body : List.of("", " \r\n", "\ufeff")) {
            assertThat(parse(body).undigested())
                    .singleElement()
                    .satisfies(item -> assertThat(item.cause()).endsWith("got nothing"));
        }
    }

    @Test
    void asksTheNextArgumentWhereOneIsBlank() {
        assertThat(only(with("\"s-1\"", "\" \",\"XListmonkSubscriber\":\"s-2\""))
                        .subscriber())
                .hasValue("s-2");
    }

    @Test
    void isReadableBesideJunkWhereAnElementIsNoConcernOfOurs() {
        for (String other : List.of(
                "{\"event\":\"open\"}",
                "{\"event\":\"of next year\"}",
                "{\"event\":\"dropped\",\"reason\":\"Spam Content\"}")) {
            BounceBatch batch = parse("[7," + other + "]");
            assertThat(batch.undigested()).hasSize(1);
            assertThat(batch.readable()).as(other).isTrue();
        }
        assertThat(parse("[7,{\"event\":7}]").readable()).isFalse();
    }

    @Test
    void takesTheResponseWhereTheReasonIsBlank() {
        String said = "550 5.1.1 <jane@example.com>: user unknown";
        for (String reason : List.of("\"reason\":\"\",", "\"reason\":\" \",", "\"reason\":null,", "")) {
            BounceEvent event = only(with("\"reason\":\"" + said + "\",", reason + "\"response\":\"" + said + "\",")
                    .replace("\"status\":\"5.1.1\",", "")
                    .replace("Invalid Address", "Unclassified"));
            assertThat(event.reason()).isEqualTo(BounceReason.USER_UNKNOWN);
            assertThat(event.diagnostic()).hasValue(said);
            assertThat(event.replyCode()).hasValue(550);
            assertThat(event.status()).map(Object::toString).hasValue("5.1.1");
        }
        assertThat(only(with("\"sg_event_id\"", "\"response\":\"250 OK\",\"sg_event_id\""))
                        .diagnostic())
                .hasValue(said);
    }

    private static String with(String old, String other) {
        assertThat(BOUNCE).contains(old);
        return BOUNCE.replace(old, other);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bounce | bounce | 5.1.1 | 550 5.1.1 user unknown | Invalid Address | HARD | USER_UNKNOWN",
                "bounce | bounce |       | 500 unknown thing | Invalid Address | HARD | USER_UNKNOWN",
                "bounce | bounce | 5.0.0 | odd | Unclassified | HARD | UNKNOWN",
                "bounce | bounce | 550   | odd |  | HARD | UNKNOWN",
                "bounce | blocked | 5.7.1 | 550 5.7.1 part of their network is on our block list (S3150) | Reputation | SOFT | BLOCKED",
                "bounce | blocked | 5.1.1 | 550 5.1.1 user unknown | Invalid Address | SOFT | USER_UNKNOWN",
                "bounce | blocked | 4.0.0 | odd | TECHNICAL | SOFT | NETWORK_ERROR",
                "bounce | blocked | 4.0.0 | odd | technical failure | SOFT | NETWORK_ERROR",
                "bounce | blocked | 5.0.0 | odd | Content | SOFT | CONTENT_REJECTED",
                "bounce | blocked | 5.0.0 | odd attachment list | Reputation | SOFT | BAD_REPUTATION",
                "bounce | blocked | 5.0.0 | odd attachment list | Of Next Year | SOFT | BLOCKED",
                "bounce | expired | 5.0.0 | odd attachment list | Of Next Year | SOFT | EXPIRED",
                "bounce | newsletter | 5.0.0 | odd attachment list | Invalid Address | HARD | USER_UNKNOWN",
                "bounce | bounce | 5.0.0 | odd attachment list | Of Next Year | HARD | UNKNOWN",
                "bounce | blocked | 5.0.0 | odd | Frequency/Volume | SOFT | RATE_LIMITED",
                "bounce | blocked | 5.0.0 | odd | Frequency or Volume Too High | SOFT | RATE_LIMITED",
                "bounce | blocked | 5.0.0 | odd | Of Next Year | SOFT | BLOCKED",
                "blocked | bounce | 5.0.0 | odd | Reputation | SOFT | BAD_REPUTATION",
                "bounce | expired | 4.4.7 | odd |  | SOFT | EXPIRED",
                "bounce | expired | 5.0.0 | odd |  | SOFT | EXPIRED",
                "bounce | newsletter | 5.2.2 | 552 5.2.2 mailbox full |  | SOFT | MAILBOX_FULL",
                "bounce | newsletter | 5.0.0 | odd | Invalid Address | HARD | USER_UNKNOWN",
                "bounce | newsletter | 5.0.0 | odd | Mailbox Unavailable | SOFT | UNKNOWN",
            })
    void believesTypeThenWordsThenClassification(
            String event,
            String type,
            String status,
            String reason,
            String classification,
            BounceType expected,
            BounceReason why) {
        BounceEvent found = only("{\"email\":\"a@b.c\",\"event\":\"" + event + "\",\"type\":\"" + type
                + "\",\"status\":\""
                + (status == null ? "" : status) + "\",\"reason\":\"" + reason + "\",\"bounce_classification\":\""
                + (classification == null ? "" : classification) + "\",\"sg_event_id\":\"x\"}");
        assertThat(found.type()).isEqualTo(expected);
        assertThat(found.reason()).isEqualTo(why);
        assertThat(found.rule()).hasValueSatisfying(rule -> assertThat(rule).doesNotContain("hint."));
    }

    @ParameterizedTest
    @CsvSource({
        "Bounced Address,HARD,SUPPRESSED",
        "Spam Reporting Address,HARD,SUPPRESSED",
        "Spam Reported,HARD,SUPPRESSED",
        "Invalid,HARD,SUPPRESSED",
        "Bounced Address jane@example.com,HARD,SUPPRESSED",
        "unsubscribed address,COMPLAINT,UNSUBSCRIBED"
    })
    void takesDropsForEchoes(String reason, BounceType type, BounceReason why) {
        BounceEvent event =
                only("{\"email\":\"a@b.c\",\"event\":\"dropped\",\"reason\":\"" + reason + "\",\"sg_event_id\":\"x\"}");
        assertThat(event.type()).isEqualTo(type);
        assertThat(event.reason()).isEqualTo(why);
        assertThat(event.rule())
                .hasValueSatisfying(
                        rule -> assertThat(rule).startsWith("sendgrid:dropped ").doesNotContain("@"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Invalid SMTPAPI header",
                "Spam Content",
                "Recipient List over Package Quota",
                "Duplicate",
                "Of Next Year",
                ""
            })
    void takesOurOwnMistakesForNoBounce(String reason) {
        assertThat(parse("[{\"email\":\"a@b.c\",\"event\":\"dropped\",\"reason\":\"" + reason + "\"}]"))
                .isEqualTo(BounceBatch.empty());
    }

    @Test
    void readsSpamReports() {
        BounceEvent event = only(
                "{\"email\":\"a@b.c\",\"event\":\"spamreport\",\"timestamp\":\"1772362800\",\"sg_event_id\":\"x\"}");
        assertThat(event.type()).isEqualTo(BounceType.COMPLAINT);
        assertThat(event.reason()).isEqualTo(BounceReason.COMPLAINT);
        assertThat(event.occurredAt()).isEqualTo("2026-03-01T11:00:00Z");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "processed",
                "delivered",
                "open",
                "click",
                "unsubscribe",
                "group_unsubscribe",
                "group_resubscribe",
                "deferred",
                "account_status_change",
                "of_next_year"
            })
    void ignoresWhatIsNoFailure(String event) {
        assertThat(parse("[{\"event\":\"" + event + "\",\"email\":\"a@b.c\"}]")).isEqualTo(BounceBatch.empty());
    }

    @Test
    void losesNoDeferralWithSpaceAroundItsName() {
        String deferral = "[{\"event\":\" Deferred\",\"email\":\"jane@example.com\",\"response\":\"451 later\"}]";
        assertThat(SendGridEventParser.builder()
                        .deferrals()
                        .build()
                        .parseTrusted(deferral.getBytes(StandardCharsets.UTF_8))
                        .delays())
                .hasSize(1);
    }

    @Test
    void givesDeferralsOnlyOnRequest() {
        String deferred =
                "[{\"email\":\"a@b.c\",\"event\":\"deferred\",\"response\":\"452 4.2.2 mailbox full\",\"attempt\":\"5\",\"sg_event_id\":\"x\"}]";
        BounceBatch batch = SendGridEventParser.builder()
                .deferrals()
                .build()
                .parseTrusted(deferred.getBytes(StandardCharsets.UTF_8));
        assertThat(batch.events()).isEmpty();
        assertThat(batch.delays()).singleElement().satisfies(delay -> {
            assertThat(delay.type()).isEqualTo(BounceType.SOFT);
            assertThat(delay.reason()).isEqualTo(BounceReason.MAILBOX_FULL);
        });
    }

    @Test
    void takesTheHostsCustomArguments() {
        SendGridEventParser own = SendGridEventParser.builder()
                .subscriberArguments("custom")
                .campaignArguments()
                .build();
        BounceEvent event = own.parseTrusted(("[" + BOUNCE + "]").getBytes(StandardCharsets.UTF_8))
                .events()
                .get(0);
        assertThat(event.subscriber()).hasValue("value");
        assertThat(event.campaign()).isEmpty();
    }

    // --- junk
    // ------------------------------------------------------------------------------------------------------------

    private static final List<String> JUNK = List.of(
            "1",
            "null",
            "\"text\"",
            "[]",
            "[[{}]]",
            "{}",
            "{\"event\":\"bounce\"}",
            "{\"event\":\"bounce\",\"email\":\"nobody\"}",
            "{\"event\":\"bounce\",\"email\":\"a@b.c\",\"email\":\"d@e.f\"}",
            "{\"event\":{\"a\":[1,2]}}",
            "{\"event\":5}",
            "{\"event\":true}",
            "{\"event\":\"\"}",
            "{\"event\":null}",
            "true");

    @Test
    void keepsEachBadElementAndLosesNoneOfTheGood() {
        for (String junk : JUNK) {
            BounceBatch batch = parse("[ " + BOUNCE + ",\r\n" + junk + " ,\r\n" + with("ZXZlbnQ", "other") + "]\r\n");
            assertThat(batch.events()).as(junk).hasSize(2);
            assertThat(batch.undigested())
                    .as(junk)
                    .singleElement()
                    .satisfies(item -> assertThat(new String(item.bytes(), StandardCharsets.UTF_8))
                            .isEqualTo(junk));
        }
    }

    @Test
    void losesNoGoodElementOfRandomBatches() {
        Random random = new Random(7);
        for (int round = 0; round < 300; round++) {
            List<String> elements = new ArrayList<>();
            List<String> good = new ArrayList<>();
            int bad = 0;
            for (int i = 0; i < random.nextInt(30); i++) {
                if (random.nextInt(3) == 0) {
                    elements.add(JUNK.get(random.nextInt(JUNK.size())));
                    bad++;
                } else {
                    good.add(EventId.of("sendgrid", 1, "event", "e" + i));
                    elements.add(with("ZXZlbnQ", "e" + i));
                }
            }
            BounceBatch batch =
                    parse("[" + String.join(random.nextBoolean() ? "," : "},\r\n{".substring(1, 4), elements) + "]");
            assertThat(batch.events()).extracting(BounceEvent::id).isEqualTo(good);
            assertThat(batch.undigested()).hasSize(bad);
        }
    }

    @Test
    void keepsTheRestWhereTheJsonBreaksOff() {
        for (String rest : List.of("{\"event\":", "{broken", "{\"a\":\"\\x\"", "[".repeat(200) + "]", "{\"a\":\"b]")) {
            BounceBatch batch = parse("[" + BOUNCE + "," + rest);
            assertThat(batch.events()).as(rest).hasSize(1);
            assertThat(batch.undigested())
                    .as(rest)
                    .singleElement()
                    .satisfies(item -> assertThat(new String(item.bytes(), StandardCharsets.UTF_8))
                            .endsWith(rest));
        }
    }

    private static final List<String> POISON = List.of(
            "{broken}",
            "{\"a\":\"\\x\"}",
            "{\"event\":\"bounce\",\"a\":" + "[".repeat(500) + "]".repeat(500) + "}",
            "{\"" + "n".repeat(60_000) + "\":1}",
            "{\"event\":\"bounce\",\"timestamp\":" + "9".repeat(1_000) + "}",
            "{\"a\":01}",
            "{\"a\":\"tab\there\"}",
            "{\"a\":\"\u0001\"}",
            "{'a':1}",
            "{\"a\":1,}",
            "nul",
            "-",
            "\u0001",
            "{\"a\":\"}]\",,}",
            "{\"a\":\"x\\\"},{\\\" \",,}");

    @Test
    void losesNoGoodElementBehindOneThatStopsAParser() {
        for (String poison : POISON) {
            BounceBatch batch = parse("[" + BOUNCE + ",\r\n" + poison + ",\r\n" + with("ZXZlbnQ", "other") + "]\r\n");
            assertThat(batch.events()).as(poison).hasSize(2);
            assertThat(batch.undigested())
                    .as(poison)
                    .singleElement()
                    .satisfies(item -> assertThat(new String(item.bytes(), StandardCharsets.UTF_8))
                            .isEqualTo(poison));
        }
        byte[] invalid = ("[{\"a\":\"\u00e4\"}," + BOUNCE + "]").getBytes(StandardCharsets.ISO_8859_1);
        BounceBatch batch = parser.parseTrusted(invalid);
        assertThat(batch.events()).hasSize(1);
        assertThat(batch.undigested())
                .singleElement()
                .satisfies(item -> assertThat(item.bytes()).hasSize(9));
    }

    @Test
    void losesNoGoodElementOfRandomBatchesWithPoison() {
        Random random = new Random(11);
        for (int round = 0; round < 300; round++) {
            List<String> elements = new ArrayList<>();
            List<String> good = new ArrayList<>();
            List<String> bad = new ArrayList<>();
            for (int i = 0; i < random.nextInt(20); i++) {
                switch (random.nextInt(4)) {
                    case 0 -> bad.add(JUNK.get(random.nextInt(JUNK.size())));
                    case 1 -> bad.add(POISON.get(random.nextInt(POISON.size())));
                    default -> {
                        good.add(EventId.of("sendgrid", 1, "event", "e" + i));
                        elements.add(with("ZXZlbnQ", "e" + i));
                        continue;
                    }
                }
                elements.add(bad.get(bad.size() - 1));
            }
            BounceBatch batch = parse("[" + String.join(random.nextBoolean() ? "," : ",\r\n", elements) + "]\r\n");
            assertThat(batch.events()).extracting(BounceEvent::id).isEqualTo(good);
            assertThat(batch.undigested())
                    .extracting(item -> new String(item.bytes(), StandardCharsets.UTF_8))
                    .isEqualTo(bad);
        }
    }

    @Test
    void goesOnBehindAnElementThatDoesNotEnd() {
        String good = with("ZXZlbnQ", "other");
        for (String broken : List.of("{\"event\":\"open\",", "{\"event\":\"open", "[[[", "\"", "{", ",")) {
            BounceBatch batch = parse("[" + BOUNCE + ",\r\n" + broken + "\r\n" + good + "]\r\n");
            assertThat(batch.events()).as(broken).hasSize(2);
        }
        assertThat(parse("[" + BOUNCE + ",,," + good + ",]").events()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1 {\r\n,",
                "1 \",\r\n",
                "\",\"email\":\"x\"},\r\n",
                "true {[\r\n",
                "7 oops\r\n",
                "7 oops\r",
                "7\r\n"
            })
    void losesNoGoodElementOnTheLinesBehindJunkThatBeginsLikeJson(String junk) {
        String second = with("ZXZlbnQ", "second");
        String third = with("ZXZlbnQ", "third");
        BounceBatch batch = parse("[" + BOUNCE + ",\r\n{bad},\r\n" + junk + second + ",\r\n" + third + "]\r\n");
        assertThat(batch.events())
                .isEqualTo(
                        parse("[" + BOUNCE + "," + second + "," + third + "]").events());
        String undigested = batch.undigested().stream()
                .map(part -> new String(part.bytes(), StandardCharsets.UTF_8))
                .collect(Collectors.joining());
        assertThat(undigested.replaceAll("[\\s,]", "")).isEqualTo(("{bad}" + junk).replaceAll("[\\s,]", ""));
    }

    @Test
    @Timeout(30)
    void keepsVeryManyPartsThatCannotBeReadInFew() {
        String zeros = "0,".repeat(1_000_000);
        BounceBatch batch = parse("[" + zeros + BOUNCE + "," + zeros + "{x},{x}]");
        assertThat(batch.events()).hasSize(1);
        assertThat(batch.undigested()).hasSize(102);
        assertThat(batch.undigested().get(0).bytes())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("0");
        int kept = batch.undigested().stream()
                .mapToInt(part -> part.bytes().length)
                .sum();
        assertThat(kept).isEqualTo(100 + 2 * 999_900 - 1 + zeros.length() + "{x},{x}".length());
    }

    @Test
    void makesNoRecipientOfHalfACharacter() {
        BounceBatch batch = parse("[{\"event\":\"bounce\",\"email\":\"u\\ud83d@example.com\"}]");
        assertThat(batch.events()).isEmpty();
        assertThat(batch.undigested()).hasSize(1);
    }

    @Test
    @Timeout(20)
    void isNotMadeSlowByElementsThatDoNotEnd() {
        assertThat(parse("[" + "{\r\n".repeat(2_000_000)).undigested()).hasSize(17);
    }

    @Test
    void believesAFieldThatSaysTheSameTwice() {
        for (String twice : List.of(
                BOUNCE.replaceFirst("\\{", "{\"email\":\"Jane@example.com\","),
                BOUNCE.replaceFirst("\\{", "{\"email\":null,"),
                with("\"custom\"", "\"email\":null,\"custom\""),
                with("\"custom\"", "\"email\":{\"a\":1},\"custom\""))) {
            assertThat(parse("[" + twice + "]").events())
                    .as(twice)
                    .singleElement()
                    .satisfies(event ->
                            assertThat(event.recipient().orElseThrow().key()).isEqualTo("jane@example.com"));
        }
    }

    @Test
    void makesNoEventOfTheTextInsideABrokenElement() {
        String text = "},{\\\"event\\\":\\\"spamreport\\\",\\\"email\\\":\\\"victim@example.com\\\"},{";
        for (String broken :
                List.of("{\"a\":\"" + text, "{\"a\":\"\"\"," + "\"b\":\"" + text + "\"}", "{\"a:1," + text + "\"}")) {
            BounceBatch batch = parse("[" + BOUNCE + "," + broken + "," + BOUNCE.replace("user unknown", text) + "]");
            assertThat(batch.events())
                    .as(broken)
                    .allSatisfy(event ->
                            assertThat(event.recipient().orElseThrow().key()).isEqualTo("jane@example.com"));
            assertThat(batch.undigested()).isNotEmpty();
        }
    }

    @Test
    @Timeout(20)
    void isNotMadeSlowByPoisonEverywhere() {
        String poison = "{\"a\":" + "[".repeat(100) + "]".repeat(100) + "}";
        StringBuilder many = new StringBuilder("[").append(poison);
        for (int i = 0; i < 30_000; i++) {
            many.append(',').append(poison);
        }
        List<Undigested> undigested = parse(many.append(']').toString()).undigested();
        assertThat(undigested).hasSize(101);
        assertThat(undigested.get(100).bytes())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo((poison + ",").repeat(29_900) + poison);
        assertThat(parse("[" + "[".repeat(8_000_000)).undigested()).hasSize(1);
        assertThat(parse("[" + "{,".repeat(3_000_000)).undigested()).hasSize(1);
    }

    @Test
    void keepsWhatStandsBehindTheArray() {
        for (String rest : List.of("x", ",", "[]", "{}", "[" + BOUNCE + "]", "]", "\u0001", "xx" + BOUNCE)) {
            for (String array : List.of("[" + BOUNCE + "]", "[" + BOUNCE + "]\r\n", "[]", "[{\"a\":\"\\x\"}]")) {
                BounceBatch batch = parse(array + rest + "\r\n");
                assertThat(batch.events()).as(array + rest).hasSize(array.contains(BOUNCE) ? 1 : 0);
                assertThat(batch.undigested()).as(array + rest).isNotEmpty();
                assertThat(new String(
                                batch.undigested()
                                        .get(batch.undigested().size() - 1)
                                        .bytes(),
                                StandardCharsets.UTF_8))
                        .endsWith(rest + "\r\n");
            }
        }
        assertThat(parse("[" + BOUNCE + "] \t\r\n").undigested()).isEmpty();
        BounceBatch batch = parse("[" + BOUNCE + " " + BOUNCE + "]");
        assertThat(batch.events().size() + batch.undigested().size()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "not json", "{", "\"x\"", "1"})
    void keepsWhatIsNoArray(String body) {
        BounceBatch batch = parse(body);
        assertThat(batch.events()).isEmpty();
        assertThat(batch.undigested()).hasSize(1);
    }

    @Test
    void readsBatchesBehindAByteOrderMark() {
        String deep = "{\"event\":\"bounce\",\"a\":" + "[".repeat(70) + "]".repeat(70) + "}";
        for (String json : List.of(
                BOUNCE,
                "[" + BOUNCE + "]",
                "[" + BOUNCE + "," + deep + "," + with("ZXZlbnQ", "other") + "]",
                "[" + BOUNCE + ",1,{broken",
                "[" + BOUNCE + "]" + BOUNCE,
                "",
                "x")) {
            BounceBatch plain = parse(json);
            BounceBatch marked = parse("\ufeff" + json);
            assertThat(marked.events()).as(json).isEqualTo(plain.events());
            assertThat(marked.events())
                    .extracting(BounceEvent::meta)
                    .isEqualTo(plain.events().stream().map(BounceEvent::meta).toList());
            assertThat(marked.undigested())
                    .as(json)
                    .extracting(item -> new String(item.bytes(), StandardCharsets.UTF_8))
                    .isEqualTo(plain.undigested().stream()
                            .map(item -> new String(item.bytes(), StandardCharsets.UTF_8))
                            .toList());
        }
    }

    @Test
    void readsOneEventWithoutAnArrayAndAnEmptyArray() {
        assertThat(parse(BOUNCE).events()).hasSize(1);
        assertThat(parse("[]\r\n")).isEqualTo(BounceBatch.empty());
    }

    @Test
    void survivesCustomArgumentsThatShadowFields() {
        BounceEvent event = only(
                "{\"email\":\"a@b.c\",\"event\":\"bounce\",\"type\":{\"a\":1},\"status\":true,\"timestamp\":\"soon\","
                        + "\"reason\":[1],\"sg_event_id\":7,\"smtp-id\":null,\"category\":{\"x\":1}}");
        assertThat(event.type()).isEqualTo(BounceType.SOFT);
        assertThat(event.occurredAt()).isEqualTo(NOW);
        assertThat(event.id()).isEqualTo(EventId.of("sendgrid", 1, "event", "7"));
        // other keys that stand there twice hurt nobody
        assertThat(only(with("\"custom\":\"value\"", "\"custom\":\"a\",\"custom\":\"b\""))
                        .tags())
                .containsEntry("custom", "b");
    }

    @Test
    void guessesNothingWhereAFieldOfSendGridsStandsTwice() {
        for (String twice : List.of(
                with("\"event\":\"bounce\"", "\"event\":\"bounce\",\"event\":\"open\""),
                with("\"event\":\"bounce\"", "\"event\":\"open\",\"event\":\"bounce\""),
                with("\"custom\":\"value\"", "\"type\":\"blocked\""),
                with("\"custom\":\"value\"", "\"\\u0065mail\":\"victim@example.com\""),
                "{\"event\":\"dropped\",\"email\":\"a@b.c\",\"reason\":\"Bounced Address\",\"reason\":\"mine\"}")) {
            BounceBatch batch = parse("[" + twice + "," + BOUNCE + "]");
            assertThat(batch.events()).as(twice).hasSize(1);
            assertThat(batch.undigested())
                    .as(twice)
                    .singleElement()
                    .satisfies(item -> assertThat(new String(item.bytes(), StandardCharsets.UTF_8))
                            .isEqualTo(twice));
        }
        assertThat(parse("[{\"event\":\"open\",\"event\":\"click\"}]")).isEqualTo(BounceBatch.empty());
    }

    @Test
    void givesWhatOthersCanReadOfAnElementThatTheyCannot() {
        String deep = "[".repeat(60) + "]".repeat(60);
        for (String odd : List.of("\"custom\":\"a\",\"custom\":\"b\"", "\"custom\":\"b\",\"x\":" + deep)) {
            BounceEvent event = only(with("\"custom\":\"value\"", odd));
            assertThat(event.meta())
                    .as(odd)
                    .isEqualTo("{\"category\":\"news, march\",\"subscriber_uuid\":\"s-1\","
                            + "\"XListmonkCampaign\":\"c-1\",\"custom\":\"b\"}");
        }
    }

    // --- identity
    // --------------------------------------------------------------------------------------------------------

    /** Events are stored and posted on as JSON: one that cannot be read again would be lost there. */
    @Test
    void makesNoEventThatCannotBeReadAgain() {
        String half = with("custom", "\\ud83c").replace("ip", "\\uDF4C");
        assertThat(BounceEventJson.read(BounceEventJson.write(only(half)))).isEqualTo(only(half));
        String[] pieces = {
            "\\ud83c",
            "\\udf4c",
            "\\u0000",
            "\\uffff",
            "\\\"",
            "\\\\",
            "\\n",
            "\u2028",
            "\ud83c\udf4c",
            "\u0080",
            "a",
            "\":\"",
            ",",
            "{",
            "]",
            "1e999999999",
            "\\",
            "\u007f",
            "\r\n",
            "\t",
            "\"a\":1,",
            "[[",
            "\"\":[],",
            "\"a\":{\"a\":1,\"a\":2},"
        };
        Random random = new Random(11);
        int events = 0;
        for (int round = 0; round < 8_000; round++) {
            StringBuilder element = new StringBuilder(BOUNCE);
            for (int change = random.nextInt(4); change >= 0; change--) {
                element.insert(random.nextInt(element.length() + 1), pieces[random.nextInt(pieces.length)]);
            }
            for (BounceEvent event : parse("[" + element + "]").events()) {
                events++;
                BounceEvent read = BounceEventJson.read(BounceEventJson.write(event));
                if (!read.equals(event)) {
                    assertThat(read).as(element.toString()).isEqualTo(event);
                }
            }
        }
        assertThat(events).isGreaterThan(2_000);
    }

    @Test
    void isTheSameEventWhateverElseTheElementHolds() {
        String id = only(BOUNCE).id();
        assertThat(only(with("\"custom\":\"value\"", "\"new\":1")).id()).isEqualTo(id);
        assertThat(only(with("Jane@", "jane@")).id()).isEqualTo(id);
        assertThat(only(with("ZXZlbnQ", "b3RoZXI")).id()).isNotEqualTo(id);
    }

    @Test
    void makesTheIdOfTheFactsWhereSendGridGivesNone() {
        String bare = with("\"sg_event_id\":\"ZXZlbnQ\",", "");
        String id = only(bare).id();
        assertThat(id)
                .isEqualTo(EventId.of(
                        "sendgrid",
                        1,
                        "fields",
                        "bounce",
                        "1772362800",
                        "jane@example.com",
                        "14c5d75ce93.filter0001.16648.5515E0B88.0",
                        "<m1@ismtpd-555>"));
        assertThat(only(bare.replace("Jane@", "jane@")
                                .replace("1772362800", "\"1772362800\"")
                                .replace("5.1.1", "5.0.0"))
                        .id())
                .isEqualTo(id);
        for (String[] change :
                new String[][] {{"1772362800", "1772362801"}, {"Jane@", "joe@"}, {"14c5", "15c5"}, {"<m1@", "<m2@"}}) {
            assertThat(only(bare.replace(change[0], change[1])).id())
                    .as(change[0])
                    .isNotEqualTo(id);
        }
    }
}
