package org.bounce4j.jdbc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceType;
import org.bounce4j.EmailAddress;
import org.bounce4j.suppression.Suppression;
import org.bounce4j.suppression.SuppressionAction;
import org.bounce4j.suppression.SuppressionList;

/** The decisions as the database has them. */
final class JdbcSuppressionList implements SuppressionList {
    private final Database database;

    JdbcSuppressionList(Database database) {
        this.database = database;
    }

    @Override
    public boolean contains(EmailAddress address) {
        return database.query(connection -> {
            try (PreparedStatement select = Database.prepare(connection, Sql.IS_SUPPRESSED)) {
                return isSuppressed(select, address);
            }
        });
    }

    private static boolean isSuppressed(PreparedStatement select, EmailAddress address) throws SQLException {
        select.setString(1, address.key());
        try (ResultSet row = select.executeQuery()) {
            return row.next();
        }
    }

    @Override
    public List<EmailAddress> filter(Collection<EmailAddress> addresses) {
        return database.query(connection -> {
            List<EmailAddress> kept = new ArrayList<>();
            try (PreparedStatement select = Database.prepare(connection, Sql.IS_SUPPRESSED)) {
                for (EmailAddress address : addresses) {
                    if (!isSuppressed(select, address)) {
                        kept.add(address);
                    }
                }
            }
            return kept;
        });
    }

    @Override
    public List<Entry> entries(int limit) {
        return database.query(connection -> {
            List<Entry> entries = new ArrayList<>();
            try (PreparedStatement select = Database.prepare(connection, Sql.SUPPRESSIONS)) {
                select.setInt(1, limit);
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        entries.add(new Entry(row.getString("subject"), suppression(row)));
                    }
                }
            }
            return entries;
        });
    }

    private static Suppression suppression(ResultSet row) throws SQLException {
        return new Suppression(
                SuppressionAction.valueOf(row.getString("action")),
                BounceType.valueOf(row.getString("type")),
                BounceReason.of(row.getString("reason")),
                row.getString("rule_name"),
                row.getObject("since", LocalDateTime.class).toInstant(ZoneOffset.UTC),
                List.of(row.getString("evidence").split(" ", -1)));
    }
}
