package org.bounce4j.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceSink;
import org.bounce4j.BounceType;
import org.bounce4j.EmailAddress;
import org.bounce4j.UnavailableException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeliveryTest {
    private final List<Integer> calls = new ArrayList<>();
    private final Set<Integer> accepted = new HashSet<>();

    private static int number(BounceEvent event) {
        return Integer.parseInt(event.id().substring("test.".length()));
    }

    private static List<List<BounceEvent>> units(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> List.of(BounceEvent.builder(
                                "test." + i, BounceType.SOFT, "test", EmailAddress.of("a@b.c"), Instant.EPOCH)
                        .build()))
                .toList();
    }

    /** Refuses batches with a poisonous event in them. */
    private BounceSink refusing(IntPredicate poisonous) {
        return events -> {
            calls.add(events.size());
            if (events.stream().mapToInt(DeliveryTest::number).anyMatch(poisonous)) {
                throw new IOException("refused");
            }
            events.forEach(event -> accepted.add(number(event)));
        };
    }

    private static List<Integer> failed(List<@Nullable Exception> failures) {
        return IntStream.range(0, failures.size())
                .filter(i -> failures.get(i) != null)
                .boxed()
                .toList();
    }

    @Test
    void doesNotCallAMachineWithoutMemoryUnavailable() {
        Delivery delivery = new Delivery(events -> {
            throw new OutOfMemoryError("test");
        });
        assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> delivery.deliver(units(1)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 255, 256, 498, 499})
    void findsTheOnePoisonousUnitInAFewCalls(int poisonous) {
        List<@Nullable Exception> failures = new Delivery(refusing(i -> i == poisonous)).deliver(units(500));
        assertThat(failed(failures)).containsExactly(poisonous);
        assertThat(accepted).hasSize(499);
        assertThat(calls).hasSizeLessThanOrEqualTo(19);
    }

    @Test
    void findsTwoPoisonousUnitsFarApart() {
        List<@Nullable Exception> failures = new Delivery(refusing(i -> i == 0 || i == 499)).deliver(units(500));
        assertThat(failed(failures)).containsExactly(0, 499);
        assertThat(accepted).hasSize(498);
        assertThat(calls).hasSizeLessThanOrEqualTo(19 + 2 * 16);
    }

    @Test
    void acceptsAllBesideManyPoisonousUnits() {
        List<@Nullable Exception> failures = new Delivery(refusing(i -> i < 100)).deliver(units(500));
        assertThat(failed(failures)).hasSize(100);
        assertThat(accepted).hasSize(400);
    }

    @Test
    void callsASinkThatAcceptsNothingSomeTimesAndNotTwiceForEachUnit() {
        List<@Nullable Exception> failures = new Delivery(refusing(i -> true)).deliver(units(500));
        assertThat(failed(failures)).as("none of them is acknowledged").hasSize(500);
        assertThat(calls).hasSize(19);
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 18_000, 223_000})
    void callsASinkThatAcceptsNothingNoOftenerForMoreUnits(int count) {
        List<@Nullable Exception> failures = new Delivery(refusing(i -> true)).deliver(units(count));
        assertThat(failed(failures)).as("none of them is acknowledged").hasSize(count);
        assertThat(calls).hasSize(19);
    }

    @Test
    void boundsTheCallsThatFindPoisonousUnits() {
        List<@Nullable Exception> failures = new Delivery(refusing(i -> i % 2 == 0)).deliver(units(100_000));
        assertThat(calls).hasSizeLessThanOrEqualTo(200 + 1_024);
        for (int i = 0; i < 100_000; i++) {
            assertThat(failures.get(i) == null).as("unit " + i).isEqualTo(accepted.contains(i));
        }
        assertThat(accepted).hasSizeGreaterThanOrEqualTo(250);
    }

    @Test
    void isolatesOnePoisonousUnitOfEachBatch() {
        List<@Nullable Exception> failures = new Delivery(refusing(i -> i % 500 == 123)).deliver(units(20_000));
        assertThat(failed(failures)).hasSize(40).allMatch(i -> i % 500 == 123);
        assertThat(accepted).hasSize(20_000 - 40);
    }

    @Test
    void acceptsInTheEndWhatIsBetweenPoisonousBatches() {
        // whatever a delivery does not try, one of the next does
        Delivery poisonousBatches = new Delivery(refusing(i -> i / 500 % 2 == 0));
        for (int i = 0; i < 600; i++) {
            poisonousBatches.deliver(units(10_000));
        }
        assertThat(accepted).hasSize(5_000);
        accepted.clear();
        Delivery poisonousHalf = new Delivery(refusing(i -> i % 2 == 0));
        for (int i = 0; i < 400; i++) {
            poisonousHalf.deliver(units(10_000));
        }
        assertThat(accepted).hasSize(5_000);
    }

    @Test
    void starvesNobodyBehindRefusedBatchesOfAnother() {
        Delivery shared = new Delivery(refusing(i -> i < 1_000));
        for (int i = 0; i < 200; i++) {
            shared.deliver(units(20));
            shared.deliver(units(1_300));
        }
        assertThat(accepted).hasSize(300);
    }

    @Test
    void triesOtherUnitsNextTimeSoThatMostlyPoisonousBatchesBlockNothingForGood() {
        Delivery delivery = new Delivery(refusing(i -> i != 333));
        for (int i = 0; i < 1_000; i++) {
            delivery.deliver(units(500));
        }
        assertThat(accepted).containsExactly(333);
    }

    @Test
    void triesASingleUnitOnceMore() {
        assertThat(failed(new Delivery(refusing(i -> true)).deliver(units(1)))).containsExactly(0);
        assertThat(calls).containsExactly(1, 1);
    }

    @Test
    void stopsWhereTheSinkIsUnavailable() {
        Delivery delivery = new Delivery(events -> {
            calls.add(events.size());
            throw new UnavailableException("down");
        });
        assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> delivery.deliver(units(500)));
        assertThat(calls).hasSize(1);
    }
}
