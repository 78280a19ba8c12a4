package org.bounce4j;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Holds an enhanced mail system status code, {@code class.subject.detail} (RFC 3463, section 2).
 *
 * @param statusClass 2 (success), 4 (transient) or 5 (permanent)
 * @param subject 0 to 999; the registry knows 0 to 7
 * @param detail 0 to 999; servers use numbers that the registry does not have
 */
public record EnhancedStatus(int statusClass, int subject, int detail) implements Comparable<EnhancedStatus> {
    /**
     * Creates a status.
     *
     * @param statusClass 2, 4 or 5
     * @param subject 0 to 999
     * @param detail 0 to 999
     * @throws IllegalArgumentException if a number is out of its range
     */
    public EnhancedStatus {
        if (statusClass != 2 && statusClass != 4 && statusClass != 5 || !inRange(subject) || !inRange(detail)) {
            throw new IllegalArgumentException(
                    "Expected a status such as 5.1.1 (class 2, 4 or 5, then two numbers of 0 to 999), got "
                            + statusClass + "." + subject + "." + detail);
        }
    }

    private static boolean inRange(int number) {
        return number >= 0 && number <= 999;
    }

    /**
     * Returns the status that the text begins with. Spaces before it and a comment or anything else that is not part of a
     * number behind it are ignored, as in {@code 5.1.1 (bad mailbox)}.
     *
     * @param text any text or null
     * @return the status, or empty if the text begins with none
     */
    public static Optional<EnhancedStatus> parse(@Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        int start = 0;
        while (start < text.length() && Character.isWhitespace(text.charAt(start))) {
            start++;
        }
        return Optional.ofNullable(at(text, start));
    }

    /**
     * Returns the first failure status (class 4 or 5, a subject that the registry has) anywhere in the text that stands by
     * itself: {@code 550-5.1.1 User unknown} and {@code (#5.1.1)} hold one; {@code 4.92.3}, {@code 192.5.1.1},
     * {@code v5.1.1} and {@code 5.1.1.example} hold none.
     *
     * @param text any text or null
     * @return the status, or empty if there is none
     */
    public static Optional<EnhancedStatus> find(@Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        EnhancedStatus first = null;
        // a text has fewer full stops than digits
        for (int stop = text.indexOf('.', 1); stop >= 0; stop = text.indexOf('.', stop + 1)) {
            int start = stop - 1;
            char c = text.charAt(start);
            if ((c == '5' || c == '4') && opens(text, start)) {
                EnhancedStatus status = at(text, start);
                if (status != null && status.subject <= 7) {
                    if (followsReplyCode(text, start)) {
                        return Optional.of(status);
                    }
                    first = first == null ? status : first;
                }
            }
        }
        return Optional.ofNullable(first);
    }

    /** QUIRK: IronPort puts words of its own before the reply that it got: {@code 5.1.0 - Unknown address error 550-'5.2.2 ...}. */
    private static boolean followsReplyCode(String text, int start) {
        int end = start;
        while (end > 0 && " -'\"#(".indexOf(text.charAt(end - 1)) >= 0) {
            end--;
        }
        return end >= 3
                && end < start
                && (text.charAt(end - 3) == '4' || text.charAt(end - 3) == '5')
                && Character.isDigit(text.charAt(end - 2))
                && Character.isDigit(text.charAt(end - 1))
                && (end == 3 || !Character.isLetterOrDigit(text.charAt(end - 4)) && text.charAt(end - 4) != '.');
    }

    private static boolean opens(String text, int start) {
        if (start == 0) {
            return true;
        }
        char before = text.charAt(start - 1);
        if (before == '-') {
            // the dash of a reply with several lines, "550-5.1.1", and not the one of a host name
            return start > 1 && Character.isDigit(text.charAt(start - 2));
        }
        return !Character.isLetterOrDigit(before) && before != '.' && before != '_' && before != '@' && before != '/';
    }

    private static @Nullable EnhancedStatus at(String text, int start) {
        if (start + 5 > text.length() || text.charAt(start + 1) != '.') {
            return null;
        }
        char statusClass = text.charAt(start);
        if (statusClass != '2' && statusClass != '4' && statusClass != '5') {
            return null;
        }
        int subjectEnd = digitsEnd(text, start + 2);
        if (subjectEnd == start + 2 || subjectEnd >= text.length() || text.charAt(subjectEnd) != '.') {
            return null;
        }
        int detailEnd = digitsEnd(text, subjectEnd + 1);
        if (detailEnd == subjectEnd + 1 || detailEnd < text.length() && continues(text, detailEnd)) {
            return null;
        }
        return new EnhancedStatus(
                statusClass - '0',
                Integer.parseInt(text, start + 2, subjectEnd, 10),
                Integer.parseInt(text, subjectEnd + 1, detailEnd, 10));
    }

    private static int digitsEnd(String text, int start) {
        int end = start;
        while (end < text.length() && end < start + 3 && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        return end;
    }

    /** Whether what follows makes the number part of something longer: an IP address, a host name, a version. */
    private static boolean continues(String text, int end) {
        char after = text.charAt(end);
        if (after == '.') {
            return end + 1 < text.length() && Character.isLetterOrDigit(text.charAt(end + 1));
        }
        return Character.isLetterOrDigit(after) || after == '@' || after == '_';
    }

    /**
     * Returns whether the failure is permanent.
     *
     * @return true for class 5
     */
    public boolean isPermanent() {
        return statusClass == 5;
    }

    /**
     * Returns whether the failure is transient.
     *
     * @return true for class 4
     */
    public boolean isTransient() {
        return statusClass == 4;
    }

    /**
     * Returns whether subject and detail are both 0 or say no more than that, so that a better witness should be asked.
     *
     * @return true for {@code x.0.0}
     */
    public boolean isVague() {
        return subject == 0 && detail == 0;
    }

    @Override
    public int compareTo(EnhancedStatus other) {
        int byClass = Integer.compare(statusClass, other.statusClass);
        int bySubject = byClass != 0 ? byClass : Integer.compare(subject, other.subject);
        return bySubject != 0 ? bySubject : Integer.compare(detail, other.detail);
    }

    /**
     * Returns the code as it stands in mails and JSON.
     *
     * @return for instance {@code 5.1.1}
     */
    @Override
    public String toString() {
        return statusClass + "." + subject + "." + detail;
    }
}
