package org.bounce4j.internal.detect;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.bounce4j.EmailAddress;
import org.bounce4j.EnhancedStatus;
import org.bounce4j.internal.PhraseMatcher;
import org.jspecify.annotations.Nullable;

/**
 * Finds in the words of a notice what was said about each address that it {@linkplain Mentions mentions}. Most mailers differ
 * in their phrases only: what was said stands behind the address.
 */
final class TextReport {
    static final int MAX_SAID = 2_000;
    /** How many recipients of a report get more from the words beside it. */
    private static final int MAX_COMPLETED = 100;

    /** The most that is taken for what was said of an address without any code. */
    private static final int MAX_BELOW = 300;

    /** Postfix breaks its lines wherever they are full. */
    private static final PhraseMatcher IN_REPLY =
            new PhraseMatcher(List.of(SmtpReply.IN_REPLY_TO, SmtpReply.ERROR_FROM_REMOTE));

    private static final PhraseMatcher IN_REPLY_TO_MAIL = new PhraseMatcher(List.of(
            SmtpReply.IN_REPLY_TO + "mail",
            SmtpReply.ERROR_FROM_REMOTE + "mail server after mail",
            SmtpReply.ERROR_FROM_REMOTE + "mail server after pipelined mail",
            SmtpReply.ERROR_FROM_REMOTE + "mailer after mail",
            SmtpReply.ERROR_FROM_REMOTE + "mailer after pipelined mail"));

    /** What the words hold that {@link #completeSender} looks for. */
    static final String OF_SENDERS = "MAIL";

    private final NoticeText notice;
    private final String text;
    private final Mentions mentions;
    private final Surroundings around;
    private final WordsBehind behind;
    private final boolean several;

    private @Nullable Headings headings;
    private @Nullable SessionReplies replies;
    private int completed;
    private int aliases;

    /**
     * Reads nothing yet.
     *
     * @param several whether a report beside these words is about more than one recipient
     */
    TextReport(NoticeText notice, boolean several) {
        this.notice = notice;
        this.several = several;
        text = notice.text();
        mentions = new Mentions(notice);
        around = new Surroundings(notice, mentions);
        behind = new WordsBehind(notice, mentions, around);
    }

    /**
     * Returns the recipients of a notice.
     *
     * @param notice its words
     * @param begin the line from which on recipients stand, or -1 where nothing announces them
     * @param own addresses that are ours or the mail system's: taken only where there is no other
     * @param failed whom the mail's header names, if it does; an address that no word calls a recipient may be whom to ask
     */
    static List<Failure> failures(NoticeText notice, int begin, Set<String> own, List<EmailAddress> failed) {
        TextReport report = new TextReport(notice, false);
        Mentions mentions = report.mentions;
        mentions.collect(Math.max(0, begin), own);
        if (mentions.count() == 0 && begin > 0) {
            mentions.collect(0, own);
        }
        if (mentions.count() == 0 && failed.isEmpty()) {
            mentions.onlyAddress(own);
        }
        List<Failure> failures = new ArrayList<>(mentions.count());
        for (Mention mention : mentions.all()) {
            failures.add(report.failure(mention, mentions.endOf(mention)));
        }
        return failures;
    }

    /** Returns the failures of addresses that the words do not name: all of them are about each. */
    static List<Failure> failures(NoticeText notice, List<EmailAddress> addresses) {
        if (addresses.isEmpty()) {
            return List.of();
        }
        TextReport report = new TextReport(notice, false);
        Failure first = report.failure(Mention.nowhere(addresses.get(0)), notice.count());
        List<Failure> failures = new ArrayList<>(addresses.size());
        failures.add(first);
        for (int i = 1; i < Math.min(Mentions.MAX_RECIPIENTS, addresses.size()); i++) {
            failures.add(first.of(addresses.get(i)));
        }
        return failures;
    }

