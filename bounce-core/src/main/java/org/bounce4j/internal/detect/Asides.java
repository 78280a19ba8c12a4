package org.bounce4j.internal.detect;

import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.bounce4j.internal.PhraseMatcher;
import org.bounce4j.internal.detect.Dialects.Place;

/** Knows the lines of a notice that say nothing of what happened, though their words may: a quoted subject, and footers. */
final class Asides {
    /** The names that mail programs have for the field Subject. */
    private static final Set<String> SUBJECT = Set.of(
            "subject",
            "betreff",
            "objet",
            "sujet",
            "asunto",
            "assunto",
            "oggetto",
            "onderwerp",
            "ämne",
            "emne",
            "aihe",
            "temat",
            "předmět",
            "predmet",
            "tárgy",
            "subiect",
            "konu",
            "θέμα",
            "тема",
            "主题",
            "主旨",
            "主題",
            "件名",
            "題名",
            "제목",
            "chủ đề",
            "subjek",
            "subyek",
            "הנושא",
            "נושא",
            "الموضوع");

    private static final int LONGEST_SUBJECT_LABEL = 12;
    private static final String COLONS = ":：";

    private static final PhraseMatcher BOILERPLATE = Dialects.standard().matcher("boilerplate", Place.TEXT);

    /** What no gateway says of secrets and viruses, but a mailer of an address: "the intended recipient does not exist". */
    private static final PhraseMatcher REASONS = new PhraseMatcher(List.of(
            "not exist",
            "doesn't exist",
            "no such",
            "unknown user",
            "user unknown",
            "user is unknown",
            "unknown recipient",
            "recipient unknown",
            "recipient is unknown",
            "over quota",
            "mailbox is full",
            "mailbox is disabled",
            "mailbox not found",
            "mailbox unavailable",
            "existiert nicht",
            "unbekannter empfänger",
            "empfänger unbekannt",
            "n'existe pas",
            "utilisateur inconnu",
            "destinataire inconnu",
            "no existe",
            "não existe",
            "non esiste",
            "bestaat niet",
            "nie istnieje",
            "не существует"));

    private final NoticeText notice;
    private final String text;
    private final BitSet boilerplate;

    /**
     * Looks for them.
     *
     * @param mayHaveBoilerplate whether some of its words stand in the notice
     */
    Asides(NoticeText notice, boolean mayHaveBoilerplate) {
        this.notice = notice;
        text = notice.text();
        boilerplate = mayHaveBoilerplate ? boilerplate() : new BitSet(0);
    }

    /** Returns whether a line of the report is one. */
    boolean has(int line) {
        return boilerplate.get(line) || isSubject(line);
    }

    /** The subject of the returned message holds words of ours. Fixture subject-below.eml */
    private boolean isSubject(int line) {
        int start = notice.textStart(line);
        int lineEnd = notice.end(line);
        int end = start;
        while (end < lineEnd && end - start <= LONGEST_SUBJECT_LABEL && COLONS.indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return end < lineEnd
                && COLONS.indexOf(text.charAt(end)) >= 0
                && SUBJECT.contains(text.substring(start, end).strip().toLowerCase(Locale.ROOT))
                && !beginsWithReply(end + 1, lineEnd);
    }

    private boolean beginsWithReply(int from, int to) {
        int start = from;
        while (start < to && Character.isWhitespace(text.charAt(start))) {
            start++;
        }
        return ReplyCode.position(text, from, to) == start;
    }

    /**
     * Returns the lines of the paragraphs that are a gateway's, name nobody, and hold no code and no reason. Fixtures
     * disclaimer-below.eml, reason-like-disclaimer.eml
     */
    private BitSet boilerplate() {
        BitSet lines = new BitSet(notice.count());
        int first = 0;
        for (int i = 0; i <= notice.count(); i++) {
            if (i == notice.count() || notice.isBlank(i)) {
                if (i > first && isBoilerplate(notice.start(first), notice.end(i - 1))) {
                    lines.set(first, i);
                }
                first = i + 1;
            }
        }
        return lines;
    }

    private boolean isBoilerplate(int start, int end) {
        return BOILERPLATE.isAnyIn(text, start, end)
                && !namesSomebody(start, end)
                && ReplyCode.position(text, start, end) < 0
                && !REASONS.isAnyIn(text, start, end);
    }

    private boolean namesSomebody(int start, int end) {
        int at = text.indexOf('@', start);
        return at >= 0 && at < end;
    }
}
