package org.bounce4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceSink;
import org.bounce4j.Trust;
import org.junit.jupiter.api.Test;

/** Shows that the suite fails for sinks that break the contract. */
class ContractCatchesTest {
    private static final String ONCE = "an event is stored once by its id()";

    private static final class Suite extends BounceSinkContract {
        private final BounceSink sink;
        private final Collection<BounceEvent> stored;

        Suite(BounceSink sink, Collection<BounceEvent> stored) {
            this.sink = sink;
            this.stored = stored;
        }

        @Override
        protected BounceSink sink() {
            return sink;
        }

        @Override
        protected Collection<BounceEvent> stored() {
            return stored;
        }

        @Override
        protected boolean breakHalfWay() {
            return true;
        }
    }

    @Test
    void aSinkThatStoresTwice() {
        List<BounceEvent> stored = new ArrayList<>();
        Suite suite = new Suite(stored::addAll, stored);
        assertThatThrownBy(suite::takesABatchThatComesAgainAsDone)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(ONCE);
        stored.clear();
        assertThatThrownBy(suite::takesTheSameIdTwiceInOneBatch)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(ONCE);
        assertThat(stored).hasSize(3);
        stored.clear();
        assertThatThrownBy(suite::keepsTheFirstOfTwoEventsWithOneId)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(ONCE);
        List<BounceEvent> concurrent = new CopyOnWriteArrayList<>();
        assertThatThrownBy(new Suite(concurrent::addAll, concurrent)::storesEachEventOnceUnderConcurrentCalls)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(ONCE);
    }

    @Test
    void aSinkThatLosesOrOverwrites() {
        Suite losing = new Suite(events -> {}, List.of());
        assertThatThrownBy(losing::storesWhatItAccepts).isInstanceOf(AssertionError.class);
        assertThatThrownBy(losing::storesTheLargestBatch).isInstanceOf(AssertionError.class);
        Map<String, BounceEvent> stored = new LinkedHashMap<>();
        Suite overwriting =
                new Suite(events -> events.forEach(event -> stored.put(event.id(), event)), stored.values());
        assertThatThrownBy(overwriting::keepsTheFirstOfTwoEventsWithOneId)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("the first is kept");
    }

    @Test
    void aSinkThatLosesTheRestOfABatchBesideWhatItKnows() {
        Map<String, BounceEvent> stored = new LinkedHashMap<>();
        BounceSink sink = events -> {
            if (events.stream().noneMatch(event -> stored.containsKey(event.id()))) {
                events.forEach(event -> stored.put(event.id(), event));
            }
        };
        assertThatThrownBy(new Suite(sink, stored.values())::takesABatchThatComesAgainAsDone)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("number of events");
        stored.clear();
        int[] calls = {0};
        BounceSink breaking = events -> {
            sink.accept(events);
            if (++calls[0] == 2) {
                throw new IllegalStateException("disk full");
            }
        };
        assertThatThrownBy(new Suite(breaking, stored.values())::storesABatchOnceThatFailedHalfWayAndComesAgain)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("number of events");
    }

    @Test
    void aSinkThatRefusesWhatItKnows() {
        Map<String, BounceEvent> stored = new LinkedHashMap<>();
        BounceSink sink = events -> {
            for (BounceEvent event : events) {
                if (stored.putIfAbsent(event.id(), event) != null) {
                    throw new IllegalStateException("duplicate key");
                }
            }
        };
        Suite suite = new Suite(sink, stored.values());
        assertThatThrownBy(suite::takesABatchThatComesAgainAsDone).hasMessage("duplicate key");
        stored.clear();
        assertThatThrownBy(suite::takesTheSameIdTwiceInOneBatch).hasMessage("duplicate key");
        stored.clear();
        assertThatThrownBy(suite::keepsTheFirstOfTwoEventsWithOneId).hasMessage("duplicate key");
        stored.clear();
        assertThatThrownBy(suite::storesEachEventOnceUnderConcurrentCalls).hasMessageContaining("duplicate key");
    }

    @Test
    void aSinkThatLosesSomeEventsOrStoresOthersInTheirPlace() {
        Map<String, BounceEvent> stored = new LinkedHashMap<>();
        Suite losing = new Suite(
                events -> events.stream()
                        .filter(event -> event.tags().isEmpty())
                        .forEach(event -> stored.putIfAbsent(event.id(), event)),
                stored.values());
        assertThatThrownBy(losing::storesWhatItAccepts)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("was not stored");
        stored.clear();
        Suite renaming = new Suite(
                events -> events.forEach(event -> stored.putIfAbsent(
                        event.id(), event.toBuilder().id(event.id() + "x").build())),
                stored.values());
        assertThatThrownBy(renaming::storesWhatItAccepts)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("the ids of the events stored");
        stored.clear();
        assertThatThrownBy(new Suite(
                        events -> events.stream()
                                .limit(BounceSink.MAX_BATCH - 1)
                                .forEach(event -> stored.putIfAbsent(event.id(), event)),
                        stored.values())::storesTheLargestBatch)
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void aSinkThatMixesUpTheEventsOfABatch() {
        Map<String, BounceEvent> stored = new LinkedHashMap<>();
        Suite mixing = new Suite(
                events -> events.forEach(event -> stored.putIfAbsent(
                        event.id(),
                        event.toBuilder()
                                .recipient(events.get(0).recipient().orElseThrow())
                                .build())),
                stored.values());
        assertThatThrownBy(mixing::storesWhatItAccepts)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("value by value");
    }

    @Test
    void aSinkThatDropsAValue() {
        List<UnaryOperator<BounceEvent.Builder>> droppers = List.of(
                event -> event.reason(BounceReason.UNKNOWN),
                event -> event.rule(null),
                event -> event.trust(Trust.UNVERIFIED),
                event -> event.reportedRecipient(null),
                event -> event.subscriber(null),
                event -> event.campaign(null),
                event -> event.status(null),
                event -> event.replyCode(0),
                event -> event.diagnostic(null),
                event -> event.remoteMta(null),
                event -> event.attempt(null),
                event -> event.messageId(null),
                event -> event.providerMessageId(null),
                event -> event.occurredAt(null),
                event -> event.tags(Map.of()),
                event -> event.meta(null));
        for (UnaryOperator<BounceEvent.Builder> dropper : droppers) {
            Map<String, BounceEvent> stored = new LinkedHashMap<>();
            Suite dropping = new Suite(
                    events -> events.forEach(event -> stored.putIfAbsent(
                            event.id(), dropper.apply(event.toBuilder()).build())),
                    stored.values());
            assertThatThrownBy(dropping::storesWhatItAccepts).isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void aSinkThatSwallowsItsStoragesFailure() {
        List<BounceEvent> stored = new ArrayList<>();
        Suite suite = new Suite(events -> {}, stored);
        assertThatThrownBy(suite::storesABatchOnceThatFailedHalfWayAndComesAgain)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("must throw");
    }
}
