package org.bounce4j.examples.serve;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServlet;
import java.io.IOException;
import java.net.BindException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceSink;
import org.bounce4j.ConfigurationException;
import org.bounce4j.examples.BounceServlet;
import org.bounce4j.jdbc.JdbcBounceStore;
import org.bounce4j.sendgrid.SendGridWebhook;
import org.bounce4j.ses.SesWebhook;
import org.bounce4j.webhook.BounceWebhook;
import org.bounce4j.webhook.JsonWebhook;
import org.bounce4j.webhook.WebhookAuth;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.server.handler.MinimumDataRateHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything in one process: Jetty, a pool of connections, the store, and a thread for the mailbox. */
final class BounceServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BounceServer.class);
    private static final long BYTES_A_SECOND = 100;
    private static final int STOP_MILLIS = 30_000;

    private final HikariDataSource pool;
    private final JdbcBounceStore store;
    private final Metrics metrics = new Metrics();
    private final BounceSink sink;
    private final Server server;
    private final ServerConnector connector;
    private final @Nullable MailboxSchedule schedule;

    /**
     * Starts.
     *
     * @throws ConfigurationException if the store cannot be opened or the port is taken
     */
    BounceServer(ServeSettings settings) throws IOException {
        this(settings, store -> store);
    }

    /**
     * Starts with another sink than the store itself.
     *
     * @param sink makes the sink of the store
     * @throws ConfigurationException if the store cannot be opened or the port is taken
     */
    BounceServer(ServeSettings settings, Function<JdbcBounceStore, BounceSink> sink) throws IOException {
        pool = pool(settings);
        server = new Server(new QueuedThreadPool(200));
        connector = connector(settings);
        try {
            JdbcBounceStore.Builder builder = JdbcBounceStore.builder(pool)
                    .policy(settings.policy)
                    .listener(decision -> LOG.debug("{}", decision));
            if (settings.erasureKey != null) {
                builder.erasureKey(settings.erasureKey);
            }
            store = builder.build();
            store.createSchema();
            store.retryPendingActions();
            this.sink = sink.apply(store);
            start(settings);
        } catch (RuntimeException | IOException e) {
            stopServer();
            pool.close();
            throw e;
        }
        schedule = settings.mailbox == null
                ? null
                : new MailboxSchedule(settings.mailbox, counted("pop3"), settings.interval, metrics);
    }

    private static HikariDataSource pool(ServeSettings settings) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(settings.storeUrl);
        config.setUsername(settings.storeUser);
        config.setPassword(settings.storePassword);
        config.setMaximumPoolSize(settings.connections);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(10_000);
        config.setExceptionOverride(new ClosedDatabase());
        try {
            return new HikariDataSource(config);
        } catch (HikariPool.PoolInitializationException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            throw new ConfigurationException(
                    "store.url: cannot open the database: " + cause.getMessage()
                            + "; check store.url, store.user and store.password",
                    e);
        }
    }

    private ServerConnector connector(ServeSettings settings) {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendDateHeader(true);
        http.setRequestHeaderSize(16 * 1024);
        ServerConnector made = new ServerConnector(server, new HttpConnectionFactory(http));
        made.setHost(settings.address);
        made.setPort(settings.port);
        made.setIdleTimeout(settings.timeoutSeconds * 1_000L);
        made.setShutdownIdleTimeout(2_000);
        made.setAcceptQueueSize(256);
        made.addBean(new SlowClients(made.getScheduler(), settings.timeoutSeconds));
        server.addConnector(made);
        return made;
    }

    private void start(ServeSettings settings) throws IOException {
        WebhookAuth auth = Objects.requireNonNull(settings.auth, "auth");
        ServletContextHandler context = new ServletContextHandler("/");
        context.addFilter(new FilterHolder(new SafeHeaders()), "/*", EnumSet.of(DispatcherType.REQUEST));
        context.setErrorHandler(new JsonErrors());
        if (settings.json) {
            JsonWebhook.Builder json = JsonWebhook.builder(auth, counted("json"));
            if (settings.anyIdentifiers) {
                json.anyIdentifiers();
            }
            add(context, "json", "/webhooks/bounce", json.build());
        }
        if (settings.ses != null) {
            SesWebhook ses = SesWebhook.builder(settings.ses, counted("ses")).build();
            add(context, "ses", "/webhooks/service/ses", ses);
        }
        if (settings.sendGrid != null) {
            SendGridWebhook sendGrid = SendGridWebhook.builder(settings.sendGrid, counted("sendgrid"))
                    .build();
            add(context, "sendgrid", "/webhooks/service/sendgrid", sendGrid);
        }
        Health health = new Health(store);
        add(context, health, "/health");
        add(context, new MetricsServlet(auth, metrics, health), "/metrics");
        add(context, new BouncesServlet(auth, store), "/api/bounces/*");
        add(context, new SuppressionsServlet(auth, store.suppressionList()), "/api/suppressions/*");
        add(context, new StatsServlet(auth, store, Clock.systemUTC()), "/api/stats");
        add(context, new PageServlet(auth, "page.html", "text/html"), "");
        add(context, new PageServlet(auth, "page.css", "text/css"), "/page.css");
        add(context, new PageServlet(auth, "page.js", "text/javascript"), "/page.js");
        add(context, new PageServlet(auth, "page.svg", "image/svg+xml"), "/page.svg");
        add(context, PageServlet.ofChart(auth, "uPlot.iife.min.js", "text/javascript"), "/uplot.js");
        add(context, PageServlet.ofChart(auth, "uPlot.min.css", "text/css"), "/uplot.css");
        add(context, new NotFound(), "/");
        server.setErrorHandler(new JsonErrors());
        server.setHandler(new GracefulHandler(new MinimumDataRateHandler(context, BYTES_A_SECOND, 0)));
        server.setStopTimeout(STOP_MILLIS);
        try {
            server.start();
        } catch (IOException e) {
            throw new ConfigurationException(
                    "address, port: cannot listen on " + settings.address + ":" + settings.port + ": " + whyNot(e), e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("Cannot start the server", e);
        }
    }

    /** Jetty says that it failed to bind, and to what; why is said by what it failed of. */
    private static String whyNot(IOException e) {
        Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
        if (cause instanceof UnresolvedAddressException) {
            return "there is no such host";
        }
        String why = String.valueOf(cause.getMessage());
        return cause instanceof BindException && why.contains("in use") ? "another process listens there" : why;
    }

    private void add(ServletContextHandler context, String name, String path, BounceWebhook webhook) {
        add(context, new BounceServlet(new MeteredWebhook(name, webhook, metrics)), path);
    }

    private static void add(ServletContextHandler context, HttpServlet servlet, String path) {
        context.addServlet(new ServletHolder(servlet), path);
    }

    private BounceSink counted(String channel) {
        return (List<BounceEvent> events) -> {
            sink.accept(events);
            for (BounceEvent event : events) {
                metrics.add(
                        "bounce_events_total",
                        Metrics.labels("channel", channel, "type", event.type().json()),
                        1);
            }
        };
    }

    String address() {
        return "http://" + connector.getHost() + ":" + connector.getLocalPort();
    }

    JdbcBounceStore store() {
        return store;
    }

    void join() throws InterruptedException {
        server.join();
    }

    /** Stops: takes no more requests, finishes those that are under way, and closes the store last. */
    @Override
    public void close() throws IOException {
        try {
            stopServer();
        } finally {
            if (schedule != null) {
                schedule.close();
            }
            pool.close();
        }
    }

    private void stopServer() throws IOException {
        try {
            server.stop();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("Cannot stop the server", e);
        }
    }
}
