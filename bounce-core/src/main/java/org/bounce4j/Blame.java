package org.bounce4j;

/**
 * Says who is at fault when a mail did not arrive. What counts against an address is decided by this and not by the reply
 * code: a blocked sending IP answers {@code 550} for addresses that are perfectly alive.
 *
 * @see BounceReason#blame()
 */
public enum Blame {
    /** The address: nobody is there, or the person behind it does not want our mail. */
    ADDRESS,

    /** The domain: it does not exist or takes no mail at all. */
    DOMAIN,

    /** The mailbox, for now: it exists and cannot take this mail, for instance because it is full. */
    MAILBOX,

    /** This message: too large, spam, virus, malformed. Another message may get through. */
    MESSAGE,

    /** We, the sender: our reputation, authentication, rate or set-up. */
    SENDER,

    /** What lies between: networks, routing, servers in trouble. */
    ROUTE,

    /** Nobody said. */
    UNKNOWN
}
