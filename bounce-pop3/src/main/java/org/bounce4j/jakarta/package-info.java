/**
 * Bridges to a host's Jakarta Mail.
 *
 * <p>The first bounce of most applications is an exception: {@link org.bounce4j.jakarta.SendFailures} makes events of it.
 *
 * <pre>{@code
 * try {
 *     Transport.send(message);
 * } catch (SendFailedException e) {
 *     SendFailures.toBatch(e, message).deliverTo(sink);
 * }
 * }</pre>
 *
 * <p>{@link org.bounce4j.jakarta.MimeMessages} gives the messages of the host's folders to the bounce mail parser.
 */
@NullMarked
package org.bounce4j.jakarta;

import org.jspecify.annotations.NullMarked;
