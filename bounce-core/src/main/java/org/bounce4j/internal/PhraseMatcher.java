package org.bounce4j.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Finds which of many phrases stand in a text, in one pass over it (Aho and Corasick, 1975). Letters are compared without
 * case, a run of white space counts as one space, and the text is taken as if a space stood before and behind it, so that
 * {@code " full "} is a word. Immutable and thread-safe.
 */
public final class PhraseMatcher {

    private static final int NONE = -1;
    /** The classes of ASCII characters come first; for them, the next state is looked up at once. */
    private static final int DENSE = 64;

    private final Map<String, Integer> ids = new HashMap<>();
    /** The character class of every UTF-16 unit; 0 for the ones that stand in no phrase. */
    private final char[] classes = new char[0x10000];

    /** The next state for the first classes: {@code dense[state * DENSE + class]}. */
    private final char[] dense;
    /** Where each class leads from the first state. */
    private final int[] first;
    /** The other states' own steps: those of state {@code s} are {@code steps[begin[s]]} to {@code steps[begin[s + 1]]}. */
    private final int[] begin;

    private final char[] stepClass;
    private final int[] stepState;
    /** The state of the longest phrase beginning that ends like this one. */
    private final int[] fallback;
    /** The phrases that end in a state; none for most. */
    private final int[][] ends;

    /** Creates a matcher of these phrases. */
    public PhraseMatcher(Iterable<String> phrases) {
        List<String> all = new ArrayList<>();
        for (String phrase : phrases) {
            String folded = phrase.toLowerCase(Locale.ROOT);
            if (ids.putIfAbsent(folded, all.size()) == null) {
                all.add(folded);
            }
        }
        int classCount = classify(all);
        List<TreeMap<Character, Integer>> trie = new ArrayList<>();
        List<List<Integer>> found = new ArrayList<>();
        trie.add(new TreeMap<>());
        found.add(new ArrayList<>());
        for (int id = 0; id < all.size(); id++) {
            int state = 0;
            String phrase = all.get(id);
            for (int i = 0; i < phrase.length(); i++) {
                char c = phrase.charAt(i);
                Integer next = trie.get(state).get(classes[c]);
                if (next == null) {
                    next = trie.size();
                    trie.get(state).put(classes[c], next);
                    trie.add(new TreeMap<>());
                    found.add(new ArrayList<>());
                }
                state = next;
            }
            found.get(state).add(id);
        }
        first = new int[classCount];
        trie.get(0).forEach((Character step, Integer state) -> first[step] = state);
        begin = new int[trie.size() + 1];
        stepClass = new char[trie.size()];
        stepState = new int[trie.size()];
        int steps = 0;
        for (int state = 0; state < trie.size(); state++) {
            begin[state] = steps;
            for (Map.Entry<Character, Integer> step : trie.get(state).entrySet()) {
                stepClass[steps] = step.getKey();
                stepState[steps++] = step.getValue();
            }
        }
        begin[trie.size()] = steps;
        fallback = new int[trie.size()];
        if (trie.size() > Character.MAX_VALUE) {
            throw new IllegalArgumentException("Expected phrases of at most 65,535 characters in all");
        }
        dense = new char[trie.size() * DENSE];
        link(found);
        ends = new int[trie.size()][];
        for (int state = 0; state < ends.length; state++) {
            ends[state] = found.get(state).stream().mapToInt(Integer::intValue).toArray();
        }
    }

    /** Numbers the characters that stand in phrases, capital letters as small ones; returns how many numbers there are. */
    private int classify(List<String> phrases) {
        TreeSet<Character> characters = new TreeSet<>();
        for (String phrase : phrases) {
            for (int i = 0; i < phrase.length(); i++) {
                characters.add(phrase.charAt(i));
            }
        }
        char count = 1;
        for (char c : characters) {
            classes[c] = count++;
            char capital = Character.toUpperCase(c);
            if (Character.toLowerCase(capital) == c) {
                classes[capital] = classes[c];
            }
        }
        return count;
    }

    private void link(List<List<Integer>> found) {
        for (int step = 0; step < Math.min(DENSE, first.length); step++) {
            dense[step] = (char) first[step];
        }
        ArrayDeque<Integer> queue = new ArrayDeque<>();
        for (int i = begin[0]; i < begin[1]; i++) {
            queue.add(stepState[i]);
        }
        while (!queue.isEmpty()) {
            int state = queue.remove();
            found.get(state).addAll(found.get(fallback[state]));
            System.arraycopy(dense, fallback[state] * DENSE, dense, state * DENSE, DENSE);
            for (int i = begin[state]; i < begin[state + 1]; i++) {
                fallback[stepState[i]] = sparse(fallback[state], stepClass[i]);
                if (stepClass[i] < DENSE) {
                    dense[state * DENSE + stepClass[i]] = (char) stepState[i];
                }
                queue.add(stepState[i]);
            }
        }
    }

    private int next(int state, char step) {
        return step < DENSE ? dense[state * DENSE + step] : sparse(state, step);
    }

    private int sparse(int from, char step) {
        int state = from;
        while (state != 0) {
            int to = own(state, step);
            if (to != NONE) {
                return to;
            }
            state = fallback[state];
        }
        return first[step];
    }

    private int own(int state, char step) {
        for (int i = begin[state]; i < begin[state + 1]; i++) {
            if (stepClass[i] == step) {
                return stepState[i];
            }
        }
        return NONE;
    }

    /** Returns the number of the phrase, which must be one of those given to the constructor. */
    public int id(String phrase) {
        Integer id = ids.get(phrase.toLowerCase(Locale.ROOT));
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

    /** Returns whether any of the phrases stands in the text. */
    public boolean isAnyIn(CharSequence text) {
        int state = 0;
        for (int i = 0; i < text.length(); i++) {
            state = next(state, classes[text.charAt(i)]);
            if (ends[state].length > 0) {
                return true;
            }
        }
        return false;
    }

    private int step(int state, char c, long[] found) {
        int to = next(state, classes[c]);
        for (int id : ends[to]) {
            found[id >> 6] |= 1L << (id & 63);
        }
        return to;
    }

    /** Returns whether a phrase is in a set that {@link #find} returned. */
    public static boolean has(long[] found, int id) {
        return (found[id >> 6] & 1L << (id & 63)) != 0;
    }
}
