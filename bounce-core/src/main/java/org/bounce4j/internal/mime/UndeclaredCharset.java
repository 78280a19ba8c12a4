package org.bounce4j.internal.mime;

import org.jspecify.annotations.Nullable;

/**
 * Guesses the charset of a text that does not say which one it is in: mailers of Asia and Russia wrote so before MIME, and some
 * do still. Letters beyond ASCII stand alone in Western languages, side by side in others.
 */
final class UndeclaredCharset {
    /** From so many bytes beyond ASCII on, there is anything to guess from. */
    private static final int FEWEST = 8;
    /** Of ten such bytes, so many must stand in runs. */
    private static final int MOST = 7;

    private static final int IN_WORDS = 3;
    private static final int IN_PAIRS = 4;

    /** The first of the two bytes of a kana in EUC-JP, of the common characters of GB 2312 and of Hangul in EUC-KR. */
    private static final int HIRAGANA = 0xa4;

    private static final int COMMON = 0xb0;
    private static final int LAST_HANGUL = 0xc8;
    private static final int PAIRED = 0xa1;

    private UndeclaredCharset() {}

    /** Returns the name of the charset in lower case, or null where nothing speaks for one. */
    static @Nullable String of(byte[] bytes, int start, int end) {
        int beyond = 0;
        int inWords = 0;
        int inPairs = 0;
        boolean odd = false;
        for (int i = start; i < end; i++) {
            int run = i;
            while (run < end && bytes[run] < 0) {
                run++;
            }
            int length = run - i;
            odd |= length % 2 == 1;
            if (isRule(bytes, i, run)) {
                i = run - 1;
                continue;
            }
            beyond += length;
            inWords += length >= IN_WORDS ? length : 0;
            inPairs += length >= IN_PAIRS ? length : 0;
            i = Math.max(i, run - 1);
        }
        if (beyond < FEWEST) {
            return null;
        }
        if (!odd && 10 * inPairs >= MOST * beyond) {
            return ofPairs(bytes, start, end, beyond / 2);
        }
        // which of the two it is, its capitals tell
        return 10 * inWords >= MOST * beyond && areLetters(bytes, start, end) ? "windows-1251" : null;
    }

    /** Returns whether one byte is repeated: what was a line across the page under DOS is no word. Fixture undeclared-dos-line.eml */
    private static boolean isRule(byte[] bytes, int start, int end) {
        if (end - start < IN_WORDS) {
            return false;
        }
        for (int i = start + 1; i < end; i++) {
            if (bytes[i] != bytes[start]) {
                return false;
            }
        }
        return true;
    }

    /** Returns the charset of a text whose characters beyond ASCII are two bytes each. */
    private static @Nullable String ofPairs(byte[] bytes, int start, int end, int pairs) {
        int kana = 0;
        int hangul = 0;
        int common = 0;
        for (int i = start; i < end; i++) {
            if (bytes[i] >= 0) {
                continue;
            }
            int first = bytes[i] & 0xff;
            if (first < PAIRED || (bytes[++i] & 0xff) < PAIRED) {
                return null;
            }
            kana += first == HIRAGANA || first == HIRAGANA + 1 ? 1 : 0;
            hangul += first >= COMMON && first <= LAST_HANGUL ? 1 : 0;
            common += first >= COMMON ? 1 : 0;
        }
        if (4 * kana > pairs) {
            return "euc-jp";
        }
        if (2 * common < pairs) {
            return null;
        }
        return 20 * hangul >= 19 * common ? "euc-kr" : "gb2312";
    }

    /** Returns whether the bytes beyond ASCII are letters in KOI8-R and Windows-1251, but for a few quotes and dashes. */
    private static boolean areLetters(byte[] bytes, int start, int end) {
        int letters = 0;
        int others = 0;
        for (int i = start; i < end; i++) {
            letters += (bytes[i] & 0xff) >= 0xc0 ? 1 : 0;
            others += bytes[i] < 0 && (bytes[i] & 0xff) < 0xc0 ? 1 : 0;
        }
        return letters > 10 * others;
    }
}
