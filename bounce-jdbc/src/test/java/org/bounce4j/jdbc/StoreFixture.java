package org.bounce4j.jdbc;

import static org.bounce4j.jdbc.TestEvents.CLOCK;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bounce4j.suppression.SuppressionDecision;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A store on an empty database, whose connections can be made to fail. */
final class StoreFixture implements BeforeEachCallback, AfterEachCallback {
    final TestDatabase database;
    final HikariDataSource pool;
    final FailingDataSource failing;
    final List<SuppressionDecision> told = new CopyOnWriteArrayList<>();
    final JdbcBounceStore store;

    StoreFixture(TestDatabase database) {
        this.database = database;
        pool = database.pool(10);
        failing = new FailingDataSource(pool);
        store = builder().listener(told::add).build();
    }

    JdbcBounceStore.Builder builder() {
        return JdbcBounceStore.builder(failing.dataSource()).clock(CLOCK);
    }

    /** Returns a store in which each campaign is a scope of its own. */
    JdbcBounceStore byCampaign() {
        return builder().scope(event -> event.campaign().orElse(null)).build();
    }

    @Override
    public void beforeEach(ExtensionContext context) throws SQLException {
        try (Connection connection = DriverManager.getConnection(database.url(), database.user(), "")) {
            database.empty(connection);
        }
        store.createSchema();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        failing.repair();
        pool.close();
    }

    /** Returns all that stands in the tables, as text. */
    String everything() throws SQLException {
        StringBuilder text = new StringBuilder();
        String quote = database.url().contains("mariadb") ? "`" : "\"";
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            for (String table : List.of("bounce_schema", "bounce_event", "bounce_ledger", "bounce_action")) {
                try (ResultSet row = statement.executeQuery("SELECT * FROM " + quote + table + quote)) {
                    while (row.next()) {
                        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                            text.append(row.getString(i)).append('\n');
                        }
                    }
                }
            }
        }
        return text.toString();
    }
}
