package org.bounce4j.internal.detect;

import java.util.Set;
import java.util.function.BooleanSupplier;
import org.bounce4j.EmailAddress;
import org.bounce4j.EnhancedStatus;
import org.bounce4j.internal.PhraseMatcher;
import org.bounce4j.internal.detect.Dialects.Place;
import org.bounce4j.internal.detect.Dialects.Signs;
import org.jspecify.annotations.Nullable;

/**
 * Judges what may be the notice of a mail system that nobody has described: it must say by its sender and by its words that a
 * delivery failed. Of the questions that decide it, the cheap ones come first, and none is asked before its answer matters:
 * most mails are no notices.
 */
final class UnknownNotice {
    /** How many addresses of a notice are looked at one by one. */
    private static final int MAX_NAMED = 200;
    /** How much of its own words is looked at, in characters. */
    private static final int MAX_SEARCHED = 8_000;

    private static final Dialects DIALECTS = Dialects.standard();
    private static final Signs VETO = DIALECTS.common("veto").signs(Place.TEXT);
    private static final Signs LETTER = DIALECTS.common("letter").signs(Place.TEXT);
    private static final Signs PHISHING = DIALECTS.common("phishing").signs(Place.TEXT);
    private static final Signs BAIT = DIALECTS.common("bait").signs(Place.TEXT);
    private static final Signs WAITING = DIALECTS.common("waiting").signs(Place.TEXT);
    private static final Signs CARRIER = DIALECTS.common("carrier").signs(Place.TEXT);
    private static final Signs FAILURE = DIALECTS.common("failure").signs(Place.TEXT);
    private static final Signs DELAY = DIALECTS.common("delay").signs(Place.TEXT);
    private static final Signs DELAY_SUBJECTS = DIALECTS.common("delay").signs(Place.SUBJECT);

    private static final Detector FILTER = new FilterNotice();

    private final Message message;
    private final NoticeText notice;
    private final PhraseMatcher.Found inText;
    private final PhraseMatcher.Found inSubject;
    private final String subject;
    private final boolean nobody;
    private final boolean system;
    private final boolean daemon;
    private final boolean returned;
    private final boolean titled;

    private final Answer delay = new Answer(this::saysDelay);
    private final Answer named = new Answer(this::namesRecipient);
    private final Answer coded = new Answer(this::holdsCode);
    private final Answer readers = new Answer(this::isOfReaders);
    private final Answer systemAddress = new Answer(this::isFromSystemAddress);

    /**
     * Asks nothing costly yet.
     *
     * @param inText the phrases in the notice
     * @param inSubject the phrases in the subject
     * @param nobody whether it came from the null sender, or from a gateway
     */
    UnknownNotice(
            Message message,
            NoticeText notice,
            PhraseMatcher.Found inText,
            PhraseMatcher.Found inSubject,
            boolean nobody) {
        this.message = message;
        this.notice = notice;
        this.inText = inText;
        this.inSubject = inSubject;
        this.nobody = nobody;
        subject = message.subject();
        system = message.isFromMailSystem();
        daemon = Sender.isDaemon(message);
        returned = notice.original() != null;
        titled = Subjects.isTitle(subject, inSubject);
    }

    /** Returns what it says; null if it is no notice. */
    @Nullable
    Finding finding() {
        if (isWritten()) {
            return null;
        }
        boolean clear = isClear();
        if (!clear && !isToldToReader() || isSomethingElse() || isLetterOrBait() || !isEvident()) {
            return null;
        }
        if (!clear) {
            // a filter says so too, and why
            Finding filtered = FILTER.detect(message);
            if (filtered != null) {
                return filtered.by(FILTER.name());
            }
        }
        Finding finding = new TextFindings(message, notice).ofUnknown(delay.isYes());
        boolean someone = !finding.failures().isEmpty() || !finding.delays().isEmpty();
        if (!someone && !isCertain()) {
            return null;
        }
        return returned
                ? finding
                : Hearsay.doubted(message, finding, () -> Hearsay.signs(message, notice, signsOfHearsay()));
    }

    /**
     * Whoever wants to hear of failures of their own has written a letter, about somebody's failure at most; daemons too have
     * such a return path where a list passed their notices on, and mail systems that are still trying. Fixture
     * delay-of-mdaemon-with-path.eml
     */
    private boolean isWritten() {
        return message.hasReturnPath()
                        && !daemon
                        && !titled
                        && !(systemAddress.isYes() && delay.isYes() && isOfMessage())
                || Subjects.isAnswer(subject) && !(nobody && system);
    }

    /** Returns whether it says by its sender and its words, or by whom it names, that a delivery failed. */
    private boolean isClear() {
        return named.isYes()
                || isRefusal()
                || (system ? saysFailure() || isInTitle() : nobody && saysFailure() && isEntitled() && isOfMailer());
    }

