package org.bounce4j.mailbox;

/** Says what becomes of a mail that was read. */
public enum Disposition {
    /**
     * Deleted, if it was read whole; a bounce or a complaint only once the sink has accepted an event of it. Everything else
     * is left.
     */
    DELETE,

    /** Left where it is, and not downloaded again as long as {@link SeenMessages} remembers it. */
    LEAVE
}
