package org.bounce4j.internal.detect;

import org.bounce4j.internal.mime.Headers;
import org.bounce4j.mail.MailKind;
import org.jspecify.annotations.Nullable;

/**
 * Reads complaints of the Junk Mail Reporting Program of Microsoft: the message itself, with a field for the person who
 * complained and no report. Known by {@code X-HmXmrOriginalRecipient} in the header of a message that hangs on the mail, or is all of it.
 */
final class JunkMailReport implements Detector {
    private static final String RECIPIENT = "X-HmXmrOriginalRecipient";

    @Override
    public String name() {
        return "jmrp";
    }

    @Override
    public @Nullable Finding detect(Message message) {
        Headers original = message.attachedWith(RECIPIENT);
        // a receiver may write the field into a mail that it then bounces
        if (original == null
                || message.isFromMailSystem()
                || message.own("message/delivery-status", "message/global-delivery-status") != null
                || message.own("message/disposition-notification") != null) {
            return null;
        }
        return new Finding(MailKind.COMPLAINT)
                .original(original)
                .failed(Failure.of(ReportFields.address(original.get(RECIPIENT)), null));
    }
}
