package org.bounce4j.internal.detect;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.bounce4j.EmailAddress;
import org.bounce4j.internal.PhraseMatcher;
import org.bounce4j.internal.detect.Dialects.Place;
import org.bounce4j.internal.mime.HtmlText;
import org.bounce4j.internal.mime.Part;
import org.bounce4j.mail.MailKind;
import org.jspecify.annotations.Nullable;

/**
 * Knows what filters for viruses, content and policy write to the sender of a message that they did not pass on. They call
 * themselves after their makers, and each has words of its own; but all name the message's sender, who is the reader, and whom
 * it was for, behind labels: {@code From: ...}, {@code To: ...}. Who writes to somebody else, to an administrator or to whom
 * the message was for, tells of a message that is not the reader's.
 */
final class FilterNotice implements Detector {
    private static final int MAX_CHARS = 8_000;
    private static final int LONGEST_LABEL = 40;
    /** How many readers and recipients a notice has at most. */
    private static final int MAX_NAMED = 50;

    private static final int MAX_INTRODUCTION = 500;
    /** A person who speaks of himself. */
    private static final PhraseMatcher PERSON =
            new PhraseMatcher(List.of(" i've ", " i'm ", " ich ", " ik ", " io ", " jag "));

    private final Dialects dialects = Dialects.standard();
    private final Set<String> fromLabels = labels("filter-from");
    private final Set<String> toLabels = labels("filter-to");
    private final Set<String> sentLabels = labels("quoted-sent");

    private Set<String> labels(String name) {
        return Set.copyOf(dialects.phrases(name, Place.BEGIN));
    }

    @Override
    public String name() {
        return "filter-notice";
    }

    @Override
    public @Nullable Finding detect(Message message) {
        if (message.isCorrespondence() || Subjects.isAnswer(message.subject())) {
            return null;
        }
        Set<String> readers = message.readers();
        String text = text(message.words());
        if (readers.isEmpty() || readers.size() > MAX_NAMED || text.indexOf('@') < 0 || !saysStopped(message, text)) {
            return null;
        }
        Named named = new Named();
        read(text, named);
        Set<String> recipients = named.recipients().keySet();
        if (recipients.size() > MAX_NAMED
                || named.quoted
                || !(named.isFirstOf(readers) || !recipients.isEmpty() && isOfReader(message, text))
                || recipients.stream().anyMatch(readers::contains)
                // whom a message was for is no filter: they answer it
                || message.writers().stream().anyMatch(recipients::contains)
                || isPersonal(text.substring(0, Math.min(text.length(), MAX_INTRODUCTION)))) {
            return null;
        }
        Finding finding = new Finding(MailKind.BOUNCE);
        failures(message.notice(), named, readers)
                // whoever has looked into a message had taken the recipient
                .forEach(failure -> finding.failed(failure.replyCode() == 0 ? failure.filtered() : failure));
        return finding;
    }

    /** Returns whether a sentence says that a message was stopped, something why, and nothing that it went its way after all. */
    private boolean saysStopped(Message message, String text) {
        PhraseMatcher.Found found = dialects.find(text);
        return (dialects.isIn("filtered", found) || dialects.isIn("filtered", dialects.find(message.subject())))
                && !dialects.isIn("foreign", found)
                && (dialects.isIn("failure", found) || !dialects.isIn("cleaned", found))
                && (Sentences.sayStopped(message.subject()) || Sentences.sayStopped(text));
    }

    /** Returns whether a notice that does not name its reader says what its subject says too, of the reader's message. */
    private boolean isOfReader(Message message, String text) {
        PhraseMatcher.Found inSubject = dialects.find(message.subject());
        NoticeText notice = message.notice();
        return (dialects.isIn("failure", inSubject)
                        || dialects.isIn("intercepted", inSubject)
                        || dialects.isIn("filtered", inSubject))
                && (Sentences.sayYours(text) || Sentences.sayYours(message.subject()))
                // disclaimers speak of viruses as well
                && (dialects.isIn("filtered", inSubject)
                        || dialects.isIn("filtered", dialects.find(notice.words(0, notice.count(), MAX_CHARS))))
                && !Greeting.isByName(notice);
    }

    /** A small i is another word in other languages. */
    private static boolean isPersonal(String introduction) {
        String words = " " + introduction.replace('\n', ' ') + " ";
        return words.contains(" I ") || PERSON.isAnyIn(words);
    }

    private static String text(@Nullable Part part) {
        String text = part == null ? "" : part.text();
        String begin = text.substring(0, Math.min(text.length(), MAX_CHARS));
        return part != null && part.type().equals("text/html") ? HtmlText.of(begin) : begin;
    }

