package org.bounce4j.jdbc;

class PostgresLedgerTest extends LedgerTests {
    @Override
    TestDatabase database() {
        return TestDatabase.postgres();
    }
}
