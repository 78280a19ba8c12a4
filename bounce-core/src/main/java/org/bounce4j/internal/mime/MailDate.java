package org.bounce4j.internal.mime;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads dates of mails (RFC 5322, section 3.3, and what is written instead of it). */
public final class MailDate {
    private static final List<String> MONTHS =
            List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
    private static final int MAX = 100;

    private MailDate() {}

    /** Returns the instant, or null if the text holds no date. A zone that is missing or unknown is UTC. */
    public static @Nullable Instant parse(@Nullable String text) {
        if (text == null || text.length() > MAX) {
            return null;
        }
        Instant standard = standard(text);
        return standard != null ? standard : inOtherForms(text);
    }

    /** Reads {@code Tue, 03 Nov 2026 08:12:43 +0100}, which most dates are; returns null for other forms. */
    private static @Nullable Instant standard(String text) {
        int at = text.length() > 5 && text.charAt(3) == ',' && text.charAt(4) == ' ' ? 5 : 0;
        int dayEnd = text.indexOf(' ', at);
        int length = dayEnd + " Nov 2026 08:12:43 +0100".length();
        if (dayEnd <= at || dayEnd > at + 2 || length > text.length() || isMore(text, length)) {
            return null;
        }
        int month = MONTHS.indexOf(text.substring(dayEnd + 1, dayEnd + 4).toLowerCase(Locale.ROOT)) + 1;
        int day = number(text, at, dayEnd);
        int year = number(text, dayEnd + 5, dayEnd + 9);
        int hour = number(text, dayEnd + 10, dayEnd + 12);
        int minute = number(text, dayEnd + 13, dayEnd + 15);
        int second = number(text, dayEnd + 16, dayEnd + 18);
        int zone = number(text, dayEnd + 20, dayEnd + 24);
        char sign = text.charAt(dayEnd + 19);
        boolean separated = text.charAt(dayEnd + 4) == ' '
                && text.charAt(dayEnd + 9) == ' '
                && text.charAt(dayEnd + 12) == ':'
                && text.charAt(dayEnd + 15) == ':'
                && text.charAt(dayEnd + 18) == ' '
                && (sign == '+' || sign == '-');
        boolean within = month > 0
                && year >= 1900
                && YearMonth.of(year, month).isValidDay(day)
                && hour >= 0
                && hour < 24
                && minute >= 0
                && minute < 60;
        if (!separated || !within || second < 0 || second > 59 || zone < 0 || zone > 1400) {
            return null;
        }
        int offset = (zone / 100 * 60 + zone % 100) * 60;
        return LocalDateTime.of(year, month, day, hour, minute, second)
                .toInstant(ZoneOffset.ofTotalSeconds(sign == '-' ? -offset : offset));
    }

    private static boolean isMore(String text, int at) {
        return at < text.length() && text.charAt(at) != ' ';
    }

    /** Returns the number that these digits are, or -1. */
    private static int number(String text, int start, int end) {
        int number = 0;
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            number = number * 10 + c - '0';
        }
        return number;
    }

    private static @Nullable Instant inOtherForms(String text) {
        List<String> words = words(text);
        int month = -1;
        for (int i = 0; i < words.size() && month < 0; i++) {
            month = words.get(i).length() >= 3 && isMonth(words.get(i)) ? i : -1;
        }
        if (month < 0) {
            return null;
        }
        try {
            return parse(words, month);
        } catch (NumberFormatException | DateTimeException | IndexOutOfBoundsException e) {
            return null;
        }
    }

    private static Instant parse(List<String> words, int month) {
        int monthNumber = MONTHS.indexOf(words.get(month).substring(0, 3)) + 1;
        // "3 Nov 2026 08:12:43 +0000", or asctime's "Nov 3 08:12:43 2026"
        boolean dayFirst = month > 0
                && number(words.get(month - 1), 0, words.get(month - 1).length()) > 0;
        boolean asctime = !dayFirst
                && words.get(month + 1).length() <= 2
                && words.get(month + 2).indexOf(':') > 0;
        int day = Integer.parseInt(words.get(asctime ? month + 1 : month - 1));
        String[] time = words.get(month + 2).split(":", -1);
        int at = asctime ? month + 3 : month + 1;
        // a zone may stand before asctime's year: "Nov 3 08:12:43 UTC 2026"
        boolean zoneFirst = asctime && !Character.isDigit(words.get(at).charAt(0));
        int year = Integer.parseInt(words.get(zoneFirst ? at + 1 : at));
        if (year < 100) {
            year += year < 50 ? 2000 : 1900;
        }
        LocalDateTime local = LocalDateTime.of(
                year,
                monthNumber,
                day,
                Integer.parseInt(time[0]),
                Integer.parseInt(time[1]),
                time.length > 2 ? Math.min(59, Integer.parseInt(time[2])) : 0);
        int zone = asctime ? (zoneFirst ? at : at + 1) : month + 3;
        return local.toInstant(zone < words.size() ? offset(words.get(zone)) : ZoneOffset.UTC);
    }

    private static ZoneOffset offset(String zone) {
        char sign = zone.charAt(0);
        String digits = zone.substring(1).replace(":", "");
        if ((sign == '+' || sign == '-') && digits.length() == 4) {
            int number = Integer.parseInt(digits);
            int minutes = number / 100 * 60 + number % 100;
            return ZoneOffset.ofTotalSeconds((sign == '-' ? -minutes : minutes) * 60);
        }
        return switch (zone) {
            case "est" -> ZoneOffset.ofHours(-5);
            case "edt" -> ZoneOffset.ofHours(-4);
            case "cst" -> ZoneOffset.ofHours(-6);
            case "cdt" -> ZoneOffset.ofHours(-5);
            case "mst" -> ZoneOffset.ofHours(-7);
            case "mdt" -> ZoneOffset.ofHours(-6);
            case "pst" -> ZoneOffset.ofHours(-8);
            case "pdt" -> ZoneOffset.ofHours(-7);
            case "jst" -> ZoneOffset.ofHours(9);
            case "cet" -> ZoneOffset.ofHours(1);
            case "cest" -> ZoneOffset.ofHours(2);
            default -> ZoneOffset.UTC;
        };
    }

    private static boolean isMonth(String word) {
        return MONTHS.contains(word.substring(0, 3));
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : ' ';
            // "3-Nov-2026" is three words, "-0500" is one
            boolean dash = c == '-' && word.length() > 0;
            if (c == ' ' || c == ',' || c == '\t' || c == '(' || c == ')' || dash) {
                if (word.length() > 0) {
                    words.add(word.toString().toLowerCase(Locale.ROOT));
                    word.setLength(0);
                }
            } else {
                word.append(c);
            }
        }
        return words;
    }
}
