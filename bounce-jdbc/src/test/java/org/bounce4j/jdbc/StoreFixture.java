package org.bounce4j.jdbc;

import static org.bounce4j.jdbc.TestEvents.CLOCK;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A database that has nothing but our tables at the start of each test, and whose connections can be made to fail. */
final class StoreFixture implements BeforeEachCallback, AfterEachCallback {
    final TestDatabase database;
    final HikariDataSource pool;
    final FailingDataSource failing;

    StoreFixture(TestDatabase database) {
        this.database = database;
        pool = database.pool(20);
        failing = new FailingDataSource(pool);
    }

    JdbcBounceStore.Builder builder() {
        return JdbcBounceStore.builder(failing.dataSource()).clock(CLOCK);
    }

    @Override
    public void beforeEach(ExtensionContext context) throws SQLException {
        database.empty();
        builder().build().createSchema();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        failing.repair();
        pool.close();
    }
}
