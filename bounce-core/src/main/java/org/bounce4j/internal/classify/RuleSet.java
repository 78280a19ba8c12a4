package org.bounce4j.internal.classify;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceType;
import org.bounce4j.EnhancedStatus;
import org.bounce4j.internal.PhraseMatcher;
import org.bounce4j.internal.classify.Rule.CodePattern;
import org.bounce4j.internal.classify.Rule.Receiver;
import org.jspecify.annotations.Nullable;

/**
 * Picks the most specific of many rules: one for the receiver that answered before a general one, that before a weak one, then
 * the one whose phrases are longest, then one that also names codes, then the one that stands first. Immutable and
 * thread-safe.
 */
public final class RuleSet {
    /** What can have been refused, in the words that rules and callers use. */
    public static final List<String> COMMANDS = List.of("CONN", "MAIL", "RCPT", "DATA", "PIPE", "WAIT");

    private static final int HOST = 20_000;
    private static final int WEAK = -10_000;
    private static final int STATUS = 20;
    private static final int COMMAND = 15;
    private static final int REPLY = 10;
    /** No phrase of a text is found behind this many characters. */
    private static final int MAX_TEXT = 8_000;
    /** No more clauses of a text are told apart. */
    private static final int MOST_CLAUSES = 32;
    /** RFC 1035, section 2.3.4. */
    private static final int MAX_HOST = 255;

    private static final Set<BounceReason> OF_RECIPIENTS = EnumSet.of(
            BounceReason.USER_UNKNOWN,
            BounceReason.USER_MOVED,
            BounceReason.MAILBOX_DISABLED,
            BounceReason.HOST_UNKNOWN);

    /** The name under which the rules list words that show that a clause is about the sender, the session or the message. */
    private static final String OURSELVES = "ourselves";
    /** Words of what is mentioned beside unknown users as well, and shows of a mailbox or a domain that it is not dead. */
    private static final String MENTIONED = "mentioned";
    /** Words of how many unknown users there were, which show that a clause is about no single one. */
    private static final String COUNTED = "counted";

    private final PhraseMatcher matcher;
    /** The receivers that the text declared, by name. */
    private final Map<String, Receiver> declared;
    /** The receivers that rules name, and the lists of words that bar some; their places here stand for them below. */
    private final List<Receiver> receivers;
    /** What bars the rules of unknown users. */
    private final Bar barsUsers;
    /** What bars the rules of mailboxes and domains that are dead. */
    private final Bar barsOthers;
    /** For each phrase the receivers that it shows. */
    private final int[][] tagged;
    /** The receivers by the domains of their servers. */
    private final DomainTable byDomain = new DomainTable();
    /** Phrases that show a receiver and are too short to be looked for in each text. */
    private final List<Integer> shortTags = new ArrayList<>();
    /** For each phrase the alternatives that are looked at where it stands: each stands at its longest phrase. */
    private final Candidate[][] byPhrase;
    /** Alternatives of which every phrase is too short to be looked for in each text. */
    private final List<Candidate> byShortPhrase = new ArrayList<>();
    /** For each receiver its rules without phrases: its codes say more than its words. */
    private final List<List<Candidate>> byReceiver = new ArrayList<>();
    /** Other rules without phrases. */
    private final List<Candidate> byCode = new ArrayList<>();
    /** The rules that guess, which are asked where no other knows anything; most replies are known. */
    private final @Nullable RuleSet hints;

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
     * @param standing how much it says: of two sets' rules the one with the higher standing goes before the other
     */
    public record Match(
            String name, BounceReason reason, @Nullable BounceType type, Standing standing) {}

    /** How much the conditions of a rule say; the most comes last. */
    public enum Standing {
        /** A word from which a guess is made. */
        HINT,
        /** Codes alone. */
        CODES,
        /** Words that many use for many things. */
        WEAK_WORDS,
        /** Words, or what one receiver's codes mean. */
        WORDS_OR_RECEIVER
    }

    private static final class Candidate {
        private final Rule rule;
        private final int[] phrases;
        private final int[] receivers;
        private final int score;
        private final int order;
        /** Whether it says of the recipient what no server knows before it has heard of one. */
        private final boolean afterMail;
        /** Whether it calls an address or a domain dead that a reply about the sender does not mean. */
        private final boolean ofRecipient;

        private final boolean ofUser;

