package org.bounce4j.internal.detect;

import java.util.ArrayList;
import java.util.List;

/** Words in lower case, of which only those are looked at that begin, or end, with the same character as a text does. */
final class WordList {
    private static final int LATIN1 = 256;

    /** The words by their first characters: those that are not of Latin letters share one place. */
    private final String[][] byFirst;
    /** And by their last ones. */
    private final String[][] byLast;

    private WordList(List<String> words) {
        byFirst = table(words, false);
        byLast = table(words, true);
    }

    static WordList of(List<String> words) {
        return new WordList(words);
    }

    private static String[][] table(List<String> words, boolean last) {
        List<List<String>> places = new ArrayList<>();
        for (int i = 0; i <= LATIN1; i++) {
            places.add(new ArrayList<>(0));
        }
        for (String word : words) {
            places.get(place(word.charAt(last ? word.length() - 1 : 0))).add(word);
        }
        return places.stream().map(each -> each.toArray(String[]::new)).toArray(String[][]::new);
    }

    private static int place(char c) {
        return Math.min(c, LATIN1);
    }

    /** Returns whether one of the words stands at that place of a text in lower case. */
    boolean isAt(String text, int at) {
        if (at < text.length()) {
            for (String word : byFirst[place(text.charAt(at))]) {
                if (text.startsWith(word, at)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Returns whether one of the words, which are of ASCII, stands at that place of a text up to another, in any case. */
    boolean isAtIgnoringCase(String text, int at, int to) {
        for (String word : byFirst[place(Character.toLowerCase(text.charAt(at)))]) {
            if (at + word.length() <= to && text.regionMatches(true, at, word, 0, word.length())) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether a text in lower case begins with one of the words, and no letter stands behind that. */
    boolean begins(String text) {
        if (!text.isEmpty()) {
            for (String word : byFirst[place(text.charAt(0))]) {
                if (text.startsWith(word)
                        && (text.length() == word.length() || !Character.isLetter(text.charAt(word.length())))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Returns whether a text in lower case ends with one of the words. */
    boolean ends(String text) {
        return ends(text, text.length());
    }

    /** Returns whether one of the words stands right before that place of a text in lower case. */
    boolean ends(String text, int end) {
        if (end > 0) {
            for (String word : byLast[place(text.charAt(end - 1))]) {
                if (text.startsWith(word, end - word.length())) {
                    return true;
                }
            }
        }
        return false;
    }
}
