package org.bounce4j.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PhraseMatcherTest {
    private static List<String> found(String text, String... phrases) {
        PhraseMatcher matcher = new PhraseMatcher(List.of(phrases));
        PhraseMatcher.Found found = matcher.find(text);
        return List.of(phrases).stream()
                .filter(phrase -> found.has(matcher.id(phrase)))
                .toList();
    }

    @Test
    void comparesWithoutCase() {
        assertThat(found("550 USER Unknown", "user unknown", "unknown user")).containsExactly("user unknown");
        assertThat(found("ПОЛЬЗОВАТЕЛЬ не найден", "пользователь не НАЙДЕН")).hasSize(1);
        assertThat(found("EMPFÄNGER UNBEKANNT", "empfänger")).hasSize(1);
    }

    @Test
    void takesAnyRunOfWhiteSpaceForOneSpace() {
        assertThat(found("user \r\n\t unknown", "user unknown")).hasSize(1);
        assertThat(found("user\u00a0unknown", "user unknown")).hasSize(1);
        assertThat(found("userunknown", "user unknown")).isEmpty();
    }

    @Test
    void takesTheTextAsIfSpacesStoodAroundIt() {
        assertThat(found("full", " full ")).hasSize(1);
        assertThat(found("  mailbox full\n", " full ", " mailbox ")).hasSize(2);
        assertThat(found("fully", " full ")).isEmpty();
        assertThat(new PhraseMatcher(List.of(" full ")).isAnyIn("full")).isFalse();
    }

    @Test
    void findsPhrasesThatAreShorterThanAGram() {
        assertThat(found("your ip is bad", "ip", "rbl", " is ", "不")).containsExactly("ip", " is ");
        assertThat(found("用户不存在", "不", "存在")).containsExactly("不", "存在");
        assertThat(new PhraseMatcher(List.of("to")).isAnyIn("Sent To:")).isTrue();
    }

    @Test
    void looksAtNothingOutsideOfThePiece() {
        PhraseMatcher matcher = new PhraseMatcher(List.of("user unknown", "cc"));
        String text = "a user unknown cc";
        assertThat(matcher.isAnyIn(text, 3, text.length() - 2)).isFalse();
        assertThat(matcher.isAnyIn(text, 2, 13)).isFalse();
        assertThat(matcher.isAnyIn(text, 2, 14)).isTrue();
        assertThat(matcher.isAnyIn(text, 3, text.length())).isTrue();
    }

    @Test
    void returnsTheFirstPhraseInTheOrderGiven() {
        PhraseMatcher matcher = new PhraseMatcher(List.of("mailbox full", "quota", "user unknown"));
        assertThat(matcher.firstIn("user unknown, over quota")).isEqualTo(1);
        assertThat(matcher.firstIn("all is well")).isEqualTo(-1);
    }

    @Test
    void refusesANumberOfAPhraseThatItDoesNotHave() {
        assertThatThrownBy(() -> new PhraseMatcher(List.of("full")).id("empty"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("empty");
    }

    @Test
    void findsWhatASearchForEachPhraseFinds() {
        Random random = new Random(7);
        String[] words = {
            "user",
            "unknown",
            "mailbox",
            "is",
            "full",
            "not",
            "найден",
            "ящик",
            "不存在",
            "empfänger",
            "a",
            "Ip",
            "5.1.1",
            "é"
        };
        for (int round = 0; round < 2_000; round++) {
            List<String> phrases = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                String phrase = sentence(random, words, 1 + random.nextInt(4), " ");
                int from = random.nextInt(phrase.length());
                phrases.add(phrase.substring(from, from + 1 + random.nextInt(phrase.length() - from)));
            }
            phrases.removeIf(String::isBlank);
            PhraseMatcher matcher = new PhraseMatcher(phrases);
            String text = sentence(random, words, random.nextInt(12), random.nextBoolean() ? " " : " \n ");
            PhraseMatcher.Found found = matcher.find(text);
            for (String phrase : phrases) {
                assertThat(found.has(matcher.id(phrase)))
                        .as("'%s' in '%s'", phrase, text)
                        .isEqualTo(folded(" " + text + " ").contains(folded(phrase)));
            }
        }
    }

    private static String sentence(Random random, String[] words, int count, String between) {
        List<String> picked = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String word = words[random.nextInt(words.length)];
            picked.add(random.nextInt(4) == 0 ? word.toUpperCase(Locale.ROOT) : word);
        }
        return String.join(between, picked);
    }

    private static String folded(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("\\s+", " ");
    }
}
