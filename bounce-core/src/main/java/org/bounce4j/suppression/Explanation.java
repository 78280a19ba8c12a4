package org.bounce4j.suppression;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceReason;
import org.bounce4j.EmailAddress;

/**
 * Tells why an address is suppressed or is not: the decisions that stand, what speaks for the recipient, and the events with
 * their weight.
 *
 * @param address whom it is about
 * @param entries the decisions that stand, one for each scope; empty where the address may be mailed
 * @param clearance the last release and the last proof of delivery
 * @param releaseCause why it was released, where it was
 * @param erasedAt when the person was erased, where they were: nothing older is stored than this, and what stood then still
 *     stands
 * @param events the newest events that are still stored, newest first
 * @param progress how far these events are on the way to thresholds that are not reached, by scope; empty where the policy
 *     acts at the first event, as it does for hard bounces unless told otherwise
 */
public record Explanation(
        EmailAddress address,
        List<SuppressionList.Entry> entries,
        Clearance clearance,
        Optional<String> releaseCause,
        Optional<Instant> erasedAt,
        List<WeighedEvent> events,
        SortedMap<String, List<Progress>> progress) {
    /**
     * Creates an explanation; lists and map are copied.
     *
     * @param address whom it is about
     * @param entries the decisions that stand
     * @param clearance what speaks for the recipient
     * @param releaseCause why it was released
     * @param erasedAt when the person was erased
     * @param events the newest events
     * @param progress how far they are on the way to thresholds
     */
    public Explanation {
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(clearance, "clearance");
        Objects.requireNonNull(releaseCause, "releaseCause");
        Objects.requireNonNull(erasedAt, "erasedAt");
        entries = List.copyOf(entries);
        events = List.copyOf(events);
        SortedMap<String, List<Progress>> copy = new TreeMap<>();
        progress.forEach((scope, each) -> copy.put(scope, List.copyOf(each)));
        progress = Collections.unmodifiableSortedMap(copy);
    }

    /**
     * Holds an event and whether it counts.
     *
     * @param event the event
     * @param weight whether it counts, and if not, why
     */
    public record WeighedEvent(BounceEvent event, Weight weight) {}

    /**
     * Returns whether the address is suppressed.
     *
     * @return true if a decision stands
     */
    public boolean isSuppressed() {
        return !entries.isEmpty();
    }

    /**
     * Returns the explanation in words, for the person who answers the phone. It names the address: do not log it.
     *
     * @return some lines of English, each ended by a line feed
     */
    public String inWords() {
        StringBuilder words = new StringBuilder(address.address());
        words.append(isSuppressed() ? " is suppressed.\n" : " may be mailed.\n");
        for (SuppressionList.Entry entry : entries) {
            Suppression suppression = entry.suppression();
            words.append("  ").append(suppression.action()).append(" since ").append(suppression.since());
            if (!entry.scope().isEmpty()) {
                words.append(" in the scope ").append(entry.scope());
            }
            words.append(": ").append(suppression.rule());
            if (suppression.reason() != BounceReason.UNKNOWN) {
                words.append(" (").append(suppression.reason()).append(')');
            }
            words.append('\n');
        }
        progress.forEach((scope, each) -> each.forEach(one -> words.append("  ")
                .append(one.inWords())
                .append(scope.isEmpty() ? "" : " in the scope " + scope)
                .append('\n')));
        erasedAt.ifPresent(at -> words.append("  erased at ")
                .append(at)
                .append(": older events are gone, what was decided by then is kept under a hash\n"));
        if (clearance.releasedAt() != null) {
            words.append("  released at ").append(clearance.releasedAt());
            releaseCause.ifPresent(cause -> words.append(": ").append(cause));
            words.append('\n');
        }
        if (clearance.deliveredAt() != null) {
            words.append("  a mail arrived at ").append(clearance.deliveredAt()).append('\n');
        }
        for (WeighedEvent each : events) {
            BounceEvent event = each.event();
            words.append("  ").append(event.occurredAt()).append(' ').append(event.type());
            words.append(' ').append(event.reason()).append(" from ").append(event.source());
            event.rule().ifPresent(rule -> words.append(" by ").append(rule));
            words.append(' ').append(each.weight().inWords());
            words.append(" [").append(event.id()).append("]\n");
        }
        return words.toString();
    }

    /**
     * Returns whether somebody is suppressed, and not who.
     *
     * @return a line for a log
     */
    @Override
    public String toString() {
        return "Explanation[" + (isSuppressed() ? "suppressed" : "not suppressed") + ", " + entries.size()
                + " entries, " + events.size() + " events]";
    }
}
