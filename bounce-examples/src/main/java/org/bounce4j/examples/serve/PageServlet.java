package org.bounce4j.examples.serve;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import org.bounce4j.webhook.WebhookAuth;

/** One file of the page. */
final class PageServlet extends ApiServlet {
    private static final long serialVersionUID = 1L;

    private final String type;
    private final byte[] content;

    PageServlet(WebhookAuth auth, String file, String type) throws IOException {
        super(auth);
        this.type = type;
        try (InputStream in = PageServlet.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IOException("Expected " + file + " in the jar, it is missing");
            }
            content = in.readAllBytes();
        }
    }

    @Override
    protected void doGet(HttpServletRequest req, HttpServletResponse resp) throws IOException {
        resp.setContentType(type + "; charset=utf-8");
        resp.setContentLength(content.length);
        resp.getOutputStream().write(content);
    }
}
