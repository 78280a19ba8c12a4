package org.bounce4j.examples;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceEventJson;
import org.bounce4j.BounceType;
import org.bounce4j.EmailAddress;
import org.bounce4j.mail.BounceMail;
import org.bounce4j.mail.MailKind;

/** Writes what a mail is and says, for people and for programs. */
final class MailPrinter {
    /** Longer addresses stand out of their column. */
    private static final int WIDEST = 48;

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
                .append(title(mail))
                .append('\n');
        int width = width(Stream.concat(mail.batch().events().stream(), mail.batch().delays().stream()));
        for (BounceEvent event : mail.batch().events()) {
            text.append(line(failed(event), event, width));
        }
        for (BounceEvent delay : mail.batch().delays()) {
            text.append(line("delayed", delay, width));
        }
        return text.toString();
    }

    private static String failed(BounceEvent event) {
        return event.type() == BounceType.COMPLAINT ? "complained" : "failed";
    }

    /** Returns a line for each event, in columns. */
    static String lines(List<BounceEvent> events) {
        int width = width(events.stream());
        return events.stream().map(event -> line(failed(event), event, width)).collect(Collectors.joining());
    }

    /** Returns a line for each delay, in columns. */
    static String delayed(List<BounceEvent> delays) {
        int width = width(delays.stream());
        return delays.stream().map(event -> line("delayed", event, width)).collect(Collectors.joining());
    }

    private static int width(Stream<BounceEvent> events) {
        return events.mapToInt(event -> Math.min(who(event).length(), WIDEST))
                .max()
                .orElse(1);
    }

    private static String title(BounceMail mail) {
        if (isUnknown(mail)) {
            return "no bounce that any detector knows";
        }
        boolean nobody = mail.kind().hasEvents() && mail.events().isEmpty();
        return mail.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ') + " (" + mail.detector() + ")"
                + (nobody ? ", and it does not say whose" : "");
    }

    /** Returns whether no detector knew the mail. */
    static boolean isUnknown(BounceMail mail) {
        return mail.kind() == MailKind.OTHER && mail.detector().equals("none");
    }

    /** Returns the address, or the subscriber where that is all there is. */
    static String who(BounceEvent event) {
        return event.recipient()
                .map(EmailAddress::address)
                .orElseGet(() -> "subscriber " + event.subscriber().orElse("?"));
    }

    private static String line(String what, BounceEvent event, int width) {
        return String.format(Locale.ROOT, "  %-10s  %-" + width + "s  ", what, who(event)) + event.type()
                + (event.reason().name().equals(event.type().name()) ? "" : " " + event.reason())
                + event.status().map(status -> " " + status).orElse("")
                + event.rule().map(rule -> "  [" + rule + "]").orElse("") + "\n"
                + event.diagnostic().map(said -> " ".repeat(14) + said + "\n").orElse("");
    }
}
