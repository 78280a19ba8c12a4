package org.bounce4j;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Holds what was verified and could not be read: evidence, not rubbish. Immutable and thread-safe.
 */
public final class Undigested {
    private final String source;
    private final byte[] bytes;
    private final String cause;

    /**
     * Creates an item.
     *
     * @param source the channel it came by, as in {@link BounceEvent#source()}
     * @param bytes the part that could not be read, exactly as it arrived; copied
     * @param cause what was expected and what came, without the payload
     */
    public Undigested(String source, byte[] bytes, String cause) {
        this.source = source;
        this.bytes = bytes.clone();
        this.cause = cause;
    }

    /**
     * Returns the channel it came by.
     *
     * @return the source, as in {@link BounceEvent#source()}
     */
    public String source() {
        return source;
    }

    /**
     * Returns the part that could not be read, exactly as it arrived.
     *
     * @return a copy of the bytes
     */
    public byte[] bytes() {
        return bytes.clone();
    }

    /**
     * Returns why it could not be read.
     *
     * @return what was expected and what came
     */
    public String cause() {
        return cause;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Undigested that
                && source.equals(that.source)
                && cause.equals(that.cause)
                && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(bytes) + source.hashCode();
    }

    /**
     * Returns source, size and cause, never the bytes.
     *
     * @return a line for a log
     */
    @Override
    public String toString() {
        return "Undigested[" + source + ", " + bytes.length + " bytes, " + cause + "]";
    }
}
