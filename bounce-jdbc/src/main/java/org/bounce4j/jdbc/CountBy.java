package org.bounce4j.jdbc;

/** Says by what events are counted. */
public enum CountBy {
    /** The UTC day of receipt, such as {@code 2026-03-01}. */
    DAY("CAST(received_at AS DATE)"),

    /** The {@link org.bounce4j.BounceType}, by its name. */
    TYPE("type"),

    /** The {@link org.bounce4j.BounceReason}, by its name. */
    REASON("reason"),

    /** The domain of the recipient; events without an address are left out. */
    DOMAIN("domain"),

    /** The server that spoke, in lower case; events that name none are left out. */
    REMOTE_MTA("remote_mta"),

    /** The channel. */
    SOURCE("source"),

    /** The classification rule or provider field that decided; events without one are left out. */
    RULE("rule_name");

    private final String expression;

    CountBy(String expression) {
        this.expression = expression;
    }

    /** Returns the statement, with those conditions. */
    String sql(String conditions) {
        return "SELECT " + expression + ", COUNT(*) FROM bounce_event WHERE " + expression + " IS NOT NULL" + conditions
                + " GROUP BY " + expression + " ORDER BY 2 DESC, 1 LIMIT ?";
    }
}
