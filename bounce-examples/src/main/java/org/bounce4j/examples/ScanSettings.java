package org.bounce4j.examples;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.bounce4j.ConfigurationException;
import org.bounce4j.pop3.Credentials;
import org.bounce4j.pop3.Pop3Mailbox;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Where the mailbox of {@code ./bounce scan} is and how to open it. A flag stands before an environment variable
 * ({@code BOUNCE_POP3_HOST} for {@code host}), and that before a line of the properties file ({@code host=...}).
 */
final class ScanSettings {
    @Option(names = "--config", paramLabel = "FILE", description = "a properties file with any of the settings below")
    private @Nullable Path config;

    @Option(names = "--host", description = "the POP3 server; or BOUNCE_POP3_HOST, or host= in the file")
    private @Nullable String host;

    @Option(names = "--port", description = "995 if not set, 110 without TLS")
    private @Nullable String port;

    @Option(names = "--user", description = "the name to log in with")
    private @Nullable String user;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description =
                    "a file whose first line is the password; or BOUNCE_POP3_PASSWORD, or password= in the file. There"
                            + " is no flag for the password itself: everybody on the machine can see those")
    private @Nullable String passwordFile;

    @Option(
            names = "--login",
            description =
                    "password (default), plain, apop, xoauth2, or xoauth2-two-lines (Exchange Online); for the last"
                            + " two, the password is the access token")
    private @Nullable String login;

    @Option(names = "--security", description = "tls (default), starttls, starttls-if-offered, or insecure")
    private @Nullable String security;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "how long the server may be silent, 60 if not set")
    private @Nullable String timeout;

    /** What a file may set. */
    private static final List<String> SETTINGS = List.of(
            "host",
            "port",
            "user",
            "password",
            "password-file",
            "login",
            "security",
            "timeout",
            "store",
            "out",
            "dry-run",
            "leave-everything",
            "limit");

    private Properties file = new Properties();

    /** Returns the mailbox that the settings describe. */
    Pop3Mailbox mailbox() {
        file = read();
        String server = required("host", host);
        Pop3Mailbox.Builder mailbox = Pop3Settings.mailbox(
                server, credentials(), setting("security", security).orElse("tls"));
        setting("port", port).ifPresent(value -> mailbox.port(number("port", value)));
        setting("timeout", timeout)
                .ifPresent(value -> mailbox.readTimeout(Duration.ofSeconds(number("timeout", value))));
        return mailbox.build();
    }

    private Properties read() {
        Properties properties = new Properties();
        if (config != null) {
            try (InputStream in = Files.newInputStream(config)) {
                properties.load(in);
            } catch (IOException e) {
                throw new ConfigurationException(MailSource.reason(config.toString(), e), e);
            }
            Set<String> others = new TreeSet<>(properties.stringPropertyNames());
            boolean hasSettings = others.removeAll(SETTINGS);
            if (!others.isEmpty()) {
                // a file without any setting may be the one with the password, which then is the name
                throw new ConfigurationException("Expected settings out of " + String.join(", ", SETTINGS) + " in "
                        + config + ", got "
                        + (hasSettings ? String.join(", ", others) : "a file that has none of them"));
            }
        }
        return properties;
    }

    /** Returns whether a switch is on. */
    boolean isOn(String name, boolean flag) {
        return flag
                || setting(name, null)
                        .map(value -> switch (value.toLowerCase(Locale.ROOT)) {
                            case "true", "yes", "on", "1" -> true;
                            case "false", "no", "off", "0" -> false;
                            default ->
                                throw new ConfigurationException(
                                        "Expected true or false for " + name + ", got " + value);
                        })
                        .orElse(false);
    }

    /** Returns a setting from where it stands first. */
    Optional<String> setting(String name, @Nullable String flag) {
        String variable = "BOUNCE_POP3_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
        return Optional.ofNullable(flag)
                .or(() -> Optional.ofNullable(System.getenv(variable)))
                .or(() -> Optional.ofNullable(file.getProperty(name)))
                .map(String::trim)
                .filter(value -> !value.isEmpty());
    }

    private String required(String name, @Nullable String flag) {
        return setting(name, flag)
                .orElseThrow(() -> new ConfigurationException("Expected --" + name + ", BOUNCE_POP3_"
                        + name.toUpperCase(Locale.ROOT) + " or " + name + "= in the --config file"));
    }

    private Credentials credentials() {
        String name = required("user", user);
        String secret = secret();
        return Pop3Settings.credentials(setting("login", login).orElse("password"), name, secret);
    }

    private String secret() {
        Optional<String> secretFile = setting("password-file", passwordFile);
        if (secretFile.isPresent()) {
            Path path = Path.of(secretFile.get());
            try {
                return Files.readAllLines(path).stream()
                        .findFirst()
                        .orElseThrow(
                                () -> new ConfigurationException("Expected a password in " + path + ", it is empty"));
            } catch (IOException e) {
                throw new ConfigurationException(MailSource.reason(path.toString(), e), e);
            }
        }
        return setting("password", null)
                .orElseThrow(() -> new ConfigurationException(
                        "Expected --password-file, BOUNCE_POP3_PASSWORD or password= in the --config file"));
    }

    static int number(String name, String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new ConfigurationException("Expected a number for " + name + ", got " + value, e);
        }
    }
}
