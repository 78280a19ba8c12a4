package org.bounce4j.internal;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes phrases in Latin letters as servers write them whose replies are ASCII (RFC 5321): without accents, {@code
 * Empfanger}, and with letters for what a letter lacks, {@code Empfaenger}.
 */
public final class Unaccented {
    private Unaccented() {}

    /**
     * Returns what else to look for beside some phrases.
     *
     * @param phrases phrases that belong together
     * @return the same phrases in the other ways to write them; empty where they are ASCII or of another script
     */
    public static List<List<String>> forms(List<String> phrases) {
        if (!mayHaveAny(phrases)) {
            // nearly all
            return List.of();
        }
        List<String> bare = phrases.stream().map(Unaccented::bare).toList();
        if (bare.equals(phrases)) {
            return List.of();
        }
        List<List<String>> forms = new ArrayList<>();
        forms.add(bare);
        List<String> spelled =
                phrases.stream().map(Unaccented::spelled).map(Unaccented::bare).toList();
        if (!spelled.equals(bare)) {
            forms.add(spelled);
        }
        return forms;
    }

    private static boolean mayHaveAny(List<String> phrases) {
        for (String phrase : phrases) {
            for (int i = 0; i < phrase.length(); i++) {
                if (isAccented(phrase.charAt(i))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static String bare(String phrase) {
        StringBuilder bare = new StringBuilder(phrase.length());
        for (int i = 0; i < phrase.length(); i++) {
            char c = phrase.charAt(i);
            switch (c) {
                case 'ß' -> bare.append("ss");
                case 'æ' -> bare.append("ae");
                case 'œ' -> bare.append("oe");
                case 'ø' -> bare.append('o');
                case 'ł' -> bare.append('l');
                case 'ı' -> bare.append('i');
                case 'đ' -> bare.append('d');
                default -> bare.append(isAccented(c) ? base(c) : c);
            }
        }
        return bare.toString();
    }

    private static boolean isAccented(char c) {
        return c >= 0xc0 && c < 0x250 || c >= 0x1e00 && c < 0x1f00;
    }

    private static char base(char c) {
        return Normalizer.normalize(String.valueOf(c), Normalizer.Form.NFD).charAt(0);
    }

    private static String spelled(String phrase) {
        return phrase.replace("ä", "ae")
                .replace("ö", "oe")
                .replace("ü", "ue")
                .replace("ø", "oe")
                .replace("å", "aa");
    }
}
