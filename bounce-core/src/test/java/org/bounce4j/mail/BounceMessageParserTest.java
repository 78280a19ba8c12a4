package org.bounce4j.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bounce4j.BounceClassifier;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceType;
import org.bounce4j.Trust;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BounceMessageParserTest {
    private static final BounceMessageParser PARSER = BounceMessageParser.standard();

    private static byte[] fixture(String name) throws IOException {
        return Files.readAllBytes(Path.of("src/test/resources/mails", name + ".eml"));
    }

    @Test
    void givesTheOriginalHeadersWithoutRegardToCase() throws IOException {
        BounceMail mail = PARSER.parse(fixture("dsn-user-unknown"));
        assertThat(mail.originalHeaders()).containsEntry("x-LISTMONK-campaign", "9f86b50d-5711-41c8-ab03-bc91c43d711b");
        assertThat(mail.originalHeaders().get("MESSAGE-ID")).isEqualTo("<m1@example.org>");
        assertThat(PARSER.parse(fixture("personal-mail")).originalHeaders()).isEmpty();
    }

    @Test
    void takesTheHostsHeadersSourceAndRules() throws IOException {
        BounceMessageParser own = BounceMessageParser.builder()
                .source("imap")
                .subscriberHeaders("X-Nobody-Has", "To")
                .campaignHeaders("X-Nobody-Has")
                .classifier(BounceClassifier.withRules("mine POLICY \"user unknown\""))
                .build();
        BounceEvent event =
                own.parse(fixture("dsn-user-unknown")).batch().events().get(0);
        assertThat(event.source()).isEqualTo("imap");
        assertThat(event.subscriber()).hasValue("jane@example.com");
        assertThat(event.campaign()).isEmpty();
        assertThat(event.reason()).isEqualTo(BounceReason.POLICY);
        assertThat(event.trust()).isEqualTo(Trust.CORRELATED);
    }

    @Test
    void trustsNothingThatCarriesNoneOfOurIdentifiers() throws IOException {
        BounceMessageParser own = BounceMessageParser.builder()
                .subscriberHeaders()
                .campaignHeaders()
                .build();
        assertThat(own.parse(fixture("dsn-user-unknown"))
                        .batch()
                        .events()
                        .get(0)
                        .trust())
                .isEqualTo(Trust.UNVERIFIED);
    }

    @Test
    void readsNoMoreOfAStreamThanItWasTold() throws IOException {
        byte[] mail = fixture("dsn-user-unknown");
        assertThat(PARSER.parse(new ByteArrayInputStream(mail)).batch().events())
                .hasSize(1);
        ByteArrayInputStream stream = new ByteArrayInputStream(mail);
        BounceMail beginning =
                BounceMessageParser.builder().maxBytes(100).build().parse(stream);
        assertThat(beginning.kind()).isEqualTo(MailKind.OTHER);
        assertThat(stream.available()).isEqualTo(mail.length - 101);
        assertThat(beginning.truncated()).isTrue();
    }

    private static String report(String groups) {
        return "Message-ID: <n1@mx>\nContent-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n"
                + "Reporting-MTA: dns; mx\n\n" + groups + "--b--\n";
    }

    private static String group(String address) {
        return "Final-Recipient: rfc822; " + address + "\nAction: failed\nStatus: 5.1.1\n\n";
    }

    private static List<String> recipients(String mail) {
        return PARSER.parse(mail.getBytes(StandardCharsets.UTF_8)).events().stream()
                .map(event -> event.recipient().orElseThrow().address())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jane+2024@example.com",
                "ann+99@b.c",
                "jane+40@b.c",
                "jane+2B@b.c",
                "jane+A1@b.c",
                "a+20260302@b.c"
            })
    void leavesTheTagOfAnAddressAsItIs(String address) {
        assertThat(recipients(report(group(address)))).containsExactly(address);
        String original = "Original-Recipient: rfc822; " + address + "\n" + group(address);
        assertThat(recipients(report(original))).containsExactly(address);
    }

    @ParameterizedTest
    @CsvSource({
        "jane+2Btag@b.c, jane+tag@b.c",
        "a+3Db+2B+2B@b.c, a=b++@b.c",
        "jane+2024@b.c, jane+2024@b.c",
        "jane+2Btag+20@b.c, jane+2Btag+20@b.c"
    })
    void undoesXtextOfTheOriginalRecipientWhereItCanBeNothingElse(String written, String meant) {
        String original = "Original-Recipient: rfc822; " + written + "\n" + group("forwarded@elsewhere.example");
        assertThat(recipients(report(original))).containsExactly(meant);
    }

    private static final String NOTICE =
            "From: MAILER-DAEMON@example.org\nSubject: Undeliverable mail\n\nNot delivered\n\n";

    @Test
    void saysThatANoticeGoesOnBeyondItsBounds() {
        String notice =
                NOTICE + "<a@example.com>: 550 5.1.1 user unknown\n\n".repeat(3_000) + "<b@example.com>: 550 no\n";
        assertThat(PARSER.parse(notice.getBytes(StandardCharsets.US_ASCII)).truncated())
                .isTrue();
        String small = NOTICE + "<a@example.com>: 550 5.1.1 user unknown\n";
        assertThat(PARSER.parse(small.getBytes(StandardCharsets.US_ASCII)).truncated())
                .isFalse();
    }

    @Test
    void readsAsMuchOfAMailAsTheHostSays() {
        String report = "Content-Type: multipart/report; boundary=b\n\n--b\n\nSee below\n--b\n"
                + "Content-Type: message/delivery-status\n\nReporting-MTA: dns; a.example\n\n"
                + "Final-Recipient: rfc822; a@example.com\nAction: failed\n\n"
                + "Final-Recipient: rfc822; b@example.com\nAction: failed\n\n--b--\n";
        byte[] mail = report.getBytes(StandardCharsets.US_ASCII);
        assertThat(PARSER.parse(mail).events()).hasSize(2);
        BounceMail first =
                BounceMessageParser.builder().maxRecipients(1).build().parse(mail);
        assertThat(first.events()).hasSize(1);
        assertThat(first.truncated()).isTrue();
        assertThat(BounceMessageParser.builder().maxParts(1).build().parse(mail).events())
                .isEmpty();
        assertThat(BounceMessageParser.builder()
                        .maxHeaderFields(1)
                        .build()
                        .parse(mail)
                        .events())
                .isEmpty();
        byte[] nested = ("Content-Type: multipart/mixed; boundary=outer\n\n--outer\n" + report)
                .getBytes(StandardCharsets.US_ASCII);
        assertThat(PARSER.parse(nested).events()).hasSize(2);
        assertThat(BounceMessageParser.builder()
                        .maxDepth(1)
                        .build()
                        .parse(nested)
                        .events())
                .isEmpty();
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> BounceMessageParser.builder().maxDepth(0))
                .withMessage("Expected 1 to 100 levels, got 0");
    }

    @Test
    void readsEveryRecipientOfALargeReportOrSaysThatItDidNot() {
        StringBuilder groups = new StringBuilder();
        for (int i = 0; i < 6_000; i++) {
            groups.append(group("user" + i + "@example.com"));
        }
        assertThat(recipients(report(groups.toString()))).hasSize(6_000).contains("user5999@example.com");
        String encoded = report("")
                .replace("delivery-status\n", "delivery-status\nContent-Transfer-Encoding: base64\n")
                .replace(
                        "Reporting-MTA: dns; mx\n\n",
                        Base64.getMimeEncoder().encodeToString(groups.toString().getBytes(StandardCharsets.US_ASCII))
                                + "\n");
        assertThat(recipients(encoded)).hasSize(6_000).contains("user5999@example.com");
        BounceMail most = PARSER.parse(report(group("a@b.c").repeat(30_000)).getBytes(StandardCharsets.US_ASCII));
        assertThat(most.truncated()).isTrue();
        assertThat(most.events()).hasSize(1);
    }

    @Test
    void namesNoPersonInItsLogLine() throws IOException {
        assertThat(PARSER.parse(fixture("dsn-user-unknown")).toString())
                .doesNotContain("jane")
                .contains("rfc3464");
    }

    @Test
    void answersAnythingWithoutThrowing() throws IOException {
        Random random = new Random(1);
        byte[] mail = fixture("dsn-two-failed-one-delayed");
        for (int i = 0; i < 3_000; i++) {
            byte[] broken = mail.clone();
            for (int n = 0; n < 1 + random.nextInt(30); n++) {
                int at = random.nextInt(broken.length);
                switch (random.nextInt(3)) {
                    case 0 -> broken[at] = (byte) random.nextInt(256);
                    case 1 -> broken[at] = "\r\n:;-= <>\"".getBytes(StandardCharsets.UTF_8)[random.nextInt(10)];
                    default ->
                        System.arraycopy(
                                mail, random.nextInt(mail.length - 50), broken, Math.min(at, broken.length - 50), 50);
                }
            }
            assertThat(PARSER.parse(broken).kind()).isNotNull();
        }
        byte[] noise = new byte[100_000];
        random.nextBytes(noise);
        assertThat(PARSER.parse(noise).kind()).isEqualTo(MailKind.OTHER);
        assertThat(PARSER.parse(new byte[0]).kind()).isEqualTo(MailKind.OTHER);
    }

    @Test
    void saysThatAReportInTheTextIsCut() {
        StringBuilder mail = new StringBuilder("Return-Path: <>\nFrom: MAILER-DAEMON@example.org\nSubject: failed\n\n");
        for (int i = 0; i < 1_000; i++) {
            mail.append("Final-Recipient: rfc822; user")
                    .append(i)
                    .append("@b.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 ")
                    .append("user unknown ".repeat(25))
                    .append("\n\n");
        }
        BounceMail read = PARSER.parse(mail.toString().getBytes(StandardCharsets.UTF_8));
        assertThat(read.detector()).isEqualTo("rfc3464-inline");
        assertThat(read.batch().events()).hasSizeBetween(100, 999);
        assertThat(read.truncated()).isTrue();
    }

    @Test
    void saysThatAComplaintNamesMoreThanItsFieldsThatAreRead() {
        String mail =
                "From: fbl@example.org\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\n\n"
                        + "--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n"
                        + IntStream.range(0, 1_500)
                                .mapToObj(i -> "Original-Rcpt-To: user" + i + "@b.example\n")
                                .collect(Collectors.joining())
                        + "\n--b--\n";
        BounceMail read = PARSER.parse(mail.getBytes(StandardCharsets.UTF_8));
        assertThat(read.batch().events()).hasSizeBetween(900, 1_000);
        assertThat(read.truncated()).isTrue();
    }

    @Test
    void readsAsManyRecipientsAsItSays() {
        StringBuilder mail = new StringBuilder("Content-Type: multipart/report; boundary=b\n\n--b\n"
                + "Content-Type: message/delivery-status\n\nReporting-MTA: dns; x.example\n\n");
        for (int i = 0; i < 20_000; i++) {
            mail.append("Final-Recipient: rfc822; u").append(i).append("@b.example\nAction: failed\nStatus: 5.1.1\n\n");
        }
        BounceMail read = PARSER.parse(mail.append("--b--\n").toString().getBytes(StandardCharsets.UTF_8));
        assertThat(read.batch().events()).hasSize(20_000);
        assertThat(read.truncated()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        // the same address twice: the later attempt was for good
        "a@b.example, a@b.example, 4.2.2, 5.1.1, HARD",
        "a@b.example, a@b.example, 5.1.1, 4.2.2, HARD",
        // an alias with two targets lives as long as one of them may
        "x@b.example, y@b.example, 4.2.2, 5.1.1, SOFT",
        "x@b.example, y@b.example, 5.1.1, 4.2.2, SOFT",
        "x@b.example, y@b.example, 5.1.1, 5.1.1, HARD",
    })
    void decidesBetweenTwoFailuresOfOneRecipient(
            String first, String second, String status, String other, BounceType type) {
        String group =
                "Original-Recipient: rfc822; a@b.example\nFinal-Recipient: rfc822; %s\nAction: failed\nStatus: %s\n\n";
        String mail = "Message-ID: <1@x>\nContent-Type: multipart/report; boundary=b\n\n--b\n"
                + "Content-Type: message/delivery-status\n\nReporting-MTA: dns; x.example\n\n"
                + String.format(group, first, status) + String.format(group, second, other) + "--b--\n";
        List<BounceEvent> events =
                PARSER.parse(mail.getBytes(StandardCharsets.UTF_8)).batch().events();
        assertThat(events).extracting(BounceEvent::type).containsExactly(type);
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void staysLinearOnMailsMadeToBeSlow() {
        // each of these is megabytes; anything quadratic would take hours
        String report = "Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n";
        String[] hostile = {
            report + "Final-Recipient: utf-8; " + "\\x{".repeat(1_000_000) + "\nAction: failed\n",
            report + "Final-Recipient: utf-8; a@b.c\nAction: failed\n\n".repeat(990)
                    + "--b\nContent-Type: message/rfc822\n\nX-Listmonk-Subscriber: " + "s".repeat(500_000)
                    + "\nMessage-ID: " + "m".repeat(500_000) + "\n\n--b--\n",
            "Content-Type: multipart/mixed; boundary=bb\n\n"
                    + ("--bb\nContent-Type: multipart/mixed\n\n" + "--\n".repeat(4_000)).repeat(490),
            "Subject: x\n" + " folded\n".repeat(500_000),
            "A: b\n".repeat(500_000) + "\n",
            "Content-Type: multipart/mixed; boundary=b\n\n" + "--b\n".repeat(500_000),
            "Content-Type: multipart/mixed; boundary=b\n\n" + "--b\n\n".repeat(500_000),
            "Content-Type: multipart/mixed\n\n" + "--x\nContent-Type: multipart/mixed\n\n".repeat(80_000),
            "Content-Type: message/rfc822\n\n".repeat(100_000),
            "Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n"
                    + "Final-Recipient: rfc822; a@b.c\nAction: failed\n\n".repeat(60_000),
            "Subject: " + "=?utf-8?Q?".repeat(200_000) + "\n\n",
            "Content-Type: " + "a;\"".repeat(500_000) + "\n\n",
            "Content-Type: multipart/mixed; boundary=" + "b".repeat(1_000_000) + "\n\n",
            "\r".repeat(4_000_000),
            "-".repeat(4_000_000),
            ("Content-Type: multipart/mixed; boundary=\"b\"\n\n--b\nContent-Type: message/rfc822\n"
                            + "Content-Transfer-Encoding: quoted-printable\n\n")
                    .repeat(5_000),
            NOTICE + "a@b.c failed ".repeat(300_000),
            NOTICE + "<a@b.c>: 550 5.1.1 user unknown\n".repeat(100_000),
            NOTICE + "Recipient: a@b.c\n\n".repeat(100_000),
            NOTICE + "--- original message ---\n".repeat(100_000),
            NOTICE + "550 ".repeat(1_000_000),
            NOTICE + "5.1.1 '".repeat(500_000),
            NOTICE + "Final-Recipient: rfc822; a@b.c\nAction: failed\n\n".repeat(60_000),
            NOTICE + ">>> DATA\n<<< 550 no\n".repeat(100_000),
            NOTICE + "@".repeat(2_000_000),
            NOTICE + "2026-11-02 1:2 1/1/ Nov 1 a@b.c ".repeat(100_000),
            NOTICE + "2026-11-02 12:00 a@b.c\n".repeat(100_000),
            NOTICE + "Message-ID: <a@b.c>\n".repeat(100_000),
            "From: " + "a@".repeat(500_000) + "\n\n",
            "From: " + "(".repeat(1_000_000) + "\n\n",
            "To: " + "a@".repeat(500_000) + "\n" + NOTICE,
            "Delivered-To: " + "a@".repeat(500_000) + "\n" + NOTICE,
            "From: MAILER-DAEMON@example.org\nContent-Type: text/html\n\n" + "<p>a@b.c&nbsp;failed".repeat(100_000),
            "Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n"
                    + "Final-Recipient: rfc822; a@b.c\nAction: failed\nDiagnostic-Code: smtp; "
                    + "550 a@b.c user unknown ".repeat(100_000) + "\n\n",
        };
        for (String mail : hostile) {
            assertThat(PARSER.parse(mail.getBytes(StandardCharsets.UTF_8)).kind())
                    .isNotNull();
        }
    }
}
