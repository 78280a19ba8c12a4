package org.bounce4j.internal.mime;

/**
 * Bounds what is read of a mail; what is beyond a bound stays undivided or unread.
 *
 * @param depth how deep parts nest
 * @param parts how many parts there are
 * @param fields how many fields a header or a group of a report has
 * @param groups how many groups a report has: one about the message, and one for each recipient, of whom there may be
 *     thousands
 */
public record MimeLimits(int depth, int parts, int fields, int groups) {
    /** The bounds where nobody sets others. */
    public static final MimeLimits STANDARD = new MimeLimits(16, 500, 1_000, 20_001);
}
