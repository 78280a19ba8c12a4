package org.bounce4j.examples.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bounce4j.mailbox.FetchedMail;
import org.bounce4j.mailbox.Mailbox;
import org.bounce4j.mailbox.MailboxEntry;
import org.bounce4j.mailbox.MailboxSession;
import org.bounce4j.pop3.Credentials;
import org.bounce4j.pop3.Pop3Mailbox;
import org.bounce4j.testkit.BounceMails;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Lets {@code serve} scan a real POP3 server. */
@Timeout(60)
class MailboxTest {
    private final GreenMail mails = new GreenMail(ServerSetup.POP3.dynamicPort());
    private GreenMailUser user;
    private int port;

    @BeforeEach
    void start() {
        mails.start();
        port = mails.getPop3().getPort();
        user = mails.setUser("bounces@example.org", "bounces", "secret");
    }

    @AfterEach
    void stop() {
        mails.stop();
    }

    private void deliver(byte[] mail) throws MessagingException {
        user.deliver(new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(mail)));
    }

    private RunningServer serve(String... more) throws IOException {
        String[] settings = {
            "pop3.enabled", "true",
            "pop3.interval", "1",
            "pop3.host", "127.0.0.1",
            "pop3.port", String.valueOf(port),
            "pop3.user", "bounces",
            "pop3.password", "secret",
            "pop3.security", "insecure"
        };
        String[] all = new String[settings.length + more.length];
        System.arraycopy(settings, 0, all, 0, settings.length);
        System.arraycopy(more, 0, all, settings.length, more.length);
        return new RunningServer(all);
    }

    private Mailbox mailbox() {
        return Pop3Mailbox.builder("127.0.0.1", Credentials.password("bounces", "secret"))
                .port(port)
                .insecurePlaintext()
                .build();
    }

    private static void waitFor(Check condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.holds() && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(50); // between two looks
        }
        assertThat(condition.holds()).isTrue();
    }

    private interface Check {
        boolean holds() throws Exception;
    }

    @Test
    void bouncesAreStoredAndDeletedAndTheRestIsLeft() throws Exception {
        deliver(BounceMails.to("jane@example.com").bytes());
        deliver(BounceMails.to("joe@example.com").autoReply());
        try (RunningServer server = serve()) {
            waitFor(() -> server.stored() == 1);
            JsonNode event = server.get("/api/bounces").path("results").path(0);
            assertThat(event.path("email").textValue()).isEqualTo("jane@example.com");
            assertThat(event.path("source").textValue()).isEqualTo("pop3");
            assertThat(server.get("/api/suppressions").path("results").findValuesAsText("email"))
                    .containsExactly("jane@example.com");
            waitFor(() -> mails.getReceivedMessages().length == 1);
            assertThat(mails.getReceivedMessages()[0].getAllRecipients()[0]).hasToString("bounces@example.org");

            deliver(BounceMails.to("jim@example.com").bytes()); // a later scan finds what comes later
            waitFor(() -> server.stored() == 2 && mails.getReceivedMessages().length == 1);
            assertThat(server.ask("GET", "/metrics", "").body())
                    .contains(
                            "bounce_scan_deleted_total 2\n", "bounce_events_total{channel=\"pop3\",type=\"hard\"} 2\n");
        }
    }

    @Test
    void scanIsNotInterruptedWhileItsEventsAreStored() throws Exception {
        deliver(BounceMails.to("jane@example.com").bytes());
        CountDownLatch storing = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        AtomicBoolean stored = new AtomicBoolean();
        MailboxSchedule schedule = new MailboxSchedule(
                mailbox(),
                events -> {
                    storing.countDown();
                    mayEnd.await();
                    stored.set(true);
                },
                Duration.ofSeconds(1),
                new Metrics());
        storing.await();
        Thread closing = new Thread(schedule::close);
        closing.start();
        waitFor(() -> closing.getState() == Thread.State.WAITING || closing.getState() == Thread.State.TIMED_WAITING);
        mayEnd.countDown();
        closing.join();
        assertThat(stored).isTrue();
    }

    @Test
    void scanThatIsReadyToStoreWhileTheServerStopsStoresNothing() throws Exception {
        deliver(BounceMails.to("jane@example.com").bytes());
        CountDownLatch fetched = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        AtomicBoolean stored = new AtomicBoolean();
        Mailbox mailbox = new Mailbox() {
            @Override
            public MailboxSession open() {
                return new Interrupted(mailbox().open(), fetched, interrupted);
            }

            @Override
            public String name() {
                return "held";
            }
        };
        MailboxSchedule schedule =
                new MailboxSchedule(mailbox, events -> stored.set(true), Duration.ofSeconds(1), new Metrics());
        fetched.await();
        schedule.close();
        assertThat(interrupted.getCount()).isZero();
        assertThat(stored).isFalse();
        assertThat(mails.getReceivedMessages()).hasSize(1);
    }

    /** Fetches a mail, and comes back with it when the thread was interrupted, as one does who was busy with bytes. */
    private record Interrupted(MailboxSession session, CountDownLatch fetched, CountDownLatch interrupted)
            implements MailboxSession {
        @Override
        public List<MailboxEntry> list() {
            return session.list();
        }

        @Override
        public Optional<FetchedMail> fetch(MailboxEntry entry, int maxBytes) {
            Optional<FetchedMail> mail = session.fetch(entry, maxBytes);
            fetched.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            return mail;
        }

        @Override
        public List<MailboxEntry> delete(List<MailboxEntry> entries) {
            return session.delete(entries);
        }

        @Override
        public void commit() {
            session.commit();
        }

        @Override
        public void abandon() {
            session.abandon();
        }
    }

    @Test
    void mailboxThatDoesNotAnswerStopsNothingElse() throws Exception {
        mails.stop();
        try (RunningServer server = serve()) {
            waitFor(() -> server.ask("GET", "/metrics", "").body().contains("bounce_scans_total{outcome="));
            server.post("{\"email\":\"jane@example.com\",\"type\":\"hard\",\"source\":\"api\"}");
            assertThat(server.stored()).isEqualTo(1);
        }
    }

    @Test
    void mailboxIsLeftAloneWhenBounceProcessingIsOff() throws Exception {
        deliver(BounceMails.to("jane@example.com").bytes());
        try (RunningServer server = serve("bounce.enabled", "false")) {
            assertThat(server.ask("GET", "/metrics", "").body()).doesNotContain("bounce_scans_total");
            assertThat(server.stored()).isZero();
        }
        assertThat(mails.getReceivedMessages()).hasSize(1);
    }
}
