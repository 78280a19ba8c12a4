package org.bounce4j.ses;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.bounce4j.UnavailableException;
import org.jspecify.annotations.Nullable;

/** GETs small things: no redirects, and bounds on the whole time and on the size, whatever the server does. */
final class BoundedHttp {
    private final Duration timeout;
    private @Nullable HttpClient client;

    BoundedHttp(@Nullable HttpClient client, Duration timeout) {
        if (client != null && client.followRedirects() != HttpClient.Redirect.NEVER) {
            throw new IllegalArgumentException(
                    "Expected an HTTP client that follows no redirects (HttpClient.Redirect.NEVER), got one that does");
        }
        this.client = client;
        this.timeout = timeout;
    }

    /** Holds status and body of an answer. */
    static final class Answer {
        final int status;
        final byte[] body;

        Answer(int status, byte[] body) {
            this.status = status;
            this.body = body;
        }
    }

    private synchronized HttpClient client() {
        HttpClient known = client;
        if (known == null) {
            known = HttpClient.newBuilder()
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(timeout)
                    .build();
            client = known;
        }
        return known;
    }

    private UnavailableException late(URI url, Exception cause) {
        return new UnavailableException(
                "Expected " + url.getHost() + " to answer within " + timeout.toSeconds() + " s, it did not", cause);
    }

    /**
     * GETs a URL.
     *
     * @return status, and at most {@code maxBytes + 1} bytes of the body
     * @throws UnavailableException if there was no whole answer in time
     */
    Answer get(URI url, int maxBytes) {
        HttpRequest request = HttpRequest.newBuilder(url).timeout(timeout).GET().build();
        CompletableFuture<HttpResponse<byte[]>> answer = client().sendAsync(request, info -> new Limited(maxBytes));
        try {
            HttpResponse<byte[]> response = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return new Answer(response.statusCode(), response.body());
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw late(url, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof HttpTimeoutException) {
                throw late(url, e);
            }
            throw new UnavailableException(
                    "Expected an answer of " + url.getHost() + ", got: " + reason(e)
                            + "; this host must reach it by HTTPS",
                    e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new UnavailableException("Interrupted while waiting for " + url.getHost(), e);
        }
    }

    private static String reason(ExecutionException e) {
        Throwable cause = e.getCause();
        return cause instanceof IOException && cause.getMessage() != null ? cause.getMessage() : String.valueOf(cause);
    }

    /** Collects up to a limit, then hangs up. */
    private static final class Limited implements HttpResponse.BodySubscriber<byte[]> {
        private final byte[] bytes;
        private final CompletableFuture<byte[]> body = new CompletableFuture<>();
        private int length;
        private Flow.@Nullable Subscription subscription;

        Limited(int maxBytes) {
            bytes = new byte[maxBytes + 1];
        }

        @Override
        public CompletionStage<byte[]> getBody() {
            return body;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            this.subscription = subscription;
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            for (ByteBuffer buffer : buffers) {
                int count = Math.min(buffer.remaining(), bytes.length - length);
                buffer.get(bytes, length, count);
                length += count;
            }
            if (length == bytes.length) {
                if (subscription != null) {
                    subscription.cancel();
                }
                onComplete();
            }
        }

        @Override
        public void onError(Throwable failure) {
            body.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            body.complete(Arrays.copyOf(bytes, length));
        }
    }
}
