package org.bounce4j.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A real database, empty whenever a test asks for it. */
final class TestDatabase {
    private static @Nullable EmbeddedPostgres postgres;

    private final String url;
    private final String user;
    private final List<String> empty;
    private final List<String> schema;

    TestDatabase(String url, String user, List<String> empty, List<String> schema) {
        this.url = url;
        this.user = user;
        this.empty = empty;
        this.schema = schema;
    }

    static TestDatabase h2() {
        return new TestDatabase(
                "jdbc:h2:mem:bounces;DB_CLOSE_DELAY=-1",
                "sa",
                List.of("DROP ALL OBJECTS"),
                List.of("CREATE SCHEMA \"Mail-1\""));
    }

    /** A server of its own for all tests of this JVM; it stops with it. */
    static synchronized TestDatabase postgres() {
        EmbeddedPostgres server = postgres;
        if (server == null) {
            try {
                server = EmbeddedPostgres.builder()
                        .setServerConfig("max_connections", "200")
                        .setPGStartupWait(Duration.ofSeconds(60))
                        .start();
                postgres = server;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return onPostgres(server.getPort());
    }

    static TestDatabase onPostgres(int port) {
        return new TestDatabase(
                "jdbc:postgresql://localhost:" + port + "/postgres?connectTimeout=5",
                "postgres",
                List.of(
                        "DROP SCHEMA IF EXISTS public CASCADE",
                        "DROP SCHEMA IF EXISTS \"Mail-1\" CASCADE",
                        "CREATE SCHEMA public"),
                List.of("CREATE SCHEMA \"Mail-1\""));
    }

    String url() {
        return url;
    }

    String user() {
        return user;
    }

    HikariDataSource pool(int size) {
        return pool(url, user, size);
    }

    static HikariDataSource pool(String url, String user, int size) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(0);
        config.setConnectionTimeout(5_000);
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    /** Drops everything. */
    void empty(Connection connection) throws SQLException {
        run(connection, empty);
    }

    /** Creates a second schema, "Mail-1". */
    void createSchema(Connection connection) throws SQLException {
        run(connection, schema);
    }

    private static void run(Connection connection, List<String> statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }
}
