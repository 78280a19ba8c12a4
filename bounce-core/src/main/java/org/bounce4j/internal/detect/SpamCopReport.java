package org.bounce4j.internal.detect;

import java.util.Locale;
import org.bounce4j.mail.MailKind;
import org.jspecify.annotations.Nullable;

/**
 * Knows the reports of SpamCop, which are older than the format of RFC 5965: the complaint in words, the mail below it, and the
 * recipient blotted out. Known by the sender and the field {@code X-SpamCop-sourceip}.
 */
final class SpamCopReport implements Detector {
    @Override
    public String name() {
        return "spamcop";
    }

    @Override
    public @Nullable Finding detect(Message message) {
        String from = message.header("From");
        boolean spamCop = from != null
                && from.toLowerCase(Locale.ROOT).contains("spamcop.net")
                && message.header("X-SpamCop-sourceip") != null;
        if (!spamCop) {
            return null;
        }
        Finding finding =
                new Finding(MailKind.COMPLAINT).original(message.notice().original());
        Complainants.of(message, finding.original()).forEach(finding::failed);
        return finding;
    }
}
