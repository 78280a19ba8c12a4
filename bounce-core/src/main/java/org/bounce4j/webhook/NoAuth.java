package org.bounce4j.webhook;

import java.util.function.Function;
import org.bounce4j.Trust;
import org.jspecify.annotations.Nullable;

/** Lets everyone in. */
final class NoAuth implements WebhookAuth {
    @Override
    public String authenticate(byte[] body, Function<String, @Nullable String> header) {
        return "anyone";
    }

    @Override
    public Trust trust() {
        return Trust.UNVERIFIED;
    }
}
