package org.bounce4j.jdbc;

class MariaDbReleaseTest extends ReleaseTests {
    @Override
    TestDatabase database() {
        return MariaDbServer.database();
    }
}
