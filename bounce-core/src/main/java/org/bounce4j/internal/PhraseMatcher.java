package org.bounce4j.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Finds which of many phrases stand in a text, in one pass over it (Aho and Corasick, 1975). Letters are compared without
 * case, a run of white space counts as one space, and the text is taken as if a space stood before and behind it, so that
 * {@code " full "} is a word. Immutable and thread-safe.
 */
public final class PhraseMatcher {

    private static final int NONE = -1;
    /** The classes of ASCII characters come first; for them, the step from a short beginning is looked up at once. */
    private static final int DENSE = 64;

    private static final int DENSE_BITS = 6;
    /** A text mostly is in beginnings as short as this; a table for all of them would not fit into a processor's caches. */
    private static final int SHORT = 2;

    private static final char LAST_LATIN1 = '\u00ff';
    /** The one that word processors write for {@code '}; it counts as that. */
    private static final char APOSTROPHE = '\u2019';

    private final Map<String, Integer> ids = new HashMap<>();
    /** The character classes of the UTF-16 units up to the last one that has one; 0 for those that stand in no phrase. */
    private final char[] classes;

    /** The states below this one are those of short beginnings. */
    private final int shorts;
    /** The next state of short beginnings for the first classes: {@code dense[state * DENSE + class]}. */
    private final char[] dense;
    /** Where each class leads from the first state. */
    private final char[] first;
    /** The states' own steps: those of state {@code s} are {@code steps[begin[s]]} to {@code steps[begin[s + 1]]}. */
    private final char[] begin;

    /** The first classes of which each state has steps of its own, as bits. */
    private final long[] owned;

    private final char[] stepClass;
    private final char[] stepState;
    /** The state of the longest phrase beginning that ends like this one. */
    private final char[] fallback;
    /** Whether phrases end in a state. */
    private final boolean[] accepts;
    /** The phrases that end in a state; none for most. */
    private final int[][] ends;

    /** A beginning of phrases. */
    private static final class Node {
        private final TreeMap<Character, Node> steps = new TreeMap<>();
        private final int length;
        private int phrase = NONE;
        private int state;

        Node(int length) {
            this.length = length;
        }

        Node step(char step, boolean isSpace) {
            return steps.computeIfAbsent(step, key -> {
                Node next = new Node(length + 1);
                if (isSpace) {
                    // a run of white space is one space
                    next.steps.put(step, next);
                }
                return next;
            });
        }
    }

    /** Creates a matcher of these phrases. */
    public PhraseMatcher(Iterable<String> phrases) {
        List<String> all = new ArrayList<>();
        for (String phrase : phrases) {
            String folded = phrase.toLowerCase(Locale.ROOT);
            if (ids.putIfAbsent(folded, all.size()) == null) {
                all.add(folded);
            }
        }
        SortedSet<Character> characters = characters(all);
        char last = characters.isEmpty() ? 0 : characters.last();
        classes = new char[Math.max(characters.contains('\'') ? APOSTROPHE : LAST_LATIN1, last) + 1];
        int classCount = classify(characters);
        Node root = new Node(0);
        for (int id = 0; id < all.size(); id++) {
            Node node = root;
            for (char c : all.get(id).toCharArray()) {
                node = node.step(classes[c], c == ' ');
            }
            node.phrase = id;
        }
        List<Node> states = numbered(root);
        int stepCount = states.stream().mapToInt(node -> node.steps.size()).sum();
        if (stepCount > Character.MAX_VALUE) {
            throw new IllegalArgumentException("Expected phrases of at most 65,535 characters in all");
        }
        first = new char[classCount];
        begin = new char[states.size() + 1];
        owned = new long[states.size()];
        stepClass = new char[stepCount];
        stepState = new char[stepCount];
        char steps = 0;
        for (Node node : states) {
            begin[node.state] = steps;
            for (Map.Entry<Character, Node> step : node.steps.entrySet()) {
                stepClass[steps] = step.getKey();
                owned[node.state] |= step.getKey() < DENSE ? 1L << step.getKey() : 0;
                stepState[steps++] = (char) step.getValue().state;
            }
        }
        begin[states.size()] = steps;
        root.steps.forEach((Character step, Node node) -> first[step] = (char) node.state);
        fallback = new char[states.size()];
        shorts = (int) states.stream().filter(node -> node.length <= SHORT).count();
        dense = new char[shorts * DENSE];
        accepts = new boolean[states.size()];
        ends = new int[states.size()][];
        states.forEach(this::link);
    }

