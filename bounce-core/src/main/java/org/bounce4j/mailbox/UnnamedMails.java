package org.bounce4j.mailbox;

import java.util.List;

/**
 * Finds the place to go on at among mails that no name tells apart, because the server has no UIDL or gives one name to equal
 * mails. Their order is all there is: it stays when others are deleted. So a session reads on behind what was left, and where
 * one of them keeps a session from being committed, the next one ends before it and the one after begins behind it. Where
 * somebody else has changed the mailbox meanwhile, some come a round later. Not thread-safe.
 */
final class UnnamedMails {
    private static final int NOWHERE = Integer.MAX_VALUE;

    private int start;
    /** Where the mail is that kept a session from being committed. */
    private int obstacle = NOWHERE;

    /** Returns the part to read in the next session; empty where there are none. */
    List<MailboxEntry> next(List<MailboxEntry> unnamed, int limit) {
        if (start >= unnamed.size()) {
            startAgain();
        }
        int end = Math.min(unnamed.size(), obstacle);
        return unnamed.subList(start, start + Math.min(limit, end - start));
    }

    private void startAgain() {
        start = 0;
        obstacle = NOWHERE;
    }

    /** Takes what a session has read of that part, and deleted of it; returns whether the end of them all was reached. */
    boolean isRoundOver(int read, int deleted, int inAll) {
        start += read - deleted;
        if (obstacle != NOWHERE) {
            obstacle -= deleted;
            passObstacle();
        }
        boolean over = start >= inAll - deleted;
        if (over) {
            startAgain();
        }
        return over;
    }

    /** The mail at that place of the part keeps the session from being committed. */
    void stuckAt(int index) {
        obstacle = start + index;
        passObstacle();
    }

    private void passObstacle() {
        if (start >= obstacle) {
            start = obstacle + 1;
            obstacle = NOWHERE;
        }
    }
}
