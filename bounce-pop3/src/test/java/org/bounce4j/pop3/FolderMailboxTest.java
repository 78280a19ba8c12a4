package org.bounce4j.pop3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Flags;
import jakarta.mail.Folder;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Store;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceSink;
import org.bounce4j.UnavailableException;
import org.bounce4j.jakarta.FolderMailbox;
import org.bounce4j.mailbox.FetchedMail;
import org.bounce4j.mailbox.MailboxEntry;
import org.bounce4j.mailbox.MailboxScanner;
import org.bounce4j.mailbox.MailboxSession;
import org.bounce4j.mailbox.ScanReport;
import org.bounce4j.testkit.BounceMails;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scans folders of Jakarta Mail on real servers. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class FolderMailboxTest {
    private final GreenMail server =
            new GreenMail(new ServerSetup[] {ServerSetup.POP3.dynamicPort(), ServerSetup.IMAP.dynamicPort()});
    private final List<BounceEvent> accepted = new ArrayList<>();
    private final List<Store> stores = new ArrayList<>();
    private GreenMailUser user;

    @BeforeEach
    void start() {
        server.start();
        user = server.setUser("bounces@example.org", "user", "secret");
    }

    @AfterEach
    void stop() throws MessagingException {
        for (Store store : stores) {
            store.close();
        }
        server.stop();
    }

    private void deliver(byte[] mail) throws MessagingException {
        user.deliver(new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(mail)));
    }

    private Folder inbox(String protocol, int port) throws MessagingException {
        Properties properties = new Properties();
        properties.setProperty("mail." + protocol + ".timeout", "10000");
        return inbox(protocol, port, properties);
    }

    private Folder inbox(String protocol, int port, Properties properties) throws MessagingException {
        Store store = Session.getInstance(properties).getStore(protocol);
        store.connect("127.0.0.1", port, "user", "secret");
        stores.add(store);
        return store.getFolder("INBOX");
    }

    private Folder inbox(String protocol) throws MessagingException {
        return inbox(
                protocol,
                protocol.equals("pop3")
                        ? server.getPop3().getPort()
                        : server.getImap().getPort());
    }

    private static ScanReport scan(Folder folder, BounceSink sink) {
        return MailboxScanner.builder(FolderMailbox.of(folder), sink).build().scan();
    }

    @ParameterizedTest
    @ValueSource(strings = {"imap", "pop3"})
    void deletesBouncesAndLeavesTheRestUntouched(String protocol) throws Exception {
        deliver(BounceMails.to("jane@example.com").bytes());
        deliver(BounceMails.to("jane@example.com").personal());
        deliver(BounceMails.to("mary@example.com").complaint());
        Folder folder = inbox(protocol);
        MailboxScanner scanner = MailboxScanner.builder(FolderMailbox.of(folder), accepted::addAll)
                .build();
        ScanReport report = scanner.scan();
        assertThat(report.outcome()).as(report.toString()).isEqualTo(ScanReport.Outcome.COMPLETED);
        assertThat(report.deleted()).isEqualTo(2);
        assertThat(accepted)
                .extracting(event -> event.recipient().orElseThrow().key())
                .containsExactly("jane@example.com", "mary@example.com");
        assertThat(folder.isOpen()).isFalse();
        assertThat(server.getReceivedMessages()).hasSize(1);
        assertThat(server.getReceivedMessages()[0].isSet(Flags.Flag.SEEN)).isEqualTo(protocol.equals("pop3"));

        deliver(BounceMails.to("joe@example.com").bytes());
        ScanReport again = scanner.scan();
        assertThat(again.outcome()).as(again.toString()).isEqualTo(ScanReport.Outcome.COMPLETED);
        assertThat(again.skipped()).isEqualTo(1);
        assertThat(again.deleted()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"imap", "pop3"})
    void leavesEverythingWhereTheSinkIsUnavailable(String protocol) throws Exception {
        deliver(BounceMails.to("jane@example.com").bytes());
        deliver(BounceMails.to("joe@example.com").bytes());
        Folder folder = inbox(protocol);
        ScanReport report = scan(folder, events -> {
            throw new UnavailableException("the database is gone");
        });
        assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.UNAVAILABLE);
        assertThat(server.getReceivedMessages()).hasSize(2);
        ScanReport next = scan(folder, accepted::addAll);
        assertThat(next.deleted()).as(next.toString()).isEqualTo(2);
        assertThat(server.getReceivedMessages()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"imap", "pop3"})
    void isolatesAPoisonousMail(String protocol) throws Exception {
        deliver(BounceMails.to("jane@example.com").bytes());
        deliver(BounceMails.to("poison@example.com").bytes());
        deliver(BounceMails.to("joe@example.com").bytes());
        ScanReport report = scan(inbox(protocol), events -> {
            if (events.stream()
                    .anyMatch(event -> event.recipient().orElseThrow().key().startsWith("poison"))) {
                throw new IllegalStateException("poison");
            }
            accepted.addAll(events);
        });
        assertThat(report.outcome()).as(report.toString()).isEqualTo(ScanReport.Outcome.COMPLETED);
        assertThat(report.deleted()).isEqualTo(2);
        assertThat(report.failed()).hasSize(1);
        assertThat(server.getReceivedMessages()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"imap", "pop3"})
    void readsTheBeginningOfAMailThatIsTooLarge(String protocol) throws Exception {
        deliver(BounceMails.to("jane@example.com").bytes());
        ScanReport report = MailboxScanner.builder(FolderMailbox.of(inbox(protocol)), accepted::addAll)
                .maxMailBytes(500)
                .build()
                .scan();
        assertThat(report.outcome()).as(report.toString()).isEqualTo(ScanReport.Outcome.COMPLETED);
        assertThat(report.bytes()).isEqualTo(500);
        assertThat(report.deleted()).isZero();
        assertThat(server.getReceivedMessages()).hasSize(1);
    }

    /** An IMAP server with one mail that gives so many bytes of it at once, whatever was asked for. */
    private static String imap(String command, byte[] mail, int part) {
        String[] words = command.split(" ", 3);
        String rest = words.length > 2 ? words[2] : "";
        StringBuilder answer = new StringBuilder();
        switch (words[1]) {
            case "CAPABILITY" -> answer.append("* CAPABILITY IMAP4rev1 UIDPLUS\r\n");
            case "LIST" -> answer.append("* LIST () \"/\" INBOX\r\n");
            case "SELECT" ->
                answer.append("* 1 EXISTS\r\n* 0 RECENT\r\n* FLAGS (\\Deleted)\r\n")
                        .append("* OK [PERMANENTFLAGS (\\Deleted)] x\r\n* OK [UIDVALIDITY 1] x\r\n");
            case "STORE" -> answer.append("* 1 FETCH (FLAGS (\\Deleted))\r\n");
            case "UID" -> answer.append("* 1 EXPUNGE\r\n");
            case "FETCH" -> {
                int start = rest.indexOf("[]<");
                if (start < 0) {
                    answer.append("* 1 FETCH (UID 1 RFC822.SIZE " + mail.length + " FLAGS ())\r\n");
                } else {
                    String[] range =
                            rest.substring(start + 3, rest.indexOf('>')).split("\\.", 2);
                    int offset = Math.min(mail.length, Integer.parseInt(range[0]));
                    int count = Math.min(Math.min(part, Integer.parseInt(range[1])), mail.length - offset);
                    answer.append("* 1 FETCH (BODY[]<" + offset + "> {" + count + "}\r\n")
                            .append(new String(mail, offset, count, StandardCharsets.ISO_8859_1))
                            .append(")\r\n");
                }
            }
            default -> {}
        }
        return answer + words[0] + " OK done\r\n";
    }

    @ParameterizedTest
    @ValueSource(ints = {100_000, 900})
    void takesNoMailForWholeOfWhichTheServerGaveOnlyPart(int part) throws Exception {
        byte[] bounce = BounceMails.to("jane@example.com").bytes();
        byte[] mail = Arrays.copyOf(bounce, bounce.length + 40_000);
        Arrays.fill(mail, bounce.length, mail.length, (byte) ' ');
        try (ScriptedServer scripted = new ScriptedServer(
                "* OK [CAPABILITY IMAP4rev1 UIDPLUS] hi\r\n", command -> imap(command, mail, part))) {
            Folder folder = inbox("imap", scripted.port());
            try (MailboxSession session = FolderMailbox.of(folder).open()) {
                FetchedMail fetched =
                        session.fetch(session.list().get(0), 1_000_000).orElseThrow();
                assertThat(fetched.whole()).isEqualTo(part > mail.length);
                assertThat(fetched.bytes().length == mail.length).isEqualTo(part > mail.length);
            }
        }
    }

    @Test
    void expungesNothingThatSomebodyElseHasMarked() throws Exception {
        deliver(BounceMails.to("jane@example.com").bytes());
        deliver(BounceMails.to("joe@example.com").bytes());
        Folder other = inbox("imap");
        other.open(Folder.READ_WRITE);
        Message first = other.getMessage(1);
        first.setFlag(Flags.Flag.DELETED, true);
        ScanReport report = scan(inbox("imap"), accepted::addAll);
        assertThat(report.outcome()).as(report.toString()).isEqualTo(ScanReport.Outcome.COMPLETED);
        assertThat(accepted)
                .extracting(event -> event.recipient().orElseThrow().key())
                .containsExactly("joe@example.com");
        assertThat(server.getReceivedMessages())
                .anyMatch(message -> isMarked(message) && text(message).contains("jane@"));
    }

    private static boolean isMarked(Message message) {
        try {
            return message.isSet(Flags.Flag.DELETED);
        } catch (MessagingException e) {
            throw new AssertionError(e);
        }
    }

    private static String text(MimeMessage message) {
        return GreenMailUtil.getWholeMessage(message);
    }

    @Test
    void noticesWhereQuitWasRefused() throws Exception {
        try (PlayedServer played = new PlayedServer()) {
            played.refusesQuit = true;
            played.add("uid1", Mails.bounce(1));
            ScanReport report = scan(inbox("pop3", played.port()), accepted::addAll);
            assertThat(report.outcome()).as(report.toString()).isEqualTo(ScanReport.Outcome.UNAVAILABLE);
            assertThat(report.deleted()).isZero();
            assertThat(accepted).hasSize(1);
        }
    }

    @Test
    void saysNoQuitWhereNothingWasAccepted() throws Exception {
        try (PlayedServer played = new PlayedServer()) {
            played.add("uid1", Mails.bounce(1));
            Folder folder = inbox("pop3", played.port());
            scan(folder, events -> {
                throw new UnavailableException("the database is gone");
            });
            assertThat(played.commands).contains("RETR 1").doesNotContain("QUIT");
            assertThat(scan(folder, accepted::addAll).deleted()).isEqualTo(1);
            assertThat(played.mails).isEmpty();
        }
    }

    @Test
    void refusesPop3ServersThatHideWhatWasFetched() throws Exception {
        try (PlayedServer played = PlayedServer.gmail()) {
            played.add("uid1", Mails.bounce(1));
            ScanReport report = scan(inbox("pop3", played.port()), accepted::addAll);
            assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.MISCONFIGURED);
            assertThat(report.failure().orElseThrow()).hasMessageContaining("Pop3Mailbox");
            assertThat(played.commands).doesNotContain("RETR 1");
            assertLetGo(played);
        }
    }

    private static void assertLetGo(PlayedServer played) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (played.isInUse() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        assertThat(played.isInUse()).as("a session holds the mailbox").isFalse();
    }

    @Test
    void leavesAFolderOpenThatTheHostHasOpened() throws Exception {
        try (PlayedServer played = PlayedServer.gmail()) {
            Folder folder = inbox("pop3", played.port());
            folder.open(Folder.READ_WRITE);
            assertThat(scan(folder, accepted::addAll).outcome()).isEqualTo(ScanReport.Outcome.MISCONFIGURED);
            assertThat(folder.isOpen()).isTrue();
        }
    }

    @Test
    void letsThePop3MailboxGoWhereLookingAgainFails() throws Exception {
        try (PlayedServer played = new PlayedServer()) {
            played.add("uid1", Mails.bounce(1));
            played.onCommand = command -> {
                if (command.equals("QUIT")) {
                    // a line of the next UIDL at which Angus gives up
                    played.add("uid2\r\nno number", Mails.bounce(2));
                }
            };
            ScanReport report = scan(inbox("pop3", played.port()), accepted::addAll);
            assertThat(report.outcome()).as(report.toString()).isEqualTo(ScanReport.Outcome.UNAVAILABLE);
            assertThat(report.deleted()).isZero();
            assertThat(accepted).hasSize(1);
            assertLetGo(played);
        }
    }

    /** An IMAP server without UIDPLUS whose first mail of two somebody else marks, after so many questions for marks. */
    private static Function<String, String> imapWithAMark(byte[] mail, int afterSearches) {
        AtomicInteger searches = new AtomicInteger();
        Set<Integer> marked = new TreeSet<>();
        return command -> {
            if (afterSearches == 0) {
                marked.add(1);
            }
            String[] words = command.split(" ", 4);
            StringBuilder answer = new StringBuilder();
            switch (words[1]) {
                case "CAPABILITY" -> answer.append("* CAPABILITY IMAP4rev1\r\n");
                case "LIST" -> answer.append("* LIST () \"/\" INBOX\r\n");
                case "SELECT" ->
                    answer.append("* 2 EXISTS\r\n* 0 RECENT\r\n* FLAGS (\\Deleted)\r\n")
                            .append("* OK [PERMANENTFLAGS (\\Deleted)] x\r\n* OK [UIDVALIDITY 1] x\r\n");
                case "SEARCH" -> {
                    if (searches.getAndIncrement() == afterSearches) {
                        marked.add(1);
                    }
                    answer.append("* SEARCH");
                    marked.forEach(number -> answer.append(' ').append(number));
                    answer.append("\r\n");
                }
                case "STORE" -> {
                    int number = Integer.parseInt(words[2]);
                    if (words[3].startsWith("+")) {
                        marked.add(number);
                    } else {
                        marked.remove(number);
                    }
                    answer.append("* " + number + " FETCH (FLAGS (" + flags(marked, number) + "))\r\n");
                }
                case "FETCH" -> {
                    for (int number = 1; number <= 2; number++) {
                        if (!words[3].contains("[]")) {
                            answer.append("* " + number + " FETCH (UID " + number + " RFC822.SIZE " + mail.length
                                    + " FLAGS (" + flags(marked, number) + "))\r\n");
                        } else if (words[2].equals(String.valueOf(number))) {
                            answer.append("* " + number + " FETCH (BODY[]<0> {" + mail.length + "}\r\n")
                                    .append(new String(mail, StandardCharsets.ISO_8859_1))
                                    .append(")\r\n");
                        }
                    }
                }
                default -> {}
            }
            return answer + words[0] + " OK done\r\n";
        };
    }

    private static String flags(Set<Integer> marked, int number) {
        return marked.contains(number) ? "\\Deleted" : "";
    }

    @Test
    void countsNoMailAsDeletedThatCannotBeExpungedAlone() throws Exception {
        byte[] mail = BounceMails.to("joe@example.com").bytes();
        try (ScriptedServer scripted =
                new ScriptedServer("* OK [CAPABILITY IMAP4rev1] hi\r\n", imapWithAMark(mail, 0))) {
            Folder folder = inbox("imap", scripted.port());
            List<ScanReport> reports = new ArrayList<>();
            String logged = logged(() -> reports.add(scan(folder, accepted::addAll)));
            ScanReport report = reports.get(0);
            assertThat(report.outcome()).as(report.toString()).isEqualTo(ScanReport.Outcome.COMPLETED);
            assertThat(accepted).hasSize(1);
            assertThat(report.deleted()).isZero();
            assertThat(report.failed())
                    .extracting(failed -> failed.entry().number())
                    .containsExactly(2);
            assertThat(logged.lines()).singleElement().asString().contains("UIDPLUS", "1 accepted mails stay");
            // a CLOSE expunges too, unless the folder was opened again for reading only
            assertThat(scripted.commands())
                    .noneMatch(command -> command.matches("\\S+ (STORE|EXPUNGE).*"))
                    .filteredOn(command -> command.matches("\\S+ (EXAMINE|CLOSE).*"))
                    .first()
                    .asString()
                    .contains("EXAMINE");
            assertThat(folder.isOpen()).isFalse();
        }
    }

    @Test
    void expungesNothingWhereSomebodyElseMarksAMailMeanwhile() throws Exception {
        byte[] mail = BounceMails.to("joe@example.com").bytes();
        try (ScriptedServer scripted =
                new ScriptedServer("* OK [CAPABILITY IMAP4rev1] hi\r\n", imapWithAMark(mail, 1))) {
            Folder folder = inbox("imap", scripted.port());
            try (MailboxSession session = FolderMailbox.of(folder).open()) {
                List<MailboxEntry> second = session.list().subList(1, 2);
                assertThat(session.delete(second)).isEmpty();
                assertThatThrownBy(session::commit)
                        .isInstanceOf(UnavailableException.class)
                        .hasMessageContaining("comes again");
            }
            assertThat(scripted.commands())
                    .anyMatch(command -> command.contains("STORE 2 +FLAGS"))
                    .anyMatch(command -> command.contains("STORE 2 -FLAGS"))
                    .noneMatch(command -> command.matches("\\S+ EXPUNGE.*"));
        }
    }

    private static String logged(Runnable work) {
        PrintStream err = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            work.run();
        } finally {
            System.setErr(err);
        }
        return log.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"imap", "pop3"})
    void warnsOnceWhereAServerMayKeepItWaitingForEver(String protocol) throws Exception {
        int port = protocol.equals("pop3")
                ? server.getPop3().getPort()
                : server.getImap().getPort();
        Properties none = new Properties();
        none.setProperty("mail." + protocol + ".timeout", "0");
        FolderMailbox endless = FolderMailbox.of(inbox(protocol, port, none));
        Runnable twoVisits = () -> {
            endless.open().close();
            endless.open().close();
        };
        assertThat(logged(twoVisits).lines())
                .singleElement()
                .asString()
                .contains("has no mail." + protocol + ".timeout")
                .doesNotContain("secret");
        FolderMailbox bounded = FolderMailbox.of(inbox(protocol, port));
        assertThat(logged(() -> bounded.open().close())).isEmpty();
    }

    @Test
    void scansByTlsWithTheTimeoutsOfTheExample() throws Exception {
        GreenMail secure = new GreenMail(ServerSetup.IMAPS.dynamicPort());
        secure.start();
        try {
            user = secure.setUser("bounces@example.org", "user", "secret");
            deliver(BounceMails.to("jane@example.com").bytes());
            Properties properties = new Properties();
            properties.setProperty("mail.imaps.connectiontimeout", "15000");
            properties.setProperty("mail.imaps.timeout", "60000");
            properties.setProperty("mail.imaps.writetimeout", "60000");
            properties.setProperty("mail.imaps.ssl.trust", "127.0.0.1");
            properties.setProperty("mail.imaps.ssl.checkserveridentity", "false");
            Folder folder = inbox("imaps", secure.getImaps().getPort(), properties);
            List<ScanReport> reports = new ArrayList<>();
            assertThat(logged(() -> reports.add(scan(folder, accepted::addAll))))
                    .isEmpty();
            assertThat(reports.get(0).deleted()).as(reports.toString()).isEqualTo(1);
        } finally {
            secure.stop();
        }
    }

    @Test
    void goesOnAfterTheTimeoutOfTheStoresSession() throws Exception {
        byte[] mail = BounceMails.to("jane@example.com").bytes();
        try (ScriptedServer scripted = new ScriptedServer(
                "* OK [CAPABILITY IMAP4rev1 UIDPLUS] hi\r\n",
                command -> command.contains("[]") ? "" : imap(command, mail, mail.length))) {
            Properties properties = new Properties();
            properties.setProperty("mail.imap.timeout", "300");
            ScanReport report = scan(inbox("imap", scripted.port(), properties), accepted::addAll);
            assertThat(report.outcome()).as(report.toString()).isEqualTo(ScanReport.Outcome.UNAVAILABLE);
            assertThat(report.failed()).hasSize(1);
        }
    }

    @Test
    void saysWhatIsWrongWithAFolder() throws Exception {
        Folder missing = inbox("imap").getStore().getFolder("Nowhere");
        assertThat(scan(missing, accepted::addAll).outcome()).isEqualTo(ScanReport.Outcome.MISCONFIGURED);
        Folder readOnly = inbox("imap");
        readOnly.open(Folder.READ_ONLY);
        assertThat(scan(readOnly, accepted::addAll).outcome()).isEqualTo(ScanReport.Outcome.MISCONFIGURED);
        assertThat(FolderMailbox.of(readOnly).toString()).isEqualTo("FolderMailbox[imap://127.0.0.1/INBOX]");
        Folder gone = inbox("imap");
        server.stop();
        assertThat(scan(gone, accepted::addAll).outcome()).isEqualTo(ScanReport.Outcome.UNAVAILABLE);
    }
}