    /** What stands behind a label is about all; what stands behind an address on a line of its own is about that one. */
    private static List<Failure> failures(NoticeText notice, Named named, Set<String> readers) {
        if (!named.recipients.isEmpty()) {
            return TextReport.failures(notice, List.copyOf(named.recipients.values()));
        }
        return TextReport.failures(notice, 0, readers, List.of()).stream()
                .filter(failure -> failure.recipient() != null
                        && named.listed.containsKey(failure.recipient().key()))
                .toList();
    }

    /** Whom the words name as the sender of a message, and as its recipients; and addresses on lines of their own. */
    private static final class Named {
        private final Set<String> senders = new LinkedHashSet<>();
        private final Map<String, EmailAddress> recipients = new LinkedHashMap<>();
        private final Map<String, EmailAddress> listed = new LinkedHashMap<>();
        private final Set<String> others = new LinkedHashSet<>();
        /** Whether they stand above a letter that somebody answers or passes on, as mail programs quote it. */
        private boolean quoted;

        Map<String, EmailAddress> recipients() {
            return recipients.isEmpty() ? listed : recipients;
        }

        /** Returns whether the sender is one of these: whoever quotes a mail about the reader's names its writer before. */
        boolean isFirstOf(Set<String> readers) {
            Set<String> named = senders.isEmpty() && !recipients.isEmpty() ? others : senders;
            return named.stream().limit(1).anyMatch(readers::contains);
        }
    }

    private void read(String text, Named named) {
        String label = "";
        boolean used = false;
        boolean behindSender = false;
        int last = 0;
        int start = 0;
        while (start < text.length()) {
            int next = text.indexOf('\n', start);
            int end = next < 0 ? text.length() : next;
            Addresses.Span span = Addresses.next(text, start, end);
            String before = label(text.substring(start, span == null ? end : span.start()));
            if (!before.isEmpty() || used && start == end) {
                named.quoted |= fromLabels.contains(label) && sentLabels.contains(before) && named.recipients.isEmpty();
                label = before;
                used = false;
            }
            boolean alone = span != null
                    && before.isEmpty()
                    && label(text.substring(span.end(), end)).isEmpty();
            for (int i = 0; span != null && i < Mentions.MAX_RECIPIENTS; i++) {
                EmailAddress address = EmailAddress.parse(span.text()).orElse(null);
                String labelled = isLabel(label)
                        ? label
                        : lastWord(text.substring(Math.max(0, span.start() - LONGEST_LABEL), span.start()));
                boolean fromTo = behindSender && Mentions.isTo(text.substring(last, span.start()));
                if (address != null && fromLabels.contains(labelled) && !fromTo) {
                    named.senders.add(address.key());
                } else if (address != null
                        && (fromTo || toLabels.contains(labelled))
                        && (labelled.equals(label)
                                || fromTo
                                || isOfMail(text.substring(start, span.start()))
                                || Sentences.sayYours(text.substring(start, span.start())))) {
                    named.recipients.putIfAbsent(address.key(), address);
                } else if (address != null && alone) {
                    named.listed.putIfAbsent(address.key(), address);
                } else if (address != null) {
                    named.others.add(address.key());
                }
                behindSender = address != null && named.senders.contains(address.key());
                last = span.end();
                used = true;
                span = Addresses.next(text, span.end(), end);
            }
            start = end + 1;
        }
    }

    /**
     * {@code The mail to <jane@example.com> was not delivered.} Within a sentence, the same words say whom to write to. Fixtures
     * filter-mail-to.eml, filter-forward-to.eml
     */
    private static boolean isOfMail(String words) {
        int end = words.length();
        while (end > 0 && " <".indexOf(words.charAt(end - 1)) >= 0) {
            end--;
        }
        String before = words.substring(0, end);
        return before.endsWith("The mail to") || before.endsWith("The message to") || before.endsWith("The email to");
    }

    /** Returns the last word before an address in a sentence: {@code a mail (file: a.scr) from <jane@example.com>}. */
    private static String lastWord(String words) {
        String behind = words.substring(words.lastIndexOf(": ") + 1);
        String label = label(behind.isBlank() || behind.indexOf(' ', 1) < 0 ? words : behind);
        return label.substring(label.lastIndexOf(' ') + 1);
    }

    private boolean isLabel(String label) {
        return fromLabels.contains(label) || toLabels.contains(label);
    }

    /** Returns what a line says before its separator, in lower case and without marks around it. */
    private static String label(String line) {
        int end = line.length();
        for (int i = 0; i < line.length(); i++) {
            if (":=：＝".indexOf(line.charAt(i)) >= 0) {
                end = i;
                break;
            }
        }
        int start = 0;
        while (start < end && !Character.isLetter(line.charAt(start))) {
            start++;
        }
        while (end > start && !Character.isLetter(line.charAt(end - 1)) && line.charAt(end - 1) != ')') {
            end--;
        }
        return end - start > LONGEST_LABEL ? " " : line.substring(start, end).toLowerCase(Locale.ROOT);
    }
}
