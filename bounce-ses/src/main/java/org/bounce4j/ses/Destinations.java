package org.bounce4j.ses;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bounce4j.EmailAddress;
import org.jspecify.annotations.Nullable;

/** Whom a mail went to. Every address is parsed once, however many recipients are looked for among them. Immutable. */
final class Destinations {
    private final List<@Nullable EmailAddress> addresses;
    private final @Nullable EmailAddress only;
    private final Set<EmailAddress> several;

    /** Parses what stands in {@code destination}. */
    Destinations(List<String> texts) {
        addresses = new ArrayList<>(texts.size());
        EmailAddress first = null;
        boolean same = true;
        for (String text : texts) {
            EmailAddress address = parse(text);
            addresses.add(address);
            same &= address != null && (first == null || first.equals(address));
            first = first == null ? address : first;
        }
        only = same ? first : null;
        several = same ? Set.of() : new HashSet<>(addresses);
    }

    /** Returns the addresses in their order, and null for each text that is none. */
    List<@Nullable EmailAddress> addresses() {
        return addresses;
    }

    /** Returns whether the mail went to an address, or does not say to whom it went. */
    boolean mayInclude(EmailAddress address) {
        return addresses.isEmpty() || address.equals(only) || several.contains(address);
    }

    /** Returns the one address that the mail went to, however often it is named, or null. */
    @Nullable
    EmailAddress only() {
        return only;
    }

    /**
     * Returns the address in {@code address} or {@code Name <address>}, or null. A text that does not end with the bracket is
     * an address itself: {@code "<victim@example.com>"@attacker.example} is the attacker's.
     */
    static @Nullable EmailAddress parse(@Nullable String text) {
        String stripped = text == null ? "" : text.strip();
        int open = stripped.endsWith(">") ? stripped.lastIndexOf('<') : -1;
        String bare = open < 0 ? text : stripped.substring(open + 1, stripped.length() - 1);
        return EmailAddress.parse(bare).orElse(null);
    }
}
