package org.bounce4j.internal.detect;

import java.util.List;
import org.bounce4j.internal.mime.FieldGroups;
import org.bounce4j.internal.mime.Part;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of a delivery status notification (RFC 3464) that stand in plain text, as gateways leave them that take a
 * report to pieces, or in a file ({@code details.txt}), where they do not know the part's type. Known by a line that begins with
 * {@code Final-Recipient:} or {@code Original-Recipient:} in a mail of a mail system; a person who quotes such lines is none.
 * Fixture dsn-as-file.eml
 */
final class InlineStatusReport implements Detector {
    private static final List<String> SIGNS = List.of("final-recipient:", "original-recipient:");
    private static final List<String> FIELDS = List.of(
            "final-recipient:",
            "original-recipient:",
            "reporting-mta:",
            "original-envelope-id:",
            "arrival-date:",
            "action:",
            "status:",
            "diagnostic-code:",
            "x-postfix-queue-id:");

    @Override
    public String name() {
        return "rfc3464-inline";
    }

    @Override
    public @Nullable Finding detect(Message message) {
        if (!message.isFromMailSystem() && !message.hasNullReturnPath()) {
            return null;
        }
        Part report = report(message.texts());
        if (report == null) {
            List<Part> files = message.files();
            report = !files.isEmpty() && saysFailure(message) ? report(files) : null;
        }
        if (report == null) {
            return null;
        }
        String text = report.text();
        FieldGroups fields = report.fieldGroups(text.substring(begin(text)));
        Finding finding =
                DeliveryStatusReport.read(message, fields, message.notice().original());
        return finding == null
                ? null
                : Hearsay.doubted(
                        message, finding.cut(report.isCut()), () -> Hearsay.signs(message, message.notice(), 0));
    }

    private static @Nullable Part report(List<Part> parts) {
        for (Part part : parts) {
            if (begin(part.text()) >= 0) {
                return part;
            }
        }
        return null;
    }

    /** A person may send the file of a report, and a ticket system return it. Fixture report-file-of-postmaster.eml */
    private static boolean saysFailure(Message message) {
        Dialects dialects = Dialects.standard();
        return Sender.isDaemon(message)
                || message.isFromMailSystem() && message.isFromNobody()
                || dialects.saysFailure(message.subject())
                || dialects.saysFailure(message.noticeWords());
    }

    /** Returns where the fields begin, or -1 where there are none. */
    private static int begin(String text) {
        if (!text.contains("ecipient:") && !text.contains("ECIPIENT:")) {
            return -1;
        }
        int begin = -1;
        for (int line = 0; line < text.length(); line = nextLine(text, line)) {
            if (begin < 0 && startsWithAny(text, line, FIELDS)) {
                begin = line;
            }
            if (startsWithAny(text, line, SIGNS)) {
                return begin;
            }
        }
        return -1;
    }

    private static int nextLine(String text, int line) {
        int end = text.indexOf('\n', line);
        return end < 0 ? text.length() : end + 1;
    }

    private static boolean startsWithAny(String text, int line, List<String> fields) {
        if ("foradsxFORADSX".indexOf(text.charAt(line)) < 0) {
            return false;
        }
        for (String field : fields) {
            if (text.regionMatches(true, line, field, 0, field.length())) {
                return true;
            }
        }
        return false;
    }
}
