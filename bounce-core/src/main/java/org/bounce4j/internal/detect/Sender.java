package org.bounce4j.internal.detect;

import java.util.List;
import java.util.Locale;
import org.bounce4j.internal.mime.EncodedWord;
import org.jspecify.annotations.Nullable;

/** Judges by its header whether a mail system wrote a mail, or a person. */
final class Sender {
    private static final List<String> LOCAL_PARTS = List.of(
            "mailer-daemon",
            "mailerdaemon",
            "mailer_daemon",
            "postmaster",
            "post_master",
            "mail.delivery.system",
            "mail-daemon",
            "maildaemon",
            "mdaemon",
            "mail_delivery",
            "maildelivery",
            "delivery-system",
            "mmdf",
            "autobounce",
            "bounce-daemon",
            "ndr",
            "dsn",
            "mailadmin",
            "mail-admin",
            "mailsystem",
            "mail-system",
            "e500_smtp",
            "imss",
            "inetgw");
    private static final List<String> NAMES = List.of(
            "mail delivery",
            "mail deliver",
            "mailer-daemon",
            "mailer daemon",
            "mail system",
            "system administrator",
            "mail administrator",
            "delivery subsystem",
            "postmaster",
            "jetmail system",
            "mail server",
            "email delivery",
            "message delivery",
            "internet mail service",
            "interscan",
            "mailserver",
            "mail router",
            "smtp server",
            "network mail",
            "e-mail interconnect",
            "microsoft outlook",
            "microsoft exchange",
            "systemadministrator");

    private Sender() {}

    /** Returns whether the sender is a mail system by name, or nobody. */
    static boolean isMailSystem(Message message) {
        String from = message.header("From");
        if (from == null) {
            return message.hasNullReturnPath();
        }
        String text = EncodedWord.decode(from).toLowerCase(Locale.ROOT).strip();
        return isAddress(text) || NAMES.stream().anyMatch(name -> isCalled(text, name));
    }

    /** Returns whether the sender's address is a mail system's, and not only its name. */
    static boolean isMailSystemAddress(Message message) {
        String from = message.header("From");
        return from == null || isAddress(EncodedWord.decode(from).toLowerCase(Locale.ROOT));
    }

    /** Returns whether the sender's address is a program's, which no person reads and writes with. */
    static boolean isDaemon(Message message) {
        String from = message.header("From");
        String local = from == null ? "" : localPart(EncodedWord.decode(from).toLowerCase(Locale.ROOT));
        return local == null || local.isEmpty() || local.startsWith("mailer") || local.startsWith("mail-daemon");
    }

    private static boolean isAddress(String from) {
        String local = localPart(from);
        return local == null
                || local.isEmpty()
                || LOCAL_PARTS.stream().anyMatch(name -> local.startsWith(name) && ends(local, name));
    }

    /** {@code Mail Delivery System <x@y>} and {@code x@y (Mail Delivery System)}, but not {@code Royal Mail Delivery}. */
    private static boolean isCalled(String from, String name) {
        return from.startsWith(name)
                || from.startsWith('"' + name)
                || from.startsWith('<' + name)
                || from.contains('(' + name);
    }

    /** "postmaster", "postmaster+x", "postmaster-2", but not "postmasters-club". */
    private static boolean ends(String text, String name) {
        return text.length() == name.length() || !Character.isLetter(text.charAt(name.length()));
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
        return bare.strip();
    }
}
