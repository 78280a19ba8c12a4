package org.bounce4j.jdbc;

import java.util.List;

class MariaDbPlansTest extends PlansTests {
    @Override
    TestDatabase database() {
        return MariaDbServer.database();
    }

    @Override
    List<String> preparations() {
        return List.of("ANALYZE TABLE bounce_event, bounce_ledger, bounce_action");
    }

    /** Looks for the access type: a table that is only made on the way, of rows an index found, is bounded already. */
    @Override
    boolean isFullScan(String plan) {
        return plan.lines()
                .anyMatch(step -> step.contains(" | ALL | ")
                        && !step.contains(" | INSERT | ")
                        && !step.contains(" | <")
                        && !step.contains(" | bounce_schema | "));
    }
}