    /** Returns whether it says whose message it is that failed, and somebody who carries mail says so: chats write so as well. */
    private boolean isToldToReader() {
        return (nobody || titled) && readers.isYes() && !AutoReply.saysSo(message);
    }

    /** Returns whether it is what mail systems, or who is called like one, send as well: answers, letters, lists, invitations. */
    private boolean isSomethingElse() {
        if (named.isYes()) {
            return false;
        }
        if (AutoReply.isAutomatic(message) && !isNoticeAllTheSame()) {
            return true;
        }
        boolean list = message.header("List-Id") != null || message.header("List-Unsubscribe") != null;
        boolean written = message.header("User-Agent") != null || list && !returned && !daemon;
        return written && !nobody || message.own("text/calendar") != null;
    }

    /**
     * Programs that deliver mail say that they do so automatically, and answer for people who will be late: fixtures
     * delay-of-daemon-automatic.eml, daemon-answers-late.eml
     */
    private boolean isNoticeAllTheSame() {
        return (system || titled || isRefusal() || message.isFromNobody() && isToldBySubject() && readers.isYes())
                && (isInTitle()
                        || isPostponed()
                        || coded.isYes() && systemAddress.isYes()
                        || delay.isYes() && daemon && isOfMessage());
    }

    private boolean isLetterOrBait() {
        // those who fish for passwords name somebody whom the reader wrote to; fixture mail-of-bait-from-nobody.eml
        return !isProven() && (isBait() || !daemon && isLetter() && !Hearsay.isOfProgram(message, notice))
                || !isClear() && !returned && isBait();
    }

    /** Returns whether it has what neither people nor those who fish for passwords write. */
    private boolean isProven() {
        return named.isYes()
                || returned
                || nobody && (message.isFromNobody() || !notice.hasHiddenLink() || coded.isYes());
    }

    /** Returns whether there is more than words; few gateways tell the code, or return the message. */
    private boolean isEvident() {
        return named.isYes()
                || nobody
                || returned
                || coded.isYes()
                || daemon && (isInTitle() || saysFailure())
                || system && delay.isYes()
                || titled && readers.isYes()
                || isSaidTwice();
    }

    /** Returns whether a postmaster says so twice. */
    private boolean isSaidTwice() {
        return systemAddress.isYes()
                && saysFailure()
                && (titled || isInTitle() && message.header("Return-Path") == null);
    }

    /** Returns whether it is a notice even if it names nobody. */
    private boolean isCertain() {
        return saysFailure() && isInTitle() && (nobody || returned || daemon || coded.isYes());
    }

    /**
     * Returns how many signs there are, beside those of its words, that it is of many failures or tells somebody of one: a
     * program called after the mail system reports on mail of others, whoever quotes all codes answers somebody.
     */
    private int signsOfHearsay() {
        boolean reports =
                system && !systemAddress.isYes() && !isInTitle() && !delay.isYes() && !Sender.isCalledDelivery(message);
        boolean answers = !daemon && coded.isYes() && !holdsOwnCode();
        return (reports ? 1 : 0) + (answers ? 1 : 0);
    }

    /** Returns whether its words say that a delivery failed, or is late. */
    private boolean saysFailure() {
        return FAILURE.isIn(inText) || delay.isYes();
    }

    private boolean saysDelay() {
        return !GivenUp.isSaid(message, notice, inText) && (DELAY.isIn(inText) || isPostponed());
    }

    private boolean isPostponed() {
        return DELAY_SUBJECTS.begin(subject);
    }

    /**
     * Returns whether its subject says so. Trackers and forums repeat there what people wrote: "[JIRA] (MAIL-12) ...", "New
     * reply: ..."; fixtures tracker-quotes-notice.eml, forum-quotes-notice.eml
     */
    private boolean isInTitle() {
        return titled || (system || !subject.startsWith("[")) && FAILURE.isIn(inSubject);
    }

    private boolean isToldBySubject() {
        return isInTitle() || isPostponed();
    }

    /** Returns whether its subject is a notice's, of whomever it came from. */
    private boolean isEntitled() {
        return titled || isPostponed() || isInTitle() && (returned || coded.isYes() || isAhead());
    }

    /** Returns whether the subject speaks of a failure before it quotes something: before its colon, if it has one. */
    private boolean isAhead() {
        int colon = subject.indexOf(": ");
        return FAILURE.isIn(DIALECTS.find(subject, 0, colon < 0 ? subject.length() : colon));
    }

    /** Shops, tickets and chats write of failures as well, and nobody answers them; fixture message-of-chat.eml */
    private boolean isOfMailer() {
        return returned
                || isPostponed()
                || coded.isYes() && holdsOwnCode()
                || !CARRIER.isIn(inText) && isAboutOwnDomain();
    }

    private boolean namesRecipient() {
        return (system || message.isFromNobody()) && message.header("X-Failed-Recipients") != null || isAboutReturned();
    }

