package org.bounce4j.internal.detect;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.bounce4j.EmailAddress;
import org.bounce4j.EnhancedStatus;
import org.bounce4j.internal.PhraseMatcher;
import org.jspecify.annotations.Nullable;

/**
 * Finds in the words of a notice whom it speaks of and what was said about each. Most mailers differ in their phrases only:
 * an address stands at the start of a line, behind a label, or in a sentence, in this order of preference, and what was said
 * stands behind it.
 */
final class TextReport {
    private static final int MAX_SAID = 2_000;
    static final int MAX_RECIPIENTS = 1_000;
    /** How many recipients of a report get more from the words beside it. */
    private static final int MAX_COMPLETED = 100;

    private static final String GENERATED_FROM = "generated from ";
    private static final String EXPANDED_FROM = "(expanded from:";

    private static final int LONGEST_LABEL = 100;
    /** {@code 550-5.1.100 <}. */
    private static final int LONGEST_CODES = 14;

    /** What a label must hold to name a recipient. */
    private static final PhraseMatcher RECIPIENT_LABELS = new PhraseMatcher(List.of(
            "recipient",
            "rcpt to",
            "rcpt",
            "address",
            "user",
            "mailbox",
            "failed",
            "undeliverable",
            "undelivered",
            "addressee",
            "to",
            "destination",
            "account",
            "not delivered",
            "destinat",
            "empfänger",
            "получател",
            "收件人",
            "宛先",
            "あて先",
            "受信者",
            "받는",
            "수신",
            "ontvanger",
            "mottagare",
            "modtager",
            "odbiorca",
            "alıcı",
            "zugestellt an",
            "remis à",
            "entregado a",
            "entregue a",
            "recapitato a"));

    /** What a label must not hold. */
    private static final PhraseMatcher OTHER_LABELS = new PhraseMatcher(List.of(
            "from",
            "sender",
            "reply",
            "cc",
            "contact",
            "return-path",
            "message-id",
            "message id",
            "http",
            "help",
            "envelope-from",
            "postmaster",
            "subject",
            "date"));

    /** Words of a sentence that is about a delivery that failed. */
    private static final PhraseMatcher FAILURE_WORDS = new PhraseMatcher(List.of(
            "deliver",
            "undeliver",
            "fail",
            "reject",
            "not found",
            "unknown",
            "could not",
            "couldn't",
            "cannot",
            "can't",
            "unable",
            "does not exist",
            "not exist",
            "doesn't exist",
            "full",
            "quota",
            "bounce",
            "returned",
            "disabled",
            "unavailable",
            "not reach",
            "no longer",
            "addressed",
            "expired",
            "delayed",
            "postponed",
            "did not",
            "invalid",
            "error",
            "non remis",
            "n'a pas pu",
            "no se ha podido",
            "nicht zugestellt",
            "konnte nicht",
            "non è stato",
            "не может",
            "не доставлено",
            "不存在",
            "退信",
            "拒",
            "エラー",
            "送信できません",
            "配信できません",
            "失敗",
            "violation",
            "unzustellbar",
            "konnte leider nicht",
            "n'est pas",
            "no pudo",
            "non ha potuto",
            "nepodařilo",
            "kunde inte",
            "было доставлено",
            "не смогли",
            "не удалось",
            "届きません",
            "无法",
            "rcpt to"));

    /** Local parts of those who answer questions. */
    private static final Set<String> OFFICES = Set.of(
            "postmaster", "helpdesk", "help", "support", "abuse", "hostmaster", "servicedesk", "admin", "webmaster");

    private final NoticeText notice;
    private final String text;
    /** Where what belongs to an address ends: at the line of the next one. */
    private final IdentityHashMap<Hit, Integer> ends = new IdentityHashMap<>();

    private final Map<String, Hit> hits = new LinkedHashMap<>();
    /** What a transcript says of an address: {@code 550 <a@b>... User unknown}. */
    private final Map<String, Hit> transcripts = new HashMap<>();

