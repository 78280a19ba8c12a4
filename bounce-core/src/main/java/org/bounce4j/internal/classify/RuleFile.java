package org.bounce4j.internal.classify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceType;
import org.bounce4j.ConfigurationException;
import org.bounce4j.internal.Unaccented;
import org.bounce4j.internal.Witness;
import org.bounce4j.internal.classify.Rule.CodePattern;
import org.bounce4j.internal.classify.Rule.Receiver;
import org.jspecify.annotations.Nullable;

/**
 * Reads classification rules. A rule is a line; lines that begin with white space continue it; a line whose first character
 * is {@code #} is a comment. {@code @name suffix... "tag"...} names a receiver. The format is described at the top of the file of standard rules.
 */
final class RuleFile {
    private static final Set<Character> CLASSES = Set.of('4', '5', 'x');
    /** More than any alternative of a readable rule stands for. */
    private static final int MAX_COMBINATIONS = 1_000;

    private final List<Rule> rules = new ArrayList<>();
    private final Map<String, Receiver> receivers = new HashMap<>();
    private final Set<String> names = new HashSet<>();
    private final String origin;

    /** Receivers that rules may name and need not declare. */
    private final Map<String, Receiver> known;

    private RuleFile(String origin, Map<String, Receiver> known) {
        this.origin = origin;
        this.known = known;
    }

    /**
     * Reads the rules of a text.
     *
     * @param origin what to call the text in error messages
     * @param known receivers that the rules may name without declaring them, by name; one of their own goes before
     * @throws ConfigurationException if a line is wrong; the message names it
     */
    static RuleFile parse(String text, String origin, Map<String, Receiver> known) {
        RuleFile file = new RuleFile(origin, known);
        StringBuilder entry = new StringBuilder();
        int number = 0;
        int entryNumber = 0;
        int lastNumber = 0;
        for (String line : (Iterable<String>) (text + "\n.").lines()::iterator) {
            number++;
            if (line.stripLeading().startsWith("#")) {
                continue;
            }
            boolean continues = !line.isEmpty() && Character.isWhitespace(line.charAt(0));
            if (!continues) {
                if (!entry.toString().isBlank()) {
                    file.read(entry.toString(), entryNumber, lastNumber);
                }
                entry.setLength(0);
                entryNumber = number;
            }
            if (!line.isBlank()) {
                lastNumber = number;
            }
            entry.append(line).append('\n');
        }
        return file;
    }

    List<Rule> rules() {
        return rules;
    }

    /** Returns the receivers that the text declares, by name. */
    Map<String, Receiver> receivers() {
        return receivers;
    }

    private void read(String entry, int first, int last) {
        try {
            List<String> tokens = tokens(entry);
            String name = tokens.get(0);
            if (name.startsWith("@")) {
                readReceiver(name.substring(1), tokens.subList(1, tokens.size()));
            } else {
                readRule(name, tokens);
            }
        } catch (RuntimeException e) {
            String lines = first == last ? "line " + first : "lines " + first + " to " + last;
            throw new ConfigurationException(origin + ", " + lines + ": " + e.getMessage(), e);
        }
    }

    private void readReceiver(String name, List<String> tokens) {
        if (name.isEmpty() || !name.chars().allMatch(RuleFile::isInDomains) || tokens.isEmpty()) {
            throw new IllegalArgumentException(
                    "expected @, the receiver's name, then domains of its servers or phrases in"
                            + " quotes, such as @partner mx.partner.example, got @" + name
                            + (tokens.isEmpty() ? " alone" : ""));
        }
        List<String> suffixes = new ArrayList<>();
        List<String> tags = new ArrayList<>();
        for (String token : tokens) {
            if (token.startsWith("\"")) {
                tags.add(phrase(token));
            } else if (token.startsWith(".") || !token.chars().allMatch(RuleFile::isInDomains)) {
                throw new IllegalArgumentException("expected a domain, with which go its subdomains, and spaces between"
                        + " several, got " + token);
            } else {
                suffixes.add(token);
            }
        }
        if (receivers.put(name, new Receiver(name, suffixes, tags)) != null) {
            throw new IllegalArgumentException("the receiver " + name + " is named twice");
        }
    }

    private static boolean isInDomains(int c) {
        return Character.isLetterOrDigit(c) || c == '.' || c == '-';
    }

