package org.bounce4j.internal.detect;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.bounce4j.EmailAddress;
import org.bounce4j.internal.JsonNames;
import org.bounce4j.internal.JsonReader;
import org.bounce4j.internal.JsonReader.MalformedJsonException;
import org.bounce4j.internal.mime.Headers;
import org.bounce4j.internal.mime.Part;
import org.bounce4j.mail.MailKind;
import org.jspecify.annotations.Nullable;

/**
 * Reads X-ARF reports of spam (github.com/abusix/xarf): fields in a text, or in JSON since the second version, and mostly our mail
 * beside them. Known by the field {@code X-XARF}, or {@code X-ARF} in the first version. Reports of anything else than spam
 * are about no mail.
 */
final class XarfReport implements Detector {
    /** Others that begin so are about web pages and hosts: {@code spamvertised}, {@code spambot}, {@code spam-comment}. */
    private static final Set<String> SPAM = Set.of("spam", "spamtrap", "spam_trap", "spam-trap");

    private static final Set<String> FIELDS = Set.of("ReportType", "SmtpRcptToAddress", "type", "smtp_to");

    @Override
    public String name() {
        return "xarf";
    }

    @Override
    public @Nullable Finding detect(Message message) {
        if (message.header("X-XARF") == null && message.header("X-ARF") == null) {
            return null;
        }
        Part json = message.own("application/json");
        Finding finding = json == null ? null : ofJson(json, message);
        boolean inText = finding == null && message.texts().stream().anyMatch(XarfReport::isOfSpam);
        return inText ? ofAttached(message) : finding;
    }

    private static boolean isOfSpam(Part part) {
        for (Headers fields : part.fieldGroups().groups()) {
            if (isSpam(fields.get("Report-Type"))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSpam(@Nullable String type) {
        String word = type == null ? "" : type.strip().toLowerCase(Locale.ROOT);
        boolean quoted = word.length() > 2 && "\"'".indexOf(word.charAt(0)) >= 0;
        return SPAM.contains(quoted ? word.substring(1, word.length() - 1) : word);
    }

    private static @Nullable Finding ofAttached(Message message) {
        Headers original = message.attachedOriginal();
        if (original == null) {
            return null;
        }
        Finding finding = new Finding(MailKind.COMPLAINT).original(original);
        Complainants.of(message, original).forEach(finding::failed);
        return finding;
    }

    /** The second version has its fields in an object {@code Report}, the fourth at the top and by other names. */
    private static @Nullable Finding ofJson(Part part, Message message) {
        Map<String, String> fields = new HashMap<>();
        try {
            byte[] json = part.text().getBytes(StandardCharsets.UTF_8);
            JsonReader reader = JsonReader.lenient(json, 0, json.length, JsonNames.NONE);
            read(reader, fields, true);
        } catch (MalformedJsonException e) {
            return null;
        }
        String type = fields.containsKey("ReportType") ? fields.get("ReportType") : fields.get("type");
        if (!isSpam(type)) {
            return null;
        }
        String mailed =
                fields.containsKey("SmtpRcptToAddress") ? fields.get("SmtpRcptToAddress") : fields.get("smtp_to");
        EmailAddress address = ReportFields.address(mailed);
        return address == null || Complainants.isBlotted(address)
                ? ofAttached(message)
                : new Finding(MailKind.COMPLAINT)
                        .original(message.attachedOriginal())
                        .failed(Failure.of(null, address));
    }

    private static void read(JsonReader reader, Map<String, String> fields, boolean top) throws MalformedJsonException {
        if (reader.kind() != '{') {
            reader.skip();
            return;
        }
        reader.enter();
        while (reader.field()) {
            String name = reader.name();
            if (top && name.equals("Report")) {
                read(reader, fields, false);
            } else if (FIELDS.contains(name)) {
                String value = reader.text();
                if (value != null) {
                    fields.put(name, value);
                }
            } else {
                reader.skip();
            }
        }
    }
}
