package org.bounce4j.internal.detect;

import org.bounce4j.internal.detect.Dialects.Dialect;
import org.bounce4j.internal.detect.Dialects.Place;
import org.bounce4j.mail.MailKind;
import org.jspecify.annotations.Nullable;

/**
 * Knows read receipts in plain words, as Notes, Outlook and Pegasus Mail write them for those who asked without RFC 8098.
 * Known by the beginning of the subject and by words that say that a mail was read.
 */
final class ReadReceipt implements Detector {
    private static final Dialect SIGNS = Dialects.standard().common("receipt");
    private static final int MAX_WORDS = 2_000;

    @Override
    public String name() {
        return "read-receipt";
    }

    @Override
    public @Nullable Finding detect(Message message) {
        boolean receipt = SIGNS.signs(Place.SUBJECT).begin(message.subject())
                && SIGNS.signs(Place.TEXT).isIn(message.notice().find(MAX_WORDS));
        return receipt ? new Finding(MailKind.READ_RECEIPT) : null;
    }
}
