package org.bounce4j.examples.serve;

import com.fasterxml.jackson.databind.node.BooleanNode;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceEventJson;
import org.bounce4j.jdbc.CountBy;
import org.bounce4j.jdbc.EventPage;
import org.bounce4j.jdbc.JdbcBounceStore;
import org.bounce4j.suppression.EventQuery;
import org.bounce4j.webhook.WebhookAuth;
import org.jspecify.annotations.Nullable;

/** {@code /api/bounces}: lists, shows, exports and deletes events. */
final class BouncesServlet extends ApiServlet {
    private static final long serialVersionUID = 1L;

    /** A numbered page is found by walking there; behind this many events only a cursor leads on. */
    private static final int MAX_WALK = 10_000;

    private static final int MAX_PAGE = 1_000;

    /** Later than any time of ours, and still a time that every database has. */
    private static final Instant FOR_EVER = Instant.parse("9000-01-01T00:00:00Z");

    private static final Set<String> PAGING = Set.of("page", "per_page", "next", "order", "order_by");

    private final transient JdbcBounceStore store;

    BouncesServlet(WebhookAuth auth, JdbcBounceStore store) {
        super(auth);
        this.store = store;
    }

    @Override
    protected void doGet(HttpServletRequest req, HttpServletResponse resp) throws IOException {
        String what = what(req);
        if (what.isEmpty()) {
            list(req, resp);
        } else if (what.equals("export.csv")) {
            export(req, resp, "text/csv; charset=utf-8", Csv.EVENTS, Csv::line);
        } else if (what.equals("export.jsonl")) {
            export(
                    req,
                    resp,
                    "application/x-ndjson; charset=utf-8",
                    "",
                    (BounceEvent event) -> BounceEventJson.writeString(event) + "\n");
        } else {
            allowOnly(req, Set.of());
            Optional<BounceEvent> found = store.find(what);
            if (found.isPresent()) {
                sendData(resp, BounceEventJson.writeString(found.get()));
            } else {
                refuse(resp, 404, "there is no bounce with this id");
            }
        }
    }

    @Override
    protected void doDelete(HttpServletRequest req, HttpServletResponse resp) throws IOException {
        String what = what(req);
        if (!what.isEmpty()) {
            allowOnly(req, Set.of());
            if (store.delete(what)) {
                sendData(resp, BooleanNode.TRUE);
            } else {
                refuse(resp, 404, "there is no bounce with this id");
            }
            return;
        }
        allowOnly(req, Set.of("id", "all"));
        String[] ids = req.getParameterValues("id");
        boolean all = "true".equals(req.getParameter("all"));
        if ((ids == null) != all) {
            throw new BadRequestException("expected id=…, which may stand there several times, or all=true");
        }
        if (ids == null) {
            store.deleteOlderThan(FOR_EVER);
        } else {
            for (String id : ids) {
                store.delete(id);
            }
        }
        sendData(resp, BooleanNode.TRUE);
    }

    private static String what(HttpServletRequest req) {
        String path = req.getPathInfo();
        return path == null ? "" : path.substring(1);
    }

    private void list(HttpServletRequest req, HttpServletResponse resp) throws IOException {
        Set<String> names = new HashSet<>(EventFilter.NAMES);
        names.addAll(PAGING);
        allowOnly(req, names);
        EventQuery query = EventFilter.of(req);
        int perPage = number(req, "per_page", 20, 1, MAX_PAGE);
        int number = number(req, "page", 1, 1, Integer.MAX_VALUE);
        String next = parameter(req, "next");
        boolean oldestFirst = oldestFirst(req);
        if (next != null && number > 1) {
            throw new BadRequestException("expected page or next, got both");
        }
        if ((long) number * perPage > MAX_WALK) {
            throw new BadRequestException("page: expected to end within the first " + MAX_WALK
                    + " bounces; go on with next, which every page names");
        }
        EventPage page = page(query, perPage, next, oldestFirst);
        for (int i = 1; i < number; i++) {
            page = page.next().isPresent()
                    ? page(query, perPage, page.next().get(), oldestFirst)
                    : new EventPage(List.of(), Optional.empty());
        }
        StringBuilder json = new StringBuilder("{\"results\":");
        json.append(
                page.events().stream().map(BounceEventJson::writeString).collect(Collectors.joining(",", "[", "]")));
        json.append(",\"query\":\"\"");
        if (next == null) {
            json.append(",\"total\":")
                    .append(total(req, query))
                    .append(",\"page\":")
                    .append(number);
        }
        json.append(",\"per_page\":").append(perPage).append(",\"next\":");
        json.append(JSON.writeValueAsString(page.next().orElse(null)));
        sendData(resp, json.append('}').toString());
    }

    private long total(HttpServletRequest req, EventQuery query) {
        if (EventFilter.NAMES.stream().allMatch(name -> parameter(req, name) == null)) {
            return store.count(); // far quicker where there are many
        }
        return store.counts(query, CountBy.TYPE, MAX_PAGE).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    private static boolean oldestFirst(HttpServletRequest req) {
        String by = parameter(req, "order_by");
        if (by != null && !by.equals("created_at") && !by.equals("received_at")) {
            throw new BadRequestException("order_by: expected received_at, the only order there is");
        }
        String order = parameter(req, "order");
        if (order != null && !order.equalsIgnoreCase("asc") && !order.equalsIgnoreCase("desc")) {
            throw new BadRequestException("order: expected asc or desc");
        }
        return "asc".equalsIgnoreCase(order);
    }

    private EventPage page(EventQuery query, int limit, @Nullable String next, boolean oldestFirst) {
        try {
            return oldestFirst ? store.pageOldestFirst(query, limit, next) : store.page(query, limit, next);
        } catch (IllegalArgumentException e) {
            throw new BadRequestException("next: expected what the page before named, got something else");
        }
    }

    private void export(
            HttpServletRequest req,
            HttpServletResponse resp,
            String type,
            String head,
            Function<BounceEvent, String> line)
            throws IOException {
        allowOnly(req, EventFilter.NAMES);
        Iterator<BounceEvent> events = store.stream(EventFilter.of(req)).iterator();
        boolean any = events.hasNext(); // asks the store before anything is sent
        resp.setContentType(type);
        resp.setHeader("Content-Disposition", "attachment; filename=\"bounces" + extension(type) + "\"");
        OutputStream out = resp.getOutputStream();
        out.write(head.getBytes(StandardCharsets.UTF_8));
        while (any) {
            out.write(line.apply(events.next()).getBytes(StandardCharsets.UTF_8));
            any = events.hasNext();
        }
    }

    static String extension(String type) {
        return type.startsWith("text/csv") ? ".csv" : ".jsonl";
    }
}
