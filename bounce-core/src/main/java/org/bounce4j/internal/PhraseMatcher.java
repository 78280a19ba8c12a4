package org.bounce4j.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
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

    /** Where the numbers of an entry begin in it, in bits. */
    private static final int ID = 48;

    private static final int END = 32;
    private static final int LENGTH = 16;

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
    /**
     * The grams, each where its hash or the next free place is, and with each where its entries begin and how many there are:
     * none for free places.
     */
    private final long[] grams;
    /**
     * Of each entry its phrase, where in that the gram ends, how long it is, and its first and last character in one: most are told
     * from the text by these, without a look at the phrase.
     */
    private final long[] entries;
    /** Phrases that are shorter than a gram: looked for only where somebody asks for one of them. */
    private final int[] shorts;

    private final boolean[] isShort;

    /** Creates a matcher of these phrases. */
    public PhraseMatcher(Iterable<String> phrases) {
        List<char[]> all = new ArrayList<>();
        for (String each : phrases) {
            if (ids.putIfAbsent(each.toLowerCase(Locale.ROOT), all.size()) == null) {
                all.add(fold(each));
            }
        }
        if (all.stream().anyMatch(phrase -> phrase.length > Character.MAX_VALUE)) {
            throw new IllegalArgumentException("Expected phrases of at most 65,535 characters");
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
        int size = all.size() - shorts.length;
        entries = new long[size];
        int places = Math.max(2, Integer.highestOneBit(Math.max(1, byGram.size()) * 4));
        grams = new long[places];
        int words = Math.max(2, Integer.highestOneBit(byGram.size() * SPARSITY / 64 * 2));
        table = new long[words];
        shift = GRAM_BITS - Integer.numberOfTrailingZeros(words);
        int entry = 0;
        for (Map.Entry<Integer, List<int[]>> each : byGram.entrySet()) {
            put(each.getKey(), entry, each.getValue().size());
            for (int[] one : each.getValue()) {
                char[] phrase = all.get(one[0]);
                entries[entry++] = (long) one[0] << ID
                        | (long) one[1] << END
                        | (long) phrase.length << LENGTH
                        | ends(phrase[0], phrase[phrase.length - 1]);
            }
        }
    }

    private void put(int gram, int firstEntry, int size) {
        int hash = gram * SPREAD;
        table[hash >>> shift] |= bits(hash);
        int place = hash & grams.length - 1;
        while (count(grams[place]) != 0) {
            place = place + 1 & grams.length - 1;
        }
        grams[place] = (long) gram << GRAM_BITS | (long) firstEntry << LENGTH | size;
    }

    private static int count(long gram) {
        return (char) gram;
    }

    /** Returns one number for the first and the last character of a phrase. */
    private static char ends(char first, char last) {
        return (char) (first << 8 ^ last);
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
        /** The phrases, as they were found: of thousands, a text has a few. */
        private int[] ids = new int[16];

        private int size;
        /** The phrases again, each plus one where its hash or the next free place is; half of the places are free at least. */
        private int[] places = new int[32];

        /** Two bits for each short phrase, whether it was looked for and whether it stands there: few texts are asked for one. */
        private @Nullable BitSet shorts;

        private Found(PhraseMatcher matcher, String text, int from, int to, boolean framed) {
            this.matcher = matcher;
            this.text = new char[to - from + 2];
            this.length = fold(text, from, to, framed, this.text);
            matcher.scan(this.text, length, this);
        }

        private void add(int id) {
            if (places[place(id)] != 0) {
                return;
            }
            if (size == ids.length) {
                grow();
            }
            places[place(id)] = id + 1;
            ids[size++] = id;
        }

        private void grow() {
            places = new int[2 * places.length];
            for (int id : ids) {
                places[place(id)] = id + 1;
            }
            ids = Arrays.copyOf(ids, 2 * size);
        }

        /** Returns where a phrase is, or the free place where it is to be. */
        private int place(int id) {
            int place = id * SPREAD >>> 16 & places.length - 1;
            while (places[place] != 0 && places[place] != id + 1) {
                place = place + 1 & places.length - 1;
            }
            return place;
        }

        /** Returns whether that phrase stands in the text. */
        public boolean has(int id) {
            return matcher.isShort[id] ? hasShort(id) : places[place(id)] != 0;
        }

        private boolean hasShort(int id) {
            BitSet known = shorts == null ? new BitSet() : shorts;
            shorts = known;
            if (!known.get(2 * id)) {
                known.set(2 * id);
                known.set(2 * id + 1, matcher.isIn(id, text, length));
            }
            return known.get(2 * id + 1);
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
            for (int i = 0; i < size; i++) {
                if (set.ids.get(ids[i])) {
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
        private final BitSet ids;
        private final boolean hasShorts;

        private PhraseSet(BitSet ids, boolean hasShorts) {
            this.ids = ids;
            this.hasShorts = hasShorts;
        }
    }

    /** Returns the set of these phrases, for {@link Found#mayHaveAnyOf}. */
    public PhraseSet set(int[] ids) {
        BitSet set = new BitSet(phrases.length);
        boolean hasShorts = false;
        for (int id : ids) {
            set.set(id);
            hasShorts |= isShort[id];
        }
        return new PhraseSet(set, hasShorts);
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
        return isAnyShortIn(folded, length);
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

    /** Adds the phrases, or returns true at the first one if there is nothing to add them to. */
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
        while (count(grams[place]) != 0 && (int) (grams[place] >> GRAM_BITS) != gram) {
            place = place + 1 & mask;
        }
        boolean any = false;
        int next = (char) (grams[place] >> LENGTH);
        for (int stop = next + count(grams[place]); next < stop; next++) {
            long entry = entries[next];
            int start = at - (char) (entry >> END);
            int behind = start + (char) (entry >> LENGTH);
            if (start >= 0 && behind <= length && (char) entry == ends(text[start], text[behind - 1])) {
                int id = (char) (entry >> ID);
                char[] wanted = phrases[id];
                if (Arrays.equals(wanted, 0, wanted.length, text, start, behind)) {
                    any = true;
                    if (found == null) {
                        return true;
                    }
                    found.add(id);
                }
            }
        }
        return any;
    }

    /** Returns whether any of the short phrases stands in a folded text. */
    private boolean isAnyShortIn(char[] text, int length) {
        for (int id : shorts) {
            if (isIn(id, text, length)) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether a phrase, however short, stands in a folded text. */
    private boolean isIn(int id, char[] text, int length) {
        char[] wanted = phrases[id];
        for (int i = 0; i + wanted.length <= length; i++) {
            int same = 0;
            while (same < wanted.length && text[i + same] == wanted[same]) {
                same++;
            }
            if (same == wanted.length) {
                return true;
            }
        }
        return false;
    }
}
