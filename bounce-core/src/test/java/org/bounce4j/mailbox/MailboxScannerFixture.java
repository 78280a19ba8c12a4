package org.bounce4j.mailbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceSink;
import org.junit.jupiter.api.BeforeEach;

/** A mailbox with nine mails, five of which are what a scan is for, and a sink that remembers. */
abstract class MailboxScannerFixture {
    final InMemoryMailbox mailbox = new InMemoryMailbox();
    final List<BounceEvent> accepted = new ArrayList<>();

    @BeforeEach
    void fill() throws IOException {
        for (String name : List.of(
                "dsn-user-unknown",
                "auto-reply-vacation",
                "dsn-mailbox-full-headers-only",
                "personal-mail",
                "dsn-delayed",
                "arf-abuse",
                "dsn-delivered",
                "dsn-two-failed-one-delayed",
                "dsn-victim-unknown")) {
            mailbox.add(name, Files.readAllBytes(Path.of("src/test/resources/mails", name + ".eml")));
        }
    }

    ScanReport scan(BounceSink sink) {
        return MailboxScanner.builder(mailbox, sink).build().scan();
    }

    List<String> fetched() {
        return mailbox.log.stream()
                .filter(line -> line.startsWith("fetch "))
                .map(line -> line.substring(6))
                .toList();
    }

    static byte[] bounceTo(String recipient) {
        return ("From: MAILER-DAEMON@mx.example.net\r\nMessage-ID: <" + recipient
                        + ">\r\nContent-Type: multipart/report;"
                        + " report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nsorry\r\n--b\r\n"
                        + "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\n"
                        + "Final-Recipient: rfc822; " + recipient
                        + "\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    void fillWithBounces(int count) {
        mailbox.mails.clear();
        addBounces(0, count);
    }

    void addBounces(int from, int to) {
        for (int i = from; i < to; i++) {
            mailbox.add("id" + i, bounceTo("user" + i + "@example.org"));
        }
    }
}
