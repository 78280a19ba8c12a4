package org.bounce4j.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.bounce4j.jdbc.TestEvents.CLOCK;
import static org.bounce4j.jdbc.TestEvents.JANE;
import static org.bounce4j.jdbc.TestEvents.JOE;
import static org.bounce4j.jdbc.TestEvents.KEY;
import static org.bounce4j.jdbc.TestEvents.NOW;
import static org.bounce4j.jdbc.TestEvents.acceptAll;
import static org.bounce4j.jdbc.TestEvents.event;
import static org.bounce4j.jdbc.TestEvents.hard;
import static org.bounce4j.jdbc.TestEvents.soft;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceType;
import org.bounce4j.ConfigurationException;
import org.bounce4j.EmailAddress;
import org.bounce4j.suppression.EventQuery;
import org.bounce4j.suppression.SuppressionAction;
import org.bounce4j.suppression.SuppressionList;
import org.bounce4j.suppression.SuppressionPolicy;
import org.bounce4j.suppression.Threshold;
import org.junit.jupiter.api.Test;

/** What stays of a person who asks to be forgotten, on whatever database. */
abstract class ErasureTests extends DatabaseTests {
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
    void listsWhatStillStandsForAnErasedSubscriber() {
        JdbcBounceStore erasing = byCampaign(KEY);
        SuppressionList erasingList = erasing.suppressionList();
        erasing.accept(List.of(
                BounceEvent.builderForSubscriber("c", BounceType.COMPLAINT, "api", "4711", NOW)
                        .campaign("news")
                        .build(),
                hard("a", "jane@example.com").toBuilder().subscriber("4711").build()));
        assertThat(erasingList.ofSubscriber("4711"))
                .as("each subject once, though two statements find it")
                .hasSize(2);
        erasing.eraseSubscriber("4711");
        assertThat(erasingList.containsSubscriber("4711")).isTrue();
        assertThat(erasingList.ofSubscriber("4711")).singleElement().satisfies(entry -> {
            assertThat(entry.suppression().type()).isEqualTo(BounceType.COMPLAINT);
            assertThat(entry.scope()).isEqualTo("news");
            assertThat(entry.address()).isEmpty();
            assertThat(entry.subscriber()).isEmpty();
        });
        assertThat(erasing.suppressionList("news").ofSubscriber("4711")).hasSize(1);
        assertThat(erasing.suppressionList("password").ofSubscriber("4711")).isEmpty();
        // an address that comes later beside the subscriber is listed with what is kept under the hash
        erasing.accept(List.of(event(
                        "later",
                        BounceType.HARD,
                        BounceReason.USER_UNKNOWN,
                        "joe@example.com",
                        CLOCK.instant().plusSeconds(60))
                .toBuilder()
                .subscriber("4711")
                .build()));
        assertThat(erasingList.ofSubscriber("4711"))
                .extracting(SuppressionList.Entry::address)
                .containsExactlyInAnyOrder(Optional.empty(), Optional.of(JOE));
        assertThat(erasingList.releaseSubscriber("4711", "came back")).isTrue();
        assertThat(erasingList.ofSubscriber("4711")).hasSize(1);
    }

    private JdbcBounceStore byCampaign(byte[] key) {
        return builder()
                .scope(event -> event.campaign().orElse(null))
                .erasureKey(key)
                .build();
    }

