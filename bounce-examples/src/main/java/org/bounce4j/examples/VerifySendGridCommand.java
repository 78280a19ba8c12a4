package org.bounce4j.examples;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.bounce4j.VerificationException;
import org.bounce4j.sendgrid.SendGridBatch;
import org.bounce4j.sendgrid.SendGridEventParser;
import org.bounce4j.sendgrid.SendGridVerifier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Verifies a batch of SendGrid events and reads it. */
@Command(
        name = "sendgrid",
        description =
                "Verifies a request of SendGrid's event webhook, of any age unless --at is given, and reads its events; names"
                        + " the likely cause where the signature does not fit.",
        footer =
                "Exit status: 0 if it is genuine and could be read; 1 if it is not, or the file or the key cannot be read; 2 for"
                        + " wrong arguments.",
        mixinStandardHelpOptions = true)
final class VerifySendGridCommand extends VerifyFilesCommand {
    private static final SendGridEventParser PARSER =
            SendGridEventParser.builder().deferrals().build();

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

    @Override
    List<String> files() {
        return List.of(file);
    }

    /** Each body has headers of its own. */
    @Override
    boolean takesFolders() {
        return false;
    }

    @Override
    int maxBytes() {
        return 32 * 1024 * 1024;
    }

    @Override
    String usualTime() {
        return "message";
    }

    @Override
    void prepare() {
        for (String key : keys) {
            if (isFile(key)) {
                throw wrong("--key: expected the key itself, got the name of a file; with the shell it is"
                        + " --key \"$(cat " + key + ")\"");
            }
        }
    }

    private static boolean isFile(String text) {
        try {
            return text.length() < 1_024 && Files.isRegularFile(Path.of(text));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    @Override
    Verdict verify(String file, byte[] body) {
        SendGridVerifier ageless;
        try {
            ageless = verifier(null);
        } catch (IllegalArgumentException e) {
            return Verdict.refused(file, null, "key: " + e.getMessage());
        }
        Instant time = time();
        try {
            SendGridBatch batch = verifier(time).verify(body, signature, timestamp);
            Verdict verdict = Verdict.verified(file, "EventBatch", PARSER.parse(batch));
            return (verdict.isEmpty() ? verdict.summed(SendGridSuspects.noEvent(body)) : verdict).noted(judged(time));
        } catch (VerificationException e) {
            return Verdict.refused(
                            file, null, Verdict.explain(e) + SendGridSuspects.of(body, signature, timestamp, ageless))
                    .noted(judged(time));
        }
    }

    private SendGridVerifier verifier(@Nullable Instant time) {
        SendGridVerifier.Builder builder = SendGridVerifier.builder(keys.toArray(String[]::new));
        return time == null
                ? builder.anyAge().build()
                : builder.clock(Clock.fixed(time, ZoneOffset.UTC)).build();
    }

    private String judged(@Nullable Instant time) {
        return time == null
                ? "judged at any age, as signed at " + signedAt() + "; --at now asks whether it is fresh as well"
                : "judged at " + time + ", signed at " + signedAt() + "; without --at it may have any age";
    }

    private String signedAt() {
        String seconds = timestamp.strip();
        boolean digits =
                !seconds.isEmpty() && seconds.length() < 12 && seconds.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits ? Instant.ofEpochSecond(Long.parseLong(seconds)).toString() : "a time that cannot be read";
    }
}
