package org.bounce4j.internal.detect;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.bounce4j.internal.PhraseMatcher;
import org.bounce4j.internal.Unaccented;
import org.bounce4j.internal.mime.Headers;
import org.jspecify.annotations.Nullable;

/** The mailers whose notices differ in their phrases only, as {@code dialects.txt} lists them. Immutable and thread-safe. */
final class Dialects {
    private static final int MAX_FAILURE = 8_000;

    /** Where a sign may stand. */
    enum Place {
        FROM,
        SUBJECT,
        MAILER,
        HEADER,
        TEXT,
        BEGIN,
        DELAY
    }

    /** Alternatives, each a list of phrases that must all be there. */
    static final class Signs {
        private static final Signs NONE = new Signs(false);
        private static final char IDEOGRAPHS = 0x2e80;
        /** From so many alternatives on, one look at all of them comes before the look at each. */
        private static final int MANY = 40;

        private final List<List<String>> alternatives = new ArrayList<>();
        /** Whether {@link Dialects#find} looks for them. */
        private final boolean searched;

        private int[][] ids = new int[0][];
        /** One phrase of each alternative, where there are many of them. */
        private PhraseMatcher.@Nullable PhraseSet firsts;

        /** The phrases by their first characters, for subjects that begin with one. */
        private final Map<Character, List<String>> beginnings = new HashMap<>();
        /** Those of scripts without spaces, which may stand anywhere in a subject. */
        private final List<String> unspaced = new ArrayList<>();

        private Signs(boolean searched) {
            this.searched = searched;
        }

        private void addUnaccented() {
            List.copyOf(alternatives).forEach(phrases -> alternatives.addAll(Unaccented.forms(phrases)));
        }

        private void index(PhraseMatcher matcher) {
            for (List<String> phrases : alternatives) {
                String phrase = phrases.get(0);
                boolean spaced = phrase.charAt(0) < IDEOGRAPHS;
                List<String> alike =
                        spaced ? beginnings.computeIfAbsent(phrase.charAt(0), key -> new ArrayList<>()) : unspaced;
                alike.add(phrase);
            }
            if (searched) {
                ids = alternatives.stream()
                        .map(phrases -> phrases.stream().mapToInt(matcher::id).toArray())
                        .toArray(int[][]::new);
                firsts = ids.length < MANY
                        ? null
                        : matcher.set(Arrays.stream(ids)
                                .mapToInt(phrases -> phrases[0])
                                .toArray());
            }
        }

        List<List<String>> alternatives() {
            return alternatives;
        }

        boolean isEmpty() {
            return alternatives.isEmpty();
        }

        /** Returns whether one of the alternatives is among the phrases that {@link Dialects#find} found. */
        boolean isIn(PhraseMatcher.Found found) {
            if (firsts != null && !found.mayHaveAnyOf(firsts)) {
                return false;
            }
            for (int[] phrases : ids) {
                if (found.hasAll(phrases)) {
                    return true;
                }
            }
            return false;
        }

        /** Returns whether a message has the fields that one of the alternatives names. */
        boolean areFieldsOf(Message message) {
            for (List<String> names : alternatives) {
                if (hasAll(message.root().headers(), names)) {
                    return true;
                }
            }
            return false;
        }

        private static boolean hasAll(Headers headers, List<String> names) {
            for (String name : names) {
                if (!headers.has(name)) {
                    return false;
                }
            }
            return true;
        }

        /**
         * Returns whether a subject in lower case begins with one of the alternatives, as a word; in scripts without spaces,
         * whether it stands anywhere in it.
         */
        boolean begin(String subject) {
            if (subject.isEmpty()) {
                return false;
            }
            for (String phrase : beginnings.getOrDefault(subject.charAt(0), List.of())) {
                if (subject.startsWith(phrase) && isWord(subject, phrase)) {
                    return true;
                }
            }
            for (String phrase : unspaced) {
                if (subject.contains(phrase)) {
                    return true;
                }
            }
            return false;
        }