    /** In whatever language: a program returns a mail, and speaks of the address that this one was for. */
    private boolean isAboutReturned() {
        return daemon && OriginalRecipients.isNamed(message, notice.original());
    }

    /** In whatever words: a program's notice to whom nobody answers, that tells why a server refused. */
    private boolean isRefusal() {
        boolean program = nobody && daemon || message.isFromNobody() && namesOthers() && RelayedReply.isOfYours(notice);
        return program && quotesRefusal();
    }

    /**
     * In so many words, of a mail system's: "your message to jane@example.com was not delivered". Fixtures
     * gateway-speaks-of-yours.eml, message-of-chat.eml. One that waits for somebody has not failed: message-for-moderator.eml
     */
    private boolean isOfReaders() {
        String text = notice.text();
        return text.indexOf('@') >= 0
                && (returned || Sender.isCalledMail(message) || isAboutOwnDomain())
                && (nobody || system || !message.isCorrespondence())
                && !WAITING.isIn(inText)
                && !Greeting.isByName(notice)
                && saysReadersFailed(text.substring(0, Math.min(notice.end(), MAX_SEARCHED)));
    }

    /** Whoever carries mail may say in one sentence whom it was for, and in a later one that it failed: fixture loop-in-two-sentences.eml */
    private boolean saysReadersFailed(String words) {
        return Sentences.sayYoursFailedFor(words, message.readers())
                || message.isFromNobody()
                        && Sender.isCalledMail(message)
                        && Sentences.sayYourMessageFailed(words, message.readers());
    }

    private boolean isFromSystemAddress() {
        return system && Sender.isMailSystemAddress(message);
    }

    /** A postmaster who answers a question quotes what a server said; carriers fail to deliver parcels. */
    private boolean isLetter() {
        return VETO.isIn(inText)
                || LETTER.isIn(inText)
                || CARRIER.isIn(inText) && !(coded.isYes() && systemAddress.isYes());
    }

    /** Who fishes for passwords calls himself a mail system, and has a link to follow; few tell a code. */
    private boolean isBait() {
        return PHISHING.isIn(inText) && (!daemon || notice.hasLink())
                || BAIT.isIn(inText) && !coded.isYes() && notice.lowerCase().contains("://") && BAIT.isIn(ownWords());
    }

    /** Returns the phrases of the notice without those of a gateway's banner, which warns of clicking. */
    private PhraseMatcher.Found ownWords() {
        return DIALECTS.find(notice.words(0, notice.count(), MAX_SEARCHED));
    }

    /** Returns whether what is late is a message: a sentence says so, or an address stands alone on its line. */
    private boolean isOfMessage() {
        String text = notice.text();
        if (Sentences.sayDelayed(text.substring(0, Math.min(notice.end(), MAX_SEARCHED)))) {
            return true;
        }
        boolean parcels = CARRIER.isIn(inText);
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

    /** Returns whether it names somebody else than its reader. */
    private boolean namesOthers() {
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

    /** Returns whether it names an address of its sender's domain, or of one above or below it. */
    private boolean isAboutOwnDomain() {
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

    private boolean quotesRefusal() {
        for (int i = 0; i < notice.count(); i++) {
            int at = ReplyCode.position(notice.text(), notice.start(i), notice.end(i));
            if (at >= 0 && notice.text().charAt(at) == '5' && isQuoted(i, at)) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether a code is the beginning of what was said: of its line, or behind a colon or a quote. */
    private boolean isQuoted(int line, int at) {
        int before = at - 1;
        while (before >= notice.start(line) && notice.text().charAt(before) == ' ') {
            before--;
        }
        return before < notice.start(line) || ":=\"'<(>".indexOf(notice.text().charAt(before)) >= 0;
    }

    /** Returns whether a code stands in what it does not quote, {@code > 550 5.1.1 User unknown}. */
    private boolean holdsOwnCode() {
        for (int i = 0; i < notice.count(); i++) {
            if (!notice.text().startsWith("> ", notice.textStart(i)) && isCoded(i)) {
                return true;
            }
        }
        return false;
    }

    private boolean holdsCode() {
        for (int i = 0; i < notice.count(); i++) {
            if (isCoded(i)) {
                return true;
            }
        }
        return false;
    }

    private boolean isCoded(int line) {
        return ReplyCode.position(notice.text(), notice.start(line), notice.end(line)) >= 0
                || EnhancedStatus.find(notice.line(line)).isPresent();
    }

    /** The answer to a question, which is asked once, and only if somebody wants to know. */
    private static final class Answer {
        private final BooleanSupplier question;
        private boolean asked;
        private boolean yes;

        Answer(BooleanSupplier question) {
            this.question = question;
        }

        boolean isYes() {
            if (!asked) {
                yes = question.getAsBoolean();
                asked = true;
            }
            return yes;
        }
    }
}
