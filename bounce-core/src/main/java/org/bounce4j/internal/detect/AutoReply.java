package org.bounce4j.internal.detect;

import java.util.List;
import java.util.Locale;
import org.bounce4j.mail.MailKind;
import org.jspecify.annotations.Nullable;

/**
 * Knows automatic answers (RFC 3834) by their header: {@code Auto-Submitted: auto-replied} and what was used before there was
 * a standard. Stands behind the reports, since Postfix marks its bounces {@code auto-replied} too.
 */
final class AutoReply implements Detector {
    private static final List<String> SUBJECTS = List.of(
            "out of office",
            "out of the office",
            "automatic reply",
            "auto:",
            "auto reply",
            "auto-reply",
            "autoreply",
            "vacation",
            "abwesenheit",
            "automatische antwort",
            "réponse automatique",
            "absence",
            "respuesta automática",
            "fuera de la oficina",
            "risposta automatica",
            "automatisch antwoord",
            "自動応答",
            "不在");

    @Override
    public String name() {
        return "auto-reply";
    }

    @Override
    public @Nullable Finding detect(Message message) {
        return isAutomatic(message) ? new Finding(MailKind.AUTO_REPLY) : null;
    }

    /** Returns whether the header says so. */
    static boolean isAutomatic(Message message) {
        if (lower(message.header("Auto-Submitted")).startsWith("auto-replied")
                || lower(message.header("Precedence")).startsWith("auto_reply")
                || message.header("X-Autoreply") != null
                || message.header("X-Autorespond") != null
                || message.header("X-Auto-Reply") != null) {
            return true;
        }
        // QUIRK: ticket systems answer with "auto-generated", and ask at least not to be answered themselves
        if (lower(message.header("Auto-Submitted")).startsWith("auto-generated")
                && message.header("X-Auto-Response-Suppress") != null) {
            return true;
        }
        String subject = message.subject();
        for (String beginning : SUBJECTS) {
            if (subject.startsWith(beginning)) {
                return true;
            }
        }
        return false;
    }

    private static String lower(@Nullable String value) {
        return value == null ? "" : value.strip().toLowerCase(Locale.ROOT);
    }
}
