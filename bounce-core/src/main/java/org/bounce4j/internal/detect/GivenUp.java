package org.bounce4j.internal.detect;

import java.util.List;
import org.bounce4j.internal.PhraseMatcher;
import org.bounce4j.internal.detect.Dialects.Dialect;
import org.bounce4j.internal.detect.Dialects.Place;

/** Tells a server that has given up from one that says when it will. */
final class GivenUp {
    /** How much in front of words is searched for a condition, in characters. */
    private static final int CLAUSE = 120;
    /** Words in a sentence by which those who have given up nothing yet say when they will. */
    private static final List<String> SUPPOSING = List.of(" gelingt ", " falls ", " wenn ", " sollte ");
    /** The same, in a clause. */
    private static final List<String> CONDITIONS = List.of(
            " if ",
            " when ",
            " once ",
            " until ",
            " only after ",
            " unless ",
            " sobald ",
            " erst nach ",
            " werden die ",
            " lorsque ",
            " quand ",
            " cuando ",
            " quando ",
            " só após ",
            " если ",
            " когда ",
            " gdy ",
            " jeśli ",
            " worden de ",
            "如",
            "若");
    /** The same, where a clause begins with them. */
    private static final List<String> SUPPOSITIONS = List.of("si ", "se ", "als ");

    private static final Dialect GIVEN_UP = Dialects.standard().common("given-up");
    private static final List<String> PHRASES = Dialects.standard().phrases("given-up", Place.TEXT);
    private static final Dialect DELAYED = Dialects.standard().common("delay");

    private GivenUp() {}

    /**
     * Returns whether the server says that it has given up. Notices of a delay tell as well when it will: fixture
     * delay-until-given-up.eml.
     */
    static boolean isSaid(Message message, NoticeText notice, PhraseMatcher.Found inText) {
        if (!GIVEN_UP.signs(Place.TEXT).isIn(inText)
                || DELAYED.signs(Place.SUBJECT).begin(message.subject())) {
            return false;
        }
        String text = notice.lowerCase();
        boolean supposed = false;
        for (String phrase : PHRASES) {
            for (int at = text.indexOf(phrase); at >= 0; at = text.indexOf(phrase, at + phrase.length())) {
                // said twice, first of what may come and then of what came: fixture bounce-given-up-second.eml
                if (!isSupposed(text, at, at + phrase.length())) {
                    return true;
                }
                supposed = true;
            }
        }
        // else said across the end of a line
        return !supposed;
    }

    private static boolean isSupposed(String text, int start, int end) {
        String before = text.substring(Math.max(0, start - CLAUSE), start).replace('\n', ' ');
        int sentence = 0;
        int clause = 0;
        for (int i = 0; i < before.length(); i++) {
            char c = before.charAt(i);
            sentence = ".;!?。；！".indexOf(c) >= 0 ? i + 1 : sentence;
            clause = ".;!?。；！,:，、".indexOf(c) >= 0 ? i + 1 : clause;
        }
        String inSentence = ' ' + before.substring(sentence);
        String inClause = ' ' + before.substring(clause).strip() + ' ';
        return SUPPOSING.stream().anyMatch(inSentence::contains)
                || CONDITIONS.stream().anyMatch(inClause::contains)
                || SUPPOSITIONS.stream().anyMatch(word -> inClause.startsWith(word, 1))
                || text.startsWith("場合", end);
    }
}
