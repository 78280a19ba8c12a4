package org.bounce4j.webhook;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.IntConsumer;
import org.bounce4j.BounceException;
import org.bounce4j.MalformedPayloadException;
import org.bounce4j.UnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * Holds what to answer: status, headers and body. Why something was refused is in {@link #failure()}, for our side only.
 * Immutable and thread-safe.
 */
public final class WebhookResponse {
    private final int status;
    private final Map<String, String> headers;
    private final byte[] body;
    private final @Nullable BounceException failure;

    private WebhookResponse(int status, Map<String, String> headers, byte[] body, @Nullable BounceException failure) {
        this.status = status;
        this.headers = headers;
        this.body = body;
        this.failure = failure;
    }

    /**
     * Returns an answer without a body.
     *
     * @param status the HTTP status, 200 to 599
     * @return the answer
     */
    public static WebhookResponse of(int status) {
        return new WebhookResponse(status, Map.of(), new byte[0], null);
    }

    /**
     * Returns an answer without a body that refuses.
     *
     * @param status the HTTP status, 400 to 599
     * @param failure why, for our side only
     * @return the answer
     */
    public static WebhookResponse of(int status, BounceException failure) {
        return new WebhookResponse(status, Map.of(), new byte[0], failure);
    }

    static WebhookResponse tooLarge(int max) {
        return of(
                413,
                new MalformedPayloadException("Expected a body of at most " + max
                        + " bytes, got a larger one; raise maxBodyBytes if the sender is right"));
    }

    static WebhookResponse unreadable(IOException e) {
        // 400 would tell a provider not to try again
        return WebhookPipeline.retryLater(
                new UnavailableException("Expected a whole body, the connection broke off; deliver again", e));
    }

    /**
     * Returns this answer with a header more.
     *
     * @param name the header's name
     * @param value its value
     * @return a new answer
     */
    public WebhookResponse withHeader(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new WebhookResponse(status, Map.copyOf(more), body, failure);
    }

    /**
     * Returns this answer with a JSON body.
     *
     * @param json the text of the body
     * @return a new answer with its {@code Content-Type}
     */
    public WebhookResponse withJson(String json) {
        return new WebhookResponse(status, headers, json.getBytes(StandardCharsets.UTF_8), failure)
                .withHeader("Content-Type", "application/json; charset=utf-8");
    }

    WebhookResponse withMessage(String message) {
        return withJson(
                "{\"message\":\"" + new String(JsonStringEncoder.getInstance().quoteAsString(message)) + "\"}");
    }

    /**
     * Returns the HTTP status.
     *
     * @return 200 to 599
     */
    public int status() {
        return status;
    }

    /**
     * Returns the headers to set.
     *
     * @return an immutable map
     */
    public Map<String, String> headers() {
        return headers;
    }

    /**
     * Returns the body.
     *
     * @return a copy of its bytes, empty for none
     */
    public byte[] body() {
        return body.clone();
    }

    /**
     * Returns why the request was refused or could not be stored. Log it, count it; do not send it.
     *
     * @return the failure, empty where all was well
     */
    public Optional<BounceException> failure() {
        return Optional.ofNullable(failure);
    }

    /**
     * Copies headers, status and body to an HTTP response, in this order: some servers send the headers off with the status.
     *
     * @param setStatus sets the status, as {@code resp::setStatus}
     * @param setHeader sets a header, as {@code resp::setHeader}
     * @param out takes the body; not closed
     * @throws IOException if the body cannot be written
     */
    public void send(IntConsumer setStatus, BiConsumer<String, String> setHeader, OutputStream out) throws IOException {
        headers.forEach(setHeader);
        setStatus.accept(status);
        out.write(body);
        out.flush();
    }

    @Override
    public String toString() {
        return "WebhookResponse[" + status + (failure == null ? "" : ", " + failure) + "]";
    }
}
