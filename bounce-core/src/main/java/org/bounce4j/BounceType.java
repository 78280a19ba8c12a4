package org.bounce4j;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says what a host should do about the address, whatever the reason was.
 *
 * <p>The three names are those of the generic bounce webhook; in JSON they are written in lower case.
 */
public enum BounceType {
    /** Stop mailing this address: it or its domain is dead, or the provider refuses to try. */
    HARD,

    /**
     * It may work later, or it was this message (or we, the sender) that was refused. The address is not to blame, even
     * where the server answered with a 5xx code.
     */
    SOFT,

    /** The person does not want this mail. */
    COMPLAINT;

    private final String json = name().toLowerCase(Locale.ROOT);

    /**
     * Returns the name used in JSON: {@code hard}, {@code soft} or {@code complaint}.
     *
     * @return the lower-case name
     */
    public String json() {
        return json;
    }

    /**
     * Returns the type of that name, compared without case.
     *
     * @param name the name, as in JSON or as in Java
     * @return the type, or empty for null and for any other name
     */
    public static Optional<BounceType> of(@Nullable String name) {
        for (BounceType type : values()) {
            if (type.json.equalsIgnoreCase(name)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
