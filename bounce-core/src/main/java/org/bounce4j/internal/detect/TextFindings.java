package org.bounce4j.internal.detect;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.bounce4j.EmailAddress;
import org.bounce4j.internal.PhraseMatcher;
import org.bounce4j.internal.detect.Dialects.Dialect;
import org.bounce4j.internal.detect.Dialects.Place;
import org.bounce4j.internal.detect.Dialects.Signs;
import org.bounce4j.internal.mime.Headers;
import org.bounce4j.mail.MailKind;
import org.jspecify.annotations.Nullable;

/**
 * Says of whom the words of a notice are, and who of them failed and who still waits: those whom they name, else those whom
 * the mail's header names or the returned message was for.
 */
final class TextFindings {
    /** How many names on lines of their own are read. */
    private static final int MAX_NAMES = 200;
    /** How far behind its list of names a notice explains how its addresses look, in characters. */
    private static final int MAX_EXPLAINED = 3_000;
    /** How long a reply code is, with the space behind it. */
    private static final int CODE = 4;
    /** What stands between a name and why it failed in a table: {@code jane    No matches to nameserver query}. */
    private static final String APART = "   ";
    /** What stands below an address and is no name. */
    private static final Set<String> LABELS = Set.of(
            "reason",
            "error",
            "status",
            "code",
            "cause",
            "grund",
            "raison",
            "motivo",
            "subject",
            "date",
            "from",
            "to",
            "cc",
            "sent",
            "size",
            "priority",
            "attachments",
            "phone",
            "fax",
            "tel");

    private static final Signs DELAY = Dialects.standard().common("delay").signs(Place.TEXT);

    /** What stands before whom a subject names for another reason than that he failed, beside the names for a sender. */
    private static final Set<String> OTHERS = Set.of("by", "of", "contact", "ask", "message-id", "id");
    /** What stands before who was to read it. */
    private static final Set<String> READERS =
            Set.of("to", "for", "an", "für", "à", "a", "para", "per", "voor", "till", "til");

    /** Where addresses stand that are ours or the mail system's own, beside those of the readers. */
    private static final String[] OWN_FIELDS = {"From", "Delivered-To", "Reply-To"};

    private static final String[] SENDER_FIELDS = {"From", "Sender", "Return-Path", "Reply-To", "Errors-To"};

    private final Message message;
    private final NoticeText notice;
    /** Addresses that are ours or the mail system's own. */
    private final Set<String> own;

    TextFindings(Message message, NoticeText notice) {
        this.message = message;
        this.notice = notice;
        own = own(message, notice.original());
    }

    private static Set<String> own(Message message, @Nullable Headers original) {
        Set<String> own = new HashSet<>(message.readers());
        for (String name : OWN_FIELDS) {
            Addresses.addKeys(message.header(name), own);
        }
        if (original != null) {
            for (String name : SENDER_FIELDS) {
                Addresses.addKeys(original.get(name), own);
            }
        }
        return own;
    }

    /**
     * Returns what a known mailer's notice says.
     *
     * @param inText the phrases in it
     */
    Finding of(Dialect dialect, PhraseMatcher.Found inText) {
        boolean delay = !GivenUp.isSaid(message, notice, inText)
                && (dialect.signs(Place.DELAY).isIn(inText) || DELAY.isIn(inText));
        List<Failure> failures = dialect.returned() ? returned() : failures(begin(dialect));
        Finding finding = finding(failures.isEmpty() ? TextReport.failures(notice, inSubject()) : failures, delay);
        if (dialect.local() && !delay) {
            addLocalNames(begin(dialect), finding);
        }
        return withRefusedNames(finding).by(dialect.name());
    }

    /**
     * Returns what the notice of a mail system says that nobody has described.
     *
     * @param delay whether it is about a message that is late
     */
    Finding ofUnknown(boolean delay) {
        List<Failure> failures = failures(-1);
        boolean named = failures.isEmpty() && Dialects.standard().saysFailure(message.subject());
        return withRefusedNames(finding(named ? TextReport.failures(notice, inSubject()) : failures, delay));
    }

