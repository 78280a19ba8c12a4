package org.bounce4j.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.bounce4j.jdbc.TestEvents.CLOCK;
import static org.bounce4j.jdbc.TestEvents.JANE;
import static org.bounce4j.jdbc.TestEvents.KEY;
import static org.bounce4j.jdbc.TestEvents.NOW;

import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceType;
import org.bounce4j.EmailAddress;
import org.bounce4j.UnavailableException;
import org.bounce4j.suppression.EventQuery;
import org.bounce4j.suppression.SuppressionDecision;
import org.bounce4j.suppression.SuppressionList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the store makes of a host, of data and of other transactions that are not as one would wish, on whatever database. */
abstract class HostileTests extends DatabaseTests {
    /** Returns the name of the script of the tables. */
    abstract String script();

    @Override
    JdbcBounceStore.Builder builder() {
        return super.builder().erasureKey(KEY).recordActions();
    }

    @Override
    JdbcBounceStore createStore() {
        return builder().build();
    }

    private static BounceEvent event(String id, BounceType type, String address, Instant at) {
        return BounceEvent.builder(id, type, "test", EmailAddress.of(address), at)
                .reason(type == BounceType.SOFT ? BounceReason.MAILBOX_FULL : BounceReason.USER_UNKNOWN)
                .build();
    }

    private static BounceEvent hard(String id, String address) {
        return event(id, BounceType.HARD, address, NOW);
    }

