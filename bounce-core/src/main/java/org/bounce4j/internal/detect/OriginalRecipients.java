package org.bounce4j.internal.detect;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.bounce4j.EmailAddress;
import org.bounce4j.internal.mime.Headers;
import org.jspecify.annotations.Nullable;

/** Finds whom the returned message was for, where the notice itself does not say. */
final class OriginalRecipients {
    /** Fields of a list's mail that name its own addresses. */
    private static final List<String> LIST_FIELDS =
            List.of("List-Unsubscribe", "List-Help", "Sender", "Errors-To", "Return-Path");

    /** What follows the name of a list in its own addresses; people are called anna-lena@, and info-reply@ writes for info@. */
    private static final List<String> LIST_ROLES = List.of(
            "-request",
            "-bounce",
            "-owner",
            "-admin",
            "-errors",
            "-return",
            "-help",
            "-unsubscribe",
            "-leave",
            "-off",
            "-signoff");

    private static final int MAX_TRACES = 3;
    private static final String FOR = " for ";
    private static final String BY = " by ";

    private OriginalRecipients() {}

    /** Returns the addresses of {@code X-Failed-Recipients}, which Exim and Google write. */
    static List<EmailAddress> failed(Message message) {
        List<String> values = message.root().headers().all("X-Failed-Recipients");
        List<EmailAddress> addresses = values.isEmpty() ? List.of() : new ArrayList<>();
        for (String value : values) {
            for (Addresses.Span span = Addresses.next(value, 0);
                    span != null && addresses.size() < Mentions.MAX_RECIPIENTS;
                    span = Addresses.next(value, span.end())) {
                EmailAddress.parse(span.text()).ifPresent(addresses::add);
            }
        }
        return addresses;
    }

    /** Returns the one recipient of a returned message, or nothing: where there are several, nobody knows which one it was. */
    static List<EmailAddress> of(Message message, @Nullable Headers original) {
        if (original == null) {
            return List.of();
        }
        for (String name : List.of("X-Envelope-To", "Envelope-To", "Delivered-To", "To")) {
            String value = original.get(name);
            if (value != null) {
                List<EmailAddress> addresses = new ArrayList<>();
                for (Addresses.Span span = Addresses.next(value, 0);
                        span != null && addresses.size() < 2;
                        span = Addresses.next(value, span.end())) {
                    EmailAddress.parse(span.text()).ifPresent(addresses::add);
                }
                if (addresses.size() == 1 && name.equals("To") && isList(addresses.get(0), message, original)) {
                    return traced(message, original, addresses.get(0));
                }
                return addresses.size() == 1 ? addresses : List.of();
            }
        }
        return List.of();
    }

    /**
     * QUIRK: what a list sends on is still for the list, whose members have failed. Returns whether an address is that of the list
     * whose mail was returned: the fields of it, or the To of the notice, name {@code talk-request@} or {@code bounce-talk-123@}
     * beside {@code talk@}. Fixture list-mail-returned.eml
     */
    private static boolean isList(EmailAddress to, Message message, Headers original) {
        int at = to.key().lastIndexOf('@');
        String name = to.key().substring(0, at);
        String domain = to.key().substring(at);
        Set<String> known = new HashSet<>(2);
        addOf(domain, message.header("To"), known);
        for (String field : LIST_FIELDS) {
            addOf(domain, original.get(field), known);
        }
        return known.stream()
                        .anyMatch(each -> LIST_ROLES.stream().anyMatch(role -> each.startsWith(name + role))
                                || each.equals("owner-" + name + domain)
                                || each.startsWith("bounce-" + name + "-"))
                || to.equals(posted(original));
    }

    /** Returns the lists whose own addresses stand in a field: {@code talk@} where that has {@code owner-talk@}. */
    static Set<String> listsOf(@Nullable String field) {
        if (field == null || field.indexOf('-') < 0) {
            return Set.of();
        }
        Set<String> lists = new HashSet<>();
        Set<String> own = new HashSet<>();
        Addresses.addKeys(field, own);
        for (String key : own) {
            int at = key.lastIndexOf('@');
            String local = key.substring(0, at);
            if (local.startsWith("owner-")) {
                lists.add(key.substring("owner-".length()));
            }
            for (String role : LIST_ROLES) {
                int end = local.lastIndexOf(role);
                if (end > 0) {
                    lists.add(local.substring(0, end) + key.substring(at));
                }
            }
        }
        return lists;
    }

    /** Adds the addresses of a domain that stand in a field; in most, none does. */
    private static void addOf(String domain, @Nullable String field, Set<String> known) {
        if (field != null && field.toLowerCase(Locale.ROOT).contains(domain)) {
            Set<String> all = new HashSet<>();
            Addresses.addKeys(field, all);
            all.stream().filter(each -> each.endsWith(domain)).forEach(known::add);
        }
    }

    private static @Nullable EmailAddress posted(Headers original) {
        String post = original.get("List-Post");
        Addresses.Span span = post == null ? null : Addresses.next(post, 0);
        return span == null ? null : EmailAddress.parse(span.text()).orElse(null);
    }

    /**
     * Returns whom the newest trace field of a message that names anybody was for. That is the list only where the newest of all
     * says so, and it is no server of the list's that took the mail, but it came back from another one: the mail never came to
     * it. Fixtures list-itself-dead.eml, list-took-the-mail.eml
     */
    private static List<EmailAddress> traced(Message message, Headers original, EmailAddress list) {
        List<String> traces = original.all("Received");
        for (int i = 0; i < Math.min(MAX_TRACES, traces.size()); i++) {
            String trace = traces.get(i);
            int by = trace.indexOf(FOR);
            Addresses.Span span = by < 0 ? null : Addresses.next(trace, by);
            String between = span == null
                    ? "-"
                    : trace.substring(by + FOR.length(), span.start()).strip();
            if (span != null && (between.isEmpty() || between.equals("<"))) {
                boolean reached = i > 0 || isTakenByList(message, trace, list);
                return EmailAddress.parse(span.text()).filter(address -> !reached || !address.equals(list)).stream()
                        .toList();
            }
        }
        return List.of();
    }

    /** Returns whether a server of a list's domain took the mail, and not that server is it that returns it. */
    private static boolean isTakenByList(Message message, String trace, EmailAddress list) {
        int by = trace.indexOf(BY);
        int end = by < 0 ? -1 : trace.indexOf(' ', by + BY.length());
        String from = message.header("From");
        Addresses.Span sender = from == null ? null : Addresses.next(from, 0);
        return end > 0
                && sender != null
                && Sender.isSameOrAbove(
                        list.domain(), trace.substring(by + BY.length(), end).toLowerCase(Locale.ROOT))
                && !Sender.isSameOrAbove(list.domain(), Sender.domain(sender))
                && !above(list.domain()).equals(above(Sender.domain(sender)));
    }

    /** Returns the domain above one, where that is no top-level domain: hosts below it are of one house. Fixture list-beside.eml */
    private static String above(String domain) {
        String above = domain.substring(domain.indexOf('.') + 1);
        return above.indexOf('.') < 0 ? domain : above;
    }

    /** Returns whether a returned message was for one recipient only, whom the notice names. */
    static boolean isNamed(Message message, @Nullable Headers original) {
        NoticeText notice = message.notice();
        List<EmailAddress> mailed = of(message, original);
        int at = mailed.size() == 1 ? notice.text().indexOf(mailed.get(0).address()) : -1;
        return at >= 0 && at < notice.end();
    }
}
