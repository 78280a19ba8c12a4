package org.bounce4j.internal.detect;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bounce4j.internal.PhraseMatcher;
import org.jspecify.annotations.Nullable;

/** Reads from what a notice says of an SMTP session: the server's words, its name, and the command that it answered. */
final class SmtpReply {
    /** The words of a notice that tell which command was refused, in the order in which they count. */
    private static final Map<String, List<String>> WORDS = phrasesOfCommands();

    private static final PhraseMatcher PHRASES =
            new PhraseMatcher(WORDS.values().stream().flatMap(List::stream).toList());

    /** The command of each phrase. */
    private static final List<String> COMMANDS = WORDS.entrySet().stream()
            .flatMap(entry -> Collections.nCopies(entry.getValue().size(), entry.getKey()).stream())
            .toList();

    /** Begins what Postfix says of the command: {@code (in reply to end of DATA command)}. */
    static final String IN_REPLY_TO = "(in reply to ";

    /** Begins what Exim says of the command: {@code SMTP error from remote mail server after end of data:}. */
    static final String ERROR_FROM_REMOTE = "smtp error from remote ";

    /** {@code (in reply to end of DATA command)}, and white space where the line was full. */
    private static final int LONGEST_REPLIED = 50;

    /** The longest that Exim calls a command: {@code after pipelined sending data block}. */
    private static final int LONGEST_COMMAND = 35;

    private static final String NAMED = "smtp command ";

    /** The longest command that stands behind it, and the words before it. */
    private static final int LONGEST_NAMED = 30;

    /** What stands before the name of a server. */
    private static final List<String> BEFORE_HOST = List.of(
            "host ", "host: ", "while talking to ", "server ", "delivered to ", "connect to ", "conversation with ");

    private SmtpReply() {}

    private static Map<String, List<String>> phrasesOfCommands() {
        Map<String, List<String>> words = new LinkedHashMap<>();
        words.put(
                "DATA",
                List.of(
                        "end of data",
                        "data command",
                        "final data",
                        "after i sent the message",
                        "in reply to end",
                        "[data]",
                        "[end_of_data]",
                        "[messageend]",
                        "smtp command data",
                        "step: data",
                        "after data",
                        "pipelined data",
                        "sending data block",
                        "message content"));
        words.put(
                "RCPT",
                List.of(
                        "rcpt to",
                        "rcpt_to",
                        "rcpt command",
                        "rcpt:",
                        "does not like recipient",
                        "rejected recipient",
                        "rcpt host",
                        "step: rcpt"));
        words.put(
                "MAIL",
                List.of(
                        "mail from:",
                        "mail from command",
                        "mail from <",
                        "to mail from",
                        "after mail from",
                        "pipelined mail from",
                        "mail_from",
                        "sender was rejected",
                        " mail command",
                        "step: mail"));
        words.put("CONN", List.of("initial connection", "ehlo", "helo ", "connected to", "greeting", "[connect]"));
        return words;
    }

    /** Returns the text from the first reply code on, or null where there is none. */
    static @Nullable String words(String text) {
        int at = ReplyCode.position(text);
        return at < 0 ? null : withoutClosing(text.substring(at).strip());
    }

    /** QUIRK: Sendmail writes {@code (reason: 550 User unknown)}; fixture sendmail-reason-alone.eml. */
    private static String withoutClosing(String words) {
        if (!words.endsWith(")")) {
            return words;
        }
        long opening = words.chars().filter(c -> c == '(').count();
        long closing = words.chars().filter(c -> c == ')').count();
        return closing > opening ? words.substring(0, words.length() - 1) : words;
    }

    /** Returns the command that was refused: {@code DATA}, {@code RCPT}, {@code MAIL}, {@code CONN}, or null. */
    static @Nullable String command(String text) {
        int phrase = PHRASES.firstIn(text);
        return phrase < 0 ? null : COMMANDS.get(phrase);
    }

    /** QUIRK: m-FILTER writes the command below a heading: {@code SMTP command}, {@code DATA}. */
    static @Nullable String namedCommand(String words) {
        String lower = words.toLowerCase(Locale.ROOT);
        int at = lower.indexOf(NAMED);
        return at < 0 ? null : command(lower.substring(at, Math.min(lower.length(), at + LONGEST_NAMED)));
    }

    /** Returns the command of which Postfix or Exim says that a reply was to it, or null. */
    static @Nullable String inReplyTo(String text) {
        int at = text.indexOf(IN_REPLY_TO);
        if (at >= 0) {
            return command(text.substring(at, Math.min(text.length(), at + LONGEST_REPLIED)));
        }
        String lower = text.toLowerCase(Locale.ROOT);
        int error = lower.indexOf(ERROR_FROM_REMOTE);
        int after = error < 0 ? -1 : lower.indexOf(" after ", error);
        return after < 0 || after > error + LONGEST_COMMAND
                ? null
                : command(lower.substring(after, Math.min(lower.length(), after + LONGEST_COMMAND)));
    }

    /** Returns the server that a notice names: {@code host mx.example.com [192.0.2.1]}, {@code mx.example.com[192.0.2.1] said}. */
    static @Nullable String host(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        for (String mark : BEFORE_HOST) {
            int at = lower.indexOf(mark);
            while (at >= 0) {
                String name = hostAt(text, at + mark.length());
                if (name != null) {
                    return name;
                }
                at = lower.indexOf(mark, at + 1);
            }
        }
        int bracket = text.indexOf('[');
        if (bracket > 0) {
            int end = text.charAt(bracket - 1) == ' ' ? bracket - 1 : bracket;
            int start = text.lastIndexOf(' ', end - 1) + 1;
            return hostAt(text, start);
        }
        return null;
    }

    private static @Nullable String hostAt(String text, int start) {
        int end = start;
        while (end < text.length()
                && (Character.isLetterOrDigit(text.charAt(end))
                        || text.charAt(end) == '.'
                        || text.charAt(end) == '-')) {
            end++;
        }
        while (end > start && text.charAt(end - 1) == '.') {
            end--;
        }
        String name = text.substring(start, end);
        boolean host =
                name.indexOf('.') > 0 && name.length() <= 255 && !Character.isDigit(name.charAt(name.length() - 1));
        return host ? name : null;
    }
}
