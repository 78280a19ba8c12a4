package org.bounce4j.internal.detect;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.bounce4j.internal.mime.EncodedWord;
import org.bounce4j.internal.mime.Headers;
import org.bounce4j.internal.mime.HtmlText;
import org.bounce4j.internal.mime.Part;
import org.jspecify.annotations.Nullable;

/** Wraps a mail for the detectors. */
public final class Message {
    /** Few reports are longer, few other files are shorter; in bytes. */
    private static final int MAX_FILE = 64 * 1024;

    /** How long the text in front of a notice is at most. */
    private static final int LONGEST_GREETING = 400;

    /** How much of a text behind a greeting is asked whether it is a notice. */
    private static final int START_OF_NOTICE = 1_000;

    /** What a returned message begins with, and no notice. */
    private static final Set<String> FIELDS_OF_MESSAGES = Set.of(
            "received",
            "return-path",
            "delivered-to",
            "from",
            "to",
            "subject",
            "date",
            "message-id",
            "mime-version",
            "content-type",
            "reply-to",
            "sender");

    /** What the names of programs and archives end with. */
    private static final List<String> PROGRAMS = List.of(
            ".zip", ".exe", ".scr", ".pif", ".com", ".bat", ".cmd", ".vbs", ".js", ".rar", ".7z", ".lnk", ".iso");

    private static final int MAX_TEXTS = 8;
    /** Words in what gateways put before a subject; other brackets there are lists, trackers and tickets. */
    private static final List<String> TAGS = List.of("spam", "extern", "junk", "bulk", "disarmed", "caution");

    private static final int LONGEST_TAG = 40;
    private static final int MOST_TAGS = 5;

    private final Part root;
    /** The mail's own parts in their order, without those of messages that hang on it. */
    private final List<Part> own = new ArrayList<>(8);

    private @Nullable Part words;
    private boolean wordsKnown;
    private @Nullable Part page;
    private @Nullable String wordsOfPage;
    private @Nullable NoticeText notice;
    private @Nullable String subject;
    private @Nullable String writer;
    private @Nullable Boolean fromMailSystem;
    private @Nullable Set<String> readers;

    /** Wraps a mail that was read. */
    public Message(Part root) {
        this.root = unwrapped(root);
        addOwn(this.root);
    }

    private void addOwn(Part part) {
        own.add(part);
        if (!part.isMessage()) {
            for (int i = 0; i < part.children().size(); i++) {
                addOwn(part.children().get(i));
            }
        }
    }