        Candidate(Rule rule, int[] phrases, int[] receivers, int score, int order) {
            this.rule = rule;
            this.phrases = phrases;
            this.receivers = receivers;
            this.score = score;
            this.order = order;
            afterMail =
                    OF_RECIPIENTS.contains(rule.reason()) && !rule.commands().contains("MAIL");
            ofRecipient = afterMail || rule.reason() == BounceReason.HOST_REFUSES_MAIL;
            ofUser = rule.reason() == BounceReason.USER_UNKNOWN || rule.reason() == BounceReason.USER_MOVED;
        }

        Standing standing() {
            if (rule.isHint()) {
                return Standing.HINT;
            }
            if (receivers.length > 0) {
                return Standing.WORDS_OR_RECEIVER;
            }
            return phrases.length == 0
                    ? Standing.CODES
                    : rule.weak() ? Standing.WEAK_WORDS : Standing.WORDS_OR_RECEIVER;
        }

        boolean isBetterThan(@Nullable Candidate other) {
            return other == null || score > other.score || score == other.score && order < other.order;
        }
    }

    private RuleSet(RuleFile file) {
        this(
                file.rules().stream().filter(rule -> !rule.isHint()).toList(),
                file.rules().stream().filter(Rule::isHint).toList(),
                Map.copyOf(file.receivers()));
    }

