package org.bounce4j.examples;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Callable;
import org.bounce4j.VerificationException;
import org.bounce4j.sendgrid.SendGridBatch;
import org.bounce4j.sendgrid.SendGridEventParser;
import org.bounce4j.sendgrid.SendGridVerifier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Verifies a batch of SendGrid events and reads it. */
@Command(
        name = "sendgrid",
        description =
                "Verifies a request of SendGrid's event webhook and reads its events; names the likely cause where the"
                        + " signature does not fit.",
        footer = "Exit status: 0 if it is genuine and could be read, 1 if not, 2 for wrong arguments.",
        mixinStandardHelpOptions = true)
final class VerifySendGridCommand implements Callable<Integer> {
    private static final int MAX_BYTES = 32 * 1024 * 1024;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "the body, byte for byte, or - for standard input")
    private String file = "-";

    @Option(
            names = "--key",
            required = true,
            paramLabel = "KEY",
            description = "the verification key as the console shows it; may be repeated")
    private List<String> keys = List.of();

    @Option(
            names = "--signature",
            required = true,
            paramLabel = "SIG",
            description = "the value of the header " + SendGridVerifier.SIGNATURE_HEADER)
    private String signature = "";

    @Option(
            names = "--timestamp",
            required = true,
            paramLabel = "TS",
            description = "the value of the header " + SendGridVerifier.TIMESTAMP_HEADER)
    private String timestamp = "";

    @Option(
            names = "--at",
            paramLabel = "now|INSTANT",
            description = "check also that it was fresh at this time; any age if not set")
    private @Nullable String at;

    @Option(names = "--json", description = "print one JSON object on one line")
    private boolean json;

    @Override
    public Integer call() {
        Verdict verdict = verify();
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        out.print(json ? verdict.json() + "\n" : verdict.text());
        out.flush();
        return verdict.isGood() ? 0 : 1;
    }

    private Verdict verify() {
        Clock clock = clock();
        byte[] body;
        try {
            body = Verdict.read(file, MAX_BYTES);
        } catch (IOException e) {
            return Verdict.unreadable(file, e);
        }
        String[] all = keys.toArray(String[]::new);
        SendGridVerifier verifier;
        try {
            SendGridVerifier.Builder builder = SendGridVerifier.builder(all);
            verifier = clock == null
                    ? builder.anyAge().build()
                    : builder.clock(clock).build();
        } catch (IllegalArgumentException e) {
            return Verdict.refused(file, null, "key: " + e.getMessage());
        }
        try {
            SendGridBatch batch = verifier.verify(body, signature, timestamp);
            return Verdict.verified(file, "EventBatch", new SendGridEventParser().parse(batch));
        } catch (VerificationException e) {
            SendGridVerifier ageless = SendGridVerifier.builder(all).anyAge().build();
            return Verdict.refused(
                    file, null, Verdict.explain(e) + SendGridSuspects.of(body, signature, timestamp, ageless));
        }
    }

    private @Nullable Clock clock() {
        if (at == null) {
            return null;
        }
        if (at.equals("now")) {
            return Clock.systemUTC();
        }
        try {
            return Clock.fixed(Instant.parse(at), ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw new ParameterException(
                    spec.commandLine(), "--at: expected now or a time such as 2026-03-01T12:00:00Z, got " + at, e);
        }
    }
}
