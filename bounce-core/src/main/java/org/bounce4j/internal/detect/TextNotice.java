package org.bounce4j.internal.detect;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.bounce4j.EmailAddress;
import org.bounce4j.EnhancedStatus;
import org.bounce4j.internal.PhraseMatcher;
import org.bounce4j.internal.detect.Dialects.Dialect;
import org.bounce4j.internal.detect.Dialects.Place;
import org.bounce4j.internal.mime.Headers;
import org.bounce4j.internal.mime.Part;
import org.bounce4j.mail.MailKind;
import org.jspecify.annotations.Nullable;

/**
 * Reads notices in plain words: those of the mailers that {@code dialects.txt} knows, and, last of all, those of mail systems
 * that nobody knows, if they say clearly enough that a delivery failed. A person who writes such words is no mail system.
 */
final class TextNotice implements Detector {
    private static final String SESSION_ERRORS = "postfix smtp server: errors from ";
    private static final int MAX_SIGNS = 8_000;
    /** How many addresses and names of a notice are looked at one by one. */
    private static final int MAX_NAMED = 200;

    private final Dialects dialects = Dialects.standard();
    private final Dialect veto = dialects.common("veto");
    private final Dialect letter = dialects.common("letter");
    private final Dialect phishing = dialects.common("phishing");
    private final Dialect bait = dialects.common("bait");
    private final Dialect carrier = dialects.common("carrier");
    private final Dialect failure = dialects.common("failure");
    private final Dialect success = dialects.common("success");
    private final Dialect delayed = dialects.common("delay");

    @Override
    public String name() {
        return "text";
    }

    @Override
    public @Nullable Finding detect(Message message) {
        boolean system = message.isFromMailSystem();
        boolean nobody = message.hasNullReturnPath() || !system && isGateways(message);
        if (!system && !nobody && !isPerhapsAnyones(message) || message.isEmptyJournal()) {
            // the words of a journal's report are about the mail that should hang on it
            return null;
        }
        NoticeText notice = message.notice();
        String subject = message.subject();
        PhraseMatcher.Found inText = notice.find(MAX_SIGNS);
        PhraseMatcher.Found inSubject = dialects.find(subject);
        if (isVetoed(message, notice, inText, inSubject)) {
            return null;
        }
        if ((system || nobody)
                && success.signs(Place.TEXT).isIn(inText)
                && !notice.lowerCase().contains("had permanent fatal errors")
                && !failure.signs(Place.TEXT).isIn(inSubject)) {
            return new Finding(MailKind.DELIVERY_RECEIPT);
        }
        if (subject.startsWith(SESSION_ERRORS) && !subject.contains("localhost[")) {
            // QUIRK: Postfix tells the postmaster of a stranger's session; only the server's own filters, on
            // localhost, have mail of ours. Fixture postfix-session-errors.eml
            return null;
        }
        for (Dialect dialect : dialects.all()) {
            boolean speaks = system || nobody || dialect.anyone() && !Subjects.isPassedOn(subject);
            boolean complete = !dialect.returned() || notice.original() != null;
            if (speaks && complete && isKnown(dialect, message, inText, inSubject)) {
                if (Hearsay.isForwarded(message, notice)) {
                    return null;
                }
                return Hearsay.doubted(
                        message,
                        finding(message, notice, dialect, inText),
                        () -> Hearsay.isLetter(message, notice) ? 1 : 0);
            }
        }
        return generic(message, notice, inText, inSubject, system, nobody);
    }

    /**
     * QUIRK: gateways call themselves after their makers, {@code MailMarshal@}, {@code OpenMail.Errors@}; fixture
     * gateway-returns-ours.eml. Returns whether a mail of no return path has a notice's subject and returns what its reader had
     * sent.
     */
    private boolean isGateways(Message message) {
        if (message.header("Return-Path") != null
                || message.header("In-Reply-To") != null
                || !Subjects.beginsLikeNotice(message.subject())) {
            return false;
        }
        // attached: people quote what they answer
        Headers original = message.attachedOriginal();
        return original != null
                && !Greeting.isByName(message.notice())
                && isFromReader(message, original)
                && isNamed(OriginalRecipients.of(original), message.notice());
    }

