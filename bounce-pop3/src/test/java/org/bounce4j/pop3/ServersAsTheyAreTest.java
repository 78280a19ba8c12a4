package org.bounce4j.pop3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceSink;
import org.bounce4j.UnavailableException;
import org.bounce4j.mailbox.MailboxScanner;
import org.bounce4j.mailbox.ScanReport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scans servers with the habits that servers have. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ServersAsTheyAreTest {
    private final List<BounceEvent> accepted = new ArrayList<>();
    private PlayedServer server;

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private void fill(int bounces) {
        for (int i = 0; i < bounces; i++) {
            server.add("uid" + i, Mails.bounce(i));
        }
    }

    private MailboxScanner.Builder scanner(BounceSink sink) {
        return MailboxScanner.builder(
                Pop3Mailbox.builder("127.0.0.1", Credentials.password("user", "secret"))
                        .port(server.port())
                        .insecurePlaintext()
                        .readTimeout(Duration.ofSeconds(5))
                        .build(),
                sink);
    }

    private ScanReport scan() {
        return scanner(accepted::addAll).build().scan();
    }

    private List<String> said(String verb) {
        return server.commands.stream()
                .filter(command -> command.startsWith(verb))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void readsAllOfALargeMailbox(boolean pipelining) throws IOException {
        server = new PlayedServer();
        if (pipelining) {
            server.capabilities.add("PIPELINING");
        }
        fill(1_234);
        server.add("letter", Mails.LETTER);
        ScanReport report = scan();
        assertThat(report.outcome()).as(report.toString()).isEqualTo(ScanReport.Outcome.COMPLETED);
        assertThat(report.deleted()).isEqualTo(1_234);
        assertThat(accepted).extracting(BounceEvent::id).doesNotHaveDuplicates().hasSize(1_234);
        assertThat(server.mails).containsOnlyKeys("letter");
    }

    @Test
    void asksAheadWherePipeliningIsOffered() throws Exception {
        server = new PlayedServer();
        server.capabilities.add("PIPELINING");
        fill(300);
        // a server that answers nothing until it was asked for twenty mails
        server.answersAfter = 20;
        assertThat(scan().deleted()).isEqualTo(300);
        assertThat(said("RETR")).hasSize(300).doesNotHaveDuplicates();
        assertThat(said("DELE")).hasSize(300);
        assertThat(server.commands).endsWith("QUIT");
    }

    @Test
    void readsGmailsMailboxToItsEnd() throws IOException {
        server = PlayedServer.gmail();
        fill(600);
        server.add("letter", Mails.LETTER);
        ScanReport report = scan();
        assertThat(report.outcome()).as(report.toString()).isEqualTo(ScanReport.Outcome.COMPLETED);
        assertThat(report.deleted()).isEqualTo(600);
        assertThat(server.mails).containsOnlyKeys("letter");
    }

    @Test
    void hidesNothingOnGmailThatTheSinkDidNotAccept() throws IOException {
        server = PlayedServer.gmail();
        fill(300);
        int[] calls = {0};
        ScanReport report = scanner(events -> {
                    if (++calls[0] == 2) {
                        throw new UnavailableException("the database is gone");
                    }
                    accepted.addAll(events);
                })
                .build()
                .scan();
        assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.UNAVAILABLE);
        // what was accepted is deleted in a session of its own
        assertThat(report.deleted()).isEqualTo(100);
        assertThat(server.hidden).isEmpty();
        assertThat(server.commands.subList(server.commands.lastIndexOf("LIST"), server.commands.size()))
                .noneMatch(command -> command.startsWith("RETR"))
                .endsWith("QUIT");
        assertThat(said("QUIT")).hasSize(1);
        assertThat(scan().deleted()).isEqualTo(200);
        assertThat(accepted).extracting(BounceEvent::id).doesNotHaveDuplicates().hasSize(300);
    }

    @Test
    void hidesNoPoisonousMailOnGmailAndDeletesTheOthers() throws IOException {
        server = PlayedServer.gmail();
        fill(30);
        BounceSink sink = events -> {
            if (events.stream()
                    .anyMatch(event -> event.recipient().orElseThrow().key().startsWith("user7@"))) {
                throw new IllegalStateException("poison");
            }
            accepted.addAll(events);
        };
        MailboxScanner scanner = scanner(sink).build();
        ScanReport report = scanner.scan();
        assertThat(report.outcome()).as(report.toString()).isEqualTo(ScanReport.Outcome.COMPLETED);
        assertThat(report.failed()).extracting(each -> each.entry().id()).containsExactly("uid7");
        assertThat(server.mails).containsOnlyKeys("uid7");
        assertThat(server.hidden).doesNotContain("uid7");
        server.add("new", Mails.bounce(99));
        server.commands.clear();
        assertThat(scanner.scan().deleted()).isEqualTo(1);
        assertThat(said("RETR")).hasSize(1);
    }

    @Test
    void leavesLettersOnServersThatDeleteWhatWasFetched() throws IOException {
        server = new PlayedServer();
        server.capabilities.add("EXPIRE 0");
        server.deletesFetched = true;
        fill(3);
        server.add("letter", Mails.LETTER);
        ScanReport report = scan();
        assertThat(report.outcome()).as(report.toString()).isEqualTo(ScanReport.Outcome.COMPLETED);
        assertThat(report.deleted()).isEqualTo(3);
        assertThat(server.mails).containsOnlyKeys("letter");
    }

    @Test
    void scansServersWithoutCapaUidlAndTop() throws IOException {
        server = new PlayedServer();
        server.knowsCapa = false;
        server.knowsUidl = false;
        server.knowsTop = false;
        fill(5);
        server.add("letter", Mails.LETTER);
        ScanReport report = scan();
        assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.COMPLETED);
        assertThat(server.mails).containsOnlyKeys("letter");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void deletesByTheSecondScanWhatAServerWithoutUidlGaveBesideAPoisonousMail(boolean pipelining) throws IOException {
        server = new PlayedServer();
        server.knowsUidl = false;
        if (pipelining) {
            server.capabilities.add("PIPELINING");
        }
        fill(230);
        server.add("letter", Mails.LETTER);
        MailboxScanner scanner = scanner(events -> {
                    if (events.stream()
                            .anyMatch(event ->
                                    event.recipient().orElseThrow().key().startsWith("user17@"))) {
                        throw new IllegalStateException("poison");
                    }
                    accepted.addAll(events);
                })
                .build();
        assertThat(scanner.scan().outcome()).isEqualTo(ScanReport.Outcome.UNAVAILABLE);
        assertThat(server.mails).hasSize(231);
        ScanReport second = again(scanner);
        assertThat(second.outcome()).as(second.toString()).isEqualTo(ScanReport.Outcome.COMPLETED);
        assertThat(server.mails).containsOnlyKeys("uid17", "letter");
        assertThat(accepted.stream().map(BounceEvent::id).distinct()).hasSize(229);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 100_000_000, 999_999_999})
    void believesNoSize(long size) throws IOException {
        server = new PlayedServer();
        server.sizeToClaim = size;
        fill(5);
        ScanReport report = scan();
        assertThat(report.outcome()).as(report.toString()).isEqualTo(ScanReport.Outcome.COMPLETED);
        assertThat(report.deleted()).isEqualTo(5);
    }

    private static byte[] large(int megabytes) {
        byte[] bounce = Mails.bounce(7);
        byte[] large = Arrays.copyOf(bounce, bounce.length + megabytes * 1_000_000);
        Arrays.fill(large, bounce.length, large.length, (byte) 'x');
        for (int i = bounce.length; i + 1 < large.length; i += 100) {
            large[i] = '\r';
            large[i + 1] = '\n';
        }
        return large;
    }

    @ParameterizedTest
    @ValueSource(strings = {"TOP, CAPA", "TOP", "CAPA", "nothing", "PIPELINING"})
    void readsTheBeginningOfAMailThatIsTooLarge(String known) throws IOException {
        server = new PlayedServer();
        server.knowsTop = known.contains("TOP") || known.equals("PIPELINING");
        server.knowsCapa = known.contains("CAPA") || known.equals("PIPELINING");
        if (known.equals("PIPELINING")) {
            server.capabilities.add("PIPELINING");
        }
        if (!server.knowsTop) {
            server.capabilities.remove("TOP");
        }
        fill(2);
        server.add("large", large(20));
        server.add("small", Mails.bounce(3));
        ScanReport report = scan();
        assertThat(report.outcome()).as(report.toString()).isEqualTo(ScanReport.Outcome.COMPLETED);
        assertThat(accepted).hasSize(4);
        assertThat(report.deleted()).isEqualTo(3);
        assertThat(server.mails).containsOnlyKeys("large");
        assertThat(said("TOP")).hasSize(known.equals("CAPA") ? 0 : 1);
        assertThat(said("RETR 3")).hasSize(server.knowsTop ? 0 : 1);
        assertThat(report.bytes()).isLessThan(server.knowsTop ? 1_000_000 : 9_000_000);
    }

    @Test
    void reportsAMailThatTheServerWillNotDelete() throws IOException {
        server = new PlayedServer();
        server.capabilities.add("PIPELINING");
        server.dele = "uid1";
        fill(3);
        ScanReport report = scan();
        assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.COMPLETED);
        assertThat(report.deleted()).isEqualTo(2);
        assertThat(report.failed()).extracting(each -> each.entry().id()).containsExactly("uid1");
        assertThat(server.mails).containsOnlyKeys("uid1");
    }

    @Test
    void countsNothingWhereQuitIsRefusedOrItsAnswerIsLost() throws IOException {
        server = new PlayedServer();
        fill(3);
        server.refusesQuit = true;
        assertThat(scan().outcome()).isEqualTo(ScanReport.Outcome.UNAVAILABLE);
        server.refusesQuit = false;
        server.losesTheAnswerOfQuit = true;
        awaitEndOfSessions();
        ScanReport report = scan();
        assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.UNAVAILABLE);
        assertThat(report.deleted()).isZero();
        server.losesTheAnswerOfQuit = false;
        awaitEndOfSessions();
        assertThat(scan().seen()).isZero();
        assertThat(accepted.stream().map(BounceEvent::id).distinct()).hasSize(3);
    }

    @Test
    void letsOneOfTwoNodesIn() throws Exception {
        server = new PlayedServer();
        fill(3);
        CountDownLatch inSink = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        MailboxScanner slow = scanner(events -> {
                    inSink.countDown();
                    goOn.await();
                })
                .build();
        Thread other = new Thread(slow::scan);
        other.start();
        inSink.await();
        ScanReport report = scan();
        assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.IN_USE);
        assertThat(report.failure().orElseThrow()).hasMessageContaining("[IN-USE]");
        assertThat(report.retryAfter()).contains(Duration.ofMinutes(1));
        goOn.countDown();
        other.join();
        assertThat(server.mails).isEmpty();
    }

    @Test
    void isInterruptedWhileTheServerKeepsItWaiting() throws Exception {
        server = new PlayedServer();
        fill(3);
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        server.onCommand = command -> {
            if (command.equals("RETR 2")) {
                asked.countDown();
                try {
                    never.await(20, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        List<ScanReport> reports = new ArrayList<>();
        List<Boolean> interrupted = new ArrayList<>();
        MailboxScanner scanner = MailboxScanner.builder(
                        Pop3Mailbox.builder("127.0.0.1", Credentials.password("user", "secret"))
                                .port(server.port())
                                .insecurePlaintext()
                                .build(),
                        accepted::addAll)
                .build();
        Thread thread = new Thread(() -> {
            reports.add(scanner.scan());
            interrupted.add(Thread.currentThread().isInterrupted());
        });
        thread.start();
        asked.await();
        thread.interrupt();
        thread.join(10_000);
        never.countDown();
        assertThat(reports).singleElement().satisfies(report -> {
            assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.UNAVAILABLE);
            assertThat(report.failure().orElseThrow()).hasMessageContaining("interrupted");
        });
        assertThat(interrupted).containsExactly(true);
        assertThat(said("QUIT")).isEmpty();
    }

    @Test
    void endsWithTheTimeOfTheScanWhateverTheServerDoes() throws Exception {
        server = new PlayedServer();
        fill(3);
        CountDownLatch never = new CountDownLatch(1);
        server.onCommand = command -> {
            if (command.equals("RETR 2")) {
                try {
                    never.await(20, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        long start = System.nanoTime();
        ScanReport report = scanner(accepted::addAll)
                .timeout(Duration.ofMillis(400))
                .build()
                .scan();
        never.countDown();
        assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.UNAVAILABLE);
        assertThat(report.failure().orElseThrow()).hasMessageContaining("used up its time");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
    }

    @Test
    void hangsUpOnAMailThatDoesNotEndAndReadsTheOthersNextTime() throws IOException {
        server = new PlayedServer();
        server.endless = "uid1";
        fill(3);
        MailboxScanner scanner = scanner(accepted::addAll).build();
        ScanReport report = scanner.scan();
        assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.UNAVAILABLE);
        assertThat(report.failure().orElseThrow()).hasMessageContaining("does not end");
        assertThat(report.deleted()).as(report.toString()).isEqualTo(1);
        ScanReport second = again(scanner);
        assertThat(second.deleted()).as(second.toString()).isEqualTo(1);
        assertThat(accepted).extracting(BounceEvent::id).doesNotHaveDuplicates().hasSize(2);
        assertThat(server.mails).containsOnlyKeys("uid1");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void survivesGarbage(int seed) throws IOException {
        server = new PlayedServer();
        Random random = new Random(seed);
        String[] words = {
            "+OK\r\n", "-ERR\r\n", ".\r\n", "1 1\r\n", "\n", "\r", "..", "+ ", "[IN-USE]", "\0\377", "99999999999 x"
        };
        for (int i = 0; i < 20; i++) {
            try (ScriptedServer garbage = new ScriptedServer("+OK\r\n", command -> {
                StringBuilder answer = new StringBuilder(random.nextInt(3) > 0 ? "+OK\r\n" : "");
                for (int n = random.nextInt(6); n > 0; n--) {
                    answer.append(words[random.nextInt(words.length)]);
                }
                return answer.toString();
            })) {
                ScanReport report = MailboxScanner.builder(
                                Pop3Mailbox.builder("127.0.0.1", Credentials.password("user", "secret"))
                                        .port(garbage.port())
                                        .insecurePlaintext()
                                        .readTimeout(Duration.ofMillis(30))
                                        .build(),
                                accepted::addAll)
                        .build()
                        .scan();
                assertThat(report.deleted()).isZero();
                assertThat(accepted).isEmpty();
            }
        }
    }

    /** Cuts the line after each byte of a scan, and scans again: everything is there, and nothing is lost or invented. */
    @ParameterizedTest
    @ValueSource(strings = {"plain", "pipelining", "gmail", "deleting"})
    void losesNothingWhereverTheLineIsCut(String kind) throws IOException {
        server = kind.equals("gmail") ? PlayedServer.gmail() : new PlayedServer();
        if (kind.equals("pipelining")) {
            server.capabilities.add("PIPELINING");
        }
        if (kind.equals("deleting")) {
            server.capabilities.add("EXPIRE 0");
            server.deletesFetched = true;
        }
        cutFill();
        assertThat(scan().outcome()).isEqualTo(ScanReport.Outcome.COMPLETED);
        long bytes = server.written.get();
        for (long cut = 0; cut < bytes; cut++) {
            awaitEndOfSessions();
            cutFill();
            accepted.clear();
            server.written.set(0);
            server.cutAfter = cut;
            MailboxScanner scanner = scanner(accepted::addAll).build();
            ScanReport report = scanner.scan();
            server.cutAfter = Long.MAX_VALUE;
            // on servers that hide, the last look is only to see whether there is more
            if (report.outcome() != ScanReport.Outcome.COMPLETED) {
                assertThat(report.outcome()).as("cut after %s bytes", cut).isEqualTo(ScanReport.Outcome.UNAVAILABLE);
            }
            ScanReport second = again(scanner);
            assertThat(second.outcome())
                    .as("cut after %s bytes: %s", cut, second)
                    .isEqualTo(ScanReport.Outcome.COMPLETED);
            assertThat(accepted.stream()
                            .map(event -> event.recipient().orElseThrow().key())
                            .collect(Collectors.toSet()))
                    .as("cut after %s bytes", cut)
                    .containsExactlyInAnyOrder("user0@example.org", "user1@example.org");
            assertThat(server.mails).as("cut after %s bytes", cut).containsOnlyKeys("letter");
        }
    }

    /** The server may not have noticed yet that the first session is over. */
    private static ScanReport again(MailboxScanner scanner) {
        ScanReport report = scanner.scan();
        while (report.outcome() == ScanReport.Outcome.IN_USE) {
            Thread.onSpinWait();
            report = scanner.scan();
        }
        return report;
    }

    private void awaitEndOfSessions() {
        while (server.isInUse()) {
            Thread.onSpinWait();
        }
    }

    private void cutFill() {
        server.mails.clear();
        server.hidden.clear();
        server.commands.clear();
        server.add("uid0", Mails.bounce(0));
        server.add("letter", Mails.LETTER);
        server.add("uid1", Mails.bounce(1));
    }
}
