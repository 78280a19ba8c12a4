package org.bounce4j.jdbc;

class PostgresSinkTest extends SinkTests {
    @Override
    TestDatabase database() {
        return TestDatabase.postgres();
    }
}
