package org.bounce4j.examples.serve;

import java.net.URI;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.bounce4j.BounceType;
import org.bounce4j.ConfigurationException;
import org.bounce4j.Trust;
import org.bounce4j.examples.Pop3Settings;
import org.bounce4j.mailbox.Mailbox;
import org.bounce4j.sendgrid.SendGridVerifier;
import org.bounce4j.ses.SnsVerifier;
import org.bounce4j.ses.Topics;
import org.bounce4j.suppression.SuppressionAction;
import org.bounce4j.suppression.SuppressionPolicy;
import org.bounce4j.suppression.Threshold;
import org.bounce4j.webhook.WebhookAuth;
import org.jspecify.annotations.Nullable;

/** What {@code bounce.properties} and the environment say, checked as a whole. Not a record: it must not print itself. */
final class ServeSettings {
    /**
     * The database must outlive the last request of a graceful stop: H2 would close it at the first sign of an end. What it
     * would write into a trace file, addresses included, is in our log without them.
     *
     * <p>QUIRK: H2 2.5.252 writes into the holes of its file before its header knows of it, and a process that is killed
     * then has lost what was committed last; without that the file grows until it is closed.
     */
    static final String DEFAULT_STORE =
            "jdbc:h2:./bounces;WRITE_DELAY=0;REUSE_SPACE=FALSE;DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0";

    private static final int DAY = 24 * 60 * 60;
    private static final int LEAST_KEY = 16;

    final String address;
    final int port;
    final int timeoutSeconds;
    final @Nullable WebhookAuth auth;
    final String storeUrl;
    final @Nullable String storeUser;
    final @Nullable String storePassword;
    final int connections;
    final byte @Nullable [] erasureKey;
    final SuppressionPolicy policy;
    /** Whether anything takes bounces in. */
    final boolean enabled;
    /** Whether an endpoint does. */
    final boolean webhooks;

    final boolean json;
    final boolean anyIdentifiers;
    final @Nullable SnsVerifier ses;
    final @Nullable SendGridVerifier sendGrid;
    final @Nullable Mailbox mailbox;
    final Duration interval;
    final List<String> strangers;

    private ServeSettings(SettingsReader reader) {
        enabled = reader.flag("bounce.enabled", true);
        webhooks = reader.flag("webhooks.enabled", true) && enabled;
        address = reader.text("address").orElse("127.0.0.1");
        port = reader.number("port", 9000, 0, 65_535);
        timeoutSeconds = reader.number("timeout", 30, 1, 3_600);
        auth = auth(reader);
        storeUrl = storeUrl(reader);
        storeUser = reader.text("store.user").orElse(null);
        storePassword = reader.text("store.password").orElse(null);
        connections = reader.number("store.connections", 10, 1, 1_000);
        erasureKey = erasureKey(reader);
        policy = policy(reader);
        json = webhooks && reader.flag("json.enabled", true);
        anyIdentifiers = reader.flag("json.any-identifiers", false);
        ses = ses(reader, webhooks);
        sendGrid = sendGrid(reader, webhooks);
        mailbox = mailbox(reader, enabled);
        interval = Duration.ofSeconds(reader.number("pop3.interval", 300, 1, DAY));
        strangers = reader.strangers();
    }

    /**
     * Checks settings.
     *
     * @throws ConfigurationException if something is wrong; it lists everything that is
     */
    static ServeSettings of(Properties file, Map<String, String> environment) {
        SettingsReader reader = new SettingsReader(file, environment);
        ServeSettings settings = new ServeSettings(reader);
        List<String> mistakes = reader.mistakes();
        if (!mistakes.isEmpty()) {
            throw new ConfigurationException("Expected settings that are right, got " + mistakes.size()
                    + " that are not:\n  " + String.join("\n  ", mistakes));
        }
        return settings;
    }

    /** Returns the name of every setting there is. */
    static Set<String> names() {
        SettingsReader reader = new SettingsReader(new Properties(), Map.of());
        new ServeSettings(reader);
        return reader.names();
    }

    private static @Nullable WebhookAuth auth(SettingsReader reader) {
        Map<String, String> users = new LinkedHashMap<>();
        boolean good = true;
        for (String entry : reader.list("api.users")) {
            int colon = entry.indexOf(':');
            if (colon < 1 || colon == entry.length() - 1) {
                reader.mistake("api.users", "expected name:password, and a comma before the next, got something else");
                good = false;
            } else if (users.put(entry.substring(0, colon), entry.substring(colon + 1)) != null) {
                reader.mistake("api.users", "expected each name once, got " + entry.substring(0, colon) + " twice");
            }
        }
        if (users.isEmpty()) {
            if (good) {
                reader.mistake(
                        "api.users",
                        "expected name:password of who may post and look, got nothing; set it in the file or as "
                                + SettingsReader.variable("api.users"));
            }
            return null;
        }
        return reader.made("api.users", () -> WebhookAuth.basic(users));
    }

    private static String storeUrl(SettingsReader reader) {
        String url = reader.text("store.url").orElse(DEFAULT_STORE);
        try {
            DriverManager.getDriver(url);
        } catch (SQLException e) {
            reader.mistake(
                    "store.url",
                    "expected a JDBC URL of H2, PostgreSQL or MariaDB, such as jdbc:postgresql://localhost/bounces,"
                            + " got one that no driver here knows");
        }
        return url;
    }

