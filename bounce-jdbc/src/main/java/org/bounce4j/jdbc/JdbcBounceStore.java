package org.bounce4j.jdbc;

import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceSink;
import org.bounce4j.ConfigurationException;
import org.bounce4j.EmailAddress;
import org.bounce4j.UnavailableException;
import org.bounce4j.internal.CleanText;
import org.bounce4j.suppression.EventQuery;
import org.bounce4j.suppression.SuppressionDecision;
import org.bounce4j.suppression.SuppressionList;
import org.bounce4j.suppression.SuppressionListener;
import org.bounce4j.suppression.SuppressionPolicy;
import org.jspecify.annotations.Nullable;

/**
 * Stores bounces on a host's {@link DataSource}: each event once by its id, one transaction a batch, and in the same
 * transaction the decision whether its recipient is mailed again.
 *
 * <p>Decisions stand in a ledger beside the events: deleting events takes none of them back. Addresses are compared by {@link
 * EmailAddress#key()}. Times are kept to the microsecond, in UTC.
 *
 * <p>Speaks PostgreSQL, MariaDB and H2, and MySQL 8 by the statements of MariaDB, untested.
 *
 * <p>Thread-safe; any number of threads and processes may share the database. Opens no thread and keeps no connection. Every
 * statement has a {@linkplain Builder#statementTimeout timeout}. Every method throws {@link UnavailableException} with the
 * SQL state where the database does not answer, and {@link ConfigurationException} where a person must do something first:
 * create the tables, put a login right.
 */
public final class JdbcBounceStore implements BounceSink {
    private static final int PAGE = 500;

    private final Database database;
    private final EventTable events;
    private final Rules rules;
    private final EventWriter writer;
    private final EventReader reader;
    private final Outbox outbox;

    private JdbcBounceStore(Builder builder) {
        database = new Database(
                builder.dataSource, new Names(builder.schema, builder.tablePrefix), builder.statementTimeout);
        events = new EventTable(builder.scope);
        rules = new Rules(builder.policy, builder.erasureKey, builder.clock, builder.records);
        writer = new EventWriter(events, rules);
        reader = new EventReader(database);
        outbox = new Outbox(database, builder.listener);
    }

    /**
     * Starts a store.
     *
     * @param dataSource where the connections come from; a pool, unless little is to be done
     * @return a builder
     */
    public static Builder builder(DataSource dataSource) {
        return new Builder(dataSource);
    }

    /**
     * Creates the tables that are missing. Any number of processes may do so at once.
     *
     * @throws UnavailableException if the database cannot be reached
     * @throws ConfigurationException if it refuses, is not a database this store speaks to, or holds tables of another version
     */
    public void createSchema() {
        database.createSchema();
    }

    /**
     * Returns the script of the tables, with the schema and prefix of this store, for those who migrate their databases by
     * other means. With the usual names it is the same as {@code org/bounce4j/jdbc/postgresql.sql}, {@code mariadb.sql} or
     * {@code h2.sql} in this library's jar.
     *
     * @return statements, each ended by a semicolon at the end of a line
     * @throws UnavailableException if the database cannot be reached, which is asked what it is
     * @throws ConfigurationException if it refuses, or is not a database this store speaks to
     */
    public String schemaScript() {
        return database.script();
    }

    /**
     * Stores the events that are not stored yet, and decides about their recipients, in one transaction. It is run again
     * where another transaction stood in the way. The listener is called afterwards.
     *
     * @param batch 1 to {@value BounceSink#MAX_BATCH} events
     * @throws UnavailableException if the database does not answer; the outcome is unknown, and all or nothing is stored
     * @throws ConfigurationException if the tables are missing, the login is refused, or somebody was erased with a {@linkplain
     *     Builder#erasureKey key} that this store has not
     * @throws IllegalArgumentException if there are too many events, one of them was received before 1970 or after 9999, or the
     *     database refuses something in the events themselves; nothing of the batch is stored
     */
    @Override
    public void accept(List<BounceEvent> batch) {
        Map<BounceEvent, Subject> subjects = writer.subjects(batch);
        if (!subjects.isEmpty()) {
            outbox.tell(database.inTransaction(session -> writer.write(session, subjects)));
        }
    }

