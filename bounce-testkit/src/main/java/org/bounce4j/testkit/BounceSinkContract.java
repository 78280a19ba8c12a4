package org.bounce4j.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceEventJson;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceSink;
import org.bounce4j.BounceType;
import org.bounce4j.EmailAddress;
import org.bounce4j.EnhancedStatus;
import org.bounce4j.Trust;
import org.junit.jupiter.api.Test;

/**
 * Checks a sink against the contract of {@link BounceSink}: above all that an event is stored once by its {@code id()},
 * however often it comes. Extend it in your tests; JUnit runs what it inherits.
 *
 * <pre>{@code
 * class MySinkTest extends BounceSinkContract {
 *     private final Map<String, BounceEvent> stored = new ConcurrentHashMap<>();    // here stands your storage
 *
 *     protected BounceSink sink() { return events -> events.forEach(event -> stored.putIfAbsent(event.id(), event)); }
 *
 *     protected Collection<BounceEvent> stored() { return stored.values(); }
 * }
 * }</pre>
 */
public abstract class BounceSinkContract {
    private static final String ONCE = "an event is stored once by its id(), however often it comes";
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    /** Creates the suite. */
    protected BounceSinkContract() {}

    /**
     * Returns the sink, empty at the start of each test.
     *
     * @return the sink
     * @throws Exception if it cannot be had; the test fails
     */
    protected abstract BounceSink sink() throws Exception;

    /**
     * Returns what the sink holds now.
     *
     * @return all events, in any order
     * @throws Exception if they cannot be read; the test fails
     */
    protected abstract Collection<BounceEvent> stored() throws Exception;

    /**
     * Makes the storage fail in the middle of the next batch, after a part of it was written. Override it where that can be
     * done; the tests that need it are skipped elsewhere.
     *
     * @return whether the storage will fail
     * @throws Exception if it cannot be broken; the test fails
     */
    protected boolean breakHalfWay() throws Exception {
        return false;
    }

    /**
     * Ends what {@link #breakHalfWay()} began.
     *
     * @throws Exception if it cannot be repaired; the test fails
     */
    protected void repair() throws Exception {}

    private static BounceEvent event(String id) {
        return BounceEvent.builder(
                        "contract.1." + id,
                        BounceType.HARD,
                        "contract",
                        EmailAddress.of("user" + id + "@example.com"),
                        NOW)
                .reason(BounceReason.USER_UNKNOWN)
                .build();
    }

    /** An event with a value of every kind: whatever a storage drops or cuts shows. */
    private static BounceEvent full() {
        return BounceEvent.builder(
                        "contract.1.full", BounceType.SOFT, "contract", EmailAddress.of("Full@example.com"), NOW)
                .attempt("contract.1.attempt")
                .reason(BounceReason.MAILBOX_FULL)
                .rule("contract rule")
                .trust(Trust.AUTHENTICATED)
                .reportedRecipient(EmailAddress.of("forwarded@example.net"))
                .subscriber("subscriber-1")
                .campaign("campaign-1")
                .status(new EnhancedStatus(5, 2, 2))
                .replyCode(552)
                .diagnostic("552 5.2.2 Postfach voll f\u00fcr \ud83d\udcec")
                .remoteMta("mx.example.com")
                .messageId("message-1@example.org")
                .providerMessageId("provider-1")
                .occurredAt(NOW.minusMillis(60_123))
                .tags(Map.of("category", "news"))
                .meta("{\"fact\":[1,\"two\"]}")
                .build();
    }

    private static List<BounceEvent> events(int from, int to) {
        List<BounceEvent> events = new ArrayList<>();
        for (int i = from; i < to; i++) {
            events.add(event(Integer.toString(i)));
        }
        return List.copyOf(events);
    }

    private void assertStored(Collection<BounceEvent> expected) throws Exception {
        Collection<BounceEvent> stored = stored();
        assertEquals(expected.size(), stored.size(), "the number of events stored; " + ONCE);
        assertEquals(ids(expected), ids(stored), "the ids of the events stored");
    }