    private static byte @Nullable [] erasureKey(SettingsReader reader) {
        String base64 = reader.text("store.erasure-key").orElse(null);
        if (base64 == null) {
            return null;
        }
        try {
            byte[] key = Base64.getDecoder().decode(base64);
            if (key.length >= LEAST_KEY) {
                return key;
            }
        } catch (IllegalArgumentException e) {
            // told below: what it says may quote the key
        }
        reader.mistake(
                "store.erasure-key",
                "expected at least " + LEAST_KEY + " random bytes in base64, such as openssl rand -base64 32 makes, got"
                        + " something else");
        return null;
    }

    private static SuppressionPolicy policy(SettingsReader reader) {
        SuppressionPolicy.Builder policy = SuppressionPolicy.builder();
        threshold(reader, policy, BounceType.HARD, 1, 1);
        threshold(reader, policy, BounceType.SOFT, 5, 14);
        threshold(reader, policy, BounceType.COMPLAINT, 1, 1);
        return policy.minimumTrust(reader.oneOf("policy.minimum-trust", Trust.UNVERIFIED))
                .build();
    }

    private static void threshold(
            SettingsReader reader, SuppressionPolicy.Builder policy, BounceType type, int attempts, int days) {
        String prefix = "policy." + type.name().toLowerCase(Locale.ROOT);
        policy.on(
                type,
                new Threshold(
                        reader.number(prefix + ".attempts", attempts, 1, 1_000),
                        Duration.ofDays(reader.number(prefix + ".days", days, 1, 3_650)),
                        type == BounceType.SOFT,
                        reader.oneOf(prefix + ".action", SuppressionAction.BLOCKLIST)));
    }

    private static @Nullable SnsVerifier ses(SettingsReader reader, boolean webhooks) {
        boolean enabled = reader.flag("ses.enabled", false);
        List<String> topics = reader.list("ses.topics");
        String endpoint = reader.text("ses.insecure-endpoint").orElse(null);
        if (!enabled) {
            unused(reader, "ses.topics", topics, "ses.enabled");
            return null;
        }
        if (topics.isEmpty()) {
            reader.mistake("ses.topics", "expected the ARNs of your topics, with commas, got nothing");
            return null;
        }
        Topics allowed = reader.made("ses.topics", () -> Topics.of(topics));
        if (allowed == null) {
            return null;
        }
        SnsVerifier verifier = reader.made("ses.insecure-endpoint", () -> {
            SnsVerifier.Builder builder = SnsVerifier.builder(allowed);
            if (endpoint != null) {
                builder.insecureEndpoint(URI.create(endpoint));
            }
            return builder.build();
        });
        return webhooks ? verifier : null;
    }

    /** Whoever names topics or keys and says nothing else wants them; to start without would look as if all was well. */
    private static void unused(SettingsReader reader, String name, List<String> values, String flag) {
        if (!values.isEmpty() && reader.text(flag).isEmpty()) {
            reader.mistake(flag, "expected true (or false, to keep it off) beside " + name + ", got nothing");
        }
    }

    private static @Nullable SendGridVerifier sendGrid(SettingsReader reader, boolean webhooks) {
        boolean enabled = reader.flag("sendgrid.enabled", false);
        List<String> keys = reader.list("sendgrid.keys");
        if (!enabled) {
            unused(reader, "sendgrid.keys", keys, "sendgrid.enabled");
            return null;
        }
        if (keys.isEmpty()) {
            reader.mistake("sendgrid.keys", "expected the verification key that the console shows, got nothing");
            return null;
        }
        SendGridVerifier verifier =
                reader.made("sendgrid.keys", () -> SendGridVerifier.of(keys.toArray(String[]::new)));
        return webhooks ? verifier : null;
    }

    private static @Nullable Mailbox mailbox(SettingsReader reader, boolean processing) {
        boolean enabled = reader.flag("pop3.enabled", false);
        String login = reader.text("pop3.login").orElse("password");
        String security = reader.text("pop3.security").orElse("tls");
        int port = reader.number("pop3.port", 0, 1, 65_535);
        int timeout = reader.number("pop3.timeout", 60, 1, 3_600);
        if (!enabled) {
            for (String name : List.of("pop3.host", "pop3.user", "pop3.password")) {
                reader.text(name);
            }
            return null;
        }
        String host = reader.required("pop3.host", "the name of the server");
        String user = reader.required("pop3.user", "the name to log in with");
        String password = reader.required("pop3.password", "the password to log in with");
        // a missing name or password is said already
        var credentials = reader.made(
                "pop3.login",
                () -> Pop3Settings.credentials(
                        login, user.isEmpty() ? "user" : user, password.isEmpty() ? "password" : password));
        if (host.isEmpty() || user.isEmpty() || password.isEmpty() || credentials == null) {
            return null;
        }
        Mailbox mailbox = reader.made("pop3", () -> {
            var builder = Pop3Settings.mailbox(host, credentials, security);
            if (port != 0) {
                builder.port(port);
            }
            return builder.readTimeout(Duration.ofSeconds(timeout)).build();
        });
        return processing ? mailbox : null;
    }
}