    @Test
    void listsNothingWithoutTheKeyOnceSomebodyWasErased() {
        JdbcBounceStore erasing = builder().erasureKey(KEY).build();
        erasing.accept(List.of(hard("a", "jane@example.com"), hard("b", "joe@example.com")));
        assertThat(list.entries(9)).hasSize(2);
        erasing.erase(JANE);
        JdbcBounceStore other = builder().erasureKey(new byte[16]).build();
        EventQuery all = EventQuery.builder().type(BounceType.HARD).build();
        EventQuery none = EventQuery.builder().remoteMta("mx.nowhere.example").build();
        for (SuppressionList keyless : List.of(list, store.suppressionList("news"), other.suppressionList())) {
            for (ThrowingCallable call : List.<ThrowingCallable>of(
                    () -> keyless.entries(9),
                    () -> keyless.ofSubscriber("s-1"),
                    () -> keyless.forEach(entry -> {}),
                    () -> keyless.containsSubscriber("s-1"),
                    () -> keyless.find(JANE),
                    () -> keyless.explain(JANE),
                    () -> keyless.release(JANE, "by hand"),
                    () -> keyless.releaseSubscriber("s-1", "by hand"),
                    () -> keyless.release(none, "by hand"),
                    () -> keyless.release(all, "by hand"),
                    () -> keyless.reclassify(none, event -> event),
                    () -> keyless.reclassify(all, event -> event))) {
                assertThatExceptionOfType(ConfigurationException.class)
                        .isThrownBy(call)
                        .withMessageContaining("erasureKey");
            }
        }
        assertThat(erasing.suppressionList().entries(9)).hasSize(2);
        List<SuppressionList.Entry> each = new ArrayList<>();
        erasing.suppressionList().forEach(each::add);
        assertThat(each)
                .extracting(SuppressionList.Entry::address)
                .containsExactlyInAnyOrder(Optional.empty(), Optional.of(JOE));
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

    @Test
    void keepsEveryGroundOfTheErased() {
        JdbcBounceStore erasing = builder().erasureKey(KEY).build();
        for (int day = 0; day < 5; day++) {
            erasing.accept(List.of(soft("jane@example.com", day)));
        }
        Instant later = NOW.plus(Duration.ofDays(6));
        erasing.accept(List.of(event("c", BounceType.COMPLAINT, BounceReason.COMPLAINT, "jane@example.com", later)));
        erasing.erase(JANE);
        erasing.delivered(JANE, NOW.plus(Duration.ofDays(9)));
        assertThat(erasing.suppressionList()
                        .find(JANE)
                        .orElseThrow()
                        .suppression()
                        .type())
                .isEqualTo(BounceType.COMPLAINT);
    }

    @Test
    void countsLateNoticesOfTheErasedTheSameHoweverTheyCome() {
        for (boolean once : new boolean[] {true, false}) {
            JdbcBounceStore erasing = builder()
                    .tablePrefix(once ? "once_" : "often_")
                    .erasureKey(KEY)
                    .clock(Clock.fixed(NOW.plus(Duration.ofDays(20)), ZoneOffset.UTC))
                    .build();
            erasing.createSchema();
            erasing.erase(JANE);
            List<BounceEvent> late = new ArrayList<>();
            for (int day = 0; day < 5; day++) {
                late.add(soft("jane@example.com", day));
            }
            if (once) {
                erasing.accept(late);
            } else {
                late.forEach(event -> erasing.accept(List.of(event)));
            }
            assertThat(erasing.suppressionList().contains(JANE)).isFalse();
            assertThat(erasing.count()).isZero();
            erasing.accept(List.of(hard("h", "jane@example.com")));
            assertThat(erasing.suppressionList().contains(JANE)).isTrue();
        }
    }

    @Test
    void keepsNothingOfAMailThatIsReadAgainMonthsAfterTheErasure() throws SQLException {
        JdbcBounceStore erasing = builder().erasureKey(KEY).build();
        erasing.accept(List.of(hard("a", "jane@example.com")));
        erasing.erase(JANE);
        erasing.accept(List.of(hard("a", "jane@example.com").toBuilder()
                .receivedAt(NOW.plus(Duration.ofDays(200)))
                .build()));
        assertThat(everything()).doesNotContain("jane");
        assertThat(erasing.suppressionList().contains(JANE)).isTrue();
    }

    @Test
    void forgetsDecisionsThatNameTheSubscriberBesideAnAddressOfToday() throws SQLException {
        JdbcBounceStore erasing = builder()
                .erasureKey(KEY)
                .recordActions()
                .policy(SuppressionPolicy.builder()
                        .on(BounceType.SOFT, Threshold.first(SuppressionAction.UNSUBSCRIBE))
                        .build())
                .build();
        erasing.accept(List.of(
                soft("jane@example.com", 0).toBuilder().subscriber("s-old").build()));
        erasing.accept(List.of(
                hard("h", "jane@example.com").toBuilder().subscriber("s-new").build()));
        erasing.deleteOlderThan(NOW.plus(Duration.ofDays(1)));
        erasing.eraseSubscriber("s-old");
        assertThat(everything()).doesNotContain("s-old").contains("s-new");
    }

    @Test
    void keepsNothingOfALateNoticeThatNamesAnErasedSubscriber() throws SQLException {
        JdbcBounceStore erasing = builder().erasureKey(KEY).build();
        erasing.eraseSubscriber("s-1");
        erasing.accept(List.of(
                hard("h", "jane@example.com").toBuilder().subscriber("s-1").build()));
        assertThat(everything()).doesNotContain("jane").doesNotContain("s-1");
        assertThat(erasing.suppressionList().contains(JANE)).isTrue();
        assertThat(erasing.suppressionList().contains(JOE)).isFalse();
    }

    @Test
    void findsAnAddressOfASubscriberWhoseEventsAreGoneAndOfWhomNothingStands() throws SQLException {
        JdbcBounceStore erasing = builder().erasureKey(KEY).build();
        erasing.accept(List.of(
                soft("jane@example.com", 0).toBuilder().subscriber("s-1").build()));
        erasing.deleteOlderThan(NOW.plus(Duration.ofDays(9)));
        erasing.eraseSubscriber("s-1");
        assertThat(everything()).doesNotContain("jane").doesNotContain("s-1");
    }

    @Test
    void forgivesALateSoftFailureOfTheErasedWhomAMailReachedSince() {
        JdbcBounceStore erasing = builder()
                .erasureKey(KEY)
                .policy(SuppressionPolicy.builder()
                        .on(BounceType.SOFT, Threshold.first(SuppressionAction.BLOCKLIST))
                        .build())
                .build();
        erasing.accept(List.of(soft("jane@example.com", 0)));
        erasing.erase(JANE);
        SuppressionList erasingList = erasing.suppressionList();
        erasingList.release(JANE, "came back");
        erasing.accept(List.of(event(
                "n",
                BounceType.SOFT,
                BounceReason.MAILBOX_FULL,
                "jane@example.com",
                CLOCK.instant().plusSeconds(60))));
        assertThat(erasingList.contains(JANE)).isTrue();
        erasing.delivered(JANE, CLOCK.instant().plusSeconds(120));
        assertThat(erasingList.contains(JANE)).isFalse();
        erasing.accept(
                List.of(soft("jane@example.com", 0).toBuilder().id("late").build()));
        assertThat(erasingList.contains(JANE)).isFalse();
    }
}
