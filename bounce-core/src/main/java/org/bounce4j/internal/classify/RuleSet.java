package org.bounce4j.internal.classify;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceType;
import org.bounce4j.EnhancedStatus;
import org.bounce4j.internal.PhraseMatcher;
import org.bounce4j.internal.classify.Rule.CodePattern;
import org.bounce4j.internal.classify.Rule.HostGroup;
import org.jspecify.annotations.Nullable;

/**
 * Picks the most specific of many rules: one for the receiver that answered before a general one, that before a weak one, then
 * the one whose phrases are longest, then one that also names codes, then the one that stands first. Immutable and
 * thread-safe.
 */
public final class RuleSet {
    private static final int[] NONE = {};
    private static final int HOST = 20_000;
    private static final int WEAK = -10_000;
    private static final int STATUS = 20;
    private static final int COMMAND = 15;
    private static final int REPLY = 10;
    /** No phrase of a text is found behind this many characters. */
    private static final int MAX_TEXT = 8_000;
    /** RFC 1035, section 2.3.4. */
    private static final int MAX_HOST = 255;

    private final PhraseMatcher matcher;
    private final List<HostGroup> groups;
    /** For each phrase the receivers that it shows. */
    private final int[][] tagged;
    /** The receivers by the domains of their servers. */
    private final Map<String, List<Integer>> bySuffix = new HashMap<>();
    /** For each phrase the alternatives whose last phrase it is. */
    private final Candidate[][] byPhrase;
    /** Rules of one receiver without phrases: its codes say more than its words. */
    private final List<Candidate> byReceiver = new ArrayList<>();
    /** Other rules without phrases. */
    private final List<Candidate> byCode = new ArrayList<>();

    /**
     * Holds what is known of a refusal.
     *
     * @param status the enhanced status, or null
     * @param replyCode the SMTP reply code, or 0
     * @param text what the server said, or null
     * @param host the server's name, or null
     * @param command the SMTP command that was refused, or null
     */
    public record Refusal(
            @Nullable EnhancedStatus status,
            int replyCode,
            @Nullable String text,
            @Nullable String host,
            @Nullable String command) {}

    /**
     * Holds the rule that decided.
     *
     * @param name its name
     * @param reason what it means
     * @param type the type it insists on, or null for the reason's usual one
     */
    public record Match(
            String name, BounceReason reason, @Nullable BounceType type) {}

    private static final class Candidate {
        private final Rule rule;
        private final int[] phrases;
        private final int[] groups;
        private final int score;
        private final int order;

        Candidate(Rule rule, int[] phrases, int[] groups, int score, int order) {
            this.rule = rule;
            this.phrases = phrases;
            this.groups = groups;
            this.score = score;
            this.order = order;
        }
    }

    /** The receivers that the text declared, by name. */
    private final Map<String, HostGroup> receivers;

    private RuleSet(RuleFile file) {
        List<Rule> rules = file.rules();
        receivers = Map.copyOf(file.receivers());
        Set<String> phrases = new LinkedHashSet<>();
        Set<HostGroup> named = new LinkedHashSet<>();
        for (Rule rule : rules) {
            rule.alternatives().forEach(phrases::addAll);
            named.addAll(rule.hosts());
        }
        named.forEach(group -> phrases.addAll(group.tags()));
        matcher = new PhraseMatcher(phrases);
        groups = List.copyOf(named);
        tagged = new int[phrases.size()][];
        Arrays.fill(tagged, NONE);
        for (int i = 0; i < groups.size(); i++) {
            for (int tag : ids(groups.get(i).tags())) {
                tagged[tag] = Arrays.copyOf(tagged[tag], tagged[tag].length + 1);
                tagged[tag][tagged[tag].length - 1] = i;
            }
            for (String suffix : groups.get(i).suffixes()) {
                bySuffix.computeIfAbsent(suffix.toLowerCase(Locale.ROOT), key -> new ArrayList<>())
                        .add(i);
            }
        }
        byPhrase = new Candidate[phrases.size()][];
        Arrays.fill(byPhrase, new Candidate[0]);
        int order = 0;
        for (Rule rule : rules) {
            add(rule, order++);
        }
    }

    private int[] ids(List<String> phrases) {
        return phrases.stream().mapToInt(matcher::id).toArray();
    }

    private void add(Rule rule, int order) {
        int base = (rule.hosts().isEmpty() ? 0 : HOST)
                + (rule.weak() ? WEAK : 0)
                + (rule.statuses().isEmpty() ? 0 : STATUS)
                + (rule.commands().isEmpty() ? 0 : COMMAND)
                + (rule.replies().isEmpty() ? 0 : REPLY);
        int[] hosts = rule.hosts().stream().mapToInt(groups::indexOf).toArray();
        for (List<String> alternative : rule.alternatives()) {
            int[] phrases = ids(alternative);
            int length = alternative.stream().mapToInt(String::length).sum();
            int last = phrases[phrases.length - 1];
            byPhrase[last] = Arrays.copyOf(byPhrase[last], byPhrase[last].length + 1);
            byPhrase[last][byPhrase[last].length - 1] = new Candidate(rule, phrases, hosts, base + length, order);
        }
        if (rule.alternatives().isEmpty()) {
            (hosts.length == 0 ? byCode : byReceiver).add(new Candidate(rule, new int[0], hosts, base, order));
        }
    }

    /**
     * Returns the rules of a text in the format that the file of standard rules describes; they may name the receivers that
     * the standard rules declare.
     */
    public static RuleSet parse(String text, String origin) {
        return new RuleSet(RuleFile.parse(text, origin, standard().receivers));
    }

