package org.bounce4j.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceSink;
import org.bounce4j.BounceType;
import org.bounce4j.EmailAddress;
import org.bounce4j.suppression.EventQuery;
import org.bounce4j.suppression.SuppressionList;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a database does for each query of the docs, on tables that are large enough for it to mind: it asks an index. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PlansTests {
    private static final int ROWS = 20_000;
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant NOW = START.plus(Duration.ofDays(10));
    private static final EmailAddress FLOODED = EmailAddress.of("flooded@d7.example");
    private static final EmailAddress SOMEBODY = EmailAddress.of("u77@d7.example");

    private final TestDatabase database = database();

    abstract TestDatabase database();

    /** Returns what makes the tables large, and has the database look at them, so that it knows that they are. */
    abstract List<String> preparations();

    /** Returns whether a plan reads one of our tables from end to end. */
    abstract boolean isFullScan(String plan);

    @BeforeAll
    void fill() throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                HikariDataSource pool = database.pool(1)) {
            database.empty(connection);
            JdbcBounceStore store =
                    JdbcBounceStore.builder(pool).recordActions().build();
            store.createSchema();
            List<BounceEvent> batch = new ArrayList<>();
            for (int n = 1; n <= ROWS; n++) {
                String domain = "d" + n % 500 + ".example";
                batch.add(BounceEvent.builder(
                                "e" + n,
                                BounceType.HARD,
                                "pop3",
                                EmailAddress.of("u" + n + "@" + domain),
                                START.plus(Duration.ofMinutes(n)))
                        .reason(BounceReason.USER_UNKNOWN)
                        .rule("rule." + n % 50)
                        .remoteMta("mx." + domain)
                        .subscriber("s" + n)
                        .campaign("c" + n % 400)
                        .build());
                if (batch.size() == BounceSink.MAX_BATCH) {
                    store.accept(batch);
                    batch.clear();
                }
            }
            for (int n = 0; n < BounceSink.MAX_BATCH; n++) {
                batch.add(BounceEvent.builder("f" + n, BounceType.SOFT, "pop3", FLOODED, START.plusSeconds(n))
                        .build());
            }
            store.accept(batch);
            for (String preparation : preparations()) {
                statement.execute(preparation);
            }
        }
    }

    /** Runs something and returns the plans of the statements that read a table from end to end. */
    private List<String> fullScans(Consumer<JdbcBounceStore> work) throws SQLException {
        List<String> plans = new ArrayList<>();
        try (HikariDataSource pool = database.pool(1);
                Connection connection = database.connect()) {
            ExplainingDataSource explaining = new ExplainingDataSource(pool, connection);
            work.accept(JdbcBounceStore.builder(explaining.dataSource())
                    .erasureKey(new byte[16])
                    .recordActions()
                    .build());
            plans.addAll(explaining.plans());
        }
        assertThat(plans).isNotEmpty();
        return plans.stream().filter(this::isFullScan).toList();
    }

    @Test
    void everyQueryUsesAnIndex() throws SQLException {
        Instant from = NOW.minus(Duration.ofHours(2));
        List<EventQuery> queries = List.of(
                EventQuery.all(),
                EventQuery.builder().recipient(SOMEBODY).build(),
                EventQuery.builder().domain("d7.example").build(),
                EventQuery.builder().remoteMta("d7.example").build(),
                EventQuery.builder().subscriber("s77").build(),
                EventQuery.builder().campaign("c7").build(),
                EventQuery.builder().source("pop3").build(),
                EventQuery.builder().type(BounceType.HARD).build(),
                EventQuery.builder().reason(BounceReason.USER_UNKNOWN).build(),
                EventQuery.builder().rule("rule.7").build(),
                EventQuery.builder().received(from, NOW).build());
        Collection<EmailAddress> campaign = List.of(SOMEBODY, EmailAddress.of("new@example.com"));
        assertThat(fullScans(store -> {
                    for (EventQuery query : queries) {
                        EventPage page = store.page(query, 20, null);
                        page.next().ifPresent(next -> store.page(query, 20, next));
                        EventPage oldest = store.pageOldestFirst(query, 20, null);
                        oldest.next().ifPresent(next -> store.pageOldestFirst(query, 20, next));
                    }
                    EventQuery day = EventQuery.builder().received(from, NOW).build();
                    for (CountBy by :
                            List.of(CountBy.DAY, CountBy.TYPE, CountBy.REASON, CountBy.DOMAIN, CountBy.REMOTE_MTA)) {
                        store.counts(day, by, 10);
                    }
                    store.find("e1");
                    store.pendingActions(10);
                    store.pendingActions().limit(600).forEach(each -> {});
                    store.deleteOlderThan(START.plus(Duration.ofMinutes(5)));
                    store.delete("e9");
                    SuppressionList list = store.suppressionList();
                    list.contains(SOMEBODY);
                    list.containsSubscriber("s1");
                    list.filter(campaign);
                    list.entries(10);
                    list.ofSubscriber("s77");
                    list.explain(SOMEBODY);
                    store.suppressionList("news").contains(SOMEBODY);
                    list.release(SOMEBODY, "by hand");
                    list.release(FLOODED, "by hand");
                    EventQuery outage = EventQuery.builder()
                            .remoteMta("mx.d9.example")
                            .rule("user.unknown")
                            .occurred(from, NOW)
                            .build();
                    list.release(outage, "outage");
                    EventQuery wrong = EventQuery.builder()
                            .rule("rule.9")
                            .domain("d9.example")
                            .build();
                    list.reclassify(
                            wrong,
                            event -> event.toBuilder()
                                    .reason(BounceReason.MAILBOX_DISABLED)
                                    .build());
                    list.release(wrong, "a wrong rule");
                    list.forEach(entry -> {});
                    store.acknowledge(store.pendingActions(3));
                    store.delivered(SOMEBODY, NOW);
                    store.accept(WriterProcess.numbered(9, 9));
                    store.erase(EmailAddress.of("u99@d99.example"));
                    store.eraseSubscriber("s100");
                }))
                .isEmpty();
    }

    @Test
    void aFullScanWouldBeSeen() throws SQLException {
        assertThat(fullScans(store -> store.counts(EventQuery.all(), CountBy.SOURCE, 5)))
                .hasSize(1);
    }
}
