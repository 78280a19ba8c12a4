package org.bounce4j.examples.serve;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.bounce4j.BounceException;
import org.bounce4j.jdbc.JdbcBounceStore;

/**
 * {@code /health}: whether the store answers, and nothing else, so it asks for no credentials. The store is asked once a second
 * at most, whoever knocks.
 */
final class Health extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final long FRESH = 1_000_000_000L;

    private final transient JdbcBounceStore store;
    private boolean up;
    private long asked = System.nanoTime() - FRESH;

    Health(JdbcBounceStore store) {
        this.store = store;
    }

    synchronized boolean isStoreUp() {
        if (System.nanoTime() - asked >= FRESH) {
            try {
                store.latest(1);
                up = true;
            } catch (BounceException e) {
                up = false;
            }
            asked = System.nanoTime();
        }
        return up;
    }

    @Override
    protected void doGet(HttpServletRequest req, HttpServletResponse resp) throws IOException {
        boolean good = isStoreUp();
        resp.setStatus(good ? 200 : 503);
        resp.setContentType("application/json; charset=utf-8");
        resp.getOutputStream()
                .write((good ? "{\"data\":true}" : "{\"message\":\"the store does not answer\"}")
                        .getBytes(StandardCharsets.UTF_8));
    }
}
