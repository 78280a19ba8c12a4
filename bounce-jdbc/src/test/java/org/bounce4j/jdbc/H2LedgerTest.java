package org.bounce4j.jdbc;

class H2LedgerTest extends LedgerTests {
    @Override
    TestDatabase database() {
        return TestDatabase.h2();
    }
}
