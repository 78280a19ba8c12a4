package org.bounce4j.jdbc;

class H2StoreTest extends StoreTests {
    @Override
    TestDatabase database() {
        return TestDatabase.h2();
    }
}
