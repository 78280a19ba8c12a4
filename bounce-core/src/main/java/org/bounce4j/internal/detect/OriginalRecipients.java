package org.bounce4j.internal.detect;

import java.util.ArrayList;
import java.util.List;
import org.bounce4j.EmailAddress;
import org.bounce4j.internal.mime.Headers;
import org.jspecify.annotations.Nullable;

/** Finds whom the returned message was for, where the notice itself does not say. */
final class OriginalRecipients {
    private OriginalRecipients() {}

    /** Returns the addresses of {@code X-Failed-Recipients}, which Exim and Google write. */
    static List<EmailAddress> failed(Message message) {
        List<String> values = message.root().headers().all("X-Failed-Recipients");
        List<EmailAddress> addresses = values.isEmpty() ? List.of() : new ArrayList<>();
        for (String value : values) {
            for (Addresses.Span span = Addresses.next(value, 0);
                    span != null && addresses.size() < Mentions.MAX_RECIPIENTS;
                    span = Addresses.next(value, span.end())) {
                EmailAddress.parse(span.text()).ifPresent(addresses::add);
            }
        }
        return addresses;
    }

    /** Returns the one recipient of a returned message, or nothing: where there are several, nobody knows which one it was. */
    static List<EmailAddress> of(@Nullable Headers original) {
        if (original == null) {
            return List.of();
        }
        for (String name : List.of("X-Envelope-To", "Envelope-To", "Delivered-To", "To")) {
            String value = original.get(name);
            if (value != null) {
                List<EmailAddress> addresses = new ArrayList<>();
                for (Addresses.Span span = Addresses.next(value, 0);
                        span != null && addresses.size() < 2;
                        span = Addresses.next(value, span.end())) {
                    EmailAddress.parse(span.text()).ifPresent(addresses::add);
                }
                return addresses.size() == 1 ? addresses : List.of();
            }
        }
        return List.of();
    }

    /** Returns whether a returned message was for one recipient only, whom the notice names. */
    static boolean isNamed(@Nullable Headers original, NoticeText notice) {
        List<EmailAddress> mailed = of(original);
        int at = mailed.size() == 1 ? notice.text().indexOf(mailed.get(0).address()) : -1;
        return at >= 0 && at < notice.end();
    }
}
