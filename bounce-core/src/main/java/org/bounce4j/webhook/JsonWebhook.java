package org.bounce4j.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.bounce4j.BounceBatch;
import org.bounce4j.BounceClassifier;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceSink;
import org.bounce4j.BounceType;
import org.bounce4j.Classification;
import org.bounce4j.EmailAddress;
import org.bounce4j.EnhancedStatus;
import org.bounce4j.MalformedPayloadException;
import org.bounce4j.Trust;
import org.bounce4j.VerificationException;
import org.bounce4j.internal.CleanText;
import org.bounce4j.internal.EventFields;
import org.bounce4j.internal.Json;
import org.jspecify.annotations.Nullable;

/**
 * The generic bounce webhook: {@code POST /webhooks/bounce} for scripts and mail-server log watchers.
 *
 * <p>The body is one JSON object or an array of them, in UTF-8; {@code Content-Type} is not looked at. Fields:
 * {@code subscriber_uuid} or {@code email} (one is required), {@code source} and {@code type} (required: {@code hard},
 * {@code soft} or {@code complaint}), {@code campaign_uuid}, {@code meta} (an object, or a text that holds one), and every
 * further field of {@link org.bounce4j.BounceEventJson}. Answers {@code 200 {"data":true}} once the sink has accepted all
 * events; {@code 400 {"message":"…"}} names the wrong field, and then nothing of the request is stored.
 *
 * <p><b>Identity.</b> The same post twice is one event. An event's id is made of the caller's name and, in this order: the
 * field {@code id}; the header {@code Idempotency-Key} or {@code webhook-id} (of a signed request {@code webhook-id} alone,
 * which is signed) and the position in the body; the content (email,
 * subscriber, campaign, source, type, status, reply code, diagnostic, message ids, {@code created_at} and {@code meta}),
 * with the UTC day of arrival where the content has no {@code created_at}: so a retry is one event and next month's bounce
 * another.
 *
 * <p>Thread-safe if the sink is.
 */
public final class JsonWebhook implements BounceWebhook {
    private static final int MAX_SENT_ID = 255;
    private static final List<String> SIGNED_KEY = List.of("webhook-id");
    private static final List<String> KEYS = List.of("Idempotency-Key", "webhook-id");

    private final WebhookAuth auth;
    private final Clock clock;
    private final BounceClassifier classifier;
    private final boolean anyIdentifiers;
    private final WebhookPipeline pipeline;

    private JsonWebhook(Builder builder) {
        auth = builder.auth;
        clock = builder.clock;
        classifier = builder.classifier;
        anyIdentifiers = builder.anyIdentifiers;
        pipeline = WebhookPipeline.builderForCallers("json", this::read, builder.sink)
                .credentials(auth)
                .maxBodyBytes(builder.maxBodyBytes)
                .build();
    }

    /**
     * Returns a webhook with the usual settings.
     *
     * @param auth decides who may post
     * @param sink takes the events
     * @return the webhook
     */
    public static JsonWebhook of(WebhookAuth auth, BounceSink sink) {
        return builder(auth, sink).build();
    }

    /**
     * Starts a webhook.
     *
     * @param auth decides who may post
     * @param sink takes the events
     * @return a builder
     */
    public static Builder builder(WebhookAuth auth, BounceSink sink) {
        return new Builder(auth, sink);
    }

    @Override
    public int maxBodyBytes() {
        return pipeline.maxBodyBytes();
    }

    @Override
    public WebhookResponse handle(byte[] body, Function<String, @Nullable String> header) {
        return inJson(pipeline.handle(body, header));
    }

    @Override
    public WebhookResponse handle(InputStream body, Function<String, @Nullable String> header) {
        WebhookResponse response = BounceWebhook.super.handle(body, header);
        return response.body().length == 0 ? inJson(response) : response;
    }

    private static WebhookResponse inJson(WebhookResponse response) {
        if (response.status() == 200) {
            return response.withJson("{\"data\":true}");
        }
        if (response.failure().isPresent()) {
            var failure = response.failure().get();
            if (response.status() == 413) {
                return response.withMessage("the body is too large");
            }
            if (failure instanceof MalformedPayloadException) {
                return response.withMessage(Objects.requireNonNullElse(failure.getMessage(), "cannot be read"));
            }
            if (failure instanceof VerificationException) {
                return response.withMessage(
                        response.status() == 401
                                ? "credentials are missing or wrong"
                                : "the request is not signed as expected");
            }
            if (response.status() == 500) {
                return response.withMessage("not stored, the receiver's set-up is wrong; please send again later");
            }
        }
        return response.withMessage("not stored, please send again later");
    }

    private BounceBatch read(@Nullable String caller, byte[] body, Function<String, @Nullable String> header) {
        String user = Objects.requireNonNull(caller, "caller");
        JsonNode root;
        try {
            root = Json.read(body);
        } catch (IOException e) {
            throw new MalformedPayloadException("Expected JSON in UTF-8, at most " + Json.MAX_DEPTH
                    + " levels deep, without a key twice; went wrong at " + Json.where(e));
        }
        Instant now = clock.instant();
        String key = idempotencyKey(header);
        List<BounceEvent> events = new ArrayList<>();
        if (root.isArray()) {
            for (int i = 0; i < root.size(); i++) {
                try {
                    events.add(event(new EventFields(root.get(i)), user, key, i, now));
                } catch (MalformedPayloadException e) {
                    throw new MalformedPayloadException(
                            "[" + i + "]" + (root.get(i).isObject() ? "." : ": ") + e.getMessage(), e);
                }
            }
        } else {
            events.add(event(new EventFields(root), user, key, 0, now));
        }
        return BounceBatch.of(events);
    }

