/**
 * Receives Amazon SES events through Amazon SNS.
 *
 * <p>{@link org.bounce4j.ses.SnsVerifier} turns the bytes of a request into a verified {@link org.bounce4j.ses.SnsMessage} of
 * an allowed topic; {@link org.bounce4j.ses.SesEventParser} turns that into events; {@link org.bounce4j.ses.SesWebhook} does
 * both, confirms subscriptions and answers so that SNS does the right thing.
 *
 * <pre>{@code
 * Topics topics = Topics.of("arn:aws:sns:eu-west-1:123456789012:bounces");
 * BounceWebhook webhook = SesWebhook.of(topics, sink);
 * WebhookResponse response = webhook.handle(body, request::getHeader);
 * }</pre>
 */
@NullMarked
package org.bounce4j.ses;

import org.jspecify.annotations.NullMarked;