    /**
     * QUIRK: Sendmail of before 1993 names people of its own host without a domain, {@code 550 jane... User unknown}. Adds them to
     * the notice of a daemon that names nobody else; fixture sendmail-local-name.eml
     */
    private Finding withRefusedNames(Finding finding) {
        String from = message.header("From");
        Headers original = notice.original();
        if (!finding.failures().isEmpty()
                || finding.kind() != MailKind.BOUNCE
                || from == null
                || original == null
                || !original.has("To")
                || !Sender.isDaemon(message)) {
            return finding;
        }
        Addresses.Span sender = Addresses.next(from, 0);
        for (int i = 0; sender != null && i < Math.min(notice.count(), MAX_NAMES); i++) {
            String line = notice.line(i).strip();
            int dots = line.indexOf("... ");
            EmailAddress named = dots > CODE && ReplyCode.leading(line, 0, line.length()) >= 0 && isOfRecipient(line)
                    ? localName(line.substring(CODE, dots), "@" + Sender.domain(sender))
                    : null;
            if (named != null) {
                finding.failed(Failure.of(named, null).diagnostic(line));
            }
        }
        return finding;
    }

    /**
     * {@code 550 jane... Sender rejected}, {@code 550 mail... Host unknown} and {@code 550 Sorry...} name no recipient. Fixtures
     * sendmail-local-host.eml, sendmail-is-sorry.eml
     */
    private static boolean isOfRecipient(String line) {
        String words = line.toLowerCase(Locale.ROOT);
        boolean begins = Character.isUpperCase(line.charAt(CODE)) && Character.isLowerCase(line.charAt(CODE + 1));
        return !begins && !words.contains("sender") && !words.contains("host") && !words.contains("domain");
    }

    private int begin(Dialect dialect) {
        for (List<String> phrases : dialect.signs(Place.BEGIN).alternatives()) {
            int at = notice.lowerCase().indexOf(phrases.get(0));
            if (at >= 0) {
                return notice.lineAt(at);
            }
        }
        return -1;
    }

    private List<Failure> failures(int begin) {
        // a list that gets the notice has sent the message on: fixture list-in-header-below.eml
        Set<String> lists = OriginalRecipients.listsOf(message.header("To"));
        List<Failure> failures = TextReport.failures(notice, begin, own, named());
        if (!lists.isEmpty() && failures.stream().anyMatch(failure -> isNoneOf(lists, failure))) {
            Set<String> senders = new HashSet<>(own);
            senders.addAll(lists);
            failures = TextReport.failures(notice, begin, senders, named());
        }
        return failures.isEmpty() || isSuggestion(failures) ? returned() : failures;
    }

    /**
     * A person who returns a message to somebody says who else may be meant, {@code perhaps you meant jane@example.com}: whom it was
     * for stands in it. Fixture postmaster-suggests.eml
     */
    private boolean isSuggestion(List<Failure> failures) {
        EmailAddress named = failures.size() == 1 ? failures.get(0).recipient() : null;
        Headers original = notice.original();
        if (named == null || original == null || failures.get(0).replyCode() != 0 || !Greeting.isByName(notice)) {
            return false;
        }
        List<EmailAddress> sentTo = withoutOwn(OriginalRecipients.of(message, original));
        boolean brokenOff = sentTo.isEmpty() && !original.has("To");
        return !isSaidToFail(named)
                && (brokenOff
                        || sentTo.size() == 1
                                && !sentTo.get(0).key().equals(named.key())
                                && sentTo.get(0).domain().equals(named.domain()));
    }