    /** Numbers the beginnings by their length. */
    private static List<Node> numbered(Node root) {
        List<Node> states = new ArrayList<>();
        states.add(root);
        for (int i = 0; i < states.size(); i++) {
            Node node = states.get(i);
            node.state = i;
            node.steps.values().stream().filter(next -> next != node).forEach(states::add);
        }
        return states;
    }

    private static SortedSet<Character> characters(List<String> phrases) {
        TreeSet<Character> characters = new TreeSet<>();
        for (String phrase : phrases) {
            for (int i = 0; i < phrase.length(); i++) {
                characters.add(phrase.charAt(i));
            }
        }
        return characters;
    }

    /** Numbers the characters of phrases, capital letters as small ones; returns how many numbers there are. */
    private int classify(SortedSet<Character> characters) {
        char count = 1;
        for (char c : characters) {
            classes[c] = count++;
            char capital = Character.toUpperCase(c);
            if (Character.toLowerCase(capital) == c && capital < classes.length) {
                classes[capital] = classes[c];
            }
        }
        for (char c = 0; c < ' '; c++) {
            classes[c] = classes[' '];
        }
        classes['\u00a0'] = classes[' '];
        if (classes['\''] != 0) {
            classes[APOSTROPHE] = classes['\''];
        }
        return count;
    }

    /** Links a state, whose shorter ones are linked, to the ones that follow it. */
    private void link(Node node) {
        int state = node.state;
        ends[state] = state == 0 ? new int[0] : ends[fallback[state]];
        if (node.phrase != NONE) {
            ends[state] = Arrays.copyOf(ends[state], ends[state].length + 1);
            ends[state][ends[state].length - 1] = node.phrase;
        }
        accepts[state] = ends[state].length > 0;
        for (int i = begin[state]; i < begin[state + 1]; i++) {
            if (stepState[i] != state) {
                fallback[stepState[i]] = state == 0 ? 0 : (char) sparse(fallback[state], stepClass[i]);
            }
        }
        for (char step = 0; state < shorts && step < Math.min(DENSE, first.length); step++) {
            dense[state << DENSE_BITS | step] = (char) sparse(state, step);
        }
    }

    private int after(int state, char c) {
        return next(state, c < classes.length ? classes[c] : 0);
    }

    private int next(int state, char step) {
        return state < shorts && step < DENSE ? dense[state << DENSE_BITS | step] : sparse(state, step);
    }

    private int sparse(int from, char step) {
        int state = from;
        while (state != 0) {
            int to = own(state, step);
            if (to != NONE) {
                return to;
            }
            state = fallback[state];
            if (state < shorts && step < DENSE) {
                return dense[state << DENSE_BITS | step];
            }
        }
        return first[step];
    }

    private int own(int state, char step) {
        if (step < DENSE) {
            long mask = owned[state];
            long bit = 1L << step;
            return (mask & bit) == 0 ? NONE : stepState[begin[state] + Long.bitCount(mask & bit - 1)];
        }
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
    public long[] find(String text) {
        return find(text, 0, text.length());
    }

    /** Returns the set of phrases in a piece of the text, as {@link #find(String)} does. */
    public long[] find(String text, int from, int to) {
        long[] found = new long[(ids.size() + 63) / 64];
        int state = after(0, ' ');
        for (int i = from; i < to; i++) {
            state = after(state, text.charAt(i));
            if (accepts[state]) {
                add(state, found);
            }
        }
        add(after(state, ' '), found);
        return found;
    }

    /** Returns whether any of the phrases stands in the text; no space is taken to stand around it. */
    public boolean isAnyIn(String text) {
        return isAnyIn(text, 0, text.length());
    }

    /** Returns whether any of the phrases stands in a piece of the text, as {@link #isAnyIn(String)} does. */
    public boolean isAnyIn(String text, int from, int to) {
        int state = 0;
        for (int i = from; i < to; i++) {
            state = after(state, text.charAt(i));
            if (accepts[state]) {
                return true;
            }
        }
        return false;
    }

    /** Returns the first of the phrases, in the order in which they were given, that stands in the text; -1 if none does. */
    public int firstIn(String text) {
        int least = Integer.MAX_VALUE;
        int state = 0;
        for (int i = 0; i < text.length(); i++) {
            state = after(state, text.charAt(i));
            if (accepts[state]) {
                for (int id : ends[state]) {
                    least = Math.min(least, id);
                }
            }
        }
        return least == Integer.MAX_VALUE ? NONE : least;
    }

    private void add(int state, long[] found) {
        for (int id : ends[state]) {
            found[id >> 6] |= 1L << (id & 63);
        }
    }

    /** Returns whether a phrase is in a set that {@link #find} returned. */
    public static boolean has(long[] found, int id) {
        return (found[id >> 6] & 1L << (id & 63)) != 0;
    }
}
