package org.bounce4j.jdbc;

class H2HostileTest extends HostileTests {
    @Override
    TestDatabase database() {
        return TestDatabase.h2();
    }

    @Override
    String script() {
        return "h2.sql";
    }
}
