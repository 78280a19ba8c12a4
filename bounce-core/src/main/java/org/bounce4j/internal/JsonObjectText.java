package org.bounce4j.internal;

/**
 * Holds the text of one JSON object that can stand inside of another document, as {@link Json#isObject} asks it of a text.
 * Whoever makes one has read it to its end or written it, and vouches for it; nobody need read it again. Immutable.
 */
public final class JsonObjectText implements CharSequence {
    private final String text;

    /** Vouches for a text. */
    public JsonObjectText(String text) {
        this.text = text;
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public char charAt(int index) {
        return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return text.subSequence(start, end);
    }

    @Override
    public String toString() {
        return text;
    }
}
