package org.bounce4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceEventJson;
import org.bounce4j.testkit.BounceMails;
import org.bounce4j.testkit.SendGridPayloads;
import org.bounce4j.testkit.SnsSigner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class CommandLineTest {
    private final InputStream in = System.in;
    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final ByteArrayOutputStream complained = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    @BeforeEach
    void capture() {
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
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

    private List<String> lines() {
        return printed.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private Path write(String name, byte[] mail) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, mail);
    }

    @Test
    void inspectsFilesDirectoriesAndStandardInputInTheirOrder() throws IOException {
        String hard = write("z.eml", BounceMails.to("jane@example.com").bytes()).toString();
        write("box/b.eml", BounceMails.to("joe@example.com").autoReply());
        write(
                "box/a/c.eml",
                BounceMails.to("ann@example.com")
                        .action("delayed")
                        .status("4.4.1")
                        .bytes());
        System.setIn(new ByteArrayInputStream(BounceMails.to("mia@example.com").complaint()));
        assertThat(run("inspect", "--json", hard, folder.resolve("box").toString(), "-"))
                .isZero();
        ObjectMapper mapper = new ObjectMapper();
        List<JsonNode> rows = lines().stream().map(line -> read(mapper, line)).toList();
        assertThat(rows)
                .extracting(row -> row.get("file").asText())
                .containsExactly(
                        hard,
                        folder.resolve("box/a/c.eml").toString(),
                        folder.resolve("box/b.eml").toString(),
                        "-");
        assertThat(rows)
                .extracting(row -> row.get("kind").asText())
                .containsExactly("BOUNCE", "DELAY_NOTICE", "AUTO_REPLY", "COMPLAINT");
        assertThat(rows.get(0).get("detector").asText()).isEqualTo("rfc3464");
        assertThat(rows.get(0).get("events").get(0).get("email").asText()).isEqualTo("jane@example.com");
        assertThat(rows.get(1).get("delayed").get(0).get("email").asText()).isEqualTo("ann@example.com");
        assertThat(rows.get(2).get("events")).isEmpty();
    }

    private static JsonNode read(ObjectMapper mapper, String line) {
        try {
            return mapper.readTree(line);
        } catch (IOException e) {
            throw new AssertionError(line, e);
        }
    }

    @Test
    void printsEventsReadyToBePosted() throws IOException {
        String file = write(
                        "a.eml",
                        BounceMails.to("jane@example.com")
                                .and("joe@example.com")
                                .bytes())
                .toString();
        assertThat(run("inspect", "--events", file)).isZero();
        assertThat(lines()).hasSize(2);
        BounceEvent event = BounceEventJson.read(lines().get(1));
        assertThat(event.recipient().orElseThrow().key()).isEqualTo("joe@example.com");
    }

    @Test
    void tellsAPersonWhoFailedAndWhy() throws IOException {
        String file = write("a.eml", BounceMails.to("jane@example.com").bytes()).toString();
        assertThat(run("inspect", file)).isZero();
        assertThat(lines())
                .containsExactly(
                        file + ": bounce (rfc3464)",
                        "  failed      jane@example.com  HARD USER_UNKNOWN 5.1.1  [user.unknown]",
                        "              550 5.1.1 User unknown");
    }

    @Test
    void printsColumnsAndASummaryOfSeveralMails() throws IOException {
        write(
                "box/a.eml",
                BounceMails.to("jane@example.com")
                        .and("jo@example.com")
                        .and("someone.else@example.com")
                        .bytes());
        write("box/b.eml", BounceMails.to("mia@example.com").complaint());
        write("box/c.eml", BounceMails.to("joe@example.com").autoReply());
        write("box/d.eml", BounceMails.to("joe@example.com").autoReply());
        assertThat(run("inspect", folder.resolve("box").toString())).isZero();
        List<String> events =
                lines().stream().filter(line -> line.contains("@")).toList();
        assertThat(events).hasSize(4);
        assertThat(events.subList(0, 3))
                .allSatisfy(line -> assertThat(line.indexOf("HARD")).isEqualTo(40));
        assertThat(events)
                .allSatisfy(line ->
                        assertThat(line.indexOf('@') - line.indexOf("  ", 4)).isPositive());
        assertThat(events.get(3)).startsWith("  complained  mia@example.com  COMPLAINT");
        assertThat(lines()).endsWith("", "4 mails: 1 bounce, 1 complaint, 2 auto replies; 4 events");
        assertThat(run("inspect", "--explain", folder.resolve("box").toString()))
                .isZero();
        assertThat(lines()).endsWith("4 mails: 1 bounce, 1 complaint, 2 auto replies; 4 events");
    }

    @Test
    void saysWhereADirectoryHoldsNoMails() throws IOException {
        write("box/.hidden", BounceMails.to("jane@example.com").bytes());
        assertThat(run("inspect", "--json", folder.resolve("box").toString())).isZero();
        assertThat(lines()).isEmpty();
        assertThat(complained.toString(StandardCharsets.UTF_8))
                .isEqualTo("bounce: no mails in " + folder.resolve("box")
                        + " (hidden files and a maildir's tmp are skipped)\n");
    }

    @Test
    void callsTheSourceOfAFileWhatItIs() throws IOException {
        String file = write("a.eml", BounceMails.to("jane@example.com").bytes()).toString();
        assertThat(run("inspect", "--events", file)).isZero();
        assertThat(BounceEventJson.read(lines().get(0)).source()).isEqualTo("file");
        assertThat(run("inspect", "--events", "--source", "archive", file)).isZero();
        assertThat(BounceEventJson.read(lines().get(0)).source()).isEqualTo("archive");
        assertThat(run("inspect", "--source", " ", file)).isEqualTo(2);
    }

    @Test
    void saysWhatItCannotReadAndGoesOn() throws IOException {
        String file = write("a.eml", BounceMails.to("jane@example.com").bytes()).toString();
        assertThat(run("inspect", folder.resolve("missing").toString(), file)).isEqualTo(1);
        assertThat(complained.toString(StandardCharsets.UTF_8))
                .isEqualTo(
                        "bounce: cannot read " + folder.resolve("missing") + ": there is no such file or directory\n");
        assertThat(lines()).hasSize(3);
    }

    private List<String> files() {
        ObjectMapper mapper = new ObjectMapper();
        return lines().stream()
                .map(line -> read(mapper, line).get("file").asText())
                .map(name -> name.replace(folder.toString() + '/', ""))
                .toList();
    }

    @Test
    void readsTheMailsOfAMaildirAndNothingElseOfIt() throws IOException {
        byte[] mail = BounceMails.to("jane@example.com").bytes();
        write("Maildir/cur/1.M1.host:2,S", mail);
        write("Maildir/new/2.M2.host", mail);
        write("Maildir/tmp/3.M3.host", mail);
        write("Maildir/dovecot-uidlist", mail);
        write("Maildir/cur/.hidden", mail);
        write("Maildir/.Trash/cur/4.M4.host:2,S", mail);
        write("other/tmp/5.eml", mail);
        write("other/.git/config", mail);
        assertThat(run("inspect", "--json", folder.toString())).isZero();
        assertThat(files()).containsExactly("Maildir/cur/1.M1.host:2,S", "Maildir/new/2.M2.host", "other/tmp/5.eml");
        assertThat(run("inspect", "--json", folder + "/Maildir/.Trash")).isZero();
        assertThat(files()).hasSize(1);
    }

    private static String mbox(byte[] mail) {
        return "From MAILER-DAEMON Mon Mar  2 08:00:04 2026\n"
                + new String(mail, StandardCharsets.UTF_8).replace("\r\n", "\n") + "\n";
    }

    @Test
    void readsEachMailOfAnMbox() throws IOException {
        String one = mbox(BounceMails.to("jane@example.com").bytes());
        String quoting = mbox(BounceMails.to("joe@example.com").bytes())
                .replace(
                        "I could not deliver your message.",
                        "Not delivered:\n\nFrom joe Mon Mar  2 08:00:04 2026 is what it began with.\n\n"
                                + "From the beginning at 08:00 in 2026:\nnothing.");
        String three = mbox(BounceMails.to("mia@example.com").complaint());
        String box = write("box", (one + quoting + three).getBytes(StandardCharsets.UTF_8))
                .toString();
        assertThat(run("inspect", "--json", box)).isZero();
        assertThat(files()).containsExactly("box#1", "box#2", "box#3");
        assertThat(run("inspect", "--events", box)).isZero();
        assertThat(lines().stream()
                        .map(line -> BounceEventJson.read(line)
                                .recipient()
                                .orElseThrow()
                                .key()))
                .containsExactly("jane@example.com", "joe@example.com", "mia@example.com");

        write("box", (one + quoting + three).replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
        assertThat(run("inspect", "--json", box)).isZero();
        assertThat(files()).containsExactly("box#1", "box#2", "box#3");

        String single = write("single", one.getBytes(StandardCharsets.UTF_8)).toString();
        String named = write("named.eml", (one + three).getBytes(StandardCharsets.UTF_8))
                .toString();
        assertThat(run("inspect", "--json", single, named)).isZero();
        assertThat(files()).containsExactly("single", "named.eml");
    }

    @Test
    void readsNoMoreOfAMailInAnMboxThanTheParserDoes() throws IOException {
        String large = "From a Mon Mar  2 08:00:04 2026\nSubject: x\n\n" + "x".repeat(9 * 1024 * 1024) + "\n\n";
        String box = write(
                        "box",
                        (large + mbox(BounceMails.to("jane@example.com").bytes())).getBytes(StandardCharsets.UTF_8))
                .toString();
        assertThat(run("inspect", "--explain", box)).isZero();
        assertThat(lines())
                .contains(box + "#1", box + "#2")
                .anyMatch(line -> line.contains("Only a part of this mail was read"))
                .anyMatch(line -> line.contains("jane@example.com: HARD"));
    }

    @Test
    void explainsFromWhatItConcluded() throws IOException {
        String words = write(
                        "words.eml",
                        BounceMails.to("jane@example.com")
                                .originalHeader("X-Listmonk-Subscriber", "s-1")
                                .messageId("n1@mx")
                                .bytes())
                .toString();
        assertThat(run("inspect", "--explain", words)).isZero();
        assertThat(lines())
                .startsWith(
                        words,
                        "  A bounce: a mail could not be delivered. Detector: rfc3464.",
                        "  It is about a mail from bounces@example.org.",
                        "  jane@example.com: HARD, USER_UNKNOWN: there is nobody at this address; stop mailing it.",
                        "      detector    rfc3464",
                        "      rule        user.unknown",
                        "      witness     the words of the server",
                        "      they said   550 5.1.1 User unknown",
                        "      codes       status 5.1.1, reply 550",
                        "      trust       CORRELATED: it returns identifiers as your mails have them, which whoever has one of them could write",
                        "      subscriber  s-1");
    }

    @Test
    void saysWhatAReasonMeansForTheAddress() throws IOException {
        assertThat(meaning("550 5.2.1 Mailbox disabled"))
                .endsWith("MAILBOX_DISABLED: the mailbox is switched off; stop mailing it.");
        assertThat(meaning("550 5.1.2 Host unknown"))
                .endsWith("HOST_UNKNOWN: the domain cannot be found, often for a typing mistake; stop mailing this"
                        + " address.");
        assertThat(meaning("554 5.7.1 Relay access denied"))
                .endsWith("RELAY_DENIED: the server that was asked does not take mail for this address; look at the"
                        + " domain's MX.");
    }

    private String meaning(String diagnostic) throws IOException {
        printed.reset();
        Path mail = write(
                "meaning.eml",
                BounceMails.to("a@b.example").diagnostic("smtp; " + diagnostic).bytes());
        assertThat(run("inspect", "--explain", mail.toString())).isZero();
        return lines().stream()
                .filter(line -> line.startsWith("  a@b.example: "))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void namesTheWitnessWhateverItWas() throws IOException {
        assertThat(witness(BounceMails.to("a@b.example").status("5.2.2").bytes()))
                .isEqualTo("the status 5.2.2 of the report");
        assertThat(witness(BounceMails.to("a@b.example")
                        .status("5.0.0")
                        .diagnostic("smtp; 550 5.2.2 Hm")
                        .bytes()))
                .isEqualTo("the status 5.2.2 in what the server said");
        assertThat(witness(BounceMails.to("a@b.example")
                        .status("4.0.0")
                        .diagnostic("smtp; 421 Hm")
                        .bytes()))
                .isEqualTo("the reply code 421");
        assertThat(witness(BounceMails.to("a@b.example")
                        .status("5.0.0")
                        .diagnostic("smtp; 599 Hm")
                        .bytes()))
                .startsWith("none");
        assertThat(witness(BounceMails.to("a@b.example").complaint())).startsWith("the report itself");
    }

    private String witness(byte[] mail) throws IOException {
        assertThat(run("inspect", "--explain", write("w.eml", mail).toString())).isZero();
        return lines().stream()
                .filter(line -> line.startsWith("      witness"))
                .map(line -> line.substring(line.indexOf("witness") + 12))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void saysInOneLineThatAMailIsNoBounce() throws IOException {
        String file =
                write("a.eml", BounceMails.to("jane@example.com").personal()).toString();
        assertThat(run("inspect", file)).isZero();
        assertThat(lines()).containsExactly(file + ": no bounce that any detector knows");
        String empty = write("b.eml", new byte[0]).toString();
        assertThat(run("inspect", empty)).isZero();
        assertThat(lines()).containsExactly(empty + ": no bounce that any detector knows", "  the file is empty");
        assertThat(run("inspect", "--explain", empty)).isZero();
        assertThat(lines()).contains("  the file is empty");
    }

    @Test
    void saysWhichCommandReadsAFileThatIsNoMail() throws IOException {
        String sns = write(
                        "sns.json",
                        SnsSigner.create()
                                .notification("arn:aws:sns:eu-west-1:123456789012:bounces", "{}")
                                .sign()
                                .body())
                .toString();
        assertThat(run("inspect", sns)).isZero();
        assertThat(lines())
                .containsExactly(
                        sns + ": no bounce that any detector knows",
                        "  this is an SNS message: ./bounce verify ses --topic ARN " + sns);
        assertThat(run("inspect", "--json", sns)).isZero();
        assertThat(lines())
                .containsExactly("{\"file\":\"" + sns
                        + "\",\"kind\":\"OTHER\",\"detector\":\"none\",\"events\":[],\"delayed\":[]}");
        byte[] batch = SendGridPayloads.bounce("jane@example.com", "5.1.1", "550 5.1.1 user unknown")
                .getBytes(StandardCharsets.UTF_8);
        String sendGrid = write("batch.json", batch).toString();
        assertThat(run("inspect", sendGrid)).isZero();
        assertThat(lines())
                .endsWith(
                        "  this is a batch of SendGrid: ./bounce verify sendgrid --key KEY --signature SIG --timestamp TS "
                                + sendGrid);
        System.setIn(new ByteArrayInputStream(batch));
        assertThat(run("inspect", "-")).isZero();
        assertThat(lines()).hasSize(2);
        for (String other : List.of("[]", "{\"a\":", "{}", "[1]")) {
            String file =
                    write("other.json", other.getBytes(StandardCharsets.UTF_8)).toString();
            assertThat(run("inspect", file)).isZero();
            assertThat(lines()).containsExactly(file + ": no bounce that any detector knows");
        }
    }

    @Test
    void refusesTwoFormsAtOnce() {
        for (String[] two :
                new String[][] {{"--json", "--events"}, {"--json", "--explain"}, {"--events", "--explain"}}) {
            assertThat(run("inspect", two[0], two[1], "x")).isEqualTo(2);
            assertThat(complained.toString(StandardCharsets.UTF_8)).contains("mutually exclusive");
            complained.reset();
        }
    }

    @Test
    void asksTheHostsOwnRulesBeforeOurs() throws IOException {
        String file = write("a.eml", BounceMails.to("jane@example.com").bytes()).toString();
        String rules = write("rules.txt", """
                        # the partner's mailboxes come back
                        partner.paused  MAILBOX_DISABLED  "user unknown"  type:soft
                        """.getBytes(StandardCharsets.UTF_8)).toString();
        assertThat(run("inspect", file)).isZero();
        assertThat(lines().get(1)).endsWith("HARD USER_UNKNOWN 5.1.1  [user.unknown]");
        assertThat(run("inspect", "--rules", rules, file)).isZero();
        assertThat(lines().get(1)).endsWith("SOFT MAILBOX_DISABLED 5.1.1  [partner.paused]");
        assertThat(run("inspect", "--rules", rules, "--explain", file)).isZero();
        assertThat(lines()).contains("      rule        partner.paused", "      witness     the words of the server");
        // where they say nothing, ours are asked
        String full = write(
                        "b.eml",
                        BounceMails.to("joe@example.com").status("5.2.2").bytes())
                .toString();
        assertThat(run("inspect", "--rules", rules, full)).isZero();
        assertThat(lines().get(1)).contains("MAILBOX_FULL");
    }

    @Test
    void namesTheRuleByWhichTheCodesAloneDecided() throws IOException {
        Path rules = write("rules.txt", "own.code  BLOCKED  reply:421".getBytes(StandardCharsets.UTF_8));
        String file = write(
                        "a.eml",
                        BounceMails.to("a@b.example")
                                .status("4.0.0")
                                .diagnostic("smtp; 421 Hm")
                                .bytes())
                .toString();
        assertThat(run("inspect", "--rules", rules.toString(), "--explain", file))
                .isZero();
        assertThat(lines()).contains("      rule        own.code", "      witness     the reply code 421");
    }

    @Test
    void refusesRulesThatItCannotUse() throws IOException {
        String file = write("a.eml", BounceMails.to("jane@example.com").bytes()).toString();
        Path rules = folder.resolve("rules.txt");
        assertThat(complaint("inspect", "--rules", rules.toString(), file))
                .isEqualTo("bounce: --rules: cannot read " + rules + ": there is no such file or directory");
        write("rules.txt", "good  BLOCKED  \"x\"\nbad  NO_SUCH_REASON  \"x\"\n".getBytes(StandardCharsets.UTF_8));
        assertThat(complaint("inspect", "--rules", rules.toString(), file))
                .startsWith("bounce: --rules: " + rules + ": own rules, line 2: ");
        write("rules.txt", new byte[] {'a', (byte) 0xe4});
        assertThat(complaint("inspect", "--rules", rules.toString(), file))
                .isEqualTo("bounce: --rules: cannot read " + rules + ": it is not UTF-8");
    }

    /** Runs a command whose arguments are wrong, and returns what it says but for where help is. */
    private String complaint(String... arguments) {
        complained.reset();
        assertThat(run(arguments)).isEqualTo(2);
        assertThat(lines()).isEmpty();
        List<String> said = complained.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(said.get(said.size() - 1)).matches("Help: bounce( \\w+)* --help");
        return String.join("\n", said.subList(0, said.size() - 1));
    }

    @Test
    void saysWhichArgumentIsWrongAndWhereHelpIs() {
        complaint("inspect");
        assertThat(complained.toString(StandardCharsets.UTF_8).lines())
                .containsExactly("bounce: Missing required parameter: 'PATH'", "Help: bounce inspect --help");
        complaint("inspect", "--source", " ", "x");
        assertThat(complained.toString(StandardCharsets.UTF_8).lines())
                .containsExactly("bounce: --source: expected a name, got a blank text", "Help: bounce inspect --help");
        complaint("inspekt", "x");
        assertThat(complained.toString(StandardCharsets.UTF_8).lines())
                .startsWith("bounce: Unmatched arguments from index 0: 'inspekt', 'x'")
                .anyMatch(line -> line.contains("bounce inspect"))
                .endsWith("Help: bounce --help");
        complaint("verify", "ses", "x");
        assertThat(complained.toString(StandardCharsets.UTF_8).lines())
                .containsExactly("bounce: Missing required option: '--topic=ARN'", "Help: bounce verify ses --help");
    }

    @Test
    void namesTheCommandsAndProvidersThereAre() {
        complaint("foo");
        assertThat(complained.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "bounce: Unmatched argument at index 0: 'foo'",
                        "There are: demo, inspect, scan, serve, verify",
                        "Help: bounce --help");
        complaint("verify", "mailgun", "x");
        assertThat(complained.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "bounce: Unmatched arguments from index 1: 'mailgun', 'x'",
                        "There are: ses, sendgrid",
                        "Help: bounce verify --help");
        complaint("--foo");
        assertThat(complained.toString(StandardCharsets.UTF_8)).doesNotContain("There are");
    }

    @Test
    void explainsItself() {
        assertThat(run()).isEqualTo(2);
        assertThat(complained.toString(StandardCharsets.UTF_8))
                .contains("inspect")
                .contains("demo");
        assertThat(run("--help")).isZero();
        assertThat(run("inspect", "--help")).isZero();
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("--rules=FILE");
        assertThat(run("inspect")).isEqualTo(2);
    }

    @Test
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    void demonstratesEveryPath() {
        assertThat(run("demo")).as(printed.toString(StandardCharsets.UTF_8)).isZero();
        assertThat(lines())
                .contains("All as expected.", "       1 complaint")
                .noneMatch(line -> line.startsWith("!!"))
                .noneMatch(line -> line.matches(" *1 \\w+( \\w+)?s"));
    }
}
