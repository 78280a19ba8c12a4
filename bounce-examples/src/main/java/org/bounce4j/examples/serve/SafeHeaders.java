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
 * Tells browsers to run nothing but the page's own files, and to keep nothing of what it shows. Lets nothing through that another site made a browser
 * send, nor methods that mean nothing here.
 */
final class SafeHeaders extends HttpFilter {
    private static final long serialVersionUID = 1L;
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "DELETE");
    private static final Set<String> READING = Set.of("GET", "HEAD");
    private static final Set<String> OURS = Set.of("same-origin", "none");

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
        if (!READING.contains(req.getMethod()) && isOfAnotherSite(req)) {
            ApiServlet.refuse(resp, 403, "this request comes from another site");
            return;
        }
        chain.doFilter(new Asked(req), resp);
    }

    /** Browsers add the credentials they know to what another site makes them send, also to the webhook, and say so. */
    private static boolean isOfAnotherSite(HttpServletRequest req) {
        String site = req.getHeader("Sec-Fetch-Site");
        if (site != null) {
            return !OURS.contains(site);
        }
        String origin = req.getHeader("Origin"); // all there is without TLS
        String host = req.getHeader("Host");
        return origin != null
                && !origin.equalsIgnoreCase("http://" + host)
                && !origin.equalsIgnoreCase("https://" + host);
    }

    /** A request as a servlet must see it so that a method it does not support is answered by 405, or 404 where there is nothing. */
    private static final class Asked extends HttpServletRequestWrapper {
        Asked(HttpServletRequest req) {
            super(req);
        }

        /** It would answer TRACE with the credentials that came, and methods it does not know with 501. */
        @Override
        public String getMethod() {
            return METHODS.contains(super.getMethod()) ? super.getMethod() : "PUT";
        }

        /** To HTTP/1.0, which nginx speaks to what is behind it unless told otherwise, it would answer 400. */
        @Override
        public String getProtocol() {
            return "HTTP/1.1";
        }
    }
}