    /**
     * Adds to what a report says of a recipient what the words beside it say: which command was refused, and, where the report
     * has no diagnostic, what was said. The words of a notice are few: behind some recipients, nothing is added.
     */
    void complete(Failure reported) {
        if (completed++ >= MAX_COMPLETED) {
            return;
        }
        reported.context(() -> contextOf(reported));
        EnhancedStatus status = reported.status();
        boolean vague = status == null || status.isVague();
        boolean silent = reported.diagnostic() == null;
        if (reported.command() == null) {
            reported.command(commandOf(reported.diagnostic()));
        }
        boolean replied = reported.command() == null
                && (text.contains("(in") || text.contains("SMTP error"))
                && IN_REPLY.isAnyIn(text);
        if (!vague && !silent && !replied) {
            return;
        }
        boolean program = "PIPE".equals(reported.command());
        Mention about = about(reported, program);
        if (isOfOthers(about)) {
            completeSender(reported);
            return;
        }
        if (replied) {
            reported.command(SmtpReply.inReplyTo(behind.of(about, mentions.endOf(about))));
        }
        if (vague || silent) {
            Failure words = failure(about, mentions.endOf(about));
            if (vague && words.status() != null) {
                reported.status(words.status());
            }
            // Exim gives the diagnostic of servers only: what it found itself stands in the words, below the address
            boolean below = (mentions.areListed() || mentions.areApart())
                    && about.line >= 0
                    && !program
                    && isClear(words.diagnostic());
            if (silent && (below || words.replyCode() != 0)) {
                reported.diagnostic(words.diagnostic());
            }
        }
    }

    /** Adds whose alias gave the recipient, where the report does not say whom the message was for. */
    void completeAlias(Failure reported) {
        if (aliases < MAX_COMPLETED && mentions.hasAliases()) {
            aliases++;
            reported.generatedFrom(mentions.alias(about(reported, false)));
        }
    }

    /** Adds to what a report says clearly only that it was said to MAIL: then it was not about the recipient. */
    void completeSender(Failure reported) {
        if (reported.command() != null || completed >= MAX_COMPLETED || !mayTellOfSender(text)) {
            return;
        }
        completed++;
        Mention about = about(reported, false);
        String command = SmtpReply.inReplyTo(behind.of(about, mentions.endOf(about)));
        if ("MAIL".equals(command)) {
            reported.command(command);
        }
    }

    /** Returns whether words may tell that the sender was refused: {@link #completeSender} adds nothing where they do not. */
    static boolean mayTellOfSender(String words) {
        return IN_REPLY_TO_MAIL.isAnyIn(words);
    }

    private static boolean isClear(@Nullable String words) {
        return words != null && words.length() < MAX_BELOW && hasLetter(words);
    }

    private String contextOf(Failure reported) {
        // fixture report-of-two-in-sentences.eml
        boolean own = several && mentions.count() > 0 && reported.diagnostic() != null;
        return own || isOfOthers(about(reported, false)) ? around.aboveAll() : around.ofAll();
    }

    /** Returns whether the words of a notice about several name others than this one: what they say is about those. */
    private boolean isOfOthers(Mention about) {
        return several && about.line < 0 && mentions.count() > 0;
    }

    private Mention about(Failure reported, boolean program) {
        mentions.collect();
        EmailAddress recipient = reported.recipient();
        Mention about = mentions.of(recipient);
        about = about == null ? mentions.of(reported.originalRecipient()) : about;
        if (program && recipient != null) {
            // Sendmail lists the address first; what the program said stands in the transcript below
            Mention session = mentions.transcript().of(recipient.key());
            about = session == null ? about : session;
        }
        return about == null ? Mention.nowhere(recipient) : about;
    }

    /** Returns the command of a transcript, {@code >>> DATA}, that this reply, {@code <<< 550 ...}, answers; null if none. */
    private @Nullable String commandOf(@Nullable String reply) {
        if (reply == null || !text.contains(">>> ")) {
            return null;
        }
        String sent = null;
        for (int i = 0; i < notice.count(); i++) {
            int start = notice.textStart(i);
            if (text.startsWith(">>> ", start)) {
                sent = text.substring(start + 4, notice.end(i)).strip();
            } else if (sent != null && text.startsWith("<<< ", start)) {
                String said = text.substring(start + 4, notice.end(i)).strip();
                if (!said.isEmpty() && reply.startsWith(said)) {
                    return sent.equals(".") ? "DATA" : SmtpReply.command(sent + " command");
                }
            }
        }
        return null;
    }

    private Failure failure(Mention mention, int end) {
        String above = headings().of(mention);
        if (above != null) {
            return failure(mention, above)
                    .context(() -> notice.paragraphs(0, headings().firstLine(), MAX_SAID));
        }
        Mention session = mention.complete ? null : mentions.transcript().of(mention.key);
        if (session != null && (mentions.count() > 1 || saysMore(session)) && !isCoded(mention, end)) {
            return inSession(session);
        }
        String answer = session == null ? logged(mention, end) : null;
        if (answer != null) {
            return failure(mention, answer)
                    .command(replies().command(mention.key))
                    .context(around::ofAll)
                    .generatedFrom(mentions.alias(mention));
        }
        String words = behind.ofGroup(mention, end);
        String replied = SmtpReply.inReplyTo(words);
        String command = replied == null ? SmtpReply.command(words) : replied;
        String said = diagnostic(mention, end, words);
        Failure failure = failure(mention, said)
                .remoteMta(SmtpReply.host(words))
                .context(context(mention, said))
                .command(command == null ? around.namedCommand() : command)
                .generatedFrom(mentions.alias(mention));
        if (failure.status() == null) {
            failure.status(EnhancedStatus.find(words)
                    .or(() -> session == null ? Optional.empty() : EnhancedStatus.find(session.rest))
                    .orElse(null));
        }
        return failure;
    }

