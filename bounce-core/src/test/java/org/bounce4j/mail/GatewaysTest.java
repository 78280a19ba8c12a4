package org.bounce4j.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bounce4j.BounceEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sends each mail of the test resources through what gateways do to mails: that changes nothing of what is read. */
class GatewaysTest {
    private static final Path MAILS = Path.of("src/test/resources/mails");
    private static final Pattern FIELD = Pattern.compile("(?m)^([A-Za-z-]+)[ \t]*:.*(?:\n[ \t].*)*\n?");
    private static final Pattern SUBJECT = Pattern.compile("(?im)^subject:[ \t]*");
    private static final String BANNER =
            "CAUTION: This email originated from outside of the organization. Do not click links or open\n"
                    + "attachments unless you recognize the sender and know the content is safe.\n\n";
    private static final String DISCLAIMER = "\n\n________________________________\n"
            + "This message and any attachments are confidential and intended solely for the addressee. Any\n"
            + "disclosure is prohibited. No viruses were found in it.\n";

    /** A mail whose header can be taken to pieces. */
    private record Mail(String header, String body) {
        static Mail of(String text) {
            int blank = text.indexOf("\n\n");
            return blank < 0 ? new Mail("", "") : new Mail(text.substring(0, blank + 1), text.substring(blank + 2));
        }

        boolean isWellFormed() {
            if (field("Content-Type").isEmpty() && holdsParts()) {
                return false;
            }
            Matcher field = FIELD.matcher(header);
            int end = 0;
            while (end < header.length() && field.find(end) && field.start() == end) {
                end = field.end();
            }
            return end == header.length() && !header.isEmpty();
        }

        String field(String name) {
            return FIELD.matcher(header)
                    .results()
                    .filter(field -> field.group(1).equalsIgnoreCase(name))
                    .map(field -> field.group()
                            .substring(field.group().indexOf(':') + 1)
                            .strip())
                    .findFirst()
                    .orElse("");
        }

        String fields(boolean ofMime) {
            return FIELD.matcher(header)
                    .results()
                    .filter(field -> ofMime == isOfMime(field.group(1).toLowerCase(Locale.ROOT)))
                    .map(field -> field.group())
                    .collect(Collectors.joining());
        }

        private static boolean isOfMime(String name) {
            return name.startsWith("content-") || name.equals("mime-version");
        }

        private boolean holdsParts() {
            return body.toLowerCase(Locale.ROOT).contains("\ncontent-type:");
        }

        /** Returns whether it is one text, and neither JSON nor a multipart whose fields of MIME are gone. */
        boolean isPlainText() {
            String type = field("Content-Type").toLowerCase(Locale.ROOT);
            String encoding = field("Content-Transfer-Encoding").toLowerCase(Locale.ROOT);
            return (type.isEmpty() || type.startsWith("text/plain"))
                    && (encoding.isEmpty() || encoding.equals("7bit"))
                    && body.chars().allMatch(c -> c >= ' ' && c < 0x7f || c == '\n' || c == '\t')
                    && !holdsParts()
                    && !body.startsWith("{");
        }
    }

    private static List<Path> mails() throws IOException {
        try (Stream<Path> files = Files.walk(MAILS)) {
            // a mail on a copy of its header is known by this being all there is
            return files.filter(
                            file -> file.toString().endsWith(".eml") && !file.endsWith("dsn-wrapped-by-gateway.eml"))
                    .sorted()
                    .toList();
        }
    }

    /** Returns the well-formed mails; those of gateways that broke them already are left as they are. */
    static List<Path> wellFormed() throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path each : mails()) {
            if (mail(each).isWellFormed()) {
                found.add(each);
            }
        }
        return found;
    }

    static List<Path> plainTexts() throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path each : wellFormed()) {
            if (mail(each).isPlainText()) {
                found.add(each);
            }
        }
        return found;
    }

    private static Mail mail(Path file) throws IOException {
        return Mail.of(Files.readString(file, StandardCharsets.ISO_8859_1));
    }

    @Test
    void nearlyAllMailsAreSentThrough() throws IOException {
        assertThat(wellFormed()).hasSizeGreaterThan(mails().size() * 4 / 5);
        assertThat(plainTexts()).hasSizeGreaterThan(70);
    }

    @ParameterizedTest
    @MethodSource("wellFormed")
    void readsTheSameBehindTagsBeforeTheSubject(Path file) throws IOException {
        Mail mail = mail(file);
        for (String tag : List.of("[EXTERNAL] ", "***SPAM*** ", "{Spam?} [EXTERN] ")) {
            String header = SUBJECT.matcher(mail.header()).replaceFirst(Matcher.quoteReplacement("Subject: " + tag));
            assertReadsTheSame(file, header + "\n" + mail.body());
        }
    }

    @ParameterizedTest
    @MethodSource("wellFormed")
    void readsTheSameAboveTheFooterOfAList(Path file) throws IOException {
        Mail mail = mail(file);
        assertReadsTheSame(
                file,
                mail.fields(false)
                        + "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"=_list\"\n\n--=_list\n"
                        + mail.fields(true) + "\n" + mail.body()
                        + "\n--=_list\nContent-Type: text/plain; charset=us-ascii\n\n"
                        + "_______________________________________________\nStaff mailing list\n"
                        + "Staff@lists.example.edu\nhttps://lists.example.edu/mailman/listinfo/staff\n--=_list--\n");
    }

    @ParameterizedTest
    @MethodSource("plainTexts")
    void readsTheSameBetweenBannerAndDisclaimer(Path file) throws IOException {
        Mail mail = mail(file);
        assertReadsTheSame(file, mail.header() + "\n" + BANNER + mail.body());
        assertReadsTheSame(file, mail.header() + "\n" + mail.body() + DISCLAIMER);
    }

    @ParameterizedTest
    @MethodSource("plainTexts")
    void readsTheSameInBase64(Path file) throws IOException {
        Mail mail = mail(file);
        String type = mail.field("Content-Type").isEmpty() ? "text/plain; charset=utf-8" : mail.field("Content-Type");
        String body = Base64.getMimeEncoder().encodeToString(mail.body().getBytes(StandardCharsets.ISO_8859_1));
        assertReadsTheSame(
                file,
                mail.fields(false) + "MIME-Version: 1.0\nContent-Type: " + type
                        + "\nContent-Transfer-Encoding: base64\n\n" + body + "\n");
    }

    private static void assertReadsTheSame(Path file, String changed) throws IOException {
        BounceMessageParser parser = BounceMessageParser.standard();
        BounceMail expected = parser.parse(Files.readAllBytes(file));
        BounceMail actual = parser.parse(changed.getBytes(StandardCharsets.ISO_8859_1));
        assertThat(said(actual)).as("%s", file.getFileName()).isEqualTo(said(expected));
    }

    private static List<String> said(BounceMail mail) {
        List<String> said = new ArrayList<>(List.of(mail.kind().toString()));
        for (BounceEvent event : mail.batch().events()) {
            said.add("failed " + said(event));
        }
        for (BounceEvent event : mail.batch().delays()) {
            said.add("delayed " + said(event));
        }
        return said;
    }

    private static String said(BounceEvent event) {
        return event.recipient() + " " + event.type() + " " + event.reason() + " " + event.status() + " "
                + event.subscriber();
    }
}
