package org.bounce4j.examples;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the commands that verify have in common: which files, as of when, and how the answer is printed. */
abstract class VerifyFilesCommand implements Callable<Integer> {
    private static final String MESSAGE = "message";
    private static final String NOW = "now";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--at",
            paramLabel = "message|now|INSTANT",
            description = "the time to judge at: each message's own, now, or one such as 2026-03-01T12:00:00Z")
    private @Nullable String at;

    @Option(names = "--json", description = "print one JSON object a file, a line each")
    private boolean json;

    private final PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    private boolean good = true;

    /** The files to verify; {@code -} is standard input. */
    abstract List<String> files();

    /** Whether a folder stands for the files in it. */
    abstract boolean takesFolders();

    /** The largest file read. */
    abstract int maxBytes();

    /** The time to judge at where {@code --at} is not given: {@code message} or {@code now}. */
    abstract String usualTime();

    /** Reads the arguments. */
    abstract void prepare();

    /** Verifies a file. */
    abstract Verdict verify(String file, byte[] body);

    @Override
    public final Integer call() {
        fixedTime();
        prepare();
        MailSource source = new MailSource((path, why) -> print(Verdict.unread(path, why)), this::empty);
        for (String path : files()) {
            List<String> inside = takesFolders() ? source.files(List.of(path)) : List.of(path);
            inside.forEach(file -> print(read(file)));
        }
        out.flush();
        return good ? 0 : 1;
    }

    private void print(Verdict verdict) {
        good &= verdict.isGood();
        out.print(json ? verdict.json() + "\n" : verdict.text());
    }

    private void empty(String folder) {
        good = false;
        System.err.println("bounce: no files in " + folder + " (hidden files are skipped)");
    }

    private Verdict read(String file) {
        byte[] body;
        try {
            if (!file.equals("-") && Files.isDirectory(Path.of(file))) {
                return Verdict.unread(file, "expected the file with the body, got a folder");
            }
            body = Verdict.read(file, maxBytes());
        } catch (IOException e) {
            return Verdict.unread(file, UnreadableFile.why(e));
        } catch (InvalidPathException e) {
            return Verdict.unread(file, "not a path that this system can have");
        }
        return verify(file, body);
    }

    /** Returns the time to judge at, or null for each message's own. */
    final @Nullable Instant time() {
        String text = at == null ? usualTime() : at;
        return text.equals(MESSAGE)
                ? null
                : text.equals(NOW) ? Instant.now().truncatedTo(ChronoUnit.SECONDS) : fixedTime();
    }

    private Instant fixedTime() {
        try {
            return at == null || at.equals(MESSAGE) || at.equals(NOW) ? Instant.EPOCH : Instant.parse(at);
        } catch (DateTimeException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--at: expected message, now or a time such as 2026-03-01T12:00:00Z, got " + at,
                    e);
        }
    }

    /** Returns what to throw for a wrong argument. */
    final ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
