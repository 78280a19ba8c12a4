package org.bounce4j.jdbc;

class MariaDbErasureTest extends ErasureTests {
    @Override
    TestDatabase database() {
        return MariaDbServer.database();
    }
}
