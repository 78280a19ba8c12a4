package org.bounce4j.internal.detect;

import java.util.List;
import org.bounce4j.internal.mime.Headers;
import org.bounce4j.internal.mime.Part;
import org.bounce4j.mail.MailKind;
import org.jspecify.annotations.Nullable;

/**
 * Reads abuse feedback reports (RFC 5965). Known by a part of type {@code message/feedback-report}. {@code not-spam} (RFC
 * 6430) and {@code auth-failure} (RFC 6591) are no complaints.
 */
final class FeedbackReport implements Detector {
    @Override
    public String name() {
        return "arf";
    }

    @Override
    public @Nullable Finding detect(Message message) {
        Part report = message.own("message/feedback-report");
        if (report == null || !message.isReport(report)) {
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
                .reportedBy(ReportFields.untyped(fields.get("Reporting-MTA")))
                .arrived(fields.has("Arrival-Date") ? fields.get("Arrival-Date") : fields.get("Received-Date"));
        List<String> recipients = fields.all("Original-Rcpt-To");
        if (recipients.isEmpty()) {
            // drafts of the format had an "opt-out" that named its recipient so
            recipients = fields.all("Removal-Recipient");
        }
        for (String recipient : recipients) {
            finding.failed(Failure.of(ReportFields.address(recipient), null));
        }
        if (recipients.isEmpty() && original != null) {
            OriginalRecipients.of(original).forEach(recipient -> finding.failed(Failure.of(recipient, null)));
        }
        return finding;
    }
}
