package org.bounce4j.internal.detect;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.bounce4j.EmailAddress;
import org.bounce4j.EnhancedStatus;
import org.jspecify.annotations.Nullable;

/**
 * Finds in the words of a notice the addresses that it speaks of: at the start of a line, behind a label, or in a sentence, in
 * this order of preference.
 */
final class Mentions {
    static final int MAX_RECIPIENTS = 1_000;
    /** IMail, of whom it tells no reason. */
    private static final String UNDELIVERABLE = "undeliverable to";

    /** How far from the begin of its line an address behind a label stands at most, and how long the label is. */
    private static final int FURTHEST_LABELLED = 100;

    private static final int LONGEST_LABEL = 80;

    private final NoticeText notice;
    private final String text;
    private final Aliases aliases;

    /** By address, in the order in which they stand. */
    private final Map<String, Mention> found = new LinkedHashMap<>();

    private final Transcript transcript;

    /** Where what belongs to an address ends: at the line of the next one. */
    private final IdentityHashMap<Mention, Integer> ends = new IdentityHashMap<>();

    /** For each line what {@link #above} returns. */
    private int @Nullable [] above;

    private @Nullable Map<Integer, Mention> byLine;
    private @Nullable Boolean tellsDelivered;
    private boolean listed;
    private boolean reasons;
    private boolean told;
    private boolean collected;

    /** Finds nothing yet. */
    Mentions(NoticeText notice) {
        this.notice = notice;
        text = notice.text();
        aliases = new Aliases(notice);
        transcript = new Transcript(notice);
    }

    /** Returns what was found, each address once, in the order in which they stand. */
    Collection<Mention> all() {
        return found.values();
    }

    /** Returns how many addresses were found. */
    int count() {
        return found.size();
    }

    /** Returns whether the addresses stand at the starts of lines, each with what was said of it behind it. */
    boolean areListed() {
        return listed;
    }

    /** Returns whether a reason of its own stands before each address. */
    boolean haveReasons() {
        return reasons;
    }

    /** Returns where the notice speaks of an address, or null. */
    @Nullable
    Mention of(@Nullable EmailAddress address) {
        return address == null ? null : found.get(address.key());
    }

    /** Returns the address that was found on a line, the first one of several; null if there is none. */
    @Nullable
    Mention at(int line) {
        Map<Integer, Mention> known = byLine;
        if (known == null) {
            known = new HashMap<>();
            for (Mention mention : found.values()) {
                known.putIfAbsent(mention.line, mention);
            }
            byLine = known;
        }
        return known.get(line);
    }

    /** Returns what a transcript in the notice says of the addresses; nothing before they are collected. */
    Transcript transcript() {
        return transcript;
    }

    /** Finds all addresses, unless that was done. */
    void collect() {
        if (!collected) {
            collect(0, Set.of());
        }
    }

    /**
     * Finds the addresses from a line on.
     *
     * @param from the line
     * @param own addresses that are ours or the mail system's: taken only where there is no other
     */
    void collect(int from, Set<String> own) {
        collected = true;
        List<Mention> leading = new ArrayList<>();
        List<Mention> labelled = new ArrayList<>();
        List<Mention> inSentences = new ArrayList<>();
        for (int i = nextWithAddress(from); i < notice.count(); i = nextWithAddress(i + 1)) {
            Mention mention = notice.leading(i);
            mention = mention == null ? aliases.generatedFrom(i) : mention;
            mention = mention == null ? aliases.expandedFrom(i) : mention;
            if (mention != null && wasDelivered(i)) {
                continue;
            }
            if (mention != null) {
                leading.add(mention);
                addBeside(mention, leading);
                transcript.add(mention);
            } else {
                transcript.addQuoted(i);
                mention = labelled(i);
                if (mention != null) {
                    labelled.add(mention);
                } else {
                    inSentence(i, inSentences);
                }
            }
        }
        listed = add(leading, own);
        if (listed || add(withReasons(labelled), own)) {
            return;
        }
        told = add(inSentences, own);
        if (!told) {
            listed = add(leading, Set.of());
            if (!listed) {
                add(withReasons(labelled), Set.of());
            }
        }
    }