        private static boolean isWord(String subject, String phrase) {
            int end = phrase.length();
            char last = phrase.charAt(end - 1);
            boolean inflected = last > 0x7f;
            return inflected
                    || !Character.isLetter(last)
                    || subject.length() == end
                    || !Character.isLetter(subject.charAt(end));
        }

        /** Returns whether one of the alternatives stands in a text that is in lower case. */
        boolean isIn(String lower) {
            for (List<String> phrases : alternatives) {
                boolean all = true;
                for (String phrase : phrases) {
                    all &= lower.contains(phrase);
                }
                if (all) {
                    return true;
                }
            }
            return false;
        }
    }

    /** One mailer: its signs for each place. */
    static final class Dialect {
        private final String name;
        private final Map<Place, Signs> signs = new EnumMap<>(Place.class);
        private boolean anyone;
        private boolean local;
        private boolean returned;

        private Dialect(String name) {
            this.name = name;
        }

        String name() {
            return name;
        }

        /** Returns whether the sender need not be a mail system. */
        boolean anyone() {
            return anyone;
        }

        /** Returns whether recipients without a domain are mailboxes of the sender's own. */
        boolean local() {
            return local;
        }

        /** Returns whether it speaks of whom the returned message was for, whomever its words name. */
        boolean returned() {
            return returned;
        }

        Signs signs(Place place) {
            return signs.getOrDefault(place, Signs.NONE);
        }
    }

    private static final Dialects STANDARD = new Dialects(text());

    private final List<Dialect> dialects = new ArrayList<>();
    private final Map<String, Dialect> common = new HashMap<>();
    private final PhraseMatcher matcher;
    /** For each phrase the mailers that have it in their texts: each alternative stands at one of its phrases. */
    private final BitSet[] byPhrase;
    /** The mailers that their texts need not tell. */
    private final BitSet ofAnyText = new BitSet();
    /** Of each alternative of the mailers that may be anyone, one phrase. */
    private final PhraseMatcher anyones;

