package org.bounce4j.examples.serve;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Properties;
import org.bounce4j.webhook.WebhookAuth;
import org.jspecify.annotations.Nullable;

/** One file of the page. */
final class PageServlet extends ApiServlet {
    private static final long serialVersionUID = 1L;
    private static final String CHART_POM = "/META-INF/maven/org.webjars.npm/uplot/pom.properties";
    private static final String CHART_FILES = "/META-INF/resources/webjars/uplot/";

    private final String type;
    private final byte[] content;
    private final @Nullable String version;

    /** Serves a file of our own. Browsers do not keep it. */
    PageServlet(WebhookAuth auth, String file, String type) throws IOException {
        this(auth, file, type, null);
    }

    private PageServlet(WebhookAuth auth, String file, String type, @Nullable String version) throws IOException {
        super(auth);
        this.type = type;
        this.version = version;
        content = read(file);
    }

    /** Serves a file of the chart library. Browsers keep it, and ask whether there is a newer version. */
    static PageServlet ofChart(WebhookAuth auth, String file, String type) throws IOException {
        Properties pom = new Properties();
        try (InputStream in = open(CHART_POM)) {
            pom.load(in);
        }
        String version = Objects.requireNonNull(pom.getProperty("version"), CHART_POM);
        return new PageServlet(auth, CHART_FILES + version + "/dist/" + file, type, version);
    }

    private static InputStream open(String file) throws IOException {
        InputStream in = PageServlet.class.getResourceAsStream(file);
        if (in == null) {
            throw new IOException("Expected " + file + " in the jar or beside it, it is missing");
        }
        return in;
    }

    private static byte[] read(String file) throws IOException {
        try (InputStream in = open(file)) {
            return in.readAllBytes();
        }
    }

    @Override
    protected void doGet(HttpServletRequest req, HttpServletResponse resp) throws IOException {
        if (version != null) {
            String tag = '"' + version + '"';
            resp.setHeader("Cache-Control", "private, no-cache");
            resp.setHeader("ETag", tag);
            if (tag.equals(req.getHeader("If-None-Match"))) {
                resp.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
                return;
            }
        }
        resp.setContentType(type + "; charset=utf-8");
        resp.setContentLength(content.length);
        resp.getOutputStream().write(content);
    }
}
