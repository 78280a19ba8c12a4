package org.bounce4j.jdbc;

class H2ReleaseTest extends ReleaseTests {
    @Override
    TestDatabase database() {
        return TestDatabase.h2();
    }
}
