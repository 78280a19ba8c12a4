/**
 * Scans bounce mailboxes: fetch, parse, sink, and only then delete.
 *
 * <p>{@link org.bounce4j.mailbox.Mailbox} is the SPI; bounce-pop3 implements it for POP3 servers.
 *
 * <pre>{@code
 * MailboxScanner scanner = MailboxScanner.builder(mailbox, sink).build();
 * ScanReport report = scanner.scan();
 * if (report.outcome() != ScanReport.Outcome.COMPLETED) {
 *     report.failure().ifPresent(failure -> log.warn("bounce mailbox: {}", failure.getMessage()));
 * }
 * }</pre>
 */
@NullMarked
package org.bounce4j.mailbox;

import org.jspecify.annotations.NullMarked;
