package org.bounce4j.webhook;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.bounce4j.BounceBatch;
import org.bounce4j.BounceException;
import org.bounce4j.BounceSink;
import org.bounce4j.ConfigurationException;
import org.bounce4j.MalformedPayloadException;
import org.bounce4j.Trust;
import org.bounce4j.UnavailableException;
import org.bounce4j.Undigested;
import org.bounce4j.VerificationException;
import org.bounce4j.internal.Delivery;
import org.bounce4j.internal.RequestHeaders;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries one request from bytes to acknowledgement: verify, parse, sink, and only then 200. Our adapters are made of it; use
 * it to write another one. Events are passed on as the reader makes them: an adapter of your own sets {@code
 * trust(Trust.AUTHENTICATED)} on those whose sender it verified, or they stay {@link Trust#UNVERIFIED}, which a policy with
 * a minimum of trust does not count.
 *
 * <table>
 * <caption>What it answers</caption>
 * <tr><th>what happened</th><th>status</th></tr>
 * <tr><td>everything is durable, or there was nothing to store</td><td>200</td></tr>
 * <tr><td>missing or wrong credentials</td><td>401 with {@code WWW-Authenticate}; 403 where they are a signature</td></tr>
 * <tr><td>{@link VerificationException}</td><td>403</td></tr>
 * <tr><td>{@link MalformedPayloadException}</td><td>400</td></tr>
 * <tr><td>body too large</td><td>413</td></tr>
 * <tr><td>{@link UnavailableException}, a sink that failed</td><td>503 with {@code Retry-After}</td></tr>
 * <tr><td>{@link ConfigurationException}; a verified payload of which nothing could be read, and no handler for it; a
 * bug</td><td>500</td></tr>
 * </table>
 *
 * <p>Thread-safe if reader, sink and handler are.
 */
public final class WebhookPipeline implements BounceWebhook {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookPipeline.class);
    private static final int DEFAULT_MAX_BODY = 1024 * 1024;
    private static final long RETRY_SECONDS = 60;
    /** How many different causes one line of the log names. */
    private static final int MOST_CAUSES = 5;

    private final String name;
    private final @Nullable WebhookAuth credentials;
    private final CallerReader reader;
    private final Delivery delivery;
    private final int maxBodyBytes;
    private final @Nullable UndigestedHandler undigested;

    /** Verifies one request and reads what it says. */
    @FunctionalInterface
    public interface Reader {
        /**
         * Verifies and reads.
         *
         * @param body the bytes that arrived
         * @param header finds a header's first value by its name, or null
         * @return what the request says; empty where there is nothing to store
         * @throws BounceException if the request is refused or cannot be judged now
         */
        BounceBatch read(byte[] body, Function<String, @Nullable String> header);
    }

    /** Reads one request of a caller whose credentials were right, or were not asked for. */
    @FunctionalInterface
    interface CallerReader {
        BounceBatch read(@Nullable String caller, byte[] body, Function<String, @Nullable String> header);
    }

    private WebhookPipeline(Builder builder) {
        name = builder.name;
        credentials = builder.credentials;
        reader = builder.reader;
        delivery = new Delivery(builder.sink);
        maxBodyBytes = builder.maxBodyBytes;
        undigested = builder.undigested;
    }

    /**
     * Starts a pipeline.
     *
     * @param name what to call it in log lines, such as {@code ses}
     * @param reader verifies and reads
     * @param sink takes the events
     * @return a builder
     */
    public static Builder builder(String name, Reader reader, BounceSink sink) {
        Objects.requireNonNull(reader, "reader");
        return new Builder(
                name,
                (@Nullable String caller, byte[] body, Function<String, @Nullable String> header) ->
                        reader.read(body, header),
                sink);
    }

    static Builder builderForCallers(String name, CallerReader reader, BounceSink sink) {
        return new Builder(name, reader, sink);
    }

    @Override
    public int maxBodyBytes() {
        return maxBodyBytes;
    }

    @Override
    public WebhookResponse handle(byte[] body, Function<String, @Nullable String> header) {
        if (body.length > maxBodyBytes) {
            return logged(WebhookResponse.tooLarge(maxBodyBytes));
        }
        Function<String, @Nullable String> anyCase = RequestHeaders.anyCase(header);
        String caller = null;
        if (credentials != null) {
            try {
                caller = credentials.authenticate(body, anyCase);
            } catch (VerificationException e) {
                WebhookResponse response = unauthenticated(credentials, e);
                if (response.status() == 401 && anyCase.apply("Authorization") == null) {
                    // the first half of an exchange (RFC 9110, section 11.2): SNS asks like that for every message
                    LOG.debug("{}: answered 401: {}", name, e.getMessage());
                    return response;
                }
                return logged(response);
            } catch (RuntimeException e) {
                return failed(e);
            }
        }
        try {
            return process(reader.read(caller, body, anyCase));
        } catch (RuntimeException e) {
            return failed(e);
        }
    }

    private WebhookResponse failed(RuntimeException failure) {
        if (failure instanceof VerificationException e) {
            return logged(WebhookResponse.of(403, e));
        }
        if (failure instanceof MalformedPayloadException e) {
            return logged(WebhookResponse.of(400, e));
        }
        if (failure instanceof UnavailableException e) {
            return logged(retryLater(e));
        }
        if (failure instanceof ConfigurationException e) {
            return logged(WebhookResponse.of(500, e));
        }
        // a bug of ours or of the host's: the sender shall keep the payload and try again. What the exception says may
        // quote the payload.
        StackTraceElement[] trace = failure.getStackTrace();
        return logged(WebhookResponse.of(
                500,
                new ConfigurationException(
                        "Unexpected failure: " + failure.getClass().getName()
                                + (trace.length == 0 ? "" : " at " + trace[0]),
                        failure)));
    }

    private WebhookResponse process(BounceBatch batch) {
        Exception failure = null;
        List<@Nullable Exception> failures =
                delivery.deliver(batch.events().stream().map(List::of).toList());
        int failed = 0;
        for (Exception each : failures) {
            if (each != null) {
                failed++;
                failure = each;
            }
        }
        WebhookResponse response = keep(batch);
        if (failure != null) {
            return logged(retryLater(new UnavailableException(
                    "Expected the sink to accept all events of the request (" + failures.size() + "), it refused "
                            + failed + ", or others that speak for them: " + place(failure)
                            + "; the sender will deliver them again (what the sink said is logged at DEBUG)",
                    failure)));
        }
        return response;
    }

    /** What a sink's exception says may hold addresses and is logged at DEBUG; its name and place hold none. */
    private static String place(Exception failure) {
        StackTraceElement[] trace = failure.getStackTrace();
        return failure.getClass().getName() + (trace.length == 0 ? "" : " at " + trace[0]);
    }

    private WebhookResponse keep(BounceBatch batch) {
        List<Undigested> items = batch.undigested();
        if (items.isEmpty()) {
            return WebhookResponse.of(200);
        }
        if (undigested != null) {
            try {
                for (Undigested item : items) {
                    undigested.accept(item);
                }
                return WebhookResponse.of(200);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return logged(retryLater(new UnavailableException("Interrupted while keeping unread parts", e)));
            } catch (ConfigurationException e) {
                return logged(WebhookResponse.of(500, e));
            } catch (UnavailableException e) {
                return logged(retryLater(e));
            } catch (Exception e) {
                return logged(retryLater(new UnavailableException(
                        "Expected the handler to keep " + items.size() + " parts that could not be read, it failed",
                        e)));
            }
        }
        if (!batch.readable()) {
            return logged(WebhookResponse.of(
                    500,
                    new MalformedPayloadException("Expected a verified payload that can be read, got one that cannot: "
                            + items.get(0).cause() + "; set an undigested handler to keep such payloads")));
        }
        LOG.warn(
                "{}: {} of a verified payload's elements could not be read and were left out ({}); set an undigested handler"
                        + " to keep them",
                name,
                items.size(),
                items.stream()
                        .map(Undigested::cause)
                        .distinct()
                        .limit(MOST_CAUSES)
                        .collect(Collectors.joining("; ")));
        return WebhookResponse.of(200);
    }

    private static WebhookResponse unauthenticated(WebhookAuth credentials, VerificationException e) {
        Optional<String> challenge = credentials.challenge();
        return challenge.isPresent()
                ? WebhookResponse.of(401, e).withHeader("WWW-Authenticate", challenge.get())
                : WebhookResponse.of(403, e);
    }

    static WebhookResponse retryLater(UnavailableException e) {
        long seconds =
                e.retryAfter().map(after -> Math.max(1, after.toSeconds())).orElse(RETRY_SECONDS);
        return WebhookResponse.of(503, e).withHeader("Retry-After", Long.toString(seconds));
    }

    /** Logs why a body was not even handed to a webhook. */
    static WebhookResponse unread(BounceWebhook webhook, WebhookResponse response) {
        return logged(webhook.getClass().getSimpleName(), response);
    }

    private WebhookResponse logged(WebhookResponse response) {
        return logged(name, response);
    }

    private static WebhookResponse logged(String name, WebhookResponse response) {
        response.failure().ifPresent(failure -> {
            LOG.warn("{}: answered {}: {}", name, response.status(), failure.getMessage());
            LOG.debug("{}: answered {}", name, response.status(), failure);
        });
        return response;
    }

    /** Builds a {@link WebhookPipeline}. Not thread-safe. */
    public static final class Builder {
        private final String name;
        private final CallerReader reader;
        private final BounceSink sink;
        private @Nullable WebhookAuth credentials;
        private int maxBodyBytes = DEFAULT_MAX_BODY;
        private @Nullable UndigestedHandler undigested;

        private Builder(String name, CallerReader reader, BounceSink sink) {
            this.name = Objects.requireNonNull(name, "name");
            this.reader = reader;
            this.sink = Objects.requireNonNull(sink, "sink");
        }

        /**
         * Asks for credentials before anything is read.
         *
         * @param credentials decides who may post
         * @return this builder
         */
        public Builder credentials(WebhookAuth credentials) {
            this.credentials = Objects.requireNonNull(credentials, "credentials");
            return this;
        }

        /**
         * Sets the largest body that is read.
         *
         * @param bytes the limit in bytes, from 1; 1 MiB if not set
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1, or {@link Integer#MAX_VALUE}
         */
        public Builder maxBodyBytes(int bytes) {
            if (bytes < 1 || bytes == Integer.MAX_VALUE) {
                throw new IllegalArgumentException("Expected a limit of 1 to 2147483646 bytes, got " + bytes);
            }
            this.maxBodyBytes = bytes;
            return this;
        }

        /**
         * Sets who keeps what was verified and could not be read. Without one a whole payload is answered with 500, so that
         * the provider keeps it; an unreadable element beside good ones is logged and left out.
         *
         * @param handler keeps it
         * @return this builder
         */
        public Builder undigested(UndigestedHandler handler) {
            this.undigested = Objects.requireNonNull(handler, "handler");
            return this;
        }

        /**
         * Builds the pipeline.
         *
         * @return the pipeline
         */
        public WebhookPipeline build() {
            return new WebhookPipeline(this);
        }
    }
}
