package org.bounce4j.examples.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.bounce4j.BounceEvent;
import org.bounce4j.EmailAddress;
import org.bounce4j.jdbc.JdbcBounceStore;
import org.bounce4j.mail.MailKind;
import org.bounce4j.mailbox.Mailbox;
import org.bounce4j.mailbox.MailboxScanner;
import org.bounce4j.mailbox.ScanReport;
import org.bounce4j.suppression.SuppressionList;
import org.bounce4j.testkit.SendGridSigner;
import org.bounce4j.testkit.SesPayloads;
import org.bounce4j.testkit.SignedRequest;
import org.bounce4j.testkit.SnsSigner;
import org.h2.jdbcx.JdbcConnectionPool;

/** Sends every kind of bounce on every path, twice, and checks what became of it. */
final class Demo implements AutoCloseable {
    private static final String JSON_BOUNCE = "{\"email\": \"wes@example.com\", \"campaign_uuid\":"
            + " \"9f86b50d-5711-41c8-ab03-bc91c43d711b\", \"created_at\": \"2026-11-20T08:00:00Z\", \"source\": \"api\", \"type\": \"hard\", \"meta\": \"{\\\"additional\\\":"
            + " \\\"info\\\"}\"}";

    private final PrintStream out;
    private final Path folder;
    private final JdbcConnectionPool pool;
    private final JdbcBounceStore store;
    private final FakeSns sns = new FakeSns();
    private final SendGridSigner sendGrid = SendGridSigner.create();
    private final DemoMailbox mailbox = new DemoMailbox();
    private final DemoHost host;
    private final List<DemoMails.DemoMail> mails = DemoMails.all();
    private final SignedRequest sesBounce;
    private final SignedRequest sesComplaint;
    private final SignedRequest sendGridBatch;
    private boolean good = true;

    Demo(PrintStream out) throws Exception {
        this.out = out;
        folder = Files.createTempDirectory("bounce4j-demo");
        pool = JdbcConnectionPool.create("jdbc:h2:" + folder.resolve("bounces"), "sa", "");
        store = JdbcBounceStore.builder(pool).build();
        store.createSchema();
        host = new DemoHost(store, sns, sendGrid.publicKey());
        sesBounce = notification(
                SesPayloads.bounce("sue@example.com", "Permanent", "General", "5.1.1", "smtp; 550 5.1.1 user unknown"));
        sesComplaint = notification(SesPayloads.complaint("tom@example.com"));
        sendGridBatch = sendGrid.sign("[" + sendGridEvent("uma@example.com", "bounce", "550 5.1.1 user unknown")
                + ",\r\n"
                + sendGridEvent("vic@example.com", "blocked", "550 5.7.1 your IP is on our block list") + ",\r\n"
                + "{\"email\":\"zoe@example.com\",\"event\":\"open\",\"sg_event_id\":\"open-1\",\"timestamp\":1}]\r\n");
    }

    private SignedRequest notification(String payload) {
        return sns.signer()
                .notification(FakeSns.TOPIC, payload)
                .endpoint(sns.endpoint())
                .sign();
    }

    private static String sendGridEvent(String email, String type, String reason) {
        return "{\"email\":\"" + email + "\",\"event\":\"bounce\",\"type\":\"" + type + "\",\"reason\":\"" + reason
                + "\",\"timestamp\":" + Instant.now().getEpochSecond() + ",\"sg_event_id\":\"event-" + email.charAt(0)
                + "\"}";
    }

    /** Runs everything; returns whether all of it came out as expected. */
    boolean run() throws Exception {
        out.println("bounce4j: every path, end to end, on this machine alone");
        out.println();
        fillMailbox();
        scan(mails.stream().mapToInt(DemoMails.DemoMail::events).sum());
        ses(true);
        sendGrid();
        json();
        int expected = mails.stream().mapToInt(DemoMails.DemoMail::events).sum() + 5;
        printEvents();
        check(store.count() == expected, "stored " + store.count() + " events, expected " + expected);
        List<SuppressionList.Entry> suppressed = store.suppressionList().entries(100);
        printSuppressions(suppressed);

        out.println();
        out.println("EVERYTHING AGAIN: the same mails, the same posts");
        out.println();
        mailbox.empty();
        fillMailbox();
        scan(mails.stream().mapToInt(DemoMails.DemoMail::events).sum());
        ses(false);
        sendGrid();
        json();
        check(store.count() == expected, "still " + store.count() + " events: nothing was counted twice");
        check(
                store.suppressionList().entries(100).equals(suppressed),
                "still " + suppressed.size() + " suppressed addresses, for the same reasons");
        out.println();
        out.println(good ? "All as expected." : "NOT all as expected: see the lines that begin with !!");
        return good;
    }

