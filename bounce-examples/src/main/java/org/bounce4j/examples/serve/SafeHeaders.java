package org.bounce4j.examples.serve;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;

/**
 * Tells browsers to run nothing but the page's own files, and to keep nothing. Lets only the methods through that mean
 * something here.
 */
final class SafeHeaders extends HttpFilter {
    private static final long serialVersionUID = 1L;
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "DELETE");

    @Override
    protected void doFilter(HttpServletRequest req, HttpServletResponse resp, FilterChain chain)
            throws IOException, ServletException {
        resp.setHeader(
                "Content-Security-Policy",
                "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self';"
                        + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        resp.setHeader("X-Content-Type-Options", "nosniff");
        resp.setHeader("X-Frame-Options", "DENY");
        resp.setHeader("Referrer-Policy", "no-referrer");
        resp.setHeader("Cross-Origin-Resource-Policy", "same-origin");
        resp.setHeader("Cache-Control", "no-store");
        // a servlet would answer TRACE with the credentials that came, and methods it does not know with 501
        chain.doFilter(METHODS.contains(req.getMethod()) ? req : new Unsupported(req), resp);
    }

    /** A request by a method that no servlet of ours supports: the answer is 405, or 404 where there is nothing. */
    private static final class Unsupported extends HttpServletRequestWrapper {
        Unsupported(HttpServletRequest req) {
            super(req);
        }

        @Override
        public String getMethod() {
            return "PUT";
        }
    }
}
