package org.bounce4j.mail;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Undoes what senders and forwarders do to the envelope sender of a mail: SRS (a forwarder puts its own domain in), BATV (a
 * tag against forged bounces) and VERP (whom the mail was for).
 *
 * @param sender the address of who sent the mail
 * @param recipient whom the mail was for, as VERP says it, or null
 * @param clear whether it is clear where in the address the recipient begins
 */
record ReturnAddress(String sender, @Nullable String recipient, boolean clear) {
    private static final int MAX_LENGTH = 1_000;
    private static final int MAX_LAYERS = 4;
    private static final int SENDGRID_ID = 4;
    private static final int MAILGUN_ID = 6;
    /** Shorter ones are years, and part of the user's name: {@code news-2024-team=example.com}. */
    private static final int LEAST_NUMBER = 5;

    /** Gmail writes so whom it forwards to; who sent the mail does not stand there. */
    private static final String FORWARDED = "+caf_=";

    /** What stands last before the recipient, where hyphens separate: list-owner-jane=example.com, list-return-12-jane=…. */
    private static final Set<String> ENDS_OF_BASES =
            Set.of("bounce", "bounces", "owner", "return", "returns", "errors", "error", "request", "admin", "verp");

    /** Reads an address; one that is nothing special is its own sender. */
    static ReturnAddress of(String address) {
        if (address.length() > MAX_LENGTH || address.indexOf('=') < 0) {
            return new ReturnAddress(address, null, false);
        }
        String plain = unwrap(address);
        ReturnAddress verp = verp(plain);
        return verp == null ? new ReturnAddress(plain, null, false) : verp;
    }

    /** Undoes SRS and BATV, also the one inside the other. */
    static String unwrap(String address) {
        if (address.indexOf('=') < 0) {
            return address;
        }
        String inner = address;
        for (int i = 0; i < MAX_LAYERS; i++) {
            String next = batv(inner);
            next = next == null ? srs(inner) : next;
            if (next == null) {
                break;
            }
            inner = next;
        }
        return inner;
    }

    /** {@code prvs=<tag>=user@host}, and {@code btv1==<tag>==user@host} of Barracuda. */
    private static @Nullable String batv(String address) {
        int start;
        if (address.regionMatches(true, 0, "prvs=", 0, 5)) {
            int end = address.indexOf('=', 5);
            start = end < 0 ? -1 : end + 1;
        } else if (address.regionMatches(true, 0, "btv1==", 0, 6)) {
            int end = address.indexOf("==", 6);
            start = end < 0 ? -1 : end + 2;
        } else {
            return null;
        }
        return start > 0 && start < address.lastIndexOf('@') ? address.substring(start) : null;
    }

    /**
     * {@code SRS0=<hash>=<time>=host=user@forwarder}, and {@code SRS1=<hash>=first==<hash>=<time>=host=user@second} where two
     * have forwarded it. The first separator may be {@code =}, {@code +} or {@code -}.
     */
    private static @Nullable String srs(String address) {
        int at = address.lastIndexOf('@');
        if (at < 6 || !address.regionMatches(true, 0, "SRS", 0, 3) || "=+-".indexOf(address.charAt(4)) < 0) {
            return null;
        }
        String local = address.substring(5, at);
        if (address.charAt(3) == '1') {
            // <hash>=first=<what followed SRS0 there>: it began with a separator of its own
            int host = local.indexOf('=');
            int rest = local.indexOf('=', host + 1);
            if (host < 0 || rest < 0 || rest + 1 >= local.length() || "=+-".indexOf(local.charAt(rest + 1)) < 0) {
                return null;
            }
            local = local.substring(rest + 2);
        } else if (address.charAt(3) != '0') {
            return null;
        }
        int time = local.indexOf('=');
        int host = local.indexOf('=', time + 1);
        int user = local.indexOf('=', host + 1);
        if (time < 0 || host < 0 || user < 0 || user + 1 == local.length()) {
            return null;
        }
        String domain = local.substring(host + 1, user);
        return isDomain(domain) ? local.substring(user + 1) + '@' + domain : null;
    }

