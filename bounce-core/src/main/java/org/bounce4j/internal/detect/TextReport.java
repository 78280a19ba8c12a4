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

    private final List<String> lines;
    /** Where what belongs to an address ends: at the line of the next one. */
    private final IdentityHashMap<Hit, Integer> ends = new IdentityHashMap<>();

    private final Map<String, Hit> hits = new LinkedHashMap<>();
    /** What a transcript says of an address: {@code 550 <a@b>... User unknown}. */
    private final Map<String, Hit> transcripts = new HashMap<>();

    private @Nullable String context;
    private @Nullable String namedCommand;
    private int completed;

    /** An address that a notice speaks of, and what stands behind it. */
    private static final class Hit {
        private final String address;
        private final int line;
        private final String rest;

        private final boolean complete;

        Hit(String address, int line, String rest) {
            this(address, line, rest, false);
        }

        Hit(String address, int line, String rest, boolean complete) {
            this.complete = complete;
            this.address = address;
            this.line = line;
            this.rest = rest;
        }
    }

    private TextReport(NoticeText notice) {
        lines = notice.lines();
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
        List<Failure> failures = new ArrayList<>();
        for (Hit hit : report.hits.values()) {
            failures.add(report.failure(hit, report.endOf(hit)));
        }
        return failures;
    }

    /** Where no word says whom a notice is about, the one address in it does. */
    private void onlyAddress(Set<String> own) {
        Hit only = null;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            for (Addresses.Span span = Addresses.next(line, 0); span != null; span = Addresses.next(line, span.end())) {
                String key = key(span.text());
                boolean other = OTHER_LABELS.isAnyIn(line);
                if (other || key.isEmpty() || own.contains(key) || isOffice(key)) {
                    continue;
                }
                if (only != null && !key(only.address).equals(key)) {
                    return;
                }
                only = only == null ? new Hit(span.text(), i, said(line, span)) : only;
            }
        }
        if (only != null) {
            hits.put(key(only.address), only);
        }
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
        return ends.getOrDefault(hit, lines.size());
    }

    /** Returns the failures of addresses that the words do not name: all of them are about each. */
    static List<Failure> failures(NoticeText notice, List<String> addresses) {
        if (addresses.isEmpty()) {
            return List.of();
        }
        TextReport report = new TextReport(notice);
        Failure first = report.failure(new Hit(addresses.get(0), -1, ""), report.lines.size());
        return addresses.stream()
                .limit(MAX_RECIPIENTS)
                .map(address -> first.withFinalRecipient(address))
                .toList();
    }

    /** Returns the report of a notice that has a report part as well, for {@link #complete}. */
    static TextReport beside(NoticeText notice) {
        TextReport report = new TextReport(notice);
        report.collect(0, Set.of());
        return report;
    }

    /**
     * Adds to what a report says of a recipient what the words beside it say: which command was refused, and, where the report
     * has no diagnostic, what was said. The words of a notice are few: behind some recipients, nothing is added.
     */
    Failure complete(Failure reported) {
        if (completed++ >= MAX_COMPLETED) {
            return reported;
        }
        String recipient = reported.finalRecipient() == null ? reported.originalRecipient() : reported.finalRecipient();
        String key = key(recipient);
        Hit about = hits.getOrDefault(key, new Hit(key, -1, ""));
        if ("PIPE".equals(reported.command())) {
            // Sendmail lists the address first; what the program said stands in the transcript below
            about = transcripts.getOrDefault(key, about);
        }
        int end = endOf(about);
        Failure words = failure(about, end);
        String session = SmtpReply.commandOf(lines, reported.diagnostic());
        Failure complete = reported.withContext(words.context())
                .withCommand(
                        reported.command() != null
                                ? reported.command()
                                : session != null ? session : SmtpReply.inReplyTo(block(about, end)));
        EnhancedStatus status = reported.status();
        if ((status == null || status.isVague()) && words.status() != null) {
            complete = complete.withStatus(words.status());
        }
        boolean said = reported.diagnostic() == null && ReplyCode.find(words.diagnostic()) != 0;
        return said ? complete.withDiagnostic(words.diagnostic()) : complete;
    }

    private void collect(int from, Set<String> own) {
        List<Hit> leading = new ArrayList<>();
        List<Hit> labelled = new ArrayList<>();
        List<Hit> inSentences = new ArrayList<>();
        for (int i = from; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.indexOf('@') < 0) {
                continue;
            }
            Hit hit = leading(line, i);
            hit = hit == null ? generatedFrom(line, i) : hit;
            hit = hit == null ? expandedFrom(line, i) : hit;
            if (hit != null) {
                leading.add(hit);
                if (hit.complete && transcripts.size() < MAX_RECIPIENTS) {
                    transcripts.put(key(hit.address), hit);
                }
            } else {
                hit = labelled(line, i);
                if (hit != null) {
                    labelled.add(hit);
                } else {
                    inSentence(line, i, inSentences);
                }
            }
        }
        for (List<Hit> found : List.of(leading, labelled, inSentences)) {
            add(found, own);
            if (!hits.isEmpty()) {
                return;
            }
        }
        for (List<Hit> found : List.of(leading, labelled)) {
            add(found, Set.of());
            if (!hits.isEmpty()) {
                return;
            }
        }
    }

    private void add(List<Hit> found, Set<String> own) {
        Hit before = null;
        boolean anyPerson =
                found.stream().map(hit -> key(hit.address)).anyMatch(key -> !key.isEmpty() && !isOffice(key));
        for (Hit hit : found) {
            String key = key(hit.address);
            boolean counts = !key.isEmpty() && !own.contains(key) && hits.size() < MAX_RECIPIENTS;
            if (counts && !hits.containsKey(key) && !(anyPerson && isOffice(key))) {
                hits.put(key, hit);
                if (before != null) {
                    ends.put(before, hit.line);
                }
                before = hit;
            }
        }
    }

    /** An address at the start of a line, behind bullets, quotes and brackets. */
    private @Nullable Hit leading(String line, int number) {
        int start = 0;
        while (start < line.length() && " \t*-•·>\"'[(<«“`|".indexOf(line.charAt(start)) >= 0) {
            start++;
        }
        Addresses.Span span = Addresses.next(line, start);
        if (span != null && ReplyCode.position(line) == start && span.start() - start <= LONGEST_CODES) {
            return new Hit(span.text(), number, transcript(number, line.substring(start)), true);
        }
        if (span == null || span.start() > start + 1 && !isPrefix(line, start, span.start())) {
            return null;
        }
        int end = span.end();
        while (end < line.length() && ">\"')]»”`".indexOf(line.charAt(end)) >= 0) {
            end++;
        }
        String rest = line.substring(end);
        if (!rest.isEmpty() && ":,;. \t([<-".indexOf(rest.charAt(0)) < 0) {
            return null;
        }
        Addresses.Span second = rest.startsWith(" <") ? Addresses.next(line, end) : null;
        if (second != null && second.start() == end + 2) {
            // QUIRK: an address as the name in front of the address
            return new Hit(
                    second.text(), number, dropPunctuation(line.substring(Math.min(line.length(), second.end() + 1))));
        }
        return new Hit(span.text(), number, dropPunctuation(rest));
    }

    /**
     * QUIRK: Sendmail says itself why it returns a mail, {@code 554 <a@b>... Remote protocol error}, below what the other server
     * or the local mailer had said: {@code <<< 501 ...}, {@code mail.local: unknown user: a}.
     */
    private String transcript(int number, String line) {
        String before = number > 0 ? lines.get(number - 1).strip() : "";
        if (before.startsWith("<<< ")) {
            return before.substring(4).strip();
        }
        String words = line.toLowerCase(Locale.ROOT);
        boolean empty = words.contains("service unavailable")
                || words.contains("remote protocol error")
                || words.contains("can't create output");
        boolean said = !before.isEmpty()
                && !isRule(before)
                && !before.startsWith(">>>")
                && before.indexOf("while talking") < 0;
        return empty && said ? line + " " + before : line;
    }

    /** {@code SMTP:}, and names in front of the address in brackets: {@code Jane Doe <jane@example.com>}. */
    private static boolean isPrefix(String line, int start, int end) {
        String prefix = line.substring(start, end).toLowerCase(Locale.ROOT);
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
                && prefix.chars().noneMatch(c -> c == ':' || c == '=')
                && !FAILURE_WORDS.isAnyIn(prefix)
                && !prefix.contains(" to ")
                && !prefix.startsWith("to ");
    }

    private static String dropPunctuation(String rest) {
        int start = 0;
        while (start < rest.length() && ":,;. \t-".indexOf(rest.charAt(start)) >= 0) {
            start++;
        }
        return rest.substring(start);
    }

    /** QUIRK: Exim writes {@code (generated from a@b)} below an address that an alias or a list gave. */
    private @Nullable String alias(Hit hit) {
        for (int i = Math.max(0, hit.line); i < Math.min(hit.line + 2, lines.size()); i++) {
            int at = lines.get(i).indexOf(GENERATED_FROM);
            Addresses.Span span = at < 0 ? null : Addresses.next(lines.get(i), at);
            if (span != null && !span.text().equals(hit.address)) {
                return span.text();
            }
        }
        return null;
    }

    /** QUIRK: Exim hides an address that an alias gave, and names the alias: {@code (generated from a@b)}. */
    private @Nullable Hit generatedFrom(String line, int number) {
        int at = line.indexOf(GENERATED_FROM);
        boolean hidden = at >= 0 && number > 0 && lines.get(number - 1).contains("undisclosed address");
        Addresses.Span span = hidden ? Addresses.next(line, at) : null;
        return span == null ? null : new Hit(span.text(), number, "");
    }

    /**
     * QUIRK: Sendmail names the program or file that failed, and only below it the address that led there:
     * {@code "|exec /usr/bin/procmail"}, {@code (expanded from: <a@b>)}. Fixture sendmail-program.eml.
     */
    private @Nullable Hit expandedFrom(String line, int number) {
        int at = line.indexOf(EXPANDED_FROM);
        for (int i = number - 1; at >= 0 && i >= Math.max(0, number - 2); i--) {
            String above = lines.get(i);
            if (above.startsWith("\"|") || above.startsWith("|") || above.startsWith("/") || above.startsWith("\"/")) {
                Addresses.Span span = Addresses.next(line, at);
                String reason = i + 1 < number ? lines.get(i + 1).strip() : "";
                return span == null ? null : new Hit(span.text(), number, reason);
            }
        }
        return null;
    }

    /** {@code Recipient: <a@b>}, {@code RCPT TO:<a@b>}, {@code Unknown user: a@b}. */
    private @Nullable Hit labelled(String line, int number) {
        Addresses.Span span = Addresses.next(line, 0);
        if (span == null) {
            return null;
        }
        if (span.start() > LONGEST_LABEL) {
            return null;
        }
        String label = line.substring(0, span.start()).toLowerCase(Locale.ROOT).stripTrailing();
        while (!label.isEmpty() && "<\"'[(".indexOf(label.charAt(label.length() - 1)) >= 0) {
            label = label.substring(0, label.length() - 1).stripTrailing();
        }
        label = label.endsWith("smtp:")
                ? label.substring(0, label.length() - 5).replace("[", "").stripTrailing()
                : label;
        if (!label.endsWith(":") && !label.endsWith("=") && !label.endsWith("：") || label.length() > 80) {
            return null;
        }
        if (OTHER_LABELS.isAnyIn(label) || !RECIPIENT_LABELS.isAnyIn(label)) {
            return null;
        }
        return new Hit(span.text(), number, said(line, span));
    }

    /** What was said stands behind the address, or around it: {@code 550 5.1.1 <a@b>: User unknown}. */
    private static String said(String line, Addresses.Span span) {
        int code = ReplyCode.position(line);
        return code >= 0 && code < span.start()
                ? line.substring(code)
                : dropPunctuation(line.substring(Math.min(line.length(), span.end() + 1)));
    }

    private void inSentence(String line, int number, List<Hit> found) {
        boolean about = FAILURE_WORDS.isAnyIn(line)
                || number > 0 && FAILURE_WORDS.isAnyIn(lines.get(number - 1))
                || number + 1 < lines.size() && FAILURE_WORDS.isAnyIn(lines.get(number + 1));
        if (!about) {
            return;
        }
        int from = 0;
        Addresses.Span span = Addresses.next(line, from);
        while (span != null && found.size() < MAX_RECIPIENTS) {
            String before =
                    line.substring(from, span.start()).toLowerCase(Locale.ROOT).stripTrailing();
            boolean other = before.endsWith("from")
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
            if (!other) {
                found.add(new Hit(span.text(), number, said(line, span)));
            }
            from = span.end();
            span = Addresses.next(line, from);
        }
    }

    private Failure failure(Hit hit, int end) {
        Hit session = hits.size() > 1 && !hit.complete ? transcripts.get(key(hit.address)) : null;
        if (session != null && !isCoded(hit, end)) {
            // QUIRK: Sendmail lists them all, and tells below in one transcript why; fixture
            // sendmail-two-recipients.eml
            Failure said = failure(session, lines.size());
            return said.withCommand(SmtpReply.commandOf(lines, said.diagnostic()));
        }
        String block = block(hit, end);
        String said = SmtpReply.words(block);
        if (said != null && said.chars().noneMatch(Character::isLetter)) {
            // QUIRK: "mailbox unavailable. [SMTP Error Code 550]"
            said = block;
        }
        String words = context();
        String command = SmtpReply.command(block);
        String diagnostic = said == null ? (block.isBlank() ? null : block) : said;
        return new Failure(
                        null,
                        hit.address,
                        EnhancedStatus.find(diagnostic)
                                .or(() -> EnhancedStatus.find(block))
                                .orElse(null),
                        diagnostic,
                        SmtpReply.host(block),
                        null)
                .withContext(words)
                .withCommand(command == null ? namedCommand() : command)
                .withGeneratedFrom(alias(hit));
    }

    /** Returns whether the address's own paragraph tells a code. */
    private boolean isCoded(Hit hit, int end) {
        boolean coded = ReplyCode.find(hit.rest) != 0;
        for (int i = hit.line + 1; !coded && i < end && !lines.get(i).isBlank(); i++) {
            coded = ReplyCode.find(lines.get(i)) != 0;
        }
        return coded;
    }

    /** What stands behind an address: its paragraph, and the ones behind it as long as nobody has said a code. */
    private String block(Hit hit, int end) {
        StringBuilder block = new StringBuilder(hit.rest.strip());
        boolean coded = ReplyCode.find(hit.rest) != 0;
        boolean blank = false;
        for (int i = hit.line + 1; i < end && block.length() < MAX_SAID; i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty()) {
                blank = true;
                continue;
            }
            if (hit.complete && !Character.isWhitespace(lines.get(i).charAt(0))
                    || blank && (coded || isRule(line) && block.length() > 0)) {
                break;
            }
            if (lines.get(i).contains(GENERATED_FROM)) {
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
            StringBuilder words = new StringBuilder();
            for (String line : lines) {
                if (words.length() < MAX_SAID * 2) {
                    words.append(line).append(' ');
                }
            }
            known = words.toString();
            context = known;
        }
        return known;
    }
}