    /** Returns the line above an address, and above those that stand in one list with it; -1 where there is none. */
    int above(int line) {
        int[] known = above;
        if (known == null) {
            known = new int[notice.count()];
            int next = nextWithAddress(0);
            for (int i = 0; i < known.length; i++) {
                // of the line above i
                boolean skipped = i > 0 && (notice.isBlank(i - 1) || next == i - 1 && notice.leading(i - 1) != null);
                known[i] = skipped ? known[i - 1] : i - 1;
                next = next < i ? nextWithAddress(i) : next;
            }
            above = known;
        }
        return known[line];
    }

    /** QUIRK: some tell whom they reached beside whom they did not; fixture delivered-to-others.eml. */
    private boolean wasDelivered(int line) {
        Boolean known = tellsDelivered;
        if (known == null) {
            known = text.contains("elivered to") || text.contains("elivered:") || text.contains("ugestellt:");
            tellsDelivered = known;
        }
        if (!known) {
            return false;
        }
        int above = above(line);
        String heading = above < 0 ? "" : notice.line(above).strip().toLowerCase(Locale.ROOT);
        boolean sentence = above > 0 && !notice.isBlank(above - 1);
        if (heading.equals("your message was delivered to")) {
            // X.400, PP
            return true;
        }
        return heading.endsWith(":")
                && !sentence
                && (heading.equals("delivered:")
                        || heading.equals("zugestellt:")
                        || heading.startsWith("delivered to")
                        || heading.startsWith("successfully delivered to")
                        || heading.endsWith("was delivered to:")
                        || heading.endsWith("has been delivered to:"));
    }

    /** Where no word says whom a notice is about, the one address in it does. */
    void onlyAddress(Set<String> own) {
        Mention only = null;
        for (int i = nextWithAddress(0); i < notice.count(); i = nextWithAddress(i + 1)) {
            int end = notice.end(i);
            if (AddressWords.isGreeting(text, notice.textStart(i)) || isBelowOther(i) || wasDelivered(i)) {
                continue;
            }
            boolean ofOthers = AddressWords.OTHER_LABELS.isAnyIn(text, notice.start(i), end);
            int from = notice.start(i);
            for (Addresses.Span span = Addresses.next(text, from, end);
                    span != null;
                    span = Addresses.next(text, from, end)) {
                String key = key(span.text());
                String before = text.substring(notice.start(i), span.start());
                boolean toWhom = from > notice.start(i) && isTo(text.substring(from, span.start()));
                from = span.end();
                if (key.isEmpty()
                        || ofOthers && !toWhom
                        || own.contains(key)
                        || AddressWords.isOffice(key)
                        || AddressWords.isCommand(key)
                        || AddressWords.isAgent(before.toLowerCase(Locale.ROOT).stripTrailing())) {
                    continue;
                }
                if (only != null && !only.key.equals(key)) {
                    return;
                }
                only = only == null ? new Mention(span.text(), i, said(i, span)) : only;
            }
        }
        if (only != null) {
            found.put(only.key, only);
        }
    }

    /**
     * Returns whether what stands between two addresses makes a reader of the second one, {@code from <a@b> to <c@d>}. Fixtures
     * blocked-from-to.eml, filter-from-to.eml
     */
    static boolean isTo(String between) {
        String word =
                between.replace('<', ' ').replace('>', ' ').replace('"', ' ').strip();
        return word.equals("to");
    }

    /** Returns the first line from this one on in which an address may stand; the number of lines if there is none. */
    private int nextWithAddress(int line) {
        if (line >= notice.count()) {
            return notice.count();
        }
        int at = text.indexOf('@', notice.start(line));
        if (at < 0 || at >= notice.end()) {
            return notice.count();
        }
        int i = line;
        while (notice.end(i) <= at) {
            i++;
        }
        return i;
    }

