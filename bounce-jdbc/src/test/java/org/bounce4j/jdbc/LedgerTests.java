package org.bounce4j.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.bounce4j.jdbc.TestEvents.CLOCK;
import static org.bounce4j.jdbc.TestEvents.JANE;
import static org.bounce4j.jdbc.TestEvents.JOE;
import static org.bounce4j.jdbc.TestEvents.NOW;
import static org.bounce4j.jdbc.TestEvents.acceptAll;
import static org.bounce4j.jdbc.TestEvents.event;
import static org.bounce4j.jdbc.TestEvents.flood;
import static org.bounce4j.jdbc.TestEvents.hard;
import static org.bounce4j.jdbc.TestEvents.soft;
import static org.bounce4j.jdbc.TestEvents.unknownAt;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceType;
import org.bounce4j.EmailAddress;
import org.bounce4j.Trust;
import org.bounce4j.suppression.EventQuery;
import org.bounce4j.suppression.Suppression;
import org.bounce4j.suppression.SuppressionAction;
import org.bounce4j.suppression.SuppressionDecision;
import org.bounce4j.suppression.SuppressionList;
import org.bounce4j.suppression.SuppressionPolicy;
import org.bounce4j.suppression.Threshold;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is decided about a recipient, what stands of it and how it is lifted, on whatever database. */
abstract class LedgerTests {
    @RegisterExtension
    private final StoreFixture fixture = new StoreFixture(database());

    private final HikariDataSource pool = fixture.pool;
    private final List<SuppressionDecision> told = fixture.told;
    private final JdbcBounceStore store = fixture.store;
    private final SuppressionList list = fixture.store.suppressionList();

    abstract TestDatabase database();

