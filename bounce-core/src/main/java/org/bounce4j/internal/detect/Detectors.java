package org.bounce4j.internal.detect;

import java.util.List;
import org.bounce4j.mail.MailKind;

/** The detectors in their order: the standards first. The first one that knows the format speaks. */
public final class Detectors {
    private static final List<Detector> ALL = List.of(
            new FeedbackReport(),
            new JunkMailReport(),
            new DeliveryStatusReport(),
            new InlineStatusReport(),
            new DispositionNotification(),
            new WrappedReport(),
            new SesNotification(),
            new SpamCopReport(),
            new XarfReport(),
            new ComplaintInWords(),
            new ReadReceipt(),
            new TextNotice(),
            new RelayedReply(),
            new FilterNotice(),
            new AutoReply());

    private Detectors() {}

    /** Returns what the mail is and says. */
    public static Finding detect(Message message) {
        for (Detector detector : ALL) {
            Finding finding = detector.detect(message);
            if (finding != null) {
                return finding.detector().isEmpty() ? finding.by(detector.name()) : finding;
            }
        }
        return new Finding(MailKind.OTHER).by("none");
    }
}
