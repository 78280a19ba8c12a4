package org.bounce4j.examples;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.bounce4j.mail.BounceMail;
import org.bounce4j.mail.BounceMessageParser;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Reads mails and says what they are. */
@Command(
        name = "inspect",
        description = "Reads mails and says what each is and who failed.",
        mixinStandardHelpOptions = true)
final class InspectCommand implements Callable<Integer> {
    /** From how many mails on a progress bar is worth its line. */
    private static final int MANY = 200;

    @Parameters(
            arity = "1..*",
            paramLabel = "PATH",
            description = "mail files, mbox files, directories of them, maildirs, or - for standard input")
    private List<String> paths = List.of();

    @ArgGroup(exclusive = true)
    private Form form = new Form();

    /** How to print; one of them at most. */
    private static final class Form {
        @Option(names = "--json", description = "print one JSON object a mail, a line each")
        private boolean json;

        @Option(names = "--events", description = "print the events alone, a line each, ready to be posted")
        private boolean events;

        @Option(names = "--explain", description = "say of each event which detector, rule and witness it is from")
        private boolean explain;
    }

    private final BounceMessageParser parser = BounceMessageParser.standard();
    private final PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    private final MailSource source = new MailSource(this::fail);
    private boolean failed;

    @Override
    public Integer call() {
        List<String> files = source.files(paths);
        ProgressBar bar = progressBar(files.size());
        try {
            for (String file : files) {
                source.read(file, parser.maxBytes(), (name, mail) -> print(name, parser.parse(mail)));
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

    private void print(String name, BounceMail mail) {
        if (form.json) {
            out.println(MailPrinter.json(name, mail));
        } else if (form.events) {
            MailPrinter.events(mail).forEach(out::println);
        } else if (form.explain) {
            out.print(MailExplanation.of(name, mail));
        } else {
            out.print(MailPrinter.text(name, mail));
        }
    }

    private void fail(String path, String why) {
        failed = true;
        System.err.println("bounce: cannot read " + path + ": " + why);
    }
}
