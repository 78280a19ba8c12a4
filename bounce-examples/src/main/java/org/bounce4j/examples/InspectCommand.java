package org.bounce4j.examples;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.bounce4j.mail.BounceMail;
import org.bounce4j.mail.BounceMessageParser;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Reads mails and says what they are. */
@Command(
        name = "inspect",
        description = "Reads mails (files, directories, - for standard input) and says what each is and who failed.",
        mixinStandardHelpOptions = true)
final class InspectCommand implements Callable<Integer> {
    /** From how many mails on a progress bar is worth its line. */
    private static final int MANY = 200;

    @Parameters(arity = "1..*", paramLabel = "PATH", description = "mail files, directories of them, or -")
    private List<String> paths = List.of();

    @Option(names = "--json", description = "print one JSON object a mail, a line each")
    private boolean json;

    @Option(names = "--events", description = "print the events alone, a line each, ready to be posted")
    private boolean events;

    private final BounceMessageParser parser = BounceMessageParser.standard();
    private final PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    private boolean failed;

    @Override
    public Integer call() {
        List<String> files = files();
        ProgressBar bar = progressBar(files.size());
        try {
            for (String file : files) {
                inspect(file);
                if (bar != null) {
                    bar.step();
                }
            }
        } finally {
            if (bar != null) {
                bar.close();
            }
            out.flush();
        }
        return failed ? 1 : 0;
    }

    private List<String> files() {
        List<String> files = new ArrayList<>();
        for (String path : paths) {
            if (!path.equals("-") && Files.isDirectory(Path.of(path))) {
                try (Stream<Path> inside = Files.walk(Path.of(path))) {
                    inside.filter(Files::isRegularFile)
                            .sorted()
                            .map(Path::toString)
                            .forEach(files::add);
                } catch (IOException e) {
                    fail(path, e);
                }
            } else {
                files.add(path);
            }
        }
        return files;
    }

    private static @Nullable ProgressBar progressBar(int mails) {
        if (mails < MANY || !Boolean.getBoolean("bounce.progress")) {
            return null;
        }
        return new ProgressBarBuilder()
                .setTaskName("inspect")
                .setInitialMax(mails)
                .setStyle(ProgressBarStyle.ASCII)
                .setConsumer(new ConsoleProgressBarConsumer(System.err))
                .clearDisplayOnFinish()
                .build();
    }

    private void inspect(String file) {
        BounceMail mail;
        try (InputStream in = file.equals("-") ? System.in : Files.newInputStream(Path.of(file))) {
            mail = parser.parse(in);
        } catch (IOException e) {
            fail(file, e);
            return;
        }
        if (json) {
            out.println(MailPrinter.json(file, mail));
        } else if (events) {
            MailPrinter.events(mail).forEach(out::println);
        } else {
            out.print(MailPrinter.text(file, mail));
        }
    }

    private void fail(String file, IOException e) {
        failed = true;
        System.err.println("bounce: cannot read " + file + ": " + e);
    }
}