    private static Set<String> ids(Collection<BounceEvent> events) {
        Set<String> ids = new HashSet<>();
        for (BounceEvent event : events) {
            assertTrue(ids.add(event.id()), () -> "stored twice: " + event.id() + "; " + ONCE);
        }
        return ids;
    }

    /**
     * Checks that events are stored as they were handed over.
     *
     * @throws Exception if the sink or its storage fails; the test fails
     */
    @Test
    public void storesWhatItAccepts() throws Exception {
        sink().accept(events(0, 3));
        assertStored(events(0, 3));
        assertEquals(new HashSet<>(events(0, 3)), new HashSet<>(stored()), "the events, value by value");
        sink().accept(List.of(full()));
        for (BounceEvent event : stored()) {
            if (event.id().equals(full().id())) {
                // as text, so that what is missing can be seen
                assertEquals(
                        BounceEventJson.writeString(full()),
                        BounceEventJson.writeString(event),
                        "an event with all its values");
                assertEquals(full(), event, "an event with all its values");
                return;
            }
        }
        fail("an event with all its values was not stored");
    }

    /**
     * Checks that a batch of {@link BounceSink#MAX_BATCH} events is stored.
     *
     * @throws Exception if the sink or its storage fails; the test fails
     */
    @Test
    public void storesTheLargestBatch() throws Exception {
        sink().accept(events(0, BounceSink.MAX_BATCH));
        assertStored(events(0, BounceSink.MAX_BATCH));
    }

    /**
     * Checks that a batch which comes again is taken and changes nothing.
     *
     * @throws Exception if the sink or its storage fails; the test fails
     */
    @Test
    public void takesABatchThatComesAgainAsDone() throws Exception {
        BounceSink sink = sink();
        sink.accept(events(0, 5));
        sink.accept(events(0, 5));
        sink.accept(events(3, 8));
        assertStored(events(0, 8));
    }

    /**
     * Checks that an id which stands twice in a batch is stored once.
     *
     * @throws Exception if the sink or its storage fails; the test fails
     */
    @Test
    public void takesTheSameIdTwiceInOneBatch() throws Exception {
        sink().accept(List.of(event("1"), event("2"), event("1")));
        assertStored(List.of(event("1"), event("2")));
    }

    /**
     * Checks that the first of two events with one id stays.
     *
     * @throws Exception if the sink or its storage fails; the test fails
     */
    @Test
    public void keepsTheFirstOfTwoEventsWithOneId() throws Exception {
        BounceSink sink = sink();
        sink.accept(List.of(event("1")));
        sink.accept(List.of(event("1").toBuilder().type(BounceType.SOFT).build()));
        assertEquals(
                List.of(event("1")),
                List.copyOf(stored()),
                ONCE + "; of two events with one id the first is kept as it is");
    }

    /**
     * Checks that concurrent calls store each event once, and come back within two minutes.
     *
     * @throws Exception if the sink or its storage fails; the test fails
     */
    @Test
    public void storesEachEventOnceUnderConcurrentCalls() throws Exception {
        BounceSink sink = sink();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Boolean>> calls = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                int from = i % 20 * 5;
                Callable<Boolean> call = () -> {
                    sink.accept(events(from, from + 20));
                    return true;
                };
                calls.add(threads.submit(call));
            }
            for (Future<Boolean> call : calls) {
                assertTrue(call.get(2, TimeUnit.MINUTES));
            }
        } finally {
            threads.shutdownNow();
        }
        assertStored(events(0, 115));
    }

    /**
     * Checks that a batch which failed half-way is stored once when it comes again.
     *
     * @throws Exception if the sink or its storage fails; the test fails
     */
    @Test
    public void storesABatchOnceThatFailedHalfWayAndComesAgain() throws Exception {
        BounceSink sink = sink();
        sink.accept(events(0, 2));
        assumeTrue(breakHalfWay(), "the storage of this test cannot be made to fail half-way");
        assertThrows(Exception.class, () -> sink.accept(events(0, 10)), "a sink whose storage failed must throw");
        repair();
        sink.accept(events(0, 10));
        assertStored(events(0, 10));
    }
}