    private RuleSet(List<Rule> rules, List<Rule> guessing, Map<String, Receiver> declared) {
        this.declared = declared;
        hints = guessing.isEmpty() ? null : new RuleSet(guessing, List.of(), declared);
        Set<String> phrases = new LinkedHashSet<>();
        Set<Receiver> named = new LinkedHashSet<>();
        for (Rule rule : rules) {
            rule.alternatives().forEach(phrases::addAll);
            named.addAll(rule.receivers());
        }
        for (String name : List.of(OURSELVES, MENTIONED, COUNTED)) {
            Receiver words = declared.get(name);
            if (words != null) {
                named.add(words);
            }
        }
        named.forEach(receiver -> phrases.addAll(receiver.tags()));
        matcher = new PhraseMatcher(phrases);
        receivers = List.copyOf(named);
        barsUsers = bar(OURSELVES, COUNTED);
        barsOthers = bar(OURSELVES, MENTIONED);
        tagged = new int[phrases.size()][];
        Arrays.fill(tagged, new int[0]);
        for (int i = 0; i < receivers.size(); i++) {
            byReceiver.add(new ArrayList<>());
            for (String domain : receivers.get(i).suffixes()) {
                byDomain.add(domain, i);
            }
            for (int tag : ids(receivers.get(i).tags())) {
                tagged[tag] = Arrays.copyOf(tagged[tag], tagged[tag].length + 1);
                tagged[tag][tagged[tag].length - 1] = i;
                if (matcher.isShort(tag)) {
                    shortTags.add(tag);
                }
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
        int[] ids = new int[phrases.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = matcher.id(phrases.get(i));
        }
        return ids;
    }

    /** Returns the phrases with those behind that are looked for only where somebody asks for one: seldom do all others stand. */
    private int[] shortsLast(int[] phrases) {
        return IntStream.concat(
                        Arrays.stream(phrases).filter(phrase -> !matcher.isShort(phrase)),
                        Arrays.stream(phrases).filter(matcher::isShort))
                .toArray();
    }

    private void add(Rule rule, int order) {
        int base = (rule.receivers().isEmpty() ? 0 : HOST)
                + (rule.weak() ? WEAK : 0)
                + (rule.statuses().isEmpty() ? 0 : STATUS)
                + (rule.commands().isEmpty() ? 0 : COMMAND)
                + (rule.replies().isEmpty() ? 0 : REPLY);
        int[] answering = rule.receivers().stream().mapToInt(receivers::indexOf).toArray();
        for (List<String> alternative : rule.alternatives()) {
            int[] phrases = shortsLast(ids(alternative));
            int length = String.join("", alternative).length();
            add(new Candidate(rule, phrases, answering, base + length, order), longest(alternative));
        }
        if (rule.alternatives().isEmpty()) {
            Candidate candidate = new Candidate(rule, new int[0], answering, base, order);
            if (answering.length == 0) {
                byCode.add(candidate);
            }
            for (int receiver : answering) {
                byReceiver.get(receiver).add(candidate);
            }
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
        return new RuleSet(RuleFile.parse(text, origin, standard().declared));
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
        String text = withoutAddresses(onOneLine(refusal.text()));
        PhraseMatcher.Found found = matcher.find(text);
        Clauses clauses = new Clauses(text);
        int[] phrases = found.ids();
        BitSet answered = answered(phrases, found, refusal.host());
        Candidate best = null;
        for (int phrase : phrases) {
            for (Candidate candidate : byPhrase[phrase]) {
                if (candidate.isBetterThan(best) && holds(candidate, found, answered, refusal, clauses)) {
                    best = candidate;
                }
            }
        }
        best = best(byShortPhrase, best, found, answered, refusal, clauses);
        for (int i = answered.nextSetBit(0); i >= 0; i = answered.nextSetBit(i + 1)) {
            best = best(byReceiver.get(i), best, found, answered, refusal, clauses);
        }
        if (best == null) {
            best = best(byCode, null, found, answered, refusal, clauses);
        }
        if (best == null) {
            return hints == null ? null : hints.match(refusal);
        }
        return new Match(best.rule.name(), best.rule.reason(), best.rule.type(), best.standing());
    }

    private @Nullable Candidate best(
            List<Candidate> candidates,
            @Nullable Candidate bestSoFar,
            PhraseMatcher.Found found,
            BitSet answered,
            Refusal refusal,
            Clauses clauses) {
        Candidate best = bestSoFar;
        for (int i = 0; i < candidates.size(); i++) {
            Candidate candidate = candidates.get(i);
            if (candidate.isBetterThan(best) && holds(candidate, found, answered, refusal, clauses)) {
                best = candidate;
            }
        }
        return best;
    }

    private boolean holds(
            Candidate candidate, PhraseMatcher.Found found, BitSet answered, Refusal refusal, Clauses clauses) {
        Rule rule = candidate.rule;
        EnhancedStatus status = refusal.status();
        return (candidate.receivers.length == 0 || isAny(candidate.receivers, answered))
                && found.hasAll(candidate.phrases)
                && !(candidate.afterMail && "MAIL".equals(refusal.command()))
                && !(candidate.ofRecipient && isOfSender(candidate, answered, refusal, clauses))
                && (rule.statuses().isEmpty() || status != null && matches(rule.statuses(), status))
                && (rule.replies().isEmpty()
                        || refusal.replyCode() != 0 && matches(rule.replies(), refusal.replyCode()))
                && (rule.commands().isEmpty() || rule.commands().contains(refusal.command()));
    }

    /** Returns whether a reply in which a rule's words stand means the sender, the message or a limit all the same. */
    private boolean isOfSender(Candidate candidate, BitSet answered, Refusal refusal, Clauses clauses) {
        EnhancedStatus status = refusal.status();
        if (status != null && isOfRecipient(status)) {
            return false;
        }
        if (status != null && isOfSender(status) || isOfSender(refusal.replyCode())) {
            return true;
        }
        Bar bar = candidate.ofUser ? barsUsers : barsOthers;
        return answered.intersects(bar.lists) && !clauses.hold(candidate, bar);
    }

    /** Words that bar rules in their own clause. */
    private static final class Bar {
        /** The places among the receivers of the lists that hold them. */
        private final BitSet lists;

        private final int[] phrases;

        Bar(BitSet lists, int[] phrases) {
            this.lists = lists;
            this.phrases = phrases;
        }
    }

    private Bar bar(String... names) {
        BitSet lists = new BitSet(receivers.size());
        List<String> words = new ArrayList<>();
        for (String name : names) {
            Receiver list = declared.get(name);
            if (list != null) {
                lists.set(receivers.indexOf(list));
                words.addAll(list.tags());
            }
        }
        return new Bar(lists, ids(words));
    }

    /** The clauses of a reply: what one says of us bars no other, as in "Unknown user; your account is fine". */
    private final class Clauses {
        private final String text;
        /** Those that hold nothing of a bar; read when first asked for. */
        private final Map<Bar, List<PhraseMatcher.Found>> free = new HashMap<>(2);

        Clauses(String text) {
            this.text = text;
        }

        /** Returns whether all words of a rule stand in one clause that holds nothing of what bars it. */
        boolean hold(Candidate candidate, Bar bar) {
            for (PhraseMatcher.Found clause : free.computeIfAbsent(bar, this::read)) {
                if (clause.hasAll(candidate.phrases)) {
                    return true;
                }
            }
            return false;
        }

        private List<PhraseMatcher.Found> read(Bar bar) {
            List<PhraseMatcher.Found> clauses = new ArrayList<>();
            int start = 0;
            for (int i = 0; i <= text.length() && clauses.size() < MOST_CLAUSES; i++) {
                if (i == text.length() || endsClause(text, i)) {
                    String clause = text.substring(start, i);
                    String unnamed = HostNames.blanked(clause);
                    PhraseMatcher.Found said = matcher.find(unnamed);
                    if (!hasAny(said, bar.phrases)) {
                        clauses.add(unnamed.equals(clause) ? said : matcher.find(clause));
                    }
                    start = i;
                }
            }
            return clauses;
        }
    }

    private static boolean endsClause(String text, int at) {
        char c = text.charAt(at);
        return "。、，；".indexOf(c) >= 0
                || ".;,".indexOf(c) >= 0 && at + 1 < text.length() && text.charAt(at + 1) == ' '
                || c == '-'
                        && at > 0
                        && text.charAt(at - 1) == ' '
                        && at + 1 < text.length()
                        && text.charAt(at + 1) == ' ';
    }

    /** RFC 3463: a destination mailbox or system that does not exist, has moved or is disabled, a domain that takes no mail. */
    private static boolean isOfRecipient(EnhancedStatus status) {
        return switch (status.subject()) {
            case 1 -> status.detail() == 1 || status.detail() == 2 || status.detail() == 6 || status.detail() == 10;
            case 2 -> status.detail() == 1;
            default -> false;
        };
    }

    /** The registry's codes of a sender's address, of credentials and signatures; a mailbox that is full is not dead. */
    private static boolean isOfSender(EnhancedStatus status) {
        return switch (status.subject()) {
            case 1 -> status.detail() == 7 || status.detail() == 8;
            case 2 -> status.detail() == 2;
            case 7 -> status.detail() == 8 || status.detail() >= 20 && status.detail() <= 26 || status.detail() == 139;
            default -> false;
        };
    }

    /** RFC 4954: the server asks us to authenticate, or refuses how we did. */
    private static boolean isOfSender(int replyCode) {
        return replyCode == 530 || replyCode == 534 || replyCode == 535 || replyCode == 538;
    }

    private static boolean hasAny(PhraseMatcher.Found found, int[] phrases) {
        for (int phrase : phrases) {
            if (found.has(phrase)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAny(int[] receivers, BitSet answered) {
        for (int receiver : receivers) {
            if (answered.get(receiver)) {
                return true;
            }
        }
        return false;
    }

    /** Returns which receivers answered, as their server's name or a phrase of theirs shows. */
    private BitSet answered(int[] phrases, PhraseMatcher.Found found, @Nullable String host) {
        BitSet answered = new BitSet(receivers.size());
        for (int phrase : phrases) {
            add(tagged[phrase], answered);
        }
        for (int i = 0; i < shortTags.size(); i++) {
            if (found.has(shortTags.get(i))) {
                add(tagged[shortTags.get(i)], answered);
            }
        }
        if (host != null && host.length() <= MAX_HOST) {
            byDomain.find(host, answered);
        }
        return answered;
    }

    private static void add(int[] receivers, BitSet answered) {
        for (int receiver : receivers) {
            answered.set(receiver);
        }
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

    /** QUIRK: Postfix writes the lines of a reply side by side, each with its code: {@code 550-5.7.1 not RFC 550-5.7.1 5322}. */
    private static @Nullable String onOneLine(@Nullable String text) {
        int end = text == null || text.length() < 4 || text.charAt(3) != '-' ? -1 : text.indexOf(' ');
        if (text == null || end < 4 || text.charAt(0) < '4' || text.charAt(0) > '5') {
            return text;
        }
        String code = text.substring(0, 3);
        String first = EnhancedStatus.parse(text.substring(4, end)).isPresent() ? text.substring(3, end + 1) : "-";
        return text.replace(" " + code + first, " ").replace(" " + code + " " + first.substring(1), " ");
    }

    /** Addresses hold words that say nothing: {@code <no.spam@example.com>: mailbox full}. */
    static String withoutAddresses(@Nullable String text) {
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
            while (stop < end && isDomain(text.charAt(stop)) && !text.startsWith("..", stop)) {
                stop++;
            }
            rest.append(text, from, start).append('@');
            if (text.startsWith("..", stop)) {
                // QUIRK: EarthLink writes a@b.example...User unknown; fixture no-space-behind-address.eml
                rest.append(' ');
                while (stop < end && text.charAt(stop) == '.') {
                    stop++;
                }
            }
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
