package org.bounce4j.webhook;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Answers one HTTP request of a provider or an API caller: verifies, parses, hands to the sink, and only then acknowledges.
 *
 * <p>Fits every HTTP stack: the body as the bytes that arrived, and a function that finds a header. Neither method throws
 * for what a sender did; it answers. Implementations are thread-safe. Route {@code POST} to it and nothing else.
 *
 * <pre>{@code
 * webhook.handle(req.getInputStream(), req::getHeader).send(resp::setStatus, resp::setHeader, resp.getOutputStream());
 * }</pre>
 */
public interface BounceWebhook {
    /**
     * Answers a request.
     *
     * @param body the body, exactly the bytes that arrived: not decoded, not re-serialised, not trimmed
     * @param header finds a header's first value by its name, compared without case; null where it is absent
     * @return what to answer
     */
    WebhookResponse handle(byte[] body, Function<String, @Nullable String> header);

    /**
     * Answers a request whose body is still to be read. Reads up to {@link #maxBodyBytes()} and answers 413 beyond; does not
     * close the stream. A body that breaks off is answered with 503.
     *
     * @param body the body
     * @param header finds a header's first value by its name, compared without case; null where it is absent
     * @return what to answer
     */
    default WebhookResponse handle(InputStream body, Function<String, @Nullable String> header) {
        int max = maxBodyBytes();
        byte[] bytes;
        try {
            bytes = body.readNBytes(max + 1);
        } catch (IOException e) {
            return WebhookPipeline.unread(this, WebhookResponse.unreadable(e));
        }
        if (bytes.length > max) {
            return WebhookPipeline.unread(this, WebhookResponse.tooLarge(max));
        }
        return handle(bytes, header);
    }

    /**
     * Returns the largest body that is read.
     *
     * @return the limit in bytes
     */
    int maxBodyBytes();
}
