package org.bounce4j.jdbc;

class PostgresStoreTest extends StoreTests {
    @Override
    TestDatabase database() {
        return TestDatabase.postgres();
    }
}
