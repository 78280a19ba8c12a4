package org.bounce4j.benchmarks;

import java.nio.charset.StandardCharsets;

/** Bounces as Postfix writes them, all different. */
final class SampleBounces {
    private SampleBounces() {}

    static byte[] of(int number) {
        String recipient = "user" + number + "@example.org";
        String text = """
                Return-Path: <>
                Received: from mx.example.net (mx.example.net [192.0.2.25])
                    by mail.example.com (Postfix) with ESMTP id 4XyZ%1$08d
                    for <bounces@example.com>; Sun, 22 Nov 2026 10:15:30 +0000 (UTC)
                Date: Sun, 22 Nov 2026 10:15:30 +0000 (UTC)
                From: MAILER-DAEMON@mx.example.net (Mail Delivery System)
                Subject: Undelivered Mail Returned to Sender
                To: bounces@example.com
                Auto-Submitted: auto-replied
                MIME-Version: 1.0
                Content-Type: multipart/report; report-type=delivery-status; boundary="b%1$d"
                Message-Id: <20261122101530.%1$d@mx.example.net>

                This is a MIME-encapsulated message.

                --b%1$d
                Content-Description: Notification
                Content-Type: text/plain; charset=us-ascii

                This is the mail system at host mx.example.net.

                I'm sorry to have to inform you that your message could not
                be delivered to one or more recipients. It's attached below.

                <%2$s>: host mail.example.org[192.0.2.1] said: 550 5.1.1 <%2$s>: Recipient address rejected:
                    User unknown in local recipient table (in reply to RCPT TO command)

                --b%1$d
                Content-Description: Delivery report
                Content-Type: message/delivery-status

                Reporting-MTA: dns; mx.example.net
                X-Postfix-Queue-ID: 4XyZ%1$08d
                X-Postfix-Sender: rfc822; bounces@example.com
                Arrival-Date: Sun, 22 Nov 2026 10:15:29 +0000 (UTC)

                Final-Recipient: rfc822; %2$s
                Original-Recipient: rfc822;%2$s
                Action: failed
                Status: 5.1.1
                Remote-MTA: dns; mail.example.org
                Diagnostic-Code: smtp; 550 5.1.1 <%2$s>: Recipient address rejected: User unknown

                --b%1$d
                Content-Description: Undelivered Message Headers
                Content-Type: text/rfc822-headers

                Return-Path: <bounces@example.com>
                From: News <news@example.com>
                To: %2$s
                Subject: The news of the week
                Message-ID: <campaign-%1$d@example.com>
                Date: Sun, 22 Nov 2026 10:15:28 +0000
                X-Listmonk-Subscriber: 00000000-0000-4000-8000-%1$012d

                --b%1$d--
                """.formatted(number, recipient);
        return text.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII);
    }
}
