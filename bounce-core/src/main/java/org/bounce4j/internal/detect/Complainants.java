package org.bounce4j.internal.detect;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.bounce4j.EmailAddress;
import org.bounce4j.internal.mime.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Finds who complained of a message, where the report does not say: whom the message was for. Loops blot that out (RFC 6590),
 * and seldom everywhere.
 */
final class Complainants {
    /** Where the address stands, the surest first: what the receiver wrote, what senders write for such reports, the letterhead. */
    private static final List<String> FIELDS = List.of(
            "X-HmXmrOriginalRecipient",
            "X-Envelope-To",
            "Envelope-To",
            "X-Original-To",
            "Delivered-To",
            "X-Recipient",
            "X-Rcpt-To",
            "To");

    /** Who sent the message, and the list that it went through. */
    private static final List<String> SENDERS = List.of("Return-Path", "From", "Sender", "Reply-To", "List-Post");

    /** What stands in place of a name. A hash looks like one; these words do not. */
    private static final Set<String> BLOTS = Set.of(
            "hidden",
            "removed",
            "anonymous",
            "removido",
            "masked",
            "censored",
            "anonymized",
            "anonymised",
            "suppressed",
            "obfuscated",
            "withheld",
            "complainant",
            "notdisclosed");

    /** Parameters of links that name somebody else than the recipient. */
    private static final Set<String> OTHERS =
            Set.of("list", "l", "from", "sender", "owner", "account", "client", "customer", "reply", "contact");

    private static final int MOST_HOPS = 30;
    private static final int MOST_ADDRESSES = 16;
    private static final int LONGEST_LINK = 2_000;

    private final Headers original;
    private final String own;
    /** Who cannot have complained: who sent the message, who reports, and whom the report is for. */
    private final Set<EmailAddress> others = new HashSet<>();

    private @Nullable EmailAddress blot;
    /** Of the sender's own domain, and so perhaps a list: what the receiver wrote, and what the letterhead says. */
    private @Nullable EmailAddress ownDelivered;

    private @Nullable EmailAddress ownMailed;

    private Complainants(Message report, Headers original) {
        this.original = original;
        Addresses.Span from = next(original.get("From"));
        own = from == null ? "" : Sender.domain(from);
        SENDERS.forEach(name -> add(original.get(name)));
        add(report.header("From"));
        add(report.header("To"));
    }

    private void add(@Nullable String value) {
        Addresses.Span span = next(value);
        if (value != null && span != null) {
            EmailAddress.parse(span.text()).ifPresent(others::add);
        }
    }

    private static Addresses.@Nullable Span next(@Nullable String value) {
        return value == null ? null : Addresses.next(value, 0);
    }

    /** Returns who it was; of several that it may have been, nobody; what stands in place of the name, if only that is left. */
    static List<Failure> of(Message report, @Nullable Headers original) {
        if (original == null) {
            return List.of();
        }
        Complainants complainants = new Complainants(report, original);
        EmailAddress address = complainants.find();
        EmailAddress blot = complainants.blot;
        if (address != null) {
            return List.of(Failure.of(null, address));
        }
        return blot == null ? List.of() : List.of(Failure.of(null, blot).blotted());
    }

    /** Returns whether a message was mailed to who reports or to whom the report is for, and so is none of our mails to others. */
    static boolean isCorrespondence(Message report, Headers original) {
        EmailAddress address = only(original.get("To"));
        return address != null
                && (address.equals(only(report.header("From"))) || address.equals(only(report.header("To"))));
    }

    private @Nullable EmailAddress find() {
        for (String name : FIELDS) {
            // of several that it was for, one complained
            boolean several = name.equals("To") && next(original.get("Cc")) != null;
            EmailAddress address = several ? null : known(only(original.get(name)), name);
            if (address != null) {
                return address;
            }
        }
        if (!original.has("From")) {
            // broken off: nobody knows whose own domains these are
            return null;
        }
        EmailAddress accepted = accepted();
        EmailAddress linked = accepted == null ? inLinks() : accepted;
        if (linked != null || ownDelivered != null) {
            return linked == null ? ownDelivered : linked;
        }
        return blot == null && !original.has("List-Id") && !original.has("List-Post") ? ownMailed : null;
    }

