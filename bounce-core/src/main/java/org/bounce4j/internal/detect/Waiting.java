package org.bounce4j.internal.detect;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.bounce4j.EmailAddress;
import org.bounce4j.internal.detect.Dialects.Dialect;
import org.bounce4j.internal.detect.Dialects.Place;
import org.jspecify.annotations.Nullable;

/** Finds whom the server is still trying to reach, in a notice that tells as well who failed. */
final class Waiting {
    /** How much of the words above all addresses is read, in characters. */
    private static final int MAX_INTRODUCTION = 4_000;

    /** Words of headings of those who failed, besides those of all notices. */
    private static final List<String> FAILED =
            List.of(" failed", "were rejected", "rejected:", "refused for good", "permanent");

    private static final int MOST_LINES = 10;
    /** The least reply code of those for good. */
    private static final int PERMANENT = 500;

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
        if (!waiting.isEmpty() || !delay || failures.size() < 2) {
            return waiting;
        }
        Set<String> belowHeadings = byHeadings(notice, failures);
        return belowHeadings.isEmpty() ? byWords(notice, failures) : belowHeadings;
    }

    /**
     * Returns whom a heading says that the server is still trying to reach, where the words above the others say that they
     * failed: fixture exim-failed-and-waiting.eml. A heading is a paragraph without an address and with a colon at its end.
     */
    private static Set<String> byHeadings(NoticeText notice, List<Failure> failures) {
        Set<String> named = new HashSet<>();
        failures.forEach(failure -> add(failure.finalRecipient(), named));
        Set<String> waiting = new HashSet<>();
        Set<String> failed = new HashSet<>();
        Boolean waits = null;
        int start = 0;
        for (int i = 0; i < notice.count(); i++) {
            String line = notice.line(i);
            if (notice.isBlank(i)) {
                start = i + 1;
            } else if (line.strip().endsWith(":") && !hasAddress(notice, start, i + 1)) {
                String heading = notice.words(start, i + 1, MAX_INTRODUCTION);
                String words = heading.toLowerCase(Locale.ROOT);
                if (saysDelay(heading)) {
                    waits = true;
                } else if (DIALECTS.saysFailure(heading) || FAILED.stream().anyMatch(words::contains)) {
                    waits = false;
                }
            } else if (waits != null) {
                Set<String> addresses = new HashSet<>();
                Addresses.addKeys(line, addresses);
                addresses.retainAll(named);
                (waits ? waiting : failed).addAll(addresses);
            }
        }
        waiting.removeAll(failed);
        return failed.isEmpty() ? Set.of() : waiting;
    }

    /** What stands below an address is about it, and no heading: fixture waiting-between-replies.eml. */
    private static boolean hasAddress(NoticeText notice, int from, int to) {
        for (int i = from; i < to; i++) {
            if (notice.line(i).indexOf('@') >= 0) {
                return true;
            }
        }
        return false;
    }

    private static void add(@Nullable EmailAddress address, Set<String> keys) {
        if (address != null) {
            keys.add(address.key());
        }
    }

    private static boolean saysDelay(String words) {
        return DELAYED.signs(Place.TEXT).isIn(DIALECTS.find(words));
    }

    /**
     * Returns whom the server is still trying to reach, where it says so beside their addresses and nowhere else, and says of
     * the others that they failed. A server that gave up nobody tells refusals for good as well, as the reason of the last
     * attempt. Fixtures delayed-and-failed-coded.eml, delayed-and-failed-in-words.eml, delay-said-last.eml
     */
    private static Set<String> byWords(NoticeText notice, List<Failure> failures) {
        String introduction = notice.words(0, notice.lineAt(firstAddress(notice)), MAX_INTRODUCTION);
        if (saysDelay(introduction)) {
            return Set.of();
        }
        boolean failed = DIALECTS.saysFailure(introduction)
                || introduction.toLowerCase(Locale.ROOT).contains(" failed");
        Set<String> waiting = new HashSet<>();
        for (Failure failure : failures) {
            EmailAddress address = failure.finalRecipient();
            String said = address == null ? "" : beside(notice, address.address());
            if (address != null && (saysDelay(said) || said.contains("deferred"))) {
                waiting.add(address.key());
            } else {
                failed |= said.contains("failed") || failure.replyCode() >= PERMANENT;
            }
        }
        return failed && waiting.size() < failures.size() ? waiting : Set.of();
    }

    /** Returns what stands beside an address and right below it, up to a blank line or another address, in lower case. */
    private static String beside(NoticeText notice, String address) {
        int at = notice.lowerCase().indexOf(address.toLowerCase(Locale.ROOT));
        if (at < 0) {
            return "";
        }
        int first = notice.lineAt(at);
        int last = first + 1;
        while (last < notice.count()
                && last < first + MOST_LINES
                && !notice.isBlank(last)
                && notice.line(last).indexOf('@') < 0) {
            last++;
        }
        return notice.words(first, last, MAX_INTRODUCTION).toLowerCase(Locale.ROOT);
    }

    private static int firstAddress(NoticeText notice) {
        Addresses.Span first = Addresses.next(notice.text(), 0, notice.end());
        return first == null ? notice.end() : first.start();
    }

    /**
     * Returns whom the server is still trying to reach, of a notice that tells as well who failed; else nobody.
     *
     * <p>QUIRK: Sendmail and Courier tell both in one notice, each below a heading; fixtures sendmail-failed-and-waiting.eml,
     * courier-failed-and-delayed.eml
     */
    private static Set<String> bySections(NoticeText notice) {
        Set<String> waiting = new HashSet<>();
        Set<String> failed = new HashSet<>();
        Set<String> section = null;
        for (int i = 0; i < notice.count(); i++) {
            int start = notice.textStart(i);
            if (notice.text().startsWith("UNDELIVERABLE MAIL", start)) {
                section = failed;
            } else if (notice.text().startsWith("DELAYED MAIL", start)) {
                section = waiting;
            } else if (notice.text().startsWith("-----", notice.end(i) - 5)) {
                section = notice.line(i).contains("had transient non-fatal errors")
                        ? waiting
                        : notice.line(i).contains("had permanent fatal errors") ? failed : null;
            } else if (section != null) {
                Addresses.addKeys(notice.line(i), section);
            }
        }
        waiting.removeAll(failed);
        return failed.isEmpty() ? Set.of() : waiting;
    }
}
