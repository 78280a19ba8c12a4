package org.bounce4j.examples.frameworks;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.bounce4j.webhook.BounceWebhook;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

final class ServletHost implements Host {
    private final Server server = new Server(0);

    ServletHost(HttpServlet servlet) throws Exception {
        ServletContextHandler context = new ServletContextHandler("/");
        context.addServlet(new ServletHolder(servlet), "/");
        server.setHandler(context);
        server.start();
    }

    static Host start(BounceWebhook webhook) throws Exception {
        return new ServletHost(new Bounces(webhook));
    }

    private static final class Bounces extends HttpServlet {
        private static final long serialVersionUID = 1L;
        private final transient BounceWebhook webhook;

        Bounces(BounceWebhook webhook) {
            this.webhook = webhook;
        }

        @Override
        protected void doPost(HttpServletRequest req, HttpServletResponse resp) throws IOException {
            webhook.handle(req.getInputStream(), req::getHeader)
                    .send(resp::setStatus, resp::setHeader, resp.getOutputStream());
        }
    }

    @Override
    public int port() {
        return ((ServerConnector) server.getConnectors()[0]).getLocalPort();
    }

    @Override
    public void close() throws IOException {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IOException("Expected the server to stop", e);
        }
    }
}
