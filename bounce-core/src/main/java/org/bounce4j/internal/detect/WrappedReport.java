package org.bounce4j.internal.detect;

import org.bounce4j.internal.mime.Part;
import org.jspecify.annotations.Nullable;

/**
 * Reads reports that a mail system passes on as an attachment, with no report of its own: gateways of Trend Micro do so. Known
 * by a mail of a mail system that names nobody, on which a report of a mail system hangs, or another such mail.
 */
final class WrappedReport implements Detector {
    private final Detector report = new DeliveryStatusReport();
    private final Detector notice = new TextNotice();

    @Override
    public String name() {
        return "wrapped-report";
    }

    @Override
    public @Nullable Finding detect(Message message) {
        Part attached = message.attached();
        if (attached == null || !message.isFromMailSystem() || namesSomebody(message)) {
            return null;
        }
        Message inner = new Message(attached);
        if (!inner.isFromMailSystem()) {
            return null;
        }
        Finding finding = report.detect(inner);
        finding = finding == null ? detect(inner) : finding;
        return finding == null ? notice.detect(inner) : finding;
    }

    private static boolean namesSomebody(Message message) {
        NoticeText notice = message.notice();
        int at = notice.text().indexOf('@');
        return at >= 0 && at < notice.end();
    }
}
