package org.bounce4j.jdbc;

class MariaDbHostileTest extends HostileTests {
    @Override
    TestDatabase database() {
        return MariaDbServer.database();
    }

    @Override
    String script() {
        return "mariadb.sql";
    }
}
