package org.bounce4j.examples;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
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
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Verifies SNS messages and reads the SES events in them. */
@Command(
        name = "ses",
        description =
                "Verifies Amazon SNS messages (the body of a request, a file each), as fresh ones unless --at is given, and"
                        + " reads the SES events in them.",
        footer = "Exit status: 0 if all are genuine and could be read; 1 if one is not, or a file cannot be read, or a"
                + " directory has none; 2 for wrong arguments.",
        mixinStandardHelpOptions = true)
final class VerifySesCommand extends VerifyFilesCommand {
    @Parameters(
            arity = "1..*",
            paramLabel = "PATH",
            description =
                    "bodies of requests, directories of them, in which hidden files are skipped, or - for standard"
                            + " input")
    private List<String> files = List.of();

    private static final String NOT_IN_FOLDER = "certificate: expected the file ";

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

    @Option(names = "--insecure-weak-keys", description = "accept RSA keys of 1024 bits, for messages before 2013")
    private boolean weakKeys;

    @SuppressWarnings("NullAway.Init") // prepare() sets it
    private Topics allowed;

    @SuppressWarnings("NullAway.Init") // prepare() sets it
    private CertificateSource source;

    @Override
    List<String> files() {
        return files;
    }

    @Override
    boolean takesFolders() {
        return true;
    }

    @Override
    int maxBytes() {
        return 1024 * 1024;
    }

    @Override
    String usualTime() {
        return "now";
    }

    @Override
    void prepare() {
        try {
            allowed = Topics.of(topics);
        } catch (IllegalArgumentException e) {
            throw wrong("--topic: " + e.getMessage());
        }
        source = certificates == null ? CertificateSource.http() : folder(certificates);
    }

    private CertificateSource folder(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw wrong(
                    "--certs: expected a folder with the signing certificates, each under the name at the end of its"
                            + " SigningCertURL (SimpleNotificationService-<32 hex digits>.pem), got "
                            + (Files.exists(folder) ? "a file: " : "none: there is no ")
                            + folder);
        }
        CertificateSource inFolder = CertificateSource.directory(folder);
        return (URI url) -> {
            String name = url.getPath().substring(url.getPath().lastIndexOf('/') + 1);
            if (!Files.exists(folder.resolve(name))) {
                throw new VerificationException(NOT_IN_FOLDER + folder.resolve(name)
                        + ", it is not there; save it from " + url + " or leave --certs out");
            }
            return inFolder.fetch(url);
        };
    }

    @Override
    Verdict verify(String file, byte[] body) {
        SnsMessage claimed;
        try {
            claimed = SnsMessage.insecureUnverified(body);
        } catch (MalformedPayloadException e) {
            return Verdict.refused(file, null, "message: " + Verdict.explain(e) + SnsSuspects.ofShape(body));
        }
        Instant given = time();
        Instant time = given == null ? claimed.timestamp() : given;
        return verify(file, body, claimed, time)
                .noted(
                        given == null
                                ? "judged at " + time + ", its own time"
                                : "judged at " + time + "; --at message judges each message at its own time");
    }

    private Verdict verify(String file, byte[] body, SnsMessage claimed, Instant time) {
        SnsVerifier verifier = verifier(time);
        SnsMessage message;
        try {
            message = verified(body, verifier);
        } catch (VerificationException e) {
            String why = String.valueOf(e.getMessage());
            if (why.startsWith(NOT_IN_FOLDER)) {
                // of this folder; it says nothing of the message, nor of what an endpoint would answer
                return Verdict.refused(file, type(claimed), why);
            }
            return Verdict.refused(file, type(claimed), Verdict.explain(e) + suspect(body, claimed, time, e, verifier));
        } catch (MalformedPayloadException e) {
            return Verdict.refused(file, type(claimed), "message: " + Verdict.explain(e) + SnsSuspects.ofShape(body));
        } catch (BounceException e) {
            return Verdict.refused(file, type(claimed), Verdict.explain(e));
        }
        BounceBatch batch = message instanceof SnsMessage.Notification notification
                ? new SesEventParser().parse(notification)
                : BounceBatch.empty();
        Verdict verdict = Verdict.verified(file, type(message), batch);
        return message instanceof SnsMessage.Notification && verdict.isEmpty()
                ? verdict.summed(SnsSuspects.noEvent(message.message()))
                : verdict;
    }

    private String suspect(
            byte[] body, SnsMessage claimed, Instant time, VerificationException refusal, SnsVerifier verifier) {
        if (!time.equals(claimed.timestamp())) {
            try {
                verified(body, verifier(claimed.timestamp()));
                return "; likely cause: it is genuine, only not of the time as of which it was judged: --at message"
                        + " judges it at its own time, " + claimed.timestamp();
            } catch (BounceException e) {
                if (!String.valueOf(e.getMessage()).equals(refusal.getMessage())) {
                    return "; and judged at its own time, " + claimed.timestamp() + " (--at message): " + e.getMessage()
                            + SnsSuspects.of(e.getMessage(), body, verifier(claimed.timestamp()));
                }
            }
        }
        return SnsSuspects.of(refusal.getMessage(), body, verifier);
    }

    private static SnsMessage verified(byte[] body, SnsVerifier verifier) {
        SnsMessage message = verifier.verify(body);
        if (message instanceof SnsMessage.SubscriptionConfirmation confirmation) {
            verifier.confirmationUrl(confirmation);
        }
        return message;
    }

    private SnsVerifier verifier(Instant time) {
        SnsVerifier.Builder builder =
                SnsVerifier.builder(allowed).certificates(source).clock(Clock.fixed(time, ZoneOffset.UTC));
        if (weakKeys) {
            builder.insecureWeakKeys();
        }
        return builder.build();
    }

    private static String type(SnsMessage message) {
        return message.getClass().getSimpleName();
    }
}
