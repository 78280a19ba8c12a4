package org.bounce4j.internal.detect;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bounce4j.EmailAddress;
import org.bounce4j.EnhancedStatus;
import org.bounce4j.internal.detect.Dialects.Dialect;
import org.bounce4j.internal.detect.Dialects.Place;
import org.jspecify.annotations.Nullable;

/** Finds whom the server is still trying to reach, in a notice that tells as well who failed. */
final class Waiting {
    /** How much of the words above all addresses is read, in characters. */
    private static final int MAX_INTRODUCTION = 4_000;

    private static final Dialects DIALECTS = Dialects.standard();
    private static final Dialect DELAYED = DIALECTS.common("delay");

    private Waiting() {}

    /**
     * Returns the keys of their addresses; none where the notice tells of all the same.
     *
     * @param delay whether the notice speaks of a delay at all
     */
    static Set<String> of(NoticeText notice, List<Failure> failures, boolean delay) {
        Set<String> waiting = bySections(notice);
        return waiting.isEmpty() && delay && failures.size() > 1 ? byWords(notice, failures) : waiting;
    }

    private static boolean saysDelay(String words) {
        return DELAYED.signs(Place.TEXT).isIn(DIALECTS.find(words, 0, words.length()));
    }

    private static boolean isOfClass(int number, @Nullable EnhancedStatus status) {
        return status != null && status.statusClass() == number;
    }

    /**
     * Returns whom the server is still trying to reach, where it says so of some and not of all: those of whom it says so
     * itself, or, where others were refused for good, all but these. Fixtures delayed-and-failed-coded.eml,
     * delayed-and-failed-in-words.eml
     */
    private static Set<String> byWords(NoticeText notice, List<Failure> failures) {
        Set<String> refused = new HashSet<>();
        Set<String> deferred = new HashSet<>();
        Set<String> waiting = new HashSet<>();
        Set<String> all = new HashSet<>();
        for (Failure failure : failures) {
            EmailAddress address = failure.finalRecipient();
            String said = failure.diagnostic() == null ? "" : failure.diagnostic();
            if (address == null) {
                return Set.of();
            }
            all.add(address.key());
            if (saysDelay(said)) {
                waiting.add(address.key());
            } else if (failure.replyCode() / 100 == 5 || isOfClass(5, failure.status())) {
                refused.add(address.key());
            } else if (failure.replyCode() / 100 == 4 || isOfClass(4, failure.status())) {
                deferred.add(address.key());
            }
        }
        String introduction = notice.words(0, notice.lineAt(firstAddress(notice)), MAX_INTRODUCTION);
        if (!saysDelay(introduction) && !waiting.isEmpty()) {
            waiting.addAll(deferred);
            return waiting.size() < all.size() ? waiting : Set.of();
        }
        all.removeAll(refused);
        return refused.isEmpty() ? Set.of() : all;
    }

    private static int firstAddress(NoticeText notice) {
        Addresses.Span first = Addresses.next(notice.text(), 0, notice.end());
        return first == null ? notice.end() : first.start();
    }

    /**
     * Returns whom the server is still trying to reach, of a notice that tells as well who failed; else nobody.
     *
     * <p>QUIRK: Sendmail tells both in one notice, each below a heading; fixture sendmail-failed-and-waiting.eml.
     */
    private static Set<String> bySections(NoticeText notice) {
        Set<String> waiting = new HashSet<>();
        Set<String> failed = new HashSet<>();
        Set<String> section = null;
        for (int i = 0; i < notice.count(); i++) {
            if (notice.text().startsWith("-----", notice.end(i) - 5)) {
                section = notice.line(i).contains("had transient non-fatal errors")
                        ? waiting
                        : notice.line(i).contains("had permanent fatal errors") ? failed : null;
            } else if (section != null) {
                TextNotice.addAddresses(notice.line(i), section);
            }
        }
        waiting.removeAll(failed);
        return failed.isEmpty() ? Set.of() : waiting;
    }
}
