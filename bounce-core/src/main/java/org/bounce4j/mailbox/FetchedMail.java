package org.bounce4j.mailbox;

import java.util.Objects;

/**
 * Holds a mail as it was fetched. It keeps the array it was given: nobody may change it.
 */
public final class FetchedMail {
    private final byte[] bytes;
    private final boolean whole;

    /**
     * Creates a fetched mail.
     *
     * @param bytes the mail, or its beginning; not copied
     * @param whole whether that is all of it
     */
    public FetchedMail(byte[] bytes, boolean whole) {
        this.bytes = Objects.requireNonNull(bytes, "bytes");
        this.whole = whole;
    }

    /**
     * Returns the mail, or its beginning.
     *
     * @return the bytes, not copied
     */
    public byte[] bytes() {
        return bytes;
    }

    /**
     * Returns whether that is all of the mail. One that was not read whole is never deleted.
     *
     * @return true if nothing is missing
     */
    public boolean whole() {
        return whole;
    }

    @Override
    public String toString() {
        return "FetchedMail[" + bytes.length + " bytes, " + (whole ? "whole" : "its beginning") + "]";
    }
}
