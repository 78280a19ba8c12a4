package org.bounce4j.internal.detect;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the transcript of a session, somewhere in a notice, says of each address: {@code 550 <a@b>... User unknown}. Each line
 * says all about its address.
 */
final class Transcript {
    private final NoticeText notice;
    private final String text;
    private final Map<String, Mention> said = new HashMap<>();
    private @Nullable Set<Integer> lines;

    /** Reads nothing yet. */
    Transcript(NoticeText notice) {
        this.notice = notice;
        text = notice.text();
    }

    /** Returns what is said of an address, or null. */
    @Nullable
    Mention of(String key) {
        return said.get(key);
    }

    /** Returns whether a line is about another address, and not about this one. Nothing may be added afterwards. */
    boolean isOfAnother(Mention mention, int line) {
        Set<Integer> known = lines;
        if (known == null) {
            known = new HashSet<>();
            for (Mention each : said.values()) {
                known.add(each.line);
            }
            lines = known;
        }
        Mention own = said.get(mention.key);
        return known.contains(line) && (own == null || own.line != line);
    }

    /**
     * Adds what stands at the begin of a line, if it is one of a transcript.
     *
     * <p>QUIRK: of what was only deferred Sendmail tells no code, {@code <a@b>... Deferred}; fixture sendmail-two-deferred.eml.
     */
    void add(Mention mention) {
        if (isFull()) {
            return;
        }
        if (mention.complete) {
            said.put(mention.key, mention);
            addFurther(mention);
            return;
        }
        int start = notice.textStart(mention.line);
        int space = text.indexOf(' ', start);
        if (space < notice.end(mention.line) && text.startsWith("...", space - 3)) {
            said.putIfAbsent(mention.key, new Mention(mention.address, mention.line, mention.rest, true));
        }
    }

    /** QUIRK: Sendmail tells of several at once what happened at DATA, {@code 554 <a@b>,<c@d>... Service unavailable}. */
    private void addFurther(Mention first) {
        int end = notice.end(first.line);
        Addresses.Span before = Addresses.next(text, notice.start(first.line), end);
        while (before != null && !isFull()) {
            Addresses.Span next = Addresses.next(text, before.end(), end);
            if (next == null || !Mentions.isSeparator(text, before.end(), next.start())) {
                return;
            }
            Mention further = new Mention(next.text(), first.line, first.rest, true);
            said.putIfAbsent(further.key, further);
            before = next;
        }
    }

    /**
     * Adds what stands behind the first code right before an address, anywhere in a line.
     *
     * <p>QUIRK: James shows the exceptions of Java below the list, {@code Exception: 550 5.1.1 <a@b>: ...}; fixture
     * james-two.eml.
     */
    void addQuoted(int line) {
        int start = notice.start(line);
        int end = notice.end(line);
        for (Addresses.Span span = Addresses.next(text, start, end);
                span != null && !isFull();
                span = Addresses.next(text, span.end(), end)) {
            for (int i = Math.max(start, span.start() - LeadingAddresses.LONGEST_CODES); i < span.start(); i++) {
                if (ReplyCode.isAt(text, i, start, end)) {
                    Mention quoted = new Mention(span.text(), line, text.substring(i, end), true);
                    said.putIfAbsent(quoted.key, quoted);
                    return;
                }
            }
        }
    }

    private boolean isFull() {
        return said.size() >= Mentions.MAX_RECIPIENTS;
    }
}