    private JdbcBounceStore.Builder builder() {
        return fixture.builder();
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
        assertThat(counting.rows()).isLessThan(HistoryReader.WHOLE + 3 * 3 * HistoryReader.KEPT + 200);
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

    private static final SuppressionPolicy SOFT_THRICE = SuppressionPolicy.builder()
            .on(BounceType.SOFT, Threshold.onDistinctDays(3, Duration.ofDays(14), SuppressionAction.BLOCKLIST))
            .build();

    private static BounceEvent complaint(String id, Instant at) {
        return event(id, BounceType.COMPLAINT, BounceReason.COMPLAINT, "jane@example.com", at);
    }

    @Test
    void keepsAComplaintBehindAnotherDecisionWhenItsEventsAreGone() {
        JdbcBounceStore pruned = builder().policy(SOFT_THRICE).build();
        for (int day = 0; day < 3; day++) {
            pruned.accept(List.of(soft("jane@example.com", day)));
        }
        pruned.accept(List.of(complaint("c", NOW.plus(Duration.ofDays(4)))));
        assertThat(list.find(JANE).orElseThrow().suppression().type()).isEqualTo(BounceType.SOFT);
        pruned.deleteOlderThan(NOW.plus(Duration.ofDays(200)));
        told.clear();
        pruned.delivered(JANE, NOW.plus(Duration.ofDays(201)));
        assertThat(list.find(JANE).orElseThrow().suppression().type()).isEqualTo(BounceType.COMPLAINT);
        assertThat(list.release(JANE, "she called")).isTrue();
        assertThat(list.contains(JANE)).isFalse();
    }

    @Test
    void releasesByAQueryNothingThatStandsOnOtherGrounds() {
        Instant later = NOW.plus(Duration.ofDays(1));
        store.accept(List.of(
                unknownAt("h", "jane@example.com", NOW),
                complaint("c", later),
                unknownAt("u", "joe@example.com", NOW),
                event("e", BounceType.HARD, BounceReason.SUPPRESSED, "joe@example.com", later)));
        store.deleteOlderThan(NOW.plus(Duration.ofDays(200)));
        EventQuery outage = EventQuery.builder().rule("user.unknown").build();
        assertThat(list.release(outage, "outage")).isZero();
        assertThat(list.find(JANE).orElseThrow().suppression().evidence()).containsExactly("c");
        assertThat(list.find(JOE).orElseThrow().suppression().evidence()).containsExactly("e");
        EventQuery complaints = EventQuery.builder().type(BounceType.COMPLAINT).build();
        assertThat(list.release(complaints, "pressed the wrong button")).isEqualTo(1);
        assertThat(list.contains(JANE)).isFalse();
        assertThat(list.contains(JOE)).isTrue();
    }

    @Test
    void findsAPrunedGroundBehindAMoreSevereOne() {
        JdbcBounceStore severe = builder()
                .policy(SuppressionPolicy.builder()
                        .on(BounceType.HARD, Threshold.first(SuppressionAction.DELETE))
                        .build())
                .build();
        severe.accept(List.of(complaint("c", NOW)));
        severe.deleteOlderThan(NOW.plus(Duration.ofDays(200)));
        severe.accept(List.of(unknownAt("h", "jane@example.com", NOW.plus(Duration.ofDays(201)))));
        assertThat(list.find(JANE).orElseThrow().suppression().action()).isEqualTo(SuppressionAction.DELETE);
        assertThat(list.release(EventQuery.builder().rule("user.unknown").build(), "outage"))
                .isZero();
        assertThat(list.find(JANE).orElseThrow().suppression())
                .isEqualTo(new Suppression(
                        SuppressionAction.BLOCKLIST,
                        BounceType.COMPLAINT,
                        BounceReason.COMPLAINT,
                        "complaint: the first one",
                        NOW,
                        List.of("c")));
    }

    @Test
    void seesWhatIsAmongAFloodInAnotherScopeOrOfAnotherAttempt() {
        for (boolean once : new boolean[] {true, false}) {
            String prefix = once ? "once" : "often";
            JdbcBounceStore scoped = builder()
                    .tablePrefix(prefix + "_")
                    .policy(SuppressionPolicy.builder()
                            .on(
                                    BounceType.SOFT,
                                    new Threshold(3, Duration.ofDays(7), false, SuppressionAction.BLOCKLIST))
                            .build())
                    .scope(event -> event.campaign().orElse(null))
                    .build();
            scoped.createSchema();
            List<BounceEvent> flood = flood("jane@example.com", 1, 300, Trust.UNVERIFIED);
            List<BounceEvent> marked = new ArrayList<>();
            for (int i = 0; i < flood.size(); i++) {
                String campaign = i % 50 == 25 && i > 120 && i < 280 ? "rare" : "flooded";
                String attempt = "rare".equals(campaign) ? "r" + i : i == 140 ? "b" : i == 151 ? "c" : "a";
                marked.add(flood.get(i).toBuilder()
                        .campaign(campaign)
                        .attempt(attempt)
                        .build());
            }
            Collections.shuffle(marked, new Random(3));
            if (once) {
                scoped.accept(marked);
            } else {
                marked.forEach(event -> scoped.accept(List.of(event)));
            }
            assertThat(scoped.suppressionList("rare").contains(JANE)).isTrue();
            assertThat(scoped.suppressionList("rare")
                            .find(JANE)
                            .orElseThrow()
                            .suppression()
                            .evidence())
                    .isEqualTo(List.of("f0.125j", "f0.175j", "f0.225j"));
            assertThat(scoped.suppressionList("flooded")
                            .find(JANE)
                            .orElseThrow()
                            .suppression()
                            .evidence())
                    .isEqualTo(List.of("f0.0j", "f0.140j", "f0.151j"));
        }
    }

    @Test
    void hidesNoHardBounceOfAScopeInAFloodThatIsTooLargeToRead() {
        JdbcBounceStore scoped =
                builder().scope(event -> event.campaign().orElse(null)).build();
        List<BounceEvent> flood = flood("jane@example.com", 1, HistoryReader.WHOLE + 500, Trust.UNVERIFIED);
        acceptAll(
                scoped,
                flood.stream()
                        .map(event -> event.toBuilder().campaign("flooded").build())
                        .toList());
        Instant amidst = flood.get(flood.size() / 2).occurredAt();
        BounceEvent rare = event("h", BounceType.SOFT, BounceReason.MAILBOX_FULL, "jane@example.com", amidst);
        scoped.accept(List.of(rare.toBuilder().campaign("rare").build()));
        assertThat(scoped.suppressionList("rare").contains(JANE)).isFalse();
        scoped.accept(List.of(rare.toBuilder()
                .id("i")
                .type(BounceType.HARD)
                .reason(BounceReason.USER_UNKNOWN)
                .campaign("rare")
                .build()));
        assertThat(scoped.suppressionList("rare").contains(JANE)).isTrue();
        assertThat(scoped.suppressionList("flooded").contains(JANE)).isFalse();
    }

    @Test
    void takesAFloodAtTheEndOfTime() {
        Instant last = Instant.parse("9999-12-31T23:59:59.999999Z");
        List<BounceEvent> flood = new ArrayList<>();
        for (int i = 0; i < HistoryReader.WHOLE + 150; i++) {
            flood.add(event("l" + i, BounceType.SOFT, BounceReason.MAILBOX_FULL, "jane@example.com", last));
        }
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            acceptAll(store, flood);
            store.accept(List.of(soft("jane@example.com", 0)));
        });
        assertThat(list.contains(JANE)).isFalse();
    }

    @Test
    void namesTheSubscriberWhicheverEventKnowsThem() {
        BounceEvent first = hard("h1", "jane@example.com");
        BounceEvent second = hard("h2", "jane@example.com").toBuilder()
                .receivedAt(NOW.plusSeconds(60))
                .occurredAt(NOW.plusSeconds(60))
                .subscriber("s-1")
                .build();
        BounceEvent joes = second.toBuilder().id("j2").recipient(JOE).build();
        store.accept(List.of(first));
        store.accept(List.of(second));
        store.accept(List.of(joes));
        store.accept(List.of(hard("j1", "joe@example.com")));
        assertThat(list.ofSubscriber("s-1"))
                .extracting(entry -> entry.suppression().evidence())
                .containsExactly(List.of("h1"), List.of("j1"));
    }

    @Test
    void releasesWhatAnotherMachineWithAClockAheadHasStored() {
        JdbcBounceStore behind = builder()
                .clock(Clock.fixed(NOW.minusMillis(200), ZoneOffset.UTC))
                .listener(told::add)
                .build();
        behind.accept(List.of(hard("h", "jane@example.com")));
        assertThat(behind.suppressionList().release(JANE, "she called")).isTrue();
        assertThat(behind.suppressionList().contains(JANE)).isFalse();
        behind.accept(List.of(soft("jane@example.com", 0)));
        assertThat(list.contains(JANE)).isFalse();
        assertThat(list.explain(JANE).inWords()).contains("it was released [h]");
        // what happens from then on counts again
        behind.accept(List.of(unknownAt("n", "jane@example.com", NOW.plus(Duration.ofDays(2)))));
        assertThat(list.contains(JANE)).isTrue();
    }

    @Test
    void movesAnEventToTheScopeOfWhatItIsJudgedToBe() {
        JdbcBounceStore scoped = builder()
                .scope(event -> event.type() == BounceType.COMPLAINT ? "news" : null)
                .build();
        scoped.accept(List.of(hard("h", "jane@example.com")));
        assertThat(scoped.suppressionList("password").contains(JANE)).isTrue();
        int changed = scoped.suppressionList().reclassify(EventQuery.all(), event -> {
            // a judge may ask the store
            assertThat(scoped.suppressionList().contains(JANE)).isTrue();
            scoped.delivered(JANE, NOW);
            return event.toBuilder()
                    .type(BounceType.COMPLAINT)
                    .reason(BounceReason.COMPLAINT)
                    .build();
        });
        assertThat(changed).isEqualTo(1);
        assertThat(scoped.suppressionList("password").contains(JANE)).isFalse();
        assertThat(scoped.suppressionList("news").contains(JANE)).isTrue();
    }

    @Test
    void explainsByTheLatestRelease() {
        Instant[] time = {NOW.plusSeconds(60)};
        JdbcBounceStore scoped = builder()
                .clock(new TickingClock(time))
                .scope(event -> event.campaign().orElse(null))
                .build();
        scoped.accept(List.of(
                hard("h", "jane@example.com").toBuilder().campaign("news").build()));
        scoped.suppressionList().release(JANE, "the old cause");
        time[0] = NOW.plusSeconds(600);
        scoped.suppressionList("news").release(JANE, "the new cause");
        assertThat(scoped.suppressionList().explain(JANE).inWords())
                .contains("the new cause")
                .doesNotContain("the old cause");
    }

    @Test
    void staysStoredWhereAListenerCannotBeLinked() {
        JdbcBounceStore broken = builder()
                .listener(decision -> {
                    throw new NoClassDefFoundError("org/example/Crm");
                })
                .build();
        broken.accept(List.of(hard("h", "jane@example.com")));
        assertThat(broken.pendingActions(9)).hasSize(1);
    }

    private JdbcBounceStore byCampaign() {
        return builder().scope(event -> event.campaign().orElse(null)).build();
    }

    private static BounceEvent in(String campaign, BounceEvent event) {
        return event.toBuilder().campaign(campaign).build();
    }

    @Test
    void releasesWhatHoldsEverywhereAndNoScopeOfItsOwn() {
        JdbcBounceStore scoped = byCampaign();
        scoped.accept(List.of(in("news", complaint("c", NOW)), hard("h", "jane@example.com")));
        SuppressionList everywhere = scoped.suppressionList("");
        assertThat(everywhere.release(JANE, "moved back")).isTrue();
        assertThat(everywhere.contains(JANE)).isFalse();
        SuppressionList news = scoped.suppressionList("news");
        assertThat(news.contains(JANE)).isTrue();
        assertThat(news.explain(JANE).inWords()).contains("COMPLAINT COMPLAINT from test counts [c]");
        // nor is it lifted when somebody decides again
        assertThat(scoped.suppressionList().reclassify(EventQuery.all(), event -> event))
                .isZero();
        assertThat(news.contains(JANE)).isTrue();
        scoped.accept(List.of(in("offers", complaint("d", NOW))));
        assertThat(scoped.suppressionList("offers").contains(JANE)).isTrue();
        // a release of all scopes holds in those that nothing was known of
        scoped.suppressionList().release(JANE, "called");
        scoped.accept(List.of(in("survey", complaint("e", NOW))));
        assertThat(scoped.suppressionList().contains(JANE)).isFalse();
    }

    @Test
    void releasesOneSubscriberOfAnAddressThatTwoHad() {
        store.accept(List.of(
                complaint("a", NOW.plusSeconds(60)).toBuilder()
                        .subscriber("s-a")
                        .build(),
                hard("b", "jane@example.com").toBuilder().subscriber("s-b").build()));
        store.deleteOlderThan(NOW.plus(Duration.ofDays(9)));
        assertThat(list.release(EventQuery.builder().subscriber("s-b").build(), "wrong"))
                .isZero();
        assertThat(list.find(JANE).orElseThrow().suppression().evidence()).containsExactly("a");
        assertThat(list.release(EventQuery.builder().subscriber("s-a").build(), "wrong"))
                .isEqualTo(1);
    }

    @Test
    void looksAtTheDaysOfTheWindowAlone() {
        CountingDataSource counting = new CountingDataSource(pool);
        JdbcBounceStore flooded =
                JdbcBounceStore.builder(counting.dataSource()).clock(CLOCK).build();
        List<BounceEvent> flood = flood("jane@example.com", 60, 120, Trust.UNVERIFIED).stream()
                .map(event -> event.toBuilder().attempt("one").build())
                .toList();
        acceptAll(flooded, flood);
        counting.rows();
        counting.statements();
        flooded.accept(List.of(event(
                "x",
                BounceType.SOFT,
                BounceReason.MAILBOX_FULL,
                "jane@example.com",
                flood.get(flood.size() - 1).receivedAt().plusSeconds(1))));
        assertThat(counting.rows()).isLessThan(HistoryReader.WHOLE + 200);
        assertThat(counting.statements()).isLessThan(30);
        assertThat(list.contains(JANE)).isFalse();
    }

    @Test
    void isNotBlindedByEventsOfATypeWithoutConsequence() {
        JdbcBounceStore tolerant = builder()
                .policy(SuppressionPolicy.builder()
                        .on(BounceType.COMPLAINT, new Threshold(1, Duration.ofDays(1), false, SuppressionAction.NONE))
                        .build())
                .build();
        List<BounceEvent> complaints = new ArrayList<>();
        for (int i = 0; i < HistoryReader.WHOLE; i++) {
            complaints.add(complaint("c" + i, NOW.plusSeconds(i)));
        }
        acceptAll(tolerant, complaints);
        for (int day = 0; day < 5; day++) {
            tolerant.accept(List.of(soft("jane@example.com", day)));
        }
        assertThat(list.contains(JANE)).isTrue();
    }

    @Test
    void keepsForgivingAnEventThatMovesToAnotherScope() {
        JdbcBounceStore scoped = builder()
                .scope(event -> event.type() == BounceType.COMPLAINT ? "news" : null)
                .build();
        scoped.accept(List.of(complaint("c", NOW)));
        assertThat(scoped.suppressionList("news").release(JANE, "subscribed again"))
                .isTrue();
        assertThat(scoped.suppressionList()
                        .reclassify(
                                EventQuery.all(),
                                event -> event.toBuilder()
                                        .type(BounceType.HARD)
                                        .reason(BounceReason.USER_UNKNOWN)
                                        .build()))
                .isEqualTo(1);
        assertThat(scoped.suppressionList().contains(JANE)).isFalse();
    }

    @Test
    void saysThatAReleaseLiftedNothingOfWhatIsStillToCome() {
        store.accept(List.of(unknownAt("h", "jane@example.com", CLOCK.instant().plus(Duration.ofDays(3)))));
        assertThat(list.release(JANE, "called")).isFalse();
        assertThat(list.contains(JANE)).isTrue();
    }

    @Test
    void explainsAScopeWhoseEventsAreBehindManyOfAnother() {
        JdbcBounceStore scoped = byCampaign();
        scoped.accept(List.of(in("news", complaint("c", NOW))));
        List<BounceEvent> busy = new ArrayList<>();
        for (BounceEvent event : flood("jane@example.com", 1, 250, Trust.UNVERIFIED)) {
            busy.add(
                    in("other", event.toBuilder().receivedAt(NOW.plusSeconds(9)).build()));
        }
        scoped.accept(busy);
        assertThat(scoped.suppressionList("news").explain(JANE).events()).hasSize(1);
    }

    @Test
    void tellsDecisionsOfAllScopesInOrderWhereTheClockGoesBackwards() {
        Instant[] time = {NOW.plusSeconds(60)};
        JdbcBounceStore scoped = builder()
                .clock(new TickingClock(time))
                .scope(event -> event.campaign().orElse(null))
                .listener(told::add)
                .build();
        scoped.accept(List.of(in("news", complaint("c", NOW))));
        time[0] = NOW.plusSeconds(30);
        scoped.accept(List.of(hard("h", "jane@example.com")));
        assertThat(told).hasSize(2);
        assertThat(told.get(1).decidedAt()).isAfter(told.get(0).decidedAt());
    }

    @Test
    void countsWhatWasJudgedAgainUnderAPolicyThatDidNot() {
        JdbcBounceStore trusting = builder().policy(SOFT_THRICE).build();
        JdbcBounceStore careful = builder()
                .policy(SuppressionPolicy.builder()
                        .minimumTrust(Trust.AUTHENTICATED)
                        .build())
                .build();
        for (int day = 0; day < 2; day++) {
            trusting.accept(List.of(soft("jane@example.com", day).toBuilder()
                    .reason(BounceReason.BLOCKED)
                    .build()));
        }
        careful.suppressionList()
                .reclassify(
                        EventQuery.all(),
                        event -> event.toBuilder()
                                .reason(BounceReason.MAILBOX_FULL)
                                .build());
        trusting.accept(List.of(soft("jane@example.com", 2)));
        assertThat(list.contains(JANE)).isTrue();
    }

    @Test
    void keepsOutWhatAQueryReleasedThoughItIsBlamedLater() {
        store.accept(List.of(hard("h", "jane@example.com").toBuilder()
                .type(BounceType.SOFT)
                .reason(BounceReason.BLOCKED)
                .build()));
        EventQuery query = EventQuery.builder().recipient(JANE).build();
        assertThat(list.release(query, "a block of ours")).isZero();
        list.reclassify(
                query,
                event -> event.toBuilder()
                        .type(BounceType.HARD)
                        .reason(BounceReason.USER_UNKNOWN)
                        .build());
        assertThat(list.contains(JANE)).isFalse();
    }
}
