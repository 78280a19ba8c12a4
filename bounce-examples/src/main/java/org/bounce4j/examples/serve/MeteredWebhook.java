package org.bounce4j.examples.serve;

import java.io.InputStream;
import java.util.function.Function;
import java.util.function.Supplier;
import org.bounce4j.webhook.BounceWebhook;
import org.bounce4j.webhook.WebhookResponse;
import org.jspecify.annotations.Nullable;

/** Counts the answers of a webhook. */
final class MeteredWebhook implements BounceWebhook {
    private final String name;
    private final BounceWebhook webhook;
    private final Metrics metrics;

    MeteredWebhook(String name, BounceWebhook webhook, Metrics metrics) {
        this.name = name;
        this.webhook = webhook;
        this.metrics = metrics;
    }

    @Override
    public WebhookResponse handle(byte[] body, Function<String, @Nullable String> header) {
        return counted(() -> webhook.handle(body, header));
    }

    @Override
    public WebhookResponse handle(InputStream body, Function<String, @Nullable String> header) {
        return counted(() -> webhook.handle(body, header));
    }

    private WebhookResponse counted(Supplier<WebhookResponse> answer) {
        long start = System.nanoTime();
        WebhookResponse response = answer.get();
        metrics.add(
                "bounce_webhook_requests_total",
                Metrics.labels("endpoint", name, "status", Integer.toString(response.status())),
                1);
        metrics.add(
                "bounce_webhook_microseconds_total",
                Metrics.labels("endpoint", name),
                (System.nanoTime() - start) / 1_000);
        return response;
    }

    @Override
    public int maxBodyBytes() {
        return webhook.maxBodyBytes();
    }
}
