package org.bounce4j.internal.detect;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.bounce4j.EmailAddress;
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
    private static final int MAX_PARTS = 100;

    /** What the groups of a report hold, as far as it is read. */
    private static final Set<String> FIELDS =
            Set.of("reporting-mta", "final-recipient", "original-recipient", "status", "diagnostic-code", "remote-mta");

    @Override
    public String name() {
        return "rfc3464";
    }

    @Override
    public @Nullable Finding detect(Message message) {
        Part report = message.own("message/delivery-status", "message/global-delivery-status");
        if (report == null || !message.isReport(report)) {
            return null;
        }
        FieldGroups fields = fields(report);
        List<Part> more = message.like(report);
        if (!more.isEmpty()) {
            // QUIRK: a gateway that writes a part for each recipient; fixture dsn-two-parts.eml
            List<Headers> groups = new ArrayList<>(fields.groups());
            boolean cut = fields.cut() || more.size() > MAX_PARTS;
            for (Part part : more.subList(0, Math.min(MAX_PARTS, more.size()))) {
                FieldGroups further = fields(part);
                groups.addAll(further.groups());
                cut |= further.cut();
            }
            fields = new FieldGroups(groups, cut);
        }
        return read(message, fields, message.originalBehind(report));
    }

    /** QUIRK: gateways that leave out the blank line in front of the report; fixture dsn-fields-in-part-header.eml. */
    private static FieldGroups fields(Part report) {
        FieldGroups fields = report.fieldGroups();
        if (fields.groups().isEmpty() && isRecipient(report.headers())) {
            return new FieldGroups(List.of(report.headers()), false);
        }
        boolean apart = !isMisgrouped(fields.groups());
        boolean broken = !apart || isUnderscored(fields.groups());
        return broken ? report.fieldGroups(regrouped(fields.groups(), apart)) : fields;
    }

    /** QUIRK: scripts that write {@code Final_Recipient}; fixture dsn-underscores.eml. */
    private static boolean isUnderscored(List<Headers> groups) {
        for (Headers group : groups) {
            for (int i = 0; i < group.count(); i++) {
                String name = group.name(i);
                if (name.indexOf('_') >= 0
                        && FIELDS.contains(name.replace('_', '-').toLowerCase(Locale.ROOT))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether there is a blank line behind each field, or none between two recipients. */
    private static boolean isMisgrouped(List<Headers> groups) {
        boolean scattered = groups.size() > 2;
        for (Headers group : groups) {
            int recipients = 0;
            for (int i = 0; i < group.count(); i++) {
                recipients += group.name(i).equalsIgnoreCase("Final-Recipient") ? 1 : 0;
            }
            if (recipients > 1) {
                return true;
            }
            scattered &= group.count() == 1;
        }
        return scattered;
    }

    /**
     * QUIRK: gateways that lose blank lines, or double them; fixtures dsn-one-group.eml, dsn-blank-lines.eml.
     *
     * @param apart whether the groups are right, and only the names of the fields are not; fixture dsn-underscores-action-first.eml
     */
    private static String regrouped(List<Headers> groups, boolean apart) {
        StringBuilder text = new StringBuilder();
        boolean complete = false;
        for (Headers group : groups) {
            for (int i = 0; i < group.count(); i++) {
                String name = group.name(i).replace('_', '-');
                boolean begins =
                        name.equalsIgnoreCase("Final-Recipient") || name.equalsIgnoreCase("Original-Recipient");
                text.append(begins && complete && !apart ? "\n" : "")
                        .append(name)
                        .append(": ")
                        .append(group.value(i))
                        .append('\n');
                complete = !begins && (complete || name.equalsIgnoreCase("Action") || name.equalsIgnoreCase("Status"));
            }
            text.append(apart ? "\n" : "");
        }
        return text.toString();
    }

    /** Returns what the groups of fields of a report say, or null if none of them is about a recipient. */
    static @Nullable Finding read(Message message, FieldGroups fields, @Nullable Headers original) {
        List<Headers> groups = fields.groups();
        MailKind kind = kind(groups);
        if (kind == null) {
            return null;
        }
        Finding finding = new Finding(kind).original(original).cut(fields.cut());
        Source source = new Source(message, original, isOfSeveral(groups));
        for (Headers group : groups) {
            if (!isRecipient(group)) {
                finding.reportedBy(ReportFields.untyped(group.get("Reporting-MTA")))
                        .arrived(group.get("Arrival-Date"));
                continue;
            }
            switch (action(group)) {
                case FAILED -> finding.failed(failure(source, group));
                case DELAYED -> finding.delayed(failure(source, group));
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

    private static boolean isOfSeveral(List<Headers> groups) {
        int recipients = 0;
        for (int i = 0; i < groups.size() && recipients < 2; i++) {
            recipients += isRecipient(groups.get(i)) && action(groups.get(i)) != Action.DONE ? 1 : 0;
        }
        return recipients > 1;
    }

    private static boolean isRecipient(Headers group) {
        // QUIRK: reports break off behind the address; fixture dsn-cut-behind-address.eml
        return group.has("Action")
                || (group.has("Final-Recipient") || group.has("Original-Recipient") || group.has("Recipient"))
                        && (group.has("Status") || group.has("Diagnostic-Code"));
    }

    /** Where the action is missing, the status decides; where that is missing too, nothing is known. */
    private static Action action(Headers group) {
        return switch (ReportFields.word(group.get("Action"))) {
            case "failed", "failure" -> Action.FAILED;
            case "delayed" -> Action.DELAYED;
            // QUIRK: "deliverable" of Postfix, where an address was only tried: sendmail -bv
            case "delivered", "relayed", "expanded", "deliverable" -> Action.DONE;
            case "" -> {
                EnhancedStatus status = EnhancedStatus.parse(group.get("Status"))
                        .or(() -> EnhancedStatus.find(group.get("Diagnostic-Code")))
                        .orElse(null);
                if (status == null || status.statusClass() == 2) {
                    yield Action.DONE;
                }
                // only of what is delayed (RFC 3464, section 2.3.9)
                String retry = group.get("Will-Retry-Until");
                boolean waits = retry != null
                        && !retry.isBlank()
                        && status.statusClass() == 4
                        && !(status.subject() == 4 && status.detail() == 7)
                        && ReplyCode.find(group.get("Diagnostic-Code")) < 500;
                yield waits ? Action.DELAYED : Action.FAILED;
            }
            // QUIRK: "expired" of SendGrid, "undeliverable" of gateways
            default -> Action.FAILED;
        };
    }

    /** What stands around the groups of a report, read once and only if it is asked for. */
    private static final class Source {
        private final Message message;
        private final @Nullable Headers returned;
        private final boolean several;
        private @Nullable TextReport words;
        private @Nullable List<EmailAddress> mailed;

        Source(Message message, @Nullable Headers returned, boolean several) {
            this.message = message;
            this.returned = returned;
            this.several = several;
        }

        TextReport words() {
            TextReport known = words;
            if (known == null) {
                known = new TextReport(message.notice(), several);
                words = known;
            }
            return known;
        }

        /** Returns whether the notice may tell of an alias, without reading its lines. */
        boolean mayTellAlias() {
            Part part = message.words();
            if (part == null) {
                return false;
            }
            String text = wordsOf(part);
            for (int i = 0; i < Aliases.SIGNS.size(); i++) {
                if (text.contains(Aliases.SIGNS.get(i))) {
                    return true;
                }
            }
            return false;
        }

        /** Returns whether the notice may tell that the sender was refused, without reading its lines. */
        boolean mayTellOfSender() {
            Part part = message.words();
            return part != null
                    && (part.type().equals("text/plain")
                            ? part.text().contains(TextReport.OF_SENDERS)
                            : TextReport.mayTellOfSender(wordsOf(part)));
        }

        private String wordsOf(Part part) {
            return switch (part.type()) {
                case "text/plain" -> part.text();
                case "text/html" -> NoticeText.visible(message.wordsOf(part));
                default -> NoticeText.visible(part.text());
            };
        }

        /** QUIRK: Exim reports the command of a pipe, and others a bare name, in the place of the address. */
        @Nullable
        EmailAddress mailed() {
            List<EmailAddress> known = mailed;
            if (known == null) {
                known = OriginalRecipients.failed(message);
                known = known.isEmpty() ? OriginalRecipients.of(message, returned) : known;
                mailed = known;
            }
            return known.size() == 1 ? known.get(0) : null;
        }
    }

    private static Failure failure(Source source, Headers group) {
        EmailAddress failed = ReportFields.address(group.get("Final-Recipient"));
        EmailAddress original = ReportFields.originalAddress(group.get("Original-Recipient"), failed);
        if (failed == null && original == null) {
            // QUIRK: scripts that write Recipient; fixture dsn-underscores.eml
            failed = ReportFields.address(group.get("Recipient"));
        }
        if (failed == null && original == null) {
            failed = source.mailed();
        }
        String status = group.get("Status");
        String code = group.get("Diagnostic-Code");
        String diagnostic = ReportFields.untyped(code);
        if (diagnostic == null && ReplyCode.find(status) != 0) {
            // QUIRK: "Status: 553 Exceeded maximum inbound message size"
            diagnostic = status;
        }
        Failure failure = Failure.of(original, failed)
                .status(EnhancedStatus.parse(status).orElse(null))
                .diagnostic(diagnostic)
                .remoteMta(ReportFields.host(group.get("Remote-MTA")))
                .lastAttempt(group.get("Last-Attempt-Date"));
        if (original == null && source.mayTellAlias()) {
            source.words().completeAlias(failure);
        }
        if (ReportFields.hasType(code, "x-unix")) {
            completeProgram(source, failure.command("PIPE"));
            return failure;
        }
        EnhancedStatus said = failure.said().orElse(null);
        if (said == null || said.isVague()) {
            source.words().complete(failure);
        } else if (failure.command() == null && source.mayTellOfSender()) {
            source.words().completeSender(failure);
        }
        return failure;
    }

    /** QUIRK: Sendmail reports only the number of a program's exit; what it said stands in the words beside the report. */
    private static void completeProgram(Source source, Failure failure) {
        String number = failure.diagnostic();
        if (number != null && number.chars().anyMatch(Character::isLetter)) {
            source.words().complete(failure);
            return;
        }
        source.words().complete(failure.diagnostic(null));
        if (failure.diagnostic() == null) {
            failure.diagnostic(number);
        }
    }
}
