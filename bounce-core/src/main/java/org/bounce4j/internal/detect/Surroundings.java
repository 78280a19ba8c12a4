package org.bounce4j.internal.detect;

import org.jspecify.annotations.Nullable;

/** The words of a notice around the addresses that it names: what is said once and about all of them. Read when it is asked for. */
final class Surroundings {
    private static final int MAX_SAID = TextReport.MAX_SAID;

    private final NoticeText notice;
    private final String text;
    private final Mentions mentions;

    private @Nullable String reason;
    private @Nullable String aboveAll;
    private @Nullable String whole;
    private @Nullable String namedCommand;

    Surroundings(NoticeText notice, Mentions mentions) {
        this.notice = notice;
        text = notice.text();
        this.mentions = mentions;
    }

    /**
     * QUIRK: MailMarshal says why before it lists the recipients, or at the end of all; fixtures mailmarshal-affected.eml,
     * mailmarshal-said-below.eml. Returns the one paragraph above or below all of the addresses that begins with a code; null
     * if there is none, or more than one.
     */
    @Nullable
    String reason(Mention mention) {
        if (mention.line < 0 || mentions.count() == 0) {
            return null;
        }
        String known = reason;
        if (known == null) {
            known = reason(mentions.firstLine(), mentions.lastLine());
            reason = known;
        }
        return known.isEmpty() ? null : known;
    }

    /**
     * QUIRK: some mailers list whom they name below the reason, {@code No such user:}. Returns the heading of an address, if it
     * stands below another one. Fixture reasons-as-headings.eml
     */
    @Nullable
    String heading(Mention mention) {
        if (mentions.count() < 2 || mention.line < 0) {
            return null;
        }
        int above = mentions.above(mention.line);
        String heading = above < 0 ? "" : notice.line(above).strip();
        return above > mentions.firstLine() && heading.endsWith(":") && TextReport.hasLetter(heading)
                ? heading.substring(0, heading.length() - 1)
                : null;
    }

    /** Returns whether a line is the heading of the address below it. */
    boolean isHeading(int line, int end) {
        int below = line + 1;
        while (below < end && notice.isBlank(below)) {
            below++;
        }
        return below == end
                && end < notice.count()
                && notice.text().charAt(NoticeText.trimSpace(text, notice.start(line), notice.end(line)) - 1) == ':';
    }

    private String reason(int first, int last) {
        StringBuilder said = new StringBuilder();
        boolean below = false;
        boolean open = false;
        for (int i = 0; i < notice.count(); i++) {
            int start = notice.textStart(i);
            int code = ReplyCode.leading(text, start, notice.end(i));
            boolean begins = code >= 0;
            open &= !notice.isBlank(i) && i != first;
            if (begins && i >= first && (i <= last || !open && said.length() > 0)) {
                return "";
            }
            if (begins && said.length() == 0) {
                open = true;
                below = i > last;
            }
            if (open && said.length() < MAX_SAID) {
                int from = said.length() == 0 && begins ? code : start;
                said.append(said.length() == 0 ? "" : " ")
                        .append(text.substring(from, notice.end(i)).strip());
            }
        }
        // in a transcript it is about one of them, and no last word
        boolean ofOne = below && (mentions.count() > 1 && said.indexOf("@") >= 0 || text.contains("<<< "));
        return ofOne ? "" : said.toString();
    }

    /** Returns the command that the notice names somewhere, or null. */
    @Nullable
    String namedCommand() {
        String known = namedCommand;
        if (known == null) {
            String named = SmtpReply.namedCommand(whole());
            known = named == null ? "" : named;
            namedCommand = known;
        }
        return known.isEmpty() ? null : known;
    }

    /** Returns the words above all of the addresses: what stands between them is about one and not about another. */
    String aboveAll() {
        String known = aboveAll;
        if (known == null) {
            known = notice.paragraphs(0, mentions.firstLine(), MAX_SAID);
            aboveAll = known;
        }
        return known;
    }

    /** Returns the words that are about all of the addresses. */
    String ofAll() {
        return (mentions.areListed() || mentions.haveReasons()) && mentions.count() > 1 ? aboveAll() : whole();
    }

    private String whole() {
        String known = whole;
        if (known == null) {
            known = notice.paragraphs(0, notice.count(), 2 * MAX_SAID);
            whole = known;
        }
        return known;
    }
}
