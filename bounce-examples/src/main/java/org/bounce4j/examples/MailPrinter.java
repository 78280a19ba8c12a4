package org.bounce4j.examples;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceEventJson;
import org.bounce4j.EmailAddress;
import org.bounce4j.mail.BounceMail;

/** Writes what a mail is and says, for people and for programs. */
final class MailPrinter {
    private MailPrinter() {}

    /** Returns one JSON object on one line. */
    static String json(String file, BounceMail mail) {
        return "{\"file\":\"" + escaped(file) + "\",\"kind\":\"" + mail.kind() + "\",\"detector\":\""
                + escaped(mail.detector()) + "\",\"events\":"
                + array(mail.batch().events()) + ",\"delayed\":"
                + array(mail.batch().delays()) + "}";
    }

    private static String escaped(String text) {
        return new String(JsonStringEncoder.getInstance().quoteAsString(text));
    }

    private static String array(List<BounceEvent> events) {
        return events.stream().map(BounceEventJson::writeString).collect(Collectors.joining(",", "[", "]"));
    }

    /** Returns the events alone, each as one JSON object. */
    static List<String> events(BounceMail mail) {
        return mail.batch().events().stream().map(BounceEventJson::writeString).toList();
    }

    /** Returns some lines for a person. */
    static String text(String file, BounceMail mail) {
        StringBuilder text = new StringBuilder()
                .append(file)
                .append(": ")
                .append(mail.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '))
                .append(" (")
                .append(mail.detector())
                .append(")\n");
        for (BounceEvent event : mail.batch().events()) {
            text.append(line("failed ", event));
        }
        for (BounceEvent delay : mail.batch().delays()) {
            text.append(line("delayed", delay));
        }
        return text.toString();
    }

    static String line(String what, BounceEvent event) {
        String who = event.recipient()
                .map(EmailAddress::address)
                .orElseGet(() -> "subscriber " + event.subscriber().orElse("?"));
        return "  " + what + " " + who + "  " + event.type() + " " + event.reason()
                + event.status().map(status -> " " + status).orElse("")
                + event.rule().map(rule -> "  [" + rule + "]").orElse("") + "\n"
                + event.diagnostic().map(said -> "          " + said + "\n").orElse("");
    }
}
