package org.bounce4j.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Finds which of many phrases stand in a text, in one pass over it. Letters are compared without case, a run of white space
 * counts as one space, and {@link #find} takes the text as if a space stood before and behind it, so that {@code " full "} is
 * a word. Immutable and thread-safe.
 *
 * <p>Of each phrase the four characters are picked that are rarest among all phrases (its gram). The pass asks of every four
 * characters of the text, by two bits of a table that fits into a processor's first cache, whether they may be a gram; nearly
 * all are not. Only where they are, phrases are compared. That is three times as fast as a step of an automaton (Aho and
 * Corasick, 1975) for each character, since no step waits for the one before it. A text made to hit grams all the time costs
 * at most the longest list of phrases with one gram, each time.
 */
public final class PhraseMatcher {
    private static final int NONE = -1;
    private static final int LATIN1 = 256;
    /** From here on (CJK), one character says as much as a gram. */
    private static final int IDEOGRAPHS = 0x2e80;

    private static final int GRAM_BITS = 32;
    private static final int SPREAD = 0x9e3779b1;
    /** Bits of the table for each gram, two of which it sets in one word: one of some hundred other characters passes. */
    private static final int SPARSITY = 16;

    /** How often letters stand in a thousand letters of English; what is not here is rare. */
    private static final String LETTERS = " etaoinshrdlcumwfgypbvk";

    private static final int[] PER_MILLE = {
        180, 104, 75, 67, 62, 58, 57, 52, 50, 49, 35, 33, 23, 23, 20, 20, 18, 17, 16, 16, 12, 8, 6
    };

    /** The one that word processors write for {@code '}; it counts as that. */
    private static final char APOSTROPHE = '\u2019';

    private static final char[] FOLDED = folded();

    private final Map<String, Integer> ids = new HashMap<>();
    /** The phrases, folded. */
    private final char[][] phrases;

    private final long[] table;
    private final int shift;
    /** The grams, each where its hash or the next free place is. */
    private final int[] grams;
    /** Where the entries of each gram begin, and how many there are: none for free places. */
    private final char[] begin;

    private final char[] count;
    /** The phrase of each entry. */
    private final char[] phrase;
    /** Where in the phrase the gram ends. */
    private final char[] end;
    /** Phrases that are shorter than a gram: looked for only where somebody asks for one of them. */
    private final int[] shorts;

    private final boolean[] isShort;
    /** The letters that the short ones begin with, a bit for each; some share one. */
    private final long shortsBegin;

    /** Creates a matcher of these phrases. */
    public PhraseMatcher(Iterable<String> phrases) {
        List<char[]> all = new ArrayList<>();
        for (String each : phrases) {
            if (ids.putIfAbsent(each.toLowerCase(Locale.ROOT), all.size()) == null) {
                all.add(fold(each));
            }
        }
        if (all.size() > Character.MAX_VALUE) {
            throw new IllegalArgumentException("Expected at most 65,535 phrases, got " + all.size());
        }
        this.phrases = all.toArray(char[][]::new);
        char[] counts = counts(all);
        Map<Integer, List<int[]>> byGram = new LinkedHashMap<>();
        isShort = new boolean[all.size()];
        for (int id = 0; id < all.size(); id++) {
            int gramEnd = rarest(all.get(id), counts);
            isShort[id] = gramEnd == NONE;
            if (gramEnd != NONE) {
                byGram.computeIfAbsent(gram(all.get(id), gramEnd), key -> new ArrayList<>())
                        .add(new int[] {id, gramEnd});
            }
        }
        shorts = IntStream.range(0, all.size()).filter(id -> isShort[id]).toArray();
        long letters = 0;
        for (int id : shorts) {
            letters |= all.get(id).length == 0 ? -1 : 1L << all.get(id)[0];
        }
        shortsBegin = letters;
        int size = all.size() - shorts.length;
        phrase = new char[size];
        end = new char[size];
        int places = Math.max(2, Integer.highestOneBit(Math.max(1, byGram.size()) * 4));
        grams = new int[places];
        begin = new char[places];
        count = new char[places];
        int words = Math.max(2, Integer.highestOneBit(byGram.size() * SPARSITY / 64 * 2));
        table = new long[words];
        shift = GRAM_BITS - Integer.numberOfTrailingZeros(words);
        int entry = 0;
        for (Map.Entry<Integer, List<int[]>> each : byGram.entrySet()) {
            put(each.getKey(), entry, each.getValue().size());
            for (int[] one : each.getValue()) {
                phrase[entry] = (char) one[0];
                end[entry++] = (char) one[1];
            }
        }
    }

    private void put(int gram, int firstEntry, int size) {
        int hash = gram * SPREAD;
        table[hash >>> shift] |= bits(hash);
        int place = hash & grams.length - 1;
        while (count[place] != 0) {
            place = place + 1 & grams.length - 1;
        }
        grams[place] = gram;
        begin[place] = (char) firstEntry;
        count[place] = (char) size;
    }

    /** Returns the two bits of a gram in its word of the table; bits in the middle choose them, the highest ones the word. */
    private static long bits(int hash) {
        return 1L << (hash >>> 8) | 1L << (hash >>> 14);
    }

    private static char[] folded() {
        char[] folded = new char[LATIN1];
        for (char c = 0; c < LATIN1; c++) {
            folded[c] = c <= ' ' || c == '\u00a0' ? ' ' : foldedLetter(c);
        }
        return folded;
    }

    private static char foldedLetter(char c) {
        if (c == APOSTROPHE) {
            return '\'';
        }
        if (Character.isSpaceChar(c)) {
            return ' ';
        }
        char small = Character.toLowerCase(c);
        return Character.toUpperCase(small) == c ? small : c;
    }

    private static char[] fold(String phrase) {
        char[] folded = new char[phrase.length()];
        return Arrays.copyOf(folded, fold(phrase, 0, phrase.length(), false, folded));
    }

    /** Writes a piece of the text as phrases are compared with it, in a frame of spaces or without; returns its length. */
    private static int fold(String text, int from, int to, boolean framed, char[] folded) {
        int length = 0;
        char before = 0;
        if (framed) {
            before = ' ';
            folded[length++] = ' ';
        }
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            char f = c < LATIN1 ? FOLDED[c] : foldedLetter(c);
            if (f != ' ' || before != ' ') {
                folded[length++] = f;
            }
            before = f;
        }
        if (framed && before != ' ') {
            folded[length++] = ' ';
        }
        return length;
    }

    /** Returns the last characters, which are the gram, with this folded one behind them. */
    private static int shifted(int gram, char c) {
        return c < LATIN1 ? gram << 8 | c : c < IDEOGRAPHS ? gram << 16 | c : c * SPREAD;
    }

    /** Returns the gram of a phrase that ends with this character. */
    private static int gram(char[] phrase, int end) {
        int gram = 0;
        for (int i = 0; i <= end; i++) {
            gram = shifted(gram, phrase[i]);
        }
        return gram;
    }

    /** Returns whether the characters up to this one make a whole gram. */
    private static boolean isWhole(char[] phrase, int end) {
        int bits = 0;
        for (int i = end; i >= 0 && bits < GRAM_BITS; i--) {
            bits += phrase[i] < LATIN1 ? 8 : phrase[i] < IDEOGRAPHS ? 16 : GRAM_BITS;
        }
        return bits >= GRAM_BITS;
    }

    /** Counts grams by their hashes: two that share one only seem less rare. */
    private static char[] counts(List<char[]> phrases) {
        char[] counts = new char[1 << 16];
        for (char[] phrase : phrases) {
            int gram = 0;
            for (char c : phrase) {
                gram = shifted(gram, c);
                counts[gram * SPREAD >>> 16]++;
            }
        }
        return counts;
    }

    /** Returns where the gram ends that is rarest in texts that such phrases stand in, or -1 if the phrase is too short. */
    private static int rarest(char[] phrase, char[] counts) {
        int rarest = NONE;
        int least = Integer.MAX_VALUE;
        int gram = 0;
        for (int end = 0; end < phrase.length; end++) {
            gram = shifted(gram, phrase[end]);
            if (isWhole(phrase, end)) {
                int frequency = 50 * counts[gram * SPREAD >>> 16];
                for (int i = end; i > end - 4 && i >= 0; i--) {
                    int letter = LETTERS.indexOf(phrase[i]);
                    frequency += letter < 0 ? 0 : PER_MILLE[letter];
                }
                if (frequency < least) {
                    least = frequency;
                    rarest = end;
                }
            }
        }
        return rarest;
    }

    /** Returns the number of the phrase, which must be one of those given to the constructor. */
    public int id(String phrase) {
        Integer id = ids.get(phrase.toLowerCase(Locale.ROOT));
        if (id == null) {
            throw new IllegalArgumentException("Not one of the phrases: " + phrase);
        }
        return id;
    }

    /** Returns whether a phrase is so short that it is looked for only where {@link Found#has} asks for it. */
    public boolean isShort(int id) {
        return isShort[id];
    }

    /** Returns the phrases in the text. */
    public Found find(String text) {
        return find(text, 0, text.length());
    }

    /** Returns the phrases in a piece of the text, as {@link #find(String)} does. */
    public Found find(String text, int from, int to) {
        return new Found(this, text, from, to, true);
    }

    /** The phrases that stand in a text. Not thread-safe. */
    public static final class Found {
        private final PhraseMatcher matcher;
        private final char[] text;
        private final int length;
        /** A bit for each phrase. */
        private final long[] found;
        /** The phrases again, as they were found: so nobody need look through the bits. */
        private int[] ids = new int[16];

        private int size;
        private boolean shortsKnown;

        private Found(PhraseMatcher matcher, String text, int from, int to, boolean framed) {
            this.matcher = matcher;
            this.text = new char[to - from + 2];
            this.length = fold(text, from, to, framed, this.text);
            found = new long[(matcher.phrases.length + 63) / 64];
            matcher.scan(this.text, length, this);
        }

        private void add(int id) {
            if ((found[id >> 6] & 1L << id) == 0) {
                found[id >> 6] |= 1L << id;
                ids = size < ids.length ? ids : Arrays.copyOf(ids, 2 * size);
                ids[size++] = id;
            }
        }

        /** Returns whether that phrase stands in the text. */
        public boolean has(int id) {
            if (!shortsKnown && matcher.isShort[id]) {
                shortsKnown = true;
                matcher.scanShorts(text, length, found);
            }
            return (found[id >> 6] & 1L << id) != 0;
        }

        /** Returns whether all of those phrases stand in the text. */
        public boolean hasAll(int[] ids) {
            for (int id : ids) {
                if (!has(id)) {
                    return false;
                }
            }
            return true;
        }

        /** Returns whether any of these phrases may stand in the text: surely not where this is false. */
        public boolean mayHaveAnyOf(PhraseSet set) {
            if (set.hasShorts) {
                return true;
            }
            for (int i = 0; i < found.length; i++) {
                if ((found[i] & set.bits[i]) != 0) {
                    return true;
                }
            }
            return false;
        }

        /** Returns the phrases in the text, each once, in no order; short ones are not among them. */
        public int[] ids() {
            return Arrays.copyOf(ids, size);
        }
    }

    /** Some of a matcher's phrases, of which a text mostly has none. */
    public static final class PhraseSet {
        private final long[] bits;
        private final boolean hasShorts;

        private PhraseSet(long[] bits, boolean hasShorts) {
            this.bits = bits;
            this.hasShorts = hasShorts;
        }
    }

    /** Returns the set of these phrases, for {@link Found#mayHaveAnyOf}. */
    public PhraseSet set(int[] ids) {
        long[] bits = new long[(phrases.length + 63) / 64];
        boolean hasShorts = false;
        for (int id : ids) {
            bits[id >> 6] |= 1L << id;
            hasShorts |= isShort[id];
        }
        return new PhraseSet(bits, hasShorts);
    }

    /** Returns whether any of the phrases stands in the text; no space is taken to stand around it. */
    public boolean isAnyIn(String text) {
        return isAnyIn(text, 0, text.length());
    }

    /** Returns whether any of the phrases stands in a piece of the text, as {@link #isAnyIn(String)} does. */
    public boolean isAnyIn(String text, int from, int to) {
        char[] folded = new char[to - from];
        int length = fold(text, from, to, false, folded);
        if (scan(folded, length, null)) {
            return true;
        }
        return scanShorts(folded, length, null);
    }

    /** Returns the first of the phrases, in the order in which they were given, that stands in the text; -1 if none does. */
    public int firstIn(String text) {
        Found found = new Found(this, text, 0, text.length(), false);
        for (int id = 0; id < phrases.length; id++) {
            if (found.has(id)) {
                return id;
            }
        }
        return NONE;
    }

    /** Marks the phrases, or returns true at the first one if there is nothing to mark them in. */
    private boolean scan(char[] text, int length, @Nullable Found found) {
        int gram = 0;
        for (int i = 0; i < length; i++) {
            gram = shifted(gram, text[i]);
            int hash = gram * SPREAD;
            long bits = bits(hash);
            if ((table[hash >>> shift] & bits) == bits && hit(gram, text, length, i, found) && found == null) {
                return true;
            }
        }
        return false;
    }

    /** Compares the phrases whose gram ends at this character of the text. */
    private boolean hit(int gram, char[] text, int length, int at, @Nullable Found found) {
        int mask = grams.length - 1;
        int place = gram * SPREAD & mask;
        while (count[place] != 0 && grams[place] != gram) {
            place = place + 1 & mask;
        }
        boolean any = false;
        int entry = begin[place];
        for (int stop = entry + count[place]; entry < stop; entry++) {
            int id = phrase[entry];
            char[] wanted = phrases[id];
            int start = at - end[entry];
            if (start >= 0
                    && start + wanted.length <= length
                    && Arrays.equals(wanted, 0, wanted.length, text, start, start + wanted.length)) {
                any = true;
                if (found == null) {
                    return true;
                }
                found.add(id);
            }
        }
        return any;
    }

    /** Marks the short phrases, or returns true at the first one if there is nothing to mark them in. */
    private boolean scanShorts(char[] text, int length, long @Nullable [] found) {
        if (shorts.length == 0) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if ((shortsBegin & 1L << text[i]) == 0) {
                continue;
            }
            for (int id : shorts) {
                char[] wanted = phrases[id];
                if (i + wanted.length <= length
                        && Arrays.equals(wanted, 0, wanted.length, text, i, i + wanted.length)) {
                    if (found == null) {
                        return true;
                    }
                    found[id >> 6] |= 1L << id;
                }
            }
        }
        return false;
    }
}
