package org.bounce4j.internal.detect;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.bounce4j.EmailAddress;
import org.bounce4j.internal.PhraseMatcher;
import org.bounce4j.internal.detect.Dialects.Place;

/**
 * Reads who or what a text speaks of, by its sentences: transfers, parcels, contracts and accounts are rejected, returned and
 * blocked in the words of mail systems, and "your mail server" is no mail of yours.
 */
final class Sentences {
    private static final int MAX_SENTENCES = 400;
    /** How far what stands before a phrase is looked at, and the longest word behind it; in characters. */
    private static final int NEAR = 24;

    private static final int LONGEST_WORD = 80;
    /** How much of what stands before an address is looked at, in characters. */
    private static final int LONGEST_PIECE = 1_000;
    /** Latin, Greek and Cyrillic letters, with which a word goes on: what is written without spaces begins behind. */
    private static final char LAST_CASED = '\u052f';

    private static final String QUOTES = "\"'`\u2018\u201c\u201e\u00ab\u00bb";
    private static final String ENDS = ".!?。！？";

    private static final Dialects DIALECTS = Dialects.standard();
    private static final List<String> YOUR_MESSAGE = DIALECTS.phrases("yours", Place.BEGIN);
    private static final List<String> YOU_SENT = DIALECTS.phrases("you-sent", Place.BEGIN);
    private static final List<String> YOURS =
            Stream.concat(YOUR_MESSAGE.stream(), YOU_SENT.stream()).toList();
    private static final List<String> MAIL = DIALECTS.phrases("a-message", Place.BEGIN);
    private static final List<String> COMPOUND = DIALECTS.phrases("compound", Place.BEGIN);
    private static final List<String> GOES_ON = DIALECTS.phrases("goes-on", Place.BEGIN);
    private static final List<String> BESIDE = DIALECTS.phrases("beside", Place.BEGIN);
    private static final List<String> TELLS = DIALECTS.phrases("tells", Place.BEGIN);
    private static final Set<String> TO = Set.copyOf(DIALECTS.phrases("addressed", Place.BEGIN));
    private static final List<String> ASKED = DIALECTS.phrases("asked-to-send", Place.BEGIN);
    private static final PhraseMatcher TO_SEND = DIALECTS.matcher("to-send", Place.BEGIN);
    private static final String ENGLISH = "your ";
    private static final PhraseMatcher PRONOUN = DIALECTS.matcher("pronoun", Place.BEGIN);

    private Sentences() {}

    /** Returns whether a text speaks of its reader's message. */
    static boolean sayYours(String text) {
        return isYours(text.toLowerCase(Locale.ROOT));
    }

    /** Returns whether a sentence says of its reader's message that it failed, or came back. */
    static boolean sayYoursFailed(String text) {
        return of(text).stream().anyMatch(sentence -> isYours(sentence) && isFailed(sentence));
    }

    /**
     * Returns whether a sentence says in words of its own that its reader's message failed, and no other thing, and it or one
     * before it names somebody else. Behind it stands whom to ask or where to write instead; fixture new-address-behind.eml
     */
    static boolean sayYourMessageFailed(String text, Set<String> readers) {
        boolean named = false;
        for (String sentence : of(text)) {
            named |= namesOther(sentence, readers);
            if (named
                    && isYourMessage(sentence)
                    && isFailed(sentence)
                    && !DIALECTS.isIn("foreign", DIALECTS.find(sentence))) {
                return true;
            }
        }
        return false;
    }

    /**
     * Returns whether a sentence names somebody else whom its reader's message was for, and it, or the one behind it that goes on
     * about the message, says that it failed or is late. Whatever else somebody sent is refused as well, and whoever asks about a
     * notice quotes it. Fixtures invitation-refused.eml, letter-quotes-yours.eml
     */
    static boolean sayYoursFailedFor(String text, Set<String> readers) {
        boolean before = false;
        for (String sentence : of(text)) {
            boolean about = isYourMessage(sentence) && namesOther(sentence, readers);
            if ((about || before && PRONOUN.isAnyIn(" " + sentence.strip() + " "))
                    && (isFailed(sentence) || DIALECTS.isIn("delay", DIALECTS.find(sentence)))
                    && !DIALECTS.isIn("foreign", DIALECTS.find(sentence))) {
                return true;
            }
            before = about;
        }
        return false;
    }

