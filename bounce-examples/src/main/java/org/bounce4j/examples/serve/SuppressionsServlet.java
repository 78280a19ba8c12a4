package org.bounce4j.examples.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.bounce4j.EmailAddress;
import org.bounce4j.suppression.Explanation;
import org.bounce4j.suppression.SuppressionList;
import org.bounce4j.webhook.WebhookAuth;
import org.jspecify.annotations.Nullable;

/** {@code /api/suppressions}: who is not mailed any more, why, and the way back. */
final class SuppressionsServlet extends ApiServlet {
    private static final long serialVersionUID = 1L;
    private static final int MAX_BODY = 16 * 1024;
    private static final Set<String> PATHS =
            Set.of("null", "/", "/explain", "/export.csv", "/export.jsonl", "/release");

    private final transient SuppressionList suppressions;

    SuppressionsServlet(WebhookAuth auth, SuppressionList suppressions) {
        super(auth);
        this.suppressions = suppressions;
    }

    @Override
    protected void doGet(HttpServletRequest req, HttpServletResponse resp) throws IOException {
        switch (String.valueOf(req.getPathInfo())) {
            case "null", "/" -> list(req, resp);
            case "/explain" -> explain(req, resp);
            case "/export.csv" -> export(req, resp, "text/csv; charset=utf-8", Csv.SUPPRESSIONS, Csv::line);
            case "/export.jsonl" ->
                export(
                        req,
                        resp,
                        "application/x-ndjson; charset=utf-8",
                        "",
                        (SuppressionList.Entry entry) -> json(entry) + "\n");
            default -> refuseMethod(req, resp);
        }
    }

    @Override
    protected void doPost(HttpServletRequest req, HttpServletResponse resp) throws IOException {
        if (!"/release".equals(req.getPathInfo())) {
            refuseMethod(req, resp);
            return;
        }
        JsonNode body = body(req);
        String email = text(body, "email");
        String subscriber = text(body, "subscriber_uuid");
        String cause = text(body, "cause");
        if ((email == null) == (subscriber == null)) {
            throw new BadRequestException("expected email or subscriber_uuid");
        }
        if (cause == null || cause.isBlank()) {
            throw new BadRequestException("cause: expected who releases them and why, in words");
        }
        boolean released = email == null
                ? suppressions.releaseSubscriber(String.valueOf(subscriber), cause)
                : suppressions.release(address(email), cause);
        sendData(resp, BooleanNode.valueOf(released));
    }

    @Override
    protected void doPut(HttpServletRequest req, HttpServletResponse resp) throws IOException {
        refuseMethod(req, resp);
    }

    @Override
    protected void doDelete(HttpServletRequest req, HttpServletResponse resp) throws IOException {
        refuseMethod(req, resp);
    }

    private static void refuseMethod(HttpServletRequest req, HttpServletResponse resp) throws IOException {
        if (PATHS.contains(String.valueOf(req.getPathInfo()))) {
            resp.sendError(405);
        } else {
            refuse(resp, 404, "there is nothing here");
        }
    }

    private static JsonNode body(HttpServletRequest req) throws IOException {
        byte[] body = req.getInputStream().readNBytes(MAX_BODY + 1);
        try {
            JsonNode json = body.length > MAX_BODY ? null : JSON.readTree(body);
            if (json != null && json.isObject()) {
                return json;
            }
        } catch (IOException e) {
            // said below
        }
        throw new BadRequestException("expected a JSON object of at most " + MAX_BODY + " bytes");
    }

    private static @Nullable String text(JsonNode body, String name) {
        JsonNode value = body.path(name);
        return value.isTextual() && !value.textValue().isBlank()
                ? value.textValue().strip()
                : null;
    }

    private static EmailAddress address(String text) {
        return EmailAddress.parse(text)
                .orElseThrow(() -> new BadRequestException("email: expected an address, got something else"));
    }

    private void list(HttpServletRequest req, HttpServletResponse resp) throws IOException {
        allowOnly(req, Set.of("email", "subscriber_uuid", "per_page"));
        String email = parameter(req, "email");
        String subscriber = parameter(req, "subscriber_uuid");
        int limit = number(req, "per_page", 100, 1, 1_000);
        List<SuppressionList.Entry> entries;
        if (email != null) {
            entries = suppressions.find(address(email)).stream().toList();
        } else if (subscriber != null) {
            entries = suppressions.ofSubscriber(subscriber);
        } else {
            entries = suppressions.entries(limit);
        }
        ObjectNode data = JSON.createObjectNode();
        ArrayNode results = data.putArray("results");
        entries.forEach(entry -> results.add(json(entry)));
        sendData(resp, data);
    }

    private static ObjectNode json(SuppressionList.Entry entry) {
        ObjectNode json = JSON.createObjectNode();
        entry.address().ifPresent(address -> json.put("email", address.address()));
        entry.subscriber().ifPresent(subscriber -> json.put("subscriber_uuid", subscriber));
        json.put("scope", entry.scope());
        json.put("action", entry.suppression().action().name());
        json.put("type", entry.suppression().type().json());
        json.put("reason", entry.suppression().reason().name());
        json.put("rule", entry.suppression().rule());
        json.put("since", entry.suppression().since().toString());
        entry.suppression().evidence().forEach(json.putArray("evidence")::add);
        return json;
    }

    private void explain(HttpServletRequest req, HttpServletResponse resp) throws IOException {
        allowOnly(req, Set.of("email"));
        String email = parameter(req, "email");
        if (email == null) {
            throw new BadRequestException("email: expected an address, got nothing");
        }
        Explanation explanation = suppressions.explain(address(email));
        sendData(
                resp,
                JSON.createObjectNode()
                        .put("suppressed", explanation.isSuppressed())
                        .put("words", explanation.inWords()));
    }

    private void export(
            HttpServletRequest req,
            HttpServletResponse resp,
            String type,
            String head,
            Function<SuppressionList.Entry, String> line)
            throws IOException {
        allowOnly(req, Set.of());
        suppressions.entries(1); // asks the store before anything is sent
        resp.setContentType(type);
        resp.setHeader(
                "Content-Disposition", "attachment; filename=\"suppressions" + BouncesServlet.extension(type) + "\"");
        OutputStream out = resp.getOutputStream();
        out.write(head.getBytes(StandardCharsets.UTF_8));
        try {
            suppressions.forEach((SuppressionList.Entry entry) -> {
                try {
                    out.write(line.apply(entry).getBytes(StandardCharsets.UTF_8));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
