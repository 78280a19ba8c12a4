package org.bounce4j.examples;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.bounce4j.webhook.BounceWebhook;
import org.bounce4j.webhook.WebhookResponse;

/** All that a servlet host needs. */
public final class BounceServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    private final transient BounceWebhook webhook;

    /** Creates a servlet for one webhook. */
    public BounceServlet(BounceWebhook webhook) {
        this.webhook = webhook;
    }

    /** Refuses every other method by name: {@link HttpServlet} names none that is allowed, and answers 400 to HTTP/1.0. */
    @Override
    protected void service(HttpServletRequest req, HttpServletResponse resp) throws IOException {
        if (req.getMethod().equals("POST")) {
            doPost(req, resp);
        } else {
            resp.setHeader("Allow", "POST");
            resp.sendError(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
        }
    }

    @Override
    protected void doPost(HttpServletRequest req, HttpServletResponse resp) throws IOException {
        WebhookResponse response = webhook.handle(req.getInputStream(), req::getHeader);
        resp.setContentLength(response.body().length); // else it goes in chunks, and in two packets
        response.send(resp::setStatus, resp::setHeader, resp.getOutputStream());
    }
}
