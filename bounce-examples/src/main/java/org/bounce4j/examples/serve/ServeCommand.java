package org.bounce4j.examples.serve;

import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.bounce4j.BounceException;
import org.bounce4j.ConfigurationException;
import org.bounce4j.examples.UnreadableFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Serves until it is told to stop. */
@Command(
        name = "serve",
        description = "Serves the webhooks, scans the mailbox, and shows what came in: an API and a page.",
        mixinStandardHelpOptions = true,
        footer = "docs/serve.md lists the settings. The least it needs: BOUNCE_API_USERS=username:password",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "2:the command line is wrong",
            "78:a setting is wrong",
            "130, 143:it was told to stop, by Ctrl-C or SIGTERM"
        })
public final class ServeCommand implements Callable<Integer> {
    private static final int MISCONFIGURED = 78;
    private static final Path DEFAULT = Path.of("bounce.properties");

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "the settings; bounce.properties in this folder, if it is there and this is not set")
    private @Nullable Path config;

    @Override
    public Integer call() throws Exception {
        if ("off".equals(System.getProperty("org.slf4j.simpleLogger.defaultLogLevel"))) {
            System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
            System.setProperty("org.slf4j.simpleLogger.log.org.bounce4j", "info");
            System.setProperty("org.slf4j.simpleLogger.showDateTime", "true");
            System.setProperty("org.slf4j.simpleLogger.dateTimeFormat", "yyyy-MM-dd'T'HH:mm:ssXXX");
        }
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        try {
            ServeSettings settings = ServeSettings.of(properties(), System.getenv());
            settings.strangers.forEach(
                    name -> System.err.println("bounce: " + name + ": there is no such setting, it is ignored"));
            BounceServer server = new BounceServer(settings);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "stop"));
            out.println("bounce: serving at " + server.address());
            out.print(OnAndOff.of(settings));
            server.join();
            return 0;
        } catch (BounceException e) {
            System.err.println("bounce: " + e.getMessage());
            return MISCONFIGURED;
        }
    }

    private Properties properties() throws IOException {
        Properties properties = new Properties();
        Path file = config == null ? DEFAULT : config;
        if (config != null || Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            } catch (IOException e) {
                throw new ConfigurationException(UnreadableFile.reason(file.toString(), e), e);
            } catch (IllegalArgumentException e) {
                // an escape that is none; it does not quote the line
                throw new ConfigurationException("Cannot read " + file + ": " + e.getMessage(), e);
            }
        }
        return properties;
    }

    private static void stop(BounceServer server) {
        try {
            server.close();
        } catch (IOException e) {
            System.err.println("bounce: " + e.getMessage());
        }
    }
}
