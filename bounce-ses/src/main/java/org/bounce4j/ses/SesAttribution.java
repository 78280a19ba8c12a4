package org.bounce4j.ses;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Says where a mail tells whose it was and of which campaign: in which of its header fields, and in which of SES' tags, which
 * are asked after them.
 */
record SesAttribution(
        List<String> subscriberHeaders,
        List<String> campaignHeaders,
        List<String> subscriberTags,
        List<String> campaignTags) {
    /** Returns the names of all the header fields. */
    List<String> headers() {
        return Stream.concat(subscriberHeaders.stream(), campaignHeaders.stream())
                .toList();
    }

    /** Returns the names of all the tags. */
    List<String> tags() {
        return Stream.concat(subscriberTags.stream(), campaignTags.stream()).toList();
    }

    @Nullable
    String subscriber(SesMail mail) {
        return first(mail, subscriberHeaders, subscriberTags);
    }

    @Nullable
    String campaign(SesMail mail) {
        return first(mail, campaignHeaders, campaignTags);
    }

    private static @Nullable String first(SesMail mail, List<String> headers, List<String> tagNames) {
        for (String header : headers) {
            String value = mail.header(header);
            if (value != null) {
                return value;
            }
        }
        for (String tag : tagNames) {
            String value = mail.tags().get(tag);
            if (value != null && !value.isBlank()) {
                return value;
            }
        }
        return null;
    }
}