    /** {@code jane@example.com: user unknown}: the sentence goes on about a failure, of whom the message was passed on to. */
    private boolean isSaidToFail(EmailAddress named) {
        String text = notice.lowerCase();
        String address = named.toString().toLowerCase(Locale.ROOT);
        int at = text.indexOf(address);
        if (at < 0) {
            return false;
        }
        int from = at + address.length();
        int end = text.indexOf('\n', from);
        String behind = text.substring(from, end < 0 ? text.length() : end);
        return AddressWords.FAILURE_WORDS.isAnyIn(behind.split("[.?!] ", 2)[0]);
    }

    /** Whom a reply of its own refuses has failed, whoever gets the notice: fixture list-refused-itself.eml */
    private static boolean isNoneOf(Set<String> lists, Failure failure) {
        return failure.replyCode() == 0
                && failure.recipient() != null
                && lists.contains(failure.recipient().key());
    }

    /** Returns whom X-Failed-Recipients (Exim, Google) names. */
    private List<EmailAddress> named() {
        return withoutOwn(OriginalRecipients.failed(message));
    }

    /** Returns whom X-Failed-Recipients names, else whom the returned message was for. */
    private List<Failure> returned() {
        List<EmailAddress> named = named();
        return TextReport.failures(
                notice, named.isEmpty() ? withoutOwn(OriginalRecipients.of(message, notice.original())) : named);
    }

    /** Returns whom the subject names, where neither words nor returned message name anybody: fixture address-in-subject.eml */
    private List<EmailAddress> inSubject() {
        String subject = message.subject();
        Addresses.Span span = Addresses.next(subject, 0);
        if (span == null
                // it broke off in the header: who knows what was to follow
                || notice.text().isBlank()
                || Addresses.next(subject, span.end()) != null
                || !endsBeforeReader(subject.substring(0, span.start()))) {
            return List.of();
        }
        return withoutOwn(EmailAddress.parse(span.text()).stream().toList());
    }

    /**
     * Returns whether words of a subject end before whom a message did not reach. Behind a colon stands the subject of the message
     * itself, which may name anybody: fixture address-in-own-subject.eml
     */
    private static boolean endsBeforeReader(String words) {
        String line = words.replace('<', ' ').replace('(', ' ').strip().toLowerCase(Locale.ROOT);
        String labelled =
                line.endsWith(":") ? line.substring(0, line.length() - 1).strip() : line;
        String last = labelled.substring(labelled.lastIndexOf(' ') + 1);
        if (OTHERS.contains(last) || AddressWords.isSender(last)) {
            return false;
        }
        String behind = line.substring(line.lastIndexOf(':') + 1).strip();
        return line.indexOf(':') < 0
                || behind.isEmpty()
                || READERS.contains(behind)
                || Dialects.standard().saysFailure(behind);
    }

    private List<EmailAddress> withoutOwn(List<EmailAddress> addresses) {
        return addresses.isEmpty()
                ? addresses
                : addresses.stream()
                        .filter(address -> !own.contains(address.key()))
                        .toList();
    }

    private Finding finding(List<Failure> named, boolean delay) {
        List<Failure> failures = named;
        if (named.size() > 1) {
            // a table may list whom it reached as well
            failures = named.stream().filter(failure -> !wasDelivered(failure)).toList();
        }
        Set<String> waiting = Waiting.of(notice, failures, delay);
        boolean failed = waiting.isEmpty() ? !delay : failures.stream().anyMatch(failure -> !isIn(waiting, failure));
        Finding finding = new Finding(failed ? MailKind.BOUNCE : MailKind.DELAY_NOTICE)
                .original(notice.original())
                .cut(notice.isCut() || failures.size() == Mentions.MAX_RECIPIENTS);
        for (Failure failure : failures) {
            if (!failed || isIn(waiting, failure)) {
                finding.delayed(failure);
            } else {
                finding.failed(failure);
            }
        }
        return finding;
    }

    /** {@code Delivered}, maybe with the server's answer behind it: {@code Delivered 250 2.0.0 OK}. */
    private static boolean wasDelivered(Failure failure) {
        String diagnostic = failure.diagnostic();
        String said = diagnostic == null ? "" : diagnostic.toLowerCase(Locale.ROOT);
        if (!said.startsWith("delivered")) {
            return said.equals("sent") || said.equals("sent ok");
        }
        String answer = said.substring("delivered".length()).strip();
        return answer.isEmpty() || answer.startsWith("2");
    }