    /** A trust that was misspelled would be the least, and count for nothing where a policy asks for more. */
    private static @Nullable Trust claimedTrust(EventFields fields) {
        Trust claimed = fields.trust();
        if (claimed != null && !claimed.name().equalsIgnoreCase(fields.text("trust"))) {
            throw EventFields.wrong("trust", "UNVERIFIED, CORRELATED or AUTHENTICATED", "something else");
        }
        return claimed;
    }

    /**
     * Returns the caller's name for the request. Where the request is signed, only {@code webhook-id} is: another header could
     * be put there by whoever replays it.
     */
    private @Nullable String idempotencyKey(Function<String, @Nullable String> header) {
        for (String name : auth instanceof HmacAuth ? SIGNED_KEY : KEYS) {
            String key = header.apply(name);
            if (key != null && !CleanText.isBlank(key)) {
                if (key.length() > MAX_SENT_ID) {
                    throw EventFields.wrong(name, "at most " + MAX_SENT_ID + " characters", "" + key.length());
                }
                return key.strip();
            }
        }
        return null;
    }

    private BounceEvent event(EventFields fields, String user, @Nullable String key, int index, Instant now) {
        EmailAddress email = fields.address("email").orElse(null);
        String subscriber = identifier(fields, "subscriber_uuid");
        identifier(fields, "campaign_uuid");
        String source = fields.required("source", BounceEvent.MAX_SOURCE);
        BounceType type = fields.type();
        String id = JsonEventId.of(fields, user, key, index, now);
        BounceEvent.Builder builder;
        if (email != null) {
            builder = BounceEvent.builder(id, type, source, email, now);
        } else if (subscriber != null) {
            builder = BounceEvent.builderForSubscriber(id, type, source, subscriber, now);
        } else {
            throw new MalformedPayloadException("email: required where subscriber_uuid is missing, got nothing");
        }
        fields.copyTo(builder);
        Trust claimed = claimedTrust(fields);
        builder.trust(claimed == null || claimed.isAtLeast(auth.trust()) ? auth.trust() : claimed)
                .occurredAt(fields.instant("created_at"));
        if (fields.text("reason") == null) {
            judge(fields, type, builder);
        } else if (fields.text("rule") == null) {
            builder.rule("caller");
        }
        return builder.build();
    }

    /** Finds the reason that the caller left out; the type stays the caller's. */
    private void judge(EventFields fields, BounceType type, BounceEvent.Builder builder) {
        EnhancedStatus status = fields.status();
        int replyCode = fields.replyCode();
        String diagnostic = fields.text("diagnostic");
        if (type == BounceType.COMPLAINT) {
            builder.reason(BounceReason.COMPLAINT).rule("caller");
        } else if (status == null && replyCode == 0 && diagnostic == null) {
            builder.rule("caller");
        } else {
            Classification found = classifier.classify(status, replyCode, diagnostic, fields.text("remote_mta"));
            builder.reason(found.reason()).rule(found.rule());
        }
    }

    private @Nullable String identifier(EventFields fields, String field) {
        String value = fields.text(field, BounceEvent.MAX_HOST_ID);
        if (value != null && !anyIdentifiers && !isUuid(value)) {
            throw EventFields.wrong(field, "a UUID", "something else");
        }
        return value;
    }

    private static boolean isUuid(String text) {
        if (text.length() != 36) {
            return false;
        }
        for (int i = 0; i < 36; i++) {
            char c = text.charAt(i);
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            if (dash ? c != '-' : Character.digit(c, 16) < 0 || c > 'f') {
                return false;
            }
        }
        return true;
    }

    /** Builds a {@link JsonWebhook}. Not thread-safe. */
    public static final class Builder {
        private final WebhookAuth auth;
        private final BounceSink sink;
        private Clock clock = Clock.systemUTC();
        private BounceClassifier classifier = BounceClassifier.standard();
        private boolean anyIdentifiers;
        private int maxBodyBytes = 1024 * 1024;

        private Builder(WebhookAuth auth, BounceSink sink) {
            this.auth = Objects.requireNonNull(auth, "auth");
            this.sink = Objects.requireNonNull(sink, "sink");
        }

        /**
         * Sets the clock that says when an event was received.
         *
         * @param clock a clock
         * @return this builder
         */
        public Builder clock(Clock clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Sets the classifier that finds the reason where the caller gives only codes and text.
         *
         * @param classifier a classifier
         * @return this builder
         */
        public Builder classifier(BounceClassifier classifier) {
            this.classifier = Objects.requireNonNull(classifier, "classifier");
            return this;
        }

        /**
         * Accepts any text as {@code subscriber_uuid} and {@code campaign_uuid}; without this they must be UUIDs.
         *
         * @return this builder
         */
        public Builder anyIdentifiers() {
            this.anyIdentifiers = true;
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
         * Builds the webhook.
         *
         * @return the webhook
         */
        public JsonWebhook build() {
            return new JsonWebhook(this);
        }
    }
}
