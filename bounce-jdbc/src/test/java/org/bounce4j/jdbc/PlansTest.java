package org.bounce4j.jdbc;

import java.util.List;
import java.util.stream.Stream;

class PlansTest extends PlansTests {
    @Override
    TestDatabase database() {
        return TestDatabase.postgres();
    }

    @Override
    List<String> preparations() {
        return List.of(
                "INSERT INTO bounce_ledger (subject, scope, action, type, reason, rule_name, since) SELECT 'v' || n ||"
                        + " '@d.example', '', 'BLOCKLIST', 'HARD', 'USER_UNKNOWN', 'hard: the first one',"
                        + " timestamp '2025-01-01' FROM generate_series(1, 300000) AS s(n)",
                "VACUUM ANALYZE");
    }

    @Override
    boolean isFullScan(String plan) {
        return Stream.of("event", "ledger", "action").anyMatch(table -> plan.contains("Seq Scan on bounce_" + table));
    }
}
