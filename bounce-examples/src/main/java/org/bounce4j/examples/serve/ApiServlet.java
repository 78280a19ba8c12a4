package org.bounce4j.examples.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import org.bounce4j.BounceException;
import org.bounce4j.UnavailableException;
import org.bounce4j.VerificationException;
import org.bounce4j.webhook.WebhookAuth;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What stands behind credentials: asks for them first, whatever the request is, and turns failures into answers. */
abstract class ApiServlet extends HttpServlet {
    static final ObjectMapper JSON = new ObjectMapper();

    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(ApiServlet.class);

    private final transient WebhookAuth auth;

    ApiServlet(WebhookAuth auth) {
        this.auth = auth;
    }

    @Override
    protected final void service(HttpServletRequest req, HttpServletResponse resp)
            throws ServletException, IOException {
        try {
            auth.authenticate(new byte[0], req::getHeader);
        } catch (VerificationException e) {
            auth.challenge().ifPresent(challenge -> resp.setHeader("WWW-Authenticate", challenge));
            refuse(resp, 401, "credentials are missing or wrong");
            return;
        }
        try {
            super.service(req, resp);
        } catch (BadRequestException e) {
            refuse(resp, 400, String.valueOf(e.getMessage()));
        } catch (BounceException e) {
            LOG.warn("{}: {}", req.getServletPath(), e.getMessage());
            if (resp.isCommitted()) {
                throw e; // so that the connection breaks and nobody takes a part for the whole
            }
            resp.reset();
            if (e instanceof UnavailableException) {
                resp.setHeader("Retry-After", "60");
                refuse(resp, 503, "the store does not answer, please try again later");
            } else {
                refuse(resp, 500, "the receiver's set-up is wrong, its log says more");
            }
        }
    }

    static void refuse(HttpServletResponse resp, int status, String message) throws IOException {
        resp.setStatus(status);
        send(resp, JsonNodeFactory.instance.objectNode().put("message", message));
    }

    static void sendData(HttpServletResponse resp, JsonNode data) throws IOException {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.set("data", data);
        send(resp, root);
    }

    private static void send(HttpServletResponse resp, JsonNode json) throws IOException {
        byte[] body = JSON.writeValueAsBytes(json);
        resp.setContentType("application/json; charset=utf-8");
        resp.setContentLength(body.length);
        resp.getOutputStream().write(body);
    }

    /** Sends JSON that is already written. */
    static void sendData(HttpServletResponse resp, String json) throws IOException {
        resp.setContentType("application/json; charset=utf-8");
        resp.getOutputStream().write(("{\"data\":" + json + "}").getBytes(StandardCharsets.UTF_8));
    }

    /** Refuses what a request must not ask for: a filter with a slip in its name would mean everything. */
    static void allowOnly(HttpServletRequest req, Set<String> names) {
        for (String name : new TreeSet<>(req.getParameterMap().keySet())) {
            if (!names.contains(name)) {
                throw new BadRequestException("there is no such parameter here; expected " + new TreeSet<>(names));
            }
            if (req.getParameterValues(name).length > 1 && !name.equals("id")) {
                throw new BadRequestException(
                        name + ": expected once, got it " + req.getParameterValues(name).length + " times");
            }
        }
    }

    static @Nullable String parameter(HttpServletRequest req, String name) {
        String value = req.getParameter(name);
        return value == null || value.isBlank() ? null : value.strip();
    }

    static int number(HttpServletRequest req, String name, int otherwise, int least, int most) {
        String value = parameter(req, name);
        if (value == null) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new BadRequestException(name + ": expected a number from " + least + " to " + most);
    }
}
