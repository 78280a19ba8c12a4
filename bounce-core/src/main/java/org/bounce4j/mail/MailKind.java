package org.bounce4j.mail;

/** Says what a mail in a bounce mailbox is. Only {@link #BOUNCE} and {@link #COMPLAINT} have events. */
public enum MailKind {
    /** A mail of ours failed. Without events where nobody can know whom it was for. */
    BOUNCE,

    /** A recipient complained (RFC 5965). */
    COMPLAINT,

    /** The server is still trying. Not a bounce: when it gives up, another mail says so. May name nobody. */
    DELAY_NOTICE,

    /** A mail of ours arrived (RFC 3464, actions delivered, relayed or expanded). */
    DELIVERY_RECEIPT,

    /** A person, or their program, opened or deleted a mail of ours (RFC 8098). */
    READ_RECEIPT,

    /** Out of office and other automatic answers (RFC 3834): a program answered, which proves of nobody that a mail failed. */
    AUTO_REPLY,

    /** Anything else: a person's mail, a newsletter, a feedback report that is no complaint. */
    OTHER;

    /**
     * Returns whether mails of this kind carry events.
     *
     * @return true for bounces and complaints
     */
    public boolean hasEvents() {
        return this == BOUNCE || this == COMPLAINT;
    }

    /** Returns whether a server wrote it about a mail of ours, so that it came to the envelope sender of that mail. */
    boolean isAboutOurMail() {
        return hasEvents() || this == DELAY_NOTICE || this == DELIVERY_RECEIPT;
    }
}