    private static boolean isFromReader(Message message, Headers original) {
        Set<String> senders = new HashSet<>();
        for (String name : List.of("From", "Sender", "Return-Path")) {
            Addresses.addKeys(original.get(name), senders);
        }
        return message.readers().stream().anyMatch(senders::contains);
    }

    private static boolean isNamed(List<EmailAddress> mailed, NoticeText notice) {
        int at = mailed.size() == 1 ? notice.text().indexOf(mailed.get(0).address()) : -1;
        return at >= 0 && at < notice.end();
    }

    /** Returns whether words or the beginning of the subject say that it is something else. */
    private boolean isVetoed(
            Message message, NoticeText notice, PhraseMatcher.Found inText, PhraseMatcher.Found inSubject) {
        boolean system = message.isFromMailSystem();
        if (veto.signs(Place.TEXT).isIn(inText)
                && !(system && failure.signs(Place.TEXT).isIn(inSubject))) {
            return true;
        }
        if (!veto.signs(Place.SUBJECT).begin(message.subject())) {
            return false;
        }
        // qmail and others keep the subject of the message that they return; fixture subject-of-returned-mail.eml
        boolean nobody = message.hasNullReturnPath();
        boolean returned = notice.original() != null && (nobody || Sender.isDaemon(message));
        return !returned && !(nobody && system && Subjects.isTitleBehindMark(message.subject()));
    }

    private boolean isPerhapsAnyones(Message message) {
        Part words = message.words();
        return words != null && (words.type().equals("text/html") || dialects.isPerhapsAnyones(words.text()));
    }

    private static boolean isKnown(
            Dialect dialect, Message message, PhraseMatcher.Found inText, PhraseMatcher.Found inSubject) {
        return (dialect.signs(Place.TEXT).isEmpty() || dialect.signs(Place.TEXT).isIn(inText))
                && (dialect.signs(Place.SUBJECT).isEmpty()
                        || dialect.signs(Place.SUBJECT).isIn(inSubject))
                && (dialect.signs(Place.FROM).isEmpty()
                        || dialect.signs(Place.FROM).isIn(lower(message.header("From"))))
                && (dialect.signs(Place.MAILER).isEmpty()
                        || dialect.signs(Place.MAILER).isIn(lower(message.header("X-Mailer"))))
                && (dialect.signs(Place.HEADER).isEmpty()
                        || dialect.signs(Place.HEADER).areFieldsOf(message));
    }

    private static String lower(@Nullable String value) {
        return value == null ? "" : value.toLowerCase(Locale.ROOT);
    }

    private Finding finding(Message message, NoticeText notice, Dialect dialect, PhraseMatcher.Found inText) {
        boolean delay = !GivenUp.isSaid(message, notice, inText)
                && (dialect.signs(Place.DELAY).isIn(inText)
                        || delayed.signs(Place.TEXT).isIn(inText));
        Finding finding = dialect.returned()
                ? finding(notice, returned(message, notice, own(message, notice)), delay)
                : finding(message, notice, begin(notice, dialect), delay);
        if (dialect.local() && finding.failures().isEmpty() && finding.delays().isEmpty()) {
            localNames(message, notice, begin(notice, dialect))
                    .forEach(address -> finding.failed(Failure.of(address, null).context(message::noticeWords)));
        }
        return finding.by(dialect.name());
    }

