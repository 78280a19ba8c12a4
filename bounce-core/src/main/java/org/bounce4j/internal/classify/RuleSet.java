package org.bounce4j.internal.classify;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceType;
import org.bounce4j.EnhancedStatus;
import org.bounce4j.internal.PhraseMatcher;
import org.bounce4j.internal.classify.Rule.CodePattern;
import org.bounce4j.internal.classify.Rule.HostGroup;
import org.jspecify.annotations.Nullable;

/**
 * Picks the most specific of many rules: one for the receiver that answered before a general one, then the one whose
 * phrases are longest, then one that also names codes, then the one that stands first. Immutable and thread-safe.
 */
public final class RuleSet {
    private static final int HOST = 10_000;
    private static final int STATUS = 20;
    private static final int REPLY = 10;

    private final PhraseMatcher matcher;
    /** For each phrase the alternatives whose last phrase it is. */
    private final List<List<Candidate>> byPhrase = new ArrayList<>();
    /** Rules without phrases. */
    private final List<Candidate> byCode = new ArrayList<>();

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
        private final int[] tags;
        private final int score;
        private final int order;

        Candidate(Rule rule, int[] phrases, int[] tags, int score, int order) {
            this.rule = rule;
            this.phrases = phrases;
            this.tags = tags;
            this.score = score;
            this.order = order;
        }
    }

    private RuleSet(List<Rule> rules) {
        Set<String> phrases = new LinkedHashSet<>();
        for (Rule rule : rules) {
            rule.alternatives().forEach(phrases::addAll);
            rule.hosts().forEach(group -> phrases.addAll(group.tags()));
        }
        matcher = new PhraseMatcher(phrases);
        for (int i = 0; i < phrases.size(); i++) {
            byPhrase.add(new ArrayList<>());
        }
        int order = 0;
        for (Rule rule : rules) {
            add(rule, order++);
        }
    }

    private void add(Rule rule, int order) {
        int base = (rule.hosts().isEmpty() ? 0 : HOST)
                + (rule.statuses().isEmpty() ? 0 : STATUS)
                + (rule.replies().isEmpty() ? 0 : REPLY);
        int[] tags = rule.hosts().stream()
                .flatMap(group -> group.tags().stream())
                .mapToInt(matcher::id)
                .toArray();
        for (List<String> alternative : rule.alternatives()) {
            int[] phrases = alternative.stream().mapToInt(matcher::id).toArray();
            int length = alternative.stream().mapToInt(String::length).sum();
            byPhrase.get(phrases[phrases.length - 1]).add(new Candidate(rule, phrases, tags, base + length, order));
        }
        if (rule.alternatives().isEmpty()) {
            byCode.add(new Candidate(rule, new int[0], tags, base, order));
        }
    }

    /** Returns the rules of a text in the format that the file of standard rules describes. */
    public static RuleSet parse(String text, String origin) {
        return new RuleSet(RuleFile.parse(text, origin));
    }

    /** Returns the rules that come with the library. */
    public static RuleSet standard() {
        return Standard.RULES;
    }

    private static final class Standard {
        private static final RuleSet RULES = parse(text(), "classification-rules.txt");

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

    /** Returns the best rule that names a phrase of the text, or null. */
    public @Nullable Match byText(
            String text, @Nullable EnhancedStatus status, int replyCode, @Nullable String remoteHost) {
        long[] found = matcher.find(text);
        Candidate best = null;
        for (int word = 0; word < found.length; word++) {
            for (long bits = found[word]; bits != 0; bits &= bits - 1) {
                int phrase = word * 64 + Long.numberOfTrailingZeros(bits);
                for (Candidate candidate : byPhrase.get(phrase)) {
                    if (isBetter(candidate, best)
                            && hasAll(found, candidate.phrases)
                            && holds(candidate, found, status, replyCode, remoteHost)) {
                        best = candidate;
                    }
                }
            }
        }
        return match(best);
    }

    /** Returns the best rule that names no phrase, only codes, or null. */
    public @Nullable Match byCode(
            @Nullable String text, @Nullable EnhancedStatus status, int replyCode, @Nullable String remoteHost) {
        long[] found = matcher.find(text == null ? "" : text);
        Candidate best = null;
        for (Candidate candidate : byCode) {
            if (isBetter(candidate, best) && holds(candidate, found, status, replyCode, remoteHost)) {
                best = candidate;
            }
        }
        return match(best);
    }

    private static @Nullable Match match(@Nullable Candidate best) {
        return best == null ? null : new Match(best.rule.name(), best.rule.reason(), best.rule.type());
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

    private static boolean holds(
            Candidate candidate, long[] found, @Nullable EnhancedStatus status, int replyCode, @Nullable String host) {
        Rule rule = candidate.rule;
        return (rule.hosts().isEmpty() || answered(candidate, found, host))
                && (rule.statuses().isEmpty() || status != null && matches(rule.statuses(), status))
                && (rule.replies().isEmpty() || replyCode != 0 && matches(rule.replies(), replyCode));
    }

    private static boolean answered(Candidate candidate, long[] found, @Nullable String host) {
        for (int tag : candidate.tags) {
            if (PhraseMatcher.has(found, tag)) {
                return true;
            }
        }
        if (host != null) {
            for (HostGroup group : candidate.rule.hosts()) {
                if (group.serves(host)) {
                    return true;
                }
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
}
