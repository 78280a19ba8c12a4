package org.bounce4j.internal.detect;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bounce4j.EmailAddress;
import org.bounce4j.internal.detect.Dialects.Dialect;
import org.bounce4j.internal.detect.Dialects.Place;
import org.bounce4j.internal.detect.Dialects.Signs;
import org.bounce4j.internal.mime.Headers;
import org.bounce4j.mail.MailKind;
import org.jspecify.annotations.Nullable;

/**
 * Reads notices in plain words: those of the mailers that {@code dialects.txt} knows, and, last of all, those of mail systems
 * that nobody knows, if they say clearly enough that a delivery failed. A person who writes such words is no mail system.
 */
final class TextNotice implements Detector {
    private static final String GENERIC = "text";
    private static final int MAX_SIGNS = 8_000;

    private final Dialects dialects = Dialects.standard();
    private final Dialect veto = dialects.common("veto");
    private final Dialect failure = dialects.common("failure");
    private final Dialect delayed = dialects.common("delay");

    @Override
    public String name() {
        return GENERIC;
    }

    @Override
    public @Nullable Finding detect(Message message) {
        NoticeText notice = message.notice();
        CharSequence text = text(notice);
        String subject = message.subject();
        long[] inText = dialects.find(text);
        long[] inSubject = dialects.find(subject);
        if (veto.signs(Place.TEXT).isIn(inText) && !failsLoudly(message, inSubject)) {
            return null;
        }
        boolean system = message.isFromMailSystem();
        boolean nobody = message.hasNullReturnPath();
        for (Dialect dialect : dialects.all()) {
            boolean speaks = dialect.anyone()
                    || system
                    || nobody
                    || !dialect.signs(Place.FROM).isEmpty();
            if (speaks && isKnown(dialect, message, inText, inSubject)) {
                return finding(message, notice, dialect, inText);
            }
        }
        return generic(message, notice, inText, inSubject, system, nobody);
    }

    private boolean failsLoudly(Message message, long[] inSubject) {
        return message.isFromMailSystem() && failure.signs(Place.TEXT).isIn(inSubject);
    }

    private static CharSequence text(NoticeText notice) {
        StringBuilder text = new StringBuilder();
        for (String line : notice.lines()) {
            if (text.length() > MAX_SIGNS) {
                break;
            }
            text.append(line).append('\n');
        }
        return text;
    }

    private static boolean isKnown(Dialect dialect, Message message, long[] inText, long[] inSubject) {
        return (dialect.signs(Place.TEXT).isEmpty() || dialect.signs(Place.TEXT).isIn(inText))
                && (dialect.signs(Place.SUBJECT).isEmpty()
                        || dialect.signs(Place.SUBJECT).isIn(inSubject))
                && (dialect.signs(Place.FROM).isEmpty()
                        || dialect.signs(Place.FROM).isIn(lower(message.header("From"))))
                && (dialect.signs(Place.MAILER).isEmpty()
                        || dialect.signs(Place.MAILER).isIn(lower(message.header("X-Mailer"))))
                && (dialect.signs(Place.HEADER).isEmpty() || hasFields(dialect.signs(Place.HEADER), message));
    }

    private static boolean hasFields(Signs signs, Message message) {
        return signs.alternatives().stream()
                .anyMatch(names ->
                        names.stream().allMatch(name -> message.root().headers().has(name)));
    }

    private static String lower(@Nullable String value) {
        return value == null ? "" : value.toLowerCase(Locale.ROOT);
    }

    private Finding finding(Message message, NoticeText notice, Dialect dialect, long[] inText) {
        boolean delay = dialect.signs(Place.DELAY).isIn(inText)
                || delayed.signs(Place.TEXT).isIn(inText);
        return finding(message, notice, begin(notice, dialect), delay).by(dialect.name());
    }

    private static int begin(NoticeText notice, Dialect dialect) {
        List<String> lower = notice.lower();
        for (List<String> phrases : dialect.signs(Place.BEGIN).alternatives()) {
            for (int i = 0; i < lower.size(); i++) {
                if (lower.get(i).contains(phrases.get(0))) {
                    return i;
                }
            }
        }
        return -1;
    }

    private static Finding finding(Message message, NoticeText notice, int begin, boolean delay) {
        List<Failure> failures = failures(message, notice, begin);
        Finding finding = new Finding(delay ? MailKind.DELAY_NOTICE : MailKind.BOUNCE)
                .original(notice.original())
                .cut(notice.isCut() || failures.size() == TextReport.MAX_RECIPIENTS);
        for (Failure failure : failures) {
            if (delay) {
                finding.delayed(failure);
            } else {
                finding.failed(failure);
            }
        }
        return finding;
    }

    private static List<Failure> failures(Message message, NoticeText notice, int begin) {
        List<String> own = own(message, notice);
        List<Failure> failures = TextReport.failures(notice, begin, own);
        if (!failures.isEmpty()) {
            return failures;
        }
        // X-Failed-Recipients (Exim, Google), else whom the returned message was for
        List<String> addresses = OriginalRecipients.failed(message);
        addresses = addresses.isEmpty() ? OriginalRecipients.of(notice.original()) : addresses;
        return addresses.stream()
                .filter(address -> !own.contains(
                        EmailAddress.parse(address).map(EmailAddress::key).orElse("")))
                .map(address -> TextReport.failure(notice, address))
                .toList();
    }

    /** Addresses that are ours or the mail system's own. */
    private static List<String> own(Message message, NoticeText notice) {
        List<String> own = new ArrayList<>();
        for (String name : List.of("To", "From", "Delivered-To", "Reply-To")) {
            addAddresses(message.header(name), own);
        }
        Headers original = notice.original();
        if (original != null) {
            for (String name : List.of("From", "Sender", "Return-Path", "Reply-To", "Errors-To")) {
                addAddresses(original.get(name), own);
            }
        }
        return own;
    }

    private static void addAddresses(@Nullable String value, List<String> own) {
        if (value != null) {
            for (Addresses.Span span = Addresses.next(value, 0);
                    span != null;
                    span = Addresses.next(value, span.end())) {
                EmailAddress.parse(span.text()).map(EmailAddress::key).ifPresent(own::add);
            }
        }
    }

    /** Mail systems that nobody has described: they must say by sender and by words that a delivery failed. */
    private @Nullable Finding generic(
            Message message, NoticeText notice, long[] inText, long[] inSubject, boolean system, boolean nobody) {
        boolean delay = delayed.signs(Place.TEXT).isIn(inText);
        boolean inWords = delay || failure.signs(Place.TEXT).isIn(inText);
        boolean inTitle = failure.signs(Place.TEXT).isIn(inSubject);
        boolean clear = system ? inWords || inTitle : (nobody ? inWords && inTitle : false);
        if (!clear || !system && AutoReply.isAutomatic(message)) {
            return null;
        }
        Finding finding = finding(message, notice, -1, delay);
        boolean someone = !finding.failures().isEmpty() || !finding.delays().isEmpty();
        return someone || inWords && inTitle && notice.original() != null ? finding : null;
    }
}
