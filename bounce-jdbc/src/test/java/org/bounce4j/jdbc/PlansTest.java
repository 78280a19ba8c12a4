package org.bounce4j.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceType;
import org.bounce4j.EmailAddress;
import org.bounce4j.suppression.EventQuery;
import org.bounce4j.suppression.SuppressionList;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What PostgreSQL does for each query of the docs, on tables that are large enough for it to mind: it asks an index. */
class PlansTest {
    private static final int ROWS = 40_000;
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final EmailAddress SOMEBODY = EmailAddress.of("u77@d7.example");

    @BeforeAll
    static void fill() throws SQLException {
        TestDatabase database = TestDatabase.postgres();
        try (Connection connection = DriverManager.getConnection(database.url(), database.user(), "");
                Statement statement = connection.createStatement()) {
            database.empty(connection);
            try (HikariDataSource pool = database.pool(1)) {
                JdbcBounceStore.builder(pool).build().createSchema();
            }
            statement.execute("INSERT INTO bounce_event SELECT 'e' || n, 'u' || n || '@d' || n % 500 || '.example', '',"
                    + " NULL, 'd' || n % 500 || '.example', 'mx.d' || n % 500 || '.example', 's' || n, 'c' || n % 400,"
                    + " 'pop3', 'HARD', 'USER_UNKNOWN', 'rule.' || n % 50, 'CORRELATED', NULL, 21,"
                    + " timestamp '2026-01-01' + n * interval '1 minute', timestamp '2026-01-01' + n * interval '1 minute',"
                    + " '{\"id\":\"e' || n || '\",\"type\":\"hard\",\"source\":\"pop3\",\"email\":\"u' || n || '@d' || n % 500"
                    + " || '.example\",\"received_at\":\"2026-01-01T00:00:00Z\"}' FROM generate_series(1, " + ROWS
                    + ") AS s(n)");
            statement.execute("INSERT INTO bounce_ledger (subject, scope, subscriber, action, type, reason, rule_name,"
                    + " since, evidence) SELECT 'u' || n || '@d' || n % 500 || '.example', '', 's' || n, 'BLOCKLIST', 'HARD',"
                    + " 'USER_UNKNOWN', 'hard: the first one', timestamp '2026-01-01' + n * interval '1 minute', 'e' || n"
                    + " FROM generate_series(1, " + ROWS + ") AS s(n)");
            statement.execute(
                    "INSERT INTO bounce_action (id, subject, scope, decided_at) SELECT 'a' || n, 'u' || n, '',"
                            + " timestamp '2026-01-01' + n * interval '1 minute' FROM generate_series(1, " + ROWS
                            + ") AS s(n)");
            statement.execute("ANALYZE");
        }
    }

    /** Runs something and returns how often it read a table from end to end, and what it read by index. */
    private static List<String> fullScans(Consumer<JdbcBounceStore> work) throws SQLException {
        TestDatabase database = TestDatabase.postgres();
        List<String> plans = new ArrayList<>();
        try (HikariDataSource pool = database.pool(1);
                Connection connection = DriverManager.getConnection(database.url(), database.user(), "")) {
            ExplainingDataSource explaining = new ExplainingDataSource(pool, connection);
            work.accept(JdbcBounceStore.builder(explaining.dataSource())
                    .erasureKey(new byte[16])
                    .recordActions()
                    .build());
            plans.addAll(explaining.plans());
        }
        assertThat(plans).isNotEmpty();
        return plans.stream()
                .filter(plan -> plan.contains("Seq Scan on bounce_event")
                        || plan.contains("Seq Scan on bounce_ledger")
                        || plan.contains("Seq Scan on bounce_action"))
                .toList();
    }

    @Test
    void everyQueryUsesAnIndex() throws SQLException {
        Instant from = NOW.minusSeconds(7_200);
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
                    store.deleteOlderThan(Instant.parse("2026-01-01T00:05:00Z"));
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