    private void check(boolean condition, String text) {
        good &= condition;
        out.println((condition ? "ok  " : "!!  ") + text);
    }

    private void fillMailbox() throws Exception {
        for (DemoMails.DemoMail mail : mails) {
            mailbox.deliver(mail.bytes());
        }
    }

    // --- POP3
    // ------------------------------------------------------------------------------------------------------------

    private void scan(int events) {
        Mailbox box = mailbox.mailbox();
        out.println("POP3: " + mails.size() + " mails in " + box.name());
        ScanReport report = MailboxScanner.builder(box, store).build().scan();
        for (MailKind kind : MailKind.values()) {
            if (report.count(kind) > 0) {
                out.printf(Locale.ROOT, "      %2d %s%n", report.count(kind), words(kind, report.count(kind)));
            }
        }
        int withEvents = (int) mails.stream().filter(mail -> mail.events() > 0).count();
        check(
                report.outcome() == ScanReport.Outcome.COMPLETED && report.events() == events,
                report.events() + " events accepted, then " + report.deleted() + " mails deleted");
        check(
                report.deleted() == withEvents && report.left() == mails.size() - withEvents,
                report.left() + " mails left alone: they are no bounces");
        mails.stream().filter(mail -> mail.events() == 0).forEach(mail -> out.println("      - " + mail.what()));
        out.println();
    }

    private static String words(MailKind kind, int count) {
        return switch (kind) {
                    case BOUNCE -> "bounce";
                    case COMPLAINT -> "complaint";
                    case DELAY_NOTICE -> "delay notice";
                    case DELIVERY_RECEIPT -> "delivery receipt";
                    case READ_RECEIPT -> "read receipt";
                    case AUTO_REPLY -> count == 1 ? "automatic reply" : "automatic replie";
                    case OTHER -> "other mail";
                }
                + (count == 1 ? "" : "s");
    }

    // --- webhooks
    // --------------------------------------------------------------------------------------------------------

    private void post(String path, SignedRequest request, int expected, String what) throws Exception {
        post(path, request.body(), request.headers(), expected, what);
    }

    private void post(String path, byte[] body, Map<String, String> headers, int expected, String what)
            throws Exception {
        long before = store.count();
        int status = host.post(path, body, headers);
        long stored = store.count() - before;
        boolean accepted = expected == 200;
        check(
                status == expected && (accepted || stored == 0),
                status + "  " + what
                        + (accepted
                                ? ": " + (stored == 0 ? "nothing new" : stored + " new")
                                : ": refused, nothing stored"));
    }

    private void ses(boolean firstTime) throws Exception {
        out.println("SES:  POST " + host.address() + DemoHost.SES);
        if (firstTime) {
            SnsSigner.Draft confirmation = sns.signer().subscriptionConfirmation(FakeSns.TOPIC, "token-1");
            post(DemoHost.SES, confirmation.endpoint(sns.endpoint()).sign(), 200, "subscription of our topic");
            check(sns.confirmations() == 1, "confirmed by a request to SNS");
        }
        post(DemoHost.SES, sesBounce, 200, "signed bounce");
        post(DemoHost.SES, sesComplaint, 200, "signed complaint");
        byte[] forged = sesBounce.text().replace("sue@", "xan@").getBytes(StandardCharsets.UTF_8);
        post(DemoHost.SES, sesBounce.withBody(forged), 403, "the same with another address put in");
        String foreign = FakeSns.TOPIC.replace("123456789012", "999999999999");
        SignedRequest stranger = sns.signer()
                .notification(foreign, SesPayloads.complaint("xan@example.com"))
                .endpoint(sns.endpoint())
                .sign();
        post(DemoHost.SES, stranger, 403, "signed, but from another account's topic");
        out.println();
    }

