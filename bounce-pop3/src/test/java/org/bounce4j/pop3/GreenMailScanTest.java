package org.bounce4j.pop3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.bounce4j.BounceEvent;
import org.bounce4j.ConfigurationException;
import org.bounce4j.mailbox.MailboxScanner;
import org.bounce4j.mailbox.ScanReport;
import org.bounce4j.testkit.BounceMails;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Scans a real POP3 server. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class GreenMailScanTest {
    private final GreenMail server = new GreenMail(ServerSetup.POP3.dynamicPort());
    private final List<BounceEvent> accepted = new ArrayList<>();
    private GreenMailUser user;

    @BeforeEach
    void start() {
        server.start();
        user = server.setUser("bounces@example.org", "bounces", "secret");
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    private void deliver(byte[] mail) throws MessagingException {
        user.deliver(new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(mail)));
    }

    private MailboxScanner scanner(String password) {
        Pop3Mailbox mailbox = Pop3Mailbox.builder("127.0.0.1", Credentials.password("bounces", password))
                .port(server.getPop3().getPort())
                .insecurePlaintext()
                .build();
        return MailboxScanner.builder(mailbox, accepted::addAll).build();
    }

    @Test
    void deletesBouncesAndLeavesTheRest() throws MessagingException {
        deliver(BounceMails.to("jane@example.com").bytes());
        deliver(BounceMails.to("jane@example.com").autoReply());
        deliver(BounceMails.to("joe@example.com")
                .status("5.2.2")
                .diagnostic("smtp; 552 5.2.2 mailbox full")
                .and("ann@example.com")
                .bytes());
        deliver(BounceMails.to("jane@example.com").personal());
        deliver(BounceMails.to("mary@example.com").complaint());

        ScanReport report = scanner("secret").scan();
        assertThat(report.outcome()).as(report.toString()).isEqualTo(ScanReport.Outcome.COMPLETED);
        assertThat(report.seen()).isEqualTo(5);
        assertThat(report.deleted()).isEqualTo(3);
        assertThat(accepted)
                .extracting(event -> event.recipient().orElseThrow().key())
                .containsExactly("jane@example.com", "joe@example.com", "ann@example.com", "mary@example.com");
        assertThat(server.getReceivedMessages()).hasSize(2);

        ScanReport again = scanner("secret").scan();
        assertThat(again.events()).isZero();
        assertThat(again.left()).isEqualTo(2);
    }

    @Test
    void saysThatAPortSpeaksNoTls() {
        Pop3Mailbox mailbox = Pop3Mailbox.builder("127.0.0.1", Credentials.password("bounces", "secret"))
                .port(server.getPop3().getPort())
                .build();
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(mailbox::open)
                .withMessage("Expected " + mailbox.name() + " to speak TLS, this port speaks no TLS; use startTls() or"
                        + " insecurePlaintext(), or another port");
    }

    @Test
    void asksAPersonWhereTheLoginIsRefused() {
        assertThat(scanner("wrong").scan().outcome()).isEqualTo(ScanReport.Outcome.MISCONFIGURED);
    }
}
