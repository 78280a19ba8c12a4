package org.bounce4j.jdbc;

class PostgresReleaseTest extends ReleaseTests {
    @Override
    TestDatabase database() {
        return TestDatabase.postgres();
    }
}
