/** A durable, idempotent bounce store and suppression list on a host's {@link javax.sql.DataSource}. */
module org.bounce4j.jdbc {
    requires static transitive org.jspecify;
    requires transitive java.sql;
    requires transitive org.bounce4j;
    requires org.slf4j;

    exports org.bounce4j.jdbc;
}
