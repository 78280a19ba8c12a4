package org.bounce4j.internal.detect;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
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

    private final Dialects dialects = Dialects.standard();
    private final Dialect veto = dialects.common("veto");
    private final Dialect failure = dialects.common("failure");
    private final Dialect success = dialects.common("success");

    @Override
    public String name() {
        return "text";
    }

    @Override
    public @Nullable Finding detect(Message message) {
        boolean system = message.isFromMailSystem();
        boolean nobody = message.hasNullReturnPath() || !system && isGateways(message);
        boolean titled = Subjects.beginsLikeNotice(message.subject());
        if (!system && !nobody && !titled && !isPerhapsAnyones(message) || message.isEmptyJournal()) {
            // the words of a journal's report are about the mail that should hang on it
            return null;
        }
        NoticeText notice = message.notice();
        String subject = message.subject();
        PhraseMatcher.Found inText = notice.phrases();
        PhraseMatcher.Found inSubject = dialects.find(subject);
        if (isVetoed(message, notice, inText, inSubject) || isWorm(message, notice)) {
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
        for (Dialect dialect : dialects.perhaps(inText)) {
            boolean speaks = system || nobody || dialect.anyone() && !Subjects.isPassedOn(subject);
            boolean complete = !dialect.returned() || notice.original() != null;
            if (speaks && complete && isKnown(dialect, message, inText, inSubject)) {
                boolean answers = !system && !Subjects.beginsLikeNotice(subject);
                if (Hearsay.isForwarded(message, notice) || answers && isOnlyQuoted(dialect, notice)) {
                    return null;
                }
                return Hearsay.doubted(
                        message,
                        new TextFindings(message, notice).of(dialect, inText),
                        () -> Hearsay.isLetter(message, notice) ? 1 : 0);
            }
        }
        return new UnknownNotice(message, notice, inText, inSubject, nobody).finding();
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
                && OriginalRecipients.isNamed(message, original);
    }

    /**
     * QUIRK: worms call themselves returned mails, and their program the message; gateways hang archives on their notices too, but
     * those come from nobody. Fixtures worm-as-notice.eml, notice-with-archive.eml
     */
    private static boolean isWorm(Message message, NoticeText notice) {
        return !message.hasNullReturnPath() && notice.original() == null && message.carriesProgram();
    }

    private static boolean isFromReader(Message message, Headers original) {
        Set<String> senders = new HashSet<>();
        for (String name : List.of("From", "Sender", "Return-Path")) {
            Addresses.addKeys(original.get(name), senders);
        }
        return message.readers().stream().anyMatch(senders::contains);
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

    /**
     * Returns whether somebody quotes what makes a text a notice, {@code > ...}; gateways, whose subject is a notice's, quote what
     * they were told. Fixtures notice-asked-about.eml, gateway-quotes-notice.eml
     */
    private boolean isOnlyQuoted(Dialect dialect, NoticeText notice) {
        if (dialect.signs(Place.TEXT).isEmpty() || !notice.text().contains("\n>")) {
            return false;
        }
        StringBuilder own = new StringBuilder();
        for (int i = 0; i < notice.count(); i++) {
            if (!notice.text().startsWith(">", notice.textStart(i))) {
                own.append(notice.line(i)).append('\n');
            }
        }
        return !dialect.signs(Place.TEXT).isIn(dialects.find(own.toString()));
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
}