    private Dialects(String text) {
        Dialect current = null;
        Place place = null;
        for (String line : text.split("\n", -1)) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (!Character.isWhitespace(line.charAt(0))) {
                current = new Dialect(line.strip());
                if (line.startsWith("*")) {
                    common.put(current.name, current);
                } else {
                    dialects.add(current);
                }
                continue;
            }
            if (current == null) {
                throw new IllegalStateException("dialects.txt: expected a name before " + line.strip());
            }
            place = read(current, place, line.strip());
        }
        Set<String> phrases = new LinkedHashSet<>();
        List<Signs> all = new ArrayList<>();
        dialects.forEach(dialect -> all.addAll(dialect.signs.values()));
        common.values().forEach(dialect -> all.addAll(dialect.signs.values()));
        all.forEach(Signs::addUnaccented);
        all.stream().filter(signs -> signs.searched).forEach(signs -> signs.alternatives.forEach(phrases::addAll));
        matcher = new PhraseMatcher(phrases);
        anyones = new PhraseMatcher(dialects.stream()
                .filter(Dialect::anyone)
                .flatMap(dialect -> dialect.signs(Place.TEXT).alternatives().stream())
                .map(alternative -> alternative.get(0))
                .toList());
        all.forEach(signs -> signs.index(matcher));
        byPhrase = new BitSet[phrases.size()];
        for (int i = 0; i < dialects.size(); i++) {
            Signs signs = dialects.get(i).signs(Place.TEXT);
            ofAnyText.set(i, signs.isEmpty());
            for (int[] alternative : signs.ids) {
                addTo(byPhrase, i, alternative);
            }
        }
    }

    private void addTo(BitSet[] byPhrase, int dialect, int[] alternative) {
        for (int phrase : alternative) {
            if (!matcher.isShort(phrase)) {
                byPhrase[phrase] = byPhrase[phrase] == null ? new BitSet() : byPhrase[phrase];
                byPhrase[phrase].set(dialect);
                return;
            }
        }
        ofAnyText.set(dialect);
    }

    private static @Nullable Place read(Dialect dialect, @Nullable Place before, String line) {
        if (line.equals("anyone")) {
            dialect.anyone = true;
            return null;
        }
        if (line.equals("local")) {
            dialect.local = true;
            return null;
        }
        if (line.equals("returned")) {
            dialect.returned = true;
            return null;
        }
        Place place = before;
        String rest = line;
        if (!line.startsWith("|")) {
            int space = line.indexOf(' ');
            place = Place.valueOf(line.substring(0, space).toUpperCase(Locale.ROOT));
            rest = "| " + line.substring(space).strip();
        }
        if (place == null) {
            throw new IllegalStateException("dialects.txt: expected a place before " + line);
        }
        // fields are looked at one by one, and subjects of what all mailers have in common at their beginning or late
        boolean searched =
                place == Place.TEXT || place == Place.DELAY || place == Place.SUBJECT && !dialect.name.startsWith("*");
        List<List<String>> alternatives = dialect.signs.computeIfAbsent(place, key -> new Signs(searched)).alternatives;
        int at = 0;
        List<String> phrases = new ArrayList<>();
        while (at < rest.length()) {
            char c = rest.charAt(at);
            if (c == '|') {
                phrases = new ArrayList<>();
                alternatives.add(phrases);
                at++;
            } else if (c == '"') {
                int close = rest.indexOf('"', at + 1);
                phrases.add(rest.substring(at + 1, close));
                at = close + 1;
            } else if (Character.isWhitespace(c)) {
                at++;
            } else {
                throw new IllegalStateException(
                        "dialects.txt: expected a phrase in quotes or |, got " + rest.substring(at));
            }
        }
        return place;
    }

    private static String text() {
        try (InputStream file = Dialects.class.getResourceAsStream("dialects.txt")) {
            if (file == null) {
                throw new IllegalStateException("dialects.txt is missing from the jar");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Dialects standard() {
        return STANDARD;
    }

    /** Returns the mailers, in their order, that may have written a text with these phrases: none of the others has. */
    List<Dialect> perhaps(PhraseMatcher.Found inText) {
        BitSet perhaps = (BitSet) ofAnyText.clone();
        for (int phrase : inText.ids()) {
            if (byPhrase[phrase] != null) {
                perhaps.or(byPhrase[phrase]);
            }
        }
        List<Dialect> found = new ArrayList<>(perhaps.cardinality());
        for (int i = perhaps.nextSetBit(0); i >= 0; i = perhaps.nextSetBit(i + 1)) {
            found.add(dialects.get(i));
        }
        return found;
    }

    Dialect common(String name) {
        Dialect dialect = common.get("*" + name);
        if (dialect == null) {
            throw new IllegalStateException("dialects.txt: no entry *" + name);
        }
        return dialect;
    }

    /** Returns the phrases, of one each, of what all mailers have in common under that name for a place. */
    List<String> phrases(String name, Place place) {
        return common(name).signs(place).alternatives().stream()
                .map(alternative -> alternative.get(0))
                .toList();
    }

    /** Returns a matcher of those phrases. */
    PhraseMatcher matcher(String name, Place place) {
        return new PhraseMatcher(phrases(name, place));
    }

    /** Returns whether the words that all mailers have in common under that name are among the phrases that were found. */
    boolean isIn(String name, PhraseMatcher.Found found) {
        return common(name).signs(Place.TEXT).isIn(found);
    }

    /** Returns the phrases in a text, as a set for {@link Signs#isIn(PhraseMatcher.Found)}. */
    PhraseMatcher.Found find(String text) {
        return find(text, 0, text.length());
    }

    /** Returns the phrases in a piece of a text, as a set for {@link Signs#isIn(PhraseMatcher.Found)}. */
    PhraseMatcher.Found find(String text, int from, int to) {
        return matcher.find(text, from, to);
    }

    /** Returns whether a text, or its beginning if it is long, says in some language that a delivery failed. */
    boolean saysFailure(String text) {
        return isIn("failure", find(text, 0, Math.min(text.length(), MAX_FAILURE)));
    }

    /** Returns whether a text may be that of a mailer whose sender need not be a mail system. */
    boolean isPerhapsAnyones(String text) {
        return anyones.isAnyIn(text);
    }
}
