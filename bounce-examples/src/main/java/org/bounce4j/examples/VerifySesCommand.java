package org.bounce4j.examples;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Callable;
import org.bounce4j.BounceBatch;
import org.bounce4j.BounceException;
import org.bounce4j.MalformedPayloadException;
import org.bounce4j.VerificationException;
import org.bounce4j.ses.CertificateSource;
import org.bounce4j.ses.SesEventParser;
import org.bounce4j.ses.SnsMessage;
import org.bounce4j.ses.SnsVerifier;
import org.bounce4j.ses.Topics;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Verifies SNS messages and reads the SES events in them. */
@Command(
        name = "ses",
        description =
                "Verifies Amazon SNS messages (the body of a request, a file each) and reads the SES events in them.",
        footer = "Exit status: 0 if all are genuine and could be read, 1 if one is not, 2 for wrong arguments.",
        mixinStandardHelpOptions = true)
final class VerifySesCommand implements Callable<Integer> {
    private static final int MAX_BYTES = 1024 * 1024;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "bodies of requests, or - for standard input")
    private List<String> files = List.of();

    @Option(
            names = "--topic",
            required = true,
            paramLabel = "ARN",
            description = "a topic that is yours; may be repeated")
    private List<String> topics = List.of();

    @Option(
            names = "--certs",
            paramLabel = "DIR",
            description = "a folder to take SimpleNotificationService-….pem from, instead of the network")
    private @Nullable Path certificates;

    @Option(
            names = "--at",
            paramLabel = "message|INSTANT",
            description =
                    "the time to judge at: each message's own, or one such as 2026-03-01T12:00:00Z; now if not set")
    private @Nullable String at;

    @Option(names = "--insecure-weak-keys", description = "accept RSA keys of 1024 bits, for messages before 2013")
    private boolean weakKeys;

    @Option(names = "--json", description = "print one JSON object a file, a line each")
    private boolean json;

    private final PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);

    @Override
    public Integer call() {
        Topics allowed = topics();
        CertificateSource source = source();
        Instant fixed = at == null || at.equals("message") ? null : instant(at);
        boolean good = true;
        for (String file : files) {
            Verdict verdict = verify(file, allowed, source, fixed);
            good &= verdict.isGood();
            out.print(json ? verdict.json() + "\n" : verdict.text());
        }
        out.flush();
        return good ? 0 : 1;
    }

    private Topics topics() {
        try {
            return Topics.of(topics);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--topic: " + e.getMessage(), e);
        }
    }

    private CertificateSource source() {
        if (certificates == null) {
            return CertificateSource.http();
        }
        if (!Files.isDirectory(certificates)) {
            throw new ParameterException(spec.commandLine(), "--certs: expected a folder, got " + certificates);
        }
        return CertificateSource.directory(certificates);
    }

    private Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--at: expected message or a time such as 2026-03-01T12:00:00Z, got " + text,
                    e);
        }
    }

    private Verdict verify(String file, Topics allowed, CertificateSource source, @Nullable Instant fixed) {
        byte[] body;
        try {
            body = Verdict.read(file, MAX_BYTES);
        } catch (IOException e) {
            return Verdict.unreadable(file, e);
        }
        String type = null;
        try {
            SnsMessage claimed = SnsMessage.insecureUnverified(body);
            type = type(claimed);
            SnsVerifier verifier =
                    verifier(allowed, source, at == null ? null : fixed == null ? claimed.timestamp() : fixed);
            return verify(file, body, verifier);
        } catch (MalformedPayloadException e) {
            return Verdict.refused(file, type, "message: " + Verdict.explain(e) + SnsSuspects.ofShape(body));
        } catch (BounceException e) {
            return Verdict.refused(file, type, Verdict.explain(e));
        }
    }

    private Verdict verify(String file, byte[] body, SnsVerifier verifier) {
        SnsMessage message;
        try {
            message = verifier.verify(body);
            if (message instanceof SnsMessage.SubscriptionConfirmation confirmation) {
                verifier.confirmationUrl(confirmation);
            }
        } catch (VerificationException e) {
            return Verdict.refused(
                    file,
                    type(SnsMessage.insecureUnverified(body)),
                    Verdict.explain(e) + SnsSuspects.ofTexts(body, verifier));
        }
        BounceBatch batch = message instanceof SnsMessage.Notification notification
                ? new SesEventParser().parse(notification)
                : BounceBatch.empty();
        return Verdict.verified(file, type(message), batch);
    }

    private SnsVerifier verifier(Topics allowed, CertificateSource source, @Nullable Instant when) {
        SnsVerifier.Builder builder = SnsVerifier.builder(allowed).certificates(source);
        if (when != null) {
            builder.clock(Clock.fixed(when, ZoneOffset.UTC));
        }
        if (weakKeys) {
            builder.insecureWeakKeys();
        }
        return builder.build();
    }

    private static String type(SnsMessage message) {
        return message.getClass().getSimpleName();
    }
}
