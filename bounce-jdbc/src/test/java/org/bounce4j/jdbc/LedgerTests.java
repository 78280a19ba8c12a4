package org.bounce4j.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.bounce4j.jdbc.TestEvents.CLOCK;
import static org.bounce4j.jdbc.TestEvents.JANE;
import static org.bounce4j.jdbc.TestEvents.JOE;
import static org.bounce4j.jdbc.TestEvents.NOW;
import static org.bounce4j.jdbc.TestEvents.acceptAll;
import static org.bounce4j.jdbc.TestEvents.complaint;
import static org.bounce4j.jdbc.TestEvents.event;
import static org.bounce4j.jdbc.TestEvents.flood;
import static org.bounce4j.jdbc.TestEvents.hard;
import static org.bounce4j.jdbc.TestEvents.in;
import static org.bounce4j.jdbc.TestEvents.soft;
import static org.bounce4j.jdbc.TestEvents.unknownAt;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.time.Instant;
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

/** What is decided about a recipient and told of it, on whatever database. */
abstract class LedgerTests extends DatabaseTests {
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
    void refusesTheListOfABlankScope() {
        for (String blank : List.of(" ", "  ", "\t\n", "\u0000")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> store.suppressionList(blank))
                    .withMessage("Expected the name of a scope, got a blank text; suppressionList() sees all scopes");
        }
        // a name is cleaned as that of an event is
        JdbcBounceStore scoped = builder().scope(event -> " news\n").build();
        scoped.accept(List.of(hard("h", "jane@example.com")));
        assertThat(scoped.suppressionList("  news ").contains(JANE)).isTrue();
        // the scope of an entry that holds everywhere is the name of a list, too
        assertThat(scoped.suppressionList("").contains(JANE)).isFalse();
        store.accept(List.of(hard("everywhere", "joe@example.com")));
        SuppressionList.Entry joe = list.find(JOE).orElseThrow();
        assertThat(store.suppressionList(joe.scope()).contains(JOE)).isTrue();
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
    void explainsHowManySoftBouncesAreMissing() {
        store.accept(List.of(
                event("a", BounceType.SOFT, BounceReason.MAILBOX_FULL, "jane@example.com", NOW.minusSeconds(60)),
                event("b", BounceType.SOFT, BounceReason.MAILBOX_FULL, "jane@example.com", NOW.minusSeconds(90_000)),
                event("c", BounceType.SOFT, BounceReason.BLOCKED, "jane@example.com", NOW.minusSeconds(190_000))));
        assertThat(list.explain(JANE).inWords().lines())
                .startsWith("jane@example.com may be mailed.", "  soft: 2 of 5 on distinct days within 14 days");
        assertThat(list.explain(JANE).progress().get(""))
                .singleElement()
                .satisfies(progress -> assertThat(progress.attempts()).isEqualTo(2));
        list.release(JANE, "emptied");
        assertThat(list.explain(JANE).progress()).isEmpty();
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
        // nor where the flood is of hard bounces
        acceptAll(
                scoped,
                flood.stream()
                        .map(event -> event.toBuilder()
                                .id("hard" + event.id())
                                .type(BounceType.HARD)
                                .reason(BounceReason.USER_UNKNOWN)
                                .campaign("flooded")
                                .build())
                        .toList());
        scoped.accept(List.of(rare.toBuilder()
                .id("j")
                .type(BounceType.HARD)
                .reason(BounceReason.USER_UNKNOWN)
                .campaign("rarest")
                .build()));
        assertThat(scoped.suppressionList("rarest").contains(JANE)).isTrue();
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
    void staysStoredWhereAListenerCannotBeLinked() {
        JdbcBounceStore broken = builder()
                .listener(decision -> {
                    throw new NoClassDefFoundError("org/example/Crm");
                })
                .build();
        broken.accept(List.of(hard("h", "jane@example.com")));
        assertThat(broken.pendingActions(9)).hasSize(1);
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
    void keepsTheOlderGroundThoughItsEventIsGone() {
        store.accept(List.of(hard("a", "jane@example.com")));
        store.deleteOlderThan(NOW.plusSeconds(60));
        Instant later = NOW.plus(Duration.ofDays(30));
        // the complaint has the history read, in which the younger hard bounce is
        store.accept(List.of(unknownAt("b", "jane@example.com", later)));
        store.accept(List.of(complaint("c", later)));
        assertThat(list.find(JANE).orElseThrow().suppression())
                .isEqualTo(new Suppression(
                        SuppressionAction.BLOCKLIST,
                        BounceType.HARD,
                        BounceReason.USER_UNKNOWN,
                        "hard: the first one",
                        NOW,
                        List.of("a")));
    }
}
