package org.bounce4j.internal.detect;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.bounce4j.internal.PhraseMatcher;
import org.bounce4j.internal.mime.Headers;
import org.bounce4j.internal.mime.MimeLimits;
import org.bounce4j.internal.mime.MimeReader;
import org.bounce4j.internal.mime.Part;
import org.jspecify.annotations.Nullable;

/**
 * Reads reports that a mail system passes on as an attachment, with no report of its own: gateways of Trend Micro do so. Known
 * by a mail of a mail system that names nobody, on which a report of a mail system hangs, or another such
 * mail, or that quotes a report whole.
 */
final class WrappedReport implements Detector {
    private static final List<String> FIRST_FIELDS = List.of("return-path:", "received:", "from:", "date:");

    /** Mailman of a bounce that it did not understand, LISTSERV of one that went to the list's owner. */
    private static final PhraseMatcher PASSED_ON = new PhraseMatcher(List.of(
            "the attached message was received as a bounce",
            "has been identified as a delivery error",
            "has been identified as a possible delivery error"));

    private static final String IN_ERROR = "- Message in error (";

    /** Begins the subject of what Majordomo did not take for a list, before the list's address and a colon. */
    private static final String BOUNCE = "BOUNCE ";

    private static final List<String> LIST_MANAGERS = List.of("bounces", "owner-", "mailman", "listserv");

    private final Detector report = new DeliveryStatusReport();
    private final Detector notice = new TextNotice();

    @Override
    public String name() {
        return "wrapped-report";
    }

    @Override
    public @Nullable Finding detect(Message message) {
        Part attached = message.attached();
        if (attached == null) {
            Message quoted = quoted(message);
            Message inError = quoted == null ? inError(message) : null;
            Message refused = quoted == null && inError == null ? refused(message) : null;
            inError = refused != null && Sender.isDaemon(refused) ? refused : inError;
            Message inner = quoted == null ? inError : quoted;
            Finding finding = inner == null || !inner.isFromMailSystem() ? null : read(inner);
            // the header in the words is the notice's own, and not what the notice returns
            return finding != null && inError != null && finding.original() == null
                    ? finding.original(Headers.parse(new byte[0]))
                    : finding;
        }
        Message inner = new Message(attached);
        boolean written = namesSomebody(message) || Hearsay.isLetter(message, message.notice());
        boolean own = message.isFromMailSystem() && !written;
        boolean acted = isActedUpon(message);
        if (!own && !acted && !isPassedOn(message) && !isCovered(message, inner) || !inner.isFromMailSystem()) {
            return null;
        }
        Finding finding = inner.attached() == null ? null : detect(inner);
        finding = finding == null ? read(inner) : finding;
        return acted && !isAboutNamed(finding, message.notice()) ? null : finding;
    }

    /**
     * QUIRK: Mailman tells a list's owner whom it mails no more, and hangs on what has come back. With a return path of its own
     * that is for a person; fixture mailman-acted-upon.eml
     */
    private static boolean isActedUpon(Message message) {
        return message.hasNullReturnPath()
                && message.subject().startsWith("bounce action")
                && message.notice().lowerCase().contains("mailman mailing list bounce action notice");
    }

    /** Returns whether a report is of somebody whom the notice that it hangs on names; a member may have mail sent on. */
    private static boolean isAboutNamed(@Nullable Finding finding, NoticeText notice) {
        Set<String> named = new HashSet<>();
        Addresses.addKeys(notice.text(), named);
        return finding != null
                && finding.failures().stream()
                        .map(Failure::recipient)
                        .anyMatch(address -> address != null && named.contains(address.key()));
    }

    private static boolean isPassedOn(Message message) {
        return isFromListManager(message) && PASSED_ON.isAnyIn(message.notice().text());
    }

    /** A person who passes such a mail on has a return path of their own. */
    private static boolean isFromListManager(Message message) {
        String path = message.header("Return-Path");
        return path == null
                || message.hasNullReturnPath()
                || LIST_MANAGERS.stream().anyMatch(path.toLowerCase(Locale.ROOT)::contains);
    }

