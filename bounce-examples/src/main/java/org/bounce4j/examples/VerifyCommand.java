package org.bounce4j.examples;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says whether a captured request is genuine, and if not, why. */
@Command(
        name = "verify",
        description = "Verifies captured requests of a provider and says which step failed and why.",
        mixinStandardHelpOptions = true,
        subcommands = {VerifySesCommand.class, VerifySendGridCommand.class})
final class VerifyCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new Bounce.MissingCommandException(spec.commandLine(), "Expected the name of a provider, got none");
    }
}
