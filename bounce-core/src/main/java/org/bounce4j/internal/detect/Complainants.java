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
    /** Where the address stands, the surest first: what the receiver wrote, and what senders write for such reports. */
    private static final List<String> DELIVERED = List.of(
            "X-HmXmrOriginalRecipient",
            "X-Envelope-To",
            "Envelope-To",
            "X-Original-To",
            "Delivered-To",
            "X-Recipient",
            "X-Rcpt-To");

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

    /** The addresses that stood where the recipient's may stand, in the order of asking. */
    private final List<EmailAddress> candidates = new ArrayList<>();

    /** Whose an address may be. */
    private enum Whose {
        /** Nobody's, or somebody's who cannot have complained. */
        OTHER,
        /** Nobody's: it stands in place of the one. */
        BLOT,
        /** Somebody's of the sender's own domain, and so perhaps a list's. */
        OWN,
        /** A person's whom the message was for. */
        RECIPIENT
    }

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
        if (address != null) {
            return List.of(Failure.of(null, address));
        }
        EmailAddress blot = complainants.blot();
        return blot == null ? List.of() : List.of(Failure.of(null, blot).blotted());
    }

    /** Returns whether a message was mailed to who reports or to whom the report is for, and so is none of our mails to others. */
    static boolean isCorrespondence(Message report, Headers original) {
        EmailAddress address = only(original.get("To"));
        return address != null
                && (address.equals(only(report.header("From"))) || address.equals(only(report.header("To"))));
    }

    private @Nullable EmailAddress find() {
        EmailAddress ownDelivered = null;
        for (String name : DELIVERED) {
            EmailAddress address = candidate(original.get(name));
            Whose whose = whose(address);
            if (whose == Whose.RECIPIENT) {
                return address;
            }
            ownDelivered = ownDelivered == null && whose == Whose.OWN ? address : ownDelivered;
        }
        // of several that it was for, one complained
        boolean several = next(original.get("Cc")) != null;
        EmailAddress mailed = several ? null : candidate(original.get("To"));
        Whose whose = whose(mailed);
        if (whose == Whose.RECIPIENT) {
            return mailed;
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
        boolean list = original.has("List-Id") || original.has("List-Post");
        return whose == Whose.OWN && !list && blot() == null ? mailed : null;
    }

    /** Returns the address if all that stand there are the same one. */
    private @Nullable EmailAddress candidate(@Nullable String value) {
        EmailAddress address = only(value);
        if (address != null) {
            candidates.add(address);
        }
        return address;
    }

    /** Returns what stands in place of the name, of all that was asked for; null if nothing does. */
    private @Nullable EmailAddress blot() {
        for (EmailAddress address : candidates) {
            if (whose(address) == Whose.BLOT) {
                return address;
            }
        }
        return null;
    }

    private Whose whose(@Nullable EmailAddress address) {
        if (address == null || others.contains(address) || isList(address)) {
            return Whose.OTHER;
        }
        if (isBlotted(address)) {
            return Whose.BLOT;
        }
        return Sender.isSameOrAbove(address.domain().toLowerCase(Locale.ROOT), own) ? Whose.OWN : Whose.RECIPIENT;
    }

    /** Returns whether an address that no field names alone is a recipient's: names of hosts stand there as well. */
    private boolean isRecipients(EmailAddress address) {
        return whose(address) == Whose.RECIPIENT && address.domain().indexOf('.') > 0;
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
                    : candidate(
                            hop.substring(start, end < 0 ? hop.length() : end).split("\\(", 2)[0]);
            if (address != null && isRecipients(address)) {
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
            EmailAddress address = other || value.indexOf('%') >= 0 ? null : candidate(value);
            if (address != null && address.address().equals(value) && isRecipients(address)) {
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
