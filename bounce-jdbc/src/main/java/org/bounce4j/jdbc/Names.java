package org.bounce4j.jdbc;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The names that the host gave the tables. Thread-safe. */
final class Names {
    /** The longest schema or prefix in bytes of UTF-8: what is left of PostgreSQL's 63 bytes is for our own part of an index's name. */
    static final int MAX_LENGTH = 32;

    static final String PREFIX = "bounce_";

    private static final Pattern TABLE = Pattern.compile("\\bbounce_(schema|event|ledger|action)\\b");
    private static final Pattern QUOTED = Pattern.compile("[\"`]bounce_(\\w+)[\"`]");
    /** Lists of different lengths make different statements: keep only the fixed ones. */
    private static final int MAX_CACHED = 200;

    private final @Nullable String schema;
    private final String prefix;
    private final Map<String, String> named = new ConcurrentHashMap<>();

    Names(@Nullable String schema, String prefix) {
        this.schema = schema;
        this.prefix = prefix;
    }

    /**
     * Checks a name.
     *
     * @throws IllegalArgumentException if it cannot be one
     */
    static String checked(String name, String what) {
        boolean good = !name.isBlank()
                && name.getBytes(StandardCharsets.UTF_8).length <= MAX_LENGTH
                && name.chars().allMatch(c -> c == '_' || c == '-' || c == '$' || Character.isLetterOrDigit(c));
        if (!good) {
            throw new IllegalArgumentException("Expected a " + what + " of 1 to " + MAX_LENGTH
                    + " letters (others than a to z take more room), digits, _, - and $, got a text of " + name.length()
                    + " characters that is none");
        }
        return name;
    }

    /** Returns the names as a host gave them. */
    @Override
    public String toString() {
        return (schema == null ? "" : schema + ".") + prefix + "*";
    }

    /** Puts the names into a statement. */
    String in(String sql, Dialect dialect) {
        String done = named.get(sql);
        if (done == null) {
            done = TABLE.matcher(sql)
                    .replaceAll(match -> Matcher.quoteReplacement(table(PREFIX + match.group(1), dialect)));
            if (named.size() < MAX_CACHED) {
                named.put(sql, done);
            }
        }
        return done;
    }

    /** Puts the names into a script, in which tables and indexes stand quoted. */
    String inScript(String script, Dialect dialect) {
        return QUOTED.matcher(script).replaceAll(match -> {
            String name = PREFIX + match.group(1);
            boolean isTable = TABLE.matcher(name).matches();
            // PostgreSQL wants the name of an index without a schema, H2 with one, MariaDB has them in the table
            boolean qualified = isTable || dialect == Dialect.H2;
            return Matcher.quoteReplacement(qualified ? table(name, dialect) : dialect.quoted(own(name)));
        });
    }

    private String own(String name) {
        return prefix + name.substring(PREFIX.length());
    }

    private String table(String name, Dialect dialect) {
        String quoted = dialect.quoted(own(name));
        return schema == null ? quoted : dialect.quoted(schema) + "." + quoted;
    }
}
