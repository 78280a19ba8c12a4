package org.bounce4j.internal.detect;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bounce4j.EmailAddress;
import org.bounce4j.internal.PhraseMatcher;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a server answered to each recipient in the log of an SMTP session that a notice shows: {@code --> RCPT
 * TO:<jane@example.com>}, {@code <-- 550 No such user}. What was answered to DATA is about all that were accepted.
 */
final class SessionReplies {
    private static final int MOST = 1_000;
    private static final int LONGEST_LOGGED = 40;
    private static final String RCPT = "rcpt to:";
    private static final PhraseMatcher IN_SESSION = new PhraseMatcher(List.of(RCPT));
    private static final List<String> SENT = List.of("-->", ">>>", "=>", "->", "C:");
    private static final List<String> ANSWERED = List.of("<--", "<<<", "<=", "<-", "S:");

    private final Map<String, String> replies = new HashMap<>();
    private final Map<String, String> commands = new HashMap<>();
    private final Deque<String> asked = new ArrayDeque<>();
    private final List<String> accepted = new ArrayList<>();
    private boolean data;
    /** The first line of an answer of several. */
    private @Nullable String begun;

    SessionReplies(NoticeText notice) {
        int lines = IN_SESSION.isAnyIn(notice.text()) ? notice.count() : 0;
        for (int i = 0; i < lines; i++) {
            read(notice.line(i));
        }
    }

    /** Returns what was answered about an address, or null. */
    @Nullable
    String of(String key) {
        return replies.get(key);
    }

    /** Returns the command that was answered so. */
    @Nullable
    String command(String key) {
        return commands.get(key);
    }

    private void read(String line) {
        String words = behind(ANSWERED, line);
        if (words.length() > 2 && isCode(words)) {
            if (words.startsWith("220")) {
                begin();
                return;
            }
            String whole = begun == null ? words : begun;
            boolean goesOn = words.length() > 3 && words.charAt(3) == '-';
            begun = goesOn ? whole : null;
            if (!goesOn) {
                answered(whole);
            }
            return;
        }
        String sent = behind(SENT, line).toLowerCase(Locale.ROOT);
        if (sent.startsWith(RCPT)) {
            Addresses.Span span = Addresses.next(sent, RCPT.length());
            String key = span == null
                    ? ""
                    : EmailAddress.parse(span.text()).map(EmailAddress::key).orElse("");
            if (asked.size() < MOST) {
                asked.add(key);
            }
        } else if (sent.equals("data") || sent.equals(".")) {
            data = true;
        } else if (sent.startsWith("mail from")) {
            begin();
            // its answer may come after the next commands were sent
            asked.add("");
        } else if (sent.startsWith("helo") || sent.startsWith("ehlo") || sent.contains("session transcript")) {
            begin();
        }
    }

    private void begin() {
        asked.clear();
        accepted.clear();
        data = false;
        begun = null;
    }

    private void answered(String words) {
        boolean refused = words.charAt(0) == '4' || words.charAt(0) == '5';
        String key = asked.poll();
        if (key != null) {
            if (key.isEmpty()) {
                return;
            }
            if (refused) {
                put(key, words, "RCPT");
            } else if (accepted.size() < MOST) {
                accepted.add(key);
            }
        } else if (data && refused) {
            accepted.forEach(each -> put(each, words, "DATA"));
        }
    }

    private void put(String key, String words, String command) {
        if (replies.size() < MOST && replies.putIfAbsent(key, words) == null) {
            commands.put(key, command);
        }
    }

    /** Returns what stands behind a mark, and behind the time that may stand before it; the line itself where there is none. */
    private static String behind(List<String> marks, String line) {
        for (String mark : marks) {
            int at = line.indexOf(mark);
            if (at >= 0 && at < LONGEST_LOGGED) {
                return line.substring(at + mark.length()).strip();
            }
        }
        return line.strip();
    }

    private static boolean isCode(String words) {
        return words.charAt(0) >= '2'
                && words.charAt(0) <= '5'
                && Character.isDigit(words.charAt(1))
                && Character.isDigit(words.charAt(2))
                && (words.length() == 3 || words.charAt(3) == ' ' || words.charAt(3) == '-');
    }
}
