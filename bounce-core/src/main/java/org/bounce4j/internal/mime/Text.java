package org.bounce4j.internal.mime;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns bytes of mails into text; never fails, whatever they hold. */
public final class Text {
    private static final String KOI8 = "koi8-r";
    private static final String WINDOWS_CYRILLIC = "windows-1251";
    private static final String FREQUENT = "оеаинтср";
    /** How many letters tell in which charset a text was written. */
    private static final int FEWEST_LETTERS = 12;

    private static final Charset WINDOWS_1252 =
            Charset.isSupported("windows-1252") ? Charset.forName("windows-1252") : StandardCharsets.ISO_8859_1;

    private static final char ESCAPE = 0x1b;

    private Text() {}

    static byte lower(byte b) {
        return b >= 'A' && b <= 'Z' ? (byte) (b + ('a' - 'A')) : b;
    }

    static boolean isLineEnd(byte b) {
        return b == '\n' || b == '\r';
    }

    static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    static String latin1(byte[] bytes, int start, int end) {
        return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
    }

    /** Returns a header's value on one line, without white space around it: each fold and what surrounds it is one space. */
    static String unfolded(byte[] bytes, int start, int end) {
        int from = start;
        int to = end;
        while (from < to && isSpace(bytes[from])) {
            from++;
        }
        while (to > from && isSpace(bytes[to - 1])) {
            to--;
        }
        int all = 0;
        boolean folded = false;
        for (int i = from; i < to; i++) {
            all |= bytes[i];
            folded |= isLineEnd(bytes[i]);
        }
        if (!folded) {
            return all >= 0 ? latin1(bytes, from, to) : decode(bytes, from, to, null);
        }
        byte[] line = new byte[to - from];
        int length = 0;
        int at = from;
        while (at < to) {
            byte b = bytes[at++];
            if (!isLineEnd(b)) {
                line[length++] = b;
                continue;
            }
            while (length > 0 && isBlank(line[length - 1])) {
                length--;
            }
            while (isSpace(bytes[at])) {
                at++;
            }
            line[length++] = ' ';
        }
        return all >= 0 ? latin1(line, 0, length) : decode(line, 0, length, null);
    }

    private static boolean isSpace(byte b) {
        return isBlank(b) || isLineEnd(b);
    }

    /**
     * Decodes bytes: by the charset they claim, if it is known and they fit it, else by UTF-8 if they are that, else by the one
     * that they look like, or by Windows-1252.
     */
    public static String decode(byte[] bytes, int start, int end, @Nullable String claimed) {
        String name = claimed == null ? "" : claimed.toLowerCase(Locale.ROOT);
        if (Lines.areAscii(bytes, start, end) && extendsAscii(name)) {
            // QUIRK: mailers of Japan that do not say that they write ISO-2022-JP; fixture unknown-mailer-japanese.eml
            String japanese = name.isEmpty() || name.equals("us-ascii") ? japanese(bytes, start, end) : null;
            return japanese != null ? japanese : latin1(bytes, start, end);
        }
        if (Utf7.isCalled(name)) {
            return Utf7.decode(bytes, start, end);
        }
        Charset charset = charset(name);
        if (charset != null && !charset.equals(StandardCharsets.US_ASCII)) {
            String text = strict(bytes, start, end, charset);
            if (text != null) {
                return isCyrillic(name) ? cyrillic(text, name, bytes, start, end) : text;
            }
        }
        String text = strict(bytes, start, end, StandardCharsets.UTF_8);
        if (text == null && name.equals("iso-2022-jp")) {
            // QUIRK: mailers of Japan that name the charset of mail and write that of the system; fixture
            // shift-jis-as-jis.eml
            text = eightBitJapanese(bytes, start, end);
        }
        if (text == null && (charset == null || charset.equals(StandardCharsets.US_ASCII))) {
            // QUIRK: mailers that do not say which; fixtures undeclared-koi8.eml, undeclared-gb2312.eml
            text = undeclared(bytes, start, end);
        }
        return text != null ? text : new String(bytes, start, end - start, WINDOWS_1252);
    }

    private static @Nullable String undeclared(byte[] bytes, int start, int end) {
        String name = UndeclaredCharset.of(bytes, start, end);
        Charset charset = name == null ? null : charset(name);
        String text = charset == null ? null : strict(bytes, start, end, charset);
        return text == null || name == null || !isCyrillic(name) ? text : cyrillic(text, name, bytes, start, end);
    }

    /** Returns the text if it shifts to the characters of Japan, else null. */
    private static @Nullable String japanese(byte[] bytes, int start, int end) {
        int at = Lines.indexOf(bytes, ESCAPE, start, end);
        while (at + 1 < end && bytes[at + 1] != '$') {
            at = Lines.indexOf(bytes, ESCAPE, at + 1, end);
        }
        Charset charset = at + 1 < end ? charset("iso-2022-jp") : null;
        return charset == null ? null : strict(bytes, start, end, charset);
    }

    private static @Nullable String eightBitJapanese(byte[] bytes, int start, int end) {
        for (String name : List.of("euc-jp", "shift_jis")) {
            Charset charset = charset(name);
            String text = charset == null ? null : strict(bytes, start, end, charset);
            if (text != null && hasJapanese(text)) {
                return text;
            }
        }
        return null;
    }