    /** {@code base+user=domain@host} and {@code base-user=domain@host}. A user may have a {@code =}: the last one counts. */
    private static @Nullable ReturnAddress verp(String address) {
        int at = address.lastIndexOf('@');
        int equals = address.lastIndexOf('=', at);
        if (at < 0 || equals < 3 || address.contains(FORWARDED) || !isDomain(address.substring(equals + 1, at))) {
            return null;
        }
        String local = address.substring(0, equals);
        String domain = address.substring(equals + 1, at);
        int plus = local.indexOf('+');
        int start = plus >= 0 ? behindIds(local, plus + 1) : behindBase(local);
        boolean clear = start > 0;
        if (start <= 0) {
            // one hyphen can only be the separator; of several, the one behind the number of a mail or a customer may
            // be it
            start = local.indexOf('-') == local.lastIndexOf('-') ? local.indexOf('-') + 1 : behindNumber(local);
        }
        if (start < 2 || start >= local.length()) {
            return null;
        }
        return new ReturnAddress(
                local.substring(0, start - 1) + address.substring(at), local.substring(start) + '@' + domain, clear);
    }

    /**
     * QUIRK: SendGrid writes its customer and the mail before the user, {@code bounces+1234567-ab12-jane=example.com}, and Mailgun
     * {@code bounce+8ee5b6.a1b2c3-jane=example.com}.
     */
    private static int behindIds(String local, int start) {
        int first = local.indexOf('-', start);
        if (first < 0) {
            return start;
        }
        int dot = local.indexOf('.', start);
        if (dot == start + MAILGUN_ID && first == dot + 1 + MAILGUN_ID) {
            boolean mailgun = isHex(local, start, dot)
                    && isHex(local, dot + 1, first)
                    && local.substring(start, first).chars().anyMatch(c -> c >= '0' && c <= '9');
            return mailgun ? first + 1 : start;
        }
        int second = local.indexOf('-', first + 1);
        boolean sendGrid = second == first + 1 + SENDGRID_ID
                && isHex(local, first + 1, second)
                && local.substring(start, first).chars().allMatch(c -> c >= '0' && c <= '9');
        return sendGrid && first >= start + LEAST_NUMBER ? second + 1 : start;
    }

    /** Returns where the user begins if a long number stands before it: fixture arf-blotted-but-numbered-verp.eml; or 0. */
    private static int behindNumber(String local) {
        int end = local.lastIndexOf('-');
        int start = end;
        while (start > 0 && local.charAt(start - 1) >= '0' && local.charAt(start - 1) <= '9') {
            start--;
        }
        return end - start >= LEAST_NUMBER && start > 1 && local.charAt(start - 1) == '-' ? end + 1 : 0;
    }

    private static boolean isHex(String text, int start, int end) {
        return text.substring(start, end).chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f');
    }

    /** Returns where the user begins behind a base that ends as bases do: with such words, and numbers behind them; or 0. */
    private static int behindBase(String local) {
        List<String> words = List.of(local.split("-", -1));
        int start = 0;
        int at = 0;
        for (String word : words.subList(0, words.size() - 1)) {
            boolean known = ENDS_OF_BASES.contains(word.toLowerCase(Locale.ROOT));
            boolean number = !word.isEmpty() && word.chars().allMatch(c -> c >= '0' && c <= '9');
            boolean follows = start == at && start > 0;
            at += word.length() + 1;
            if (known && (start == 0 || follows) || number && follows) {
                start = at;
            }
        }
        return start;
    }

    private static boolean isDomain(String text) {
        if (text.indexOf('.') < 1 || text.endsWith(".") || text.length() > 255) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '.')) {
                return false;
            }
        }
        return true;
    }
}