    /** Returns the address if it names a person whom the message was for, and not the list through which it went. */
    private @Nullable EmailAddress known(@Nullable EmailAddress address, String field) {
        if (address == null || others.contains(address) || isList(address)) {
            return null;
        }
        if (isBlotted(address)) {
            blot = blot == null ? address : blot;
            return null;
        }
        if (Sender.isSameOrAbove(address.domain().toLowerCase(Locale.ROOT), own)) {
            if (field.equals("To")) {
                ownMailed = address;
            } else if (ownDelivered == null && FIELDS.contains(field)) {
                ownDelivered = address;
            }
            return null;
        }
        return FIELDS.contains(field) || address.domain().indexOf('.') > 0 ? address : null;
    }

    /** A list {@code dev@lists.example} has the identifier {@code <dev.lists.example>} (RFC 2919). */
    private boolean isList(EmailAddress address) {
        String id = original.get("List-Id");
        return id != null
                && id.toLowerCase(Locale.ROOT)
                        .contains(
                                '<' + address.address().toLowerCase(Locale.ROOT).replace('@', '.') + '>');
    }

    /** Returns the address if all that stand there are the same one: names are often addresses. */
    private static @Nullable EmailAddress only(@Nullable String value) {
        Addresses.Span span = next(value);
        EmailAddress only =
                span == null ? null : EmailAddress.parse(span.text()).orElse(null);
        for (int i = 0; only != null && value != null && span != null; i++) {
            boolean same = EmailAddress.parse(span.text()).filter(only::equals).isPresent();
            if (!same || i >= MOST_ADDRESSES) {
                return null;
            }
            span = Addresses.next(value, span.end());
        }
        return only;
    }

    /** QUIRK: a list's members stand only in {@code Received: ... for <jane@example.com>}; fixture arf-received-for.eml. */
    private @Nullable EmailAddress accepted() {
        List<String> hops = original.all("Received");
        // the hop that took it from us stands last
        for (int i = hops.size() - 1; i >= Math.max(0, hops.size() - MOST_HOPS); i--) {
            String hop = hops.get(i);
            int start = hop.indexOf(" for ");
            start = start < 0 ? hop.indexOf("\tfor ") : start;
            int end = start < 0 ? -1 : hop.indexOf(';', start);
            EmailAddress address = start < 0
                    ? null
                    : known(
                            only(hop.substring(start, end < 0 ? hop.length() : end)
                                    .split("\\(", 2)[0]),
                            "Received");
            if (address != null) {
                return address;
            }
        }
        return null;
    }

    /** QUIRK: loops leave the links to unsubscribe, {@code ?e=jane%40example.com}; fixture arf-unsubscribe-link.eml. */
    private @Nullable EmailAddress inLinks() {
        String links = original.get("List-Unsubscribe");
        if (links == null || links.length() > LONGEST_LINK) {
            return null;
        }
        Set<EmailAddress> found = new HashSet<>();
        for (String link : links.split(">", MOST_ADDRESSES)) {
            int begin = link.indexOf('<') + 1;
            int query = link.indexOf('?', begin);
            if (query >= 0 && link.regionMatches(true, begin, "http", 0, "http".length())) {
                found.addAll(inQuery(link.substring(query + 1)));
            }
        }
        return found.size() == 1 ? found.iterator().next() : null;
    }

    private List<EmailAddress> inQuery(String query) {
        List<EmailAddress> found = new ArrayList<>();
        for (String parameter : query.split("&", MOST_ADDRESSES)) {
            int equals = parameter.indexOf('=');
            String value = parameter
                    .substring(equals + 1)
                    .replace("%40", "@")
                    .replace("%2B", "+")
                    .replace("%2b", "+");
            boolean other =
                    equals > 0 && OTHERS.contains(parameter.substring(0, equals).toLowerCase(Locale.ROOT));
            EmailAddress address = other || value.indexOf('%') >= 0 ? null : known(only(value), "List-Unsubscribe");
            if (address != null && address.address().equals(value)) {
                found.add(address);
            }
        }
        return found;
    }

    /** RFC 6590: whoever reports may hide who complained. */
    static boolean isBlotted(EmailAddress address) {
        String local = address.key().substring(0, address.key().lastIndexOf('@'));
        return local.startsWith("redacted")
                || local.endsWith("-redacted")
                || local.startsWith("redigiert")
                || local.startsWith("undisclosed")
                || BLOTS.contains(local)
                || local.length() > 2 && local.chars().allMatch(c -> c == 'x' || c == '*');
    }
}
