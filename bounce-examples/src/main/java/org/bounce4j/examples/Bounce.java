package org.bounce4j.examples;

import java.io.PrintWriter;
import java.util.stream.Collectors;
import org.bounce4j.examples.demo.DemoCommand;
import org.bounce4j.examples.serve.ServeCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line: {@code ./bounce <command>}. */
@Command(
        name = "bounce",
        description = "Reads, verifies and stores what says that a mail did not get through.",
        mixinStandardHelpOptions = true,
        version = "bounce4j 0.1.0-SNAPSHOT",
        subcommands = {
            DemoCommand.class,
            InspectCommand.class,
            ScanCommand.class,
            ServeCommand.class,
            VerifyCommand.class,
            CommandLine.HelpCommand.class
        })
public final class Bounce implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    /** Runs a command and exits with its status. */
    public static void main(String[] arguments) {
        if (System.getProperty("org.slf4j.simpleLogger.defaultLogLevel") == null) {
            System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
        }
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Bounce()).setParameterExceptionHandler(Bounce::refuse);
    }

    /** Says what is wrong and where help is. Only who named no command at all is shown all of them. */
    private static int refuse(ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("bounce: " + e.getMessage());
        if (e instanceof MissingCommandException) {
            command.usage(err);
        } else {
            UnmatchedArgumentException.printSuggestions(e, err);
            if (e instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()) {
                nameCommands(command, err);
            }
            err.println("Help: " + command.getCommandSpec().qualifiedName() + " --help");
        }
        err.flush();
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    private static void nameCommands(CommandLine command, PrintWriter err) {
        String names = command.getSubcommands().keySet().stream()
                .filter(name -> !name.equals("help"))
                .collect(Collectors.joining(", "));
        if (!names.isEmpty()) {
            err.println("There are: " + names);
        }
    }

    /** The command line ends where a command should stand. */
    static final class MissingCommandException extends ParameterException {
        private static final long serialVersionUID = 1L;

        MissingCommandException(CommandLine command, String message) {
            super(command, message);
        }
    }

    @Override
    public void run() {
        throw new MissingCommandException(spec.commandLine(), "Expected a command, got none");
    }
}
