package org.bounce4j.internal.detect;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.bounce4j.internal.mime.EncodedWord;
import org.jspecify.annotations.Nullable;

/** Judges by its header whether a mail system wrote a mail, or a person. */
final class Sender {
    private static final WordList LOCAL_PARTS = WordList.of(List.of(
            "mailer-daemon",
            "mailerdaemon",
            "mailer_daemon",
            "postmaster",
            "post_master",
            "postmstr",
            "mail.delivery.system",
            "mail-daemon",
            "maildaemon",
            "mdaemon",
            "mail_delivery",
            "maildelivery",
            "delivery-system",
            "mmdf",
            "qmsf",
            "autobounce",
            "bounce-daemon",
            "double-bounce",
            "mms-daemon",
            "ndr",
            "dsn",
            "mailadmin",
            "mail-admin",
            "mailsystem",
            "mail-system",
            "e500_smtp",
            "imss",
            "inetgw",
            "system.administrator",
            "mta",
            "uucp",
            "smtpgw",
            "mailgw",
            "ccmail",
            "smtplink",
            "cclink",
            "tcpip$smtp",
            "mail-gateway",
            "mail_gateway",
            "mailgateway",
            "smtp-gateway",
            "smtpgateway",
            "smtp",
            "lmail",
            "slmail",
            "microsoftexchange"));
    private static final WordList NAMES = WordList.of(List.of(
            "mail delivery",
            "mail deliver",
            "mail daemon",
            "mailer-daemon",
            "mailer daemon",
            "mail system",
            "e-mail system",
            "email system",
            "system administrator",
            "mail administrator",
            "delivery subsystem",
            "postmaster",
            "jetmail system",
            "mail server",
            "electronic postmaster",
            "email delivery",
            "message delivery",
            "internet mail service",
            "interscan",
            "gfi mailessentials",
            "cc:mail",
            "hp openmail",
            "isoplex",
            "mailbus",
            "memo/smtp",
            "ms mail",
            "nexor",
            "officevision",
            "profs mail",
            "quickmail",
            "wingate",
            "x.400",
            "x400",
            "mailserver",
            "mail router",
            "smtp server",
            "network mail",
            "e-mail interconnect",
            "microsoft outlook",
            "microsoft exchange",
            "systemadministrator",
            "microsoft mail administrator"));

    /** More than any mail system writes into its From field. */
    private static final int LONGEST = 2_000;

    private static final List<String> LOOPS = List.of("fbl", "feedback", "abuse", "arf", "complaint", "scomp");

    private static final Set<String> DESKS = Set.of(
            "fbl",
            "feedback",
            "feedbackloop",
            "abuse",
            "abusedesk",
            "abuseteam",
            "abusereport",
            "abusereports",
            "arf",
            "complaint",
            "complaints");

    private Sender() {}

    /** Returns whether the sender's name or address speaks of mail, its domain aside: {@code Gulf Mail Robot}. */
    static boolean isCalledMail(Message message) {
        String from = message.header("From");
        if (from == null) {
            return false;
        }
        String sender = EncodedWord.decode(from.substring(0, Math.min(LONGEST, from.length())))
                .toLowerCase(Locale.ROOT);
        // people have mailboxes at hotmail
        int domain = sender.lastIndexOf('@');
        return (domain < 0 ? sender : sender.substring(0, domain)).contains("mail");
    }

    /** Returns whether the sender is a mail system by name, or nobody. */
    static boolean isMailSystem(Message message) {
        String from = message.header("From");
        if (from == null) {
            return message.hasNullReturnPath();
        }
        return hasSystemAddress(message.writer()) || hasSystemName(message.writer());
    }

    /** Returns whether the sender's address is a mail system's, and not only its name. */
    static boolean isMailSystemAddress(Message message) {
        return message.header("From") == null || hasSystemAddress(message.writer());
    }

    /** Returns whether the sender's address is a program's, which no person reads and writes with. */
    static boolean isDaemon(Message message) {
        String local = message.header("From") == null ? "" : localPart(message.writer());
        return local == null
                || local.isEmpty()
                || local.startsWith("mailer")
                || local.startsWith("mail-daemon")
                // Postfix' own, whose mail is thrown away
                || local.equals("double-bounce");
    }