    private void readRule(String name, List<String> tokens) {
        if (tokens.size() < 3) {
            throw new IllegalArgumentException(
                    "expected a name, a reason and at least one condition, got only " + String.join(" ", tokens));
        }
        if (!names.add(name)) {
            throw new IllegalArgumentException("the rule " + name + " stands there twice");
        }
        BounceReason reason = reason(tokens.get(1));
        BounceType type = null;
        List<Receiver> answering = new ArrayList<>();
        List<CodePattern> statuses = new ArrayList<>();
        List<CodePattern> replies = new ArrayList<>();
        List<String> commands = new ArrayList<>();
        boolean weak = false;
        List<List<String>> alternatives = new ArrayList<>();
        // the phrases side by side, each in the forms of its choices
        List<List<String>> alternative = new ArrayList<>();
        boolean phrased = false;
        for (String token : tokens.subList(2, tokens.size())) {
            if (token.startsWith("\"")) {
                alternative.add(phrases(token));
                phrased = true;
            } else if (token.equals("|")) {
                alternatives.addAll(combined(alternative));
                alternative = new ArrayList<>();
                phrased = true;
            } else if (token.startsWith("host:")) {
                for (String receiver : token.substring(5).split(",", -1)) {
                    answering.add(receiver(receiver));
                }
            } else if (token.startsWith("status:")) {
                for (String pattern : token.substring(7).split(",", -1)) {
                    statuses.add(status(pattern));
                }
            } else if (token.startsWith("reply:")) {
                for (String pattern : token.substring(6).split(",", -1)) {
                    replies.add(reply(pattern));
                }
            } else if (token.startsWith("command:")) {
                for (String command : token.substring(8).split(",", -1)) {
                    commands.add(command(command));
                }
            } else if (token.equals("weak")) {
                weak = true;
            } else if (token.startsWith("type:")) {
                if (type != null) {
                    throw new IllegalArgumentException("expected type: once, got it twice");
                }
                type = type(token.substring(5), reason);
            } else {
                throw new IllegalArgumentException(
                        "expected host:, status:, reply:, command:, type:, weak, | or a phrase in quotes, got "
                                + token);
            }
        }
        if (phrased) {
            alternatives.addAll(combined(alternative));
        }
        List.copyOf(alternatives).forEach(phrases -> alternatives.addAll(Unaccented.forms(phrases)));
        if (alternatives.isEmpty() && statuses.isEmpty() && replies.isEmpty() && commands.isEmpty()) {
            throw new IllegalArgumentException("expected a phrase, a status:, a reply: or a command:");
        }
        if (Witness.isGuess(name) && (alternatives.isEmpty() || isHard(reason, type))) {
            throw new IllegalArgumentException(
                    "expected phrases and a reason that is soft, or type:soft, since the rule's name begins with hint.");
        }
        rules.add(new Rule(name, reason, type, answering, statuses, replies, commands, weak, alternatives));
    }

    private static boolean isHard(BounceReason reason, @Nullable BounceType type) {
        return (type == null ? reason.usualType() : type) != BounceType.SOFT;
    }

