package org.bounce4j.examples.demo;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.bounce4j.testkit.BounceMails;

/** What lies in the bounce mailbox of the demonstration. */
final class DemoMails {
    private static final String CAMPAIGN = "9f86b50d-5711-41c8-ab03-bc91c43d711b";

    /** A mail and what is to become of it. */
    static final class DemoMail {
        private final String what;
        private final byte[] bytes;
        private final int events;

        private DemoMail(String what, byte[] bytes, int events) {
            this.what = what;
            this.bytes = bytes;
            this.events = events;
        }

        /** Returns in words what it is. */
        String what() {
            return what;
        }

        /** Returns the mail. */
        byte[] bytes() {
            return bytes.clone();
        }

        /** Returns how many events it gives. */
        int events() {
            return events;
        }
    }

    private final Instant date = Instant.now();
    private final List<DemoMail> mails = new ArrayList<>();

    private DemoMails() {
        add("unknown user", 1, to("ann@example.com", 1).bytes());
        add(
                "mailbox full",
                1,
                to("bob@example.com", 2)
                        .status("5.2.2")
                        .diagnostic("smtp; 552 5.2.2 Mailbox full")
                        .bytes());
        add(
                "domain does not exist",
                1,
                to("cleo@nowhere.example", 3)
                        .status("5.4.4")
                        .diagnostic("dns; Host not found")
                        .bytes());
        add(
                "taken for spam: the address is fine",
                1,
                to("dan@example.com", 4)
                        .status("5.7.1")
                        .diagnostic("smtp; 554 5.7.1 Message rejected as spam")
                        .bytes());
        add(
                "our IP is on a block list: the address is fine",
                1,
                to("eve@example.com", 5)
                        .status("5.7.1")
                        .diagnostic("smtp; 550 5.7.1 blocked using zen.spamhaus.org")
                        .bytes());
        add(
                "given up after five days",
                1,
                to("finn@example.com", 6)
                        .status("4.4.7")
                        .diagnostic("smtp; 451 4.4.7 delivery time expired")
                        .bytes());
        add(
                "two recipients in one report",
                2,
                to("gina@example.com", 7)
                        .and("hugo@example.com")
                        .status("5.2.1")
                        .diagnostic("smtp; 550 5.2.1 account is disabled")
                        .bytes());
        add(
                "one failed, one still tried",
                1,
                to("ida@example.com", 8)
                        .and("jack@example.com")
                        .action("delayed")
                        .status("4.4.1")
                        .diagnostic(null)
                        .bytes());
        add(
                "still being tried",
                0,
                to("kim@example.com", 9)
                        .action("delayed")
                        .status("4.4.1")
                        .diagnostic("smtp; connection timed out")
                        .bytes());
        add(
                "delivered",
                0,
                to("lea@example.com", 10)
                        .action("delivered")
                        .status("2.1.5")
                        .diagnostic(null)
                        .bytes());
        add("complaint", 1, to("mia@example.com", 11).complaint());
        add("out of office", 0, to("ned@example.com", 12).autoReply());
        add("a person's mail that quotes a bounce", 0, to("ola@example.com", 13).personal());
        add(
                "broken MIME: the last boundary is missing",
                1,
                broken(to("pia@example.com", 14).bytes()));
        add("read receipt", 0, readReceipt());
    }

    static List<DemoMail> all() {
        return new DemoMails().mails;
    }

    private void add(String what, int events, byte[] mail) {
        mails.add(new DemoMail(what, mail, events));
    }

    private BounceMails to(String recipient, int number) {
        return BounceMails.to(recipient)
                .messageId("notice-" + number + "@mx.example.net")
                .date(date)
                .originalHeader("Message-ID", "<letter-" + number + "@example.org>")
                .originalHeader("X-Listmonk-Campaign", CAMPAIGN);
    }

    private static byte[] broken(byte[] mail) {
        String text = new String(mail, StandardCharsets.UTF_8);
        return text.substring(0, text.lastIndexOf("--bounce4j--")).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] readReceipt() {
        return """
                From: ron@example.com
                To: bounces@example.org
                Subject: Read: Your monthly letter
                Message-ID: <receipt-1@example.com>
                MIME-Version: 1.0
                Content-Type: multipart/report; report-type=disposition-notification; boundary="r"

                --r
                Content-Type: text/plain

                Your message was displayed.
                --r
                Content-Type: message/disposition-notification

                Final-Recipient: rfc822; ron@example.com
                Disposition: manual-action/MDN-sent-manually; displayed
                --r--
                """.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
    }
}
