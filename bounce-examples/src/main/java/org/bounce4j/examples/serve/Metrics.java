package org.bounce4j.examples.serve;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/** Counts, and prints what it counted in the text format of Prometheus. No label ever holds what a sender wrote. Thread-safe. */
final class Metrics {
    private final Map<String, AtomicLong> values = new ConcurrentSkipListMap<>();
    private final Map<String, String> help = Map.of(
            "bounce_webhook_requests_total", "counter Requests by endpoint and status.",
            "bounce_webhook_microseconds_total", "counter Time spent on requests, by endpoint.",
            "bounce_events_total",
                    "counter Events that the store accepted, repeated ones included, by channel and type.",
            "bounce_scans_total", "counter Scans of the mailbox by outcome.",
            "bounce_scan_deleted_total", "counter Mails that were deleted after their events were stored.",
            "bounce_scan_failed_mails", "gauge Mails that the last scan left because something went wrong with them.",
            "bounce_scan_timestamp_seconds", "gauge When the last scan ended.",
            "bounce_store_up", "gauge Whether the store answers.");

    void add(String name, String labels, long amount) {
        value(name, labels).addAndGet(amount);
    }

    void set(String name, long amount) {
        value(name, "").set(amount);
    }

    private AtomicLong value(String name, String labels) {
        if (!help.containsKey(name)) {
            throw new IllegalArgumentException("Expected a metric with a help text, got " + name);
        }
        return values.computeIfAbsent(name + labels, (String key) -> new AtomicLong());
    }

    String text() {
        StringBuilder text = new StringBuilder();
        String last = "";
        for (Map.Entry<String, AtomicLong> each : values.entrySet()) {
            int brace = each.getKey().indexOf('{');
            String name = brace < 0 ? each.getKey() : each.getKey().substring(0, brace);
            if (!name.equals(last)) {
                String[] about = help.getOrDefault(name, "untyped ").split(" ", 2);
                text.append("# HELP ").append(name).append(' ').append(about[1]).append('\n');
                text.append("# TYPE ").append(name).append(' ').append(about[0]).append('\n');
                last = name;
            }
            text.append(each.getKey()).append(' ').append(each.getValue()).append('\n');
        }
        return text.toString();
    }

    /** Returns labels; the values must be words of ours. */
    static String labels(String name, String value, String name2, String value2) {
        return "{" + name + "=\"" + value.toLowerCase(Locale.ROOT) + "\"," + name2 + "=\""
                + value2.toLowerCase(Locale.ROOT) + "\"}";
    }

    static String labels(String name, String value) {
        return "{" + name + "=\"" + value.toLowerCase(Locale.ROOT) + "\"}";
    }
}
