package org.bounce4j.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.bounce4j.ConfigurationException;

/** What the databases say differently. */
enum Dialect {
    /** H2, 2.2 or newer. */
    H2("h2.sql", '"') {
        @Override
        String stub() {
            return "MERGE INTO bounce_ledger (subject, scope) KEY (subject, scope) VALUES (?, ?)";
        }
    },

    /** PostgreSQL, 12 or newer. */
    POSTGRESQL("postgresql.sql", '"') {
        @Override
        String stub() {
            return "INSERT INTO bounce_ledger (subject, scope) VALUES (?, ?) ON CONFLICT DO NOTHING";
        }

        @Override
        boolean boundsEach() {
            return true;
        }

        /** All rows of a batch as one array for each column: one statement, the same for any number of rows. */
        @Override
        String insert(String table, List<Column> columns, int rows) {
            // in the select list, not behind FROM, where each array would be kept in a table of its own first
            return "INSERT INTO " + table + " (" + names(columns) + ") SELECT "
                    + columns.stream()
                            .map(column -> "unnest(?::text[])" + column.kind().cast)
                            .collect(Collectors.joining(", "));
        }
    },

    /** MariaDB, 10.6 or newer; MySQL 8 by the same statements. */
    MARIADB("mariadb.sql", '`') {
        @Override
        String stub() {
            return "INSERT INTO bounce_ledger (subject, scope) VALUES (?, ?) ON DUPLICATE KEY UPDATE subject = subject";
        }

        @Override
        String in(int size) {
            return " IN (" + String.join(", ", Collections.nCopies(size, "?")) + ")";
        }

        @Override
        String insert(String table, List<Column> columns, int rows) {
            String row = "(" + String.join(", ", Collections.nCopies(columns.size(), "?")) + ")";
            return "INSERT INTO " + table + " (" + names(columns) + ") VALUES "
                    + String.join(", ", Collections.nCopies(rows, row));
        }

        /** A snapshot that a host's transaction took earlier must not hide events that were committed since. */
        @Override
        String latest() {
            return " LOCK IN SHARE MODE";
        }
    };

    private final String script;
    private final char quote;

    Dialect(String script, char quote) {
        this.script = script;
        this.quote = quote;
    }

    /** Asks a connection what it speaks. */
    static Dialect of(Connection connection) throws SQLException {
        String product = connection.getMetaData().getDatabaseProductName();
        return switch (product.toLowerCase(Locale.ROOT)) {
            case "h2" -> H2;
            case "postgresql" -> POSTGRESQL;
            case "mariadb", "mysql" -> MARIADB;
            default ->
                throw new ConfigurationException("Expected PostgreSQL, MariaDB, MySQL or H2, got " + product
                        + "; write a BounceSink of your own for it, BounceSinkContract of bounce-testkit checks it");
        };
    }

    /** Returns the name of the script of the tables. */
    String script() {
        return script;
    }

    /** Returns the name as an identifier that means nothing but this name. */
    String quoted(String name) {
        return quote + name.replace(String.valueOf(quote), String.valueOf(quote) + quote) + quote;
    }

    /** Adds a ledger row that says nothing, unless there is one. */
    abstract String stub();

    /** Says "is one of these". */
    String in(int size) {
        return " = ANY(?)";
    }

    /** Returns whether one query can have a limit for each of several recipients. */
    boolean boundsEach() {
        return false;
    }

    /** Says which rows a query of the history sees: those that are committed now. */
    String latest() {
        return "";
    }

    /** Inserts that many rows. */
    String insert(String table, List<Column> columns, int rows) {
        return "INSERT INTO " + table + " (" + names(columns) + ") VALUES ("
                + String.join(", ", Collections.nCopies(columns.size(), "?")) + ")";
    }

    static String names(List<Column> columns) {
        return columns.stream().map(Column::name).collect(Collectors.joining(", "));
    }

    /** A column and what it holds. */
    record Column(String name, Kind kind) {
        static Column text(String name) {
            return new Column(name, Kind.TEXT);
        }

        static Column time(String name) {
            return new Column(name, Kind.TIME);
        }

        static Column number(String name) {
            return new Column(name, Kind.NUMBER);
        }
    }

    /** What a column holds: texts go to a PostgreSQL array as they are, the others by their text. */
    enum Kind {
        TEXT(""),
        TIME("::timestamp"),
        NUMBER("::smallint");

        final String cast;

        Kind(String cast) {
            this.cast = cast;
        }
    }
}