    private static String key(String address) {
        return EmailAddress.parse(address).map(EmailAddress::key).orElse("");
    }

    /** Returns whether the notice may name aliases. */
    boolean hasAliases() {
        return aliases.any();
    }

    /** Returns whose alias gave an address, or null. */
    @Nullable
    EmailAddress alias(Mention mention) {
        return aliases.of(mention, Math.min(endOf(mention), notice.count()));
    }

    /** Returns the line of the next address behind this one. */
    int endOf(Mention mention) {
        return ends.getOrDefault(mention, notice.count());
    }

    /**
     * QUIRK: CommuniGate Pro names each address in a sentence and says below it what happened; its report part has no
     * diagnostics. Returns whether several addresses stand in sentences, each with lines of its own. Fixture
     * communigate-two-recipients.eml
     */
    boolean areApart() {
        for (Mention mention : found.values()) {
            if (endOf(mention) <= mention.line + 1) {
                return false;
            }
        }
        return told && found.size() > 1;
    }

    /** Takes these, unless they are one's own; returns whether there are any now. */
    private boolean add(List<Mention> mentions, Set<String> own) {
        Mention before = null;
        boolean anyPerson = false;
        for (Mention mention : mentions) {
            anyPerson |= !mention.key.isEmpty() && !isOffice(mention);
        }
        for (Mention mention : mentions) {
            boolean counts = !mention.key.isEmpty()
                    && !own.contains(mention.key)
                    && !AddressWords.isCommand(mention.key)
                    && found.size() < MAX_RECIPIENTS;
            if (counts && !found.containsKey(mention.key) && !(anyPerson && isOffice(mention))) {
                found.put(mention.key, mention);
                if (before != null) {
                    ends.put(before, mention.line);
                }
                before = mention;
            }
        }
        return !found.isEmpty();
    }

    /**
     * Returns whether an address may be that of those whom to ask, who subscribe as well: then it stands like the others in a list,
     * {@code <help@example.com>:}, or with a reason further in. Fixtures office-in-list.eml, office-above-reason.eml
     */
    private boolean isOffice(Mention mention) {
        if (!AddressWords.isOffice(mention.key) || mention.line < 0) {
            return AddressWords.isOffice(mention.key);
        }
        int start = notice.textStart(mention.line);
        int end = notice.end(mention.line);
        Addresses.Span span = Addresses.next(text, start, end);
        boolean entry = span != null
                && span.start() == start + 1
                && text.startsWith(">:", span.end())
                && (span.end() + 2 == end || ReplyCode.find(text.substring(span.end() + 2, end)) != 0);
        int below = mention.line + 1;
        boolean reason = span != null
                && span.start() == start
                && span.end() == end
                && below < notice.count()
                && !notice.isBlank(below)
                && notice.indentation(mention.line) > 0
                && notice.indentation(below) > notice.indentation(mention.line)
                && tellsFailure(notice.line(below));
        return !entry && !reason;
    }

    /** What stands below an office's address is its telephone number else: fixture office-with-phone.eml */
    private static boolean tellsFailure(String line) {
        String said = line.strip();
        return AddressWords.FAILURE_WORDS.isAnyIn(said)
                || EnhancedStatus.find(said).isPresent()
                || said.length() > 4 && ReplyCode.find(said.substring(0, 4)) != 0 && Character.isLetter(said.charAt(4));
    }

    /** Adds those that stand beside an address in a line with nothing but addresses: {@code a@example.com, b@example.com}. */
    private static void addBeside(Mention first, List<Mention> leading) {
        String rest = first.rest;
        List<Mention> beside = new ArrayList<>(0);
        int from = 0;
        for (Addresses.Span span = Addresses.next(rest, 0); span != null; span = Addresses.next(rest, from)) {
            if (!isSeparator(rest, from, span.start())) {
                return;
            }
            beside.add(new Mention(span.text(), first.line, ""));
            from = span.end();
        }
        if (isSeparator(rest, from, rest.length())) {
            leading.addAll(beside);
        }
    }

