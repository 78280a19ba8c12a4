package org.bounce4j.sendgrid;

/**
 * Holds the body of a request that SendGrid signed. Only {@link SendGridVerifier} makes one: whoever holds it knows where it
 * came from. Immutable and thread-safe.
 */
public final class SendGridBatch {
    private final byte[] body;

    SendGridBatch(byte[] body) {
        this.body = body;
    }

    /**
     * Returns the body, exactly as it was signed.
     *
     * @return a copy of its bytes
     */
    public byte[] body() {
        return body.clone();
    }

    byte[] bytes() {
        return body;
    }

    @Override
    public String toString() {
        return "SendGridBatch[" + body.length + " bytes]";
    }
}
