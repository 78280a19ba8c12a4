package org.bounce4j.mailbox;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers the mails that made trouble, so that none of them blocks the others. One that the sink or the server refused is
 * skipped in the next scan, and then tried again after ever more scans: it may have been the sink. One at which the connection
 * broke is read last and alone, for it may have been the network; after some breaks it is taken for refused.
 */
final class Troubles {
    private static final int MAX_MAILS = 10_000;
    private static final int MAX_GAP = 64;
    private static final int BREAKS_TO_REFUSAL = 3;

    private final Map<String, Trouble> troubles = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Trouble> eldest) {
            return size() > MAX_MAILS;
        }
    };

    private static final class Trouble {
        private int breaks;
        private int nextGap = 1;
        private int gap;
    }

    /** Returns whether this scan shall leave the mail alone. To be asked once a scan. */
    boolean skips(String id) {
        Trouble trouble = troubles.get(id);
        if (trouble == null || trouble.gap == 0) {
            return false;
        }
        trouble.gap--;
        return true;
    }

    boolean isSuspect(String id) {
        Trouble trouble = troubles.get(id);
        return trouble != null && trouble.breaks > 0;
    }

    void refused(String id) {
        Trouble trouble = of(id);
        trouble.gap = trouble.nextGap;
        trouble.nextGap = Math.min(MAX_GAP, trouble.nextGap * 2);
    }

    void broke(String id) {
        if (++of(id).breaks >= BREAKS_TO_REFUSAL) {
            refused(id);
        }
    }

    void isFine(String id) {
        troubles.remove(id);
    }

    private Trouble of(String id) {
        return troubles.computeIfAbsent(id, any -> new Trouble());
    }
}