    private void sendGrid() throws Exception {
        out.println("SendGrid: POST " + host.address() + DemoHost.SENDGRID);
        post(DemoHost.SENDGRID, sendGridBatch, 200, "signed batch: a bounce, a block, an open");
        byte[] forged = sendGridBatch.text().replace("uma@", "xan@").getBytes(StandardCharsets.UTF_8);
        post(DemoHost.SENDGRID, sendGridBatch.withBody(forged), 403, "the same with another address put in");
        byte[] trimmed = sendGridBatch.text().stripTrailing().getBytes(StandardCharsets.UTF_8);
        post(DemoHost.SENDGRID, sendGridBatch.withBody(trimmed), 403, "the same without its last line break");
        out.println();
    }

    private void json() throws Exception {
        out.println("JSON: POST " + host.address() + DemoHost.JSON);
        byte[] body = JSON_BOUNCE.getBytes(StandardCharsets.UTF_8);
        post(DemoHost.JSON, body, credentials(DemoHost.PASSWORD), 200, "bounce with credentials");
        post(DemoHost.JSON, body, credentials("guessed"), 401, "bounce with a wrong password");
        byte[] wrong = JSON_BOUNCE.replace("hard", "firm").getBytes(StandardCharsets.UTF_8);
        post(DemoHost.JSON, wrong, credentials(DemoHost.PASSWORD), 400, "bounce of the type \"firm\"");
        out.println();
    }

    private static Map<String, String> credentials(String password) {
        String pair = DemoHost.USER + ":" + password;
        return Map.of(
                "Authorization",
                "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)),
                "Content-Type",
                "application/json");
    }

    // --- what became of it
    // -----------------------------------------------------------------------------------------------

    private void printEvents() {
        out.println("EVENTS");
        out.printf(
                Locale.ROOT,
                "  %-9s %-10s %-16s %-6s %-21s %s%n",
                "source",
                "type",
                "reason",
                "status",
                "recipient",
                "rule");
        Map<String, BounceEvent> ordered = new TreeMap<>();
        store.latest(1_000).forEach(event -> ordered.put(address(event), event));
        for (BounceEvent event : ordered.values()) {
            out.printf(
                    Locale.ROOT,
                    "  %-9s %-10s %-16s %-6s %-21s %s%n",
                    event.source(),
                    event.type(),
                    event.reason(),
                    event.status().map(Object::toString).orElse("-"),
                    address(event),
                    event.rule().orElse("-"));
        }
        out.println();
    }

    private static String address(BounceEvent event) {
        return event.recipient().map(EmailAddress::key).orElse("-");
    }

    private void printSuppressions(List<SuppressionList.Entry> entries) {
        out.println();
        out.println("DO NOT MAIL AGAIN");
        TreeSet<String> addresses = new TreeSet<>();
        TreeMap<String, SuppressionList.Entry> ordered = new TreeMap<>();
        entries.forEach(
                entry -> ordered.put(entry.address().map(EmailAddress::key).orElse("-"), entry));
        ordered.forEach((address, entry) -> {
            addresses.add(address.substring(0, 1));
            out.printf(
                    Locale.ROOT,
                    "  %-21s %-10s %-16s (%s)%n",
                    address,
                    entry.suppression().action(),
                    entry.suppression().reason(),
                    entry.suppression().rule());
        });
        out.println();
        // by their first letters: the dead addresses, the dead domain and the people who complained, and nobody else
        String expected = "acghimpstuw";
        check(
                String.join("", addresses).equals(expected),
                entries.size() + " addresses suppressed: dead ones and complaints");
        check(
                !store.suppressionList().contains("dan@example.com")
                        && !store.suppressionList().contains("vic@example.com"),
                "nobody suppressed because a message was taken for spam or an IP was blocked");
    }

    @Override
    public void close() throws IOException {
        host.close();
        mailbox.close();
        sns.close();
        pool.dispose();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted((one, other) -> other.compareTo(one)).toList()) {
                Files.delete(file);
            }
        }
    }
}
