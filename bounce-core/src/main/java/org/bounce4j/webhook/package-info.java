/**
 * Answers webhooks: verify, parse, sink, and only then 200.
 *
 * <p>A {@link org.bounce4j.webhook.BounceWebhook} fits every HTTP stack. {@link org.bounce4j.webhook.JsonWebhook} is the
 * generic one; the providers' stand in their own modules, made of {@link org.bounce4j.webhook.WebhookPipeline}.
 *
 * <pre>{@code
 * BounceWebhook webhook = JsonWebhook.of(WebhookAuth.basic(user, password), sink);
 * WebhookResponse response = webhook.handle(body, request::getHeader);
 * }</pre>
 */
@NullMarked
package org.bounce4j.webhook;

import org.jspecify.annotations.NullMarked;
