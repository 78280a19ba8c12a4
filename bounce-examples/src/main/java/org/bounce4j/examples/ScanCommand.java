package org.bounce4j.examples;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.bounce4j.BounceException;
import org.bounce4j.BounceSink;
import org.bounce4j.ConfigurationException;
import org.bounce4j.jdbc.JdbcBounceStore;
import org.bounce4j.mail.BounceMail;
import org.bounce4j.mail.BounceMessageParser;
import org.bounce4j.mail.MailKind;
import org.bounce4j.mailbox.FetchedMail;
import org.bounce4j.mailbox.Mailbox;
import org.bounce4j.mailbox.MailboxEntry;
import org.bounce4j.mailbox.MailboxInUseException;
import org.bounce4j.mailbox.MailboxScanner;
import org.bounce4j.mailbox.MailboxSession;
import org.bounce4j.mailbox.ScanReport;
import org.h2.jdbcx.JdbcConnectionPool;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Scans a POP3 mailbox once. */
@Command(
        name = "scan",
        description = "Scans a POP3 mailbox once: stores its bounces, then deletes them.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:everything was looked at",
            "1:so it was, but some mails made trouble and were left",
            "2:the command line is wrong, or lacks something where there is no --config file",
            "75:the server or the store was not there, or somebody else has the mailbox: try again later",
            "78:a person must change something: a setting, the login, the certificate"
        })
final class ScanCommand implements Callable<Integer> {
    private static final int TROUBLE = 1;
    private static final int TRY_AGAIN = 75;
    private static final int MISCONFIGURED = 78;

    private static final int MAX_BYTES = BounceMessageParser.DEFAULT_MAX_BYTES;

    @Mixin
    private ScanSettings settings = new ScanSettings();