    /**
     * Returns whether the sender's address begins or ends like a feedback loop's. QUIRK: some loops send no multipart/report;
     * fixture arf-in-mixed.eml.
     */
    static boolean isFeedbackLoop(Message message) {
        Addresses.Span sender = address(message.header("From"));
        String local = sender == null ? "" : sender.text().toLowerCase(Locale.ROOT);
        for (String name : LOOPS) {
            if (local.startsWith(name) || local.contains("-" + name + "@") || local.contains("." + name + "@")) {
                return true;
            }
        }
        return local.contains("fbl@");
    }

    /** Returns whether the sender is called a feedback loop or an abuse desk by a whole word: an Arfan or a feedback magazine is none. */
    static boolean isAbuseDesk(Message message) {
        Addresses.Span sender = address(message.header("From"));
        String text = sender == null ? "" : sender.text().toLowerCase(Locale.ROOT);
        String local = text.substring(0, Math.max(0, text.lastIndexOf('@')));
        if (local.endsWith("fbl") || local.startsWith("scomp")) {
            return true;
        }
        boolean called = false;
        int start = 0;
        for (int i = 0; i <= local.length(); i++) {
            if (i == local.length() || !Character.isLetter(local.charAt(i))) {
                called |= DESKS.contains(local.substring(start, i));
                start = i + 1;
            }
        }
        // a list's own name for its digests
        return called && !local.endsWith("-request");
    }

    /** Returns whether Exchange reports: by its own name, {@code MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@}, or field. */
    static boolean isExchange(Message message) {
        return message.writer().contains("microsoftexchange") || message.header("X-MS-Exchange-Message-Is-Ndr") != null;
    }

    /** Returns whether the sender is called a delivery system or a daemon: no person is, and no program but that. */
    static boolean isCalledDelivery(Message message) {
        return message.writer().contains("deliver") || message.writer().contains("daemon");
    }

    /** Returns whether the sender and the one that the mail is for are of one domain, or of one above the other. */
    static boolean isOfRecipientsDomain(Message message) {
        Addresses.Span from = address(message.header("From"));
        Addresses.Span to = address(message.header("To"));
        return from != null && to != null && isSameOrAbove(domain(from), domain(to));
    }

    private static Addresses.@Nullable Span address(@Nullable String field) {
        return field == null ? null : Addresses.next(field.substring(0, Math.min(field.length(), LONGEST)), 0);
    }

    /** Returns whether two domains are the same, or one is above the other. */
    static boolean isSameOrAbove(String one, String other) {
        return one.equals(other) || other.endsWith("." + one) || one.endsWith("." + other);
    }

    /** Returns the domain of an address, in lower case. */
    static String domain(Addresses.Span address) {
        return address.text().substring(address.text().lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
    }

    /** Returns a field From as it is judged: its words decoded, in lower case. */
    static String decoded(String from) {
        String field = from.length() > LONGEST ? from.substring(0, LONGEST) : from;
        return EncodedWord.decode(field).toLowerCase(Locale.ROOT).strip();
    }

    private static boolean hasSystemAddress(String from) {
        String local = localPart(from);
        // "postmaster", "postmaster+x", "postmaster-2", but not "postmasters-club"
        return local == null || local.isEmpty() || LOCAL_PARTS.begins(local);
    }

    /** {@code Mail Delivery System <x@y>} and {@code x@y (Mail Delivery System)}, but not {@code Royal Mail Delivery}. */
    private static boolean hasSystemName(String from) {
        if (NAMES.isAt(from, from.startsWith("\"") || from.startsWith("<") ? 1 : 0)) {
            return true;
        }
        for (int open = from.indexOf('('); open >= 0; open = from.indexOf('(', open + 1)) {
            if (NAMES.isAt(from, open + 1)) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable String localPart(String from) {
        int open = from.lastIndexOf('<');
        int close = from.indexOf('>', open + 1);
        if (open >= 0 && close == open + 1) {
            return "";
        }
        Addresses.Span span = Addresses.next(from, Math.max(0, open));
        if (span != null) {
            return span.text().substring(0, span.text().lastIndexOf('@'));
        }
        String bare = open >= 0 && close > open ? from.substring(open + 1, close) : from;
        // QUIRK: Courier-MTA writes From: "Courier mail server at host" <@>; fixture courier-sender.eml
        return bare.equals("@") ? "" : bare.strip();
    }
}
