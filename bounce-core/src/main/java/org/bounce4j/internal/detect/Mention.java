package org.bounce4j.internal.detect;

import org.bounce4j.EmailAddress;
import org.jspecify.annotations.Nullable;

/** An address that a notice speaks of, and what stands behind it. */
final class Mention {
    /** The address; null for what stands in the place of one, or where it is not known. */
    final @Nullable EmailAddress address;
    /** What two spellings of the address have in common; empty without one. */
    final String key;
    /** The line it stands on; -1 where the notice does not name it. */
    final int line;
    /** What stands behind it on its line. */
    final String rest;
    /** Whether it stands in a transcript, whose line says all. */
    final boolean complete;

    Mention(String address, int line, String rest) {
        this(address, line, rest, false);
    }

    Mention(String address, int line, String rest, boolean complete) {
        this(EmailAddress.parse(address).orElse(null), line, rest, complete);
    }

    Mention(@Nullable EmailAddress address, int line, String rest, boolean complete) {
        this.address = address;
        this.key = address == null ? "" : address.key();
        this.line = line;
        this.rest = rest;
        this.complete = complete;
    }

    /** Returns a recipient whom the notice does not name. */
    static Mention nowhere(@Nullable EmailAddress address) {
        return new Mention(address, -1, "", false);
    }
}
