package org.bounce4j.internal.detect;

import java.util.List;
import java.util.Locale;
import org.bounce4j.internal.detect.Dialects.Place;

/** Knows letters by their greeting: a person calls somebody by name, a mail system writes to its user at most. */
final class Greeting {
    private static final int LONGEST_NAME = 3;
    private static final int LONGEST_IDEOGRAPHS = 12;
    private static final char IDEOGRAPHS = 0x2e80;
    private static final String ENDS = ",;:!.，、；：！。";

    private static final List<String> GREETINGS = Dialects.standard().phrases("greeting", Place.BEGIN);
    private static final List<String> ROLES = Dialects.standard().phrases("role", Place.BEGIN);

    private Greeting() {}

    /** Returns whether the first words of a notice greet somebody by name. */
    static boolean isByName(NoticeText notice) {
        int line = 0;
        while (line < notice.count() && (notice.isBlank(line) || notice.isAside(line))) {
            line++;
        }
        String words = line < notice.count() ? notice.line(line).strip() : "";
        return !words.isEmpty() && (greetsByName(words) || callsByName(words));
    }

    /** {@code Hello Jane, ...} or, on a line of its own, {@code Hello, Jane!} */
    private static boolean greetsByName(String words) {
        String lower = words.toLowerCase(Locale.ROOT);
        int behind = 0;
        for (String greeting : GREETINGS) {
            int end = greeting.length();
            if (lower.startsWith(greeting) && (lower.length() == end || !Character.isLetter(lower.charAt(end)))) {
                behind = Math.max(behind, end);
            }
        }
        if (behind == 0 || behind >= words.length()) {
            return false;
        }
        boolean apart = words.charAt(behind) == ',';
        int from = apart ? behind + 1 : behind;
        int to = from;
        while (to < words.length() && ENDS.indexOf(words.charAt(to)) < 0) {
            to++;
        }
        boolean last = to + 1 >= words.length();
        boolean ends = last || !apart && !Character.isLetterOrDigit(words.charAt(to + 1));
        return ends && isName(words.substring(from, to).strip());
    }

    private static boolean isName(String name) {
        String[] words = name.split(" ", LONGEST_NAME + 1);
        boolean is = !name.isEmpty() && words.length <= LONGEST_NAME;
        for (String word : words) {
            is &= !word.isEmpty() && Character.isUpperCase(word.charAt(0)) && word.indexOf('@') < 0 && !isRole(word);
        }
        return is;
    }

    private static boolean isRole(String word) {
        String lower = word.toLowerCase(Locale.ROOT) + " ";
        return ROLES.stream().anyMatch(lower::startsWith);
    }

    /** In scripts without capitals, whoever is called by name is so politely: {@code 佐藤様}. */
    private static boolean callsByName(String words) {
        if (words.length() > LONGEST_IDEOGRAPHS) {
            return false;
        }
        String name = words;
        for (String greeting : GREETINGS) {
            if (greeting.charAt(0) >= IDEOGRAPHS) {
                name = name.replace(greeting, "");
            }
        }
        boolean called = !name.equals(words) && ROLES.stream().noneMatch(words::contains);
        String bare = name.strip();
        while (!bare.isEmpty() && ENDS.indexOf(bare.charAt(bare.length() - 1)) >= 0) {
            bare = bare.substring(0, bare.length() - 1).strip();
        }
        return called && !bare.isEmpty() && bare.chars().allMatch(c -> c >= IDEOGRAPHS && Character.isLetter(c));
    }
}
