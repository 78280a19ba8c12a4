package org.bounce4j.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.bounce4j.jdbc.TestEvents.CLOCK;
import static org.bounce4j.jdbc.TestEvents.JANE;
import static org.bounce4j.jdbc.TestEvents.JOE;
import static org.bounce4j.jdbc.TestEvents.NOW;
import static org.bounce4j.jdbc.TestEvents.SOFT_THRICE;
import static org.bounce4j.jdbc.TestEvents.complaint;
import static org.bounce4j.jdbc.TestEvents.event;
import static org.bounce4j.jdbc.TestEvents.hard;
import static org.bounce4j.jdbc.TestEvents.in;
import static org.bounce4j.jdbc.TestEvents.soft;
import static org.bounce4j.jdbc.TestEvents.unknownAt;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceType;
import org.bounce4j.EmailAddress;
import org.bounce4j.Trust;
import org.bounce4j.suppression.EventQuery;
import org.bounce4j.suppression.Suppression;
import org.bounce4j.suppression.SuppressionAction;
import org.bounce4j.suppression.SuppressionList;
import org.bounce4j.suppression.SuppressionPolicy;
import org.bounce4j.suppression.Threshold;
import org.junit.jupiter.api.Test;

/** What lifts a suppression and what does not, and how events are judged again, on whatever database. */
abstract class ReleaseTests extends DatabaseTests {
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

    @Test
    void releasesByDomainWhomATransactionOfTheHostStored() throws SQLException {
        try (Connection host = pool.getConnection()) {
            host.setAutoCommit(false);
            host.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            store.accept(host, List.of(hard("h", "jane@example.com")));
            host.commit();
        }
        store.deleteOlderThan(NOW.plusSeconds(60));
        assertThat(list.release(EventQuery.builder().domain("example.com").build(), "outage"))
                .isEqualTo(1);
    }
}