    /**
     * Returns whether what stands before an address says that the reader's message was for it: {@code Your message to}. Whoever is
     * told to send it somewhere is not: {@code Please send your message to}.
     */
    static boolean endBeforeReader(String words) {
        return endAddressed(words, before -> !TO_SEND.isAnyIn(" " + before));
    }

    /** Returns whether what stands before an address asks to send the message there: {@code Please send your message to}. */
    static boolean endAskedToSend(String words) {
        return endAddressed(words, before -> ASKED.stream().anyMatch((" " + before)::endsWith));
    }

    private static boolean endAddressed(String words, Predicate<String> before) {
        String lower = words.substring(Math.max(0, words.length() - LONGEST_PIECE))
                .toLowerCase(Locale.ROOT)
                .stripTrailing();
        int end = lower.length();
        while (end > 0 && "<\"'(: ".indexOf(lower.charAt(end - 1)) >= 0) {
            end--;
        }
        int last = end;
        while (last > 0 && Character.isLetter(lower.charAt(last - 1))) {
            last--;
        }
        if (!TO.contains(lower.substring(last, end))) {
            return false;
        }
        List<String> sentences = of(lower.substring(0, end));
        String sentence = sentences.isEmpty()
                ? ""
                : sentences.get(sentences.size() - 1).strip().replace('\n', ' ');
        return isAny(
                YOURS,
                sentence,
                (at, phrase) -> isTopic(sentence, at, phrase) && before.test(sentence.substring(0, at)));
    }

    /** Returns whether it speaks of its reader's message, and of no other thing, in words of its own. */
    private static boolean isYourMessage(String lower) {
        return isAny(
                isOfMessage(lower) ? YOURS : YOUR_MESSAGE,
                lower,
                (at, phrase) -> isTopic(lower, at, phrase) && !isQuoted(lower, at));
    }

    private static boolean isQuoted(String text, int at) {
        String before = text.substring(text.lastIndexOf('\n', at) + 1, at).strip();
        return before.startsWith(">") || !before.isEmpty() && QUOTES.indexOf(before.charAt(before.length() - 1)) >= 0;
    }

    private static boolean namesOther(String sentence, Set<String> readers) {
        Addresses.Span span = Addresses.next(sentence, 0);
        EmailAddress address =
                span == null ? null : EmailAddress.parse(span.text()).orElse(null);
        return address != null && !readers.contains(address.key());
    }

    /** Returns whether a sentence says that a message is late. */
    static boolean sayDelayed(String text) {
        return of(text).stream()
                .anyMatch(sentence -> isOfMessage(sentence) && DIALECTS.isIn("delay", DIALECTS.find(sentence)));
    }

    /** Returns whether a sentence says that a message was stopped, or it where the one before says which. */
    static boolean sayStopped(String text) {
        boolean before = false;
        for (String sentence : of(text)) {
            boolean message = isOfMessage(sentence);
            if ((message || before && PRONOUN.isAnyIn(" " + sentence.strip() + " ")) && isStopped(sentence)) {
                return true;
            }
            before = message;
        }
        return false;
    }

    /** Returns the first sentences of a text, in lower case. */
    private static List<String> of(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        List<String> sentences = new ArrayList<>();
        int start = 0;
        while (start < lower.length() && sentences.size() < MAX_SENTENCES) {
            int end = end(lower, start);
            sentences.add(lower.substring(start, end));
            start = end + 1;
        }
        return sentences;
    }

    private static boolean isFailed(String sentence) {
        PhraseMatcher.Found found = DIALECTS.find(sentence);
        return DIALECTS.isIn("failure", found) || DIALECTS.isIn("came-back", found);
    }

