package org.bounce4j.examples.serve;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.bounce4j.BounceType;
import org.bounce4j.jdbc.CountBy;
import org.bounce4j.jdbc.JdbcBounceStore;
import org.bounce4j.suppression.EventQuery;
import org.bounce4j.webhook.WebhookAuth;

/** {@code /api/stats}: what the page draws, for the last days. */
final class StatsServlet extends ApiServlet {
    private static final long serialVersionUID = 1L;
    private static final int TOP = 10;

    private final transient JdbcBounceStore store;
    private final transient Clock clock;
    private final transient CostlyAnswers<Integer, ObjectNode> answers = new CostlyAnswers<>(System::nanoTime);

    StatsServlet(WebhookAuth auth, JdbcBounceStore store, Clock clock) {
        super(auth);
        this.store = store;
        this.clock = clock;
    }

    @Override
    protected void doGet(HttpServletRequest req, HttpServletResponse resp) throws IOException {
        allowOnly(req, Set.of("days"));
        int days = number(req, "days", 14, 1, 90);
        sendData(resp, answers.get(days, () -> count(days)));
    }

    private ObjectNode count(int days) {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        LocalDate first = today.minusDays(days - 1L);
        Instant from = first.atStartOfDay(ZoneOffset.UTC).toInstant();
        EventQuery all = EventQuery.builder().received(from, null).build();
        Map<BounceType, Map<String, Long>> byDay = new EnumMap<>(BounceType.class);
        for (BounceType type : BounceType.values()) {
            EventQuery query =
                    EventQuery.builder().received(from, null).type(type).build();
            byDay.put(type, store.counts(query, CountBy.DAY, days + 1));
        }
        ObjectNode data = JSON.createObjectNode();
        ArrayNode list = data.putArray("days");
        for (LocalDate day = first; !day.isAfter(today); day = day.plusDays(1)) {
            ObjectNode counts = list.addObject().put("day", day.toString());
            for (BounceType type : BounceType.values()) {
                counts.put(type.json(), byDay.getOrDefault(type, Map.of()).getOrDefault(day.toString(), 0L));
            }
        }
        put(data, "reasons", store.counts(all, CountBy.REASON, TOP));
        put(data, "domains", store.counts(all, CountBy.DOMAIN, TOP));
        put(data, "receivers", store.counts(all, CountBy.REMOTE_MTA, TOP));
        put(data, "sources", store.counts(all, CountBy.SOURCE, TOP));
        return data;
    }

    private static void put(ObjectNode data, String name, Map<String, Long> counts) {
        ArrayNode list = data.putArray(name);
        counts.forEach((value, count) -> list.addObject().put("name", value).put("count", count));
    }
}