    private @Nullable String context;
    private @Nullable String namedCommand;
    private int completed;
    private boolean collected;

    /** An address that a notice speaks of, and what stands behind it. */
    private static final class Hit {
        private final @Nullable EmailAddress address;
        private final String key;
        private final int line;
        private final String rest;
        private final boolean complete;

        Hit(String address, int line, String rest) {
            this(address, line, rest, false);
        }

        Hit(String address, int line, String rest, boolean complete) {
            this(EmailAddress.parse(address).orElse(null), line, rest, complete);
        }

        Hit(@Nullable EmailAddress address, int line, String rest, boolean complete) {
            this.address = address;
            this.key = address == null ? "" : address.key();
            this.line = line;
            this.rest = rest;
            this.complete = complete;
        }
    }

    /** Reads nothing yet. */
    TextReport(NoticeText notice) {
        this.notice = notice;
        text = notice.text();
    }

    /**
     * Returns the recipients of a notice.
     *
     * @param notice its words
     * @param begin the line from which on recipients stand, or -1 where nothing announces them
     * @param own addresses that are ours or the mail system's: taken only where there is no other
     */
    static List<Failure> failures(NoticeText notice, int begin, Set<String> own) {
        TextReport report = new TextReport(notice);
        report.collect(Math.max(0, begin), own);
        if (report.hits.isEmpty() && begin > 0) {
            report.collect(0, own);
        }
        if (report.hits.isEmpty()) {
            report.onlyAddress(own);
        }
        List<Failure> failures = new ArrayList<>(report.hits.size());
        for (Hit hit : report.hits.values()) {
            failures.add(report.failure(hit, report.endOf(hit)));
        }
        return failures;
    }

    /** Where no word says whom a notice is about, the one address in it does. */
    private void onlyAddress(Set<String> own) {
        Hit only = null;
        for (int i = nextWithAddress(0); i < notice.count(); i = nextWithAddress(i + 1)) {
            int end = notice.end(i);
            if (OTHER_LABELS.isAnyIn(text, notice.start(i), end)) {
                continue;
            }
            for (Addresses.Span span = Addresses.next(text, notice.start(i), end);
                    span != null;
                    span = Addresses.next(text, span.end(), end)) {
                String key = key(span.text());
                if (key.isEmpty() || own.contains(key) || isOffice(key)) {
                    continue;
                }
                if (only != null && !only.key.equals(key)) {
                    return;
                }
                only = only == null ? new Hit(span.text(), i, said(i, span)) : only;
            }
        }
        if (only != null) {
            hits.put(only.key, only);
        }
    }

    /** Returns the first line from this one on in which an address may stand; the number of lines if there is none. */
    private int nextWithAddress(int line) {
        if (line >= notice.count()) {
            return notice.count();
        }
        int at = text.indexOf('@', notice.start(line));
        if (at < 0 || at >= notice.end()) {
            return notice.count();
        }
        int i = line;
        while (notice.end(i) <= at) {
            i++;
        }
        return i;
    }

    private static String key(@Nullable String address) {
        return EmailAddress.parse(address).map(EmailAddress::key).orElse("");
    }

    /** Whom to ask, and not who failed. */
    private static boolean isOffice(String key) {
        String local = key.substring(0, key.lastIndexOf('@'));
        return OFFICES.contains(local);
    }

    /** Returns the line of the next address behind this one. */
    private int endOf(Hit hit) {
        return ends.getOrDefault(hit, notice.count());
    }

