package org.bounce4j.examples.serve;

import java.util.Locale;

/** Lists at the start what serves and what does not, and which setting decides that; no secret is in it. */
final class OnAndOff {
    private OnAndOff() {}

    /** Returns a line for each endpoint, the mailbox and the database. */
    static String of(ServeSettings settings) {
        String endpoints = settings.enabled ? settings.webhooks ? "" : "webhooks.enabled" : "bounce.enabled";
        return line("json", settings.json ? "on, /webhooks/bounce" : off(endpoints, "off, json.enabled is false"))
                + line(
                        "ses",
                        settings.ses != null
                                ? "on, /webhooks/service/ses"
                                : off(endpoints, "off, set ses.enabled and ses.topics"))
                + line(
                        "sendgrid",
                        settings.sendGrid != null
                                ? "on, /webhooks/service/sendgrid"
                                : off(endpoints, "off, set sendgrid.enabled and sendgrid.keys"))
                + line("pop3", mailbox(settings))
                + line("store", withoutCredentials(settings.storeUrl));
    }

    private static String mailbox(ServeSettings settings) {
        return settings.mailbox != null
                ? "on, scans " + settings.mailbox.name() + " every " + settings.interval.toSeconds() + " seconds"
                : off(settings.enabled ? "" : "bounce.enabled", "off, no mailbox is scanned; set pop3.enabled");
    }

    /** A switch that is over others is named before theirs, which would change nothing. */
    private static String off(String above, String itself) {
        return above.isEmpty() ? itself : "off, " + above + " is false";
    }

    private static String line(String name, String what) {
        return String.format(Locale.ROOT, "  %-10s%s\n", name, what);
    }

    /** Users and passwords stand before the host, or among the properties, which begin with ; or ?. */
    static String withoutCredentials(String url) {
        String bare = url.split("[;?]", 2)[0];
        int host = bare.indexOf("//") + 2;
        int at = bare.lastIndexOf('@');
        return host >= 2 && at >= host ? bare.substring(0, host) + bare.substring(at + 1) : bare;
    }
}
