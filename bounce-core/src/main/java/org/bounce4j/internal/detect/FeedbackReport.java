package org.bounce4j.internal.detect;

import java.util.List;
import java.util.Locale;
import org.bounce4j.EmailAddress;
import org.bounce4j.internal.mime.Headers;
import org.bounce4j.internal.mime.Part;
import org.bounce4j.mail.MailKind;
import org.jspecify.annotations.Nullable;

/**
 * Reads abuse feedback reports (RFC 5965). Known by a part of type {@code message/feedback-report}. {@code not-spam} (RFC
 * 6430) and {@code auth-failure} (RFC 6591) are no complaints.
 */
final class FeedbackReport implements Detector {
    private static final List<String> LOOPS = List.of("fbl", "feedback", "abuse", "arf", "complaint", "scomp");

    @Override
    public String name() {
        return "arf";
    }

    @Override
    public @Nullable Finding detect(Message message) {
        Part report = message.own("message/feedback-report");
        if (report == null || !message.isReport(report) && !isFromFeedbackLoop(message)) {
            return null;
        }
        List<Headers> groups = report.fieldGroups().groups();
        if (groups.isEmpty()) {
            return null;
        }
        Headers fields = groups.get(0);
        Headers original = message.originalBehind(report);
        String type = ReportFields.word(fields.get("Feedback-Type"));
        // "not-spam" and "auth-failure" begin with these words
        if (type.equals("not") || type.equals("auth") || type.equals("dmarc")) {
            return new Finding(MailKind.OTHER).original(original);
        }
        Finding finding = new Finding(MailKind.COMPLAINT)
                .original(original)
                .sentBy(sender(fields.get("Original-Mail-From")))
                .reportedBy(ReportFields.untyped(fields.get("Reporting-MTA")))
                .arrived(fields.has("Arrival-Date") ? fields.get("Arrival-Date") : fields.get("Received-Date"));
        List<String> recipients = fields.all("Original-Rcpt-To");
        if (recipients.isEmpty()) {
            // drafts of the format had an "opt-out" that named its recipient so
            recipients = fields.all("Removal-Recipient");
        }
        finding.cut(fields.isCut());
        List<EmailAddress> mailed = OriginalRecipients.of(original);
        for (String recipient : recipients) {
            EmailAddress address = ReportFields.address(recipient);
            if (!isRedacted(address)) {
                finding.failed(Failure.of(address, null));
            }
        }
        if (finding.failures().isEmpty()) {
            mailed.stream()
                    .filter(address -> !isRedacted(address))
                    .forEach(address -> finding.failed(Failure.of(address, null)));
        }
        if (finding.failures().isEmpty()) {
            // what is left names nobody, unless the return path does
            mailed.forEach(address -> finding.failed(Failure.of(null, address)));
        }
        return finding;
    }

    private static @Nullable String sender(@Nullable String field) {
        Addresses.Span address = field == null ? null : Addresses.next(field, 0);
        return address == null ? null : address.text();
    }

    /** QUIRK: some loops send no multipart/report; fixture arf-in-mixed.eml. */
    private static boolean isFromFeedbackLoop(Message message) {
        String from = message.header("From");
        Addresses.Span sender = from == null ? null : Addresses.next(from, 0);
        String local = sender == null ? "" : sender.text().toLowerCase(Locale.ROOT);
        return LOOPS.stream().anyMatch(name -> local.startsWith(name) || local.contains("-" + name + "@"));
    }

    /** RFC 6590: whoever reports may hide who complained. A hash looks like an address; these words do not. */
    private static boolean isRedacted(@Nullable EmailAddress address) {
        if (address == null) {
            return false;
        }
        String local = address.key().substring(0, address.key().lastIndexOf('@'));
        return local.startsWith("redacted")
                || local.startsWith("undisclosed")
                || local.equals("hidden")
                || local.equals("removed")
                || local.equals("anonymous")
                || local.length() > 2 && local.chars().allMatch(c -> c == 'x' || c == '*');
    }
}
