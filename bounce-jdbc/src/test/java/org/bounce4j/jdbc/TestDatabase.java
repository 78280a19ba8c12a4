package org.bounce4j.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A real database, empty whenever a test asks for it. */
final class TestDatabase {
    /** Less than a statement of the store waits. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** MariaDB looks for waiting transactions anew only where nobody has asked for 100 ms. */
    private static final Duration PAUSE = Duration.ofMillis(150);

    private static @Nullable EmbeddedPostgres postgres;

    private final String url;
    private final String user;
    private final List<String> empty;
    private final List<String> schema;
    private final List<Login> wrong;
    private final String unreachable;
    private final String waiting;

    /** Where somebody knocks. */
    record Login(String url, String user, String password) {}

    TestDatabase(
            String url,
            String user,
            List<String> empty,
            List<String> schema,
            List<Login> wrong,
            String unreachable,
            String waiting) {
        this.url = url;
        this.user = user;
        this.empty = empty;
        this.schema = schema;
        this.wrong = wrong;
        this.unreachable = unreachable;
        this.waiting = waiting;
    }

    static TestDatabase h2() {
        return new TestDatabase(
                "jdbc:h2:mem:bounces;DB_CLOSE_DELAY=-1",
                "sa",
                List.of("DROP ALL OBJECTS"),
                List.of("CREATE SCHEMA \"Mail-1\""),
                List.of(
                        new Login("jdbc:h2:mem:bounces;PASSWORD=secret;NO_SUCH_SETTING=1", "sa", ""),
                        new Login("jdbc:h2:bounces;PASSWORD=secret", "sa", ""),
                        new Login("jdbc:h2:mem:nowhere;IFEXISTS=TRUE", "sa", ""),
                        new Login("jdbc:h2:", "sa", ""),
                        new Login("jdbc:h2:mem:bounces", "sa", "secret"),
                        new Login("jdbc:h2:mem:bounces", "nobody", "secret")),
                "jdbc:h2:tcp://localhost:1/bounces",
                // QUIRK: H2 names no blocker of an insert that waits for an uncommitted row of the same key: it tries
                // the statement again and again
                """
                SELECT 1 FROM INFORMATION_SCHEMA.SESSIONS WHERE BLOCKER_ID IS NOT NULL
                OR SESSION_STATE = 'RUNNING' AND CONTAINS_UNCOMMITTED AND EXECUTING_STATEMENT LIKE 'INSERT %'
                    AND EXECUTING_STATEMENT_START < DATEADD(MILLISECOND, -500, CURRENT_TIMESTAMP)""");
    }

    /** A server of its own for all tests of this JVM; it stops with it. */
    static synchronized TestDatabase postgres() {
        EmbeddedPostgres server = postgres;
        if (server == null) {
            try {
                server = server().setServerConfig("max_connections", "200").start();
                postgres = server;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return onPostgres(server.getPort());
    }

    /** Starts a server's configuration. */
    static EmbeddedPostgres.Builder server() {
        return EmbeddedPostgres.builder()
                // its folder is that of whoever was here first, and shut to others where their umask says so
                .setOverrideWorkingDirectory(Path.of(
                                System.getProperty("java.io.tmpdir"),
                                "bounce4j-postgres-" + System.getProperty("user.name"))
                        .toFile())
                .setPGStartupWait(Duration.ofSeconds(60));
    }

    static TestDatabase onPostgres(int port) {
        return new TestDatabase(
                "jdbc:postgresql://localhost:" + port + "/postgres?connectTimeout=5",
                "postgres",
                List.of(
                        "DROP SCHEMA IF EXISTS public CASCADE",
                        "DROP SCHEMA IF EXISTS \"Mail-1\" CASCADE",
                        "CREATE SCHEMA public"),
                List.of("CREATE SCHEMA \"Mail-1\""),
                List.of(
                        new Login("jdbc:postgresql://localhost:" + port + "/nowhere", "postgres", "secret"),
                        new Login("jdbc:postgresql://localhost:" + port + "/postgres", "nobody", "secret")),
                "jdbc:postgresql://localhost:1/postgres",
                "SELECT 1 FROM pg_locks WHERE NOT granted");
    }

    /** Returns what lets nobody in, however often it is tried. */
    List<Login> wrong() {
        return wrong;
    }

    /** Returns a URL behind which there is nothing now. */
    String unreachable() {
        return unreachable;
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

    /** Connects past every pool. */
    Connection connect() throws SQLException {
        return DriverManager.getConnection(url, user, "");
    }

    /** Waits until a transaction waits for another one, and fails where none ever does. */
    void awaitWaiting() throws SQLException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            while (System.nanoTime() < end) {
                try (ResultSet row = statement.executeQuery(waiting)) {
                    if (row.next()) {
                        return;
                    }
                }
                Thread.sleep(PAUSE.toMillis());
            }
        }
        throw new AssertionError("Expected a transaction that waits for another one, got none in " + PATIENCE);
    }

    /** Drops everything. */
    void empty() throws SQLException {
        try (Connection connection = connect()) {
            empty(connection);
        }
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