    /** Returns whether nothing but what separates addresses stands there. */
    static boolean isSeparator(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (" \t,;<>".indexOf(text.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * QUIRK: IMail says of each address why in front of it, and nothing behind: {@code Unknown user: a@b}, {@code Unknown host:
     * c@d}. Where what stands in front differs, it is about that one. Fixture imail-two-reasons.eml
     */
    private List<Mention> withReasons(List<Mention> labelled) {
        List<Mention> reasoned = new ArrayList<>(labelled.size());
        Map<String, String> labels = new HashMap<>();
        for (Mention mention : labelled) {
            int below = mention.line + 1;
            if (below < notice.count() && !notice.isBlank(below) && nextWithAddress(below) != below) {
                // what is said stands below
                return labelled;
            }
            String line = notice.line(mention.line);
            int colon = line.startsWith(UNDELIVERABLE) ? UNDELIVERABLE.length() : line.indexOf(':');
            if (colon < 0 || mention.address == null || !mention.rest.isBlank() || line.lastIndexOf('@', colon) >= 0) {
                return labelled;
            }
            String label = line.substring(0, colon).strip();
            if (!AddressWords.FAILURE_WORDS.isAnyIn(label) && !label.contains("exceed")) {
                return labelled;
            }
            labels.put(mention.key, label);
            reasoned.add(new Mention(mention.address, mention.line, label, false));
        }
        reasons = Set.copyOf(labels.values()).size() > 1;
        return reasons ? reasoned : labelled;
    }

    /** {@code Recipient: <a@b>}, {@code RCPT TO:<a@b>}, {@code Unknown user: a@b}. */
    private @Nullable Mention labelled(int line) {
        int start = notice.start(line);
        Addresses.Span span = Addresses.next(text, start, notice.end(line));
        if (span == null || span.start() - start > FURTHEST_LABELLED) {
            return null;
        }
        start = sentence(start, span.start());
        int end = NoticeText.trimSpace(text, start, span.start());
        while (end > start && "<\"'[(".indexOf(text.charAt(end - 1)) >= 0) {
            end = NoticeText.trimSpace(text, start, end - 1);
        }
        if (end - start >= 5 && text.regionMatches(true, end - 5, "smtp:", 0, 5)) {
            end = NoticeText.trimSpace(text, start, end - 5);
            while (end > start && text.charAt(end - 1) == '[') {
                end = NoticeText.trimSpace(text, start, end - 1);
            }
        }
        if (text.regionMatches(true, start, UNDELIVERABLE, 0, UNDELIVERABLE.length())
                && end - start == UNDELIVERABLE.length()) {
            return new Mention(span.text(), line, said(line, span));
        }
        end = labelEnd(start, end, span);
        if (end == start || ":=：".indexOf(text.charAt(end - 1)) < 0 || end - start > LONGEST_LABEL) {
            return null;
        }
        if (AddressWords.OTHER_LABELS.isAnyIn(text, start, end)
                || !AddressWords.RECIPIENT_LABELS.isAnyIn(text, start, end)
                        && !(AddressWords.isTo(text.substring(start, end - 1)) && isAmongFields(line))) {
            return null;
        }
        return new Mention(span.text(), line, said(line, span));
    }

    /** Returns where the label ends before a name that the address has: {@code To: Jane Doe <jane@example.com>}. Fixture officevision.eml */
    private int labelEnd(int start, int end, Addresses.Span span) {
        int colon = text.lastIndexOf(':', end - 1);
        boolean named = colon > start
                && span.start() > end
                && text.charAt(span.start() - 1) == '<'
                && text.indexOf(':', start) == colon
                && !AddressWords.FAILURE_WORDS.isAnyIn(text, colon, end);
        return named ? colon + 1 : end;
    }

    /** Returns whether the line above leaves room for a field: it is empty, one itself, or ends. Fixture to-below-whom-to-ask.eml */
    private boolean isAmongFields(int line) {
        String above = line > 0 ? notice.line(line - 1).strip() : "";
        return above.isEmpty() || above.indexOf(':') > 0 || above.endsWith(".") || isRule(above);
    }

    /**
     * Returns where the last sentence of a piece of a line begins.
     *
     * <p>QUIRK: {@code ... to find the current address. Questions: postmaster@example.com}; fixture notice-in-prose.eml.
     */
    private int sentence(int from, int to) {
        for (int i = to - 2; i > from; i--) {
            boolean ends = text.charAt(i) == ' ' && ".?!".indexOf(text.charAt(i - 1)) >= 0;
            if (ends && Character.isUpperCase(text.charAt(i + 1))) {
                return i + 1;
            }
        }
        return from;
    }

    /** What was said stands behind the address, or around it: {@code 550 5.1.1 <a@b>: User unknown}. */
    private String said(int line, Addresses.Span span) {
        int end = notice.end(line);
        int code = ReplyCode.position(text, notice.start(line), end);
        return code >= 0 && code < span.start()
                ? text.substring(code, end)
                : notice.behindPunctuation(span.end() + 1, end);
    }

    private boolean speaksOfFailure(int line) {
        return line >= 0
                && line < notice.count()
                && AddressWords.FAILURE_WORDS.isAnyIn(text, notice.start(line), notice.end(line));
    }

    private void inSentence(int line, List<Mention> inSentences) {
        int end = notice.end(line);
        int from = notice.start(line);
        Addresses.Span span = Addresses.next(text, from, end);
        boolean fails = speaksOfFailure(line) || speaksOfFailure(line - 1) || speaksOfFailure(line + 1);
        if (!fails && (span == null || !isAddressed(line, span))) {
            return;
        }
        if (span != null && isBelowOther(line)) {
            from = span.end();
            span = Addresses.next(text, from, end);
        }
        while (span != null && inSentences.size() < MAX_RECIPIENTS) {
            String before = text.substring(from, span.start());
            if (!AddressWords.isOther(before.toLowerCase(Locale.ROOT).stripTrailing())
                    && !Sentences.endAskedToSend(from == notice.start(line) ? leadingTo(line, span) : before)) {
                inSentences.add(new Mention(span.text(), line, said(line, span)));
            }
            from = span.end();
            span = Addresses.next(text, from, end);
        }
    }

    /** {@code Your message to jane@example.com}: it failed, in whatever words. Fixture gateway-speaks-of-yours.eml */
    private boolean isAddressed(int line, Addresses.Span span) {
        return Sentences.endBeforeReader(leadingTo(line, span));
    }

    /** Returns what stands before the first address of a line, and in the line above: sentences are wrapped. */
    private String leadingTo(int line, Addresses.Span span) {
        int from = line > 0 && !notice.isBlank(line - 1) ? notice.start(line - 1) : notice.start(line);
        return text.substring(from, span.start());
    }

    /** Returns whether the line above ends with whom to ask, or who wrote, and leaves the address to this one. */
    private boolean isBelowOther(int line) {
        // fixture new-address-swedish.eml
        int above = line > 1 && notice.isBlank(line - 1) ? line - 2 : line - 1;
        return above >= 0 && AddressWords.endsBeforeOther(notice.line(above));
    }

    /** Returns the line of the last address. */
    int lastLine() {
        int last = 0;
        for (Mention mention : found.values()) {
            last = Math.max(last, mention.line);
        }
        return last;
    }

    /** Returns the line of the first address. */
    int firstLine() {
        int first = notice.count();
        for (Mention mention : found.values()) {
            first = Math.min(first, Math.max(0, mention.line));
        }
        return first;
    }

    static boolean isRule(String line) {
        return line.startsWith("---") || line.startsWith("===") || line.startsWith("***") || line.startsWith("___");
    }
}