    private static boolean isIn(Set<String> keys, Failure failure) {
        EmailAddress address = failure.finalRecipient();
        return address != null && keys.contains(address.key());
    }

    /**
     * Adds the names that stand alone, or before a remark, on the lines below one, with the sender's domain behind them: where the
     * notice names nobody, or names addresses in the same list. Fixture groupwise-local-name.eml
     */
    private void addLocalNames(int begin, Finding finding) {
        String from = message.header("From");
        Addresses.Span sender = from == null ? null : Addresses.next(from, 0);
        String domain = sender == null ? "" : domain(sender, finding.failures());
        boolean others = !finding.failures().isEmpty();
        List<Failure> local = new ArrayList<>();
        boolean listed = !others;
        String inTable = null;
        for (int i = begin + 1; sender != null && i < notice.count() && local.size() < MAX_NAMES; i++) {
            String line = notice.line(i).strip();
            int apart = line.indexOf(APART);
            int remark = apart < 0 ? line.indexOf(" (") : apart;
            if (apart >= 0 && inTable == null) {
                inTable = explained(sender, begin, domain);
            }
            String behind = apart < 0 || inTable == null ? domain : inTable;
            EmailAddress named = localName(remark < 0 ? line : line.substring(0, remark), behind);
            if (named != null) {
                // a name without a remark is a heading or a signature; fixture groupwise-closing.eml
                if (!others || remark >= 0) {
                    local.add(Failure.of(named, null)
                            .diagnostic(
                                    remark < 0 ? null : line.substring(remark).strip())
                            .context(others ? null : message::noticeWords));
                }
            } else if (others && line.indexOf('@') > 0 && !line.contains(": ")) {
                listed = true;
            } else if (!local.isEmpty() || others && listed) {
                break;
            }
        }
        if (listed) {
            local.forEach(finding::failed);
        }
    }

    /** Returns the sender's domain, or the one above it in which those stand that are named in full. */
    private static String domain(Addresses.Span sender, List<Failure> named) {
        String own = Sender.domain(sender);
        for (Failure failure : named) {
            EmailAddress address = failure.finalRecipient();
            if (address != null && own.endsWith("." + address.domain())) {
                return "@" + address.domain();
            }
        }
        return "@" + own;
    }

    /**
     * Returns the domain, the sender's or one above it, of the addresses with which a notice explains how its people are written
     * to; where it does not, this one, or none if the mail broke off before it could. Whom to ask for help shows nothing of that.
     * Fixtures phquery-local-name.eml, office-beside-table.eml
     */
    private String explained(Addresses.Span sender, int begin, String otherwise) {
        String own = Sender.domain(sender);
        int from = notice.start(Math.max(0, begin));
        int to = Math.min(notice.text().length(), from + MAX_EXPLAINED);
        int seen = 0;
        for (Addresses.Span span = Addresses.next(notice.text(), from, to);
                span != null && seen < MAX_NAMES;
                span = Addresses.next(notice.text(), span.end(), to)) {
            String domain = Sender.domain(span);
            boolean asked = AddressWords.isOffice(span.text().toLowerCase(Locale.ROOT));
            if (!asked && (own.equals(domain) || own.endsWith("." + domain))) {
                return "@" + domain;
            }
            seen++;
        }
        return notice.original() == null ? "" : otherwise;
    }

    private static @Nullable EmailAddress localName(String name, String domain) {
        boolean alone = !LABELS.contains(name.toLowerCase(Locale.ROOT))
                && name.chars().anyMatch(Character::isLetterOrDigit)
                && name.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '.' || c == '_' || c == '-');
        return alone && !domain.isEmpty() ? EmailAddress.parse(name + domain).orElse(null) : null;
    }
}
