package org.bounce4j.examples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Optional;
import org.bounce4j.MalformedPayloadException;
import org.bounce4j.ses.SnsMessage;

/** Says what a file is that people take for a mail. */
final class NoMail {
    private static final ObjectMapper JSON = new ObjectMapper();

    private NoMail() {}

    /** Returns whether a mail may begin with a byte; -1 is the end. No field of a header begins as JSON does. */
    static boolean isMail(int first) {
        return first != -1 && first != '{' && first != '[';
    }

    /** Returns what a file is that begins as no mail does, and what reads it, or nothing. */
    static Optional<String> hint(String file, byte[] bytes) {
        if (bytes.length == 0) {
            return Optional.of("the file is empty");
        }
        if (isSns(bytes)) {
            return Optional.of("this is an SNS message: ./bounce verify ses --topic ARN " + file);
        }
        return isSendGrid(bytes)
                ? Optional.of("this is a batch of SendGrid: ./bounce verify sendgrid --key KEY --signature SIG"
                        + " --timestamp TS " + file)
                : Optional.empty();
    }

    private static boolean isSns(byte[] bytes) {
        try {
            SnsMessage.insecureUnverified(bytes);
            return true;
        } catch (MalformedPayloadException e) {
            return false;
        }
    }

    private static boolean isSendGrid(byte[] bytes) {
        try {
            JsonNode event = JSON.readTree(bytes).path(0);
            return event.path("event").isTextual() && event.path("email").isTextual();
        } catch (IOException e) {
            return false;
        }
    }
}
