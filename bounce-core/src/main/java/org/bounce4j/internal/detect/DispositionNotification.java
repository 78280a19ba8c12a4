package org.bounce4j.internal.detect;

import java.util.List;
import java.util.Locale;
import org.bounce4j.EmailAddress;
import org.bounce4j.internal.mime.Headers;
import org.bounce4j.internal.mime.Part;
import org.bounce4j.mail.MailKind;
import org.jspecify.annotations.Nullable;

/**
 * Knows read receipts (RFC 8098) by their {@code message/disposition-notification} part. They are no bounces, with one
 * exception: a mail that a program threw away, and says that it refused it.
 */
final class DispositionNotification implements Detector {
    private static final int MAX_WORDS = 2_000;

    @Override
    public String name() {
        return "mdn";
    }

    @Override
    public @Nullable Finding detect(Message message) {
        Part report = message.own("message/disposition-notification", "message/global-disposition-notification");
        if (report == null) {
            return null;
        }
        List<Headers> groups = report.fieldGroups().groups();
        boolean refused = !groups.isEmpty() && isDeletedByProgram(groups.get(0)) && saysThatItRefused(message);
        return refused ? refusal(message, report, groups.get(0)) : new Finding(MailKind.READ_RECEIPT);
    }

    /** Not so a person's program that deletes what was not read: its notice has the same field and other words. */
    private static boolean isDeletedByProgram(Headers fields) {
        String disposition = fields.get("Disposition");
        String lower = disposition == null ? "" : disposition.toLowerCase(Locale.ROOT);
        return lower.startsWith("automatic-action") && lower.indexOf("deleted", lower.indexOf(';') + 1) >= 0;
    }

    private static boolean saysThatItRefused(Message message) {
        return Dialects.standard().isIn("refusal", message.notice().find(MAX_WORDS));
    }

    /**
     * QUIRK: Sieve refuses by such a notice (RFC 5429, section 2.1.2), and so does Dovecot where a mailbox is full; fixture
     * mdn-quota-exceeded.eml.
     */
    private static Finding refusal(Message message, Part report, Headers fields) {
        EmailAddress failed = ReportFields.address(fields.get("Final-Recipient"));
        EmailAddress original = ReportFields.originalAddress(fields.get("Original-Recipient"), failed);
        String words = message.noticeWords().replace('\n', ' ').strip();
        return new Finding(MailKind.BOUNCE)
                .original(message.originalBehind(report))
                .failed(Failure.of(original, failed).diagnostic(words));
    }
}
