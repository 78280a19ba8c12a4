package org.bounce4j.internal.detect;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.bounce4j.EnhancedStatus;
import org.bounce4j.internal.PhraseMatcher;

/** The words behind an address in a notice, as far as they are about it. */
final class WordsBehind {
    private static final int MAX_SAID = TextReport.MAX_SAID;
    /** How many addresses a list has at most of which something is said once. */
    private static final int MAX_GROUP = 100;
    /** How long a label is at most, in characters. */
    private static final int MAX_LABEL = 30;
    /** How long words before an address are at least, in characters, that tell where the next one's begin. */
    private static final int SHORTEST_LABEL = 10;
    /** Labels of what stands behind a list and is about nobody in it: fixture questions-below-list.eml. */
    private static final List<String> CLOSINGS = List.of(
            "note",
            "question",
            "help",
            "hint",
            "tip",
            "p.s",
            "ps:",
            "hinweis",
            "fragen",
            "hilfe",
            "contact",
            "support");

    /** Begins what is said below a list of all in it. */
    private static final List<String> OF_GROUP =
            List.of("because ", "Technical details of ", "----- Non-delivered information");
    /** Labels of what is said of all in a list, if an empty line stands between: fixture reason-behind-list.eml. */
    private static final List<String> OF_LIST = List.of(
            "reason:", "error:", "grund:", "fehler:", "motivo:", "motif", "raison", "reden:", "powód:", "причина", "原因",
            "理由", "사유");

    /** Words about all in a list, if nothing but the list stands above them: fixture reason-of-all-in-list.eml. */
    private static final PhraseMatcher OF_ALL = new PhraseMatcher(List.of(
            "(es) ",
            "(s) ",
            "(en) ",
            "(e) ",
            "these addresses",
            "these recipients",
            "these users",
            "these mailboxes",
            "ces adresses",
            "ces destinataires",
            "diese adressen",
            "diese empfänger",
            "estas direcciones",
            "estos destinatarios",
            "questi indirizzi",
            "questi destinatari",
            "estes endereços",
            "estes destinatários"));

    /** What a sentence about nobody in a list begins with: fixture advice-below-list.eml. */
    private static final List<String> ADVICE = List.of(
            "please",
            "if ",
            "regards",
            "best ",
            "kind ",
            "yours ",
            "check ",
            "bitte",
            "wenn ",
            "falls ",
            "veuillez",
            "si ",
            "por favor",
            "compruebe",
            "verifique");

    /** Fields of the message that stand below the address and before the reason: fixture fields-behind-address.eml. */
    private static final List<String> FIELDS = List.of("from:", "date:", "sent:", "message-id:");

    /** QUIRK: Sendmail closes what it says of all who are late; fixture sendmail-late-refused.eml. */
    private static final String STILL_WAITING = "Warning: message still undelivered";

    private static final List<String> QUOTED_FIELDS = List.of("> from:", "> to:", "> subject:", "> date:");
    /** Words about some of those in a list, and not about all. */
    private static final List<String> OF_SOME = List.of(
            "one of the recipients",
            "one of the addresses",
            "one of these",
            "one of them",
            "some of ",
            "at least one",
            "the last recipient",
            "the last address",
            "the last one",
            "einer der empf",
            "einige ",
            "un des ",
            "certains ",
            "alguno");

    /** Local parts that are words of reasons as well. */
    private static final Set<String> WORDS = Set.of(
            "account", "address", "domain", "email", "host", "mail", "mailbox", "recipient", "server", "user", "users");

    private final NoticeText notice;
    private final Mentions mentions;
    private final Surroundings around;

    WordsBehind(NoticeText notice, Mentions mentions, Surroundings around) {
        this.notice = notice;
        this.mentions = mentions;
        this.around = around;
    }

    /**
     * Returns what stands behind an address: its paragraph, and the ones behind it as long as nobody has said a code.
     *
     * @param end the line before which to stop
     */
    String of(Mention mention, int end) {
        return new Reading(mention, end).words();
    }

    /**
     * QUIRK: Netscape's server and Gmail say once what is about a whole list; fixture reason-below-group.eml. Returns what stands
     * behind an address or, if nothing does, behind the list that it is in.
     */
    String ofGroup(Mention mention, int end) {
        String words = of(mention, end);
        Mention last = mention;
        int lastEnd = end;
        for (int i = 0; i < MAX_GROUP && words.isEmpty() && lastEnd == last.line + 1; i++) {
            Mention next = mentions.at(lastEnd);
            if (next == null) {
                return words;
            }
            last = next;
            lastEnd = mentions.endOf(last);
            String below = of(last, lastEnd);
            if (!below.isEmpty()) {
                return lastEnd > last.line + 1 && isOfGroup(below, last) ? below : words;
            }
        }
        return words;
    }

