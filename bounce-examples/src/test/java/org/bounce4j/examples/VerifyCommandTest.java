package org.bounce4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bounce4j.testkit.SendGridSigner;
import org.bounce4j.testkit.SesPayloads;
import org.bounce4j.testkit.SignedRequest;
import org.bounce4j.testkit.SnsSigner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code ./bounce verify} on genuine requests and on what people's code makes of them. */
class VerifyCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TOPIC = "arn:aws:sns:eu-west-1:123456789012:bounces";
    private static final Instant THEN = Instant.parse("2026-03-01T12:00:00.100Z");
    private static final SnsSigner SNS = SnsSigner.create(
            "sns.amazonaws.com", 2048, THEN.minus(Duration.ofDays(10)), THEN.plus(Duration.ofDays(300)));
    private static final SendGridSigner SENDGRID = SendGridSigner.create();
    private static final String BATCH = "[{\"email\":\"jane@example.com\",\"event\":\"bounce\",\"type\":\"bounce\","
            + "\"reason\":\"550 5.1.1 unbekannter Empf\u00e4nger \u20ac\",\"timestamp\":1772366400},\r\n"
            + "{\"email\":\"joe@example.com\",\"event\":\"open\",\"timestamp\":1772366400}]\r\n";

    private final InputStream in = System.in;
    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final ByteArrayOutputStream complained = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    @BeforeEach
    void capture() throws IOException {
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
        Files.createDirectory(folder.resolve("certs"));
        Files.write(folder.resolve("certs").resolve(SNS.certificateName()), SNS.certificate());
    }

    @AfterEach
    void restore() {
        System.setIn(in);
        System.setOut(out);
        System.setErr(err);
    }

    private int run(String... arguments) {
        printed.reset();
        return Bounce.commandLine().execute(arguments);
    }

    private String printed() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    private List<JsonNode> rows() {
        return printed()
                .lines()
                .map(line -> {
                    try {
                        return JSON.readTree(line);
                    } catch (IOException e) {
                        throw new AssertionError(line, e);
                    }
                })
                .toList();
    }

    private String write(String name, byte[] body) throws IOException {
        return Files.write(folder.resolve(name), body).toString();
    }

    private static SnsSigner.Draft bounce() {
        return SNS.notification(
                        TOPIC,
                        SesPayloads.bounce(
                                        "jane@example.com",
                                        "Permanent",
                                        "General",
                                        "5.1.1",
                                        "smtp; 550 5.1.1 Empf\u00e4nger \u20ac \"unbekannt\"")
                                + "\n")
                .at(THEN);
    }

    private int ses(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "verify",
                "ses",
                "--json",
                "--topic",
                TOPIC,
                "--certs",
                folder.resolve("certs").toString()));
        arguments.addAll(List.of(more));
        return run(arguments.toArray(String[]::new));
    }

    @Test
    void verifiesSnsMessagesAndReadsTheirEvents() throws IOException {
        String good = write("good.json", bounce().sign().body());
        String confirmation = write(
                "confirmation.json",
                SNS.subscriptionConfirmation(TOPIC, "t").at(THEN).sign().body());
        assertThat(ses("--at", "message", good, confirmation)).isZero();
        assertThat(rows()).hasSize(2);
        JsonNode row = rows().get(0);
        assertThat(row.properties())
                .extracting(field -> field.getKey())
                .containsExactly("file", "verified", "type", "failure", "events");
        assertThat(row.get("file").asText()).isEqualTo(good);
        assertThat(row.get("verified").asBoolean()).isTrue();
        assertThat(row.get("type").asText()).isEqualTo("Notification");
        assertThat(row.get("failure").isNull()).isTrue();
        assertThat(row.get("events").get(0).get("email").asText()).isEqualTo("jane@example.com");
        assertThat(rows().get(1).get("type").asText()).isEqualTo("SubscriptionConfirmation");
        assertThat(rows().get(1).get("events")).isEmpty();
    }

    @Test
    void tellsAPersonToo() throws IOException {
        String good = write("good.json", bounce().sign().body());
        assertThat(run(
                        "verify",
                        "ses",
                        "--topic",
                        TOPIC,
                        "--certs",
                        folder.resolve("certs").toString(),
                        "--at",
                        "2026-03-01T12:30:00Z",
                        good,
                        folder.resolve("missing").toString()))
                .isEqualTo(1);
        assertThat(printed())
                .startsWith(good + ": verified, Notification\n  failed      jane@example.com  HARD USER_UNKNOWN 5.1.1")
                .contains(
                        "  judged at 2026-03-01T12:30:00Z; --at message judges each message at its own time\n",
                        folder.resolve("missing") + ": cannot be read: there is no such file or directory\n");
        assertThat(printed()).doesNotContain("NOT verified");
    }

    /** One command is enough for who has an old message. */
    @Test
    void saysOfAnOldMessageWhetherItIsGenuine() throws IOException {
        String at = "2026-12-24T12:00:00Z";
        sesFails(bounce().sign().body(), at, "Timestamp:", "likely cause: it is genuine, only not of the time");
        sesFails(
                message(String::strip),
                at,
                "Timestamp:",
                "and judged at its own time, " + THEN + " (--at message): Signature:",
                "line break at the end of Message was cut off");
        assertThat(ses("--at", "now", write("old.json", bounce().sign().body())))
                .isEqualTo(1);
        assertThat(rows().get(0).get("failure").asText()).contains("Timestamp:");
    }

    @Test
    void saysWhatAGenuineNotificationIsThatGivesNoEvent() throws IOException {
        String[][] messages = {
            {"hello", "no SES event"},
            {"Successfully validated SNS topic for Amazon SES event publishing.", "greeting of SES"},
            {"{\"eventType\":\"Delivery\"}", "an SES event of the type Delivery"},
        };
        for (String[] each : messages) {
            String file = write(
                    "note.json",
                    SNS.notification(TOPIC, each[0]).at(THEN).sign().body());
            assertThat(run(
                            "verify",
                            "ses",
                            "--topic",
                            TOPIC,
                            "--certs",
                            folder.resolve("certs").toString(),
                            "--at",
                            "message",
                            file))
                    .isZero();
            assertThat(printed())
                    .contains(": verified, Notification\n", each[1], "judged at " + THEN + ", its own time");
        }
        assertThat(ses(
                        "--at",
                        "message",
                        write(
                                "odd.json",
                                SNS.notification(TOPIC, "{\"a\":1}")
                                        .at(THEN)
                                        .sign()
                                        .body())))
                .isEqualTo(1);
        assertThat(rows().get(0).get("verified").asBoolean()).isTrue();
        assertThat(rows().get(0).get("failure").asText()).contains("payload: genuine, but", "eventType");
    }

    @Test
    void namesThoseWhoseMailIsDelayed() throws IOException {
        String delay = "{\"eventType\":\"DeliveryDelay\",\"mail\":{\"messageId\":\"m\"},\"deliveryDelay\":{"
                + "\"delayType\":\"MailboxFull\",\"timestamp\":\"2026-03-01T11:00:00.000Z\",\"delayedRecipients\":["
                + "{\"emailAddress\":\"jane@example.com\",\"status\":\"4.2.2\"}]}}";
        String file = write(
                "delay.json", SNS.notification(TOPIC, delay).at(THEN).sign().body());
        assertThat(ses("--at", "message", file)).isZero();
        assertThat(rows().get(0).get("events")).isEmpty();
        assertThat(rows().get(0).get("delayed").get(0).get("email").asText()).isEqualTo("jane@example.com");
        String deferred = BATCH.replace("\"bounce\",\"type\":\"bounce\"", "\"deferred\"");
        SignedRequest signed = SENDGRID.sign(bytes(deferred), THEN);
        assertThat(sendGrid(SENDGRID.publicKey(), signed, write("deferred.json", signed.body())))
                .isZero();
        assertThat(printed()).contains("  delayed     jane@example.com  SOFT");
    }

    @Test
    void saysOfAGenuineBatchWithoutAFailureWhatItHolds() throws IOException {
        SignedRequest opens = SENDGRID.sign(
                bytes("[{\"event\":\"open\"},{\"event\":\"click\"},{\"event\":\"open\"},{\"event\":\"dropped\","
                        + "\"reason\":\"Invalid SMTPAPI header\",\"email\":\"jane@example.com\"}]"),
                THEN);
        assertThat(sendGrid(opens.body(), opens)).isZero();
        assertThat(rows().get(0).get("summary").asText()).contains("1 click, 1 dropped, 2 open");
    }

    @Test
    void saysThatABodyIsEmptyOrOfAnotherCharset() throws IOException {
        sesFails(new byte[0], "message", "an empty body: something read it before");
        sesFails(
                new String(bounce().sign().body(), StandardCharsets.UTF_8)
                        .replace("\u20ac", "")
                        .getBytes(StandardCharsets.ISO_8859_1),
                "message",
                "likely cause: the UTF-8 of the body was written as Latin-1");
    }

    @Test
    void asksForTheKeyWhereItGotTheNameOfItsFile() throws IOException {
        String key = write("key.pem", SENDGRID.publicKey().getBytes(StandardCharsets.UTF_8));
        complained.reset();
        assertThat(sendGrid(key, batch(), write("batch.json", batch().body()))).isEqualTo(2);
        assertThat(complained.toString(StandardCharsets.UTF_8)).contains("--key \"$(cat " + key + ")\"");
    }

    @Test
    void namesTheFolderAndTheFileOfACertificateThatIsNotThere() throws IOException {
        String good = write("good.json", bounce().sign().body());
        String none = folder.resolve("none").toString();
        complained.reset();
        assertThat(run("verify", "ses", "--topic", TOPIC, "--certs", none, good))
                .isEqualTo(2);
        assertThat(complained.toString(StandardCharsets.UTF_8))
                .contains("SimpleNotificationService-<32 hex digits>.pem", "there is no " + none);
        String empty = Files.createDirectory(folder.resolve("empty")).toString();
        assertThat(run("verify", "ses", "--topic", TOPIC, "--at", "message", "--certs", empty, good))
                .isEqualTo(1);
        assertThat(printed())
                .contains(
                        Path.of(empty, SNS.certificateName()).toString(), "it is not there; save it from https://sns.");
    }

    @Test
    void refusesFilesThatCannotBeReadWithoutATrace() throws IOException {
        SignedRequest signed = batch();
        for (String file : List.of(folder.resolve("missing").toString(), "a\0b")) {
            assertThat(ses("--at", "message", file)).isEqualTo(1);
            assertThat(rows().get(0).get("failure").asText())
                    .startsWith("file: cannot be read: ")
                    .doesNotContain("Exception");
            assertThat(sendGrid(SENDGRID.publicKey(), signed, file, "--json")).isEqualTo(1);
            assertThat(rows().get(0).get("failure").asText())
                    .startsWith("file: cannot be read: ")
                    .doesNotContain("Exception");
        }
    }

    @Test
    void verifiesTheFilesOfAFolderInTheirOrder() throws IOException {
        Files.createDirectories(folder.resolve("bodies/more"));
        write("bodies/b.json", bounce().sign().body());
        write("bodies/.hidden", new byte[0]);
        write("bodies/more/a.json", bounce().sign().body());
        String bodies = folder.resolve("bodies").toString();
        assertThat(ses("--at", "message", bodies)).isZero();
        assertThat(rows())
                .extracting(row -> row.get("file").asText())
                .containsExactly(
                        folder.resolve("bodies/b.json").toString(),
                        folder.resolve("bodies/more/a.json").toString());
        write("bodies/c.json", message(text -> text + "x"));
        assertThat(ses("--at", "message", bodies)).isEqualTo(1);
        assertThat(rows()).hasSize(3);
    }

    @Test
    void callsNothingGenuineWhereAFolderHoldsNoFile() throws IOException {
        String empty = Files.createDirectory(folder.resolve("empty")).toString();
        complained.reset();
        assertThat(ses(empty)).isEqualTo(1);
        assertThat(rows()).isEmpty();
        assertThat(complained.toString(StandardCharsets.UTF_8))
                .isEqualTo("bounce: no files in " + empty + " (hidden files are skipped)\n");
    }

    @Test
    void asksForTheFileWhereItGotAFolderAndOnePairOfHeaders() {
        assertThat(sendGrid(SENDGRID.publicKey(), batch(), folder.toString())).isEqualTo(1);
        assertThat(printed()).isEqualTo(folder + ": cannot be read: expected the file with the body, got a folder\n");
    }

    private void sesFails(byte[] body, String at, String... says) throws IOException {
        assertThat(ses("--at", at, write("bad.json", body))).isEqualTo(1);
        JsonNode row = rows().get(0);
        assertThat(row.get("verified").asBoolean()).isFalse();
        assertThat(row.get("events")).isEmpty();
        assertThat(row.get("failure").asText()).contains(says);
    }

    @Test
    void namesTheStepThatFailed() throws IOException {
        byte[] good = bounce().sign().body();
        sesFails(good, "2026-03-05T12:00:00Z", "Timestamp:", "403");
        sesFails(
                SNS.notification(TOPIC.replace("bounces", "others"), "{}")
                        .at(THEN)
                        .sign()
                        .body(),
                "message",
                "topic:",
                "others");
        sesFails(
                bounce().set("SigningCertURL", "https://sns.s3-eu-west-1.amazonaws.com/x.pem")
                        .sign()
                        .body(),
                "message",
                "SigningCertURL:");
        sesFails(bounce().set("SignatureVersion", "3").sign().body(), "message", "SignatureVersion:");
        sesFails(
                SnsSigner.create().notification(TOPIC, "{}").at(THEN).sign().body(),
                "message",
                "certificate:",
                "not there");
        sesFails(
                SNS.subscriptionConfirmation(TOPIC, "t")
                        .set("SubscribeURL", "https://evil.example/")
                        .at(THEN)
                        .sign()
                        .body(),
                "message",
                "SubscribeURL:");
        sesFails("{}".getBytes(StandardCharsets.UTF_8), "message", "message:", "Type", "400");
        sesFails("<html>".getBytes(StandardCharsets.UTF_8), "message", "message:");
    }

    private static byte[] changed(UnaryOperator<ObjectNode> change) throws IOException {
        return JSON.writeValueAsBytes(
                change.apply((ObjectNode) JSON.readTree(bounce().sign().body())));
    }

    private static byte[] message(UnaryOperator<String> change) throws IOException {
        return changed(it -> it.put("Message", change.apply(it.get("Message").asText())));
    }

    @Test
    void namesWhatPeoplesCodeDidToAnSnsMessage() throws IOException {
        sesFails(message(String::strip), "message", "Signature:", "line break at the end of Message was cut off");
        sesFails(message(text -> text + "\n"), "message", "line break was added");
        sesFails(message(text -> text.replace("\n", "\r\n")), "message", "CR LF");
        sesFails(message(text -> text.replace("\"", "&quot;")), "message", "escaped for HTML");
        sesFails(
                message(text -> new String(text.getBytes(StandardCharsets.UTF_8), Charset.forName("windows-1252"))),
                "message",
                "Windows-1252");
        sesFails(
                message(text -> new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1)),
                "message",
                "Latin-1");
        sesFails(message(text -> pretty(text) + "\n"), "message", "JSON in Message was read and written again");
        sesFails(changed(it -> it.put("Timestamp", "2026-03-01T12:00:00.1Z")), "message", "Timestamp was read");
        sesFails(changed(it -> it.put("Subject", "")), "message", "empty Subject");
        sesFails(changed(it -> it.put("SignatureVersion", "1")), "message", "SignatureVersion was changed");
        sesFails(changed(it -> it.put("MessageId", "other")), "message", "Signature:");
        assertThat(rows().get(0).get("failure").asText())
                .doesNotContain("likely cause")
                .contains("none of the usual mistakes explains it");
    }

    private static String pretty(String json) {
        try {
            return JSON.readTree(json).toPrettyString();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void namesWhatAFileIsThatIsNoSnsMessage() throws IOException {
        ObjectNode lambda = JSON.createObjectNode();
        lambda.putArray("Records").addObject().putObject("Sns");
        sesFails(JSON.writeValueAsBytes(lambda), "message", "Records[0].Sns");
        ObjectNode queue = JSON.createObjectNode();
        queue.putArray("Messages").addObject().put("Body", "{}");
        sesFails(JSON.writeValueAsBytes(queue), "message", "Messages[0].Body");
        sesFails(
                "{\"detail-type\":\"Email Bounced\",\"detail\":{}}".getBytes(StandardCharsets.UTF_8),
                "message",
                "EventBridge");
        sesFails(
                SesPayloads.complaint("jane@example.com").getBytes(StandardCharsets.UTF_8),
                "message",
                "raw message delivery");
        sesFails(changed(it -> it.without("Signature")), "message", "signature was dropped");
        sesFails(changed(it -> it.set("Message", it.objectNode())), "message", "it is a text");
    }

    @Test
    void refusesWrongArguments() throws IOException {
        String good = write("good.json", bounce().sign().body());
        assertThat(run("verify")).isEqualTo(2);
        assertThat(run("verify", "ses", good)).isEqualTo(2);
        assertThat(run("verify", "ses", "--topic", "bounces", good)).isEqualTo(2);
        assertThat(ses("--at", "yesterday", good)).isEqualTo(2);
        assertThat(run("verify", "ses", "--topic", TOPIC, "--certs", good, good))
                .isEqualTo(2);
        assertThat(run("verify", "sendgrid", good)).isEqualTo(2);
    }

    private int sendGrid(byte[] body, SignedRequest signed) throws IOException {
        return sendGrid(
                body, signed.header(SendGridSigner.SIGNATURE_HEADER), signed.header(SendGridSigner.TIMESTAMP_HEADER));
    }

    private int sendGrid(byte[] body, String signature, String timestamp, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "verify",
                "sendgrid",
                "--json",
                "--key",
                SENDGRID.publicKey(),
                "--signature",
                signature,
                "--timestamp",
                timestamp));
        arguments.addAll(List.of(more));
        arguments.add(write("batch.json", body));
        return run(arguments.toArray(String[]::new));
    }

    private int sendGrid(String key, SignedRequest signed, String file, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "verify",
                "sendgrid",
                "--key",
                key,
                "--signature",
                signed.header(SendGridSigner.SIGNATURE_HEADER),
                "--timestamp",
                signed.header(SendGridSigner.TIMESTAMP_HEADER)));
        arguments.addAll(List.of(more));
        arguments.add(file);
        return run(arguments.toArray(String[]::new));
    }

    private static SignedRequest batch() {
        return SENDGRID.sign(BATCH.getBytes(StandardCharsets.UTF_8), THEN);
    }

    @Test
    void verifiesSendGridBatchesOfAnyAgeAndReadsTheirEvents() throws IOException {
        assertThat(sendGrid(batch().body(), batch())).isZero();
        JsonNode row = rows().get(0);
        assertThat(row.properties())
                .extracting(field -> field.getKey())
                .containsExactly("file", "verified", "type", "failure", "events");
        assertThat(row.get("verified").asBoolean()).isTrue();
        assertThat(row.get("events")).hasSize(1);
        assertThat(row.get("events").get(0).get("type").asText()).isEqualTo("hard");
        System.setIn(new ByteArrayInputStream(batch().body()));
        SignedRequest signed = batch();
        assertThat(sendGrid(
                        "-----BEGIN PUBLIC KEY-----\n" + SENDGRID.publicKey() + "\n-----END PUBLIC KEY-----",
                        signed,
                        "-"))
                .isZero();
        assertThat(printed())
                .startsWith("-: verified")
                .contains(
                        "jane@example.com  HARD",
                        "  judged at any age, as signed at 2026-03-01T12:00:00Z; --at now asks whether it is fresh as well\n");
    }

    private void sendGridFails(byte[] body, String says) throws IOException {
        assertThat(sendGrid(body, batch())).isEqualTo(1);
        fails(says);
    }

    private void fails(String says) {
        JsonNode row = rows().get(0);
        assertThat(row.get("verified").asBoolean()).isFalse();
        assertThat(row.get("events")).isEmpty();
        assertThat(row.get("failure").asText()).contains(says);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void namesWhatPeoplesCodeDidToABody() throws IOException {
        sendGridFails(bytes(BATCH.strip()), "CR LF at the end of the body was cut off");
        sendGridFails(bytes(BATCH.replace("\r\n", "\n")), "changed to LF");
        sendGridFails(bytes(BATCH.replace("\r\n", "")), "line breaks in the body were dropped");
        sendGridFails(bytes("\ufeff" + BATCH), "byte order mark");
        sendGridFails(bytes(new String(bytes(BATCH), StandardCharsets.ISO_8859_1)), "read as Latin-1");
        sendGridFails(bytes(new String(bytes(BATCH), Charset.forName("windows-1252"))), "read as Windows-1252");
        sendGridFails(bytes(pretty(BATCH)), "read and written again");
        sendGridFails(new byte[0], "empty");
        sendGridFails(bytes(BATCH.replace("jane", "mary")), "none of the usual ones");
        byte[] latin1 = BATCH.replace("\u20ac", "").getBytes(StandardCharsets.ISO_8859_1);
        assertThat(sendGrid(latin1, SENDGRID.sign(bytes(BATCH.replace("\u20ac", "")), THEN)))
                .isEqualTo(1);
        fails("written as Latin-1");
    }

    @Test
    void namesWhatPeoplesCodeDidToTheHeaders() throws IOException {
        SignedRequest signed = signedWithPlusAndSlash();
        byte[] body = signed.body();
        String signature = signed.header(SendGridSigner.SIGNATURE_HEADER);
        String timestamp = signed.header(SendGridSigner.TIMESTAMP_HEADER);
        assertThat(sendGrid(body, timestamp, signature)).isEqualTo(1);
        fails("exchanged");
        assertThat(sendGrid(body, signature.replace('+', '-').replace('/', '_'), timestamp))
                .isEqualTo(1);
        fails("base64url");
        assertThat(sendGrid(body, signature.replace('+', ' '), timestamp)).isEqualTo(1);
        fails("decoded the header");
        assertThat(sendGrid(body, signature, timestamp + " ")).isEqualTo(1);
        fails("spaces or line breaks around");
        assertThat(sendGrid(body, signature, timestamp, "--at", "2026-03-01T13:00:00Z"))
                .isEqualTo(1);
        fails("it is genuine, and not of the time that --at asked for");
        assertThat(sendGrid(body, signature.substring(0, 40), timestamp)).isEqualTo(1);
        fails("the signature is cut off");
        assertThat(sendGrid(body, signature, "2026-03-01T12:00:00Z")).isEqualTo(1);
        fails("the timestamp is not the header's value");
        assertThat(sendGrid(body, signature, timestamp, "--at", "2026-03-01T12:05:00Z"))
                .isZero();
        assertThat(sendGrid(body, signature, timestamp, "--at", "now")).isEqualTo(1);
        assertThat(sendGrid(body, signature, timestamp, "--at", "soon")).isEqualTo(2);
        assertThat(sendGrid(body, signature, timestamp, "--at", "message")).isZero();
    }

    /** Signatures are random: this one has the characters that get spoilt. */
    private static SignedRequest signedWithPlusAndSlash() {
        SignedRequest signed = batch();
        while (!(signed.header(SendGridSigner.SIGNATURE_HEADER).contains("+")
                && signed.header(SendGridSigner.SIGNATURE_HEADER).contains("/"))) {
            signed = batch();
        }
        return signed;
    }

    @Test
    void saysWhatAKeyIsThatIsNone() throws IOException {
        SignedRequest signed = batch();
        for (String[] key : new String[][] {
            {"-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----", "private key"},
            {Base64.getEncoder().encodeToString(new byte[40]), "no public key"},
            {"SG.not-a-key", "an API key"},
        }) {
            assertThat(sendGrid(key[0], signed, write("batch.json", signed.body()), "--json"))
                    .isEqualTo(1);
            fails("key: ");
            fails(key[1]);
        }
    }
}
