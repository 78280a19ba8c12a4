package org.bounce4j.jdbc;

class MariaDbSinkTest extends SinkTests {
    @Override
    TestDatabase database() {
        return MariaDbServer.database();
    }
}