    /**
     * Stores the events in a transaction of the host, together with what else the host writes. Neither commits nor rolls
     * back. The listener is not called, for nothing is durable yet: {@link #pendingActions} hands the decisions out.
     *
     * <p>After an exception roll the transaction back; after an {@link UnavailableException} it may be tried again. Of two
     * transactions that store events of one recipient the second waits for the end of the first; where they come to wait for
     * each other the database ends one, which hears {@link UnavailableException}.
     *
     * @param connection a connection in a transaction, without autocommit
     * @param batch 1 to {@value BounceSink#MAX_BATCH} events
     * @throws UnavailableException if the database does not answer, or another transaction stood in the way
     * @throws ConfigurationException if the tables are missing, or somebody was erased with a {@linkplain Builder#erasureKey
     *     key} that this store has not
     * @throws IllegalArgumentException if the connection is in no transaction, or on PostgreSQL and H2 in one of a higher
     *     isolation than READ COMMITTED; if there are too many events, one of them was received before 1970 or after 9999, or
     *     the database refuses something in the events themselves
     */
    public void accept(Connection connection, List<BounceEvent> batch) {
        Map<BounceEvent, Subject> subjects = writer.subjects(batch);
        if (!subjects.isEmpty()) {
            database.within(connection, session -> writer.write(session, subjects));
        }
    }

    /**
     * Returns decisions that no listener has taken yet, oldest first: what it refused, what was on its way when the process
     * died, and what was decided in a host's own transactions. Those that are being told at this moment are among them.
     *
     * @param limit the most to return, from 1
     * @return the decisions; always empty where neither {@link Builder#listener} nor {@link Builder#recordActions} was called
     * @throws IllegalArgumentException if the limit is less than 1
     * @throws UnavailableException if the database does not answer
     */
    public List<SuppressionDecision> pendingActions(int limit) {
        Pages.requireFromOne(limit);
        return outbox.pending(null, limit);
    }

    /**
     * Returns all decisions that no listener has taken yet, as {@link #pendingActions(int)} does, in bounded memory and
     * without keeping a connection: pages are fetched as they are needed. They may be {@linkplain #acknowledge acknowledged}
     * meanwhile. The stream need not be closed; it throws {@link UnavailableException} where the database does not answer.
     *
     * @return the decisions, oldest first
     */
    public Stream<SuppressionDecision> pendingActions() {
        return outbox.pending();
    }

    /**
     * Ticks decisions off: {@link #pendingActions} does not return them again.
     *
     * @param decisions what was done
     * @throws UnavailableException if the database does not answer; they are handed out again
     */
    public void acknowledge(Collection<SuppressionDecision> decisions) {
        outbox.acknowledge(decisions);
    }

    /**
     * Hands all decisions that are pending to the listener. Call it when a process starts, and now and then.
     *
     * @return how many the listener took
     * @throws UnavailableException if the database does not answer
     * @throws IllegalStateException if the store has no listener
     */
    public int retryPendingActions() {
        return outbox.retry();
    }

    /**
     * Notes that a mail arrived: soft failures up to then count for nothing any more, and a suppression for them is lifted.
     * What a complaint or a hard bounce led to stays: a server that accepts a mail says little about the mailbox.
     *
     * @param address whom the mail was for
     * @param at when it arrived
     * @throws UnavailableException if the database does not answer
     * @throws ConfigurationException if somebody was erased with a {@linkplain Builder#erasureKey key} that this store has not
     */
    public void delivered(EmailAddress address, Instant at) {
        delivered(List.of(address), at);
    }

    /**
     * Notes that mails arrived; see {@link #delivered(EmailAddress, Instant)}. Each address gets a row in the ledger.
     *
     * @param addresses whom the mails were for, any number; they are noted in transactions of some hundred
     * @param at when they arrived
     * @throws UnavailableException if the database does not answer; a part of them may be noted, and noting them again is
     *     harmless
     * @throws ConfigurationException if somebody was erased with a {@linkplain Builder#erasureKey key} that this store has not
     */
    public void delivered(Collection<EmailAddress> addresses, Instant at) {
        List<String> keys =
                addresses.stream().map(Subject::of).distinct().sorted().toList();
        for (int from = 0; from < keys.size(); from += PAGE) {
            List<String> some = keys.subList(from, Math.min(keys.size(), from + PAGE));
            outbox.tell(database.inTransaction(session -> {
                Ledger ledger = new Ledger(session, rules);
                ledger.lock(some.stream().map(key -> new Subject(key, "")).toList());
                for (String key : some) {
                    ledger.deliver(key, at);
                }
                return ledger.write();
            }));
        }
    }

