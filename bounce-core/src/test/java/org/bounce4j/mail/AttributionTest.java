package org.bounce4j.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceType;
import org.bounce4j.EmailAddress;
import org.bounce4j.Trust;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom a notice is about, and how sure that is. */
class AttributionTest {
    private static final UUID JANE = UUID.fromString("3d5a7e0c-3a35-4b6e-9a51-0c8f5d0a4a11");
    private static final UUID MALLORY = UUID.fromString("66666666-6666-4666-8666-666666666666");
    private static final UUID CAMPAIGN = UUID.fromString("9f86b50d-5711-41c8-ab03-bc91c43d711b");
    private static final SignedReturnPath ALONE =
            SignedReturnPath.builder("@b.example.org", key(1)).campaigns().build();
    private static final SignedReturnPath BEHIND =
            SignedReturnPath.builder("bounces@example.org", key(1)).build();
    private static final BounceMessageParser PLAIN = BounceMessageParser.standard();
    private static final BounceMessageParser SIGNED = BounceMessageParser.builder()
            .signedReturnPath(ALONE)
            .signedReturnPath(BEHIND)
            .build();
    private static final BounceMessageParser STRICT = BounceMessageParser.builder()
            .signedReturnPath(ALONE)
            .signedReturnPath(BEHIND)
            .minimumTrust(Trust.AUTHENTICATED)
            .build();