    @Option(
            names = "--store",
            paramLabel = "JDBC-URL",
            description =
                    "an H2 database on disk for the events, such as jdbc:h2:./bounces. Its tables are created, and what is"
                            + " accepted is written at once")
    private @Nullable String store;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "appends the events to this file, one JSON object a line")
    private @Nullable Path out;

    @Option(names = "--dry-run", description = "prints what the mails are, and leaves the mailbox as it was")
    private boolean dryRun;

    @Option(names = "--leave-everything", description = "stores, and deletes nothing")
    private boolean leaveEverything;

    @Option(names = "--limit", paramLabel = "MAILS", description = "with --dry-run: looks at so many mails only")
    private @Nullable Integer limit;

    private final PrintStream printer = new PrintStream(System.out, false, StandardCharsets.UTF_8);

    @Override
    public Integer call() throws IOException {
        try {
            Mailbox mailbox = settings.mailbox();
            return settings.isOn("dry-run", dryRun) ? dryRun(mailbox) : scan(mailbox);
        } catch (ConfigurationException | IllegalArgumentException e) {
            System.err.println("bounce: " + e.getMessage());
            return MISCONFIGURED;
        } catch (MailboxInUseException e) {
            System.err.println("bounce: somebody else has the mailbox: " + e.getMessage());
            return TRY_AGAIN;
        } catch (BounceException e) {
            System.err.println("bounce: " + e.getMessage());
            return TRY_AGAIN;
        } finally {
            printer.flush();
        }
    }

    private int scan(Mailbox mailbox) throws IOException {
        String url = settings.setting("store", store).orElse(null);
        Path file =
                out != null ? out : settings.setting("out", null).map(Path::of).orElse(null);
        if (url != null && file != null) {
            throw refused(store != null && out != null, "Expected one of --store and --out, got both");
        }
        if (url == null && file == null) {
            throw settings.missing(
                    "Expected --store or --out: somewhere to keep what is accepted; or --dry-run, to only look");
        }
        if (url != null && !url.startsWith("jdbc:h2:")) {
            throw refused(
                    store != null,
                    "Expected a store like jdbc:h2:./bounces, the database that comes with this program, got another");
        }
        if (url != null && url.startsWith("jdbc:h2:mem:")) {
            throw refused(
                    store != null,
                    "Expected a store on disk, like jdbc:h2:./bounces, got one in memory, which would end with this"
                            + " program after the mails were deleted");
        }
        if (limit() != Integer.MAX_VALUE) {
            throw refused(limit != null, "Expected --limit with --dry-run only");
        }
        if (url != null) {
            // a pool, because H2 closes the database with the last connection to it
            JdbcConnectionPool source = JdbcConnectionPool.create(durable(url), "", "");
            try {
                JdbcBounceStore jdbc = JdbcBounceStore.builder(source).build();
                jdbc.createSchema();
                return scan(mailbox, jdbc);
            } finally {
                source.dispose();
            }
        }
        try (JsonLinesFile lines = new JsonLinesFile(Objects.requireNonNull(file))) {
            return scan(mailbox, lines);
        }
    }

    private RuntimeException refused(boolean byFlag, String message) {
        return byFlag ? settings.wrong(message) : new ConfigurationException(message);
    }

    /**
     * QUIRK: H2 writes what was committed half a second later, unless told otherwise; mails are deleted sooner. And where a
     * process is killed after H2 2.5 began to reuse space in its file, the next one may not find what was committed last (the
     * crash test of the mailbox shows it on a busy machine), so that it only appends; closing compacts the file.
     */
    private static String durable(String url) {
        if (url.startsWith("jdbc:h2:tcp:") || url.startsWith("jdbc:h2:ssl:")) {
            return url;
        }
        StringBuilder durable = new StringBuilder(url);
        for (String setting : List.of(";WRITE_DELAY=0", ";REUSE_SPACE=FALSE")) {
            String name = setting.substring(0, setting.indexOf('=') + 1);
            if (!url.toUpperCase(Locale.ROOT).contains(name)) {
                durable.append(setting);
            }
        }
        return durable.toString();
    }

    private int limit() {
        return limit != null
                ? limit
                : settings.setting("limit", null)
                        .map(value -> ScanSettings.number("limit", value))
                        .orElse(Integer.MAX_VALUE);
    }

    private int scan(Mailbox mailbox, BounceSink sink) {
        MailboxScanner.Builder scanner = MailboxScanner.builder(mailbox, sink);
        if (settings.isOn("leave-everything", leaveEverything)) {
            scanner.leaveEverything();
        }
        ScanReport report;
        try (Progress progress = new Progress()) {
            report = scanner.listener(progress::show).build().scan();
        }
        print(report);
        return switch (report.outcome()) {
            case COMPLETED -> report.failed().isEmpty() ? 0 : TROUBLE;
            case MISCONFIGURED -> MISCONFIGURED;
            case IN_USE, UNAVAILABLE, ALREADY_SCANNING -> TRY_AGAIN;
        };
    }

    /** Uses the mailbox without a scanner: nothing is deleted, and it leaves without QUIT, so nothing counts as fetched. */
    private int dryRun(Mailbox mailbox) {
        BounceMessageParser parser = BounceMessageParser.standard();
        Map<MailKind, Integer> kinds = new EnumMap<>(MailKind.class);
        try (MailboxSession session = mailbox.open();
                Progress progress = new Progress()) {
            List<MailboxEntry> all = session.list();
            List<MailboxEntry> entries = all.subList(0, Math.min(all.size(), Math.max(0, limit())));
            session.announce(entries, MAX_BYTES);
            int done = 0;
            for (MailboxEntry entry : entries) {
                FetchedMail fetched = session.fetch(entry, MAX_BYTES).orElse(null);
                if (fetched == null) {
                    printer.println(entry.number() + ": the server will not give it");
                } else {
                    BounceMail mail =
                            fetched.whole() ? parser.parse(fetched.bytes()) : parser.parseBeginning(fetched.bytes());
                    kinds.merge(mail.kind(), 1, Integer::sum);
                    printer.print(MailPrinter.text(String.valueOf(entry.number()), mail));
                }
                progress.show(++done, entries.size());
            }
        }
        print(kinds);
        printer.println("Nothing was stored, nothing was deleted.");
        return 0;
    }

    private void print(ScanReport report) {
        Map<MailKind, Integer> kinds = new EnumMap<>(MailKind.class);
        for (MailKind kind : MailKind.values()) {
            if (report.count(kind) > 0) {
                kinds.put(kind, report.count(kind));
            }
        }
        print(kinds);
        row("events accepted", report.events());
        row("deleted", report.deleted());
        row("left", report.left());
        row("failed", report.failed().size());
        row("bytes", report.bytes());
        row("milliseconds", report.duration().toMillis());
        for (ScanReport.FailedMail failed : report.failed()) {
            System.err.println("bounce: mail " + failed.entry().number() + " ("
                    + failed.entry().id() + ") was left: " + failed.cause().getMessage());
        }
        report.failure().ifPresent(failure -> System.err.println("bounce: " + failure.getMessage()));
        report.retryAfter()
                .ifPresent(wait -> System.err.println("bounce: try again in " + wait.toSeconds() + " seconds"));
    }

    private void print(Map<MailKind, Integer> kinds) {
        kinds.forEach((kind, count) -> row(kind.name().toLowerCase(Locale.ROOT).replace('_', ' '), count));
    }

    private void row(String name, long value) {
        printer.printf(Locale.ROOT, "%-18s %,12d%n", name, value);
    }

    /** A bar where somebody looks at it. */
    private static final class Progress implements AutoCloseable {
        private @Nullable ProgressBar bar;

        void show(int done, int total) {
            if (bar == null && total > 0 && Boolean.getBoolean("bounce.progress")) {
                bar = new ProgressBarBuilder()
                        .setTaskName("scan")
                        .setInitialMax(total)
                        .setStyle(ProgressBarStyle.ASCII)
                        .setConsumer(new ConsoleProgressBarConsumer(System.err))
                        .clearDisplayOnFinish()
                        .build();
            }
            if (bar != null) {
                bar.maxHint(total);
                bar.stepTo(done);
            }
        }

        @Override
        public void close() {
            if (bar != null) {
                bar.close();
            }
        }
    }
}
