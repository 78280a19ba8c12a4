package org.bounce4j.internal.detect;

import org.bounce4j.mail.MailKind;
import org.jspecify.annotations.Nullable;

/** Knows read receipts (RFC 8098) by their {@code message/disposition-notification} part. They are never bounces. */
final class DispositionNotification implements Detector {
    @Override
    public String name() {
        return "mdn";
    }

    @Override
    public @Nullable Finding detect(Message message) {
        boolean receipt =
                message.own("message/disposition-notification", "message/global-disposition-notification") != null;
        return receipt ? new Finding(MailKind.READ_RECEIPT) : null;
    }
}