    /**
     * Returns the words around an address that may be about it. What is said of another one is none of these: fixtures
     * words-of-their-own.eml, sessions-of-their-own.eml
     */
    private @Nullable Supplier<String> context(Mention mention, @Nullable String said) {
        if (mentions.count() == 1 || said == null || said.indexOf(' ') < 0) {
            return around::ofAll;
        }
        return mention.complete ? null : around::aboveAll;
    }

    /** Returns the failure of an address of which something was said, with the status that is in it. */
    private static Failure failure(Mention mention, @Nullable String said) {
        Failure failure = Failure.of(null, mention.address).diagnostic(said);
        return failure.status(failure.said().orElse(null));
    }

    /** QUIRK: Sendmail lists them all, and tells below in one transcript why; fixture sendmail-two-recipients.eml */
    private Failure inSession(Mention session) {
        Failure said = failure(session, notice.count());
        String answered = commandOf(said.diagnostic());
        return answered == null && mentions.count() == 1 ? said : said.command(answered);
    }

    /** Returns the reply that a log of the session has for one of several addresses of which nothing else is said, or null. */
    private @Nullable String logged(Mention mention, int end) {
        boolean logged = mentions.count() > 1 && mention.rest.isBlank() && !behind.areBelow(mention, end);
        return logged ? replies().of(mention.key) : null;
    }

    /** Returns what was said: what the words behind an address quote, else what is said once of all, else those words. */
    private @Nullable String diagnostic(Mention mention, int end, String words) {
        String said = SmtpReply.words(words);
        if (said != null) {
            // QUIRK: "mailbox unavailable. [SMTP Error Code 550]"
            return hasLetter(said) ? said : words;
        }
        // what stands between an address and the next one is about it, and no name of somebody: that goes before
        boolean own = mentions.count() > 1 && end <= mentions.lastLine() && !saysNothing(words) && isSaid(words);
        String reason = own ? null : around.reason(mention);
        if (reason != null) {
            return reason;
        }
        return saysNothing(words) ? around.heading(mention) : words;
    }

    /** Returns whether words are no more than a name: they tell of a failure, or have one that begins with a small letter. */
    private static boolean isSaid(String words) {
        boolean begins = true;
        for (int i = 0; i < words.length(); i++) {
            char c = words.charAt(i);
            if (begins && Character.isLowerCase(c)) {
                return true;
            }
            begins = c == ' ' || c == '(';
        }
        return AddressWords.FAILURE_WORDS.isAnyIn(words);
    }

    /** Returns whether words are none, or hold nothing but further addresses: {@code ; b@example.com}. */
    private static boolean saysNothing(String words) {
        Addresses.Span span = Addresses.next(words, 0);
        int from = 0;
        for (; span != null; span = Addresses.next(words, from)) {
            if (hasLetter(words.substring(from, span.start()))) {
                return false;
            }
            from = span.end();
        }
        return !hasLetter(words.substring(from)) && (from > 0 || words.isBlank());
    }

    static boolean hasLetter(String words) {
        for (int i = 0; i < words.length(); i++) {
            if (Character.isLetter(words.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    /** Whether a transcript's line is empty words, and what a program had said stands behind it. */
    private boolean saysMore(Mention session) {
        String line = notice.line(session.line).strip();
        return session.rest.startsWith(line) && session.rest.length() > line.length();
    }

    /** Returns whether the address's own paragraph tells a code. */
    private boolean isCoded(Mention mention, int end) {
        boolean coded = ReplyCode.find(mention.rest) != 0;
        for (int i = mention.line + 1; !coded && i < end && !notice.isBlank(i); i++) {
            coded = ReplyCode.position(text, notice.start(i), notice.end(i)) >= 0;
            if (coded && mentions.transcript().isOfAnother(mention, i)) {
                return false;
            }
        }
        return coded;
    }

    private Headings headings() {
        Headings known = headings;
        if (known == null) {
            known = new Headings(notice, mentions);
            headings = known;
        }
        return known;
    }

    private SessionReplies replies() {
        SessionReplies known = replies;
        if (known == null) {
            known = new SessionReplies(notice);
            replies = known;
        }
        return known;
    }
}