    @Test
    void itsScriptRunsAsItIs() throws Exception {
        String script;
        try (InputStream file = Objects.requireNonNull(JdbcBounceStore.class.getResourceAsStream(script()))) {
            script = new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
        assertThat(store.schemaScript()).isEqualTo(script);
        for (boolean whole : List.of(true, false)) {
            String more = database.url().contains("mariadb") ? "?allowMultiQueries=true" : "";
            try (Connection connection = DriverManager.getConnection(database.url() + more, database.user(), "");
                    Statement statement = connection.createStatement()) {
                database.empty(connection);
                // all at once, and by somebody who knows nothing of SQL but its semicolons
                for (String part :
                        whole ? new String[] {script} : script.strip().split(";", 0)) {
                    statement.execute(part);
                }
            }
            JdbcBounceStore fresh = builder().build();
            fresh.accept(List.of(hard("a", "jane@example.com")));
            assertThat(fresh.suppressionList().contains(JANE)).isTrue();
        }
    }

    @Test
    void takesPrefixesAsLongAsTheyMayBe() {
        for (String prefix :
                List.of("p".repeat(32), "-", "$", "1", "select", "\u00e9".repeat(16), "bounce_event_", "Bounce_")) {
            JdbcBounceStore other = builder().tablePrefix(prefix).build();
            other.createSchema();
            other.createSchema();
            other.accept(List.of(hard("a", "jane@example.com")));
            assertThat(other.suppressionList().contains(JANE)).as(prefix).isTrue();
            assertThat(other.page(EventQuery.builder().recipient(JANE).build(), 5, null)
                            .events())
                    .as(prefix)
                    .hasSize(1);
        }
        assertThat(store.count()).isZero();
        // what is longer than the database's names would be cut by it, all tables to the same name
        assertThatIllegalArgumentException().isThrownBy(() -> builder().tablePrefix("\u00e9".repeat(17)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().tablePrefix("p".repeat(33)));
    }

    @Test
    void asksForAnythingWithoutAFailure() {
        store.accept(List.of(hard("a", "jane@example.com")));
        for (String odd : List.of("\u0000", "a\u0000b", "\ud83d", "\ud83d\udcec", "'; --", "%", "x".repeat(100_000))) {
            assertThat(store.find(odd)).isEmpty();
            assertThat(store.delete(odd)).isFalse();
            assertThat(store.suppressionList().containsSubscriber(odd)).isFalse();
            assertThat(store.suppressionList().ofSubscriber(odd)).isEmpty();
            assertThat(store.suppressionList("a" + odd).contains(JANE)).isTrue();
            assertThat(store.page(EventQuery.builder().campaign(odd + "c").build(), 5, null)
                            .events())
                    .isEmpty();
            assertThat(store.suppressionList().releaseSubscriber(odd + "s", odd))
                    .isFalse();
            assertThat(store.eraseSubscriber(odd)).isZero();
        }
        assertThat(store.suppressionList().release(JANE, "a\u0000b \ud83d\udcec \ud83d"))
                .isTrue();
    }

    @Test
    void keepsTimesThatClocksSeldomShow() {
        for (Instant never : List.of(Instant.MIN, Instant.EPOCH.minusSeconds(1), Instant.MAX)) {
            BounceEvent event = event("never", BounceType.HARD, "jane@example.com", never);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> store.accept(List.of(event)))
                    .withMessageContaining("clock");
        }
        List<Instant> times = List.of(
                Instant.EPOCH,
                Instant.EPOCH.plusNanos(1_000),
                NOW,
                NOW,
                Instant.parse("9999-12-31T23:59:59Z"),
                Instant.parse("9999-12-31T23:59:59Z"));
        List<BounceEvent> events = new ArrayList<>();
        for (int i = 0; i < times.size(); i++) {
            events.add(BounceEvent.builder("e" + i, BounceType.SOFT, "test", JANE, times.get(i))
                    .reason(BounceReason.MAILBOX_FULL)
                    .occurredAt(times.get(times.size() - 1 - i))
                    .build());
        }
        store.accept(events);
        // each once, page by page
        List<String> ids = new ArrayList<>();
        String next = null;
        do {
            EventPage page = store.page(EventQuery.all(), 1, next);
            page.events().forEach(event -> ids.add(event.id()));
            next = page.next().orElse(null);
        } while (next != null && ids.size() < 20);
        assertThat(ids).containsExactlyInAnyOrder("e0", "e1", "e2", "e3", "e4", "e5");
        assertThat(store.stream(EventQuery.builder().recipient(JANE).build())).hasSize(6);
        store.delivered(JANE, Instant.MAX);
        store.delivered(JANE, Instant.MIN);
        assertThat(store.suppressionList().explain(JANE).events()).hasSize(6);
        assertThat(store.deleteOlderThan(Instant.MIN)).isZero();
        assertThat(store.deleteOlderThan(NOW)).isEqualTo(2);
        assertThat(store.erase(JANE)).isEqualTo(4);
    }

    /** A pool of one connection that never begins anew: without autocommit, and nothing ends a transaction. */
    private static DataSource careless(Connection connection) {
        return (DataSource) Proxy.newProxyInstance(
                DataSource.class.getClassLoader(), new Class<?>[] {DataSource.class}, (pool, method, none) -> {
                    assertThat(method.getName()).isEqualTo("getConnection");
                    return Proxy.newProxyInstance(
                            Connection.class.getClassLoader(),
                            new Class<?>[] {Connection.class},
                            (self, call, arguments) -> {
                                try {
                                    return call.getName().equals("close") ? null : call.invoke(connection, arguments);
                                } catch (InvocationTargetException e) {
                                    throw e.getCause();
                                }
                            });
                });
    }

    @Test
    void seesWhatOthersStoredThroughAConnectionWithoutAutocommit() throws SQLException {
        try (Connection connection = database.connect()) {
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setAutoCommit(false);
            JdbcBounceStore careless = JdbcBounceStore.builder(careless(connection))
                    .erasureKey(KEY)
                    .build();
            assertThat(careless.count()).isZero();
            store.accept(List.of(hard("a", "jane@example.com")));
            assertThat(careless.count()).isEqualTo(1);
            careless.accept(List.of(hard("b", "joe@example.com")));
            assertThat(store.suppressionList().contains("joe@example.com")).isTrue();
            assertThat(connection.getAutoCommit()).isFalse();
            assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_REPEATABLE_READ);
        }
    }

