package org.bounce4j.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Measures the processor time that the benchmark's threads take for an operation, and reports the least of all iterations: on
 * a machine that others share, the time on the clock says more of them than of the benchmark. Use it by {@code -prof
 * org.bounce4j.benchmarks.CpuTimeProfiler}.
 */
public final class CpuTimeProfiler implements InternalProfiler {
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private Map<Long, Long> before = Map.of();

    @Override
    public String getDescription() {
        return "processor time of the benchmark's threads for an operation";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        before = nanoseconds();
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        long nanoseconds = 0;
        for (Map.Entry<Long, Long> thread : nanoseconds().entrySet()) {
            nanoseconds += thread.getValue() - before.getOrDefault(thread.getKey(), 0L);
        }
        double microseconds =
                nanoseconds / 1_000.0 / Math.max(1, result.getMetadata().getAllOps());
        return List.of(new ScalarResult("cpu", microseconds, "us/op", AggregationPolicy.MIN));
    }

    private Map<Long, Long> nanoseconds() {
        Map<Long, Long> times = new HashMap<>();
        for (long id : threads.getAllThreadIds()) {
            ThreadInfo thread = threads.getThreadInfo(id);
            if (thread != null && thread.getThreadName().contains("jmh-worker")) {
                times.put(id, Math.max(0, threads.getThreadCpuTime(id)));
            }
        }
        return times;
    }
}
