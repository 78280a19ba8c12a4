package org.bounce4j.jdbc;

class PostgresHostileTest extends HostileTests {
    @Override
    TestDatabase database() {
        return TestDatabase.postgres();
    }

    @Override
    String script() {
        return "postgresql.sql";
    }
}
