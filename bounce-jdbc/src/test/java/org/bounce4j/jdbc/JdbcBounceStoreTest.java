package org.bounce4j.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceSink;
import org.bounce4j.BounceType;
import org.bounce4j.ConfigurationException;
import org.bounce4j.EmailAddress;
import org.bounce4j.UnavailableException;
import org.bounce4j.suppression.Suppression;
import org.bounce4j.suppression.SuppressionList;
import org.bounce4j.testkit.BounceSinkContract;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JdbcBounceStoreTest extends BounceSinkContract {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.123456Z");

    private final JdbcConnectionPool pool = JdbcConnectionPool.create("jdbc:h2:mem:bounces", "sa", "");
    private final FailingDataSource failing = new FailingDataSource(pool);
    private final JdbcBounceStore store =
            JdbcBounceStore.builder(failing.dataSource()).build();

    @BeforeEach
    void start() {
        store.createSchema();
    }

    @AfterEach
    void stop() throws SQLException {
        failing.repair();
        try (Connection connection = pool.getConnection()) {
            connection.createStatement().execute("DROP ALL OBJECTS");
        }
        pool.dispose();
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
        failing.failAt("executeBatch", true, "08006");
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
    void suppressesInTheSameTransaction() {
        SuppressionList list = store.suppressionList();
        assertThat(list.contains("jane@example.com")).isFalse();
        store.accept(List.of(
                hard("a", "Jane@Example.com"),
                event("b", BounceType.SOFT, BounceReason.BLOCKED, "joe@example.com", NOW)));
        assertThat(list.contains("JANE@example.com")).isTrue();
        assertThat(list.contains("joe@example.com")).isFalse();
        assertThat(list.entries(10)).singleElement().satisfies(entry -> {
            assertThat(entry.address()).isEqualTo("jane@example.com");
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

    @Test
    void storesEventsOfASubscriberWithoutAnAddress() {
        store.accept(List.of(BounceEvent.builderForSubscriber("a", BounceType.HARD, "api", "s-1", NOW)
                .build()));
        assertThat(store.suppressionList().entries(10))
                .extracting(SuppressionList.Entry::address)
                .containsExactly("subscriber s-1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"getConnection", "prepareStatement", "executeUpdate", "executeQuery", "executeBatch", "commit"})
    void isUnavailableWhereTheDatabaseBreaksAndHasWrittenNothing(String where) {
        failing.failAt(where, false, "08006");
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> store.accept(List.of(hard("a", "jane@example.com"), hard("b", "joe@example.com"))))
                .withMessageContaining("08006");
        failing.repair();
        assertThat(store.count()).isZero();
        assertThat(store.suppressionList().entries(10)).isEmpty();
        store.accept(List.of(hard("a", "jane@example.com")));
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
        failing.failAt("executeBatch", false, "22001");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> store.accept(List.of(hard("a", "jane@example.com"))))
                .withMessageContaining("22001");
    }

    @Test
    void asksAPersonWhereTheTablesAreMissing() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.createStatement().execute("DROP ALL OBJECTS");
        }
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> store.accept(List.of(hard("a", "jane@example.com"))))
                .withMessageContaining("createSchema");
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> store.suppressionList().contains("jane@example.com"));
        store.createSchema();
        store.createSchema();
    }

    @Test
    void givesConnectionsBackAsTheyWere() throws SQLException {
        store.accept(List.of(hard("a", "jane@example.com")));
        assertThat(pool.getActiveConnections()).isZero();
        try (Connection connection = pool.getConnection()) {
            assertThat(connection.getAutoCommit()).isTrue();
        }
    }
}
