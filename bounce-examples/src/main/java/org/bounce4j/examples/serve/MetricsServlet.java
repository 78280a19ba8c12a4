package org.bounce4j.examples.serve;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.bounce4j.webhook.WebhookAuth;

/** {@code /metrics}, for Prometheus. */
final class MetricsServlet extends ApiServlet {
    private static final long serialVersionUID = 1L;

    private final transient Metrics metrics;
    private final transient Health health;

    MetricsServlet(WebhookAuth auth, Metrics metrics, Health health) {
        super(auth);
        this.metrics = metrics;
        this.health = health;
    }

    @Override
    protected void doGet(HttpServletRequest req, HttpServletResponse resp) throws IOException {
        metrics.set("bounce_store_up", health.isStoreUp() ? 1 : 0);
        resp.setContentType("text/plain; version=0.0.4; charset=utf-8");
        resp.getOutputStream().write(metrics.text().getBytes(StandardCharsets.UTF_8));
    }
}
