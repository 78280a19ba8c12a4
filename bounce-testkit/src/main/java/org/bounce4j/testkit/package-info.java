/**
 * Makes what providers and mail servers send, signed with keys of its own: tests need no network and no captured secrets.
 *
 * <p>{@link org.bounce4j.testkit.SesPayloads} and {@link org.bounce4j.testkit.SendGridPayloads} build what the providers say,
 * {@link org.bounce4j.testkit.SnsSigner} and {@link org.bounce4j.testkit.SendGridSigner} sign it, {@link
 * org.bounce4j.testkit.WebhookSigner} signs posts of JSON, {@link org.bounce4j.testkit.BounceMails} builds mails. {@link
 * org.bounce4j.testkit.BounceSinkContract} is a JUnit suite for a host's own sink.
 *
 * <pre>{@code
 * SendGridSigner signer = SendGridSigner.create();
 * SignedRequest request = signer.sign(SendGridPayloads.bounce("jane@example.com", "5.1.1", "user unknown"));
 * WebhookResponse response = webhook.handle(request.body(), request::header);
 * byte[] mail = BounceMails.to("jane@example.com").status("5.1.1").bytes();
 * }</pre>
 */
@NullMarked
package org.bounce4j.testkit;

import org.jspecify.annotations.NullMarked;
