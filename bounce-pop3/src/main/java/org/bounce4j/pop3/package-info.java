/**
 * Reads a bounce mailbox by POP3 (RFC 1939), with a small session of its own: one that checks what QUIT answers, and that can
 * leave without it.
 *
 * <pre>{@code
 * Mailbox mailbox = Pop3Mailbox.builder("pop.example.com", Credentials.password(user, password)).build();
 * ScanReport report = MailboxScanner.builder(mailbox, sink).build().scan();
 * }</pre>
 */
@NullMarked
package org.bounce4j.pop3;

import org.jspecify.annotations.NullMarked;
