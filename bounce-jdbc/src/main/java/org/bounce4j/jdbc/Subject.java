package org.bounce4j.jdbc;

import java.util.Optional;
import org.bounce4j.BounceEvent;
import org.bounce4j.EmailAddress;
import org.bounce4j.internal.CleanText;

/**
 * Names whom a ledger row is about. No address's comparable form begins with a word and a space, so that the three forms
 * cannot be taken for each other.
 *
 * @param key the address's comparable form, {@code subscriber …}, or {@code erased …}
 * @param scope where it holds, empty for everywhere
 */
record Subject(String key, String scope) implements Comparable<Subject> {
    private static final String SUBSCRIBER = "subscriber ";
    private static final String ERASED = "erased ";

    /** Returns the same recipient without a scope. */
    Subject root() {
        return scope.isEmpty() ? this : new Subject(key, "");
    }

    static String of(EmailAddress address) {
        return address.key();
    }

    static String ofSubscriber(String subscriber) {
        return SUBSCRIBER + subscriber;
    }

    /** Returns a host's identifier as an event would hold it; empty, which none has, where nothing is left of it. */
    static String clean(String subscriber) {
        String line = CleanText.line(subscriber, BounceEvent.MAX_HOST_ID);
        return line == null ? "" : line;
    }

    static String ofErased(String hash) {
        return ERASED + hash;
    }

    static String of(BounceEvent event) {
        return event.recipient()
                .map(Subject::of)
                .orElseGet(() -> ofSubscriber(event.subscriber().orElseThrow()));
    }

    static boolean isErased(String key) {
        return key.startsWith(ERASED);
    }

    static Optional<EmailAddress> address(String key) {
        return key.startsWith(SUBSCRIBER) || key.startsWith(ERASED) ? Optional.empty() : EmailAddress.parse(key);
    }

    static Optional<String> subscriber(String key) {
        return key.startsWith(SUBSCRIBER) ? Optional.of(key.substring(SUBSCRIBER.length())) : Optional.empty();
    }

    @Override
    public int compareTo(Subject other) {
        int byKey = key.compareTo(other.key);
        return byKey != 0 ? byKey : scope.compareTo(other.scope);
    }
}