    private boolean isOfGroup(String below, Mention last) {
        if (below.indexOf('@') < 0 && OF_GROUP.stream().anyMatch(below::startsWith)) {
            return true;
        }
        int line = last.line + 1;
        boolean apart = notice.isBlank(line)
                && (OF_LIST.stream().anyMatch(label -> below.regionMatches(true, 0, label, 0, label.length()))
                        || OF_ALL.isAnyIn(below));
        // QUIRK: SMTP for VM; fixture reason-left-of-list.eml
        boolean left = !notice.isBlank(line) && notice.indentation(line) < notice.indentation(last.line);
        String said = below.toLowerCase(Locale.ROOT);
        return (apart || left) && !isOfSome(said) && ADVICE.stream().noneMatch(said::startsWith);
    }

    /** Returns whether words name one of those in a list, or speak of some: fixtures reason-names-one.eml, reason-of-some.eml. */
    private boolean isOfSome(String lower) {
        return OF_SOME.stream().anyMatch(lower::contains)
                || mentions.all().stream().anyMatch(mention -> names(lower, mention.key));
    }

    private static boolean names(String lower, String key) {
        String name = key.substring(0, Math.max(0, key.indexOf('@')));
        int at = name.isEmpty() || WORDS.contains(name) ? -1 : lower.indexOf(name);
        while (at >= 0) {
            int end = at + name.length();
            if ((at == 0 || !Character.isLetterOrDigit(lower.charAt(at - 1)))
                    && (end == lower.length() || !Character.isLetterOrDigit(lower.charAt(end)))) {
                return true;
            }
            at = lower.indexOf(name, end);
        }
        return false;
    }

    /** Returns whether words stand below an address, before the next blank line. */
    boolean areBelow(Mention mention, int end) {
        int below = mention.line + 1;
        return mention.line >= 0
                && below < Math.min(end, notice.count())
                && !notice.isBlank(below)
                && notice.indentation(below) >= notice.indentation(mention.line);
    }

    /** Returns whether a line names a code or has a label, as {@code Reason: ...}: fixture reasons-left-of-addresses.eml. */
    private static boolean tellsReason(String line) {
        int colon = Math.max(line.indexOf(':'), line.indexOf('：'));
        return colon > 0 && colon <= MAX_LABEL && !isClosing(line)
                || Mentions.isRule(line)
                || Character.isDigit(line.charAt(0)) && ReplyCode.find(line) != 0
                || EnhancedStatus.find(line).isPresent();
    }

