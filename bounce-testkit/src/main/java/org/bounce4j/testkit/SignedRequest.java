package org.bounce4j.testkit;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Holds the body and the headers of a request as a provider sends it. Immutable and thread-safe.
 */
public final class SignedRequest {
    private final byte[] body;
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    SignedRequest(byte[] body, Map<String, String> headers) {
        this.body = body.clone();
        this.headers.putAll(headers);
    }

    /**
     * Returns the body.
     *
     * @return a copy of its bytes
     */
    public byte[] body() {
        return body.clone();
    }

    /**
     * Returns the body as text.
     *
     * @return the body, read as UTF-8
     */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /**
     * Returns a header; fits where a webhook wants its headers looked up.
     *
     * @param name the header's name, compared without case
     * @return its value, or null
     */
    public @Nullable String header(String name) {
        return headers.get(name.toLowerCase(Locale.ROOT));
    }

    /**
     * Returns all headers.
     *
     * @return a copy, compared without case
     */
    public Map<String, String> headers() {
        Map<String, String> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        copy.putAll(headers);
        return copy;
    }

    /**
     * Returns the request with another body, as a forger or a careless framework would make it.
     *
     * @param other the body
     * @return a new request with the same headers
     */
    public SignedRequest withBody(byte[] other) {
        return new SignedRequest(other, headers);
    }

    /**
     * Returns the request with a header changed.
     *
     * @param name the header's name
     * @param value its value, or null to leave it out
     * @return a new request
     */
    public SignedRequest withHeader(String name, @Nullable String value) {
        Map<String, String> changed = headers();
        if (value == null) {
            changed.remove(name);
        } else {
            changed.put(name, value);
        }
        return new SignedRequest(body, changed);
    }
}
