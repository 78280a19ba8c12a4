package org.bounce4j.examples.serve;

import java.util.List;
import org.bounce4j.BounceEvent;
import org.bounce4j.EmailAddress;
import org.bounce4j.suppression.SuppressionList;
import org.jspecify.annotations.Nullable;

/** Lines of a CSV file (RFC 4180) that a spreadsheet may open: no cell is taken for a formula. */
final class Csv {
    static final String EVENTS =
            "id,type,reason,rule,trust,source,email,subscriber_uuid,campaign_uuid,status,reply_code,diagnostic,remote_mta,"
                    + "message_id,created_at,received_at,meta\r\n";
    static final String SUPPRESSIONS = "email,subscriber_uuid,scope,action,type,reason,rule,since\r\n";

    private Csv() {}

    static String line(BounceEvent event) {
        return line(
                event.id(),
                event.type().json(),
                event.reason(),
                event.rule().orElse(null),
                event.trust(),
                event.source(),
                event.recipient().map(EmailAddress::address).orElse(null),
                event.subscriber().orElse(null),
                event.campaign().orElse(null),
                event.status().orElse(null),
                event.replyCode().isPresent() ? event.replyCode().getAsInt() : null,
                event.diagnostic().orElse(null),
                event.remoteMta().orElse(null),
                event.messageId().orElse(null),
                event.occurredAt(),
                event.receivedAt(),
                event.meta());
    }

    static String line(SuppressionList.Entry entry) {
        return line(
                entry.address().map(EmailAddress::address).orElse(null),
                entry.subscriber().orElse(null),
                entry.scope(),
                entry.suppression().action(),
                entry.suppression().type().json(),
                entry.suppression().reason(),
                entry.suppression().rule(),
                entry.suppression().since());
    }

    private static String line(@Nullable Object... cells) {
        StringBuilder line = new StringBuilder();
        for (Object cell : cells) {
            if (line.length() > 0) {
                line.append(',');
            }
            line.append(cell(cell == null ? "" : cell.toString()));
        }
        return line.append("\r\n").toString();
    }

    static String cell(String text) {
        // QUIRK: spreadsheets compute a cell that begins like this, and a bounce's text is written by strangers
        String safe = !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        boolean quote = List.of(",", "\"", "\r", "\n").stream().anyMatch(safe::contains);
        return quote ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
    }
}
