package org.bounce4j.internal.classify;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
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
    private final List<Receiver> groups;
    /** For each phrase the alternatives that are looked at where it stands: each stands at its longest phrase. */
    private final Candidate[][] byPhrase;
    /** Alternatives of which every phrase is too short to be looked for in each text. */
    private final List<Candidate> byShortPhrase = new ArrayList<>();
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
        private final List<Receiver> receivers;
        private final int score;
        private final int order;

        Candidate(Rule rule, int[] phrases, List<Receiver> receivers, int score, int order) {
            this.rule = rule;
            this.phrases = phrases;
            this.receivers = receivers;
            this.score = score;
            this.order = order;
        }

        boolean isBetterThan(@Nullable Candidate other) {
            return other == null || score > other.score || score == other.score && order < other.order;
        }
    }

    /** A receiver, as the phrases and the server's name show it. */
    private static final class Receiver {
        private final HostGroup group;
        private final int[] tags;

        Receiver(HostGroup group, int[] tags) {
            this.group = group;
            this.tags = tags;
        }

        boolean answered(PhraseMatcher.Found found, @Nullable String host) {
            for (int tag : tags) {
                if (found.has(tag)) {
                    return true;
                }
            }
            if (host != null && host.length() <= MAX_HOST) {
                for (String suffix : group.suffixes()) {
                    if (isIn(host, suffix)) {
                        return true;
                    }
                }
            }
            return false;
        }

        private static boolean isIn(String host, String domain) {
            int at = host.length() - domain.length();
            return at >= 0
                    && (at == 0 || host.charAt(at - 1) == '.')
                    && host.regionMatches(true, at, domain, 0, domain.length());
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
        groups = named.stream()
                .map(group -> new Receiver(group, ids(group.tags())))
                .toList();
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
        List<Receiver> receivers = groups.stream()
                .filter(receiver -> rule.hosts().contains(receiver.group))
                .toList();
        for (List<String> alternative : rule.alternatives()) {
            int[] phrases = ids(alternative);
            int length = alternative.stream().mapToInt(String::length).sum();
            add(new Candidate(rule, phrases, receivers, base + length, order), longest(alternative));
        }
        if (rule.alternatives().isEmpty()) {
            (receivers.isEmpty() ? byCode : byReceiver).add(new Candidate(rule, new int[0], receivers, base, order));
        }
    }

    private void add(Candidate candidate, int phrase) {
        if (matcher.isShort(phrase)) {
            byShortPhrase.add(candidate);
            return;
        }
        byPhrase[phrase] = Arrays.copyOf(byPhrase[phrase], byPhrase[phrase].length + 1);
        byPhrase[phrase][byPhrase[phrase].length - 1] = candidate;
    }

    /** Returns the longest of the phrases: the others are asked for only where it stands. */
    private int longest(List<String> alternative) {
        int longest = matcher.id(alternative.get(0));
        int length = 0;
        for (String phrase : alternative) {
            int id = matcher.id(phrase);
            if (!matcher.isShort(id) && phrase.length() > length) {
                length = phrase.length();
                longest = id;
            }
        }
        return longest;
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
        PhraseMatcher.Found found = matcher.find(withoutAddresses(refusal.text()));
        Candidate best = null;
        for (int phrase = found.next(0); phrase >= 0; phrase = found.next(phrase + 1)) {
            for (Candidate candidate : byPhrase[phrase]) {
                if (candidate.isBetterThan(best) && holds(candidate, found, refusal)) {
                    best = candidate;
                }
            }
        }
        best = best(byShortPhrase, best, found, refusal);
        best = best(byReceiver, best, found, refusal);
        if (best == null) {
            best = best(byCode, null, found, refusal);
        }
        return best == null ? null : new Match(best.rule.name(), best.rule.reason(), best.rule.type());
    }

    private static @Nullable Candidate best(
            List<Candidate> candidates, @Nullable Candidate bestSoFar, PhraseMatcher.Found found, Refusal refusal) {
        Candidate best = bestSoFar;
        for (int i = 0; i < candidates.size(); i++) {
            Candidate candidate = candidates.get(i);
            if (candidate.isBetterThan(best) && holds(candidate, found, refusal)) {
                best = candidate;
            }
        }
        return best;
    }

    /** Asks first what costs least. */
    private static boolean holds(Candidate candidate, PhraseMatcher.Found found, Refusal refusal) {
        Rule rule = candidate.rule;
        EnhancedStatus status = refusal.status();
        return (rule.statuses().isEmpty() || status != null && matches(rule.statuses(), status))
                && (rule.replies().isEmpty()
                        || refusal.replyCode() != 0 && matches(rule.replies(), refusal.replyCode()))
                && (rule.commands().isEmpty() || rule.commands().contains(refusal.command()))
                && hasAll(found, candidate.phrases)
                && (candidate.receivers.isEmpty() || isAny(candidate.receivers, found, refusal.host()));
    }

    private static boolean hasAll(PhraseMatcher.Found found, int[] phrases) {
        for (int phrase : phrases) {
            if (!found.has(phrase)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAny(List<Receiver> receivers, PhraseMatcher.Found found, @Nullable String host) {
        for (int i = 0; i < receivers.size(); i++) {
            if (receivers.get(i).answered(found, host)) {
                return true;
            }
        }
        return false;
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
