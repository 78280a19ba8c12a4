package org.bounce4j.internal;

import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds the headers of a request whatever way the host's HTTP stack spells their names. */
public final class RequestHeaders {
    private RequestHeaders() {}

    /** Looks a name up as it is and then in lower case: HTTP/2 servers, API gateways and Netty hand out such names. */
    public static Function<String, @Nullable String> anyCase(Function<String, @Nullable String> header) {
        return name -> {
            String value = header.apply(name);
            return value != null ? value : header.apply(name.toLowerCase(Locale.ROOT));
        };
    }
}