    /**
     * Returns the event with that id.
     *
     * @param id the id
     * @return the event, or empty
     * @throws UnavailableException if the database does not answer
     */
    public Optional<BounceEvent> find(String id) {
        return reader.find(id);
    }

    /**
     * Returns the events that were received last.
     *
     * @param limit the most events to return, from 1
     * @return the events, newest first
     * @throws IllegalArgumentException if the limit is less than 1
     * @throws UnavailableException if the database does not answer
     */
    public List<BounceEvent> latest(int limit) {
        return page(EventQuery.all(), limit, null).events();
    }

    /**
     * Returns a page of events. It goes on where the last one ended, whatever came in or was deleted since.
     *
     * @param query which events
     * @param limit the most events to return, from 1
     * @param next what the last page returned as {@link EventPage#next()}, or null for the first one
     * @return the events, newest first by {@link BounceEvent#receivedAt()}
     * @throws IllegalArgumentException if the limit is less than 1, or {@code next} is something else
     * @throws UnavailableException if the database does not answer
     */
    public EventPage page(EventQuery query, int limit, @Nullable String next) {
        return reader.page(query, limit, next, false);
    }

    /**
     * Returns a page of events, the oldest first; in everything else as {@link #page}.
     *
     * @param query which events
     * @param limit the most events to return, from 1
     * @param next what the last page of this method returned as {@link EventPage#next()}, or null for the first one
     * @return the events, oldest first by {@link BounceEvent#receivedAt()}
     * @throws IllegalArgumentException if the limit is less than 1, or {@code next} is something else
     * @throws UnavailableException if the database does not answer
     */
    public EventPage pageOldestFirst(EventQuery query, int limit, @Nullable String next) {
        return reader.page(query, limit, next, true);
    }

    /**
     * Returns events one after the other, in bounded memory and without keeping a connection: pages are fetched as they are
     * needed. The stream need not be closed; it throws {@link UnavailableException} where the database does not answer.
     *
     * @param query which events
     * @return the events, newest first by {@link BounceEvent#receivedAt()}
     */
    public Stream<BounceEvent> stream(EventQuery query) {
        return reader.stream(query);
    }

    /**
     * Returns how many events are stored.
     *
     * @return the count
     * @throws UnavailableException if the database does not answer
     */
    public long count() {
        return reader.count();
    }

    /**
     * Counts events by something they have.
     *
     * @param query which events
     * @param by what they are counted by
     * @param limit the most counts to return, from 1
     * @return the counts by value, the highest first
     * @throws IllegalArgumentException if the limit is less than 1
     * @throws UnavailableException if the database does not answer
     */
    public Map<String, Long> counts(EventQuery query, CountBy by, int limit) {
        return reader.counts(query, by, limit);
    }

    /**
     * Deletes an event. Decisions that rest on it stay.
     *
     * @param id the id
     * @return whether it was there
     * @throws UnavailableException if the database does not answer
     */
    public boolean delete(String id) {
        return EventTable.canBe(id)
                && database.inTransaction(session -> EventTable.deleteIds(session, List.of(id))) > 0;
    }

    /**
     * Deletes the events that were received before a time, some hundred a transaction. Decisions that rest on them stay.
     * Keep events for longer than the longest window of the policy, and for longer than sources deliver again (a week; a
     * mailbox as long as mails stay in it): an event that comes again after it was deleted is new, and after {@link
     * SuppressionPolicy#MAX_LAG} counts as of the day on which it comes again, also against somebody who was released.
     *
     * @param time the instant from which events are kept
     * @return how many were deleted
     * @throws UnavailableException if the database does not answer; a part of them may be deleted
     */
    public long deleteOlderThan(Instant time) {
        long deleted = 0;
        EventCursor behind = null;
        while (true) {
            EventCursor from = behind;
            List<EventTable.Place> page =
                    database.query(session -> EventTable.places(session, Sql.OLDER, List.of(time), from));
            if (page.isEmpty()) {
                return deleted;
            }
            deleted += database.inTransaction(session -> EventTable.delete(session, page));
            behind = page.get(page.size() - 1).cursor();
        }
    }

