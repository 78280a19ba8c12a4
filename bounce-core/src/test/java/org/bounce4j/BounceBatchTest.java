package org.bounce4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BounceBatchTest {
    private final List<List<BounceEvent>> calls = new ArrayList<>();

    private static BounceBatch batch(int events) {
        return BounceBatch.of(IntStream.range(0, events)
                .mapToObj(i -> BounceEvent.builder(
                                "test." + i, BounceType.HARD, "test", EmailAddress.of("a@b.c"), Instant.EPOCH)
                        .build())
                .toList());
    }

    @Test
    void givesASinkNoMoreThanItTakes() throws Exception {
        batch(501).deliverTo(calls::add);
        assertThat(calls).extracting(List::size).containsExactly(500, 1);
    }

    @Test
    void callsNoSinkWhereNothingHappened() throws Exception {
        new BounceBatch(List.of(), batch(1).events(), List.of()).deliverTo(calls::add);
        assertThat(calls).isEmpty();
    }

    @Test
    void passesOnWhatTheSinkThrows() {
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> batch(1).deliverTo(events -> {
                    throw new UnavailableException("the database is down");
                }));
    }

    @Test
    void isDeliveredWhereWhatCouldBeReadIsNoConcernOfOurs() throws Exception {
        Undigested part = new Undigested("ses", new byte[] {'x'}, "expected JSON");
        new BounceBatch(List.of(), List.of(), List.of(part), true).deliverTo(calls::add);
        assertThat(calls).isEmpty();
        assertThat(new BounceBatch(List.of(), List.of(), List.of(part)).readable())
                .isFalse();
        assertThat(BounceBatch.empty().readable()).isTrue();
        assertThat(new BounceBatch(batch(1).events(), List.of(), List.of(part), false).readable())
                .isTrue();
    }

    @Test
    void isNotDeliveredWhereNothingOfItCouldBeRead() throws Exception {
        Undigested part = new Undigested("ses", new byte[] {'x'}, "expected JSON");
        List<BounceEvent> taken = new ArrayList<>();
        assertThatExceptionOfType(MalformedPayloadException.class)
                .isThrownBy(() -> new BounceBatch(List.of(), List.of(), List.of(part)).deliverTo(taken::addAll))
                .withMessageContaining("expected JSON");
        BounceEvent event = BounceEvent.builder(
                        "1",
                        BounceType.HARD,
                        "t",
                        EmailAddress.of("a@b.example"),
                        Instant.parse("2026-03-01T12:00:00Z"))
                .build();
        new BounceBatch(List.of(event), List.of(), List.of(part)).deliverTo(taken::addAll);
        assertThat(taken).containsExactly(event);
    }
}
