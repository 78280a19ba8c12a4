package org.bounce4j.examples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.bounce4j.VerificationException;
import org.bounce4j.sendgrid.SendGridVerifier;
import org.jspecify.annotations.Nullable;

/** Undoes what people's code does to SendGrid's requests, and names what made a request genuine again. */
final class SendGridSuspects {
    private static final ObjectMapper JSON = JsonMapper.builder().build();
    /** SendGrid has a dozen names of events. */
    private static final int MOST_NAMES = 20;

    private static final byte[] CR_LF = {'\r', '\n'};

    /** Which mistake with a body is undone how. */
    private static final Map<String, UnaryOperator<byte[]>> BODIES = new LinkedHashMap<>();

    static {
        BODIES.put(
                "the CR LF at the end of the body was cut off: pass the bytes on as they came, do not trim",
                body -> concat(trimmed(body), CR_LF));
        BODIES.put("a line break was added to the end of the body", SendGridSuspects::trimmed);
        BODIES.put(
                "the CR LF in the body were changed to LF: read it as bytes, not line by line",
                body -> bytes(text(body).replace("\r\n", "\n").replace("\n", "\r\n")));
        BODIES.put(
                "the line breaks in the body were dropped: read it as bytes, not line by line",
                body -> concat(bytes(text(trimmed(body)).replace("},{", "},\r\n{")), CR_LF));
        BODIES.put("a byte order mark was put in front of the body", SendGridSuspects::withoutMark);
        BODIES.put(
                "the UTF-8 of the body was read as Latin-1 and written again: take bytes, or name the charset",
                body -> new String(body, StandardCharsets.UTF_8).getBytes(StandardCharsets.ISO_8859_1));
        BODIES.put(
                "the UTF-8 of the body was read as Windows-1252 and written again: take bytes, or name the charset",
                body -> new String(body, StandardCharsets.UTF_8).getBytes(Charset.forName("windows-1252")));
        BODIES.put(
                "the UTF-8 of the body was written as Latin-1: take bytes, or name the charset",
                body -> new String(body, StandardCharsets.ISO_8859_1).getBytes(StandardCharsets.UTF_8));
    }

    private SendGridSuspects() {}

    /** Returns the likely cause of a signature that does not fit, as the end of a sentence. */
    static String of(byte[] body, String signature, String timestamp, SendGridVerifier verifier) {
        String cause = cause(body, signature, timestamp, verifier);
        return cause == null ? "" : "; likely cause: " + cause;
    }

    /** Returns what a genuine batch says that gives no event. */
    static String noEvent(byte[] body) {
        Map<String, Integer> counts = new TreeMap<>();
        try {
            for (JsonNode element : JSON.readTree(body)) {
                counts.merge(element.path("event").asText(), 1, Integer::sum);
            }
        } catch (IOException e) {
            throw new IllegalStateException("The parser has read it", e);
        }
        return "genuine, and of its events none says that a mail failed or was complained of: "
                + counts.entrySet().stream()
                        .limit(MOST_NAMES)
                        .map(count -> count.getValue() + " " + count.getKey())
                        .collect(Collectors.joining(", "));
    }

