package org.bounce4j.pop3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bounce4j.BounceEvent;
import org.bounce4j.ConfigurationException;
import org.bounce4j.UnavailableException;
import org.bounce4j.mailbox.MailboxScanner;
import org.bounce4j.mailbox.MailboxSession;
import org.bounce4j.mailbox.ScanReport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scans Dovecot, where it is installed; the build server says with a variable that it must be. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class DovecotTest {
    private static Dovecot server;

    private final List<BounceEvent> accepted = new ArrayList<>();

    @BeforeAll
    static void start() throws IOException {
        boolean required = System.getenv("BOUNCE4J_DOVECOT") != null;
        assumeTrue(
                required || Dovecot.isInstalled(),
                "Skipped: Dovecot is not installed (Debian: dovecot-pop3d); .ci/run installs and requires it");
        server = Dovecot.start("tls", "stls", "login", "lock", "many", "large", "down", "untrusted");
    }

    @AfterAll
    static void stop() throws IOException {
        if (server != null) {
            server.close();
        }
    }

    private static Pop3Mailbox.Builder mailbox(Credentials credentials) throws Exception {
        return Pop3Mailbox.builder("localhost", credentials)
                .port(server.tlsPort())
                .readTimeout(Duration.ofSeconds(20))
                .sslContext(TestCertificates.trusting(server.certificate()));
    }

    private static Credentials password(String user) {
        return Credentials.password(user, "secret");
    }

    private ScanReport scan(Pop3Mailbox mailbox) {
        return MailboxScanner.builder(mailbox, accepted::addAll).build().scan();
    }

    @Test
    void scansUnderTls() throws Exception {
        server.deliver("tls", Mails.bounce(1));
        server.deliver("tls", Mails.LETTER);
        ScanReport report = scan(mailbox(password("tls")).build());
        assertThat(report.outcome()).as(report.toString()).isEqualTo(ScanReport.Outcome.COMPLETED);
        assertThat(report.deleted()).isEqualTo(1);
        assertThat(server.count("tls")).isEqualTo(1);
    }

    @Test
    void scansUnderStls() throws Exception {
        server.deliver("stls", Mails.bounce(1));
        ScanReport report =
                scan(mailbox(password("stls")).port(server.port()).startTls().build());
        assertThat(report.outcome()).as(report.toString()).isEqualTo(ScanReport.Outcome.COMPLETED);
        assertThat(server.count("stls")).isZero();
    }

    @Test
    void trustsNoCertificateThatItWasNotToldToTrust() {
        Pop3Mailbox mailbox = Pop3Mailbox.builder("localhost", password("untrusted"))
                .port(server.tlsPort())
                .build();
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(mailbox::open)
                .withMessageContaining("certificate");
    }

    @Test
    void logsInByEveryWay() throws Exception {
        for (Credentials credentials : List.of(
                password("login"),
                Credentials.apop("login", "secret"),
                Credentials.saslPlain("login", "secret"),
                Credentials.xoauth2("login", () -> "token-of-login"),
                Credentials.xoauth2TwoLines("login", () -> "token-of-login"))) {
            ScanReport report = scan(mailbox(credentials).build());
            assertThat(report.outcome()).as(credentials + " " + report).isEqualTo(ScanReport.Outcome.COMPLETED);
        }
        for (Credentials credentials : List.of(
                Credentials.password("login", "wrong-one"),
                Credentials.apop("login", "wrong-one"),
                Credentials.saslPlain("login", "wrong-one"),
                Credentials.xoauth2("login", () -> "wrong-one"),
                Credentials.xoauth2TwoLines("login", () -> "wrong-one"))) {
            ScanReport report = scan(mailbox(credentials).build());
            assertThat(report.outcome()).as(credentials + " " + report).isEqualTo(ScanReport.Outcome.MISCONFIGURED);
            assertThat(report.failure().orElseThrow()).hasMessageNotContaining("wrong-one");
        }
    }

    @Test
    void letsOneOfTwoNodesIn() throws Exception {
        server.deliver("lock", Mails.bounce(1));
        Pop3Mailbox mailbox = mailbox(password("lock")).build();
        try (MailboxSession session = mailbox.open()) {
            assertThat(session.list()).hasSize(1);
            // Dovecot waits some seconds for the other one, and then says so
            ScanReport report = scan(mailbox);
            assertThat(report.outcome()).as(report.toString()).isEqualTo(ScanReport.Outcome.IN_USE);
        }
        assertThat(scan(mailbox).deleted()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void emptiesALargeMailbox(boolean tls) throws Exception {
        for (int i = 0; i < 2_500; i++) {
            server.deliver("many", Mails.bounce(i));
        }
        Pop3Mailbox.Builder mailbox = mailbox(password("many"));
        ScanReport report = scan(
                tls
                        ? mailbox.build()
                        : mailbox.port(server.port()).insecurePlaintext().build());
        assertThat(report.outcome()).as(report.toString()).isEqualTo(ScanReport.Outcome.COMPLETED);
        assertThat(report.deleted()).isEqualTo(2_500);
        assertThat(accepted.stream().map(BounceEvent::id).distinct()).hasSize(2_500);
        assertThat(server.count("many")).isZero();
    }

    @Test
    void readsTheBeginningOfAMailThatIsTooLarge() throws Exception {
        byte[] large = Arrays.copyOf(Mails.bounce(1), 20_000_000);
        Arrays.fill(large, Mails.bounce(1).length, large.length, (byte) 'x');
        for (int i = Mails.bounce(1).length; i + 1 < large.length; i += 80) {
            large[i] = '\r';
            large[i + 1] = '\n';
        }
        server.deliver("large", large);
        server.deliver("large", Mails.bounce(2));
        ScanReport report = scan(mailbox(password("large")).build());
        assertThat(report.outcome()).as(report.toString()).isEqualTo(ScanReport.Outcome.COMPLETED);
        assertThat(accepted).hasSize(2);
        assertThat(report.bytes()).isLessThan(1_000_000);
        assertThat(server.count("large")).isEqualTo(1);
    }

    @Test
    void deletesNothingThatASinkDidNotAcceptBeforeItWasUnavailable() throws Exception {
        for (int i = 0; i < 300; i++) {
            server.deliver("down", Mails.bounce(i));
        }
        Pop3Mailbox mailbox = mailbox(password("down")).build();
        ScanReport report = MailboxScanner.builder(mailbox, events -> {
                    if (accepted.size() > 100) {
                        throw new UnavailableException("the database is gone");
                    }
                    accepted.addAll(events);
                })
                .build()
                .scan();
        assertThat(report.outcome()).isEqualTo(ScanReport.Outcome.UNAVAILABLE);
        assertThat(accepted).hasSize(200);
        assertThat(server.count("down")).isEqualTo(100);
        assertThat(scan(mailbox).deleted()).isEqualTo(100);
        assertThat(accepted).extracting(BounceEvent::id).doesNotHaveDuplicates().hasSize(300);
    }
}
