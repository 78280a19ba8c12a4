package org.bounce4j.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.bounce4j.ConfigurationException;
import org.junit.jupiter.api.Test;

class PostgresStoreTest extends StoreTests {
    @Override
    TestDatabase database() {
        return TestDatabase.postgres();
    }

    @Test
    void asksAPersonWhereAPermissionIsMissing() throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("DO $$ BEGIN CREATE ROLE reader; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
            statement.execute("GRANT USAGE ON SCHEMA public TO reader");
            statement.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader");
        }
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(database.url());
        config.setUsername(database.user());
        config.setConnectionInitSql("SET ROLE reader");
        config.setMaximumPoolSize(1);
        try (HikariDataSource pool = new HikariDataSource(config)) {
            JdbcBounceStore reading = JdbcBounceStore.builder(pool).build();
            assertThat(reading.count()).isZero();
            assertThatExceptionOfType(ConfigurationException.class)
                    .isThrownBy(() ->
                            reading.accept(List.of(WriterProcess.numbered(1, 1).get(0))))
                    .withMessageContaining("grant");
        }
    }
}
