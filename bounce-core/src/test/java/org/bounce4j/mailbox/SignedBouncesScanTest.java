package org.bounce4j.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.bounce4j.BounceEvent;
import org.bounce4j.Trust;
import org.bounce4j.mail.BounceMessageParser;
import org.bounce4j.mail.MailKind;
import org.bounce4j.mail.SignedReturnPath;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A bounce mailbox that strangers mail forgeries to, read by a host that signs its return paths. */
class SignedBouncesScanTest {
    private static final UUID SUBSCRIBER = UUID.fromString("3d5a7e0c-3a35-4b6e-9a51-0c8f5d0a4a11");

    private final byte[] key = new byte[32];
    private final InMemoryMailbox mailbox = new InMemoryMailbox();
    private final List<BounceEvent> accepted = new ArrayList<>();
    private SignedReturnPath returnPath;

    @BeforeEach
    void fill() throws IOException {
        new SecureRandom().nextBytes(key);
        returnPath = SignedReturnPath.builder("bounces@lists.example.org", key).build();
        mailbox.add("genuine", to(returnPath.address("jane@example.com", SUBSCRIBER)));
        mailbox.add("forged", to("bounces@lists.example.org"));
        byte[] strangersKey = new byte[32];
        SignedReturnPath strangers = SignedReturnPath.builder("bounces@lists.example.org", strangersKey)
                .build();
        mailbox.add("signed by a stranger", to(strangers.address("jane@example.com", SUBSCRIBER)));
        mailbox.add("replayed for another", to(returnPath.address("mallory@example.net", UUID.randomUUID())));
        mailbox.add("reply", Files.readAllBytes(Path.of("src/test/resources/mails/auto-reply-vacation.eml")));
    }

    /** A report that Jane's mailbox does not exist. */
    private static byte[] to(String address) throws IOException {
        return Files.readString(Path.of("src/test/resources/mails/dsn-user-unknown.eml"))
                .replace("\nTo: bounces@lists.example.org", "\nTo: " + address)
                .getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void countsSignedBouncesAloneAndLeavesTheOthersWhereTheyAre() {
        BounceMessageParser parser = BounceMessageParser.builder()
                .signedReturnPath(returnPath)
                .minimumTrust(Trust.AUTHENTICATED)
                .build();
        ScanReport report = MailboxScanner.builder(mailbox, accepted::addAll)
                .parser(parser)
                .build()
                .scan();
        assertThat(accepted)
                .hasSize(2)
                .allSatisfy(event -> assertThat(event.trust()).isEqualTo(Trust.AUTHENTICATED));
        assertThat(accepted.get(0).recipient().orElseThrow().key()).isEqualTo("jane@example.com");
        // it is about the stranger's own subscription, whatever address it names
        assertThat(accepted.get(1).recipient()).isEmpty();
        assertThat(accepted.get(1).subscriber())
                .isPresent()
                .isNotEqualTo(accepted.get(0).subscriber());
        assertThat(mailbox.mails).containsOnlyKeys("forged", "signed by a stranger", "reply");
        assertThat(report.untrusted()).isEqualTo(2);
        assertThat(report.count(MailKind.BOUNCE)).isEqualTo(4);
        assertThat(report.left()).isEqualTo(3);
        assertThat(report.toString()).contains("untrusted=2");
    }

    @Test
    void countsAllOfThemWhereNothingElseWasAskedFor() {
        BounceMessageParser parser =
                BounceMessageParser.builder().signedReturnPath(returnPath).build();
        ScanReport report = MailboxScanner.builder(mailbox, accepted::addAll)
                .parser(parser)
                .build()
                .scan();
        assertThat(accepted)
                .extracting(BounceEvent::trust)
                .containsExactly(Trust.AUTHENTICATED, Trust.CORRELATED, Trust.CORRELATED, Trust.AUTHENTICATED);
        assertThat(report.untrusted()).isZero();
    }
}
