package org.bounce4j.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bounce4j.suppression.SuppressionDecision;
import org.bounce4j.suppression.SuppressionList;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Gives each test an empty store whose connections can be made to fail; who extends it last names the database. */
abstract class DatabaseTests {
    @RegisterExtension
    private final StoreFixture fixture = new StoreFixture(database());

    final TestDatabase database = fixture.database;
    final HikariDataSource pool = fixture.pool;
    final FailingDataSource failing = fixture.failing;

    /** What the listener of {@link #store} heard. */
    final List<SuppressionDecision> told = new CopyOnWriteArrayList<>();

    final JdbcBounceStore store = createStore();
    final SuppressionList list = store.suppressionList();

    abstract TestDatabase database();

    JdbcBounceStore createStore() {
        return builder().listener(told::add).build();
    }

    /** Returns a builder of further stores on the same tables. */
    JdbcBounceStore.Builder builder() {
        return fixture.builder();
    }

    /** Returns a store in which each campaign is a scope of its own. */
    JdbcBounceStore byCampaign() {
        return builder().scope(event -> event.campaign().orElse(null)).build();
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
