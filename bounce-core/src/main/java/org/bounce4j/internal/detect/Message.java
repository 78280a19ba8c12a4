package org.bounce4j.internal.detect;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.bounce4j.internal.mime.EncodedWord;
import org.bounce4j.internal.mime.Headers;
import org.bounce4j.internal.mime.Part;
import org.jspecify.annotations.Nullable;

/** Wraps a mail for the detectors. */
public final class Message {
    private static final int MAX_TEXTS = 8;

    private final Part root;
    private @Nullable Part words;
    private boolean wordsKnown;
    private @Nullable NoticeText notice;
    private @Nullable String subject;
    private @Nullable Boolean fromMailSystem;

    /** Wraps a mail that was read. */
    public Message(Part root) {
        this.root = unwrapped(root);
    }

    /** QUIRK: gateways that scan mail hang the whole mail on a copy of its own header. */
    private static Part unwrapped(Part root) {
        if (root.isMultipart()) {
            for (Part part : root.children()) {
                if (part.isMessage() && !part.children().isEmpty()) {
                    Part inner = part.children().get(0);
                    boolean copy = hasSame(root, inner, "Message-ID")
                            && hasSame(root, inner, "From")
                            && hasSame(root, inner, "Subject");
                    return copy ? inner : root;
                }
            }
        }
        return root;
    }

    private static boolean hasSame(Part root, Part inner, String name) {
        String value = root.headers().get(name);
        return value != null && value.equals(inner.headers().get(name));
    }

    /** Returns the mail itself. */
    public Part root() {
        return root;
    }

    /** Returns a header field of the mail itself, or null. */
    public @Nullable String header(String name) {
        return root.headers().get(name);
    }

    /** Returns the subject, decoded and in lower case; empty where there is none. */
    String subject() {
        String known = subject;
        if (known == null) {
            String field = header("Subject");
            known = field == null
                    ? ""
                    : EncodedWord.decode(field).toLowerCase(Locale.ROOT).strip();
            subject = known;
        }
        return known;
    }

    /** Returns whether the sender is a mail system by name, or nobody. */
    boolean isFromMailSystem() {
        Boolean known = fromMailSystem;
        if (known == null) {
            known = Sender.isMailSystem(this);
            fromMailSystem = known;
        }
        return known;
    }

    /**
     * Returns the first part of one of these types that belongs to this mail itself: parts of messages that hang on it are
     * somebody else's, and who forwards a bounce has not bounced.
     */
    @Nullable
    Part own(String... types) {
        return find(root, part -> isOneOf(part.type(), types));
    }

    /**
     * Returns whether a report part is the report of this mail. A person who forwards a bounce may leave its parts as they
     * are, but not in a {@code multipart/report} of their own.
     */
    boolean isReport(Part report) {
        Part around = find(root, part -> part.children().contains(report));
        return around == null
                || around.type().equals("multipart/report")
                || around.parameter("report-type") != null
                || isFromMailSystem()
                || hasNullReturnPath();
    }

    /** Returns whether the mail came from the null sender (RFC 5321, section 4.5.5), as far as it says so. */
    boolean hasNullReturnPath() {
        String path = header("Return-Path");
        return path != null
                && (path.equals("<>")
                        || path.isEmpty()
                        || path.toLowerCase(Locale.ROOT).startsWith("<mailer-daemon"));
    }

    /** Returns the part with the mail's own words: the first text with letters in it, plain before HTML; null if there is none. */
    @Nullable
    Part words() {
        if (!wordsKnown) {
            Part plain = find(root, part -> part.type().equals("text/plain") && hasWords(part));
            words = plain != null ? plain : find(root, part -> part.type().startsWith("text/") && hasWords(part));
            wordsKnown = true;
        }
        return words;
    }

    /** Returns the plain texts that belong to the mail itself, at most {@value #MAX_TEXTS}. */
    List<Part> texts() {
        List<Part> texts = new ArrayList<>(1);
        find(root, part -> {
            if (part.type().equals("text/plain") && part.size() > 0) {
                texts.add(part);
            }
            return texts.size() == MAX_TEXTS;
        });
        return texts;
    }

    /** Returns the header of the first message that hangs on the mail and has this field, or null. */
    @Nullable
    Headers attachedWith(String field) {
        Part part = find(root, each -> {
            Headers original = each == root ? null : original(each);
            return original != null && original.has(field);
        });
        return part == null ? null : original(part);
    }

    private static boolean hasWords(Part part) {
        return part.size() > 0 && !part.text().isBlank();
    }

    /** Returns the first message that hangs on the mail, or null. */
    @Nullable
    Part attached() {
        Part part = find(
                root,
                each -> each != root && each.isMessage() && !each.children().isEmpty());
        return part == null ? null : part.children().get(0);
    }

    /** Returns the header of the message that hangs on the mail, or null. */
    @Nullable
    Headers attachedOriginal() {
        Part part = find(root, each -> each != root && original(each) != null);
        return part == null ? null : original(part);
    }

    /** Returns the notice's words, read once. */
    NoticeText notice() {
        NoticeText known = notice;
        if (known == null) {
            known = NoticeText.of(this);
            notice = known;
        }
        return known;
    }

    /** Returns the notice's own words, without those of the message that it returns. */
    public String noticeWords() {
        return String.join("\n", notice().lines());
    }

    /** Returns the first part behind that one, in the same multipart, that holds the original message or its header. */
    @Nullable
    Headers originalBehind(Part report) {
        Part around = find(root, part -> part.children().contains(report));
        if (around == null) {
            return null;
        }
        boolean behind = false;
        for (Part part : around.children()) {
            Headers original = behind ? original(part) : null;
            if (original != null) {
                return original;
            }
            behind |= part == report;
        }
        return null;
    }

    private static @Nullable Headers original(Part part) {
        if (part.isMessage() && !part.children().isEmpty()) {
            return part.children().get(0).headers();
        }
        if (isOneOf(
                part.type(),
                "text/rfc822-headers",
                "text/rfc822-header",
                "message/rfc822-headers",
                "message/global-headers")) {
            return part.bodyAsHeaders();
        }
        return null;
    }

    private static @Nullable Part find(Part root, Predicate<Part> wanted) {
        if (wanted.test(root)) {
            return root;
        }
        if (root.children().isEmpty() || root.isMessage()) {
            return null;
        }
        Deque<Part> open = new ArrayDeque<>();
        for (int i = root.children().size() - 1; i >= 0; i--) {
            open.push(root.children().get(i));
        }
        while (!open.isEmpty()) {
            Part part = open.pop();
            if (wanted.test(part)) {
                return part;
            }
            if (!part.isMessage()) {
                for (int i = part.children().size() - 1; i >= 0; i--) {
                    open.push(part.children().get(i));
                }
            }
        }
        return null;
    }

    private static boolean isOneOf(String type, String... types) {
        for (String each : types) {
            if (type.equals(each)) {
                return true;
            }
        }
        return false;
    }
}