    /**
     * QUIRK: gateways send a mail on below a banner, to whom and with the subject that it had; who forwards one has somebody else
     * in mind, and one without a return path may be anybody's. Fixtures wrapped-below-banner.eml, wrapped-sent-on-by-hand.eml
     */
    private static boolean isCovered(Message message, Message inner) {
        String to = message.header("To");
        return message.hasNullReturnPath()
                && !message.subject().isEmpty()
                && to != null
                && to.equals(inner.header("To"))
                && message.subject().equals(inner.subject());
    }

    private @Nullable Finding read(Message inner) {
        Finding finding = report.detect(inner);
        return finding == null ? notice.detect(inner) : finding;
    }

    /**
     * QUIRK: a gateway that is a program quotes the whole notice, its header first, each line behind {@code >}. Returns that
     * notice, or null; fixture wrapped-quoted.eml.
     */
    private static @Nullable Message quoted(Message message) {
        Part words = Sender.isDaemon(message) ? message.words() : null;
        String text = words == null ? "" : words.text();
        int begin = text.startsWith("> ") ? 0 : text.indexOf("\n> ") + 1;
        if (begin == 0 && !text.startsWith("> ") || text.lastIndexOf('@', begin) >= 0 || !isHeader(text, begin + 2)) {
            return null;
        }
        StringBuilder quoted = new StringBuilder();
        int line = begin;
        while (line < text.length() && text.charAt(line) == '>') {
            int end = text.indexOf('\n', line);
            end = end < 0 ? text.length() : end;
            quoted.append(text, Math.min(end, line + (text.startsWith("> ", line) ? 2 : 1)), end)
                    .append('\n');
            line = end + 1;
        }
        return read(quoted.toString());
    }

    /**
     * QUIRK: LISTSERV shows the owner of a list the whole notice below a rule, {@code --- Message in error (39 lines) ---}.
     * Returns that notice, or null; fixture listserv-message-in-error.eml.
     */
    private static @Nullable Message inError(Message message) {
        Part words = message.words();
        String text = words == null ? "" : words.text();
        int rule = text.indexOf(IN_ERROR);
        int begin = rule < 0 ? 0 : text.indexOf('\n', rule) + 1;
        if (begin == 0 || !isHeader(text, begin) || !isPassedOn(message)) {
            return null;
        }
        return read(text.substring(begin));
    }

    /**
     * QUIRK: Majordomo passes on to a list's owner what a mailer answered to the list, its header first. Returns that notice,
     * or null; fixture majordomo-bounce.eml.
     */
    private static @Nullable Message refused(Message message) {
        Part words = isRefused(message) ? message.words() : null;
        String text = words == null ? "" : words.text();
        int begin = 0;
        while (begin >= 0 && !text.startsWith("From ", begin) && !text.startsWith(">From ", begin)) {
            // behind a gateway's banner
            begin = text.indexOf("\n\n", begin) < 0 ? -1 : text.indexOf("\n\n", begin) + 2;
        }
        return begin < 0 ? null : read(text.substring(begin + (text.startsWith(">", begin) ? 1 : 0)));
    }

    private static boolean isRefused(Message message) {
        String subject = message.header("Subject");
        String from = message.header("From");
        // behind the tags of gateways
        int begin = subject == null || !message.subject().startsWith("bounce ") ? -1 : subject.indexOf(BOUNCE);
        if (begin < 0 || subject == null || from == null) {
            return false;
        }
        Addresses.Span list = Addresses.next(subject, begin);
        return list != null
                && list.start() == begin + BOUNCE.length()
                && subject.startsWith(":", list.end())
                && from.toLowerCase(Locale.ROOT).contains("owner-" + list.text().toLowerCase(Locale.ROOT));
    }

    private static Message read(String quoted) {
        return new Message(MimeReader.read(quoted.getBytes(StandardCharsets.UTF_8), MimeLimits.STANDARD));
    }

    private static boolean isHeader(String text, int line) {
        for (String field : FIRST_FIELDS) {
            if (text.regionMatches(true, line, field, 0, field.length())) {
                return true;
            }
        }
        return false;
    }

    private static boolean namesSomebody(Message message) {
        NoticeText notice = message.notice();
        int at = notice.text().indexOf('@');
        return at >= 0 && at < notice.end();
    }
}
