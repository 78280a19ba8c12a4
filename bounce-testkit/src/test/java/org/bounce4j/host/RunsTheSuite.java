package org.bounce4j.host;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceSink;
import org.bounce4j.testkit.BounceSinkContract;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Has JUnit run the suite over a sink, in a process of its own, and says how many tests passed and in which module it was. */
public final class RunsTheSuite {
    private RunsTheSuite() {}

    static final class MapSinkSuite extends BounceSinkContract {
        private final Map<String, BounceEvent> stored = new ConcurrentHashMap<>();

        @Override
        protected BounceSink sink() {
            return events -> events.forEach(event -> stored.putIfAbsent(event.id(), event));
        }

        @Override
        protected Collection<BounceEvent> stored() {
            return stored.values();
        }
    }

    public static void main(String[] arguments) {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(MapSinkSuite.class))
                                .build(),
                        listener);
        TestExecutionSummary summary = listener.getSummary();
        summary.printFailuresTo(new PrintWriter(System.out, true, StandardCharsets.UTF_8), 3);
        System.out.println(BounceSinkContract.class.getModule() + ": " + summary.getTestsSucceededCount() + " passed, "
                + summary.getTestsAbortedCount() + " skipped, " + summary.getTotalFailureCount() + " failed");
    }
}
