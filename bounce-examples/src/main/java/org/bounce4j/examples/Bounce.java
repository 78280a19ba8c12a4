package org.bounce4j.examples;

import org.bounce4j.examples.demo.DemoCommand;
import org.bounce4j.examples.serve.ServeCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

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
        System.exit(new CommandLine(new Bounce()).execute(arguments));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Expected a command, got none");
    }
}
