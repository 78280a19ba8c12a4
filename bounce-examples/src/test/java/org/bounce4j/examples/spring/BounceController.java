package org.bounce4j.examples.spring;

import java.io.InputStream;
import org.bounce4j.webhook.BounceWebhook;
import org.bounce4j.webhook.WebhookResponse;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** All that a Spring MVC host needs. */
@RestController
final class BounceController {
    private final BounceWebhook webhook;

    BounceController(BounceWebhook webhook) {
        this.webhook = webhook;
    }

    // QUIRK: not @RequestBody byte[]. Spring MVC makes that of the parameters where a client says that it posts a
    // form, and curl says so of everything: other bytes than those that were signed. BounceControllerTest shows it.
    // It has no limit either
    @PostMapping("/webhooks/bounce")
    ResponseEntity<byte[]> bounce(InputStream body, @RequestHeader HttpHeaders headers) {
        WebhookResponse response = webhook.handle(body, headers::getFirst);
        ResponseEntity.BodyBuilder answer = ResponseEntity.status(response.status());
        response.headers().forEach(answer::header);
        return answer.body(response.body());
    }
}