    /**
     * Erases a person, in one transaction: every event about their address, also those in which it is only the {@linkplain
     * BounceEvent#reportedRecipient() reported} one, and their rows in the ledger. What stays is a keyed hash of the address
     * with the decision that stood: who asked to be forgotten is still not mailed. Notices of earlier failures that come in
     * late still count and are not stored. Ask for {@link #eraseSubscriber} too where the host knows the person by one.
     *
     * @param address the person's address
     * @return how many events were deleted
     * @throws ConfigurationException if the store has no {@linkplain Builder#erasureKey erasure key}, or another than before
     * @throws UnavailableException if the database does not answer; nothing was erased
     */
    public int erase(EmailAddress address) {
        return new Erasure(database, rules).erase(Subject.of(address));
    }

    /**
     * Erases a subscriber, as {@link #erase} does: every event that names them, the addresses these events are about with
     * everything else that is known of those, and all rows in the ledger. Some addresses a transaction. Afterwards {@link
     * SuppressionList#ofSubscriber} has only what stands for the subscriber themself: nobody can tell any more which hashes
     * are those of their addresses.
     *
     * @param subscriber the host's identifier, of one person alone
     * @return how many events were deleted
     * @throws ConfigurationException if the store has no {@linkplain Builder#erasureKey erasure key}, or another than before
     * @throws UnavailableException if the database does not answer; a part may be erased: ask again
     */
    public int eraseSubscriber(String subscriber) {
        return new Erasure(database, rules).eraseSubscriber(Subject.clean(subscriber));
    }

    /**
     * Returns the list of recipients who are not mailed again, in whatever scope. Once somebody was {@linkplain #erase erased}
     * its methods throw {@link ConfigurationException} in a store without the {@linkplain Builder#erasureKey key}.
     * Entries of the erased name nobody: neither their address nor their subscriber is kept.
     *
     * @return the list, always as the database has it
     */
    public SuppressionList suppressionList() {
        return new JdbcSuppressionList(database, events, rules, Scope.ALL, outbox::tell);
    }

    /**
     * Returns the list of recipients who are not mailed again in one scope: decisions in this scope, and those that hold in
     * all of them.
     *
     * @param scope a name that the function of {@link Builder#scope} gives; empty, as {@link SuppressionList.Entry#scope()} is
     *     for what holds in all scopes, for a list of those decisions alone, which sees and releases none of a named scope
     * @return the list, always as the database has it
     * @throws IllegalArgumentException if the name is blank and not empty
     */
    public SuppressionList suppressionList(String scope) {
        String name = CleanText.line(Objects.requireNonNull(scope, "scope"), EventTable.MAX_SCOPE);
        if (name == null && !scope.isEmpty()) {
            throw new IllegalArgumentException(
                    "Expected the name of a scope, got a blank text; suppressionList() sees all scopes");
        }
        return new JdbcSuppressionList(database, events, rules, new Scope(name == null ? "" : name), outbox::tell);
    }

    /**
     * Returns what was set, for a log; neither where the database is nor a key.
     *
     * @return tables, policy and whether decisions are recorded
     */
    @Override
    public String toString() {
        return "JdbcBounceStore[tables " + database.names() + ", " + rules.policy()
                + (rules.erasureKey() == null ? "" : ", with an erasure key")
                + (outbox.hasListener() ? ", with a listener" : rules.records() ? ", records decisions" : "") + "]";
    }

    /** Builds a {@link JdbcBounceStore}. Not thread-safe. */
    public static final class Builder {
        private final DataSource dataSource;
        private SuppressionPolicy policy = SuppressionPolicy.defaults();
        private Function<BounceEvent, @Nullable String> scope = event -> "";
        private @Nullable SuppressionListener listener;
        private boolean records;
        private @Nullable ErasureKey erasureKey;
        private @Nullable String schema;
        private String tablePrefix = Names.PREFIX;
        private Duration statementTimeout = Duration.ofSeconds(30);
        private Clock clock = Clock.systemUTC();

