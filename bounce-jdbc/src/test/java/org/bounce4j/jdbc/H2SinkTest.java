package org.bounce4j.jdbc;

class H2SinkTest extends SinkTests {
    @Override
    TestDatabase database() {
        return TestDatabase.h2();
    }
}
