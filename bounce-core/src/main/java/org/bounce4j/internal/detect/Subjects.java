package org.bounce4j.internal.detect;

import java.util.Set;
import org.bounce4j.internal.PhraseMatcher;
import org.bounce4j.internal.detect.Dialects.Place;
import org.bounce4j.internal.detect.Dialects.Signs;

/** Tells by subjects, in lower case, the notices of mail systems from what people answer and pass on. */
final class Subjects {
    /** What people and their programs put before the subject of a mail that they pass on. */
    private static final Set<String> FORWARDS =
            Set.of("fw", "fwd", "wg", "tr", "rv", "enc", "i", "vl", "vs", "doorst", "pd");

    /** What they put before the subject of a mail that they answer. */
    private static final Set<String> ANSWERS = Set.of("re", "aw", "sv", "antw", "odp", "ynt", "res", "rif", "r");

    private static final Signs TITLES = Dialects.standard().common("title").signs(Place.TEXT);

    private Subjects() {}

    /** Returns whether somebody passes a mail on: a person who does so with a notice has not bounced. */
    static boolean isPassedOn(String subject) {
        int colon = subject.indexOf(':');
        return colon > 0 && FORWARDS.contains(subject.substring(0, colon));
    }

    /** Returns whether somebody answers a mail, or passes it on. */
    static boolean isAnswer(String subject) {
        int colon = subject.indexOf(':');
        return colon > 0 && ANSWERS.contains(subject.substring(0, colon)) || isPassedOn(subject);
    }

    /** Returns whether a subject begins like a notice's. */
    static boolean beginsLikeNotice(String subject) {
        return TITLES.begin(subject);
    }

    /** Returns whether a subject begins like a notice's behind a mark of the gateway's: {@code Alert: Mail delivery failed}. */
    static boolean isTitleBehindMark(String subject) {
        int colon = subject.indexOf(": ");
        return colon > 0 && TITLES.begin(subject.substring(colon + 2));
    }

    /**
     * Returns whether a subject begins like a notice's, or does so behind the name of a program, {@code VPOP3: Message
     * Delivery Failure}: others write of "last night's delivery failures" as well.
     *
     * @param found the phrases in it
     */
    static boolean isTitle(String subject, PhraseMatcher.Found found) {
        if (!TITLES.isIn(found)) {
            return false;
        }
        int colon = subject.indexOf(": ");
        boolean program = colon > 0
                && subject.lastIndexOf(' ', colon) < 0
                && !ANSWERS.contains(subject.substring(0, colon))
                && !isPassedOn(subject);
        return TITLES.begin(subject) || program && TITLES.begin(subject.substring(colon + 2));
    }
}
