package org.bounce4j.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds which of many phrases stand in a text, in one pass over it (Aho and Corasick, 1975). Letters are compared without
 * case, a run of white space counts as one space, and the text is taken as if a space stood before and behind it, so that
 * {@code " full "} is a word. Immutable and thread-safe.
 */
public final class PhraseMatcher {
    private static final int NO_CLASS = 0;

    private final Map<String, Integer> ids = new HashMap<>();
    /** The character class of every UTF-16 unit; 0 for the ones that stand in no phrase. */
    private final char[] classes = new char[0x10000];

    private final int classCount;
    /** The automaton: {@code next[state * classCount + class]}. */
    private final int[] next;
    /** The phrases that end in a state, longest first; none for most. */
    private final int[][] ends;

    /** Creates a matcher of these phrases. */
    public PhraseMatcher(Iterable<String> phrases) {
        int classesSoFar = 1;
        List<String> all = new ArrayList<>();
        for (String phrase : phrases) {
            String folded = fold(phrase);
            if (ids.putIfAbsent(folded, all.size()) == null) {
                all.add(folded);
            }
        }
        for (String phrase : all) {
            for (int i = 0; i < phrase.length(); i++) {
                char c = phrase.charAt(i);
                if (classes[c] == NO_CLASS) {
                    classes[c] = (char) classesSoFar++;
                }
            }
        }
        for (char c = 'A'; c <= 'Z'; c++) {
            classes[c] = classes[c + ('a' - 'A')];
        }
        classCount = classesSoFar;

        int capacity = 1;
        for (String phrase : all) {
            capacity += phrase.length();
        }
        int[] trie = new int[capacity * classCount];
        Arrays.fill(trie, -1);
        List<List<Integer>> found = new ArrayList<>();
        found.add(new ArrayList<>());
        for (int id = 0; id < all.size(); id++) {
            String phrase = all.get(id);
            int state = 0;
            for (int i = 0; i < phrase.length(); i++) {
                int slot = state * classCount + classes[phrase.charAt(i)];
                if (trie[slot] < 0) {
                    trie[slot] = found.size();
                    found.add(new ArrayList<>());
                }
                state = trie[slot];
            }
            found.get(state).add(id);
        }
        next = Arrays.copyOf(trie, found.size() * classCount);
        linkFailures(found);
        ends = new int[found.size()][];
        for (int state = 0; state < ends.length; state++) {
            ends[state] = found.get(state).stream().mapToInt(Integer::intValue).toArray();
        }
    }

    private void linkFailures(List<List<Integer>> found) {
        int[] failure = new int[found.size()];
        ArrayDeque<Integer> queue = new ArrayDeque<>();
        for (int c = 0; c < classCount; c++) {
            if (next[c] < 0) {
                next[c] = 0;
            } else {
                queue.add(next[c]);
            }
        }
        while (!queue.isEmpty()) {
            int state = queue.remove();
            found.get(state).addAll(found.get(failure[state]));
            for (int c = 0; c < classCount; c++) {
                int slot = state * classCount + c;
                int fallback = next[failure[state] * classCount + c];
                if (next[slot] < 0) {
                    next[slot] = fallback;
                } else {
                    failure[next[slot]] = fallback;
                    queue.add(next[slot]);
                }
            }
        }
    }

    /** Returns the number of the phrase, which must be one of those given to the constructor. */
    public int id(String phrase) {
        Integer id = ids.get(fold(phrase));
        if (id == null) {
            throw new IllegalArgumentException("Not one of the phrases: " + phrase);
        }
        return id;
    }

    /** Returns the set of phrases in the text, as bits: phrase {@code id} is bit {@code id % 64} of word {@code id / 64}. */
    public long[] find(CharSequence text) {
        long[] found = new long[(ids.size() + 63) / 64];
        int state = step(0, ' ', found);
        boolean space = true;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c == '\u00a0') {
                if (space) {
                    continue;
                }
                space = true;
                c = ' ';
            } else {
                space = false;
            }
            state = step(state, c, found);
        }
        if (!space) {
            step(state, ' ', found);
        }
        return found;
    }

    private int step(int state, char c, long[] found) {
        int to = next[state * classCount + classes[c]];
        for (int id : ends[to]) {
            found[id >> 6] |= 1L << (id & 63);
        }
        return to;
    }

    /** Returns whether a phrase is in a set that {@link #find} returned. */
    public static boolean has(long[] found, int id) {
        return (found[id >> 6] & 1L << (id & 63)) != 0;
    }

    private static String fold(String phrase) {
        StringBuilder folded = new StringBuilder(phrase.length());
        for (int i = 0; i < phrase.length(); i++) {
            char c = phrase.charAt(i);
            folded.append(c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c);
        }
        return folded.toString();
    }
}