    /** Returns the names that stand alone, or before a remark, on the lines below one, with the sender's domain behind them. */
    private static List<EmailAddress> localNames(Message message, NoticeText notice, int begin) {
        String from = message.header("From");
        Addresses.Span sender = from == null ? null : Addresses.next(from, 0);
        List<EmailAddress> names = new ArrayList<>();
        for (int i = begin + 1; sender != null && i < notice.count() && names.size() < MAX_NAMED; i++) {
            String line = notice.line(i);
            int remark = line.indexOf(" (");
            String name = (remark < 0 ? line : line.substring(0, remark)).strip();
            boolean alone = !name.isEmpty()
                    && name.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '.' || c == '_' || c == '-');
            if (alone) {
                EmailAddress.parse(name + sender.text().substring(sender.text().lastIndexOf('@')))
                        .ifPresent(names::add);
            } else if (!names.isEmpty()) {
                break;
            }
        }
        return names;
    }

    private static int begin(NoticeText notice, Dialect dialect) {
        for (List<String> phrases : dialect.signs(Place.BEGIN).alternatives()) {
            int at = notice.lowerCase().indexOf(phrases.get(0));
            if (at >= 0) {
                return notice.lineAt(at);
            }
        }
        return -1;
    }

    private static Finding finding(Message message, NoticeText notice, int begin, boolean delay) {
        return finding(notice, failures(message, notice, begin), delay);
    }

    private static Finding finding(NoticeText notice, List<Failure> named, boolean delay) {
        List<Failure> failures = named;
        if (named.size() > 1) {
            // a table may list whom it reached as well
            failures = named.stream()
                    .filter(failure -> !wasDelivered(lower(failure.diagnostic())))
                    .toList();
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
    private static boolean wasDelivered(String said) {
        String answer = said.startsWith("delivered")
                ? said.substring("delivered".length()).strip()
                : said;
        return said.startsWith("delivered") && (answer.isEmpty() || answer.startsWith("2"));
    }

    private static boolean isIn(Set<String> keys, Failure failure) {
        EmailAddress address = failure.finalRecipient();
        return address != null && keys.contains(address.key());
    }

    private static List<Failure> failures(Message message, NoticeText notice, int begin) {
        Set<String> own = own(message, notice);
        List<Failure> failures = TextReport.failures(notice, begin, own, named(message, own));
        return failures.isEmpty() ? returned(message, notice, own) : failures;
    }

    private static List<EmailAddress> named(Message message, Set<String> own) {
        return OriginalRecipients.failed(message).stream()
                .filter(address -> !own.contains(address.key()))
                .toList();
    }

    /** Returns whom X-Failed-Recipients (Exim, Google) names, else whom the returned message was for. */
    private static List<Failure> returned(Message message, NoticeText notice, Set<String> own) {
        List<EmailAddress> addresses = named(message, own);
        addresses = addresses.isEmpty() ? OriginalRecipients.of(notice.original()) : addresses;
        return TextReport.failures(
                notice,
                addresses.stream()
                        .filter(address -> !own.contains(address.key()))
                        .toList());
    }

    /** Addresses that are ours or the mail system's own. */
    private static Set<String> own(Message message, NoticeText notice) {
        Set<String> own = new HashSet<>();
        for (String name : List.of("To", "From", "Delivered-To", "Reply-To")) {
            Addresses.addKeys(message.header(name), own);
        }
        Headers original = notice.original();
        if (original != null) {
            for (String name : List.of("From", "Sender", "Return-Path", "Reply-To", "Errors-To")) {
                Addresses.addKeys(original.get(name), own);
            }
        }
        return own;
    }

    /** Mail systems that nobody has described: they must say by sender and by words that a delivery failed. */
    private @Nullable Finding generic(
            Message message,
            NoticeText notice,
            PhraseMatcher.Found inText,
            PhraseMatcher.Found inSubject,
            boolean system,
            boolean nobody) {
        boolean delay = !GivenUp.isSaid(message, notice, inText)
                && (delayed.signs(Place.TEXT).isIn(inText)
                        || delayed.signs(Place.SUBJECT).begin(message.subject()));
        boolean inWords = delay || failure.signs(Place.TEXT).isIn(inText);
        String subject = message.subject();
        boolean returned = notice.original() != null;
        boolean daemon = Sender.isDaemon(message);
        boolean titled = Subjects.isTitle(subject, inSubject);
        // whoever wants to hear of failures of their own has written a letter, about somebody's failure at most;
        // daemons too have such a return path where a list passed their notices on
        boolean written = message.hasReturnPath() && !daemon && !titled;
        if (written && !nobody || Subjects.isAnswer(subject) && !(nobody && system)) {
            return null;
        }
        // trackers and forums repeat in their subjects what people wrote: "[JIRA] (MAIL-12) ...", "New reply: ...";
        // fixtures tracker-quotes-notice.eml, forum-quotes-notice.eml
        boolean inTitle = titled
                || (system || !subject.startsWith("["))
                        && failure.signs(Place.TEXT).isIn(inSubject);
        boolean named = (system || message.isFromNobody()) && message.header("X-Failed-Recipients") != null
                || isAboutReturned(message, notice);
        boolean coded = isCoded(notice);
        boolean postponed = delayed.signs(Place.SUBJECT).begin(subject);
        boolean entitled = titled || postponed || inTitle && (coded || returned || isAhead(subject));
        // in whatever words: a program's notice to whom nobody answers, that tells why a server refused
        boolean refused = (nobody && daemon
                        || message.isFromNobody() && isOfOthers(message, notice) && RelayedReply.isOfYours(notice))
                && isRefused(notice);
        // shops, tickets and chats write of failures as well, and nobody answers them; fixture message-of-chat.eml
        boolean mailer = postponed
                || coded && isCodedItself(notice)
                || returned
                || isAboutOwnDomain(message, notice)
                        && !carrier.signs(Place.TEXT).isIn(inText);
        boolean clear = named || refused || (system ? inWords || inTitle : nobody && inWords && entitled && mailer);
        if (!clear) {
            return null;
        }
        boolean address = system && Sender.isMailSystemAddress(message);
        // programs that deliver mail say that they do so automatically, and answer for people who will be late:
        // fixtures delay-of-daemon-automatic.eml, daemon-answers-late.eml
        boolean known = inTitle || coded && address || delay && daemon && isOfMessage(notice, inText);
        boolean own = known && (system || titled);
        if (!named && isSomethingElse(message, nobody, own, returned || daemon)) {
            return null;
        }
        boolean proven = nobody && (coded || message.isFromNobody() || !notice.hasHiddenLink());
        boolean unproven = !named && !proven && !returned;
        if (unproven
                && (fishes(inText, notice, coded, daemon)
                        || !daemon && isLetter(inText, coded && address) && !Hearsay.isOfProgram(message, notice))) {
            return null;
        }
        boolean evidence = named || nobody || returned || coded || (inTitle || inWords) && daemon || delay && system;
        // a postmaster who says so twice and names somebody: few gateways tell the code, or return the message
        boolean twice = address && inWords && (titled || inTitle && message.header("Return-Path") == null);
        if (!evidence && !twice) {
            return null;
        }
        Finding finding = finding(message, notice, -1, delay);
        boolean someone = !finding.failures().isEmpty() || !finding.delays().isEmpty();
        boolean certain = inWords && inTitle && (nobody || returned || coded || daemon);
        if (!someone && !certain) {
            return null;
        }
        if (returned) {
            return finding;
        }
        // a program called after the mail system reports on mail of others, whoever quotes all codes answers somebody
        boolean reports = system && !address && !inTitle && !delay && !Sender.isCalledDelivery(message);
        boolean answers = coded && !daemon && !isCodedItself(notice);
        int others = (reports ? 1 : 0) + (answers ? 1 : 0);
        return Hearsay.doubted(message, finding, () -> Hearsay.signs(message, notice, others));
    }

    /** Returns whether a subject speaks of a failure before it quotes something: before its colon, if it has one. */
    private boolean isAhead(String subject) {
        int colon = subject.indexOf(": ");
        return failure.signs(Place.TEXT).isIn(dialects.find(subject, 0, colon < 0 ? subject.length() : colon));
    }

    /** A postmaster who answers a question quotes what a server said; carriers fail to deliver parcels. */
    private boolean isLetter(PhraseMatcher.Found inText, boolean coded) {
        return veto.signs(Place.TEXT).isIn(inText)
                || letter.signs(Place.TEXT).isIn(inText)
                || !coded && carrier.signs(Place.TEXT).isIn(inText);
    }

    /** Who fishes for passwords calls himself a mail system, and has a link to follow; few tell a code. */
    private boolean fishes(PhraseMatcher.Found inText, NoticeText notice, boolean coded, boolean daemon) {
        return phishing.signs(Place.TEXT).isIn(inText) && (!daemon || notice.hasLink())
                || notice.lowerCase().contains("://")
                        && !coded
                        && bait.signs(Place.TEXT).isIn(inText)
                        && bait.signs(Place.TEXT).isIn(ownWords(notice));
    }

    /** Returns the phrases of the notice without those of a gateway's banner, which warns of clicking. */
    private PhraseMatcher.Found ownWords(NoticeText notice) {
        return dialects.find(notice.words(0, notice.count(), MAX_SIGNS));
    }

    /** Returns whether what is late is a message: a sentence says so, or an address stands alone on its line. */
    private boolean isOfMessage(NoticeText notice, PhraseMatcher.Found inText) {
        String text = notice.text();
        if (Sentences.sayDelayed(text.substring(0, Math.min(notice.end(), MAX_SIGNS)))) {
            return true;
        }
        boolean parcels = carrier.signs(Place.TEXT).isIn(inText);
        for (int i = 0; !parcels && i < notice.count(); i++) {
            Addresses.Span span = Addresses.next(text, notice.start(i), notice.end(i));
            if (span != null
                    && !hasWords(text, notice.start(i), span.start())
                    && !hasWords(text, span.end(), notice.end(i))) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasWords(String text, int start, int end) {
        return text.substring(start, end).chars().anyMatch(Character::isLetterOrDigit);
    }

    /** Returns whether a notice names somebody else than its reader. */
    private static boolean isOfOthers(Message message, NoticeText notice) {
        Set<String> readers = message.readers();
        Addresses.Span span = Addresses.next(notice.text(), 0, notice.end());
        for (int i = 0; span != null && i < MAX_NAMED; i++) {
            EmailAddress address = EmailAddress.parse(span.text()).orElse(null);
            if (address != null && !readers.contains(address.key())) {
                return true;
            }
            span = Addresses.next(notice.text(), span.end(), notice.end());
        }
        return false;
    }

    /** Returns whether a notice names an address of its sender's domain, or of one above or below it. */
    private static boolean isAboutOwnDomain(Message message, NoticeText notice) {
        String from = message.header("From");
        Addresses.Span sender = from == null ? null : Addresses.next(from, 0);
        if (sender == null) {
            return false;
        }
        String own = Sender.domain(sender);
        String text = notice.text();
        int seen = 0;
        for (Addresses.Span span = Addresses.next(text, 0, notice.end());
                span != null && seen < MAX_NAMED;
                span = Addresses.next(text, span.end(), notice.end())) {
            if (Sender.isSameOrAbove(own, Sender.domain(span))) {
                return true;
            }
            seen++;
        }
        return false;
    }

    /** In whatever language: a program returns a mail, and speaks of the address that this one was for. */
    private static boolean isAboutReturned(Message message, NoticeText notice) {
        return Sender.isDaemon(message) && isNamed(OriginalRecipients.of(notice.original()), notice);
    }

    /** What a mail system, or who is called like one, sends beside its notices: answers, letters, lists, invitations. */
    private static boolean isSomethingElse(Message message, boolean nobody, boolean known, boolean mayPassLists) {
        if (AutoReply.isAutomatic(message) && !known) {
            return true;
        }
        boolean list = message.header("List-Id") != null || message.header("List-Unsubscribe") != null;
        boolean written = message.header("User-Agent") != null || list && !mayPassLists;
        return written && !nobody || message.own("text/calendar") != null;
    }

    private static boolean isRefused(NoticeText notice) {
        for (int i = 0; i < notice.count(); i++) {
            int at = ReplyCode.position(notice.text(), notice.start(i), notice.end(i));
            if (at >= 0 && notice.text().charAt(at) == '5' && isQuoted(notice, i, at)) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether a code is the beginning of what was said: of its line, or behind a colon or a quote. */
    private static boolean isQuoted(NoticeText notice, int line, int at) {
        int before = at - 1;
        while (before >= notice.start(line) && notice.text().charAt(before) == ' ') {
            before--;
        }
        return before < notice.start(line) || ":=\"'<(>".indexOf(notice.text().charAt(before)) >= 0;
    }

    /** Returns whether a code stands in what the notice does not quote, {@code > 550 5.1.1 User unknown}. */
    private static boolean isCodedItself(NoticeText notice) {
        for (int i = 0; i < notice.count(); i++) {
            if (!notice.text().startsWith("> ", notice.textStart(i)) && isCoded(notice, i)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isCoded(NoticeText notice) {
        for (int i = 0; i < notice.count(); i++) {
            if (isCoded(notice, i)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isCoded(NoticeText notice, int line) {
        return ReplyCode.position(notice.text(), notice.start(line), notice.end(line)) >= 0
                || EnhancedStatus.find(notice.line(line)).isPresent();
    }
}
