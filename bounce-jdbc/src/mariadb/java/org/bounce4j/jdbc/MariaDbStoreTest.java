package org.bounce4j.jdbc;

class MariaDbStoreTest extends StoreTests {
    @Override
    TestDatabase database() {
        return MariaDbServer.database();
    }
}