    private static byte[] key(int number) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) number);
        return key;
    }

    private static String signed(String recipient, UUID subscriber) {
        return ALONE.address(recipient, subscriber, CAMPAIGN);
    }

    private static String failed(String recipient) {
        return "Final-Recipient: rfc822; " + recipient
                + "\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\n\n";
    }

    /** A report as servers send it: header fields of its own, recipients, header fields of the returned message. */
    private static String report(String header, String recipients, String original) {
        return "From: MAILER-DAEMON@mx.example.net\nSubject: Undelivered Mail\nMessage-ID: <n1@mx.example.net>\n"
                + header
                + "Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: text/plain\n\nSorry.\n"
                + "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n" + recipients
                + "--b\nContent-Type: text/rfc822-headers\n\n" + original + "\n--b--\n";
    }

    private static BounceMail parse(BounceMessageParser parser, String mail) {
        return parser.parse(mail.getBytes(StandardCharsets.UTF_8));
    }

    private static BounceEvent event(BounceMessageParser parser, String mail) {
        List<BounceEvent> events = parse(parser, mail).events();
        assertThat(events).as(mail).hasSize(1);
        return events.get(0);
    }

    private static String recipient(BounceEvent event) {
        return event.recipient().map(EmailAddress::address).orElse("-");
    }

    private static String reported(BounceEvent event) {
        return event.reportedRecipient().map(EmailAddress::address).orElse("-");
    }

    // ---- signed return paths

    @ParameterizedTest
    @ValueSource(strings = {"To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To"})
    void authenticatesByEachFieldThatHoldsTheNoticesRecipient(String field) {
        String header = (field.equals("To") ? "" : "To: bounces@example.org\n") + field + ": <"
                + signed("jane@example.com", JANE).toUpperCase(Locale.ROOT) + ">\n";
        BounceEvent event = event(SIGNED, report(header, failed("Jane@Example.com"), "Subject: x\n"));
        assertThat(event.trust()).isEqualTo(Trust.AUTHENTICATED);
        assertThat(recipient(event)).isEqualTo("Jane@Example.com");
        assertThat(event.subscriber()).hasValue(JANE.toString());
        assertThat(event.campaign()).hasValue(CAMPAIGN.toString());
        assertThat(event.reportedRecipient()).isEmpty();
    }

    @Test
    void authenticatesByTheReturnPathOfTheReturnedMessage() {
        String original = "Return-Path: <" + signed("jane@example.com", JANE) + ">\nSubject: x\n";
        BounceEvent event = event(SIGNED, report("To: bounces@example.org\n", failed("jane@example.com"), original));
        assertThat(event.trust()).isEqualTo(Trust.AUTHENTICATED);
    }

    @Test
    void authenticatesBehindForwarders() {
        String local = BEHIND.address("jane@example.com", JANE).replace("@example.org", "");
        String header = "To: <SRS0=HHH=TT=example.org=" + local + "@fwd.example.net>\n";
        BounceEvent event = event(SIGNED, report(header, failed("jane@example.com"), "Subject: x\n"));
        assertThat(event.trust()).isEqualTo(Trust.AUTHENTICATED);
        assertThat(event.subscriber()).hasValue(JANE.toString());
    }

    @Test
    void findsTheAddressThatWasMailedWhereTheReportNamesWhereItWasForwarded() {
        String header = "To: " + signed("jane@example.com", JANE) + "\n";
        BounceEvent event = event(
                SIGNED,
                report(header, failed("j.doe@elsewhere.example"), "To: Jane <jane@example.com>, b@example.com\n"));
        assertThat(event.trust()).isEqualTo(Trust.AUTHENTICATED);
        assertThat(recipient(event)).isEqualTo("jane@example.com");
        assertThat(reported(event)).isEqualTo("j.doe@elsewhere.example");
    }

    @Test
    void knowsTheSubscriberWhereNothingNamesTheAddressThatWasMailed() {
        String header = "To: " + signed("jane@example.com", JANE) + "\n";
        BounceEvent event = event(SIGNED, report(header, failed("j.doe@elsewhere.example"), "Subject: x\n"));
        assertThat(event.trust()).isEqualTo(Trust.AUTHENTICATED);
        assertThat(event.recipient()).isEmpty();
        assertThat(event.subscriber()).hasValue(JANE.toString());
        assertThat(reported(event)).isEqualTo("j.doe@elsewhere.example");
    }

    @Test
    void knowsTheSubscriberWhereTheNoticeNamesNobody() {
        String notice = "From: MAILER-DAEMON@mx.example.net\nTo: " + signed("jane@example.com", JANE)
                + "\nSubject: Undelivered mail\nMessage-ID: <n2@mx>\n\nYour message could not be delivered: "
                + "550 5.1.1 User unknown.\n\n--- Original message:\n\nSubject: Letter\n\nHello\n";
        assertThat(parse(PLAIN, notice).kind()).isEqualTo(MailKind.BOUNCE);
        assertThat(parse(PLAIN, notice).events()).isEmpty();
        BounceEvent event = event(STRICT, notice);
        assertThat(event.subscriber()).hasValue(JANE.toString());
        assertThat(event.recipient()).isEmpty();
        assertThat(event.reason()).isEqualTo(BounceReason.USER_UNKNOWN);
        assertThat(event.type()).isEqualTo(BounceType.HARD);
    }

    @Test
    void vouchesForNoAddressButTheOneThatWasMailed() {
        // mallory has a mail of ours, and mails a report of it that names others
        String header = "To: " + signed("mallory@example.net", MALLORY) + "\n";
        String original = "To: victim@example.com\nX-Listmonk-Subscriber: " + JANE + "\n";
        BounceEvent alone = event(STRICT, report(header, failed("victim@example.com"), original));
        assertThat(alone.recipient()).isEmpty();
        assertThat(alone.subscriber()).hasValue(MALLORY.toString());

        BounceMail both =
                parse(SIGNED, report(header, failed("mallory@example.net") + failed("victim@example.com"), original));
        assertThat(both.events()).hasSize(2);
        assertThat(recipient(both.events().get(0))).isEqualTo("mallory@example.net");
        assertThat(both.events().get(0).trust()).isEqualTo(Trust.AUTHENTICATED);
        assertThat(both.events().get(1).trust()).isEqualTo(Trust.UNVERIFIED);
        assertThat(both.events().get(1).subscriber()).isEmpty();

        BounceMail strict =
                parse(STRICT, report(header, failed("mallory@example.net") + failed("victim@example.com"), original));
        assertThat(strict.events()).extracting(AttributionTest::recipient).containsExactly("mallory@example.net");
        assertThat(strict.untrusted()).extracting(AttributionTest::recipient).containsExactly("victim@example.com");

        String hidden = "Original-Recipient: rfc822; mallory@example.net\n" + failed("victim@example.com");
        BounceEvent named = event(STRICT, report(header, hidden, original));
        assertThat(recipient(named)).isEqualTo("mallory@example.net");
        assertThat(named.subscriber()).hasValue(MALLORY.toString());
    }

    @Test
    void takesNoSubscriberFromHeaderFieldsBesideASignature() {
        String header = "To: " + BEHIND.address("mallory@example.net", MALLORY) + "\n";
        String original = "X-Listmonk-Subscriber: " + JANE + "\nX-Listmonk-Campaign: " + CAMPAIGN + "\n";
        BounceEvent event = event(SIGNED, report(header, failed("mallory@example.net"), original));
        assertThat(event.subscriber()).hasValue(MALLORY.toString());
        assertThat(event.campaign()).isEmpty();
        BounceEvent own =
                event(SIGNED, report(header, failed("mallory@example.net"), original.replace(JANE + "", MALLORY + "")));
        assertThat(own.campaign()).hasValue(CAMPAIGN.toString());
    }

    @Test
    void countsNothingThatIsForgedWhereOnlySignedBouncesCount() {
        String genuine = signed("jane@example.com", JANE);
        SignedReturnPath other =
                SignedReturnPath.builder("@b.example.org", key(2)).campaigns().build();
        String[] forged = {
            "bounces@example.org",
            genuine.substring(0, 31) + (genuine.charAt(31) == 'a' ? 'b' : 'a') + genuine.substring(32),
            genuine.substring(1),
            '0' + genuine,
            genuine.replace("@b.", "@c."),
            other.address("jane@example.com", JANE, CAMPAIGN),
            signed("mallory@example.net", MALLORY).substring(0, 40) + genuine.substring(40),
            genuine.substring(0, 40) + signed("mallory@example.net", MALLORY).substring(40),
        };
        String original = "X-Listmonk-Subscriber: " + JANE + "\nTo: jane@example.com\nMessage-ID: <m1@example.org>\n";
        for (String address : forged) {
            BounceMail mail = parse(STRICT, report("To: " + address + "\n", failed("jane@example.com"), original));
            assertThat(mail.kind()).isEqualTo(MailKind.BOUNCE);
            assertThat(mail.events()).as(address).isEmpty();
            assertThat(mail.untrusted()).singleElement().satisfies(event -> {
                assertThat(recipient(event)).isEqualTo("jane@example.com");
                assertThat(event.trust()).isEqualTo(Trust.CORRELATED);
            });
            assertThat(mail.toString())
                    .contains("events=0")
                    .contains("untrusted=1")
                    .doesNotContain("jane");
        }
        assertThat(parse(STRICT, report("To: " + genuine + "\n", failed("jane@example.com"), original))
                        .untrusted())
                .isEmpty();
    }

    @Test
    void triesOnlyAFewAddressesAgainstASignature() {
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 5_000; i++) {
            many.append(failed("guess" + i + "@example.com"));
        }
        String header = "To: " + signed("guess4000@example.com", MALLORY) + "\n";
        BounceMail mail = parse(STRICT, report(header, many.toString(), "Subject: x\n"));
        assertThat(mail.events())
                .singleElement()
                .satisfies(event -> assertThat(event.recipient()).isEmpty());
    }

    @Test
    void authenticatesComplaintsByTheReturnPathTheyReturn() {
        String complaint = "From: feedback@mx.example.net\nTo: fbl@example.org\nMessage-ID: <c1@mx>\n"
                + "Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/feedback-report\n\n"
                + "Feedback-Type: abuse\nOriginal-Rcpt-To: redacted@example.com\n\n"
                + "--b\nContent-Type: message/rfc822\n\nReturn-Path: <" + signed("jane@example.com", JANE)
                + ">\nTo: jane@example.com\n\nHello\n--b--\n";
        BounceEvent event = event(STRICT, complaint);
        assertThat(event.type()).isEqualTo(BounceType.COMPLAINT);
        assertThat(recipient(event)).isEqualTo("jane@example.com");
        assertThat(event.subscriber()).hasValue(JANE.toString());
    }

    @Test
    void keepsAutomaticRepliesWhatTheyAreWhateverTheyWereMailedTo() {
        String reply = "From: jane@example.com\nTo: " + signed("jane@example.com", JANE)
                + "\nAuto-Submitted: auto-replied\nSubject: Out of office\n\nI am away.\n";
        assertThat(parse(STRICT, reply).kind()).isEqualTo(MailKind.AUTO_REPLY);
        assertThat(parse(STRICT, reply).events()).isEmpty();
    }

    @Test
    void refusesToCountOnlySignedBouncesWithoutAKey() {
        BounceMessageParser.Builder builder = BounceMessageParser.builder().minimumTrust(Trust.AUTHENTICATED);
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("signedReturnPath");
        BounceMessageParser correlated =
                BounceMessageParser.builder().minimumTrust(Trust.CORRELATED).build();
        assertThat(parse(correlated, report("", failed("jane@example.com"), "Subject: x\n"))
                        .events())
                .isEmpty();
    }

    // ---- VERP

    @ParameterizedTest
    @CsvSource({
        "bounces+jane=example.com@l.example.org, j.doe@elsewhere.example, jane@example.com, j.doe@elsewhere.example",
        "list-owner-jane=example.com@l.example.org, j.doe@elsewhere.example, jane@example.com, j.doe@elsewhere.example",
        "bounces+jane=example.com@l.example.org, Jane@Example.com, Jane@Example.com, -",
        // identifiers before the address, as some senders have them, are no part of it
        "bounces+77-ab12-jane=example.com@l.example.org, jane@example.com, jane@example.com, -",
        // where the recipient begins in this one nobody knows: the report does
        "my-news-jane=example.com@l.example.org, j.doe@elsewhere.example, j.doe@elsewhere.example, -",
        "news-jane=example.com@l.example.org, j.doe@elsewhere.example, j.doe@elsewhere.example, -",
        "prvs=190694bd6d=news@l.example.org, j.doe@elsewhere.example, j.doe@elsewhere.example, -",
    })
    void knowsByVerpWhoWasMailed(String to, String failed, String recipient, String reported) {
        BounceEvent event = event(PLAIN, report("To: " + to + "\n", failed(failed), "Subject: x\n"));
        assertThat(recipient(event)).isEqualTo(recipient);
        assertThat(reported(event)).isEqualTo(reported);
        assertThat(event.trust()).isEqualTo(Trust.UNVERIFIED);
    }

    @ParameterizedTest
    @CsvSource({
        "bounces+jane=example.com@l.example.org",
        "news-jane=example.com@l.example.org",
        "SRS0=HHH=TT=l.example.org=bounces+jane=example.com@fwd.example.net"
    })
    void findsByVerpWhoFailedWhereTheReportDoesNotSay(String to) {
        String nobody = "Final-Recipient: rfc822; undisclosed\nAction: failed\nStatus: 5.1.1\n\n";
        assertThat(recipient(event(PLAIN, report("Delivered-To: " + to + "\n", nobody, "Subject: x\n"))))
                .isEqualTo("jane@example.com");
        assertThat(recipient(event(PLAIN, report("", nobody, "Return-Path: <" + to + ">\n"))))
                .isEqualTo("jane@example.com");
    }

    @Test
    void prefersTheOriginalRecipientToVerp() {
        String group = "Original-Recipient: rfc822; jane+tag@example.com\n" + failed("j.doe@elsewhere.example");
        BounceEvent event = event(PLAIN, report("To: bounces+jane=example.com@l.example.org\n", group, "Subject: x\n"));
        assertThat(recipient(event)).isEqualTo("jane+tag@example.com");
    }

    @Test
    void losesNoRecipientToVerpWhereTheReportNamesTheOneBesideOthers() {
        String group = failed("jane@example.com") + failed("joe@example.com");
        assertThat(parse(PLAIN, report("To: bounces+jane=example.com@l.example.org\n", group, "Subject: x\n"))
                        .events())
                .extracting(AttributionTest::recipient)
                .containsExactly("jane@example.com", "joe@example.com");
    }

    @ParameterizedTest
    @CsvSource({
        "prvs=190694bd6d=no-reply@example.org, no-reply@example.org",
        "SRS0=HHH=TT=example.org=news@fwd.example.net, news@example.org",
        "bounces+jane=example.com@example.org, bounces@example.org",
        "bounces@example.org, bounces@example.org"
    })
    void saysWhoSentTheOriginal(String returnPath, String sender) {
        BounceMail returned = parse(
                PLAIN, report("To: x@y.example\n", failed("jane@example.com"), "Return-Path: <" + returnPath + ">\n"));
        assertThat(returned.originalSender()).hasValue(EmailAddress.of(sender));
        BounceMail addressed =
                parse(PLAIN, report("To: " + returnPath + "\n", failed("jane@example.com"), "Subject: x\n"));
        assertThat(addressed.originalSender()).hasValue(EmailAddress.of(sender));
        assertThat(parse(PLAIN, "From: jane@example.com\nTo: a@b.example\n\nHello\n")
                        .originalSender())
                .isEmpty();
    }

    @Test
    void saysOfAComplaintWhoSentWhatWasComplainedOf() {
        String report = "--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n%s"
                + "Original-Rcpt-To: <jane@example.com>\n\n--b\nContent-Type: message/rfc822\n\nFrom: news@example.org\n"
                + "To: jane@example.com\nSubject: x\n\nHello\n--b--\n";
        String header = "From: fbl@isp.example\nTo: loops@example.org\nMIME-Version: 1.0\n"
                + "Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n";
        assertThat(parse(PLAIN, header + String.format(report, "Original-Mail-From: <bounces@example.org>\n"))
                        .originalSender())
                .hasValue(EmailAddress.of("bounces@example.org"));
        assertThat(parse(PLAIN, header + String.format(report, "")).originalSender())
                .isEmpty();
    }

    // ---- the header of the returned message, wherever it stands

    private static final String ORIGINAL = "From: news@example.org\nTo: jane@example.com\nX-Listmonk-Subscriber: "
            + JANE + "\nX-Listmonk-Campaign: " + CAMPAIGN + "\nMessage-ID: <m1@example.org>\n";

    private static void assertOurs(BounceEvent event) {
        assertThat(event.subscriber()).hasValue(JANE.toString());
        assertThat(event.campaign()).hasValue(CAMPAIGN.toString());
        assertThat(event.messageId()).hasValue("m1@example.org");
        assertThat(event.attempt()).isPresent();
        assertThat(event.trust()).isEqualTo(Trust.CORRELATED);
    }

    @Test
    void readsTheHeaderOfAReturnedMessageAndAReturnedHeader() {
        String headers = report("", failed("jane@example.com"), ORIGINAL);
        assertOurs(event(PLAIN, headers));
        assertOurs(event(PLAIN, headers.replace("text/rfc822-headers", "message/rfc822")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "> ", ">> ", "    ", "| "})
    void readsAHeaderThatIsQuotedInTheWords(String marks) {
        String quoted = ORIGINAL.lines().map(line -> marks + line + "\n").reduce("", String::concat);
        String report =
                report("", failed("jane@example.com"), "").replace("Sorry.", "Sorry, this failed:\n\n" + quoted);
        String without = report.substring(0, report.indexOf("--b\nContent-Type: text/rfc822-headers")) + "--b--\n";
        assertOurs(event(PLAIN, without));
    }

    @Test
    void readsAQuotedHeaderThroughTransferEncodingAndHtml() {
        String html = "<p>Sorry</p><pre>"
                + ORIGINAL.replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br>") + "</pre>";
        String report = report("", failed("jane@example.com"), "");
        String without = report.substring(0, report.indexOf("--b\nContent-Type: text/rfc822-headers")) + "--b--\n";
        String encoded = "Content-Type: text/html\nContent-Transfer-Encoding: base64\n\n"
                + Base64.getMimeEncoder().encodeToString(html.getBytes(StandardCharsets.UTF_8)) + "\n";
        assertOurs(event(PLAIN, without.replace("Content-Type: text/plain\n\nSorry.\n", encoded)));
    }

    @Test
    void takesNoWordsOfARunningTextForAHeader() {
        String report = report("", failed("jane@example.com"), "")
                .replace("Sorry.", "We looked for X-Listmonk-Subscriber: " + JANE + "\nX-Listmonk-Subscriber-Old: 1\n");
        String without = report.substring(0, report.indexOf("--b\nContent-Type: text/rfc822-headers")) + "--b--\n";
        assertThat(event(PLAIN, without).subscriber()).isEmpty();
    }

    @Test
    void readsTheFieldsThatTheHostNames() {
        BounceMessageParser own = BounceMessageParser.builder()
                .subscriberHeaders("X-Mine", "X-Other")
                .campaignHeaders("X-Batch")
                .build();
        BounceEvent event =
                event(own, report("", failed("jane@example.com"), "x-other: s1\nX-BATCH: c1\nSubject: x\n"));
        assertThat(event.subscriber()).hasValue("s1");
        assertThat(event.campaign()).hasValue("c1");
    }

    @Test
    void answersAnyReturnPath() {
        String genuine = signed("jane@example.com", JANE);
        Random random = new Random(11);
        for (int i = 0; i < 3_000; i++) {
            StringBuilder address = new StringBuilder(genuine);
            for (int n = random.nextInt(4); n > 0; n--) {
                address.setCharAt(
                        random.nextInt(address.length()), "=+-@ <>\"'\u00e4\u212az0".charAt(random.nextInt(13)));
            }
            BounceMail mail =
                    parse(STRICT, report("To: " + address + "\n", failed("jane@example.com"), "Subject: x\n"));
            assertThat(mail.events().size() + mail.untrusted().size()).isEqualTo(1);
            mail.events().forEach(event -> assertThat(event.subscriber()).hasValue(JANE.toString()));
        }
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void staysLinearOnMailsMadeToBeSlow() {
        String victims = failed("a@b.example").repeat(19_000);
        String nobody = "Final-Recipient: rfc822; x\nAction: failed\n\n";
        String verp = "bounces+jane=example.com@l.example.org";
        String noOriginal = "From: MAILER-DAEMON@mx\nSubject: Undelivered mail\n";
        String[] hostile = {
            report("To: " + verp + "\n", victims, "Subject: x\n"),
            report("To: " + signed("jane@example.com", JANE) + "\n", victims, "Subject: x\n"),
            report("To: a@b.example\n".repeat(200_000), failed("a@b.example"), "To: a@b.example\n".repeat(200_000)),
            report("To: " + "a@b.example, ".repeat(300_000) + "\n", nobody, "To: " + "@".repeat(1_000_000) + "\n"),
            report("To: <" + "SRS0=a=b=c.d=".repeat(200_000) + "e@f.g>\n", nobody, "Subject: x\n"),
            report("To: <" + "a-".repeat(400) + "e=f.g@h.i>\n", nobody, "Subject: x\n"),
            report("To: " + "=".repeat(1_000_000) + "@h.i\n", nobody, "Return-Path: <" + "+".repeat(1_000_000) + "\n"),
            noOriginal + "\nYour mail could not be delivered\n" + "> X-Listmonk-Subscriber\n".repeat(100_000),
            noOriginal + "\nYour mail could not be delivered\n" + ">".repeat(2_000_000),
            noOriginal + "Content-Type: multipart/mixed; boundary=b\n\n"
                    + "--b\nContent-Type: text/html\n\nYour mail could not be delivered <<<<\n".repeat(400),
        };
        for (String mail : hostile) {
            assertThat(parse(STRICT, mail).kind()).isNotNull();
            assertThat(parse(PLAIN, mail).kind()).isNotNull();
        }
    }
}
