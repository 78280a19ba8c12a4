package org.bounce4j.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.bounce4j.jdbc.TestEvents.JANE;
import static org.bounce4j.jdbc.TestEvents.KEY;
import static org.bounce4j.jdbc.TestEvents.NOW;
import static org.bounce4j.jdbc.TestEvents.event;
import static org.bounce4j.jdbc.TestEvents.hard;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.util.DriverDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.TimeZone;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceSink;
import org.bounce4j.BounceType;
import org.bounce4j.ConfigurationException;
import org.bounce4j.EmailAddress;
import org.bounce4j.UnavailableException;
import org.bounce4j.suppression.EventQuery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the store promises, on whatever database. */
abstract class StoreTests extends DatabaseTests {
    @Test
    void keepsEveryValueOfAnEvent() {
        BounceEvent event = hard("a", "Jane@b\u00fccher.example").toBuilder()
                .diagnostic("550 \ud83d\udcec " + "x".repeat(3_000))
                .messageId("1@x")
                .tags(Map.of("t", "v"))
                .meta("{\"a\": 1.10}")
                .build();
        store.accept(List.of(event));
        assertThat(store.find("a")).hasValue(event);
        assertThat(store.find("b")).isEmpty();
        assertThat(store.count()).isEqualTo(1);
    }

    @Test
    void refusesLimitsOfLessThanOne() {
        store.accept(List.of(hard("a", "jane@example.com")));
        for (int limit : new int[] {0, -1, Integer.MIN_VALUE}) {
            for (ThrowingCallable call : List.<ThrowingCallable>of(
                    () -> store.page(EventQuery.all(), limit, null),
                    () -> store.latest(limit),
                    () -> store.pageOldestFirst(EventQuery.all(), limit, null),
                    () -> store.counts(EventQuery.all(), CountBy.TYPE, limit),
                    () -> list.entries(limit),
                    () -> store.pendingActions(limit))) {
                assertThatIllegalArgumentException()
                        .isThrownBy(call)
                        .withMessage("Expected a limit from 1, got " + limit);
            }
        }
        assertThat(store.latest(Integer.MAX_VALUE)).hasSize(1);
        assertThat(list.entries(Integer.MAX_VALUE)).hasSize(1);
        assertThat(store.pendingActions(Integer.MAX_VALUE)).isEmpty();
    }