    /** Returns whether two of its characters stand side by side: of Latin letters, few do. Fixture latin-as-jis.eml */
    private static boolean hasJapanese(String text) {
        for (int i = 1; i < text.length(); i++) {
            if (isJapanese(text.charAt(i - 1)) && isJapanese(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isJapanese(char c) {
        return c >= '\u3040' && c <= '\u9FFF';
    }

    private static boolean isCyrillic(String name) {
        return name.equals(KOI8) || name.equals(WINDOWS_CYRILLIC);
    }

    /**
     * QUIRK: mailers of Russia that name one of these charsets and write the other. Small letters of one are capital letters of the
     * other: a text made of capitals was written in the other one, if that makes it more like Russian. Fixtures
     * koi8-as-windows.eml, windows-in-capitals.eml
     */
    private static String cyrillic(String text, String name, byte[] bytes, int start, int end) {
        if (!isMostlyCapitals(text)) {
            return text;
        }
        Charset charset = charset(name.equals(KOI8) ? WINDOWS_CYRILLIC : KOI8);
        String other = charset == null ? null : strict(bytes, start, end, charset);
        return other == null || frequent(other) <= frequent(text) ? text : other;
    }

    /** Returns how many letters of a text are among the eight that make up half of all Russian. */
    private static long frequent(String text) {
        return text.chars()
                .filter(c -> FREQUENT.indexOf(Character.toLowerCase(c)) >= 0)
                .count();
    }

    /** Returns whether nearly all of the letters beyond ASCII are capital ones. */
    private static boolean isMostlyCapitals(String text) {
        int capitals = 0;
        int letters = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > 127 && Character.isLetter(c)) {
                letters++;
                capitals += Character.isUpperCase(c) ? 1 : 0;
            }
        }
        return letters >= FEWEST_LETTERS && capitals > letters * 3 / 4;
    }

    /** Whether bytes below 128 are ASCII in that charset; true for those that need no look into the tables of the JDK. */
    private static boolean extendsAscii(String name) {
        return name.isEmpty()
                || name.equals("us-ascii")
                || name.equals("utf-8")
                || name.startsWith("iso-8859-")
                || name.startsWith("windows-125");
    }

    private static @Nullable String strict(byte[] bytes, int start, int end, Charset charset) {
        if (charset.equals(StandardCharsets.UTF_8)) {
            String text = new String(bytes, start, end - start, StandardCharsets.UTF_8);
            if (text.indexOf('\ufffd') < 0) {
                return text;
            }
        }
        try {
            CharBuffer text = charset.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes, start, end - start));
            return text.toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /** Returns the charset of that name in lower case, or null for names that Java does not know. */
    private static @Nullable Charset charset(String name) {
        return switch (name) {
            case "" -> null;
            case "utf-8" -> StandardCharsets.UTF_8;
            case "iso-8859-1" -> StandardCharsets.ISO_8859_1;
            case "us-ascii" -> StandardCharsets.US_ASCII;
            default -> Known.CHARSETS.get(name);
        };
    }

    /** All charsets by name: the JDK looks for a name that it does not know through all of its providers, each time. */
    private static final class Known {
        /** QUIRK: mail says the name of a standard and holds the characters that Windows added to it, as browsers know. */
        private static final Map<String, String> WIDER = Map.ofEntries(
                Map.entry("gb2312", "gb18030"),
                Map.entry("gbk", "gb18030"),
                Map.entry("euc-cn", "gb18030"),
                Map.entry("euc-kr", "x-windows-949"),
                Map.entry("ks_c_5601-1987", "x-windows-949"),
                Map.entry("ksc5601", "x-windows-949"),
                Map.entry("shift_jis", "windows-31j"),
                Map.entry("shift-jis", "windows-31j"),
                Map.entry("x-sjis", "windows-31j"),
                Map.entry("iso-2022-jp", "x-windows-iso2022jp"),
                Map.entry("big5", "big5-hkscs"),
                Map.entry("tis-620", "x-windows-874"),
                Map.entry("iso-8859-11", "x-windows-874"),
                Map.entry("iso-8859-8-i", "iso-8859-8"),
                Map.entry("iso-8859-8-e", "iso-8859-8"),
                Map.entry("iso-8859-6-i", "iso-8859-6"),
                Map.entry("iso-8859-6-e", "iso-8859-6"));

        private static final Map<String, Charset> CHARSETS = charsets();

        private static Map<String, Charset> charsets() {
            Map<String, Charset> byName = new HashMap<>();
            for (Charset charset : Charset.availableCharsets().values()) {
                byName.put(charset.name().toLowerCase(Locale.ROOT), charset);
                charset.aliases().forEach(alias -> byName.putIfAbsent(alias.toLowerCase(Locale.ROOT), charset));
            }
            WIDER.forEach((name, wider) -> {
                Charset charset = byName.get(wider);
                if (charset != null) {
                    byName.put(name, charset);
                }
            });
            return Map.copyOf(byName);
        }
    }
}
