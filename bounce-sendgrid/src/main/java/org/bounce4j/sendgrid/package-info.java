/**
 * Receives SendGrid's event webhook.
 *
 * <p>{@link org.bounce4j.sendgrid.SendGridVerifier} turns the bytes of a request into a verified
 * {@link org.bounce4j.sendgrid.SendGridBatch}; {@link org.bounce4j.sendgrid.SendGridEventParser} turns that into events;
 * {@link org.bounce4j.sendgrid.SendGridWebhook} does both and answers so that SendGrid does the right thing.
 *
 * <pre>{@code
 * BounceWebhook webhook = SendGridWebhook.of(publicKey, sink);
 * WebhookResponse response = webhook.handle(body, request::getHeader);
 * }</pre>
 */
@NullMarked
package org.bounce4j.sendgrid;

import org.jspecify.annotations.NullMarked;
