package org.bounce4j.mailbox;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** Remembers the mails that were asked for most recently. */
final class RecentMessages implements SeenMessages {
    private final Map<String, Boolean> ids;

    RecentMessages(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("Expected a capacity of at least 1, got " + capacity);
        }
        ids = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                return size() > capacity;
            }
        };
    }

    @Override
    public synchronized boolean contains(String id) {
        return ids.get(id) != null;
    }

    @Override
    public synchronized void add(Collection<String> added) {
        added.forEach(id -> ids.put(id, true));
    }
}
