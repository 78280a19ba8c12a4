package org.bounce4j.examples.serve;

import jakarta.servlet.http.HttpServletRequest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceType;
import org.bounce4j.EmailAddress;
import org.bounce4j.suppression.EventQuery;
import org.jspecify.annotations.Nullable;

/** Reads which events a request means; the names are those of the JSON form. */
final class EventFilter {
    static final Set<String> NAMES = Set.of(
            "email",
            "domain",
            "subscriber_uuid",
            "campaign_uuid",
            "source",
            "type",
            "reason",
            "rule",
            "remote_mta",
            "from",
            "to");

    private EventFilter() {}

    static EventQuery of(HttpServletRequest req) {
        EventQuery.Builder query = EventQuery.builder();
        with(req, "email", "an address", value -> query.recipient(EmailAddress.of(value)));
        with(req, "domain", "a domain", query::domain);
        with(req, "subscriber_uuid", "an identifier", query::subscriber);
        with(req, "campaign_uuid", "an identifier", query::campaign);
        with(req, "source", "a source", query::source);
        with(
                req,
                "type",
                "hard, soft or complaint",
                value -> query.type(BounceType.of(value).orElseThrow(IllegalArgumentException::new)));
        with(req, "reason", "a reason such as USER_UNKNOWN", value -> query.reason(reason(value)));
        with(req, "rule", "the name of a rule", query::rule);
        with(req, "remote_mta", "the name of a server", query::remoteMta);
        query.received(time(req, "from"), time(req, "to"));
        return query.build();
    }

    private static BounceReason reason(String value) {
        return Arrays.stream(BounceReason.values())
                .filter(each -> each.name().equals(value.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(IllegalArgumentException::new);
    }

    private static void with(HttpServletRequest req, String name, String expected, Consumer<String> setter) {
        String value = ApiServlet.parameter(req, name);
        if (value == null) {
            return;
        }
        try {
            setter.accept(value);
        } catch (IllegalArgumentException e) {
            throw new BadRequestException(name + ": expected " + expected + ", got something else");
        }
    }

    private static @Nullable Instant time(HttpServletRequest req, String name) {
        String value = ApiServlet.parameter(req, name);
        if (value == null) {
            return null;
        }
        try {
            return value.length() == 10
                    ? LocalDate.parse(value).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : Instant.parse(value);
        } catch (DateTimeException e) {
            throw new BadRequestException(
                    name + ": expected a UTC day such as 2026-03-01 or a time such as 2026-03-01T12:00:00Z");
        }
    }
}
