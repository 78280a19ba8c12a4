package org.bounce4j.internal.detect;

import java.util.List;
import org.bounce4j.EnhancedStatus;
import org.bounce4j.internal.mime.FieldGroups;
import org.bounce4j.internal.mime.Headers;
import org.bounce4j.internal.mime.Part;
import org.bounce4j.mail.MailKind;
import org.jspecify.annotations.Nullable;

/**
 * Reads delivery status notifications (RFC 3464, and RFC 6533 for addresses beyond ASCII). Known by a part of type
 * {@code message/delivery-status} or {@code message/global-delivery-status} with at least one recipient in it.
 */
final class DeliveryStatusReport implements Detector {
    @Override
    public String name() {
        return "rfc3464";
    }

    @Override
    public @Nullable Finding detect(Message message) {
        Part report = message.own("message/delivery-status", "message/global-delivery-status");
        if (report == null) {
            return null;
        }
        FieldGroups fields = report.fieldGroups();
        List<Headers> groups = fields.groups();
        MailKind kind = kind(groups);
        if (kind == null) {
            return null;
        }
        Finding finding =
                new Finding(kind).original(message.originalBehind(report)).cut(fields.cut());
        for (Headers group : groups) {
            if (!isRecipient(group)) {
                finding.reportedBy(ReportFields.untyped(group.get("Reporting-MTA")))
                        .arrived(group.get("Arrival-Date"));
                continue;
            }
            switch (action(group)) {
                case FAILED -> finding.failed(failure(message, group));
                case DELAYED -> finding.delayed(failure(message, group));
                case DONE -> {}
            }
        }
        return finding;
    }

    private enum Action {
        FAILED,
        DELAYED,
        DONE
    }

    private static @Nullable MailKind kind(List<Headers> groups) {
        MailKind kind = null;
        for (Headers group : groups) {
            if (isRecipient(group)) {
                switch (action(group)) {
                    case FAILED -> {
                        return MailKind.BOUNCE;
                    }
                    case DELAYED -> kind = MailKind.DELAY_NOTICE;
                    case DONE -> kind = kind == null ? MailKind.DELIVERY_RECEIPT : kind;
                }
            }
        }
        return kind;
    }

    private static boolean isRecipient(Headers group) {
        return group.has("Final-Recipient") || group.has("Original-Recipient") || group.has("Action");
    }

    /** Where the action is missing or unknown, the status decides; where that is missing too, nothing is known. */
    private static Action action(Headers group) {
        return switch (ReportFields.word(group.get("Action"))) {
            case "failed", "failure" -> Action.FAILED;
            case "delayed" -> Action.DELAYED;
            case "delivered", "relayed", "expanded" -> Action.DONE;
            default -> {
                EnhancedStatus status = EnhancedStatus.parse(group.get("Status"))
                        .or(() -> EnhancedStatus.find(group.get("Diagnostic-Code")))
                        .orElse(null);
                yield status == null || status.statusClass() == 2 ? Action.DONE : Action.FAILED;
            }
        };
    }

    private static Failure failure(Message message, Headers group) {
        String failed = ReportFields.address(group.get("Final-Recipient"));
        String original = ReportFields.originalAddress(group.get("Original-Recipient"), failed);
        String diagnostic = ReportFields.untyped(group.get("Diagnostic-Code"));
        Failure failure = new Failure(
                original,
                failed,
                EnhancedStatus.parse(group.get("Status")).orElse(null),
                diagnostic,
                ReportFields.untyped(group.get("Remote-MTA")),
                group.get("Last-Attempt-Date"));
        if (ReportFields.hasType(group.get("Diagnostic-Code"), "x-unix")) {
            return failure.withCommand("PIPE");
        }
        boolean clear = EnhancedStatus.find(diagnostic)
                .filter(status -> !status.isVague())
                .isPresent();
        return clear ? failure : TextReport.complete(message.notice(), failure);
    }
}