    private static BounceReason reason(String name) {
        try {
            return BounceReason.valueOf(name);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "expected a reason, one of " + Arrays.toString(BounceReason.values()) + ", got " + name, e);
        }
    }

    private static BounceType type(String name, BounceReason reason) {
        BounceType type = BounceType.of(name)
                .orElseThrow(() -> new IllegalArgumentException(
                        "expected type:hard, type:soft or type:complaint, got type:" + name));
        if (type == BounceType.HARD && reason.usualType() != BounceType.HARD) {
            throw new IllegalArgumentException(
                    "expected type:hard for a reason that says the address or its domain is dead, got " + reason
                            + "; take a reason such as USER_UNKNOWN, or leave type:hard out");
        }
        return type;
    }

    private static CodePattern status(String pattern) {
        return CodePattern.parse(pattern, 3)
                .filter(status -> CLASSES.contains(pattern.charAt(0)))
                .orElseThrow(() -> new IllegalArgumentException(
                        "expected status: with a class of 4 or 5 and two numbers, x or ranges, such as 5.1.1, 5.7.x or"
                                + " 5.7.500-699, got " + orNothing(pattern)));
    }

    private static CodePattern reply(String pattern) {
        return CodePattern.parse(pattern, 1)
                .orElseThrow(() -> new IllegalArgumentException(
                        "expected reply: with a number or a range, such as 550 or 550-559, got " + orNothing(pattern)));
    }

    private static String orNothing(String text) {
        return text.isEmpty() ? "nothing (no space belongs behind a colon or a comma)" : text;
    }

    private static String command(String name) {
        if (!RuleSet.COMMANDS.contains(name)) {
            throw new IllegalArgumentException(
                    "expected command: with one of " + RuleSet.COMMANDS + ", got " + orNothing(name));
        }
        return name;
    }

    private Receiver receiver(String name) {
        @Nullable Receiver receiver = receivers.get(name);
        if (receiver == null) {
            receiver = known.get(name);
        }
        if (receiver == null) {
            throw new IllegalArgumentException("expected host: with a receiver that a line above declares with @"
                    + (known.isEmpty() ? "" : " or one of the standard ones " + new TreeSet<>(known.keySet()))
                    + ", got " + orNothing(name));
        }
        return receiver;
    }

    /** Returns one of each in every combination. */
    private static List<List<String>> combined(List<List<String>> choices) {
        if (choices.isEmpty()) {
            throw new IllegalArgumentException("expected a phrase on both sides of |");
        }
        List<List<String>> combined = List.of(List.of());
        for (List<String> choice : choices) {
            if ((long) combined.size() * choice.size() > MAX_COMBINATIONS) {
                throw new IllegalArgumentException(
                        "expected at most " + MAX_COMBINATIONS + " combinations of what stands in braces");
            }
            List<List<String>> longer = new ArrayList<>();
            for (List<String> before : combined) {
                for (String each : choice) {
                    List<String> phrases = new ArrayList<>(before);
                    phrases.add(each);
                    longer.add(phrases);
                }
            }
            combined = longer;
        }
        return combined;
    }

    /** Returns the phrases that a phrase stands for, one for each combination of what it has in braces. */
    private static List<String> phrases(String token) {
        if (token.indexOf('{') < 0) {
            return List.of(phrase(token));
        }
        List<List<String>> pieces = new ArrayList<>();
        int end = token.length() - 1;
        int at = 1;
        while (at < end) {
            int open = token.indexOf('{', at);
            if (open < 0) {
                pieces.add(List.of(token.substring(at, end)));
                break;
            }
            int close = token.indexOf('}', open);
            List<String> choice = close < 0
                    ? List.of()
                    : Arrays.stream(token.substring(open + 1, close).split("[|]", -1))
                            .map(RuleFile::withoutLineBreaks)
                            .toList();
            if (choice.size() < 2 || choice.stream().anyMatch(String::isBlank)) {
                throw new IllegalArgumentException("expected a choice such as {user|mailbox}, got "
                        + token.substring(open, close < 0 ? end : close + 1));
            }
            pieces.add(List.of(token.substring(at, open)));
            pieces.add(choice);
            at = close + 1;
        }
        return pieces.isEmpty()
                ? List.of(phrase(token))
                : combined(pieces).stream()
                        .map(words -> phrase('"' + String.join("", words) + '"'))
                        .toList();
    }

    /** Drops line breaks at the ends of a choice, with the white space around them; spaces on its own line are part of it. */
    private static String withoutLineBreaks(String choice) {
        int start = choice.length() - choice.stripLeading().length();
        int end = choice.stripTrailing().length();
        return choice.substring(
                choice.substring(0, start).contains("\n") ? start : 0,
                choice.substring(end).contains("\n") ? end : choice.length());
    }

    private static String phrase(String token) {
        String phrase = token.substring(1, token.length() - 1);
        if (phrase.isBlank()) {
            throw new IllegalArgumentException("a phrase is blank");
        }
        if (!RuleSet.withoutAddresses(phrase).equals(phrase)) {
            throw new IllegalArgumentException(
                    "a phrase holds an address, and addresses in a reply are read as @: write @ in its place");
        }
        return phrase;
    }

    private static List<String> tokens(String entry) {
        List<String> tokens = new ArrayList<>();
        int i = 0;
        while (i < entry.length()) {
            char c = entry.charAt(i);
            int end;
            if (Character.isWhitespace(c)) {
                i++;
                continue;
            } else if (c == '"') {
                end = entry.indexOf('"', i + 1) + 1;
                if (end == 0) {
                    throw new IllegalArgumentException("a quote is open");
                }
            } else if (c == '|') {
                end = i + 1;
            } else {
                end = i;
                while (end < entry.length() && !Character.isWhitespace(entry.charAt(end))) {
                    end++;
                }
            }
            tokens.add(entry.substring(i, end));
            i = end;
        }
        return tokens;
    }
}
