package org.bounce4j.suppression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceType;
import org.bounce4j.EmailAddress;
import org.bounce4j.Trust;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SuppressionPolicyTest {
    @Test
    void namesNobodyInLogs() {
        Suppression suppression = new Suppression(
                SuppressionAction.BLOCKLIST,
                BounceType.HARD,
                BounceReason.USER_UNKNOWN,
                "1 hard",
                Instant.EPOCH,
                List.of());
        EmailAddress jane = EmailAddress.of("jane@example.com");
        SuppressionList.Entry entry =
                new SuppressionList.Entry(Optional.of(jane), Optional.of("4711"), "news", suppression);
        Explanation explanation = new Explanation(
                jane, List.of(entry), Clearance.NONE, Optional.empty(), Optional.empty(), List.of(), new TreeMap<>());
        assertThat(entry + " " + explanation)
                .contains("BLOCKLIST", "news", "suppressed")
                .doesNotContain("jane", "4711");
    }

    private static final EmailAddress JANE = EmailAddress.of("jane@example.com");
    private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");
    private final SuppressionPolicy policy = SuppressionPolicy.defaults();

    private static BounceEvent event(String id, BounceType type, BounceReason reason, Instant at) {
        return BounceEvent.builder(id, type, "test", JANE, at.plusSeconds(60))
                .reason(reason)
                .occurredAt(at)
                .build();
    }

    private static BounceEvent soft(int number, Duration after) {
        return event("soft" + number, BounceType.SOFT, BounceReason.MAILBOX_FULL, START.plus(after));
    }

    private static List<BounceEvent> softOnDays(int... days) {
        List<BounceEvent> events = new ArrayList<>();
        for (int i = 0; i < days.length; i++) {
            events.add(soft(i, Duration.ofDays(days[i])));
        }
        return events;
    }

    @Test
    void suppressesAtTheFirstHardBounceAndTheFirstComplaint() {
        assertThat(policy.decide(List.of(event("a", BounceType.HARD, BounceReason.USER_UNKNOWN, START))))
                .hasValue(new Suppression(
                        SuppressionAction.BLOCKLIST,
                        BounceType.HARD,
                        BounceReason.USER_UNKNOWN,
                        "hard: the first one",
                        START,
                        List.of("a")));
        assertThat(policy.decide(List.of(event("b", BounceType.COMPLAINT, BounceReason.COMPLAINT, START))))
                .hasValueSatisfying(decision -> assertThat(decision.type()).isEqualTo(BounceType.COMPLAINT));
        assertThat(policy.decide(List.of())).isEmpty();
    }

    @Test
    void suppressesAfterSoftBouncesOnFiveDistinctDaysWithinFourteen() {
        assertThat(policy.decide(softOnDays(0, 1, 2, 3))).isEmpty();
        assertThat(policy.decide(softOnDays(0, 1, 2, 3, 14))).hasValueSatisfying(decision -> {
            assertThat(decision.rule()).isEqualTo("soft: 5 on distinct days within 14 days");
            assertThat(decision.since()).isEqualTo(START.plus(Duration.ofDays(14)));
            assertThat(decision.evidence()).containsExactly("soft0", "soft1", "soft2", "soft3", "soft4");
        });
        assertThat(policy.decide(softOnDays(0, 1, 2, 3, 15))).isEmpty();
        assertThat(policy.decide(softOnDays(0, 5, 6, 7, 15, 16)))
                .hasValueSatisfying(decision -> assertThat(decision.evidence()).doesNotContain("soft0"));
    }

    @Test
    void tellsHowFarSoftBouncesAreOnTheWay() {
        Instant now = START.plus(Duration.ofDays(15));
        assertThat(policy.progress(softOnDays(0, 2, 3, 3, 14), Clearance.NONE, now))
                .extracting(Progress::inWords)
                .containsExactly("soft: 3 of 5 on distinct days within 14 days");
        assertThat(policy.progress(softOnDays(2, 3), Clearance.NONE, now.plus(Duration.ofDays(30))))
                .isEmpty();
        assertThat(policy.progress(softOnDays(2, 3), Clearance.deliveredAt(now), now))
                .isEmpty();
        assertThat(policy.progress(softOnDays(0, 1, 2, 3, 4), Clearance.NONE, now))
                .as("reached")
                .isEmpty();
        SuppressionPolicy byAttempt = SuppressionPolicy.builder()
                .on(BounceType.SOFT, new Threshold(3, Duration.ofHours(36), false, SuppressionAction.BLOCKLIST))
                .build();
        assertThat(byAttempt.progress(softOnDays(12, 14, 14), Clearance.NONE, now))
                .containsExactly(new Progress(BounceType.SOFT, 2, byAttempt.threshold(BounceType.SOFT)));
    }

    @Test
    void takesAWindowThatIsLongerThanThereIsTime() {
        for (Duration window :
                List.of(Duration.ofSeconds(Long.MAX_VALUE), Duration.between(Instant.MIN, Instant.MAX))) {
            SuppressionPolicy forEver = SuppressionPolicy.builder()
                    .on(BounceType.SOFT, Threshold.onDistinctDays(3, window, SuppressionAction.BLOCKLIST))
                    .build();
            assertThat(forEver.decide(softOnDays(0, 900))).isEmpty();
            assertThat(forEver.decide(softOnDays(0, 900, 9_000))).isPresent();
        }
    }

    @Test
    void takesTimesAtTheEndsOfTime() {
        List<BounceEvent> events = new ArrayList<>();
        for (Instant received : List.of(Instant.MIN, Instant.EPOCH, Instant.MAX)) {
            for (Instant occurred : List.of(Instant.MIN, START, Instant.MAX)) {
                events.add(BounceEvent.builder("e" + events.size(), BounceType.SOFT, "test", JANE, received)
                        .reason(BounceReason.MAILBOX_FULL)
                        .occurredAt(occurred)
                        .build());
            }
        }
        assertThat(policy.decide(events)).isEmpty();
        assertThat(events).extracting(SuppressionPolicy::timeOf).contains(Instant.MIN, Instant.EPOCH);
    }

    @Test
    void takesOneBadAfternoonForOneAttempt() {
        List<BounceEvent> afternoon = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            afternoon.add(soft(i, Duration.ofMinutes(i)));
        }
        assertThat(policy.decide(afternoon)).isEmpty();
    }

    @Test
    void countsAttemptsAndNotNotices() {
        SuppressionPolicy two = SuppressionPolicy.builder()
                .on(BounceType.SOFT, new Threshold(2, Duration.ofDays(1), false, SuppressionAction.UNSUBSCRIBE))
                .build();
        BounceEvent byMail = soft(1, Duration.ZERO).toBuilder().messageId("1@x").build();
        BounceEvent byProvider =
                soft(2, Duration.ofHours(1)).toBuilder().messageId("1@x").build();
        BounceEvent another =
                soft(3, Duration.ofHours(2)).toBuilder().messageId("2@x").build();
        assertThat(two.decide(List.of(byMail, byProvider))).isEmpty();
        assertThat(two.decide(List.of(byMail, byProvider, another)))
                .hasValueSatisfying(decision -> assertThat(decision.action()).isEqualTo(SuppressionAction.UNSUBSCRIBE));
    }

    @ParameterizedTest
    @EnumSource
    void countsByBlame(BounceReason reason) {
        boolean counts =
                switch (reason.blame()) {
                    case ADDRESS, DOMAIN, MAILBOX, UNKNOWN -> true;
                    case MESSAGE, SENDER, ROUTE -> false;
                };
        // even where somebody asserted that it is hard: a blocked IP suppresses no one
        assertThat(policy.decide(List.of(event("a", BounceType.HARD, reason, START)))
                        .isPresent())
                .isEqualTo(counts);
    }

    @Test
    void takesAnEchoAsACauseButNeverAsEvidence() {
        BounceEvent echo = event("a", BounceType.HARD, BounceReason.SUPPRESSED, START);
        assertThat(policy.decide(List.of(echo)))
                .hasValueSatisfying(decision -> assertThat(decision.rule()).isEqualTo("on the list of test"));
        SuppressionPolicy two = SuppressionPolicy.builder()
                .on(BounceType.HARD, new Threshold(2, Duration.ofDays(9), false, SuppressionAction.DELETE))
                .build();
        BounceEvent real = event("b", BounceType.HARD, BounceReason.USER_UNKNOWN, START.minusSeconds(1));
        assertThat(two.decide(List.of(real, echo)))
                .hasValueSatisfying(decision -> assertThat(decision.evidence()).containsExactly("a"));
        assertThat(two.decide(List.of(real))).isEmpty();
    }

    @Test
    void ignoresWhatIsNotTrustedEnough() {
        SuppressionPolicy strict =
                SuppressionPolicy.builder().minimumTrust(Trust.CORRELATED).build();
        BounceEvent forged = event("a", BounceType.HARD, BounceReason.USER_UNKNOWN, START);
        assertThat(strict.decide(List.of(forged))).isEmpty();
        assertThat(strict.decide(
                        List.of(forged.toBuilder().trust(Trust.CORRELATED).build())))
                .isPresent();
    }

    @Test
    void takesOurClockWhereTheSourcesIsAbsurd() {
        BounceEvent ahead = event("a", BounceType.HARD, BounceReason.USER_UNKNOWN, START).toBuilder()
                .occurredAt(START.plus(Duration.ofDays(400)))
                .build();
        assertThat(policy.decide(List.of(ahead)))
                .hasValueSatisfying(decision -> assertThat(decision.since()).isEqualTo(ahead.receivedAt()));
    }

    @Test
    void prefersTheMoreSevereAction() {
        SuppressionPolicy mixed = SuppressionPolicy.builder()
                .on(BounceType.HARD, Threshold.first(SuppressionAction.UNSUBSCRIBE))
                .on(BounceType.COMPLAINT, Threshold.first(SuppressionAction.DELETE))
                .on(BounceType.SOFT, Threshold.first(SuppressionAction.NONE))
                .build();
        List<BounceEvent> events = List.of(
                event("a", BounceType.HARD, BounceReason.USER_UNKNOWN, START),
                event("b", BounceType.COMPLAINT, BounceReason.COMPLAINT, START.plusSeconds(9)),
                soft(1, Duration.ZERO));
        assertThat(mixed.decide(events))
                .hasValueSatisfying(decision -> assertThat(decision.action()).isEqualTo(SuppressionAction.DELETE));
        assertThat(mixed.decide(events.subList(2, 3))).isEmpty();
    }

    @Test
    void decidesTheSameWhateverTheOrderAndHoweverOftenEachIsSeen() {
        Random random = new Random(4);
        BounceReason[] reasons = {
            BounceReason.MAILBOX_FULL, BounceReason.BLOCKED, BounceReason.UNKNOWN, BounceReason.SUPPRESSED
        };
        for (int round = 0; round < 200; round++) {
            List<BounceEvent> history = new ArrayList<>();
            for (int i = 0; i < 1 + random.nextInt(12); i++) {
                history.add(event(
                        "e" + i,
                        random.nextInt(6) == 0 ? BounceType.HARD : BounceType.SOFT,
                        reasons[random.nextInt(reasons.length)],
                        START.plus(Duration.ofHours(random.nextInt(400)))));
            }
            List<BounceEvent> shuffled = new ArrayList<>(history);
            shuffled.addAll(history.subList(0, random.nextInt(history.size() + 1)));
            Collections.shuffle(shuffled, random);
            assertThat(policy.decide(shuffled)).isEqualTo(policy.decide(history));
        }
    }

    @Test
    void isNeverWeakenedByAnEventMore() {
        Random random = new Random(5);
        SuppressionPolicy three = SuppressionPolicy.builder()
                .on(BounceType.SOFT, new Threshold(3, Duration.ofHours(30), false, SuppressionAction.BLOCKLIST))
                .build();
        int decided = 0;
        for (int round = 0; round < 300; round++) {
            List<BounceEvent> history = new ArrayList<>();
            Suppression before = null;
            for (int i = 0; i < 14; i++) {
                // few messages, so that many failures are told twice, days apart
                history.add(soft(i, Duration.ofHours(random.nextInt(200))).toBuilder()
                        .messageId(random.nextInt(5) + "@x")
                        .build());
                Suppression after = three.decide(history).orElse(null);
                assertThat(SuppressionPolicy.stronger(after, before)).isEqualTo(after);
                before = after;
            }
            decided += before == null ? 0 : 1;
        }
        assertThat(decided).isBetween(30, 299);
    }

    @Test
    void forgivesWhatWasReleasedAndWhatIsOlderThanADelivery() {
        BounceEvent hard = event("h", BounceType.HARD, BounceReason.USER_UNKNOWN, START);
        Instant after = START.plusSeconds(1);
        assertThat(policy.decide(List.of(hard), Clearance.releasedAt(START))).isEmpty();
        assertThat(policy.decide(List.of(hard), Clearance.releasedAt(START.minusSeconds(1))))
                .isPresent();
        assertThat(policy.decide(List.of(hard), Clearance.deliveredAt(after))).isPresent();
        List<BounceEvent> soft = softOnDays(0, 1, 2, 3, 4);
        assertThat(policy.decide(soft, Clearance.deliveredAt(START))).isEmpty();
        assertThat(policy.decide(soft, Clearance.deliveredAt(START.minusSeconds(1))))
                .isPresent();
        assertThat(Clearance.releasedAt(START).and(Clearance.releasedAt(after)).and(Clearance.deliveredAt(START)))
                .isEqualTo(new Clearance(after, START));
        assertThat(policy.weigh(hard, Clearance.releasedAt(after))).isEqualTo(Weight.RELEASED);
        assertThat(policy.weigh(soft.get(0), Clearance.deliveredAt(after))).isEqualTo(Weight.DELIVERED_SINCE);
        assertThat(policy.weigh(hard, Clearance.NONE)).isEqualTo(Weight.COUNTS);
    }

    @Test
    void knowsWhichEventsCannotChangeADecision() {
        BounceEvent hard = event("h", BounceType.HARD, BounceReason.USER_UNKNOWN, START);
        List<Suppression> standing = policy.grounds(List.of(hard), Clearance.NONE);
        Instant after = START.plusSeconds(1);
        BounceEvent later = event("l", BounceType.HARD, BounceReason.USER_UNKNOWN, after);
        assertThat(policy.canChange(standing, List.of(later))).isFalse();
        assertThat(policy.canChange(standing, List.of(later, hard))).isTrue();
        assertThat(policy.canChange(standing, List.of(event("e", BounceType.HARD, BounceReason.SUPPRESSED, after))))
                .isTrue();
        assertThat(policy.canChange(standing, List.of(event("c", BounceType.COMPLAINT, BounceReason.COMPLAINT, after))))
                .isTrue();
        SuppressionPolicy severe = SuppressionPolicy.builder()
                .on(BounceType.HARD, Threshold.first(SuppressionAction.DELETE))
                .build();
        assertThat(severe.canChange(standing, List.of(later))).isTrue();
    }

    @Test
    void namesEveryGroundOnWhichItWouldDecide() {
        List<BounceEvent> history = new ArrayList<>(softOnDays(0, 1, 2, 3, 4));
        history.add(event("h", BounceType.HARD, BounceReason.USER_UNKNOWN, START.plusSeconds(9)));
        history.add(event("c", BounceType.COMPLAINT, BounceReason.COMPLAINT, START.plusSeconds(8)));
        history.add(event("e2", BounceType.HARD, BounceReason.SUPPRESSED, START.plusSeconds(7)));
        history.add(event("e1", BounceType.HARD, BounceReason.UNSUBSCRIBED, START.plusSeconds(6)));
        List<Suppression> grounds = policy.grounds(history, Clearance.NONE);
        assertThat(grounds)
                .extracting(ground -> String.join(" ", ground.evidence()))
                .containsExactlyInAnyOrder("soft0 soft1 soft2 soft3 soft4", "h", "c", "e1");
        assertThat(SuppressionPolicy.strongest(grounds)).isEqualTo(policy.decide(history));
        assertThat(policy.decide(history).orElseThrow().evidence()).containsExactly("e1");
        for (Suppression one : grounds) {
            assertThat(grounds).filteredOn(one::sharesGroundWith).containsExactly(one);
        }
        assertThat(SuppressionPolicy.strongest(List.of())).isEmpty();
    }

    @Test
    void asksForAnAttemptOfItsOwnOnEachDay() {
        List<BounceEvent> events = new ArrayList<>();
        for (BounceEvent event : softOnDays(0, 1, 2, 3, 4)) {
            events.add(event.toBuilder().attempt("told-five-times").build());
        }
        for (int i = 10; i < 14; i++) {
            events.add(soft(i, Duration.ofDays(4).plusMinutes(i)));
        }
        // five days and five attempts, but two attempts on distinct days
        assertThat(policy.decide(events)).isEmpty();
        events.add(soft(14, Duration.ofDays(3)));
        events.add(soft(15, Duration.ofDays(2)));
        assertThat(policy.decide(events)).isEmpty();
        events.add(soft(16, Duration.ofDays(1)));
        assertThat(policy.decide(events))
                .hasValueSatisfying(decision -> assertThat(decision.evidence())
                        .containsExactly("soft0", "soft16", "soft15", "soft14", "soft10"));
    }

    @Test
    void countsAttemptsOnDistinctDaysAsTryingAllWouldDo() {
        Random random = new Random(6);
        int[] reached = new int[2];
        for (int round = 0; round < 3_000; round++) {
            int wanted = 2 + random.nextInt(3);
            Duration window = Duration.ofDays(3 + random.nextInt(4));
            SuppressionPolicy some = SuppressionPolicy.builder()
                    .on(BounceType.SOFT, Threshold.onDistinctDays(wanted, window, SuppressionAction.BLOCKLIST))
                    .build();
            List<BounceEvent> history = new ArrayList<>();
            for (int i = 0; i < 2 + random.nextInt(9); i++) {
                history.add(soft(i, Duration.ofHours(random.nextInt(200))).toBuilder()
                        .attempt("attempt-" + random.nextInt(5))
                        .build());
            }
            Suppression decision = some.decide(history).orElse(null);
            Instant first = byTryingAll(history, wanted, window);
            assertThat(decision == null ? null : decision.since()).isEqualTo(first);
            if (decision != null) {
                assertThat(history)
                        .filteredOn(event -> decision.evidence().contains(event.id()))
                        .hasSize(wanted)
                        .extracting(event -> event.attempt().orElseThrow())
                        .doesNotHaveDuplicates();
            }
            reached[decision == null ? 0 : 1]++;
        }
        assertThat(reached[0]).isGreaterThan(300);
        assertThat(reached[1]).isGreaterThan(300);
    }

    /** Returns the earliest time at which a window ends with that many events of distinct days and distinct attempts. */
    private static @Nullable Instant byTryingAll(List<BounceEvent> history, int wanted, Duration window) {
        return history.stream()
                .map(BounceEvent::occurredAt)
                .sorted()
                .filter(end -> {
                    List<BounceEvent> within = history.stream()
                            .filter(event -> !event.occurredAt().isAfter(end)
                                    && !event.occurredAt().isBefore(end.minus(window)))
                            .toList();
                    return canPick(within, wanted, List.of());
                })
                .findFirst()
                .orElse(null);
    }

    private static boolean canPick(List<BounceEvent> events, int wanted, List<BounceEvent> picked) {
        if (wanted == picked.size()) {
            return true;
        }
        for (int i = 0; i < events.size(); i++) {
            BounceEvent event = events.get(i);
            Instant day = event.occurredAt().truncatedTo(ChronoUnit.DAYS);
            boolean fits = picked.stream()
                    .noneMatch(other -> other.attempt().equals(event.attempt())
                            || other.occurredAt().truncatedTo(ChronoUnit.DAYS).equals(day));
            if (fits) {
                List<BounceEvent> more = new ArrayList<>(picked);
                more.add(event);
                if (canPick(events.subList(i + 1, events.size()), wanted, more)) {
                    return true;
                }
            }
        }
        return false;
    }

    @Test
    void countsAFloodOfOneAttemptAsFastAsAnything() {
        SuppressionPolicy year = SuppressionPolicy.builder()
                .on(BounceType.SOFT, Threshold.onDistinctDays(30, Duration.ofDays(365), SuppressionAction.BLOCKLIST))
                .build();
        List<BounceEvent> flood = new ArrayList<>();
        for (int i = 0; i < 40_000; i++) {
            // one attempt every day, and twenty-eight of many others
            flood.add(soft(i, Duration.ofMinutes(13L * i)).toBuilder()
                    .attempt(i % 3 == 0 ? "told-all-the-time" : "other-" + i % 28)
                    .build());
        }
        assertThat(assertTimeoutPreemptively(Duration.ofSeconds(60), () -> year.decide(flood)))
                .isEmpty();
    }

    @Test
    void namesWindowsOfHours() {
        SuppressionPolicy hours = SuppressionPolicy.builder()
                .on(BounceType.SOFT, new Threshold(2, Duration.ofHours(6), false, SuppressionAction.BLOCKLIST))
                .build();
        assertThat(hours.decide(softOnDays(0, 0)).orElseThrow().rule()).isEqualTo("soft: 2 within 6 hours");
    }

    @Test
    void refusesThresholdsThatMakeNoSense() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Threshold(0, Duration.ofDays(1), false, SuppressionAction.NONE));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Threshold(1, Duration.ZERO, false, SuppressionAction.NONE));
    }

    @Test
    void refusesMoreDaysThanTheWindowTouches() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Threshold.onDistinctDays(5, Duration.ofDays(2), SuppressionAction.BLOCKLIST))
                .withMessage(
                        "Expected at most 3 distinct days, which is what a window of PT48H touches, got 5, which it can"
                                + " never reach; take a window of 4 days or more");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Threshold(3, Duration.ofHours(24), true, SuppressionAction.BLOCKLIST));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Threshold.onDistinctDays(3, Duration.ofHours(1), SuppressionAction.BLOCKLIST));
        assertThat(Threshold.onDistinctDays(3, Duration.ofHours(25), SuppressionAction.BLOCKLIST))
                .isNotNull();
        assertThat(Threshold.onDistinctDays(
                        Integer.MAX_VALUE, Duration.ofSeconds(Long.MAX_VALUE), SuppressionAction.BLOCKLIST))
                .isNotNull();
        // what is accepted at the limit can be reached
        SuppressionPolicy policy = SuppressionPolicy.builder()
                .on(BounceType.SOFT, Threshold.onDistinctDays(3, Duration.ofDays(2), SuppressionAction.BLOCKLIST))
                .build();
        assertThat(policy.decide(softOnDays(0, 1, 2))).isPresent();
    }
}
