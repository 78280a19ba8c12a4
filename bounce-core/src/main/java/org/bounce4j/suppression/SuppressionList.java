package org.bounce4j.suppression;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.bounce4j.BounceEvent;
import org.bounce4j.EmailAddress;
import org.bounce4j.UnavailableException;

/**
 * Answers before a send: is this address to be left out? Implementations are thread-safe. Every method throws {@link
 * UnavailableException} where the answer cannot be had now: do not mail, try again.
 */
public interface SuppressionList {
    /**
     * Returns whether the address is suppressed, whatever the action is: true for {@link SuppressionAction#UNSUBSCRIBE} as
     * well as for {@link SuppressionAction#BLOCKLIST}. To tell them apart, as for mail that is no campaign, ask {@link #find}
     * for {@code suppression().action()}.
     *
     * @param address the address
     * @return true if it should not be mailed
     * @throws UnavailableException if the answer cannot be had now: do not mail, try again
     */
    boolean contains(EmailAddress address);

    /**
     * Returns whether the address is suppressed, whatever the action is, as {@link #contains(EmailAddress)} does.
     *
     * @param address the address as text
     * @return true if it should not be mailed
     * @throws IllegalArgumentException if the text is not an address
     * @throws UnavailableException if the answer cannot be had now: do not mail, try again
     */
    default boolean contains(String address) {
        return contains(EmailAddress.of(address));
    }

    /**
     * Returns whether a subscriber is suppressed themself: by events that named them and no address. Events that name an
     * address suppress the address, and a person may have a new one: for those ask {@link #ofSubscriber}.
     *
     * @param subscriber the host's identifier
     * @return true if they should not be mailed, at no address
     * @throws UnavailableException if the answer cannot be had now: do not mail, try again
     */
    boolean containsSubscriber(String subscriber);

    /**
     * Leaves out the addresses that are suppressed.
     *
     * @param addresses whom a campaign is for, any number
     * @return the addresses that may be mailed, in the same order
     * @throws UnavailableException if the answer cannot be had now
     */
    List<EmailAddress> filter(Collection<EmailAddress> addresses);

    /**
     * Returns the decision that stands for an address; the most severe one where there are several scopes.
     *
     * @param address the address
     * @return the decision, or empty where it may be mailed
     * @throws UnavailableException if the answer cannot be had now
     */
    Optional<Entry> find(EmailAddress address);

    /**
     * Returns what stands for a subscriber: themself and every address that events named together with them.
     *
     * @param subscriber the host's identifier
     * @return the decisions
     * @throws UnavailableException if the answer cannot be had now
     */
    List<Entry> ofSubscriber(String subscriber);

    /**
     * Lists what is suppressed, newest first.
     *
     * @param limit the most entries to return, from 1
     * @return the entries
     * @throws IllegalArgumentException if the limit is less than 1
     * @throws UnavailableException if the answer cannot be had now
     */
    List<Entry> entries(int limit);

    /**
     * Hands out everything that is suppressed, in no particular order and in bounded memory.
     *
     * @param taker takes each entry once
     * @throws UnavailableException if the answer cannot be had now
     */
    void forEach(Consumer<? super Entry> taker);

    /**
     * Tells why an address is suppressed, or is not.
     *
     * @param address the address
     * @return decisions, events and what each of them weighs
     * @throws UnavailableException if the answer cannot be had now
     */
    Explanation explain(EmailAddress address);

    /**
     * Lets an address be mailed again. What happened to it up to now counts for nothing any more, also what of it is only
     * reported later; what happens from now on counts.
     *
     * <p>A list of one scope releases in this scope alone: a decision that holds in all scopes stays, {@link #contains}
     * still says so, and the list of all scopes releases it.
     *
     * <p>It is noted also where no suppression stands, and goes before an earlier one: {@link #explain} tells the cause and the
     * time of the last.
     *
     * @param address the address
     * @param cause who released it and why, in words for a person, not blank; cut at 255 characters
     * @return whether a suppression was lifted
     * @throws IllegalArgumentException if the cause is blank
     * @throws UnavailableException if it could not be done now; nothing was
     */
    boolean release(EmailAddress address, String cause);

    /**
     * Lets a subscriber be mailed again who was suppressed by events that named no address.
     *
     * @param subscriber the host's identifier
     * @param cause who released them and why, in words for a person, not blank; cut at 255 characters
     * @return whether they were suppressed
     * @throws IllegalArgumentException if the cause is blank
     * @throws UnavailableException if it could not be done now; nothing was
     */
    boolean releaseSubscriber(String subscriber, String cause);

    /**
     * Takes events out of the count and decides anew about their recipients: for the day on which a receiver answered "user
     * unknown" to everyone. Everything else that is known of the recipients still counts. Runs in several transactions; where
     * it was interrupted, or late reports of the same day came in, call it again. A list of one scope takes events of this
     * scope alone.
     *
     * @param query the events that shall count for nothing
     * @param cause who released them and why, in words for a person, not blank; cut at 255 characters
     * @return how many suppressions were lifted
     * @throws IllegalArgumentException if the cause is blank
     * @throws UnavailableException if it could not be finished now
     */
    int release(EventQuery query, String cause);

    /**
     * Judges events again, say with a rule put right, and decides anew about their recipients, by the policy of now and also
     * where no event changed: that is how a changed policy gets to what is stored. Type, reason, and rule are
     * taken from the answer, everything else stays as it was. Runs in several transactions; where it was interrupted, call it
     * again. A list of one scope takes events of this scope alone.
     *
     * @param query the events
     * @param judge returns an event with its new classification, or as it was
     * @return how many events changed
     * @throws UnavailableException if it could not be finished now
     */
    int reclassify(EventQuery query, UnaryOperator<BounceEvent> judge);

    /**
     * Names whom a decision is about, and the decision.
     *
     * @param address the address; empty where a subscriber is suppressed without one, or the person was erased
     * @param subscriber the host's identifier of the person, where the events named one
     * @param scope the scope it holds in, empty for all of them
     * @param suppression the decision
     */
    record Entry(Optional<EmailAddress> address, Optional<String> subscriber, String scope, Suppression suppression) {
        /**
         * Creates an entry.
         *
         * @param address the address
         * @param subscriber the host's identifier
         * @param scope the scope
         * @param suppression the decision
         */
        public Entry {
            Objects.requireNonNull(address, "address");
            Objects.requireNonNull(subscriber, "subscriber");
            Objects.requireNonNull(scope, "scope");
            Objects.requireNonNull(suppression, "suppression");
        }

        /**
         * Returns what was decided, and not about whom.
         *
         * @return a line for a log
         */
        @Override
        public String toString() {
            return "Entry[" + suppression.action() + " by " + suppression.rule()
                    + (scope.isEmpty() ? "" : ", scope " + scope) + "]";
        }
    }
}