    /** QUIRK: gateways that scan mail hang the whole mail on a copy of its own header, and Exchange on a report for the journal. */
    private static Part unwrapped(Part root) {
        if (isJournal(root)) {
            Part inner = firstMessage(root);
            return inner == null ? root : inner;
        }
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

    /** Returns whether a mail is a report for a journal, whose words are the fields {@code Sender:} and so on; what it holds may keep the mark. */
    private static boolean isJournal(Part root) {
        return root.headers().has("X-MS-Journal-Report") && root.isMultipart() && saysSender(root);
    }

    private static boolean saysSender(Part part) {
        if (part.type().equals("text/plain")) {
            return part.text().contains("Sender: ") && part.text().contains("Message-I");
        }
        return part.isMultipart()
                && !part.type().equals("multipart/report")
                && !part.children().isEmpty()
                && saysSender(part.children().get(0));
    }

    private static @Nullable Part firstMessage(Part part) {
        if (part.isMessage()) {
            return part.children().isEmpty() ? null : part.children().get(0);
        }
        for (Part child : part.children()) {
            Part message = firstMessage(child);
            if (message != null) {
                return message;
            }
        }
        return null;
    }

    /** Returns whether the mail is a report for a journal, without the mail that it should hold: fixture journal-report.eml. */
    boolean isEmptyJournal() {
        return isJournal(root);
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

    /** Returns the keys of the addresses that the mail is for. */
    Set<String> readers() {
        Set<String> known = readers;
        if (known == null) {
            known = Collections.unmodifiableSet(keys("To"));
            readers = known;
        }
        return known;
    }

    /** Returns the keys of the addresses that the mail is from, or that want its answers. */
    Set<String> writers() {
        return keys("From", "Reply-To");
    }

    private Set<String> keys(String... fields) {
        Set<String> keys = new HashSet<>();
        for (String field : fields) {
            Addresses.addKeys(header(field), keys);
        }
        return keys;
    }

    /** Returns the subject, decoded, in lower case and without the tags of gateways; empty where there is none. */
    String subject() {
        String known = subject;
        if (known == null) {
            String field = header("Subject");
            known = field == null
                    ? ""
                    : untagged(
                            EncodedWord.decode(field).toLowerCase(Locale.ROOT).strip());
            subject = known;
        }
        return known;
    }

    /** QUIRK: gateways mark what they take for spam, or what comes from outside; fixture tagged-subject.eml. */
    private static String untagged(String subject) {
        String rest = subject;
        for (int i = 0; i < MOST_TAGS; i++) {
            rest = rest.substring(tagEnd(rest)).strip();
        }
        return rest;
    }

    /** Returns where the tag ends that a subject begins with, such as {@code [EXTERNAL]} or {@code ***SPAM***}; 0 without one. */
    private static int tagEnd(String subject) {
        int kind = subject.isEmpty() ? -1 : "[{*".indexOf(subject.charAt(0));
        if (kind < 0) {
            return 0;
        }
        char close = "]}*".charAt(kind);
        int start = 1;
        while (start < subject.length() && subject.charAt(start) == '*') {
            start++;
        }
        int end = subject.indexOf(close, start);
        if (end < 0 || end - start > LONGEST_TAG) {
            return 0;
        }
        String tag = subject.substring(start, end);
        while (end < subject.length() && subject.charAt(end) == close) {
            end++;
        }
        return TAGS.stream().anyMatch(tag::contains) ? end : 0;
    }

    /** Returns the field From as {@link Sender} judges it; empty where there is none. */
    String writer() {
        String known = writer;
        if (known == null) {
            String from = header("From");
            known = from == null ? "" : Sender.decoded(from);
            writer = known;
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

    /** Returns whether the mail answers one, was written with a mail program, or went to many: no program's notice is such a mail. */
    boolean isCorrespondence() {
        String precedence = header("Precedence");
        boolean toMany =
                precedence != null && (precedence.equalsIgnoreCase("list") || precedence.equalsIgnoreCase("bulk"));
        return toMany
                || header("In-Reply-To") != null
                || header("References") != null
                || header("User-Agent") != null
                || header("List-Id") != null
                || header("List-Unsubscribe") != null;
    }

    /**
     * Returns the first part of one of these types that belongs to this mail itself: parts of messages that hang on it are
     * somebody else's, and who forwards a bounce has not bounced.
     */
    @Nullable
    Part own(String type, String orType) {
        for (int i = 0; i < own.size(); i++) {
            String each = own.get(i).type();
            if (each.equals(type) || each.equals(orType)) {
                return own.get(i);
            }
        }
        return null;
    }

    /** Returns the parts beside that one, of the same multipart, that have its type. */
    List<Part> like(Part part) {
        Part around = part == root ? null : part.parent();
        List<Part> like = new ArrayList<>(0);
        for (int i = 0; around != null && i < around.children().size(); i++) {
            Part other = around.children().get(i);
            if (other != part && other.type().equals(part.type())) {
                like.add(other);
            }
        }
        return like;
    }

    /** Returns the first part of this type that belongs to this mail itself. */
    @Nullable
    Part own(String type) {
        return own(type, type);
    }

    /**
     * Returns whether a report part is the report of this mail. A person who forwards a bounce may leave its parts as they
     * are, but not in a {@code multipart/report} of their own.
     */
    boolean isReport(Part report) {
        Part around = report == root ? null : report.parent();
        return around == null
                || around.type().equals("multipart/report")
                || around.parameter("report-type") != null
                || isFromMailSystem()
                || hasNullReturnPath();
    }

    /** Returns whether the mail came from the null sender (RFC 5321, section 4.5.5), as far as it says so. */
    boolean hasNullReturnPath() {
        String path = header("Return-Path");
        return isNull(path) || path != null && path.toLowerCase(Locale.ROOT).startsWith("<mailer-daemon");
    }

    /** Returns whether the mail came from the null sender itself: whoever fishes likes to be called mailer-daemon. */
    boolean isFromNobody() {
        return isNull(header("Return-Path"));
    }

    private static boolean isNull(@Nullable String path) {
        return path != null && (path.equals("<>") || path.isEmpty());
    }

    /** Returns whether the mail came from a sender of whom it says that failures are to be told to it. */
    boolean hasReturnPath() {
        return header("Return-Path") != null && !hasNullReturnPath();
    }

    /** Returns the part with the mail's own words: the first text with letters in it, plain before HTML; null if there is none. */
    @Nullable
    Part words() {
        if (!wordsKnown) {
            words = words(true);
            words = words == null ? words(false) : words;
            wordsKnown = true;
        }
        return words;
    }

    private @Nullable Part words(boolean plain) {
        boolean html = false;
        for (int i = 0; i < own.size(); i++) {
            Part part = own.get(i);
            boolean text =
                    plain ? part.type().equals("text/plain") : part.type().startsWith("text/");
            if (text
                    && !(html && !isAlternative(part))
                    && part.size() > 0
                    && !part.text().isBlank()) {
                Part behind = plain && part.text().indexOf('@') < 0 ? noticeBehind(i) : null;
                return behind == null ? part : behind;
            }
            // QUIRK: gateways write in HTML, and hang lists' footers or the returned header on as plain text; fixture
            // header-file-behind-html.eml, banner-part-in-front.eml
            html = html || plain && part.type().equals("text/html") && saysAnything(part);
        }
        return null;
    }

    /**
     * QUIRK: a gateway's banner, or a greeting, may be a text of its own; fixture greeting-part-in-front.eml. Returns the next
     * text if it names an address and says that something failed, and the one at that place is short and says nothing; null if
     * it is not so, as in a report, which has one text, and where the next is the returned message; fixture
     * greeting-before-returned-text.eml.
     */
    private @Nullable Part noticeBehind(int place) {
        Part around = own.get(place).parent();
        if (own.get(place).text().length() > LONGEST_GREETING
                || around != null && around.type().equals("multipart/report")) {
            return null;
        }
        for (int i = place + 1; i < own.size(); i++) {
            Part next = own.get(i);
            if (next.type().equals("text/plain") && next.size() > 0) {
                String start = next.text().strip();
                start = start.substring(0, Math.min(start.length(), START_OF_NOTICE));
                boolean notice = start.indexOf('@') >= 0
                        && saysFailure(start)
                        && !isReturned(start)
                        && !saysFailure(own.get(place).text());
                return notice ? next : null;
            }
        }
        return null;
    }

    /** Returns whether a text begins as a message does, or as a quoted one. */
    private static boolean isReturned(String text) {
        int colon = text.indexOf(':');
        return text.startsWith(">")
                || text.startsWith("From ")
                || colon > 0
                        && FIELDS_OF_MESSAGES.contains(text.substring(0, colon).toLowerCase(Locale.ROOT));
    }

    private static boolean saysFailure(String text) {
        return Dialects.standard().saysFailure(text.substring(0, Math.min(text.length(), MAX_FILE)));
    }

    /** Returns whether a part names an address, or says that something failed: a gateway's banner does not. */
    private boolean saysAnything(Part html) {
        String words = wordsOf(html);
        return words.indexOf('@') >= 0 || Dialects.standard().saysFailure(words);
    }

    /** Returns the words of the beginning of a page; what a notice may be is read twice, to choose its part and to read it. */
    String wordsOf(Part html) {
        String known = wordsOfPage;
        if (known == null || html != page) {
            known = HtmlText.of(NoticeText.beginning(html));
            page = html;
            wordsOfPage = known;
        }
        return known;
    }

    private static boolean isAlternative(Part part) {
        Part around = part.parent();
        return around != null && around.type().equals("multipart/alternative");
    }

    /** Returns the plain texts that belong to the mail itself, at most {@value #MAX_TEXTS}. */
    List<Part> texts() {
        List<Part> texts = new ArrayList<>(1);
        for (int i = 0; i < own.size() && texts.size() < MAX_TEXTS; i++) {
            Part part = own.get(i);
            if (part.size() > 0 && part.type().equals("text/plain")) {
                texts.add(part);
            }
        }
        return texts;
    }

    /** Returns the small files of no known type that belong to the mail itself, at most {@value #MAX_TEXTS}. */
    List<Part> files() {
        List<Part> files = new ArrayList<>(1);
        for (int i = 0; i < own.size() && files.size() < MAX_TEXTS; i++) {
            Part part = own.get(i);
            if (part.type().equals("application/octet-stream") && part.size() > 0 && part.size() <= MAX_FILE) {
                files.add(part);
            }
        }
        return files;
    }

    /** Returns whether a program or an archive hangs on the mail itself. */
    boolean carriesProgram() {
        for (int i = 1; i < own.size(); i++) {
            Part part = own.get(i);
            if (part.type().startsWith("application/")
                    && (isProgram(part.parameter("name"))
                            || isProgram(part.headers().get("Content-Disposition")))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isProgram(@Nullable String field) {
        String name = field == null ? "" : field.replace("\"", "").strip().toLowerCase(Locale.ROOT);
        return PROGRAMS.stream().anyMatch(name::endsWith);
    }

    /** Returns the header of the first message that hangs on the mail, or is all of it, and has this field; or null. */
    @Nullable
    Headers attachedWith(String field) {
        for (int i = 0; i < own.size(); i++) {
            Headers original = original(own.get(i));
            if (original != null && original.has(field)) {
                return original;
            }
        }
        return null;
    }

    /** Returns the first message that hangs on the mail, or null. */
    @Nullable
    Part attached() {
        for (int i = 1; i < own.size(); i++) {
            Part part = own.get(i);
            if (part.isMessage() && !part.children().isEmpty()) {
                return part.children().get(0);
            }
        }
        return null;
    }

    /** Returns the header of the message that hangs on the mail, or null. */
    @Nullable
    Headers attachedOriginal() {
        for (int i = 1; i < own.size(); i++) {
            Headers original = original(own.get(i));
            if (original != null) {
                return original;
            }
        }
        return null;
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
        return notice().text().substring(0, notice().end());
    }

    /** Returns the first part behind that one, in the same multipart, that holds the original message or its header. */
    @Nullable
    Headers originalBehind(Part report) {
        Part around = report == root ? null : report.parent();
        if (around == null) {
            return null;
        }
        for (int i = around.children().indexOf(report) + 1;
                i < around.children().size();
                i++) {
            Headers original = original(around.children().get(i));
            if (original != null) {
                return original;
            }
        }
        return null;
    }

    /** QUIRK: gateways that hang the message on as a file, {@code message.eml}; fixture returned-as-file.eml. */
    private static boolean isMessageFile(Part part) {
        String name = part.parameter("name");
        return name != null && name.toLowerCase(Locale.ROOT).endsWith(".eml");
    }

    private static @Nullable Headers original(Part part) {
        if (part.isMessage() && !part.children().isEmpty()) {
            return part.children().get(0).headers();
        }
        return switch (part.type()) {
            case "text/rfc822-headers", "text/rfc822-header", "message/rfc822-headers", "message/global-headers" ->
                part.bodyAsHeaders();
            case "application/octet-stream" -> isMessageFile(part) ? part.bodyAsHeaders() : null;
            default -> null;
        };
    }
}
