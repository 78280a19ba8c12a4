package org.bounce4j.jdbc;

class MariaDbLedgerTest extends LedgerTests {
    @Override
    TestDatabase database() {
        return MariaDbServer.database();
    }
}