    @Test
    void isUnavailableWhereAPoolHandsOutAClosedConnection() throws SQLException {
        Connection closed = database.connect();
        closed.close();
        JdbcBounceStore unlucky =
                JdbcBounceStore.builder(careless(closed)).erasureKey(KEY).build();
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> unlucky.accept(List.of(hard("a", "jane@example.com"))));
        assertThatExceptionOfType(UnavailableException.class).isThrownBy(unlucky::count);
        assertThatExceptionOfType(UnavailableException.class).isThrownBy(unlucky::createSchema);
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void waitsForATransactionOfTheHostNoLongerThanItsTimeout() throws SQLException {
        JdbcBounceStore hasty =
                builder().statementTimeout(Duration.ofSeconds(1)).build();
        hasty.accept(List.of(event("a", BounceType.SOFT, "jane@example.com", NOW)));
        try (Connection connection = database.connect()) {
            connection.setAutoCommit(false);
            store.accept(connection, List.of(hard("b", "jane@example.com")));
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> hasty.accept(List.of(hard("c", "jane@example.com"))));
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> hasty.suppressionList().release(JANE, "by hand"));
            connection.rollback();
        }
        hasty.accept(List.of(hard("c", "jane@example.com")));
        assertThat(store.stream(EventQuery.all())).extracting(BounceEvent::id).containsExactlyInAnyOrder("a", "c");
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void letsHostsThatWaitForEachOtherTryAgain() throws Exception {
        store.accept(List.of(
                event("old", BounceType.SOFT, "jane@example.com", NOW),
                event("older", BounceType.SOFT, "joe@example.com", NOW)));
        CyclicBarrier both = new CyclicBarrier(2);
        ExecutorService executor = Executors.newFixedThreadPool(2);
        try {
            BounceEvent jane = hard("a", "jane@example.com");
            BounceEvent joe = hard("b", "joe@example.com");
            Future<Boolean> one = executor.submit(() -> inOneTransaction(both, jane, joe));
            Future<Boolean> other = executor.submit(
                    () -> inOneTransaction(both, hard("c", "joe@example.com"), hard("d", "jane@example.com")));
            List<Boolean> stored = List.of(one.get(), other.get());
            // whoever was stopped has nothing stored, and gets on now
            assertThat(store.count()).isEqualTo(2 + 2 * Collections.frequency(stored, true));
            CyclicBarrier alone = new CyclicBarrier(1);
            assertThat(inOneTransaction(alone, jane, joe)).isTrue();
        } finally {
            executor.shutdownNow();
        }
    }

    private boolean inOneTransaction(CyclicBarrier both, BounceEvent first, BounceEvent second) throws Exception {
        JdbcBounceStore hasty =
                builder().statementTimeout(Duration.ofSeconds(2)).build();
        try (Connection connection = database.connect()) {
            connection.setAutoCommit(false);
            try {
                hasty.accept(connection, List.of(first));
                meet(both);
                hasty.accept(connection, List.of(second));
            } catch (UnavailableException e) {
                connection.rollback();
                return false;
            }
            connection.commit();
            return true;
        }
    }

    /** Waits for the other, unless that one waits for us already: MariaDB locks what lies between two recipients, too. */
    private static void meet(CyclicBarrier both) throws InterruptedException {
        try {
            both.await(5, TimeUnit.SECONDS);
        } catch (TimeoutException | BrokenBarrierException e) {
            return;
        }
    }

    /** Does one of the things that change the ledger. */
    private void anything(Random random, int number) {
        String who = "p" + random.nextInt(12) + "@example.com";
        SuppressionList list = store.suppressionList();
        switch (random.nextInt(9)) {
            case 0 -> list.release(EmailAddress.of(who), "by hand");
            case 1 -> store.delivered(List.of(EmailAddress.of(who), JANE), NOW);
            case 2 -> store.erase(EmailAddress.of(who));
            case 3 ->
                list.reclassify(
                        EventQuery.builder().type(BounceType.HARD).build(),
                        event -> event.toBuilder()
                                .reason(random.nextBoolean() ? BounceReason.USER_UNKNOWN : BounceReason.BLOCKED)
                                .build());
            case 4 ->
                list.release(
                        EventQuery.builder().recipient(EmailAddress.of(who)).build(), "outage");
            case 5 -> store.deleteOlderThan(NOW.minus(Duration.ofDays(random.nextInt(5))));
            default -> {
                List<BounceEvent> batch = new ArrayList<>();
                for (int i = 0; i < 30; i++) {
                    int id = random.nextInt(400);
                    batch.add(event(
                            "e" + id,
                            id % 5 == 0 ? BounceType.HARD : BounceType.SOFT,
                            "p" + id % 12 + "@example.com",
                            NOW.minus(Duration.ofDays(id % 9))));
                }
                batch.add(hard("own" + number, "own" + number + "@example.com"));
                store.accept(batch);
            }
        }
    }

    @Test
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    void doesEverythingAtOnceWithoutAFailure() throws Exception {
        int threads = 16;
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> calls = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                int seed = thread;
                calls.add(executor.submit(() -> {
                    Random random = new Random(seed);
                    for (int i = 0; i < 15; i++) {
                        anything(random, seed * 100 + i);
                    }
                }));
            }
            for (Future<?> call : calls) {
                call.get();
            }
        } finally {
            executor.shutdownNow();
        }
        // of everybody who is suppressed somebody was told, and of nobody twice in one decision
        List<SuppressionDecision> told = store.pendingActions().toList();
        assertThat(told).extracting(SuppressionDecision::id).doesNotHaveDuplicates();
        store.suppressionList()
                .forEach(entry -> entry.address()
                        .ifPresent(address -> assertThat(told)
                                .as(address.key())
                                .anyMatch(decision -> decision.address().equals(entry.address()))));
    }

    @Test
    @Timeout(120)
    void missesNoScopeOfSomebodyWhomAnotherTransactionIsStoring() throws Exception {
        JdbcBounceStore scoped = byCampaign();
        List<BounceEvent> soft = new ArrayList<>();
        for (int day = 0; day < 5; day++) {
            soft.add(
                    event("s" + day, BounceType.SOFT, "jane@example.com", NOW.minus(Duration.ofDays(9 - day)))
                            .toBuilder()
                            .campaign("news")
                            .build());
        }
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            for (boolean release : new boolean[] {false, true}) {
                EmailAddress address = EmailAddress.of(release + "@example.com");
                store.delivered(EmailAddress.of("anybody@example.com"), NOW);
                try (Connection host = pool.getConnection()) {
                    host.setAutoCommit(false);
                    host.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
                    scoped.accept(
                            host,
                            soft.stream()
                                    .map(event -> event.toBuilder()
                                            .id(event.id() + release)
                                            .recipient(address)
                                            .build())
                                    .toList());
                    Future<?> meanwhile = other.submit(() -> {
                        if (release) {
                            scoped.suppressionList().release(address, "called");
                        } else {
                            scoped.delivered(address, NOW);
                        }
                    });
                    database.awaitWaiting();
                    assertThat(meanwhile).isNotDone();
                    host.commit();
                    meanwhile.get(60, TimeUnit.SECONDS);
                }
                assertThat(scoped.suppressionList().contains(address))
                        .as("released %s", release)
                        .isFalse();
            }
        } finally {
            other.shutdownNow();
        }
    }

    @Test
    void refusesACursorThatNoDatabaseCanCompare() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> store.page(EventQuery.all(), 5, "2026-01-01T00:00:00Z/\u0000"));
    }

    @Test
    @Timeout(120)
    void missesNoScopeOfSomebodyWhomThisStoreIsStoring() throws Exception {
        CountDownLatch atCommit = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        ExecutorService two = Executors.newFixedThreadPool(2);
        try (Connection connection = pool.getConnection()) {
            JdbcBounceStore slow = JdbcBounceStore.builder(waitingAtCommit(connection, atCommit, goOn))
                    .clock(CLOCK)
                    .scope(event -> event.campaign().orElse(null))
                    .build();
            List<BounceEvent> soft = new ArrayList<>();
            for (int day = 0; day < 5; day++) {
                soft.add(
                        event("s" + day, BounceType.SOFT, "jane@example.com", NOW.minus(Duration.ofDays(9 - day)))
                                .toBuilder()
                                .campaign("news")
                                .build());
            }
            Future<?> storing = two.submit(() -> slow.accept(soft));
            assertThat(atCommit.await(60, TimeUnit.SECONDS)).isTrue();
            Future<?> delivering = two.submit(() -> store.delivered(JANE, NOW));
            database.awaitWaiting();
            assertThat(delivering).isNotDone();
            goOn.countDown();
            storing.get(60, TimeUnit.SECONDS);
            delivering.get(60, TimeUnit.SECONDS);
        } finally {
            goOn.countDown();
            two.shutdownNow();
        }
        assertThat(store.count()).isEqualTo(5);
        assertThat(store.suppressionList().contains(JANE)).isFalse();
    }

    /** Returns a source of this one connection, whose commits wait. */
    private static DataSource waitingAtCommit(Connection connection, CountDownLatch atCommit, CountDownLatch goOn) {
        return (DataSource) Proxy.newProxyInstance(
                DataSource.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (pool, method, none) -> Proxy.newProxyInstance(
                        Connection.class.getClassLoader(),
                        new Class<?>[] {Connection.class},
                        (self, call, arguments) -> {
                            if (call.getName().equals("close")) {
                                return null;
                            }
                            if (call.getName().equals("commit")) {
                                atCommit.countDown();
                                goOn.await(60, TimeUnit.SECONDS);
                            }
                            try {
                                return call.invoke(connection, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        }));
    }
}
