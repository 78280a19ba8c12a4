package org.bounce4j.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TimeZone;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceSink;
import org.bounce4j.BounceType;
import org.bounce4j.ConfigurationException;
import org.bounce4j.EmailAddress;
import org.bounce4j.Trust;
import org.bounce4j.UnavailableException;
import org.bounce4j.suppression.EventQuery;
import org.bounce4j.suppression.Suppression;
import org.bounce4j.suppression.SuppressionAction;
import org.bounce4j.suppression.SuppressionDecision;
import org.bounce4j.suppression.SuppressionList;
import org.bounce4j.suppression.SuppressionPolicy;
import org.bounce4j.suppression.Threshold;
import org.bounce4j.testkit.BounceSinkContract;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the store promises, on whatever database. */
abstract class StoreTests extends BounceSinkContract {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.123456Z");
    private static final Clock CLOCK = Clock.fixed(NOW.plusSeconds(3600), ZoneOffset.UTC);
    private static final byte[] KEY = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final EmailAddress JANE = EmailAddress.of("jane@example.com");
    private static final EmailAddress JOE = EmailAddress.of("joe@example.com");

    private final TestDatabase database = database();
    private final HikariDataSource pool = database.pool(10);
    private final FailingDataSource failing = new FailingDataSource(pool);
    private final List<SuppressionDecision> told = new CopyOnWriteArrayList<>();
    private final JdbcBounceStore store = builder().listener(told::add).build();
    private final SuppressionList list = store.suppressionList();

    abstract TestDatabase database();

    private JdbcBounceStore.Builder builder() {
        return JdbcBounceStore.builder(failing.dataSource()).clock(CLOCK);
    }

    @BeforeEach
    void start() throws SQLException {
        try (Connection connection = DriverManager.getConnection(database.url(), database.user(), "")) {
            database.empty(connection);
        }
        store.createSchema();
    }

    @AfterEach
    void stop() {
        failing.repair();
        pool.close();
    }

    @Override
    protected BounceSink sink() {
        return store;
    }

    @Override
    protected Collection<BounceEvent> stored() {
        return store.latest(10_000);
    }

    @Override
    protected boolean breakHalfWay() {
        // the events are written, the decisions are not
        failing.failAt("INSERT INTO .*bounce_ledger.*", true, "08006");
        return true;
    }

    @Override
    protected void repair() {
        failing.repair();
    }

    private static BounceEvent event(String id, BounceType type, BounceReason reason, String address, Instant at) {
        return BounceEvent.builder(id, type, "test", EmailAddress.of(address), at)
                .reason(reason)
                .occurredAt(at)
                .build();
    }

    private static BounceEvent hard(String id, String address) {
        return event(id, BounceType.HARD, BounceReason.USER_UNKNOWN, address, NOW);
    }

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
    void suppressesInTheSameTransaction() {
        assertThat(list.contains("jane@example.com")).isFalse();
        store.accept(List.of(
                hard("a", "Jane@Example.com"),
                event("b", BounceType.SOFT, BounceReason.BLOCKED, "joe@example.com", NOW)));
        assertThat(list.contains("JANE@example.com")).isTrue();
        assertThat(list.contains("joe@example.com")).isFalse();
        assertThat(list.entries(10)).singleElement().satisfies(entry -> {
            assertThat(entry.address()).hasValue(JANE);
            assertThat(entry.subscriber()).isEmpty();
            assertThat(entry.scope()).isEmpty();
            assertThat(entry.suppression().since()).isEqualTo(NOW);
            assertThat(entry.suppression().evidence()).containsExactly("a");
            assertThat(entry.suppression().rule()).isEqualTo("hard: the first one");
        });
        assertThat(list.filter(List.of(
                        EmailAddress.of("jane@example.com"),
                        EmailAddress.of("joe@example.com"),
                        EmailAddress.of("new@example.com"))))
                .containsExactly(EmailAddress.of("joe@example.com"), EmailAddress.of("new@example.com"));
    }

    @Test
    void countsNothingTwice() {
        for (int day = 0; day < 4; day++) {
            BounceEvent soft = event(
                    "s" + day,
                    BounceType.SOFT,
                    BounceReason.MAILBOX_FULL,
                    "jane@example.com",
                    NOW.plusSeconds(day * 86_400L));
            for (int i = 0; i < 3; i++) {
                store.accept(List.of(soft));
            }
        }
        assertThat(store.suppressionList().contains("jane@example.com")).isFalse();
        store.accept(List.of(event(
                "s4", BounceType.SOFT, BounceReason.MAILBOX_FULL, "jane@example.com", NOW.plusSeconds(4 * 86_400L))));
        assertThat(store.suppressionList().entries(10))
                .extracting(SuppressionList.Entry::suppression)
                .extracting(Suppression::evidence)
                .containsExactly(List.of("s0", "s1", "s2", "s3", "s4"));
    }