    /** Returns the failures of addresses that the words do not name: all of them are about each. */
    static List<Failure> failures(NoticeText notice, List<EmailAddress> addresses) {
        if (addresses.isEmpty()) {
            return List.of();
        }
        TextReport report = new TextReport(notice);
        Failure first = report.failure(new Hit(addresses.get(0), -1, "", false), notice.count());
        List<Failure> failures = new ArrayList<>(addresses.size());
        failures.add(first);
        for (int i = 1; i < Math.min(MAX_RECIPIENTS, addresses.size()); i++) {
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
        reported.context(this::context);
        EnhancedStatus status = reported.status();
        boolean vague = status == null || status.isVague();
        boolean silent = reported.diagnostic() == null;
        if (reported.command() == null) {
            reported.command(commandOf(reported.diagnostic()));
        }
        boolean replied = reported.command() == null && text.contains(SmtpReply.IN_REPLY_TO);
        if (!vague && !silent && !replied) {
            return;
        }
        Hit about = about(reported.recipient());
        if (replied) {
            reported.command(SmtpReply.inReplyTo(block(about, endOf(about))));
        }
        if (vague || silent) {
            Failure words = failure(about, endOf(about));
            if (vague && words.status() != null) {
                reported.status(words.status());
            }
            if (silent && words.replyCode() != 0) {
                reported.diagnostic(words.diagnostic());
            }
        }
    }

    private Hit about(@Nullable EmailAddress recipient) {
        if (!collected) {
            collect(0, Set.of());
        }
        Hit about = recipient == null ? null : hits.get(recipient.key());
        return about == null ? new Hit(recipient, -1, "", false) : about;
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

    private void collect(int from, Set<String> own) {
        collected = true;
        List<Hit> leading = new ArrayList<>();
        List<Hit> labelled = new ArrayList<>();
        List<Hit> inSentences = new ArrayList<>();
        for (int i = nextWithAddress(from); i < notice.count(); i = nextWithAddress(i + 1)) {
            Hit hit = leading(i);
            hit = hit == null ? generatedFrom(i) : hit;
            hit = hit == null ? expandedFrom(i) : hit;
            if (hit != null) {
                leading.add(hit);
                if (hit.complete && transcripts.size() < MAX_RECIPIENTS) {
                    transcripts.put(hit.key, hit);
                }
            } else {
                hit = labelled(i);
                if (hit != null) {
                    labelled.add(hit);
                } else {
                    inSentence(i, inSentences);
                }
            }
        }
        if (!add(leading, own) && !add(labelled, own) && !add(inSentences, own) && !add(leading, Set.of())) {
            add(labelled, Set.of());
        }
    }

    /** Takes these hits, unless they are one's own; returns whether there are any now. */
    private boolean add(List<Hit> found, Set<String> own) {
        Hit before = null;
        boolean anyPerson = false;
        for (Hit hit : found) {
            anyPerson |= !hit.key.isEmpty() && !isOffice(hit.key);
        }
        for (Hit hit : found) {
            boolean counts = !hit.key.isEmpty() && !own.contains(hit.key) && hits.size() < MAX_RECIPIENTS;
            if (counts && !hits.containsKey(hit.key) && !(anyPerson && isOffice(hit.key))) {
                hits.put(hit.key, hit);
                if (before != null) {
                    ends.put(before, hit.line);
                }
                before = hit;
            }
        }
        return !hits.isEmpty();
    }

    /** An address at the start of a line, behind bullets, quotes and brackets. */
    private @Nullable Hit leading(int line) {
        int lineEnd = notice.end(line);
        int start = notice.start(line);
        while (start < lineEnd && " \t*-•·>\"'[(<«“`|".indexOf(text.charAt(start)) >= 0) {
            start++;
        }
        Addresses.Span span = Addresses.next(text, start, lineEnd);
        if (span == null) {
            return null;
        }
        if (span.start() - start <= LONGEST_CODES && ReplyCode.isAt(text, start, notice.start(line), lineEnd)) {
            return new Hit(span.text(), line, transcript(line, text.substring(start, lineEnd)), true);
        }
        if (span.start() > start + 1 && !isPrefix(text.substring(start, span.start()))) {
            return null;
        }
        int end = span.end();
        while (end < lineEnd && ">\"')]»”`".indexOf(text.charAt(end)) >= 0) {
            end++;
        }
        if (end < lineEnd && ":,;. \t([<-".indexOf(text.charAt(end)) < 0) {
            return null;
        }
        boolean another = end + 1 < lineEnd && text.charAt(end) == ' ' && text.charAt(end + 1) == '<';
        Addresses.Span second = another ? Addresses.next(text, end, lineEnd) : null;
        if (second != null && second.start() == end + 2) {
            // QUIRK: an address as the name in front of the address
            return new Hit(second.text(), line, behindPunctuation(second.end() + 1, lineEnd));
        }
        return new Hit(span.text(), line, behindPunctuation(end, lineEnd));
    }

    /**
     * QUIRK: Sendmail says itself why it returns a mail, {@code 554 <a@b>... Remote protocol error}, below what the other server
     * or the local mailer had said: {@code <<< 501 ...}, {@code mail.local: unknown user: a}.
     */
    private String transcript(int number, String line) {
        String before = number > 0 ? notice.line(number - 1).strip() : "";
        if (before.startsWith("<<< ")) {
            return before.substring(4).strip();
        }
        String words = line.toLowerCase(Locale.ROOT);
        boolean empty = words.contains("service unavailable") || words.contains("remote protocol error");
        boolean said = !before.isEmpty()
                && !isRule(before)
                && !before.startsWith(">>>")
                && before.indexOf("while talking") < 0;
        return empty && said ? line + " " + before : line;
    }

    /** {@code SMTP:}, and names in front of the address in brackets: {@code Jane Doe <jane@example.com>}. */
    private static boolean isPrefix(String beforeAddress) {
        String prefix = beforeAddress.toLowerCase(Locale.ROOT);
        if (ReplyCode.find(prefix) != 0 || OTHER_LABELS.isAnyIn(prefix)) {
            return false;
        }
        if (prefix.equals("smtp:")
                || prefix.equals("mailto:")
                || prefix.equals("rfc822;")
                || prefix.endsWith(":<") && prefix.indexOf(' ') < 0) {
            return true;
        }
        boolean name = prefix.endsWith("<") && prefix.length() < 60;
        return name
                && prefix.indexOf(':') < 0
                && prefix.indexOf('=') < 0
                && !FAILURE_WORDS.isAnyIn(prefix)
                && !prefix.contains(" to ")
                && !prefix.startsWith("to ");
    }

    /** Returns a piece of the text without the punctuation it begins with. */
    private String behindPunctuation(int from, int to) {
        int start = Math.min(from, to);
        while (start < to && ":,;. \t-".indexOf(text.charAt(start)) >= 0) {
            start++;
        }
        return text.substring(start, to);
    }

    /** QUIRK: Exim writes {@code (generated from a@b)} below an address that an alias or a list gave. */
    private @Nullable EmailAddress alias(Hit hit) {
        for (int i = Math.max(0, hit.line); hasAliases() && i < Math.min(hit.line + 2, notice.count()); i++) {
            String line = notice.line(i);
            int at = line.indexOf(GENERATED_FROM);
            Addresses.Span span = at < 0 ? null : Addresses.next(line, at);
            EmailAddress alias =
                    span == null ? null : EmailAddress.parse(span.text()).orElse(null);
            if (alias != null && !alias.equals(hit.address)) {
                return alias;
            }
        }
        return null;
    }

    private boolean hasAliases() {
        return text.contains(GENERATED_FROM);
    }

    /** QUIRK: Exim hides an address that an alias gave, and names the alias: {@code (generated from a@b)}. */
    private @Nullable Hit generatedFrom(int number) {
        if (number == 0 || !hasAliases() || !notice.line(number - 1).contains("undisclosed address")) {
            return null;
        }
        String line = notice.line(number);
        int at = line.indexOf(GENERATED_FROM);
        Addresses.Span span = at < 0 ? null : Addresses.next(line, at);
        return span == null ? null : new Hit(span.text(), number, "");
    }

    /**
     * QUIRK: Sendmail names the program or file that failed, and only below it the address that led there:
     * {@code "|exec /usr/bin/procmail"}, {@code (expanded from: <a@b>)}. Fixture sendmail-program.eml.
     */
    private @Nullable Hit expandedFrom(int number) {
        if (!text.startsWith(EXPANDED_FROM, notice.textStart(number))) {
            return null;
        }
        String line = notice.line(number);
        int at = line.indexOf(EXPANDED_FROM);
        for (int i = number - 1; at >= 0 && i >= Math.max(0, number - 2); i--) {
            String above = notice.line(i);
            if (above.startsWith("\"|") || above.startsWith("|") || above.startsWith("/") || above.startsWith("\"/")) {
                Addresses.Span span = Addresses.next(line, at);
                String reason = i + 1 < number ? notice.line(i + 1).strip() : "";
                return span == null ? null : new Hit(span.text(), number, reason);
            }
        }
        return null;
    }

    /** {@code Recipient: <a@b>}, {@code RCPT TO:<a@b>}, {@code Unknown user: a@b}. */
    private @Nullable Hit labelled(int line) {
        int start = notice.start(line);
        Addresses.Span span = Addresses.next(text, start, notice.end(line));
        if (span == null || span.start() - start > LONGEST_LABEL) {
            return null;
        }
        int end = NoticeText.trimSpace(text, start, span.start());
        while (end > start && "<\"'[(".indexOf(text.charAt(end - 1)) >= 0) {
            end = NoticeText.trimSpace(text, start, end - 1);
        }
        if (end - start >= 5 && text.regionMatches(true, end - 5, "smtp:", 0, 5)) {
            end = NoticeText.trimSpace(text, start, end - 5);
            while (end > start && text.charAt(end - 1) == '[') {
                end = NoticeText.trimSpace(text, start, end - 1);
            }
        }
        if (end == start || ":=：".indexOf(text.charAt(end - 1)) < 0 || end - start > 80) {
            return null;
        }
        if (OTHER_LABELS.isAnyIn(text, start, end) || !RECIPIENT_LABELS.isAnyIn(text, start, end)) {
            return null;
        }
        return new Hit(span.text(), line, said(line, span));
    }

    /** What was said stands behind the address, or around it: {@code 550 5.1.1 <a@b>: User unknown}. */
    private String said(int line, Addresses.Span span) {
        int end = notice.end(line);
        int code = ReplyCode.position(text, notice.start(line), end);
        return code >= 0 && code < span.start() ? text.substring(code, end) : behindPunctuation(span.end() + 1, end);
    }

    private boolean speaksOfFailure(int line) {
        return line >= 0 && line < notice.count() && FAILURE_WORDS.isAnyIn(text, notice.start(line), notice.end(line));
    }

    private void inSentence(int line, List<Hit> found) {
        if (!speaksOfFailure(line) && !speaksOfFailure(line - 1) && !speaksOfFailure(line + 1)) {
            return;
        }
        int end = notice.end(line);
        int from = notice.start(line);
        Addresses.Span span = Addresses.next(text, from, end);
        while (span != null && found.size() < MAX_RECIPIENTS) {
            if (!isOther(
                    text.substring(from, span.start()).toLowerCase(Locale.ROOT).stripTrailing())) {
                found.add(new Hit(span.text(), line, said(line, span)));
            }
            from = span.end();
            span = Addresses.next(text, from, end);
        }
    }

    /** Returns whether the words before an address say that it is not the one that failed. */
    private static boolean isOther(String before) {
        return before.endsWith("from")
                || before.endsWith("from <")
                || before.endsWith("from:<")
                || before.endsWith("from: <")
                || before.endsWith("contact")
                || before.endsWith("from:")
                || before.contains("contact ")
                || before.endsWith("sender")
                || before.endsWith("sender <")
                || before.contains("moved to")
                || before.contains("new address")
                || before.contains("please use")
                || before.contains("write to")
                || before.contains("instead")
                || before.contains("hello")
                || before.endsWith(" by")
                || before.contains("mailto")
                || before.contains("e-mail to post")
                || before.contains("mail us");
    }

    private Failure failure(Hit hit, int end) {
        Hit session = hits.size() > 1 && !hit.complete ? transcripts.get(hit.key) : null;
        if (session != null && !isCoded(hit, end)) {
            // QUIRK: Sendmail lists them all, and tells below in one transcript why; fixture
            // sendmail-two-recipients.eml
            Failure said = failure(session, notice.count());
            return said.command(commandOf(said.diagnostic()));
        }
        String block = block(hit, end);
        String said = SmtpReply.words(block);
        if (said != null && !hasLetter(said)) {
            // QUIRK: "mailbox unavailable. [SMTP Error Code 550]"
            said = block;
        }
        String command = SmtpReply.command(block);
        String diagnostic = said == null ? (block.isBlank() ? null : block) : said;
        Failure failure = Failure.of(null, hit.address)
                .diagnostic(diagnostic)
                .remoteMta(SmtpReply.host(block))
                .context(this::context)
                .command(command == null ? namedCommand() : command)
                .generatedFrom(alias(hit));
        return failure.status(
                failure.said().or(() -> EnhancedStatus.find(block)).orElse(null));
    }

    private static boolean hasLetter(String words) {
        for (int i = 0; i < words.length(); i++) {
            if (Character.isLetter(words.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether the address's own paragraph tells a code. */
    private boolean isCoded(Hit hit, int end) {
        boolean coded = ReplyCode.find(hit.rest) != 0;
        for (int i = hit.line + 1; !coded && i < end && !notice.isBlank(i); i++) {
            coded = ReplyCode.position(text, notice.start(i), notice.end(i)) >= 0;
        }
        return coded;
    }

    /** What stands behind an address: its paragraph, and the ones behind it as long as nobody has said a code. */
    private String block(Hit hit, int end) {
        StringBuilder block = new StringBuilder(hit.rest.strip());
        boolean coded = ReplyCode.find(hit.rest) != 0;
        boolean blank = false;
        boolean aliases = hasAliases();
        for (int i = hit.line + 1; i < end && block.length() < MAX_SAID; i++) {
            String line = notice.line(i).strip();
            if (line.isEmpty()) {
                blank = true;
                continue;
            }
            if (hit.complete && !Character.isWhitespace(text.charAt(notice.start(i)))
                    || blank && (coded || isRule(line) && block.length() > 0)) {
                break;
            }
            if (aliases && line.contains(GENERATED_FROM)) {
                continue;
            }
            block.append(block.length() == 0 ? "" : " ").append(line);
            coded |= ReplyCode.find(line) != 0 || EnhancedStatus.find(line).isPresent();
        }
        return block.toString();
    }

    private static boolean isRule(String line) {
        return line.startsWith("---") || line.startsWith("===") || line.startsWith("***") || line.startsWith("___");
    }

    private @Nullable String namedCommand() {
        String known = namedCommand;
        if (known == null) {
            String named = SmtpReply.namedCommand(context());
            known = named == null ? "" : named;
            namedCommand = known;
        }
        return known.isEmpty() ? null : known;
    }

    private String context() {
        String known = context;
        if (known == null) {
            StringBuilder words = new StringBuilder(Math.min(notice.end() + 1, 2 * MAX_SAID));
            for (int i = 0; i < notice.count() && words.length() < MAX_SAID * 2; i++) {
                words.append(text, notice.start(i), notice.end(i)).append(' ');
            }
            known = words.toString();
            context = known;
        }
        return known;
    }
}
