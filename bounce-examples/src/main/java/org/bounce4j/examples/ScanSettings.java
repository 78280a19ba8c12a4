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
import java.util.function.Supplier;
import org.bounce4j.ConfigurationException;
import org.bounce4j.pop3.Credentials;
import org.bounce4j.pop3.Pop3Mailbox;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Where the mailbox of {@code ./bounce scan} is and how to open it. A flag stands before an environment variable
 * ({@code BOUNCE_POP3_HOST} for {@code host}), and that before a line of the properties file ({@code host=...}).
 */
final class ScanSettings {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec command;

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
        // the words first: they are wrong whatever else is missing
        var protect = checked(
                security,
                () -> Pop3Settings.security(setting("security", security).orElse("tls")));
        var logIn =
                checked(login, () -> Pop3Settings.login(setting("login", login).orElse("password")));
        String server = required("host", host);
        Credentials credentials = logIn.apply(required("user", user), secret());
        Pop3Mailbox.Builder mailbox = protect.apply(Pop3Mailbox.builder(server, credentials));
        checked(port, () -> setting("port", port).map(value -> mailbox.port(number("port", value))));
        checked(
                timeout,
                () -> setting("timeout", timeout)
                        .map(value -> mailbox.readTimeout(Duration.ofSeconds(number("timeout", value)))));
        return mailbox.build();
    }

    /** Makes something of a setting; where that refuses what stands in a flag, it is the command line that is wrong. */
    private <T> T checked(@Nullable String flag, Supplier<T> maker) {
        try {
            return maker.get();
        } catch (ConfigurationException | IllegalArgumentException e) {
            throw flag == null ? e : wrong(String.valueOf(e.getMessage()));
        }
    }

    /** Returns what to throw for a wrong command line. */
    ParameterException wrong(String message) {
        return new ParameterException(command.commandLine(), message);
    }

    private Properties read() {
        Properties properties = new Properties();
        if (config != null) {
            try (InputStream in = Files.newInputStream(config)) {
                properties.load(in);
            } catch (IOException e) {
                throw new ConfigurationException(UnreadableFile.reason(config.toString(), e), e);
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
                .orElseThrow(() -> missing("Expected --" + name + ", BOUNCE_POP3_" + name.toUpperCase(Locale.ROOT)
                        + " or " + name + "= in the --config file"));
    }

    /** Returns what to throw for a setting that stands nowhere: without a file, the command line lacks it. */
    RuntimeException missing(String message) {
        return config == null ? wrong(message) : new ConfigurationException(message);
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
                throw new ConfigurationException(UnreadableFile.reason(path.toString(), e), e);
            }
        }
        return setting("password", null)
                .orElseThrow(() ->
                        missing("Expected --password-file, BOUNCE_POP3_PASSWORD or password= in the --config file"));
    }

    static int number(String name, String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new ConfigurationException("Expected a number for " + name + ", got " + value, e);
        }
    }
}