    private static boolean isStopped(String sentence) {
        PhraseMatcher.Found found = DIALECTS.find(sentence);
        return (DIALECTS.isIn("intercepted", found) || DIALECTS.isIn("failure", found))
                && !DIALECTS.isIn("not-stopped", found);
    }

    /**
     * A sentence ends at its mark, if white space follows or none is written, and at an empty line, unless that sets apart a piece of
     * it. Fixture sentence-set-apart.eml
     */
    private static int end(String text, int start) {
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean last = i + 1 == text.length();
            if (ENDS.indexOf(c) >= 0 && (last || c > LAST_CASED || Character.isWhitespace(text.charAt(i + 1)))
                    || c == '\n' && !last && text.charAt(i + 1) == '\n' && !isSetApart(text, i)) {
                return i;
            }
            while (c == '\n' && i + 1 < text.length() && text.charAt(i + 1) == '\n') {
                // asked once for all empty lines in a row
                i++;
            }
        }
        return text.length();
    }

    /** Returns whether an empty line sets apart a piece of a sentence: what stands above it or below it is further in. */
    private static boolean isSetApart(String text, int end) {
        int below = end;
        while (below < text.length() && text.charAt(below) == '\n') {
            below++;
        }
        int above = text.lastIndexOf('\n', end - 1) + 1;
        return isIndented(text, above) || isIndented(text, below);
    }

    private static boolean isIndented(String text, int line) {
        return line < text.length() && (text.charAt(line) == ' ' || text.charAt(line) == '\t');
    }

    private static boolean isYours(String lower) {
        return isAny(YOURS, lower, (at, phrase) -> isTopic(lower, at, phrase));
    }

    private static boolean isOfMessage(String lower) {
        return isAny(MAIL, lower, (at, phrase) -> true);
    }

    /** What is asked of a phrase where it stands. */
    private interface Condition {
        boolean holds(int at, String phrase);
    }

    private static boolean isAny(List<String> phrases, String lower, Condition condition) {
        for (String phrase : phrases) {
            for (int at = lower.indexOf(phrase); at >= 0; at = lower.indexOf(phrase, at + 1)) {
                if (isWord(lower, at, at + phrase.length()) && condition.holds(at, phrase)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Returns whether a phrase ends there, and is not what a thing is called after: {@code your mail server}. */
    private static boolean isWord(String lower, int start, int end) {
        if (isCased(lower, end - 1) && isCased(lower, end) || isCased(lower, start) && isCased(lower, start - 1)) {
            return false;
        }
        int next = end;
        while (next < lower.length() && (Character.isWhitespace(lower.charAt(next)) || lower.charAt(next) == '-')) {
            next++;
        }
        for (String word : COMPOUND) {
            if (lower.startsWith(word, next)) {
                return false;
            }
        }
        return true;
    }

    /** {@code Your message to ...} and no {@code in your message}, {@code if your message}, {@code your mail jane@example.com}. */
    private static boolean isTopic(String lower, int start, String phrase) {
        String before = " " + lower.substring(Math.max(0, start - NEAR), start).replace('\n', ' ');
        if (BESIDE.stream().anyMatch(before::endsWith) && TELLS.stream().noneMatch(before::endsWith)) {
            return false;
        }
        int next = start + phrase.length();
        while (next < lower.length() && Character.isWhitespace(lower.charAt(next))) {
            next++;
        }
        int end = next;
        int most = Math.min(lower.length(), next + LONGEST_WORD);
        while (end < most && !Character.isWhitespace(lower.charAt(end))) {
            end++;
        }
        String word = lower.substring(next, end);
        boolean letters = !word.isEmpty() && isCased(word, 0);
        return word.indexOf('@') < 0
                && (!letters || !phrase.startsWith(ENGLISH) || GOES_ON.stream().anyMatch(each -> isBegun(word, each)));
    }

    private static boolean isBegun(String word, String by) {
        return word.startsWith(by) && !isCased(word, by.length());
    }

    private static boolean isCased(String text, int at) {
        return at >= 0 && at < text.length() && text.charAt(at) <= LAST_CASED && Character.isLetter(text.charAt(at));
    }
}
