package org.bounce4j.internal.detect;

import java.util.Locale;
import org.bounce4j.internal.detect.Dialects.Dialect;
import org.bounce4j.internal.detect.Dialects.Place;
import org.bounce4j.mail.MailKind;
import org.jspecify.annotations.Nullable;

/**
 * Knows automatic answers (RFC 3834) by their header: {@code Auto-Submitted: auto-replied} and what was used before there was
 * a standard; by the beginnings of their subjects; by their words, where the header says that a program wrote them. Stands
 * behind the reports, since Postfix marks its bounces {@code auto-replied} too.
 */
final class AutoReply implements Detector {
    private static final Dialect SIGNS = Dialects.standard().common("auto-reply");
    private static final int MAX_WORDS = 2_000;

    @Override
    public String name() {
        return "auto-reply";
    }

    @Override
    public @Nullable Finding detect(Message message) {
        return isAutomatic(message) || isByProgram(message) && saysSo(message)
                ? new Finding(MailKind.AUTO_REPLY)
                : null;
    }

    /** Returns whether the header says so. */
    static boolean isAutomatic(Message message) {
        String submitted = lower(message.header("Auto-Submitted"));
        // QUIRK: ticket systems answer with "auto-generated", and ask at least not to be answered themselves
        return submitted.startsWith("auto-replied")
                || submitted.startsWith("auto-generated") && message.header("X-Auto-Response-Suppress") != null
                || lower(message.header("Precedence")).startsWith("auto_reply")
                || SIGNS.signs(Place.HEADER).areFieldsOf(message)
                || SIGNS.signs(Place.MAILER).isIn(lower(message.header("X-Mailer")))
                || SIGNS.signs(Place.FROM).isIn(lower(message.header("From")))
                || SIGNS.signs(Place.SUBJECT).begin(message.subject());
    }

    /** Returns whether a program wrote it, or nobody wants an answer, as vacation(1) and its like say before RFC 3834. */
    private static boolean isByProgram(Message message) {
        String precedence = lower(message.header("Precedence"));
        return message.hasNullReturnPath()
                || precedence.startsWith("junk")
                || precedence.startsWith("bulk")
                || lower(message.header("Auto-Submitted")).startsWith("auto-")
                || message.header("X-Auto-Response-Suppress") != null;
    }

    private static boolean saysSo(Message message) {
        Dialects dialects = Dialects.standard();
        String subject = message.subject();
        return SIGNS.signs(Place.TEXT).isIn(dialects.find(subject, 0, subject.length()))
                || SIGNS.signs(Place.TEXT).isIn(message.notice().find(dialects, MAX_WORDS));
    }

    private static String lower(@Nullable String value) {
        return value == null ? "" : value.strip().toLowerCase(Locale.ROOT);
    }
}
