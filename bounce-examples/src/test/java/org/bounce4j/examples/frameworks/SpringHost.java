package org.bounce4j.examples.frameworks;

import java.io.InputStream;
import org.bounce4j.webhook.BounceWebhook;
import org.bounce4j.webhook.WebhookResponse;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.config.annotation.EnableWebMvc;

final class SpringHost {
    private SpringHost() {}

    @EnableWebMvc
    static class Mvc {}

    static Host start(BounceWebhook webhook) throws Exception {
        AnnotationConfigWebApplicationContext application = new AnnotationConfigWebApplicationContext();
        application.register(Mvc.class, SendGridController.class);
        application.addBeanFactoryPostProcessor(beans -> beans.registerSingleton("webhook", webhook));
        return new ServletHost(new DispatcherServlet(application));
    }

    @RestController
    static class SendGridController {
        private final BounceWebhook webhook;

        SendGridController(BounceWebhook webhook) {
            this.webhook = webhook;
        }

        @PostMapping("/webhooks/service/sendgrid")
        ResponseEntity<byte[]> bounces(InputStream body, @RequestHeader HttpHeaders headers) {
            WebhookResponse response = webhook.handle(body, headers::getFirst);
            ResponseEntity.BodyBuilder answer = ResponseEntity.status(response.status());
            response.headers().forEach(answer::header);
            return answer.body(response.body());
        }
    }
}
