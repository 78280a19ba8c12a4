package org.bounce4j.internal.detect;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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
    /** What a report may be about that nobody complains of: RFC 6430, RFC 6591, and drafts of RFC 5965. */
    private static final Set<String> NO_COMPLAINTS = Set.of("not", "auth", "dmarc", "dkim", "spf");

    @Override
    public String name() {
        return "arf";
    }

    @Override
    public @Nullable Finding detect(Message message) {
        Part report = message.own("message/feedback-report");
        boolean known =
                report != null && (message.isReport(report) || isWithinOne(report) || Sender.isFeedbackLoop(message));
        report = known ? report : unlabelled(message);
        List<Headers> groups = report == null ? List.of() : report.fieldGroups().groups();
        if (report == null || groups.isEmpty()) {
            return null;
        }
        Headers fields = groups.get(0);
        Headers behind = message.originalBehind(report);
        Headers original = behind == null ? message.attachedOriginal() : behind;
        String type = ReportFields.word(fields.get("Feedback-Type"));
        // "not-spam" and "auth-failure" begin with these words
        if (NO_COMPLAINTS.contains(type)) {
            return new Finding(MailKind.OTHER).original(original);
        }
        Finding finding = new Finding(MailKind.COMPLAINT)
                .original(original)
                .sentBy(sender(fields.get("Original-Mail-From")))
                .reportedBy(ReportFields.untyped(fields.get("Reporting-MTA")))
                .arrived(fields.has("Arrival-Date") ? fields.get("Arrival-Date") : fields.get("Received-Date"))
                .cut(fields.isCut());
        for (String recipient : recipients(fields, type)) {
            EmailAddress address = ReportFields.address(recipient);
            if (address != null && !Complainants.isBlotted(address)) {
                // VERP may know better whom we mailed
                finding.failed(Failure.of(null, address));
            }
        }
        if (finding.failures().isEmpty()) {
            Complainants.of(message, original).forEach(finding::failed);
        }
        return finding;
    }

    /** Returns who complained; drafts of the format had an "opt-out" that names who wants no more mail in a field of its own. */
    private static List<String> recipients(Headers fields, String type) {
        List<String> removed = fields.all("Removal-Recipient");
        List<String> mailed = fields.all("Original-Rcpt-To");
        return mailed.isEmpty() || type.equals("opt") && !removed.isEmpty() ? removed : mailed;
    }

    /** QUIRK: loops that say what the report is, and hang it on as a text or a file; fixture arf-as-text.eml. */
    private static @Nullable Part unlabelled(Message message) {
        if (message.root().children().isEmpty() || message.own("message/delivery-status") != null) {
            return null;
        }
        List<Part> parts = new ArrayList<>(message.texts());
        parts.addAll(message.files());
        for (Part part : parts) {
            Part around = part.parent();
            if (around != null && isCalledOne(around) && part.bodyAsHeaders().has("Feedback-Type")) {
                return part;
            }
        }
        return null;
    }

    /** QUIRK: gateways put the parts of a report into a multipart of their own; fixture arf-in-mixed-in-report.eml. */
    private static boolean isWithinOne(Part report) {
        for (Part around = report.parent(); around != null; around = around.parent()) {
            if (isCalledOne(around)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isCalledOne(Part around) {
        return "feedback-report".equalsIgnoreCase(around.parameter("report-type"));
    }

    private static @Nullable String sender(@Nullable String field) {
        Addresses.Span address = field == null ? null : Addresses.next(field, 0);
        return address == null ? null : address.text();
    }
}
