/**
 * Reads bounce mails, wherever they came from: bytes in, {@link org.bounce4j.mail.BounceMail} out.
 *
 * <p>A mail is what it is: a bounce, a complaint, a delay notice, a receipt, an auto-reply or something else. Only the first
 * two have events.
 *
 * <pre>{@code
 * BounceMail mail = BounceMessageParser.standard().parse(Files.readAllBytes(file));
 * if (mail.kind() == MailKind.BOUNCE) {
 *     mail.batch().deliverTo(sink);
 * }
 * }</pre>
 *
 * <p>Anybody can write a bounce. {@link org.bounce4j.mail.SignedReturnPath} tells the real ones.
 */
@NullMarked
package org.bounce4j.mail;

import org.jspecify.annotations.NullMarked;