        private Builder(DataSource dataSource) {
            this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
        }

        /**
         * Sets the policy that decides who is not mailed again. Another policy decides what comes in from then on; what
         * stands is not judged again. Each process decides by its own: give all that store events the same.
         *
         * @param policy the policy; {@link SuppressionPolicy#defaults()} if not set
         * @return this builder
         */
        public Builder policy(SuppressionPolicy policy) {
            this.policy = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /**
         * Sets in which scope an event counts and suppresses: a stream of mails, a tenant. A complaint about a newsletter
         * need not block a password reset. Every process must use the same function, and it must give the same answer for
         * the same event.
         *
         * @param scope returns a name of at most 64 characters (longer ones are cut); null or blank for everywhere. Everywhere
         *     if not set
         * @return this builder
         */
        public Builder scope(Function<BounceEvent, @Nullable String> scope) {
            this.scope = Objects.requireNonNull(scope, "scope");
            return this;
        }

        /**
         * Sets who hears of each decision, at least once; see {@link JdbcBounceStore#pendingActions}. A process without a
         * listener keeps no decisions for those of others: where one of several processes has one, call {@link #recordActions}
         * in the rest, and {@link JdbcBounceStore#retryPendingActions} now and then in the one that has it.
         *
         * @param listener called after a decision is durable, in the thread that brought the event
         * @return this builder
         */
        public Builder listener(SuppressionListener listener) {
            this.listener = Objects.requireNonNull(listener, "listener");
            this.records = true;
            return this;
        }

        /**
         * Keeps each decision for {@link JdbcBounceStore#pendingActions} until it is {@linkplain #acknowledge acknowledged},
         * without a listener.
         *
         * @return this builder
         */
        public Builder recordActions() {
            this.records = true;
            return this;
        }

        /**
         * Sets the key with which {@link JdbcBounceStore#erase} hashes addresses. Keep it out of the database, keep it for
         * ever, and give it to every process that uses the store: without it the erased cannot be known. A store refuses to
         * work with a wrong one.
         *
         * @param key at least 16 random bytes; copied
         * @return this builder
         * @throws IllegalArgumentException if it is shorter
         */
        public Builder erasureKey(byte[] key) {
            this.erasureKey = new ErasureKey(key.clone());
            return this;
        }

        /**
         * Sets the schema (in MariaDB the database) of the tables. It must exist.
         *
         * @param schema at most 32 letters, digits, {@code _}, {@code -} and {@code $}, in bytes of UTF-8, with its case; that of the
         *     connection if not set
         * @return this builder
         * @throws IllegalArgumentException if it is longer or has other characters
         */
        public Builder schema(String schema) {
            this.schema = Names.checked(schema, "schema");
            return this;
        }

        /**
         * Sets what the names of the tables begin with.
         *
         * @param prefix at most 32 letters, digits, {@code _}, {@code -} and {@code $}, in bytes of UTF-8, with its case; {@code bounce_} if not
         *     set
         * @return this builder
         * @throws IllegalArgumentException if it is longer or has other characters
         */
        public Builder tablePrefix(String prefix) {
            this.tablePrefix = Names.checked(prefix, "table prefix");
            return this;
        }

        /**
         * Sets how long a statement may run.
         *
         * @param timeout 1 second to 1 day, cut to whole seconds; 30 seconds if not set
         * @return this builder
         * @throws IllegalArgumentException if it is shorter than a second or longer than a day
         */
        public Builder statementTimeout(Duration timeout) {
            if (timeout.compareTo(Duration.ofSeconds(1)) < 0 || timeout.compareTo(Duration.ofDays(1)) > 0) {
                throw new IllegalArgumentException("Expected a timeout of a second to a day, got " + timeout);
            }
            this.statementTimeout = timeout;
            return this;
        }

        /**
         * Sets our clock, which says when a release or an erasure happened.
         *
         * @param clock the clock; the system's if not set
         * @return this builder
         */
        public Builder clock(Clock clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Builds the store. Connects to nothing.
         *
         * @return the store
         */
        public JdbcBounceStore build() {
            return new JdbcBounceStore(this);
        }
    }
}
