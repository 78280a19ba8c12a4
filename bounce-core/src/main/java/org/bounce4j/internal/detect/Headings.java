package org.bounce4j.internal.detect;

import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the reasons that stand above the addresses which they are about, where a notice lists these in groups, each below a
 * paragraph of its own:
 *
 * <pre>
 * No such user:
 *   jane@example.com
 *
 * Mailbox full:
 *   joe@example.com
 * </pre>
 */
final class Headings {
    /** QUIRK: InterMail and KDDI have blank lines around addresses as well; fixture intermail-several.eml. */
    private static final List<String> REASON_FIRST =
            List.of("undeliverable due to the following reason", "The user(s) account is ");

    private static final int LONGEST_REASON = 300;

    private final NoticeText notice;
    private final boolean reasonFirst;
    private final IdentityHashMap<Mention, String> reasons = new IdentityHashMap<>();
    private int firstLine;

    Headings(NoticeText notice, Mentions mentions) {
        this.notice = notice;
        reasonFirst = REASON_FIRST.stream().anyMatch(notice.text()::contains);
        if (!mentions.areListed() || mentions.count() < 2 || !read(mentions)) {
            reasons.clear();
        }
    }

    /** Returns the reason above an address, or null. */
    @Nullable
    String of(Mention mention) {
        return reasons.get(mention);
    }

    /** Returns the line of the first reason: what stands above it is about all. */
    int firstLine() {
        return firstLine;
    }

    private boolean read(Mentions mentions) {
        int groups = 0;
        int last = -1;
        String reason = "";
        for (Mention mention : mentions.all()) {
            if (reasonFirst && !mention.rest.isBlank()) {
                // the server's own words stand behind this one
                last = mention.line;
                groups++;
                continue;
            }
            boolean sameGroup = last >= 0 && isBlank(last + 1, mention.line);
            if (!sameGroup) {
                int end = mention.line;
                while (reasonFirst && end > last + 1 && notice.isBlank(end - 1)) {
                    end--;
                }
                int start = end;
                while (start > last + 1 && !notice.isBlank(start - 1)) {
                    start--;
                }
                reason = paragraph(start, end);
                // what stands right below an address, or deeper than it, is about that one
                boolean apart =
                        last < 0 || start > last + 1 && notice.indentation(start) <= notice.indentation(mention.line);
                if (!isReason(reason)
                        || !apart
                        || reason.indexOf('@') >= 0
                        || Mentions.isRule(notice.line(end - 1).strip())) {
                    return false;
                }
                firstLine = groups == 0 ? start : firstLine;
                groups++;
            }
            if (!mention.rest.isBlank()) {
                return false;
            }
            reasons.put(mention, reason);
            last = mention.line;
        }
        return groups > 1 && (last + 1 == notice.count() || notice.isBlank(last + 1)) && !isCoded(last + 1);
    }

    /** Returns whether a server's words stand from a line on: those say more than a heading. */
    private boolean isCoded(int line) {
        for (int i = line; i < notice.count(); i++) {
            if (ReplyCode.position(notice.text(), notice.start(i), notice.end(i)) >= 0) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether a paragraph may say why: more than {@code To}, less than a letter, and not that reasons follow. */
    private static boolean isReason(String paragraph) {
        return paragraph.indexOf(' ') > 0
                && paragraph.length() <= LONGEST_REASON
                && !paragraph.contains(REASON_FIRST.get(0));
    }

    private boolean isBlank(int from, int to) {
        for (int i = from; i < to; i++) {
            if (!notice.isBlank(i)) {
                return false;
            }
        }
        return true;
    }

    private String paragraph(int start, int end) {
        StringBuilder words = new StringBuilder();
        for (int i = start; i < end; i++) {
            if (words.length() <= LONGEST_REASON) {
                words.append(words.length() == 0 ? "" : " ")
                        .append(notice.line(i).strip());
            }
        }
        int colon = words.length() - 1;
        return colon >= 0 && words.charAt(colon) == ':' ? words.substring(0, colon) : words.toString();
    }
}