    @Test
    void storesEventsOfASubscriberWithoutAnAddress() {
        store.accept(List.of(
                BounceEvent.builderForSubscriber("a", BounceType.HARD, "api", "s-1", NOW)
                        .build(),
                hard("b", "jane@example.com").toBuilder().subscriber("s-2").build()));
        assertThat(list.containsSubscriber("s-1")).isTrue();
        assertThat(list.containsSubscriber("s-2")).isFalse();
        assertThat(list.ofSubscriber("s-1")).singleElement().satisfies(entry -> {
            assertThat(entry.address()).isEmpty();
            assertThat(entry.subscriber()).hasValue("s-1");
        });
        assertThat(list.ofSubscriber("s-2"))
                .singleElement()
                .satisfies(entry -> assertThat(entry.address()).hasValue(JANE));
        assertThat(list.releaseSubscriber("s-1", "by hand")).isTrue();
        assertThat(list.containsSubscriber("s-1")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "getConnection",
                "setAutoCommit",
                "SELECT version .*",
                "SELECT .*bounce_ledger.* FOR UPDATE",
                "INSERT INTO .*bounce_event.*",
                "INSERT INTO .*bounce_ledger.*",
                "INSERT INTO .*bounce_action.*",
                "commit"
            })
    void isUnavailableWhereTheDatabaseBreaksAndHasWrittenNothing(String where) {
        JdbcBounceStore fresh = builder().listener(told::add).build();
        failing.failAt(where, false, "08006");
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> fresh.accept(List.of(hard("a", "jane@example.com"), hard("b", "joe@example.com"))))
                .withMessageContaining("08006");
        failing.repair();
        assertThat(store.count()).isZero();
        assertThat(list.entries(10)).isEmpty();
        assertThat(store.pendingActions(10)).isEmpty();
        assertThat(told).isEmpty();
        fresh.accept(List.of(hard("a", "jane@example.com")));
        assertThat(store.count()).isEqualTo(1);
    }

    @Test
    void storesNoHalfOfATransactionThatCannotEvenBeRolledBack() {
        failing.failAt("rollback|INSERT INTO .*bounce_ledger.*", false, "57014");
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> store.accept(List.of(hard("a", "jane@example.com"))));
        failing.repair();
        assertThat(store.count()).isZero();
        store.accept(List.of(hard("a", "jane@example.com")));
        assertThat(list.contains(JANE)).isTrue();
    }

    @Test
    void storesOnceWhereTheAnswerToACommitWasLost() {
        failing.failAt("commit", true, "08006");
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> store.accept(List.of(hard("a", "jane@example.com"))));
        failing.repair();
        store.accept(List.of(hard("a", "jane@example.com")));
        assertThat(store.count()).isEqualTo(1);
    }

    @Test
    void triesAgainWhereAnotherTransactionStoodInTheWayButNotForEver() {
        failing.failAt("commit", false, "40001");
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> store.accept(List.of(hard("a", "jane@example.com"))));
    }

    @Test
    void handsTheRefusalOfDataOnSoThatItIsIsolated() {
        failing.failAt("INSERT INTO .*bounce_event.*", false, "22001");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> store.accept(List.of(hard("a", "jane@example.com"))))
                .withMessageContaining("22001");
    }

    @Test
    void asksAPersonWhereTheTablesAreMissing() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            database.empty(connection);
        }
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> store.accept(List.of(hard("a", "jane@example.com"))))
                .withMessageContaining("createSchema");
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> store.suppressionList().contains("jane@example.com"));
        store.createSchema();
        store.createSchema();
    }

    private static HikariDataSource knocking(String url, String user, String password) {
        // opens its pool at the first call, as many hosts have it
        HikariDataSource source = new HikariDataSource();
        source.setJdbcUrl(url);
        source.setUsername(user);
        source.setPassword(password);
        source.setMaximumPoolSize(1);
        return source;
    }

    @Test
    void asksAPersonWhereNoRetryWillLetUsIn() throws Exception {
        List<Consumer<JdbcBounceStore>> calls = List.of(
                outside -> outside.accept(List.of(hard("a", "jane@example.com"))),
                JdbcBounceStore::createSchema,
                JdbcBounceStore::schemaScript,
                JdbcBounceStore::count);
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<Future<?>> knocks = new ArrayList<>();
            for (TestDatabase.Login login : database.wrong()) {
                JdbcBounceStore unpooled = JdbcBounceStore.builder(new DriverDataSource(
                                login.url(), null, new Properties(), login.user(), login.password()))
                        .build();
                for (Consumer<JdbcBounceStore> call : calls) {
                    assertAsksAPerson(login, unpooled, call);
                    // all at once, for a pool that is refused sleeps a second
                    knocks.add(threads.submit(() -> {
                        try (HikariDataSource source = knocking(login.url(), login.user(), login.password())) {
                            assertAsksAPerson(
                                    login, JdbcBounceStore.builder(source).build(), call);
                        }
                    }));
                }
            }
            for (Future<?> knock : knocks) {
                knock.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static void assertAsksAPerson(
            TestDatabase.Login login, JdbcBounceStore outside, Consumer<JdbcBounceStore> call) {
        assertThatExceptionOfType(ConfigurationException.class)
                .as(login.url())
                .isThrownBy(() -> call.accept(outside))
                .satisfies(e -> assertThat(e.toString()).doesNotContain("secret"));
    }

    @Test
    void asksAPersonWhereTheSchemaIsMissing() {
        JdbcBounceStore lost = builder().schema("Nowhere").build();
        assertThatExceptionOfType(ConfigurationException.class).isThrownBy(lost::createSchema);
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> lost.accept(List.of(hard("a", "jane@example.com"))));
    }

    @Test
    void isUnavailableWhereNobodyAnswersAtTheDoor() {
        try (HikariDataSource source = knocking(database.unreachable(), database.user(), "")) {
            JdbcBounceStore away = JdbcBounceStore.builder(source).build();
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> away.accept(List.of(hard("a", "jane@example.com"))));
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> away.suppressionList().contains(JANE));
        }
    }

    @Test
    void saysWhatItIsWithoutSecrets() {
        assertThat(store)
                .hasToString(
                        "JdbcBounceStore[tables bounce_*, SuppressionPolicy[hard: the first one: BLOCKLIST, soft: 5 on"
                                + " distinct days within 14 days: BLOCKLIST, complaint: the first one: BLOCKLIST, minimum trust"
                                + " UNVERIFIED], with a listener]");
        assertThat(builder()
                        .schema("Mail-1")
                        .tablePrefix("x")
                        .erasureKey(KEY)
                        .recordActions()
                        .build()
                        .toString())
                .contains("tables Mail-1.x*", "with an erasure key", "records decisions")
                .doesNotContain("0123456789abcdef");
    }

    @Test
    void givesConnectionsBackAsTheyWere() throws SQLException {
        int isolation;
        try (Connection connection = pool.getConnection()) {
            isolation = connection.getTransactionIsolation();
        }
        store.accept(List.of(hard("a", "jane@example.com")));
        failing.failAt("commit", false, "08006");
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> store.accept(List.of(hard("b", "joe@example.com"))));
        assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
        try (Connection connection = pool.getConnection()) {
            assertThat(connection.getAutoCommit()).isTrue();
            assertThat(connection.getTransactionIsolation()).isEqualTo(isolation);
        }
    }

    @Test
    void leavesTheStatementsOfTheHostTheTimeTheyHad() throws SQLException {
        try (HikariDataSource one = database.pool(1)) {
            JdbcBounceStore fresh = JdbcBounceStore.builder(one).build();
            fresh.createSchema();
            assertThat(secondsOf(one)).isZero();
            fresh.accept(List.of(hard("a", "jane@example.com")));
            assertThat(secondsOf(one)).isZero();
            assertThat(fresh.count()).isEqualTo(1);
            assertThat(secondsOf(one)).isZero();
            try (Connection connection = one.getConnection()) {
                connection.setAutoCommit(false);
                fresh.accept(connection, List.of(hard("b", "joe@example.com")));
                connection.commit();
            }
            assertThat(secondsOf(one)).isZero();
        }
    }

    private static int secondsOf(HikariDataSource pool) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            return statement.getQueryTimeout();
        }
    }

    @Test
    void keepsTimesWhateverTheZoneOfTheMachine() {
        TimeZone before = TimeZone.getDefault();
        try {
            // the hour that this zone skips
            Instant skipped = Instant.parse("2026-03-29T01:30:00.123456Z");
            TimeZone.setDefault(TimeZone.getTimeZone("Europe/Berlin"));
            store.accept(List.of(
                    event("a", BounceType.HARD, BounceReason.USER_UNKNOWN, "jane@example.com", skipped),
                    event(
                            "b",
                            BounceType.HARD,
                            BounceReason.USER_UNKNOWN,
                            "joe@example.com",
                            skipped.plusSeconds(3600))));
            TimeZone.setDefault(TimeZone.getTimeZone("America/St_Johns"));
            assertThat(list.entries(10))
                    .extracting(entry -> entry.suppression().since())
                    .containsExactly(skipped.plusSeconds(3600), skipped);
            assertThat(store.page(
                                    EventQuery.builder()
                                            .received(skipped, skipped.plusNanos(1_000))
                                            .build(),
                                    9,
                                    null)
                            .events())
                    .extracting(BounceEvent::id)
                    .containsExactly("a");
            assertThat(store.counts(EventQuery.all(), CountBy.DAY, 5)).containsExactly(Map.entry("2026-03-29", 2L));
        } finally {
            TimeZone.setDefault(before);
        }
    }

    @Test
    void keepsTheLargestEvents() {
        String emoji = "\ud83d\udcec";
        BounceEvent large = hard("a", "\u00e9" + "x".repeat(60) + "@" + "b\u00fc".repeat(20) + ".example").toBuilder()
                .diagnostic(emoji.repeat(1_024))
                .subscriber(emoji.repeat(127))
                .campaign(emoji.repeat(127))
                .source(emoji.repeat(32))
                .rule(emoji.repeat(64))
                .remoteMta(emoji.repeat(127))
                .tags(Map.of(emoji, "a\u0000b"))
                .meta("{\"a\": \"" + emoji.repeat(16_000) + "\\u0000\"}")
                .build();
        store.accept(List.of(large));
        assertThat(store.find("a")).hasValue(large);
        assertThat(store.page(EventQuery.builder().subscriber(emoji.repeat(127)).build(), 5, null)
                        .events())
                .containsExactly(large);
        assertThat(list.contains(large.recipient().orElseThrow())).isTrue();
    }

    @Test
    void takesPartInNoTransactionThatMayHideWhatOthersStored() throws SQLException {
        try (Connection connection = failing.dataSource().getConnection()) {
            connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            connection.setAutoCommit(false);
            List<BounceEvent> events = List.of(hard("a", "jane@example.com"));
            if (connection.getMetaData().getDatabaseProductName().equals("MariaDB")) {
                // there the history is read as it is now, whatever the snapshot
                store.accept(connection, events);
            } else {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> store.accept(connection, events))
                        .withMessageContaining("READ COMMITTED");
            }
            connection.rollback();
            connection.setAutoCommit(true);
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        }
    }

    @Test
    void takesPartInATransactionOfTheHost() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> store.accept(connection, List.of(hard("a", "jane@example.com"))))
                    .withMessageContaining("autocommit");
            connection.setAutoCommit(false);
            store.accept(connection, List.of(hard("a", "jane@example.com")));
            connection.rollback();
            assertThat(store.count()).isZero();
            store.accept(connection, List.of(hard("a", "jane@example.com")));
            connection.commit();
        }
        assertThat(list.contains(JANE)).isTrue();
        assertThat(told).isEmpty();
        assertThat(store.pendingActions(5))
                .singleElement()
                .satisfies(decision -> assertThat(decision.address()).hasValue(JANE));
        assertThat(store.retryPendingActions()).isEqualTo(1);
        assertThat(told).hasSize(1);
        assertThat(store.pendingActions(5)).isEmpty();
    }

    @Test
    void createsTablesFromManyProcessesAtOnce() throws Exception {
        try (Connection connection = pool.getConnection()) {
            database.empty(connection);
        }
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> calls = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                JdbcBounceStore each = builder().build();
                calls.add(threads.submit(each::createSchema));
            }
            for (Future<?> call : calls) {
                call.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(store.count()).isZero();
    }

    @Test
    void refusesTablesOfAnotherVersion() throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(
                    "UPDATE " + (database.url().contains("mariadb") ? "bounce_schema" : "\"bounce_schema\"")
                            + " SET version = 99");
        }
        JdbcBounceStore fresh = builder().build();
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> fresh.accept(List.of(hard("a", "jane@example.com"))))
                .withMessageContaining("version 1")
                .withMessageContaining("99");
        assertThatExceptionOfType(ConfigurationException.class).isThrownBy(fresh::createSchema);
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> fresh.suppressionList().contains(JANE));
    }

    @Test
    void standsInAnotherSchemaUnderAnotherPrefix() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            database.createSchema(connection);
        }
        JdbcBounceStore other = builder()
                .schema("Mail-1")
                .tablePrefix("Order")
                .erasureKey(KEY)
                .listener(told::add)
                .build();
        other.createSchema();
        other.createSchema();
        other.accept(List.of(hard("a", "jane@example.com")));
        other.accept(List.of(hard("a", "jane@example.com"), hard("b", "jane@example.com")));
        assertThat(other.count()).isEqualTo(2);
        assertThat(other.suppressionList().contains(JANE)).isTrue();
        assertThat(other.erase(JANE)).isEqualTo(2);
        assertThat(other.suppressionList().contains(JANE)).isTrue();
        assertThat(store.count()).isZero();
        assertThat(list.contains(JANE)).isFalse();
        assertThat(other.schemaScript()).contains("Orderevent").doesNotContain("bounce_event");
        assertThatIllegalArgumentException().isThrownBy(() -> builder().tablePrefix("a\"; DROP TABLE x; --"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().schema(" "));
    }

    private List<BounceEvent> various() {
        List<BounceEvent> events = new ArrayList<>();
        Random random = new Random(7);
        BounceType[] types = {BounceType.HARD, BounceType.SOFT, BounceType.COMPLAINT};
        BounceReason[] reasons = {BounceReason.USER_UNKNOWN, BounceReason.MAILBOX_FULL, BounceReason.BLOCKED};
        for (int i = 0; i < 1_200; i++) {
            Instant at = NOW.plusSeconds(random.nextInt(40) * 3_600L);
            events.add(event(
                            "e" + i,
                            types[random.nextInt(3)],
                            reasons[random.nextInt(3)],
                            "user" + random.nextInt(20) + "@d" + random.nextInt(3) + ".example",
                            at)
                    .toBuilder()
                    .subscriber("s" + random.nextInt(15))
                    .campaign(random.nextBoolean() ? "c" + random.nextInt(5) : null)
                    .source(random.nextBoolean() ? "pop3" : "ses")
                    .rule(random.nextBoolean() ? "rule." + random.nextInt(4) : null)
                    .remoteMta(
                            random.nextBoolean()
                                    ? "MX" + random.nextInt(3) + ".d_" + random.nextInt(2) + ".example"
                                    : null)
                    .occurredAt(at.minusSeconds(random.nextInt(9_000)))
                    .build());
        }
        for (int from = 0; from < events.size(); from += 400) {
            store.accept(events.subList(from, from + 400));
        }
        return events;
    }

    @Test
    void findsWhatAQueryMeansPageByPageAndInOrder() {
        List<BounceEvent> all = various();
        Instant from = NOW.plusSeconds(5 * 3_600);
        Instant to = NOW.plusSeconds(20 * 3_600);
        List<EventQuery> queries = List.of(
                EventQuery.all(),
                EventQuery.builder()
                        .recipient(EmailAddress.of("USER3@d1.example"))
                        .build(),
                EventQuery.builder().domain("D2.example").build(),
                EventQuery.builder().remoteMta("d_1.example").build(),
                EventQuery.builder()
                        .remoteMta("mx1.D_1.example")
                        .type(BounceType.SOFT)
                        .build(),
                EventQuery.builder()
                        .subscriber("s3")
                        .reason(BounceReason.BLOCKED)
                        .build(),
                EventQuery.builder().campaign("c2").source("ses").build(),
                EventQuery.builder().rule("rule.2").received(from, to).build(),
                EventQuery.builder().occurred(from, to).build(),
                EventQuery.builder().received(from, null).occurred(null, to).build(),
                EventQuery.builder().subscriber("nobody").build());
        Comparator<BounceEvent> order = Comparator.comparing(BounceEvent::receivedAt)
                .thenComparing(BounceEvent::id)
                .reversed();
        for (EventQuery query : queries) {
            List<BounceEvent> expected =
                    all.stream().filter(query::matches).sorted(order).toList();
            assertThat(store.stream(query)).containsExactlyElementsOf(expected);
            List<BounceEvent> paged = new ArrayList<>();
            String next = null;
            do {
                EventPage page = store.page(query, 97, next);
                paged.addAll(page.events());
                next = page.next().orElse(null);
            } while (next != null);
            assertThat(paged).containsExactlyElementsOf(expected);
            List<BounceEvent> oldestFirst = new ArrayList<>();
            do {
                EventPage page = store.pageOldestFirst(query, 97, next);
                oldestFirst.addAll(0, reversed(page.events()));
                next = page.next().orElse(null);
            } while (next != null);
            assertThat(oldestFirst).containsExactlyElementsOf(expected);
            Map<String, Long> servers = new HashMap<>();
            expected.forEach(event -> event.remoteMta()
                    .ifPresent(server -> servers.merge(server.toLowerCase(Locale.ROOT), 1L, Long::sum)));
            assertThat(store.counts(query, CountBy.REMOTE_MTA, 1_000)).isEqualTo(servers);
            Map<String, Long> reasons = new HashMap<>();
            Map<String, Long> days = new HashMap<>();
            expected.forEach(event -> {
                reasons.merge(event.reason().name(), 1L, Long::sum);
                days.merge(event.receivedAt().toString().substring(0, 10), 1L, Long::sum);
            });
            assertThat(store.counts(query, CountBy.REASON, 10)).isEqualTo(reasons);
            assertThat(store.counts(query, CountBy.DAY, 10)).isEqualTo(days);
        }
        assertThat(store.counts(EventQuery.all(), CountBy.DOMAIN, 2)).hasSize(2);
        assertThat(store.counts(EventQuery.all(), CountBy.RULE, 10)).hasSize(4);
        assertThat(store.counts(EventQuery.all(), CountBy.TYPE, 10)).hasSize(3);
        assertThatIllegalArgumentException().isThrownBy(() -> store.page(EventQuery.all(), 5, "x"));
    }

    private static List<BounceEvent> reversed(List<BounceEvent> events) {
        List<BounceEvent> copy = new ArrayList<>(events);
        Collections.reverse(copy);
        return copy;
    }

    @Test
    void deletesMoreThanFitsIntoOneTransaction() {
        List<BounceEvent> all = various();
        long old = all.stream()
                .filter(event -> event.receivedAt().isBefore(NOW.plusSeconds(30 * 3_600)))
                .count();
        assertThat(old).isGreaterThan(500);
        assertThat(store.deleteOlderThan(NOW.plusSeconds(30 * 3_600))).isEqualTo(old);
        assertThat(store.count()).isEqualTo(all.size() - old);
    }

    @Test
    void refusesABatchThatIsTooLarge() {
        List<BounceEvent> many = new ArrayList<>();
        for (int i = 0; i <= BounceSink.MAX_BATCH; i++) {
            many.add(hard("e" + i, "jane@example.com"));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> store.accept(many));
        store.accept(List.of());
        assertThat(store.count()).isZero();
    }
}