    @Test
    void missesNoThresholdUnderConcurrentCalls() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(5);
        try {
            List<Future<?>> calls = new ArrayList<>();
            for (int day = 0; day < 5; day++) {
                BounceEvent soft = event(
                        "s" + day,
                        BounceType.SOFT,
                        BounceReason.MAILBOX_FULL,
                        "jane@example.com",
                        NOW.plusSeconds(day * 86_400L));
                calls.add(threads.submit(() -> {
                    store.accept(List.of(soft));
                    return null;
                }));
            }
            for (Future<?> call : calls) {
                call.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(store.suppressionList().contains("jane@example.com")).isTrue();
    }

    /** Softs of which each has happened a second after the last one, on that many days of receipt. */
    private List<BounceEvent> flood(String address, int days, int perDay, Trust trust) {
        List<BounceEvent> flood = new ArrayList<>();
        for (int day = 0; day < days; day++) {
            for (int i = 0; i < perDay; i++) {
                flood.add(event(
                                "f" + day + "." + i + address.charAt(0),
                                BounceType.SOFT,
                                BounceReason.MAILBOX_FULL,
                                address,
                                NOW.truncatedTo(ChronoUnit.DAYS)
                                        .plus(Duration.ofDays(day))
                                        .plusSeconds(i))
                        .toBuilder()
                        .trust(trust)
                        .build());
            }
        }
        return flood;
    }

    private static void acceptAll(JdbcBounceStore store, List<BounceEvent> events) {
        for (int from = 0; from < events.size(); from += BounceSink.MAX_BATCH) {
            store.accept(events.subList(from, Math.min(events.size(), from + BounceSink.MAX_BATCH)));
        }
    }

    @Test
    void readsOnlyTheEndsOfAFlood() {
        CountingDataSource counting = new CountingDataSource(pool);
        JdbcBounceStore flooded = JdbcBounceStore.builder(counting.dataSource())
                .policy(SuppressionPolicy.builder()
                        .on(
                                BounceType.SOFT,
                                Threshold.onDistinctDays(4, Duration.ofDays(14), SuppressionAction.BLOCKLIST))
                        .build())
                .build();
        List<BounceEvent> flood = flood("jane@example.com", 3, 1_500, Trust.UNVERIFIED);
        Collections.shuffle(flood, new Random(1));
        acceptAll(flooded, flood);
        flooded.accept(List.of(soft("joe@example.com", 0)));
        assertThat(list.contains(JANE)).isFalse();
        counting.rows();
        counting.statements();
        BounceEvent fourth = event(
                "d4", BounceType.SOFT, BounceReason.MAILBOX_FULL, "jane@example.com", NOW.plus(Duration.ofDays(3)));
        flooded.accept(List.of(fourth, soft("joe@example.com", 1)));
        assertThat(counting.rows()).isLessThan(3 * 3 * HistoryReader.KEPT + 200);
        assertThat(counting.statements()).isLessThan(40);
        flood.add(fourth);
        Suppression decided = list.find(JANE).orElseThrow().suppression();
        assertThat(decided.since()).isEqualTo(fourth.occurredAt());
        assertThat(decided.evidence()).containsExactly("f0.0j", "f1.0j", "f2.0j", "d4");
    }

    @Test
    void readsNoHistoryForEventsThatCannotCount() {
        CountingDataSource counting = new CountingDataSource(pool);
        JdbcBounceStore trusting = JdbcBounceStore.builder(counting.dataSource())
                .policy(SuppressionPolicy.builder()
                        .minimumTrust(Trust.CORRELATED)
                        .build())
                .build();
        List<BounceEvent> forged = flood("jane@example.com", 1, 1_000, Trust.UNVERIFIED);
        acceptAll(trusting, forged.subList(0, 999));
        counting.rows();
        trusting.accept(forged.subList(999, 1_000));
        assertThat(counting.rows()).isLessThan(10);
        // nor do they stand in the way of what counts
        List<BounceEvent> genuine = flood("jane@example.com", 5, 1, Trust.CORRELATED).stream()
                .map(event -> event.toBuilder().id(event.id() + "genuine").build())
                .toList();
        counting.rows();
        trusting.accept(genuine);
        assertThat(counting.rows()).isLessThan(500);
        assertThat(list.find(JANE).orElseThrow().suppression().evidence())
                .containsExactlyElementsOf(genuine.stream().map(BounceEvent::id).toList());
    }

    @Test
    void countsAsManyEventsOfADayAsThePolicyAsksFor() {
        JdbcBounceStore patient = builder()
                .policy(SuppressionPolicy.builder()
                        .on(BounceType.SOFT, new Threshold(300, Duration.ofDays(1), false, SuppressionAction.BLOCKLIST))
                        .build())
                .build();
        List<BounceEvent> flood = flood("jane@example.com", 1, 300, Trust.UNVERIFIED);
        Collections.shuffle(flood, new Random(1));
        for (int from = 0; from < 300; from += 60) {
            assertThat(list.contains(JANE)).isFalse();
            patient.accept(flood.subList(from, from + 60));
        }
        assertThat(list.find(JANE).orElseThrow().suppression().evidence()).hasSize(300);
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
    void asksAPersonWhereNoRetryWillLetUsIn() {
        for (TestDatabase.Login login : database.wrong()) {
            try (HikariDataSource source = knocking(login.url(), login.user(), login.password())) {
                JdbcBounceStore outside = JdbcBounceStore.builder(source).build();
                for (ThrowingCallable call : List.<ThrowingCallable>of(
                        () -> outside.accept(List.of(hard("a", "jane@example.com"))),
                        outside::createSchema,
                        outside::schemaScript,
                        outside::count)) {
                    assertThatExceptionOfType(ConfigurationException.class)
                            .as(login.url())
                            .isThrownBy(call)
                            .satisfies(e -> assertThat(e.toString()).doesNotContain("secret"));
                }
            }
        }
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
    void reachesEveryPendingDecisionHoweverManyAreRefused() {
        List<String> refused = new ArrayList<>();
        AtomicBoolean down = new AtomicBoolean(true);
        JdbcBounceStore unlucky = builder()
                .listener(decision -> {
                    if (down.get() || decision.address().orElseThrow().key().startsWith("bad")) {
                        refused.add(decision.id());
                        throw new java.io.IOException("the newsletter system is down");
                    }
                })
                .build();
        for (int batch = 0; batch < 3; batch++) {
            List<BounceEvent> events = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                events.add(hard(batch + "." + i, (batch < 2 ? "bad" : "good") + i + "@b" + batch + ".example"));
            }
            unlucky.accept(events);
        }
        assertThat(refused).hasSize(1_500).doesNotHaveDuplicates();
        assertThat(unlucky.pendingActions().map(SuppressionDecision::id))
                .hasSize(1_500)
                .containsExactlyInAnyOrderElementsOf(refused);
        assertThat(unlucky.pendingActions(7)).hasSize(7);
        down.set(false);
        assertThat(unlucky.retryPendingActions()).isEqualTo(500);
        assertThat(unlucky.pendingActions()
                        .map(decision -> decision.address().orElseThrow().key()))
                .hasSize(1_000)
                .allMatch(key -> key.startsWith("bad"));
        // what is acknowledged on the way does not disturb it
        assertThat(unlucky.pendingActions().peek(decision -> unlucky.acknowledge(List.of(decision))))
                .hasSize(1_000);
        assertThat(unlucky.pendingActions()).isEmpty();
    }

    @Test
    void tellsDecisionsInOrderWhereTheClockGoesBackwards() {
        Instant[] time = {NOW.plusSeconds(3_600)};
        JdbcBounceStore odd =
                builder().recordActions().clock(new TickingClock(time)).build();
        odd.accept(List.of(hard("a", "jane@example.com")));
        time[0] = NOW.plusSeconds(1_800);
        assertThat(odd.suppressionList().release(JANE, "by hand")).isTrue();
        assertThat(odd.suppressionList().contains(JANE)).isFalse();
        assertThat(odd.pendingActions().map(decision -> decision.suppression().isPresent()))
                .containsExactly(true, false);
    }

    /** A clock that somebody sets. */
    private static final class TickingClock extends Clock {
        private final Instant[] time;

        TickingClock(Instant[] time) {
            this.time = time;
        }

        @Override
        public java.time.ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return time[0];
        }
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
    void tellsEachDecisionAtLeastOnce() {
        List<SuppressionDecision> heard = new ArrayList<>();
        AtomicBoolean refuses = new AtomicBoolean(true);
        JdbcBounceStore unlucky = builder()
                .listener(decision -> {
                    heard.add(decision);
                    if (refuses.get()) {
                        throw new java.io.IOException("the newsletter system is down");
                    }
                })
                .build();
        unlucky.accept(List.of(
                hard("a", "jane@example.com").toBuilder().subscriber("s-1").build()));
        assertThat(list.contains(JANE)).isTrue();
        assertThat(unlucky.retryPendingActions()).isZero();
        refuses.set(false);
        assertThat(unlucky.retryPendingActions()).isEqualTo(1);
        assertThat(unlucky.retryPendingActions()).isZero();
        assertThat(heard).hasSize(3).allSatisfy(decision -> {
            assertThat(decision.id()).isEqualTo(heard.get(0).id());
            assertThat(decision.subscriber()).hasValue("s-1");
            assertThat(decision.suppression().orElseThrow().evidence()).containsExactly("a");
            assertThat(decision.toString()).doesNotContain("jane");
        });
        // nothing new was decided
        unlucky.accept(List.of(hard("b", "jane@example.com")));
        assertThat(heard).hasSize(3);
        unlucky.suppressionList().release(JANE, "by hand");
        assertThat(heard).hasSize(4);
        assertThat(heard.get(3).suppression()).isEmpty();
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
    void deletesAndUnsuppressesNoOne() {
        store.accept(List.of(
                hard("a", "jane@example.com"),
                event("b", BounceType.HARD, BounceReason.USER_UNKNOWN, "joe@example.com", NOW.plusSeconds(60))));
        assertThat(store.deleteOlderThan(NOW.plusSeconds(60))).isEqualTo(1);
        assertThat(store.find("a")).isEmpty();
        assertThat(store.delete("b")).isTrue();
        assertThat(store.delete("b")).isFalse();
        assertThat(list.contains(JANE)).isTrue();
        assertThat(list.contains(JOE)).isTrue();
        // what comes in later does not weaken what stands
        store.accept(List.of(event("c", BounceType.SOFT, BounceReason.MAILBOX_FULL, "jane@example.com", NOW)));
        assertThat(list.find(JANE).orElseThrow().suppression().evidence()).containsExactly("a");
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
    void releasesAnAddress() {
        store.accept(List.of(hard("a", "jane@example.com")));
        assertThat(list.release(JANE, "she called")).isTrue();
        assertThat(list.contains(JANE)).isFalse();
        assertThat(list.entries(5)).isEmpty();
        assertThat(list.release(JANE, "again")).isFalse();
        // what happened before the release, and is reported after it, counts for nothing
        store.accept(List.of(hard("b", "jane@example.com").toBuilder()
                .receivedAt(CLOCK.instant().plusSeconds(60))
                .build()));
        assertThat(list.contains(JANE)).isFalse();
        assertThat(list.explain(JANE).inWords())
                .contains("may be mailed", "released at", "again", "does not count: it was released [a]");
        store.accept(List.of(event(
                "c",
                BounceType.HARD,
                BounceReason.USER_UNKNOWN,
                "jane@example.com",
                CLOCK.instant().plusSeconds(1))));
        assertThat(list.contains(JANE)).isTrue();
        assertThat(list.find(JANE).orElseThrow().suppression().evidence()).containsExactly("c");
        // a release of somebody unknown is remembered too
        assertThat(list.release(JOE, "in advance")).isFalse();
        store.accept(List.of(hard("d", "joe@example.com")));
        assertThat(list.contains(JOE)).isFalse();
    }

    @Test
    void forgivesSoftFailuresWhereAMailArrived() {
        for (int day = 0; day < 5; day++) {
            store.accept(List.of(soft("jane@example.com", day), soft("joe@example.com", day)));
        }
        store.accept(List.of(hard("h", "ann@example.com")));
        assertThat(list.entries(9)).hasSize(3);
        store.delivered(
                List.of(JANE, EmailAddress.of("ann@example.com"), EmailAddress.of("new@example.com")),
                NOW.plus(Duration.ofDays(5)));
        assertThat(list.contains(JANE)).isFalse();
        assertThat(list.contains("ann@example.com")).isTrue();
        store.delivered(JOE, NOW.plus(Duration.ofDays(2)).plusSeconds(60));
        assertThat(list.contains(JOE)).as("two days do not suffice").isFalse();
        for (int day = 5; day < 8; day++) {
            store.accept(List.of(soft("joe@example.com", day)));
        }
        assertThat(list.find(JOE).orElseThrow().suppression().evidence()).hasSize(5);
        // a proof that is reported late takes back what rests on older failures
        for (int day = 0; day < 5; day++) {
            store.accept(List.of(soft("new@example.com", day)));
        }
        assertThat(list.contains("new@example.com")).isFalse();
        assertThat(list.explain(JANE).inWords()).contains("a mail arrived since");
    }

    private static BounceEvent soft(String address, int day) {
        return event(
                "s" + day + address.substring(0, 3),
                BounceType.SOFT,
                BounceReason.MAILBOX_FULL,
                address,
                NOW.plus(Duration.ofDays(day)));
    }

    private static BounceEvent unknownAt(String id, String address, Instant at) {
        return event(id, BounceType.HARD, BounceReason.USER_UNKNOWN, address, at).toBuilder()
                .rule("user.unknown")
                .remoteMta("mx1.big.example")
                .build();
    }

    @Test
    void releasesADayOnWhichAReceiverAnsweredUserUnknownToEveryone() {
        Instant outage = NOW.plus(Duration.ofDays(1));
        store.accept(List.of(
                hard("old", "ann@example.com"),
                unknownAt("u1", "jane@example.com", outage),
                unknownAt("u2", "joe@example.com", outage),
                unknownAt("u3", "ann@example.com", outage),
                unknownAt("u4", "sue@example.com", outage.plus(Duration.ofDays(1))),
                event("c", BounceType.COMPLAINT, BounceReason.COMPLAINT, "joe@example.com", outage.plusSeconds(60))));
        told.clear();
        EventQuery query = EventQuery.builder()
                .remoteMta("big.example")
                .rule("user.unknown")
                .occurred(outage, outage.plus(Duration.ofHours(6)))
                .build();
        assertThat(list.release(query, "outage of big.example")).isEqualTo(1);
        assertThat(list.contains(JANE)).isFalse();
        assertThat(told)
                .singleElement()
                .satisfies(decision -> assertThat(decision.suppression()).isEmpty());
        assertThat(list.find(JOE).orElseThrow().suppression().type()).isEqualTo(BounceType.COMPLAINT);
        assertThat(list.find(EmailAddress.of("ann@example.com"))
                        .orElseThrow()
                        .suppression()
                        .evidence())
                .containsExactly("old");
        assertThat(list.contains("sue@example.com")).isTrue();
        assertThat(list.release(query, "again")).isZero();
        assertThat(list.explain(JANE).inWords()).contains("it was released [u1]");
        // a release survives what comes in later
        store.accept(List.of(event("x", BounceType.SOFT, BounceReason.MAILBOX_FULL, "jane@example.com", outage)));
        assertThat(list.contains(JANE)).isFalse();
    }

    @Test
    void releasesByAQueryWhatRestsOnDeletedEvents() {
        store.accept(List.of(unknownAt("u1", "jane@example.com", NOW), hard("u2", "joe@example.com")));
        store.deleteOlderThan(NOW.plusSeconds(60));
        assertThat(list.release(
                        EventQuery.builder()
                                .domain("example.com")
                                .rule("user.unknown")
                                .build(),
                        "wrong rule"))
                .isEqualTo(1);
        assertThat(list.contains(JANE)).isFalse();
        assertThat(list.contains(JOE)).isTrue();
    }

    @Test
    void decidesAnewByAChangedPolicyWhereItIsAsked() {
        SuppressionList careful = builder()
                .policy(SuppressionPolicy.builder()
                        .minimumTrust(Trust.AUTHENTICATED)
                        .build())
                .build()
                .suppressionList();
        BounceEvent unproven = hard("h", "jane@example.com").toBuilder()
                .trust(Trust.UNVERIFIED)
                .build();
        store.accept(List.of(unproven));
        assertThat(list.contains(JANE)).isTrue();
        assertThat(careful.reclassify(EventQuery.all(), event -> event)).isZero();
        assertThat(list.contains(JANE)).isFalse();
        assertThat(list.reclassify(EventQuery.all(), event -> event)).isZero();
        assertThat(list.contains(JANE)).isTrue();
    }

    @Test
    void refusesAReleaseThatNobodyCanExplain() {
        store.accept(List.of(hard("h", "jane@example.com")));
        assertThatIllegalArgumentException().isThrownBy(() -> list.release(JANE, " "));
        assertThatIllegalArgumentException().isThrownBy(() -> list.releaseSubscriber("s-1", ""));
        assertThatIllegalArgumentException().isThrownBy(() -> list.release(EventQuery.all(), ""));
        assertThat(list.contains(JANE)).isTrue();
    }

    @Test
    void judgesAgainWithARulePutRight() {
        store.accept(List.of(
                unknownAt("u1", "jane@example.com", NOW),
                unknownAt("u2", "joe@example.com", NOW),
                hard("h", "joe@example.com").toBuilder()
                        .occurredAt(NOW.plusSeconds(9))
                        .receivedAt(NOW.plusSeconds(9))
                        .build(),
                event("b", BounceType.SOFT, BounceReason.BLOCKED, "ann@example.com", NOW)));
        EventQuery query = EventQuery.builder().rule("user.unknown").build();
        assertThat(list.reclassify(
                        query,
                        event -> event.toBuilder()
                                .id("forged")
                                .type(BounceType.SOFT)
                                .reason(BounceReason.BLOCKED)
                                .rule("blocked.big")
                                .build()))
                .isEqualTo(2);
        assertThat(list.contains(JANE)).isFalse();
        assertThat(list.find(JOE).orElseThrow().suppression().evidence()).containsExactly("h");
        BounceEvent judged = store.find("u1").orElseThrow();
        assertThat(judged.reason()).isEqualTo(BounceReason.BLOCKED);
        assertThat(judged.rule()).hasValue("blocked.big");
        assertThat(list.reclassify(query, event -> event)).isZero();
        // and the other way round: what did not count does now
        assertThat(list.reclassify(
                        EventQuery.builder().reason(BounceReason.BLOCKED).build(),
                        event -> event.toBuilder()
                                .type(BounceType.HARD)
                                .reason(BounceReason.USER_MOVED)
                                .build()))
                .isEqualTo(3);
        assertThat(list.contains(JANE)).isTrue();
        assertThat(list.contains("ann@example.com")).isTrue();
    }

    @Test
    void suppressesInAScopeAlone() {
        JdbcBounceStore scoped = builder()
                .scope(event ->
                        event.type() == BounceType.COMPLAINT ? event.tags().get("stream") : "")
                .build();
        BounceEvent complaint =
                event("c", BounceType.COMPLAINT, BounceReason.COMPLAINT, "jane@example.com", NOW).toBuilder()
                        .tags(Map.of("stream", "news"))
                        .build();
        scoped.accept(List.of(complaint, hard("h", "joe@example.com")));
        SuppressionList news = scoped.suppressionList("news");
        SuppressionList password = scoped.suppressionList("password");
        assertThat(news.contains(JANE)).isTrue();
        assertThat(password.contains(JANE)).isFalse();
        assertThat(scoped.suppressionList().contains(JANE)).isTrue();
        assertThat(news.contains(JOE) && password.contains(JOE)).isTrue();
        assertThat(password.filter(List.of(JANE, JOE))).containsExactly(JANE);
        assertThat(news.filter(List.of(JANE, JOE))).isEmpty();
        assertThat(news.entries(9)).hasSize(2);
        assertThat(password.entries(9)).hasSize(1);
        assertThat(news.find(JANE).orElseThrow().scope()).isEqualTo("news");
        assertThat(password.release(JANE, "nothing to release")).isFalse();
        assertThat(news.contains(JANE)).isTrue();
        assertThat(news.release(JANE, "she subscribed again")).isTrue();
        assertThat(news.contains(JANE)).isFalse();
        // what holds everywhere is not the newsletter's to release
        assertThat(news.release(JOE, "he subscribed again")).isFalse();
        assertThat(news.release(EventQuery.builder().recipient(JOE).build(), "all of it"))
                .isZero();
        assertThat(news.reclassify(
                        EventQuery.builder().recipient(JOE).build(),
                        event -> event.toBuilder().type(BounceType.SOFT).build()))
                .isZero();
        assertThat(news.contains(JOE) && password.contains(JOE)).isTrue();
        assertThat(news.find(JOE).orElseThrow().scope()).isEmpty();
        assertThat(scoped.suppressionList().release(JOE, "he moved back")).isTrue();
        assertThat(news.contains(JOE) || password.contains(JOE)).isFalse();
    }

    @Test
    void explainsWhoWasErasedAndForgivesThemForGood() {
        Instant[] time = {NOW.plusSeconds(60)};
        JdbcBounceStore erasing =
                builder().erasureKey(KEY).clock(new TickingClock(time)).build();
        SuppressionList erasingList = erasing.suppressionList();
        erasing.accept(List.of(hard("a", "jane@example.com")));
        erasing.erase(JANE);
        assertThat(erasingList.explain(JANE).inWords().lines())
                .containsExactly(
                        "jane@example.com is suppressed.",
                        "  BLOCKLIST since 2026-03-01T12:00:00.123456Z: hard: the first one (USER_UNKNOWN)",
                        "  erased at 2026-03-01T12:01:00.123456Z: older events are gone, what was decided by then is kept"
                                + " under a hash");
        time[0] = NOW.plusSeconds(600);
        assertThat(erasingList.release(JANE, "came back")).isTrue();
        assertThat(erasingList.explain(JANE).inWords()).contains("may be mailed", "released at", "came back");
        // it happened between the erasure and the release, and is reported now
        BounceEvent late =
                event("b", BounceType.HARD, BounceReason.USER_UNKNOWN, "jane@example.com", NOW.plusSeconds(300))
                        .toBuilder()
                        .receivedAt(NOW.plusSeconds(900))
                        .build();
        erasing.accept(List.of(late));
        assertThat(erasing.find("b")).isPresent();
        assertThat(erasingList.contains(JANE)).isFalse();
        assertThat(erasingList.explain(JANE).inWords()).contains("does not count: it was released [b]");
    }

    @Test
    void keepsTheErasedAsAHashAlone() throws SQLException {
        JdbcBounceStore erasing = builder().erasureKey(KEY).listener(told::add).build();
        SuppressionList erasingList = erasing.suppressionList();
        BounceEvent mine =
                hard("a", "jane@example.com").toBuilder().subscriber("s-1").build();
        BounceEvent forwarded =
                hard("b", "joe@example.com").toBuilder().reportedRecipient(JANE).build();
        erasing.accept(List.of(mine, forwarded, soft("ann@example.com", 0)));
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> store.erase(JANE))
                .withMessageContaining("erasureKey");
        assertThat(erasing.erase(JANE)).isEqualTo(2);
        assertThat(everything()).doesNotContain("jane").doesNotContain("s-1");
        assertThat(erasingList.contains(JANE)).isTrue();
        assertThat(erasingList.contains(JOE)).isTrue();
        assertThat(erasingList.filter(List.of(JANE, EmailAddress.of("new@example.com"))))
                .hasSize(1);
        assertThat(erasingList.find(JANE).orElseThrow().address()).isEmpty();
        // the provider sends it again
        erasing.accept(List.of(mine));
        assertThat(everything()).doesNotContain("jane");
        assertThat(erasing.erase(JANE)).isZero();
        // somebody who was not suppressed, and of whom a notice comes late
        assertThat(erasing.erase(EmailAddress.of("ann@example.com"))).isEqualTo(1);
        assertThat(erasingList.contains("ann@example.com")).isFalse();
        erasing.accept(List.of(hard("late", "ann@example.com")));
        assertThat(erasing.find("late")).isEmpty();
        assertThat(everything()).doesNotContain("ann@");
        assertThat(erasingList.contains("ann@example.com")).isTrue();
        // a process without the key, or with another, cannot know the erased and says so
        assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> list.contains(JANE));
        assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> list.filter(List.of(JANE)));
        assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> store.accept(List.of(mine)));
        JdbcBounceStore other = builder().erasureKey(new byte[16]).build();
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> other.suppressionList().contains(JANE));
        assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> other.erase(JANE));
        assertThat(erasingList.release(JANE, "came back")).isTrue();
        assertThat(erasingList.contains(JANE)).isFalse();
        assertThat(everything()).doesNotContain("jane");
        erasing.accept(List.of(event(
                "z",
                BounceType.HARD,
                BounceReason.USER_UNKNOWN,
                "jane@example.com",
                CLOCK.instant().plusSeconds(60))));
        assertThat(erasing.find("z"))
                .as("what happens after the erasure is new")
                .isPresent();
        assertThat(erasingList.contains(JANE)).isTrue();
    }

    @Test
    void erasesAnAddressBehindManyEventsThatNameTheSubscriberAlone() throws SQLException {
        JdbcBounceStore erasing = builder().erasureKey(KEY).build();
        List<BounceEvent> events = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            events.add(BounceEvent.builderForSubscriber("n" + i, BounceType.SOFT, "api", "s-1", NOW)
                    .build());
        }
        events.add(
                event("j", BounceType.SOFT, BounceReason.MAILBOX_FULL, "jane@example.com", NOW.plusSeconds(60))
                        .toBuilder()
                        .subscriber("s-1")
                        .build());
        acceptAll(erasing, events);
        erasing.suppressionList().release(JANE, "jane@example.com called");
        assertThat(erasing.eraseSubscriber("s-1")).isEqualTo(501);
        assertThat(everything()).doesNotContain("jane").doesNotContain("s-1");
    }

    @Test
    void erasesASubscriberWithAllAddresses() throws SQLException {
        JdbcBounceStore erasing = builder().erasureKey(KEY).listener(told::add).build();
        erasing.accept(List.of(
                hard("a", "jane@example.com").toBuilder().subscriber("s-1").build(),
                hard("b", "jane@example.com"),
                BounceEvent.builderForSubscriber("c", BounceType.COMPLAINT, "api", "s-1", NOW)
                        .build(),
                hard("d", "joe@example.com").toBuilder().subscriber("s-2").build()));
        assertThat(erasing.eraseSubscriber("s-1")).isEqualTo(3);
        assertThat(everything()).doesNotContain("jane").doesNotContain("s-1").contains("s-2");
        assertThat(erasing.suppressionList().contains(JANE)).isTrue();
        assertThat(erasing.suppressionList().containsSubscriber("s-1")).isTrue();
    }

    @Test
    void erasesMoreThanItReadsAtOnce() throws SQLException {
        JdbcBounceStore erasing = builder().erasureKey(KEY).build();
        for (int i = 0; i < 3; i++) {
            List<BounceEvent> batch = new ArrayList<>();
            for (int j = 0; j < 250; j++) {
                // of one moment and of several, about one address and about as many as there are events
                String id = "e" + i + "-" + j;
                batch.add(event(
                        id, BounceType.HARD, BounceReason.USER_UNKNOWN, "jane@example.com", NOW.plusMillis(j / 2)));
                batch.add(hard("s" + id, id + "@example.com").toBuilder()
                        .subscriber("s-1")
                        .build());
            }
            erasing.accept(batch);
        }
        assertThat(erasing.erase(JANE)).isEqualTo(750);
        assertThat(everything()).doesNotContain("jane");
        assertThat(erasing.eraseSubscriber("s-1")).isEqualTo(750);
        assertThat(everything()).doesNotContain("@example.com").doesNotContain("s-1");
        assertThat(erasing.suppressionList().contains(JANE)).isTrue();
        assertThat(erasing.suppressionList().contains("e2-249@example.com")).isTrue();
    }

    /** Returns all that stands in the tables, as text. */
    private String everything() throws SQLException {
        StringBuilder text = new StringBuilder();
        String quote = database.url().contains("mariadb") ? "`" : "\"";
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            for (String table : List.of("bounce_schema", "bounce_event", "bounce_ledger", "bounce_action")) {
                try (ResultSet row = statement.executeQuery("SELECT * FROM " + quote + table + quote)) {
                    while (row.next()) {
                        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                            text.append(row.getString(i)).append('\n');
                        }
                    }
                }
            }
        }
        return text.toString();
    }

    @Test
    void filtersMoreThanFitsIntoOneQuestion() {
        store.accept(List.of(hard("a", "user4999@example.com"), hard("b", "user0@example.com")));
        List<EmailAddress> many = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            many.add(EmailAddress.of("User" + i + "@example.com"));
        }
        assertThat(list.filter(many)).containsExactlyElementsOf(many.subList(1, 4_999));
        assertThat(list.filter(List.of())).isEmpty();
        List<SuppressionList.Entry> all = new ArrayList<>();
        list.forEach(all::add);
        assertThat(all).hasSize(2);
    }

    @Test
    void explainsInWords() {
        store.accept(List.of(
                hard("a", "jane@example.com").toBuilder().rule("user.unknown").build(),
                event("b", BounceType.SOFT, BounceReason.BLOCKED, "jane@example.com", NOW.minusSeconds(60)),
                event("c", BounceType.HARD, BounceReason.SUPPRESSED, "jane@example.com", NOW.plusSeconds(60))));
        assertThat(list.explain(JANE).inWords().lines())
                .containsExactly(
                        "jane@example.com is suppressed.",
                        "  BLOCKLIST since 2026-03-01T12:00:00.123456Z: hard: the first one (USER_UNKNOWN)",
                        "  2026-03-01T12:01:00.123456Z HARD SUPPRESSED from test is the echo of a provider's own list [c]",
                        "  2026-03-01T12:00:00.123456Z HARD USER_UNKNOWN from test by user.unknown counts [a]",
                        "  2026-03-01T11:59:00.123456Z SOFT BLOCKED from test does not count: the recipient is not to"
                                + " blame [b]");
        assertThat(list.explain(JOE).inWords()).isEqualTo("joe@example.com may be mailed.\n");
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
