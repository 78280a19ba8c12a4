package org.bounce4j.jdbc;

class H2ErasureTest extends ErasureTests {
    @Override
    TestDatabase database() {
        return TestDatabase.h2();
    }
}
