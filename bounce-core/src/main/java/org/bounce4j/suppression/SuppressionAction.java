package org.bounce4j.suppression;

/** Says what to do with an address. The constants stand in ascending order of severity. */
public enum SuppressionAction {
    /** Nothing; the event is only recorded. */
    NONE,

    /** Take the person off the lists; mails they asked for themselves may still be sent. */
    UNSUBSCRIBE,

    /** Do not mail this address again until a person releases it. */
    BLOCKLIST,

    /** Remove the subscriber, and do not mail the address again. */
    DELETE
}