    /** Returns the rules that come with the library. */
    public static RuleSet standard() {
        return Standard.RULES;
    }

    private static final class Standard {
        private static final RuleSet RULES = new RuleSet(RuleFile.parse(text(), "classification-rules.txt", Map.of()));

        private static String text() {
            try (InputStream file = RuleSet.class.getResourceAsStream("classification-rules.txt")) {
                if (file == null) {
                    throw new IllegalStateException("classification-rules.txt is missing from the jar");
                }
                return new String(file.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Returns the best rule that holds, or null. */
    public @Nullable Match match(Refusal refusal) {
        String text = withoutAddresses(refusal.text());
        long[] found = matcher.find(text);
        boolean[] answered = answered(found, refusal.host());
        Candidate best = null;
        for (int word = 0; word < found.length; word++) {
            for (long bits = found[word]; bits != 0; bits &= bits - 1) {
                int phrase = word * 64 + Long.numberOfTrailingZeros(bits);
                for (Candidate candidate : byPhrase[phrase]) {
                    if (isBetter(candidate, best)
                            && hasAll(found, candidate.phrases)
                            && holds(candidate, answered, refusal)) {
                        best = candidate;
                    }
                }
            }
        }
        best = best(byReceiver, best, answered, refusal);
        if (best == null) {
            best = best(byCode, null, answered, refusal);
        }
        return best == null ? null : new Match(best.rule.name(), best.rule.reason(), best.rule.type());
    }

    private static @Nullable Candidate best(
            List<Candidate> candidates, @Nullable Candidate bestSoFar, boolean[] answered, Refusal refusal) {
        Candidate best = bestSoFar;
        for (Candidate candidate : candidates) {
            if (isBetter(candidate, best) && holds(candidate, answered, refusal)) {
                best = candidate;
            }
        }
        return best;
    }

    private static boolean isBetter(Candidate candidate, @Nullable Candidate best) {
        return best == null
                || candidate.score > best.score
                || candidate.score == best.score && candidate.order < best.order;
    }

    private static boolean hasAll(long[] found, int[] phrases) {
        for (int phrase : phrases) {
            if (!PhraseMatcher.has(found, phrase)) {
                return false;
            }
        }
        return true;
    }

    private static boolean holds(Candidate candidate, boolean[] answered, Refusal refusal) {
        Rule rule = candidate.rule;
        EnhancedStatus status = refusal.status();
        return (rule.hosts().isEmpty() || isAny(candidate.groups, answered))
                && (rule.statuses().isEmpty() || status != null && matches(rule.statuses(), status))
                && (rule.replies().isEmpty()
                        || refusal.replyCode() != 0 && matches(rule.replies(), refusal.replyCode()))
                && (rule.commands().isEmpty() || rule.commands().contains(refusal.command()));
    }

    private static boolean isAny(int[] of, boolean[] answered) {
        for (int group : of) {
            if (answered[group]) {
                return true;
            }
        }
        return false;
    }

    /** Returns which receivers answered, as their server's name or a phrase of theirs shows. */
    private boolean[] answered(long[] found, @Nullable String host) {
        boolean[] answered = new boolean[groups.size()];
        for (int word = 0; word < found.length; word++) {
            for (long bits = found[word]; bits != 0; bits &= bits - 1) {
                for (int group : tagged[word * 64 + Long.numberOfTrailingZeros(bits)]) {
                    answered[group] = true;
                }
            }
        }
        if (host != null && host.length() <= MAX_HOST && !bySuffix.isEmpty()) {
            String name = host.toLowerCase(Locale.ROOT);
            for (int label = 0; label >= 0; label = next(name, label)) {
                for (int group : bySuffix.getOrDefault(name.substring(label), List.of())) {
                    answered[group] = true;
                }
            }
        }
        return answered;
    }

    /** Returns where the label behind the next dot begins, or -1. */
    private static int next(String host, int label) {
        int dot = host.indexOf('.', label);
        return dot < 0 || dot + 1 == host.length() ? -1 : dot + 1;
    }

    private static boolean matches(List<CodePattern> patterns, EnhancedStatus status) {
        for (CodePattern pattern : patterns) {
            if (pattern.matches(status.statusClass(), status.subject(), status.detail())) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(List<CodePattern> patterns, int replyCode) {
        for (CodePattern pattern : patterns) {
            if (pattern.matches(replyCode)) {
                return true;
            }
        }
        return false;
    }

    /** Addresses hold words that say nothing: {@code <no.spam@example.com>: mailbox full}. */
    private static String withoutAddresses(@Nullable String text) {
        if (text == null) {
            return "";
        }
        int end = Math.min(text.length(), MAX_TEXT);
        int at = text.indexOf('@');
        if (at < 0 || at >= end) {
            return text.length() == end ? text : text.substring(0, end);
        }
        StringBuilder rest = new StringBuilder(end);
        int from = 0;
        while (at >= 0 && at < end) {
            int start = at;
            while (start > from && isAddress(text.charAt(start - 1))) {
                start--;
            }
            int stop = at + 1;
            while (stop < end && isDomain(text.charAt(stop))) {
                stop++;
            }
            rest.append(text, from, start).append('@');
            from = stop;
            at = text.indexOf('@', stop);
        }
        return rest.append(text, Math.min(from, end), end).toString();
    }

    private static boolean isDomain(char c) {
        return Character.isLetterOrDigit(c) || c == '.' || c == '-';
    }

    private static boolean isAddress(char c) {
        return isDomain(c) || "!#$%&'*+/=?^_`{|}~".indexOf(c) >= 0;
    }
}
