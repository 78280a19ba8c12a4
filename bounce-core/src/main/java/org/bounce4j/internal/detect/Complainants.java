package org.bounce4j.internal.detect;

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

    /** What stands in place of a name. A hash looks like one; these words do not. */
    private static final Set<String> BLOTS =
            Set.of("hidden", "removed", "anonymous", "removido", "masked", "censored", "anonymized", "anonymised");

    private static final int MOST_HOPS = 30;
    private static final int LONGEST_LINK = 2_000;

    private final @Nullable Headers original;
    private final String own;
    private @Nullable EmailAddress blot;

    private Complainants(@Nullable Headers original) {
        this.original = original;
        own = domain(original == null ? null : original.get("From"));
    }

    /** Returns who it was; of several that it may have been, nobody; what stands in place of the name, if only that is left. */
    static List<Failure> of(@Nullable Headers original) {
        Complainants complainants = new Complainants(original);
        EmailAddress address = complainants.find();
        EmailAddress blot = complainants.blot;
        if (address != null) {
            return List.of(Failure.of(null, address));
        }
        return blot == null ? List.of() : List.of(Failure.of(null, blot).blotted());
    }

    private @Nullable EmailAddress find() {
        if (original == null) {
            return null;
        }
        for (String name : FIELDS) {
            EmailAddress address = known(only(original.get(name)));
            if (address != null) {
                return address;
            }
        }
        EmailAddress accepted = accepted(original);
        return accepted == null ? inLink(original) : accepted;
    }

    /** Returns the address if it names a person whom the message was for, and not the list through which it went. */
    private @Nullable EmailAddress known(@Nullable EmailAddress address) {
        if (address == null || address.domain().toLowerCase(Locale.ROOT).equals(own)) {
            return null;
        }
        if (isBlotted(address)) {
            blot = blot == null ? address : blot;
            return null;
        }
        return address;
    }

    private static @Nullable EmailAddress only(@Nullable String value) {
        Addresses.Span first = value == null ? null : Addresses.next(value, 0);
        return value == null || first == null || Addresses.next(value, first.end()) != null
                ? null
                : EmailAddress.parse(first.text()).orElse(null);
    }

    /** QUIRK: a list's members stand only in {@code Received: ... for <jane@example.com>}; fixture arf-received-for.eml. */
    private @Nullable EmailAddress accepted(Headers message) {
        List<String> hops = message.all("Received");
        // the hop that took it from us stands last
        for (int i = hops.size() - 1; i >= Math.max(0, hops.size() - MOST_HOPS); i--) {
            String hop = hops.get(i);
            int start = hop.indexOf(" for ");
            start = start < 0 ? hop.indexOf("\tfor ") : start;
            int end = start < 0 ? -1 : hop.indexOf(';', start);
            EmailAddress address = start < 0
                    ? null
                    : known(only(
                            hop.substring(start, end < 0 ? hop.length() : end).split("\\(", 2)[0]));
            if (address != null) {
                return address;
            }
        }
        return null;
    }

    /** QUIRK: loops leave the links to unsubscribe, {@code ?e=jane%40example.com}; fixture arf-unsubscribe-link.eml. */
    private @Nullable EmailAddress inLink(Headers message) {
        String links = message.get("List-Unsubscribe");
        int at = links == null || links.length() > LONGEST_LINK ? -1 : links.indexOf('?');
        if (links == null || at < 0 || !links.startsWith("http", links.lastIndexOf('<', at) + 1)) {
            return null;
        }
        int end = links.indexOf('>', at);
        String query = links.substring(at + 1, end < 0 ? links.length() : end);
        for (String parameter : query.split("&", 16)) {
            String value = parameter.substring(parameter.indexOf('=') + 1).replace("%40", "@");
            EmailAddress address = value.indexOf('%') >= 0 ? null : known(only(value));
            if (address != null && address.address().equals(value)) {
                return address;
            }
        }
        return null;
    }

    private static String domain(@Nullable String from) {
        Addresses.Span span = from == null ? null : Addresses.next(from, 0);
        return span == null
                ? ""
                : span.text().substring(span.text().lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
    }

    /** RFC 6590: whoever reports may hide who complained. */
    static boolean isBlotted(EmailAddress address) {
        String local = address.key().substring(0, address.key().lastIndexOf('@'));
        return local.startsWith("redacted")
                || local.startsWith("redigiert")
                || local.startsWith("undisclosed")
                || BLOTS.contains(local)
                || local.length() > 2 && local.chars().allMatch(c -> c == 'x' || c == '*');
    }
}
