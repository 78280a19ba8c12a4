package org.bounce4j.examples;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.bounce4j.BounceClassifier;
import org.bounce4j.ConfigurationException;
import org.bounce4j.mail.BounceMail;
import org.bounce4j.mail.BounceMessageParser;
import org.bounce4j.mail.MailKind;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Reads mails and says what they are. */
@Command(
        name = "inspect",
        description = "Reads mails and says what each is and who failed.",
        mixinStandardHelpOptions = true)
final class InspectCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    /** From how many mails on a progress bar is worth its line. */
    private static final int MANY = 200;

    @Parameters(
            arity = "1..*",
            paramLabel = "PATH",
            description =
                    "mail files, mbox files, directories of them, maildirs, or - for standard input; of a directory,"
                            + " hidden files and a maildir's tmp are skipped")
    private List<String> paths = List.of();

    @ArgGroup(exclusive = true)
    private Form form = new Form();

    /** How to print; one of them at most. */
    private static final class Form {
        @Option(names = "--json", description = "print one JSON object a mail, a line each")
        private boolean json;

        @Option(
                names = "--events",
                description =
                        "print the events alone, a line each; an endpoint takes one, or all as one array (jq -s .)")
        private boolean events;

        @Option(names = "--explain", description = "say of each event which detector, rule and witness it is from")
        private boolean explain;
    }

    @Option(
            names = "--source",
            paramLabel = "NAME",
            description = "what the events call the place that they are from; file if not set")
    private String from = "file";

    @Option(
            names = "--rules",
            paramLabel = "FILE",
            description =
                    "classification rules of your own, asked before ours; classification-rules.txt of bounce-core says how"
                            + " to write them")
    private @Nullable Path rules;

    private final PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    private final MailSource source = new MailSource(this::fail, this::empty);
    private final Map<MailKind, Integer> kinds = new EnumMap<>(MailKind.class);
    private BounceClassifier classifier = BounceClassifier.standard();
    /** The names of the rules of your own that have decided nothing yet. */
    private final Set<String> idle = new LinkedHashSet<>();

    private int events;
    private boolean failed;

    @Override
    public Integer call() {
        if (from.isBlank()) {
            throw new ParameterException(spec.commandLine(), "--source: expected a name, got a blank text");
        }
        if (rules != null) {
            classifier = classifier(rules);
        }
        BounceMessageParser parser = BounceMessageParser.builder()
                .source(from)
                .classifier(classifier)
                .build();
        List<String> files = source.files(paths);
        ProgressBar bar = progressBar(files.size());
        try {
            for (String file : files) {
                source.read(file, parser.maxBytes(), (name, mail) -> read(name, mail, parser));
                if (bar != null) {
                    bar.step();
                }
            }
        } finally {
            if (bar != null) {
                bar.close();
            }
            summarise();
            out.flush();
            if (!idle.isEmpty()) {
                System.err.println("bounce: of the rules in " + rules + ", these decided nothing here: "
                        + String.join(", ", idle));
            }
        }
        return failed ? 1 : 0;
    }

    private BounceClassifier classifier(Path file) {
        try {
            String text = Files.readString(file);
            BounceClassifier own = BounceClassifier.withRules(text);
            text.lines()
                    .filter(line -> !line.isEmpty() && " \t#@".indexOf(line.charAt(0)) < 0)
                    .forEach(line -> idle.add(line.split("\\s", 2)[0]));
            return own;
        } catch (IOException e) {
            throw new ParameterException(
                    spec.commandLine(), "--rules: cannot read " + file + ": " + UnreadableFile.why(e), e);
        } catch (ConfigurationException e) {
            throw new ParameterException(spec.commandLine(), "--rules: " + file + ": " + e.getMessage(), e);
        }
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

    private void read(String name, InputStream stream, BounceMessageParser parser) throws IOException {
        BufferedInputStream mail = new BufferedInputStream(stream);
        mail.mark(1);
        int first = mail.read();
        mail.reset();
        if (form.json || form.events || NoMail.isMail(first)) {
            print(name, parser.parse(mail), "");
            return;
        }
        byte[] bytes = mail.readNBytes(parser.maxBytes() + 1);
        BounceMail parsed = parser.parse(new ByteArrayInputStream(bytes));
        print(
                name,
                parsed,
                NoMail.hint(name, bytes).map(hint -> "  " + hint + "\n").orElse(""));
    }

    private void print(String name, BounceMail mail, String hint) {
        kinds.merge(mail.kind(), 1, Integer::sum);
        events += mail.events().size();
        mail.events().forEach(event -> event.rule().ifPresent(idle::remove));
        mail.batch().delays().forEach(delay -> delay.rule().ifPresent(idle::remove));
        if (form.json) {
            out.println(MailPrinter.json(name, mail));
        } else if (form.events) {
            MailPrinter.events(mail).forEach(out::println);
        } else if (form.explain) {
            out.print(MailExplanation.of(name, mail, hint, classifier));
        } else {
            out.print(MailPrinter.text(name, mail) + hint);
        }
    }

    /** Of many mails, a person wants to know what they were together. */
    private void summarise() {
        int mails = kinds.values().stream().mapToInt(Integer::intValue).sum();
        if (mails < 2 || form.json || form.events) {
            return;
        }
        out.println();
        out.println(mails + " mails: "
                + kinds.entrySet().stream()
                        .map(kind -> counted(kind.getValue(), kind.getKey()))
                        .collect(Collectors.joining(", "))
                + "; " + (events == 1 ? "1 event" : events + " events"));
    }

    private static String counted(int count, MailKind kind) {
        String name = kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        if (count != 1) {
            name = name.endsWith("y") ? name.substring(0, name.length() - 1) + "ies" : name + "s";
        }
        return count + " " + name;
    }

    private void empty(String directory) {
        System.err.println("bounce: no mails in " + directory + " (hidden files and a maildir's tmp are skipped)");
    }

    private void fail(String path, String why) {
        failed = true;
        System.err.println("bounce: cannot read " + path + ": " + why);
    }
}
