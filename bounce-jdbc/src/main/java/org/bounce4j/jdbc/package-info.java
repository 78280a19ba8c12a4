/**
 * Stores bounces in a database and answers "may I mail this address?".
 *
 * <pre>{@code
 * JdbcBounceStore store = JdbcBounceStore.builder(dataSource).policy(SuppressionPolicy.defaults()).build();
 * store.createSchema();
 * MailboxScanner scanner = MailboxScanner.builder(mailbox, store).build();
 * if (!store.suppressionList().contains("jane@example.com")) {
 *     send(mail);
 * }
 * }</pre>
 */
@NullMarked
package org.bounce4j.jdbc;

import org.jspecify.annotations.NullMarked;
