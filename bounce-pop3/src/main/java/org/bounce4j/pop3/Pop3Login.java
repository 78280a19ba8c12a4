package org.bounce4j.pop3;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import javax.net.ssl.SSLException;
import org.bounce4j.BounceException;
import org.bounce4j.ConfigurationException;
import org.bounce4j.UnavailableException;

/** The AUTHORIZATION state (RFC 1939, section 4): greeting, STLS (RFC 2595), and one of the logins. */
final class Pop3Login {
    /** The longest line with an initial response (RFC 5034, section 4); XOAUTH2 servers take longer ones. */
    private static final int MAX_SASL_LINE = 255;

    private static final int MAX_CAPABILITIES = 1_000;

    private final Pop3Mailbox mailbox;
    private final Pop3Connection connection;
    private final Pop3Dialogue dialogue;
    private String greeting = "";
    private boolean greetedAsGmail;
    private Capabilities capabilities = Capabilities.UNKNOWN;

    Pop3Login(Pop3Mailbox mailbox, Pop3Connection connection, Pop3Dialogue dialogue) {
        this.mailbox = mailbox;
        this.connection = connection;
        this.dialogue = dialogue;
    }

    /** Logs in. */
    void run() {
        greeting = dialogue.greeting();
        if (!Pop3Dialogue.isOk(greeting)) {
            UnavailableException temporary = dialogue.temporary(greeting, capabilities);
            throw temporary != null ? temporary : dialogue.refused("a greeting", greeting);
        }
        greetedAsGmail = greeting.startsWith("+OK Gpop ");
        switch (mailbox.security) {
            case STARTTLS -> startTls();
            case STARTTLS_IF_OFFERED -> {
                capabilities = askCapabilities();
                if (capabilities.mayHave("STLS")) {
                    startTls();
                }
            }
            case TLS, NONE -> {}
        }
        authenticate();
        // what it can do may be another thing after the login (RFC 2449, section 5)
        capabilities = askCapabilities();
    }

    /** Gmail, by its greeting or by what only it can do. */
    boolean isGmail() {
        return greetedAsGmail || capabilities.has("X-GOOGLE-RICO");
    }

    Capabilities capabilities() {
        return capabilities;
    }

    private Capabilities askCapabilities() {
        if (!Pop3Dialogue.isOk(dialogue.exchange("CAPA"))) {
            return Capabilities.UNKNOWN;
        }
        Capabilities found = Capabilities.none();
        dialogue.listing(MAX_CAPABILITIES, found::add);
        return found;
    }

    private void startTls() {
        String answer = dialogue.exchange("STLS");
        if (!Pop3Dialogue.isOk(answer)) {
            if (mailbox.security == Pop3Mailbox.Security.STARTTLS_IF_OFFERED) {
                return;
            }
            throw new ConfigurationException("Expected " + mailbox.name() + " to start TLS, it answered "
                    + dialogue.printable(answer) + "; nothing was sent in the clear. Does it have a port 995?");
        }
        try {
            connection.startTls();
        } catch (SSLException e) {
            throw Pop3Session.handshakeFailed(mailbox, e);
        } catch (IOException e) {
            throw dialogue.broken(e);
        }
        // what was said before TLS was said by anybody (RFC 2595, section 4)
        capabilities = Capabilities.UNKNOWN;
        greetedAsGmail = false;
    }

    private void authenticate() {
        Credentials credentials = mailbox.credentials;
        String secret = credentials.secret();
        dialogue.keepSecret(secret);
        String answer =
                switch (credentials.method()) {
                    case USER_PASS -> userPass(credentials, secret);
                    case APOP -> apop(credentials, secret);
                    case PLAIN -> sasl("PLAIN", credentials.plainMessage(secret), false);
                    case XOAUTH2 -> sasl("XOAUTH2", credentials.xoauth2Message(secret), false);
                    case XOAUTH2_TWO_LINES -> sasl("XOAUTH2", credentials.xoauth2Message(secret), true);
                };
        if (!Pop3Dialogue.isOk(answer)) {
            throw refused(answer, "check user name and password");
        }
    }

    private BounceException refused(String answer, String advice) {
        UnavailableException temporary = dialogue.temporary(answer, capabilities);
        return temporary != null
                ? temporary
                : new ConfigurationException("Expected " + mailbox.name() + " to accept the login, it answered "
                        + dialogue.printable(answer) + "; " + advice);
    }

    private String userPass(Credentials credentials, String password) {
        String user = dialogue.exchange("USER " + credentials.user());
        if (Pop3Dialogue.isOk(user)) {
            return dialogue.exchange("PASS " + password);
        }
        if (dialogue.temporary(user, capabilities) == null) {
            capabilities = askCapabilities();
            if (capabilities.has("SASL", "PLAIN")) {
                return sasl("PLAIN", credentials.plainMessage(password), false);
            }
        }
        return user;
    }

    private String apop(Credentials credentials, String password) {
        int start = greeting.indexOf('<');
        int end = greeting.indexOf('>', start + 1);
        String stamp = start >= 0 && end > 0 ? greeting.substring(start, end + 1) : "";
        // anything but a plain msg-id may be chosen so that MD5 gives the password away (CVE-2007-1558)
        boolean good = stamp.indexOf('@') > 1
                && stamp.indexOf('@') == stamp.lastIndexOf('@')
                && stamp.chars().allMatch(c -> c > ' ' && c < 0x7f);
        if (!good) {
            throw new ConfigurationException(
                    "Expected " + mailbox.name()
                            + " to greet with a timestamp for APOP, such as <1896.697170952@host>, it did not; use another login");
        }
        String digest = md5(stamp + password);
        // with the timestamp, which anybody on the line sees, passwords can be tried out against it
        dialogue.keepSecret(digest);
        return dialogue.exchange("APOP " + credentials.user() + " " + digest);
    }

    private static String md5(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new ConfigurationException("Expected this Java platform to have MD5 for APOP, it has not", e);
        }
    }

    private String sasl(String mechanism, String message, boolean twoLines) {
        dialogue.keepSecret(message);
        String command = "AUTH " + mechanism + " " + message;
        boolean oneLine = !twoLines && (mechanism.equals("XOAUTH2") || command.length() + 2 <= MAX_SASL_LINE);
        String answer = dialogue.exchangeSasl(oneLine ? command : "AUTH " + mechanism);
        if (!oneLine && isChallenge(answer)) {
            answer = dialogue.exchangeSasl(message);
        }
        if (isChallenge(answer)) {
            // the server has more to say of its refusal, and then waits for an empty line
            String reason = decode(answer);
            String end = dialogue.exchangeSasl("");
            throw refused(
                    isChallenge(end) ? "-ERR" : end, "it says " + dialogue.printable(reason) + ", check the token");
        }
        return answer;
    }

    private static boolean isChallenge(String answer) {
        return answer.equals("+") || answer.startsWith("+ ");
    }

    private static String decode(String challenge) {
        String text = challenge.substring(1).trim();
        try {
            return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }
}