    private static boolean isClosing(String line) {
        for (String closing : CLOSINGS) {
            if (line.regionMatches(true, 0, closing, 0, closing.length())) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether a line says no more than who wrote the message: fixture naver-mailer-daemon.eml. */
    private static boolean isSender(String line) {
        Addresses.Span span = Addresses.next(line, 0);
        return span != null
                && !TextReport.hasLetter(line.substring(span.end()))
                && AddressWords.isSenderLabel(line.substring(0, span.start()).toLowerCase(Locale.ROOT));
    }

    /** Returns words with spaces for underscores, except those of addresses. */
    private static String spaced(String words) {
        StringBuilder spaced = new StringBuilder(words.length());
        int from = 0;
        for (Addresses.Span span = Addresses.next(words, 0); span != null; span = Addresses.next(words, from)) {
            spaced.append(words.substring(from, span.start()).replace('_', ' ')).append(span.text());
            from = span.end();
        }
        return spaced.append(words.substring(from).replace('_', ' ')).toString();
    }

    /** Reads the lines behind one address. */
    private final class Reading {
        private final Mention mention;
        private final int end;
        private final boolean aliased = mentions.hasAliases();
        /** What stands before the address on its line; empty if it is no more than a mark. */
        private final String label;

        private final StringBuilder words;
        /** Whether a code was said. */
        private boolean coded;
        /** Whether the paragraph of the address is over. */
        private boolean blank;
        /** Whether a reason was told below that paragraph. */
        private boolean told;

        Reading(Mention mention, int end) {
            this.mention = mention;
            this.end = end;
            words = new StringBuilder(mention.rest.strip());
            label = label();
            coded = ReplyCode.find(mention.rest) != 0;
        }

        /** Each address has the same words before it, also one that has no domain: fixture communigate-local-name.eml */
        private String label() {
            String line = mention.line < 0 ? "" : notice.line(mention.line).strip();
            Addresses.Span span = Addresses.next(line, 0);
            String before = span == null ? "" : line.substring(0, span.start());
            return before.length() >= SHORTEST_LABEL && TextReport.hasLetter(before) ? before : "";
        }

        String words() {
            for (int i = mention.line + 1; i < end && words.length() < MAX_SAID; i++) {
                String line = notice.line(i).strip();
                if (line.isEmpty()) {
                    blank = true;
                } else if (!notice.isAside(i) && !read(i, line)) {
                    break;
                }
            }
            return words.toString();
        }

        /** Reads a line, and returns whether what follows may be about the address. */
        private boolean read(int i, String line) {
            told |= blank && tellsReason(line);
            if (isListOver(i)
                    || isNameWithRemark(i, line)
                    || isOfAnother(i, line)
                    || isLabelOfNext(line)
                    || asksToReply(line)
                    || isQuotedField(line)
                    || line.startsWith(STILL_WAITING)) {
                return false;
            }
            // QUIRK: DMail writes 550_<a@b>..._User_unknown; fixture dmail-text.eml
            String said = ReplyCode.isUnderscored(line) ? spaced(line) : line;
            if (mentions.count() > 1 && around.isHeading(i, end)) {
                return false;
            }
            boolean rule = Mentions.isRule(said);
            if (rule && !coded && said.contains("ranscript of session")) {
                // of the one address that there is, it is about that; of several, who is named in it, and with
                // which words, is found elsewhere
                return mentions.count() <= 1;
            }
            if (isEnd(i, rule)) {
                return false;
            }
            if (!(rule && !TextReport.hasLetter(said))
                    && !(aliased && Aliases.isIn(said))
                    && !isSender(said)
                    && !isField(said)) {
                words.append(words.length() == 0 ? "" : " ").append(said);
                coded |= ReplyCode.find(said) != 0 || EnhancedStatus.find(said).isPresent();
            }
            return true;
        }

        /** Returns whether a line stands below a list, and not in it: fixture exim-delayed-with-closing.eml. */
        private boolean isListOver(int i) {
            return blank
                    && !told
                    && words.length() > 0
                    && areBelow(mention, end)
                    && notice.indentation(i) < notice.indentation(mention.line);
        }

        /**
         * QUIRK: GroupWise says all of each in brackets behind it, of names without a domain as well. Returns whether such a name
         * stands below such an address; fixture groupwise-name-behind.eml
         */
        private boolean isNameWithRemark(int i, String line) {
            int remark = line.indexOf(" (");
            return mention.line >= 0
                    && remark > 0
                    && line.indexOf(' ') == remark
                    && line.endsWith(")")
                    && mention.rest.startsWith("(")
                    && mention.rest.endsWith(")")
                    && notice.indentation(i) == notice.indentation(mention.line);
        }

        private boolean isOfAnother(int i, String line) {
            return mention.complete
                    && line.indexOf('@') >= 0
                    && mentions.transcript().isOfAnother(mention, i);
        }

        /** Returns whether a line names another one as that of the address does: fixture label-before-reason.eml */
        private boolean isLabelOfNext(String line) {
            if (label.isEmpty() || !line.startsWith(label)) {
                return false;
            }
            return label.endsWith("'") || label.endsWith("\"") || line.indexOf(' ', label.length()) < 0;
        }

        /** Returns whether a line is a field of the message, and no reason that looks like one: fixture reason-like-field.eml */
        private boolean isField(String line) {
            return mention.line >= 0
                    && FIELDS.stream().anyMatch(field -> line.regionMatches(true, 0, field, 0, field.length()))
                    && (line.indexOf('@') >= 0 || line.chars().anyMatch(Character::isDigit))
                    && ReplyCode.find(line) == 0
                    && !AddressWords.FAILURE_WORDS.isAnyIn(line);
        }

        /** Returns whether the message is quoted from a line on: fixture message-quoted-below.eml. */
        private boolean isQuotedField(String line) {
            return blank
                    && QUOTED_FIELDS.stream().anyMatch(field -> line.regionMatches(true, 0, field, 0, field.length()));
        }

        /** QUIRK: Netscape's and InterMail's servers say why in front; fixture netscape-no-host.eml */
        private boolean asksToReply(String line) {
            return words.length() == 0 && AddressWords.asksToReply(line);
        }

        /** Returns whether a line is the next one of a transcript, or begins what is said of nobody. */
        private boolean isEnd(int i, boolean rule) {
            return mention.complete && !Character.isWhitespace(notice.text().charAt(notice.start(i)))
                    || blank && (coded || rule && words.length() > 0);
        }
    }
}
