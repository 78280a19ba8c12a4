package org.bounce4j.jdbc;

class PostgresErasureTest extends ErasureTests {
    @Override
    TestDatabase database() {
        return TestDatabase.postgres();
    }
}