    private static @Nullable String cause(byte[] body, String signature, String timestamp, SendGridVerifier verifier) {
        if (verifies(verifier, body, signature, timestamp)) {
            return "it is genuine, and not of the time that --at asked for: a replay, or a clock that is wrong";
        }
        if (isDigits(signature.strip()) && !isDigits(timestamp.strip())) {
            return "signature and timestamp are exchanged";
        }
        if (!isDigits(timestamp.strip())) {
            return "the timestamp is not the header's value, which is all digits: pass it on as it came";
        }
        if (SnsSuspects.startsWithHeaders(body)) {
            return "the file holds the request's headers too: save the body alone";
        }
        String digits = timestamp.strip();
        if (digits.length() == 13 && verifies(verifier, body, signature.strip(), digits.substring(0, 10))) {
            return "the timestamp was made milliseconds: pass the header on as it came";
        }
        String header = header(body, signature, timestamp, verifier);
        if (header != null) {
            return header;
        }
        for (Map.Entry<String, UnaryOperator<byte[]>> suspect : BODIES.entrySet()) {
            if (verifies(verifier, suspect.getValue().apply(body), signature, timestamp)) {
                return suspect.getKey();
            }
        }
        if (rewritten(body).stream().anyMatch(other -> verifies(verifier, other, signature, timestamp))) {
            return "the JSON of the body was read and written again (pretty-printed, or by a framework): take the bytes before"
                    + " anything parses them";
        }
        if (!isWhole(signature)) {
            return "the signature is cut off, or not the header's value: pass it on as it came";
        }
        if (body.length == 0) {
            return "the body is empty: something read it before";
        }
        return "none of the usual ones (line breaks, charset, JSON written again, header spelling): the key is another"
                + " webhook's or was renewed, the headers belong to another request, or it is a forgery";
    }

    private static @Nullable String header(byte[] body, String signature, String timestamp, SendGridVerifier verifier) {
        if (verifies(verifier, body, signature.strip(), timestamp.strip())) {
            return "there are spaces or line breaks around the value of a header";
        }
        String standard = padded(signature.strip().replace('-', '+').replace('_', '/'));
        if (verifies(verifier, body, standard, timestamp.strip())) {
            return "the signature was spelt as base64url or lost its padding: pass the header on as it came";
        }
        if (verifies(verifier, body, signature.strip().replace(' ', '+'), timestamp.strip())) {
            return "the + of the signature became spaces: something decoded the header as part of a URL";
        }
        return null;
    }

    private static boolean verifies(SendGridVerifier verifier, byte[] body, String signature, String timestamp) {
        try {
            verifier.verify(body, signature, timestamp);
            return true;
        } catch (VerificationException e) {
            return false;
        }
    }

    /** A DER sequence of two numbers tells its length; with P-256 it is 8 to 72 bytes. */
    private static boolean isWhole(String signature) {
        try {
            byte[] der = Base64.getDecoder().decode(signature.strip());
            return der.length >= 8 && der[0] == 0x30 && der[1] == der.length - 2;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isDigits(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static String padded(String base64) {
        int end = base64.length();
        while (end > 0 && base64.charAt(end - 1) == '=') {
            end--;
        }
        return base64.substring(0, end) + "=".repeat((4 - end % 4) % 4);
    }

    /** The body as SendGrid lays it out: compact, an element a line, CR LF at the end; and without each of these. */
    private static List<byte[]> rewritten(byte[] body) {
        List<byte[]> bodies = new ArrayList<>();
        try {
            JsonNode root = JSON.readTree(body);
            byte[] compact = JSON.writeValueAsBytes(root);
            bodies.add(compact);
            bodies.add(concat(compact, CR_LF));
            if (root.isArray() && root.size() > 1) {
                ByteArrayOutputStream lines = new ByteArrayOutputStream(body.length);
                String between = "[";
                for (JsonNode element : root) {
                    lines.write(bytes(between));
                    lines.write(JSON.writeValueAsBytes(element));
                    between = ",\r\n";
                }
                lines.write(']');
                bodies.add(lines.toByteArray());
                bodies.add(concat(lines.toByteArray(), CR_LF));
            }
        } catch (IOException e) {
            return List.of();
        }
        return bodies;
    }

    private static byte[] withoutMark(byte[] body) {
        boolean marked = body.length >= 3 && body[0] == (byte) 0xef && body[1] == (byte) 0xbb && body[2] == (byte) 0xbf;
        return marked ? Arrays.copyOfRange(body, 3, body.length) : body;
    }

    private static byte[] trimmed(byte[] body) {
        int end = body.length;
        while (end > 0 && body[end - 1] <= ' ' && body[end - 1] >= 0) {
            end--;
        }
        return Arrays.copyOf(body, end);
    }

    /** A text whose characters are the bytes, so that nothing is lost. */
    private static String text(byte[] body) {
        return new String(body, StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
