package org.bounce4j.pop3;

import java.nio.charset.StandardCharsets;

/** The smallest mails there are. */
final class Mails {
    static final byte[] LETTER =
            "Subject: hello\r\nMessage-ID: <l@x>\r\n\r\nhow are you\r\n".getBytes(StandardCharsets.US_ASCII);

    private Mails() {}

    static byte[] bounce(int number) {
        return ("From: MAILER-DAEMON@mx.example.net\r\nMessage-ID: <" + number
                        + "@mx>\r\nContent-Type: multipart/report;"
                        + " report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\n.sorry\r\n--b\r\n"
                        + "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\n"
                        + "Final-Recipient: rfc822; user" + number
                        + "@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
                        + "--b--\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }
}
