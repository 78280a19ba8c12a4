package org.bounce4j.jdbc;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariDataSource;
import org.bounce4j.ConfigurationException;
import org.junit.jupiter.api.Test;

class H2StoreTest extends StoreTests {
    @Override
    TestDatabase database() {
        return TestDatabase.h2();
    }

    @Test
    void saysHowADatabaseInMemoryForgetsItsTables() {
        try (HikariDataSource empty = TestDatabase.pool("jdbc:h2:mem:forgetful", "sa", 1)) {
            JdbcBounceStore store = JdbcBounceStore.builder(empty).build();
            assertThatExceptionOfType(ConfigurationException.class)
                    .isThrownBy(() -> store.suppressionList().contains("jane@example.com"))
                    .withMessageContaining("createSchema")
                    .withMessageContaining("DB_CLOSE_DELAY=-1");
        }
    }
}
