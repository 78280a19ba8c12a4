package org.bounce4j.examples.frameworks;

import io.javalin.Javalin;
import org.bounce4j.webhook.BounceWebhook;
import org.bounce4j.webhook.WebhookResponse;

final class JavalinHost implements Host {
    private final Javalin app;

    private JavalinHost(Javalin app) {
        this.app = app;
    }

    static Host start(BounceWebhook webhook) {
        Javalin app = Javalin.create(config -> config.routes.post("/webhooks/service/sendgrid", ctx -> {
            WebhookResponse response = webhook.handle(ctx.bodyInputStream(), ctx::header);
            response.headers().forEach(ctx::header);
            ctx.status(response.status()).result(response.body());
        }));
        return new JavalinHost(app.start("127.0.0.1", 0));
    }

    @Override
    public int port() {
        return app.port();
    }

    @Override
    public void close() {
        app.stop();
    }
}
